"""Closed forms of the repeated game over a million points, against a plain loop."""

from __future__ import annotations

import math

import numpy as np

from benchmarks._lines import OURS
from benchmarks._recorder import Bench
from strategic.repeated import RepeatedGame, enforce, repair, repeated_game, trust_needed

POINTS, LOOPED = 1_000_000, 2_000


def run(bench: Bench) -> None:
    count = POINTS // 10 if bench.quick else POINTS
    rng = np.random.default_rng(0)
    reward, loss = rng.uniform(0.5, 4, count), rng.uniform(0, 2, count)
    temptation = reward + rng.uniform(0, 3, count)
    rates = {"discount": rng.uniform(0.3, 0.99, count), "incident_risk": rng.uniform(0, 0.3, count)}
    bench.title(f"Closed forms at {count:,} points, one core")

    def game() -> RepeatedGame:
        return repeated_game(reward, -loss, temptation, **rates)

    def looped() -> None:
        columns = (reward, temptation, *rates.values())
        for point in zip(*(column[:LOOPED] for column in columns), strict=True):
            _shortest(*point)

    loop = "a loop, length alone"
    bench.race(
        "enforcement", {OURS: lambda: enforce(game()), loop: looped},
        unit="ns per point", items={OURS: count, loop: LOOPED},
    )  # fmt: skip
    for name, work in (("repair", lambda: repair(game(), 0.1)),
                       ("trust needed", lambda: trust_needed(game()))):  # fmt: skip
        bench.race(name, {OURS: work}, unit="ns per point", items=count)


def _shortest(reward: float, temptation: float, discount: float, risk: float) -> float:
    gain = temptation - reward
    deterrence = (1 - risk) * reward - risk * gain
    cost = (1 - discount) * gain
    if discount * deterrence < cost:
        return math.nan
    length = 1
    while discount * (1 - discount**length) * deterrence < cost and length < 10_000:
        length += 1
    return length
