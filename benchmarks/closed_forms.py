"""Closed forms of the repeated game over a million points: seconds, and against a plain loop."""

from __future__ import annotations

import math
import time

import numpy as np

from strategic.repeated import RepeatedGame, enforce, repair, repeated_game, trust_needed

POINTS, LOOPED = 1_000_000, 2_000


def run(*, quick: bool) -> None:
    count = POINTS // 10 if quick else POINTS
    rng = np.random.default_rng(0)
    reward, loss = rng.uniform(0.5, 4, count), rng.uniform(0, 2, count)
    temptation = reward + rng.uniform(0, 3, count)
    rates = {"discount": rng.uniform(0.3, 0.99, count), "incident_risk": rng.uniform(0, 0.3, count)}
    print(f"Closed forms at {count:,} points, one core")

    def game() -> RepeatedGame:
        return repeated_game(reward, -loss, temptation, **rates)

    _timed("enforcement", lambda: enforce(game()))
    _timed("repair", lambda: repair(game(), 0.1))
    _timed("trust needed", lambda: trust_needed(game()))
    start = time.perf_counter()
    for k in range(LOOPED):
        _shortest(reward[k], temptation[k], rates["discount"][k], rates["incident_risk"][k])
    a_point = (time.perf_counter() - start) / LOOPED
    print(f"a loop over points, punishment length only: {count * a_point:.2f} s")


def _timed(name: str, call: object) -> None:
    start = time.perf_counter()
    call()
    print(f"{name:<14} {time.perf_counter() - start:.3f} s")


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
