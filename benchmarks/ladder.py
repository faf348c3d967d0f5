"""The trust ladder: phase diagrams, random paths and logit equilibria, on one core."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks._lines import OURS
from benchmarks._recorder import Bench, Work
from strategic.repeated import (
    Ladder,
    LadderChain,
    logit_equilibrium,
    simulate_ladder,
    solve_ladder,
    trust_ladder,
)


def run(bench: Bench) -> None:
    bench.title("The trust ladder: all threshold equilibria and reversion cutoffs")
    for rungs, side in ((3, 100), (5, 100), (11, 100), *(() if bench.quick else ((5, 1000),))):
        ladder = _diagram(rungs, side)
        works: dict[str, Work] = {OURS: partial(solve_ladder, ladder, workers=1)}
        if side == 100:
            works["dense solves alone"] = partial(_dense, ladder)
        bench.race(f"{rungs} rungs, {side}x{side}", works, unit="us per point", items=side**2)
    _rest(bench)


def _rest(bench: Bench) -> None:
    ladder = _diagram(5, 100)
    best = np.minimum(solve_ladder(ladder).best, 5)
    chain = LadderChain(ladder, best, workers=1)
    for name, work in (
        ("exact shares of time", chain.cooperation_share),
        ("exact survival", chain.mean_survival),
    ):
        bench.race(name, {OURS: work}, unit="us per point", items=100**2)
    drawn = partial(simulate_ladder, ladder, best, paths=10, periods=100, workers=1)
    bench.race("random paths", {OURS: drawn}, unit="ns per period", items=100**2 * 10 * 100)
    logit = partial(logit_equilibrium, _diagram(5, 20), 10.0, workers=1)
    bench.race("logit at precision 10", {OURS: logit}, unit="us per point", items=20**2)


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
