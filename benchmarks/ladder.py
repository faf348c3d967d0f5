"""The trust ladder: phase diagrams, random paths and logit equilibria, on one core."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from strategic.repeated import (
    Ladder,
    LadderChain,
    logit_equilibrium,
    simulate_ladder,
    solve_ladder,
    trust_ladder,
)


def run(*, quick: bool) -> None:
    print("All threshold equilibria and reversion cutoffs, incident risk x discount factor")
    print(f"{'rungs':>6} {'grid':>10} {'ms':>9} {'us a point':>11} {'dense solves, ms':>17}")
    for rungs, side in ((3, 100), (5, 100), (11, 100), *(() if quick else ((5, 1000),))):
        ladder = _diagram(rungs, side)
        ours = _seconds(lambda one=ladder: solve_ladder(one, workers=1))
        dense = _seconds(lambda one=ladder: _dense(one), runs=1) if side == 100 else np.nan
        print(
            f"{rungs:>6} {side:>5}x{side:<4} {ours * 1e3:9.1f} {ours / side**2 * 1e6:11.2f} "
            f"{dense * 1e3:17.1f}"
        )
    _rest()


def _rest() -> None:
    ladder = _diagram(5, 100)
    best = np.minimum(solve_ladder(ladder).best, 5)
    chain = LadderChain(ladder, best, workers=1)
    for name, work in (
        ("exact shares of time", chain.cooperation_share),
        ("exact survival", chain.mean_survival),
    ):
        print(f"{name}, 100x100 points: {_seconds(work) * 1e3:.1f} ms")
    drawn = _seconds(lambda: simulate_ladder(ladder, best, paths=10, periods=100, workers=1))
    print(f"random paths: {1e-6 * 1e5 * 100 / drawn:.1f} million periods a second")
    small = _diagram(5, 20)
    logit = _seconds(lambda: logit_equilibrium(small, 10.0, workers=1), runs=1)
    print(f"logit equilibrium at precision 10: {logit / 400 * 1e6:.0f} us a point")


def _diagram(rungs: int, side: int) -> Ladder:
    risk, discount = np.meshgrid(np.linspace(0, 0.5, side), np.linspace(0.3, 0.99, side))
    both = np.stack([discount, 0.98 * discount])
    return trust_ladder([3.0, 2.0], 1.5, 1.0, both, incident_risk=risk, shock=0.05, rungs=rungs)


def _dense(ladder: Ladder) -> None:
    """Solve only the linear systems, by one batched ``numpy.linalg.solve`` per cutoff and side."""
    rungs = int(ladder.rungs[0])
    right = np.ones((len(ladder.valid), rungs, 1))
    system = np.random.default_rng(0).random((len(ladder.valid), rungs, rungs)) + rungs * np.eye(
        rungs
    )
    for _ in range(2 * rungs):
        np.linalg.solve(system, right)


def _seconds(work: Callable[[], object], runs: int = 3) -> float:
    """Processor time of the best run."""
    best = np.inf
    for _ in range(runs):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return float(best)
