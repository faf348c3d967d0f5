"""Parts of the equilibria of many 2x2 games against passes over them, and few games in a call."""

from __future__ import annotations

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench
from strategic.equilibria import solve

MOST_FIXED = 150.0
"""Microseconds of a call, at most, besides three times the time per game of a large batch."""
FEW = {2: (1, 10, 100, 1000), 3: (1, 10, 100, 1000), 4: (1, 10, 100, 1000), 6: (1, 10, 100)}


def run(bench: Bench) -> None:
    bench.title("What is wanted of 2x2 games in a batch, against plain passes over their payoffs")
    games = 1_000_000 if bench.quick else 10_000_000
    row, column = np.random.default_rng(0).random((2, games, 2, 2))
    for want in ("count", "supports", "strategies"):
        works = {OURS: lambda want=want: solve(row, column, want=want, workers=1)}
        if want == "count":
            works["a copy"] = lambda: (row.copy(), column.copy())
            works["a comparison"] = lambda: (row > 0.5, column > 0.5)
        wanted = Wanted(faster=1.0, than="a copy") if want == "count" else ()
        bench.race(f"2x2 {want}", works, unit="ns per game", items=games, wanted=wanted)
    bench.title("Few random games in a call")
    for size, counts in FEW.items():
        row, column = np.random.default_rng(size).random((2, max(counts), size, size))
        for few in counts:
            some = row[:few], column[:few]
            bench.race(
                f"{size}x{size}, {few}",
                {OURS: lambda some=some: solve(*some, workers=1)},
                unit="us", wanted=Wanted(most=MOST_FIXED) if few == 1 else (),
            )  # fmt: skip
