"""What a call costs with few games, and what it costs to ask for less than everything."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench
from strategic.equilibria import solve

LARGE = {2: 100_000, 3: 50_000, 4: 20_000}
FEW = (1, 10, 100, 1000)
GAMES_A_ROUND = 2000
"""Games that a round of small batches takes in all, so that the clock has something to read."""
TIMES, FIXED = 3, 150.0
"""A small batch may take so many times the time per game of a large one, and so many us besides."""
MANY = 2_000_000


def run(bench: Bench) -> None:
    part = 10 if bench.quick else 1
    for size, large in LARGE.items():
        bench.title(f"Few random {size}x{size} games in a call, beside a large batch")
        row, column = np.random.default_rng(size).random((2, large // part, size, size))
        for few in FEW:
            _few(bench, few, row, column)
    bench.title("Counts, supports and strategies alone, of random 2x2 games")
    row, column = np.random.default_rng(2).random((2, MANY // part, 2, 2))
    for want in ("count", "supports", "strategies"):
        bench.race(
            f"want {want} 2x2",
            {
                OURS: partial(solve, row, column, want=want, workers=1),
                "everything": partial(solve, row, column, workers=1),
                "numpy copy of the payoffs": partial(np.array, (row, column)),
            },
            unit="ns per game", items=len(row), rounds=3,
        )  # fmt: skip


def _few(bench: Bench, few: int, row: np.ndarray, column: np.ndarray) -> None:
    """Race many small batches with one large one, and tell what a small one costs besides."""
    size, calls = row.shape[-1], max(GAMES_A_ROUND // few // (10 if bench.quick else 1), 2)
    starts = np.random.default_rng(few).integers(0, len(row) - few + 1, calls)

    def small() -> None:
        for start in starts:
            solve(row[start : start + few], column[start : start + few], workers=1)

    case = f"{few} games {size}x{size}"
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
