"""Equilibrium payoff sets of repeated games: milliseconds a set against QuantEcon, both warm."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np

from benchmarks._lines import OURS
from benchmarks._recorder import Bench, Timed
from strategic.repeated.payoff_sets.perfect_monitoring import PayoffSet, equilibrium_payoffs

SIZES = (2, 3, 4, 6, 10)
DISCOUNTS = (0.3, 0.5, 0.8, 0.95, 0.99)
GAMES = 40
STEPS = 500
WAYS = np.stack([np.cos(np.arange(32) / 5), np.sin(np.arange(32) / 5)])


def run(bench: Bench) -> None:
    bench.title("Payoff sets of random games that QuantEcon answers with its defaults, both warm")
    for size in SIZES[: 3 if bench.quick else None]:
        for discount in DISCOUNTS:
            _race(bench, size, discount, GAMES // 4 if bench.quick else GAMES)


def _race(bench: Bench, size: int, discount: float, count: int) -> None:
    """Compare on the games that both answer.

    ``no answer`` are games on which QuantEcon crashes; ``early`` those it gives up on after 500
    steps without saying so, ``disagree`` those that still differ by more than 1e-6 when it may
    take 50,000.
    """
    rng = np.random.default_rng([size, round(100 * discount)])
    games = [(*rng.random((2, size, size)).tolist(), discount) for _ in range(count)]
    first = _theirs(games, STEPS)
    both = [k for k, (_, vertices) in enumerate(first) if vertices is not None]
    _ours(*games[0])
    case = f"{size}x{size}, discount {discount}"
    if not both:
        bench.left_out(f"{case}: QuantEcon answers none of {count} games")
        return

    def told(answers: dict[str, Any]) -> dict[str, str]:
        ours = dict(zip(both, answers[OURS], strict=True))
        early = [k for k in both if _differ(ours[k], first[k][1])]
        late = _theirs([games[k] for k in early], 100 * STEPS)
        wrong = sum(_differ(ours[k], found) for k, (_, found) in zip(early, late, strict=True))
        counts = {"no answer": count - len(both), "early": len(early), "disagree": wrong}
        return {name: f"{number} of {count}" for name, number in counts.items()}

    def quantecon() -> Timed:
        seconds = [seconds for seconds, _ in _theirs([games[k] for k in both], STEPS)]
        return Timed(float(np.sum(seconds)), len(both))

    bench.race(
        case, {OURS: lambda: [_ours(*games[k]) for k in both], "QuantEcon": quantecon},
        unit="ms per set", items={OURS: len(both)}, rounds=2, clock="wall", told=told,
    )  # fmt: skip


def _ours(row: list, column: list, discount: float) -> PayoffSet:
    (one,) = equilibrium_payoffs(row, column, discount=discount)
    return one


def _theirs(games: list, steps: int) -> list:
    answers: list = []
    while len(answers) < len(games):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks._payoff_sets_peer"],
            input=json.dumps([(*game, steps) for game in games[len(answers) :]]),
            capture_output=True,
            text=True,
            check=False,
        )
        answers += [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode:
            answers.append((np.nan, None))
    return answers


def _differ(one: PayoffSet, vertices: list | None) -> bool:
    if vertices is None:
        return False
    if one.kind == "empty":
        return True
    reach = (one.vertices @ WAYS).max(axis=0) - (np.array(vertices) @ WAYS).max(axis=0)
    return bool(np.abs(reach).max() > 1e-6)
