"""What a call costs with few games, and what it costs to ask for less than everything."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Work
from strategic.equilibria import solve

LARGE = {2: 100_000, 3: 50_000, 4: 20_000, 5: 8000, 6: 4000}
FEW = (1, 10, 100, 300, 1000)
TIED = 500
GAMES_A_ROUND = 2000
"""Games that a round of small batches takes in all, so that the clock has something to read."""
TIMES, FIXED = 3, 150.0
"""A small batch may take so many times the time per game of a large one, and so many us besides."""
MANY = 10_000_000


def run(bench: Bench) -> None:
    part = 10 if bench.quick else 1
    for size, large in LARGE.items():
        bench.title(f"Few random {size}x{size} games in a call, beside a large batch")
        row, column = np.random.default_rng(size).random(
            (2, max(large // part, FEW[-1]), size, size)
        )
        for few in FEW:
            _few(bench, few, row, column)
    _tied(bench)
    _parts(bench, MANY // part)


def _tied(bench: Bench) -> None:
    """Solve few games as people type them, most of which have ties."""
    bench.title("Few games with payoffs 0..3 in a call")
    for size in LARGE:
        row, column = np.floor(4 * np.random.default_rng(size).random((2, TIED, size, size)))
        for few in (1, 10):
            calls = TIED // few // (10 if bench.quick else 1)
            work = partial(_small_batches, row, column, range(0, calls * few, few), few)
            bench.race(
                f"{size}x{size} with ties, {few} in a call", {OURS: work},
                unit="us per call", items=calls,
            )  # fmt: skip


def _parts(bench: Bench, games: int) -> None:
    """Ask for less than everything; counts also beside plain passes over the payoffs."""
    bench.title("Counts, supports and strategies alone, of random 2x2 games")
    row, column = np.random.default_rng(0).random((2, games, 2, 2))
    everything = partial(solve, row, column, workers=1)
    for want in ("count", "supports", "strategies"):
        works: dict[str, Work] = {
            OURS: partial(solve, row, column, want=want, workers=1),
            "everything": everything,
        }
        if want == "count":
            works["a copy"] = lambda: (row.copy(), column.copy())
            works["a comparison"] = lambda: (row > 0.5, column > 0.5)
        bench.race(
            f"want {want} 2x2", works, unit="ns per game", items=games, rounds=3,
            wanted=Wanted(faster=1.0, than="a copy") if want == "count" else (),
        )  # fmt: skip


def _few(bench: Bench, few: int, row: np.ndarray, column: np.ndarray) -> None:
    """Race many small batches with one large one, and tell what a small one costs besides."""
    size, calls = row.shape[-1], max(GAMES_A_ROUND // few // (10 if bench.quick else 1), 2)
    starts = np.random.default_rng(few).integers(0, len(row) - few + 1, calls)
    small = partial(_small_batches, row, column, starts, few)
    case = f"{size}x{size}, {few} in a call"
    bench.race(
        case, {OURS: small, "a large batch": partial(solve, row, column, workers=1)},
        unit="us per game", items={OURS: few * calls, "a large batch": len(row)},
    )  # fmt: skip
    line = bench.lines[-1]
    beyond = few * (line.spread().middle - TIMES * line.spread("a large batch").middle)
    bench.value(
        f"{case}, fixed cost", beyond, unit=f"us per call beyond {TIMES} times a large batch",
        wanted=Wanted(most=FIXED),
    )  # fmt: skip


def _small_batches(row: np.ndarray, column: np.ndarray, starts: Iterable[int], few: int) -> None:
    """Solve ``few`` games a call, those from each of ``starts`` on."""
    for start in starts:
        solve(row[start : start + few], column[start : start + few], workers=1)
