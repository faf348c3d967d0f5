"""Equilibrium payoff sets of repeated games: milliseconds a set against QuantEcon, both warm."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np

from strategic.repeated.payoff_sets.perfect_monitoring import PayoffSet, equilibrium_payoffs

SIZES = (2, 3, 4, 6, 10)
DISCOUNTS = (0.3, 0.5, 0.8, 0.95, 0.99)
GAMES = 40
STEPS = 500
WAYS = np.stack([np.cos(np.arange(32) / 5), np.sin(np.arange(32) / 5)])


def run(*, quick: bool) -> None:
    count = GAMES // 4 if quick else GAMES
    print(
        "Payoff sets of random games; ms a set over the games QuantEcon answers with its defaults."
    )
    print(
        "'early' are sets it gives up on after 500 steps without saying so; 'disagree' those that"
    )
    print("still differ from ours by more than 1e-6 when it may take 50,000.")
    print(f"{'size':>6} {'delta':>6} {'ours':>8} {'theirs':>8} {'times':>6}  none  early  disagree")
    for size in SIZES[: 3 if quick else None]:
        for discount in DISCOUNTS:
            _line(size, discount, count)


def _line(size: int, discount: float, count: int) -> None:
    rng = np.random.default_rng([size, round(100 * discount)])
    games = [(*rng.random((2, size, size)).tolist(), discount) for _ in range(count)]
    theirs = _theirs(games, STEPS)
    ours = [_ours(*game) for game in games]
    both = [k for k, (_, vertices) in enumerate(theirs) if vertices is not None]
    if not both:
        print(f"{size:>4}x{size} {discount:>6} {'':>24}  {count:>4}")
        return
    mine, other = (1e3 * np.mean([times[k][0] for k in both]) for times in (ours, theirs))
    early = [k for k in both if _differ(ours[k][1], theirs[k][1])]
    late = _theirs([games[k] for k in early], 100 * STEPS)
    wrong = sum(_differ(ours[k][1], found) for k, (_, found) in zip(early, late, strict=True))
    print(
        f"{size:>4}x{size} {discount:>6} {mine:>8.3f} {other:>8.3f} {other / mine:>6.1f}  "
        f"{count - len(both):>4}  {len(early):>5}  {wrong:>8}"
    )


def _ours(row: list, column: list, discount: float) -> tuple[float, PayoffSet]:
    start = time.perf_counter()
    (one,) = equilibrium_payoffs(row, column, discount=discount)
    return time.perf_counter() - start, one


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
