"""Entry of three firms from all equilibria of simulated markets, beside a loop over Gambit.

`benchmarks.estimation` has the figure that was asked for; here are its parts: scores, selection,
mixed equilibria, a second core, and the equilibria that Gambit does not list.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

import strategic as st
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
CASES = (
    ("per_unit", "welfare", False, 1),
    ("per_unit", "welfare", False, 2),
    ("per_unit", "equal", False, 1),
    ("gradient", "welfare", False, 1),
    ("per_unit", "welfare", True, 1),
    ("per_unit", "welfare", True, 2),
)


def run(*, quick: bool) -> None:
    """Time evaluations of the likelihood, then Gambit on a sample of the same games."""
    rows, evaluations, sample = (100, 50, 100) if quick else (500, 1000, 1000)
    markets = simulated_markets(rows)
    rng = np.random.default_rng(0)
    points = np.append(TRUTH, 1.0) + 0.1 * rng.normal(size=(evaluations, 4))
    print(
        f"{rows} markets of three firms, {DRAWS} draws, {evaluations} evaluations (mixed: a 20th)"
    )
    print(f"{'':42}{'games':>12}{'processor s':>13}{'s':>8}{'ns a game':>11}")
    for what, selection, mixed, workers in CASES:
        likelihood = SimulatedEntry(markets, selection, mixed, DRAWS, workers=workers)
        own = points[: -(-evaluations // 20) if mixed else None, : len(likelihood.names)]
        getattr(likelihood, what)(own[:1])
        began, ticked = time.process_time(), time.perf_counter()
        getattr(likelihood, what)(own)
        used, passed = time.process_time() - began, time.perf_counter() - ticked
        games = rows * DRAWS * len(own)
        name = f"{what}, {selection}{', mixed' * mixed}, {workers} thread{'s' * (workers > 1)}"
        print(f"{name:42}{games:12,}{used:13.2f}{passed:8.2f}{1e9 * used / games:11.0f}")
    games = 100 * rows * evaluations
    gambit("entry games", entry_games(markets, sample), games)
    gambit("payoffs all random", list(rng.normal(size=(3, sample, 2, 2, 2))), games)


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


def gambit(kind: str, tables: Sequence[Array], games: int) -> None:
    """Let Gambit solve games one by one, and count the equilibria it does not list."""
    try:
        from pygambit import Game, nash
    except ImportError:
        print("left out: pygambit is not installed")
        return
    sample = len(tables[0])
    ours = st.solve(*tables, workers=1)
    pure = np.all([side.max(axis=1) == 1 for side in ours.strategies], axis=0)
    for name, there in (
        ("enumpure_solve", np.bincount(ours.game, pure, sample)),
        ("enumpoly_solve", ours.count),
    ):
        made = [Game.from_arrays(*(table[k] for table in tables)) for k in range(sample)]
        began = time.process_time()
        listed = np.array([len(getattr(nash, name)(game).equilibria) for game in made])
        each = (time.process_time() - began) / sample
        print(
            f"Gambit {name}, {sample} {kind}: {1e6 * each:.0f} us a game, so {games:,} games take "
            f"{each * games / 3600:.1f} hours (extrapolated); lists too few equilibria in "
            f"{np.mean(listed < there):.1%} of the games, too many in {np.mean(listed > there):.1%}"
        )
