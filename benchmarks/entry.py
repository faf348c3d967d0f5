"""Entry of three firms from all equilibria of simulated markets, beside a loop over Gambit.

`benchmarks.estimation` has the figure that was asked for; here are its parts: scores, selection,
mixed equilibria, a second core, and the equilibria that Gambit does not list.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

import strategic as st
from benchmarks._lines import OURS
from benchmarks._recorder import Bench, one_by_one
from benchmarks.estimation import THREE_FIRMS
from strategic.arrays import Array
from strategic.estimation import read_observations
from strategic.estimation._market_likelihood import SimulatedEntry
from strategic.estimation._market_outcomes import drawn_outcomes
from strategic.estimation._markets import Markets, profile_numbers
from strategic.estimation.payoffs_by_row import PayoffsByRow

FIRMS = ("a", "b", "c")
TRUTH = np.array([0.4, 0.7, -0.8])
DRAWS = 128
PURE, ALL = "Gambit, pure equilibria", "Gambit, all equilibria"
CASES = (
    ("per_unit", "welfare", False, 1),
    ("per_unit", "welfare", False, 2),
    ("per_unit", "equal", False, 1),
    ("gradient", "welfare", False, 1),
    ("per_unit", "welfare", True, 1),
    ("per_unit", "welfare", True, 2),
)


def run(bench: Bench) -> None:
    rows, evaluations, sample = (100, 50, 100) if bench.quick else (500, 1000, 1000)
    markets = simulated_markets(rows)
    rng = np.random.default_rng(0)
    points = np.append(TRUTH, 1.0) + 0.1 * rng.normal(size=(evaluations, 4))
    bench.title(f"{rows} markets of three firms, {DRAWS} draws, {evaluations} evaluations")
    for what, selection, mixed, workers in CASES:
        likelihood = SimulatedEntry(markets, selection, mixed, DRAWS, workers=workers)
        own = points[: -(-evaluations // 20) if mixed else None, : len(likelihood.names)]
        work = partial(getattr(likelihood, what), own)
        bench.race(
            f"{what}, {selection}{', mixed' * mixed}, {workers} thread{'s' * (workers > 1)}",
            {OURS: work}, unit="ns per game", items=rows * DRAWS * len(own),
            clock="wall" if workers > 1 else "processor", rounds=3,
        )  # fmt: skip
    gambit(bench, "entry games", entry_games(markets, sample))
    gambit(bench, "payoffs all random", list(rng.normal(size=(3, sample, 2, 2, 2))))


def simulated_markets(rows: int) -> Markets:
    """Draw covariates of markets and firms, and who enters."""
    rng = np.random.default_rng(1)
    columns = {name: rng.normal(size=rows) for name in ("demand", *(f"cost_{f}" for f in FIRMS))}
    free = ["constant", "pull", "rival"]
    payoffs = PayoffsByRow.of(st.load(THREE_FIRMS), read_observations(columns), free)
    tables = [table[0] for table in payoffs.at(TRUTH[None])]
    first = drawn_outcomes(tables, players=FIRMS, selection="welfare", value=1.0, rng=rng)
    return Markets(FIRMS, payoffs, profile_numbers(first), np.arange(rows))


def entry_games(markets: Markets, sample: int) -> list[Array]:
    """Add shocks to the payoffs of some markets."""
    rng = np.random.default_rng(2)
    rows = rng.integers(0, len(markets.observed), sample)
    games = []
    for firm, table in enumerate(markets.payoffs.at(TRUTH[None])):
        own = table[0, rows].copy()
        np.moveaxis(own, 1 + firm, 0)[0] += rng.standard_normal(sample)[:, None, None]
        games.append(own)
    return games


def gambit(bench: Bench, kind: str, tables: Sequence[Array]) -> None:
    """Let Gambit solve games one by one, and count the equilibria it does not list."""
    try:
        from pygambit import Game, nash
    except ImportError:
        bench.left_out("pygambit is not installed")
        return
    sample = len(tables[0])
    made = [Game.from_arrays(*(table[k] for table in tables)) for k in range(sample)]

    def told(answers: dict[str, Any]) -> dict[str, str]:
        ours = answers[OURS]
        pure = np.all([side.max(axis=1) == 1 for side in ours.strategies], axis=0)
        there = {PURE: np.bincount(ours.game, pure, sample), ALL: ours.count}
        listed = {name: np.array([len(one.equilibria) for one in answers[name]]) for name in there}
        return {
            name: f"lists too few in {np.mean(listed[name] < number):.1%} of the games, "
            f"too many in {np.mean(listed[name] > number):.1%}"
            for name, number in there.items()
        }

    bench.race(
        f"all equilibria, {kind}",
        {
            OURS: partial(st.solve, *tables, workers=1),
            PURE: one_by_one(nash.enumpure_solve, made),
            ALL: one_by_one(nash.enumpoly_solve, made),
        },
        unit="us per game", items={OURS: sample}, rounds=1, told=told,
    )  # fmt: skip
