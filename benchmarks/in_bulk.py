"""Concepts beyond listing equilibria, of whole batches beside one game at a time.

The loop makes one call per game on the same games; what a call costs besides is part of it, as it
is for whoever writes such a loop. What the code of another day did with a batch is measured by
``--beside COMMIT``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Work, one_by_one
from benchmarks.solve import draw
from strategic.equilibria import Equilibria, choose, solve
from strategic.equilibria.concepts.refinement import admissible, quasi_strict
from strategic.equilibria.concepts.selection import pareto_rank

GAMES, LOOPED = 20_000, 100
FASTER = 50
LOOP = "one game at a time"
OPTIONS: dict[str, dict[str, Any]] = {
    "correlated": {},
    "coarse": {},
    "zero_sum": {},
    "commitment": {},
    "pessimistic commitment": {"method": "commitment", "pessimistic": True},
    "lemke_howson": {},
    "selection": {},
}
"""Methods by name, with their options."""
FOUND: dict[str, Callable[[Equilibria], object]] = {
    "components": lambda found: len(found.components()),
    "exact shares": lambda found: found.whole_strategies(),
    "quasi_strict": quasi_strict,
    "admissible": admissible,
    "pareto_rank": pareto_rank,
    "choose best-welfare": lambda found: choose(found, "best-welfare"),
}
"""What is asked of equilibria that are listed already."""


def run(bench: Bench) -> None:
    part = 20 if bench.quick else 1
    for size in (3, 4):
        for kind in ("random", "payoffs 0..3"):
            bench.title(f"{kind} {size}x{size}, batches beside a loop")
            row, column = draw(kind, GAMES // part, size)
            for name, options in OPTIONS.items():
                sides = row, -row if name == "zero_sum" else column
                call = partial(solve, **{"method": name, "workers": 1, **options})
                games = list(zip(*(side[:LOOPED] for side in sides), strict=True))
                _race(bench, f"{name}, {kind} {size}x{size}", partial(call, *sides),
                      one_by_one(lambda game, call=call: call(*game), games), len(row))  # fmt: skip
            found = solve(row, column, workers=1)
            alone = [found.of(number) for number in range(LOOPED)]
            for name, ask in FOUND.items():
                afresh = partial(_afresh, ask)
                _race(bench, f"{name}, {kind} {size}x{size}", partial(afresh, found),
                      one_by_one(afresh, alone), len(row))  # fmt: skip


def _afresh(ask: Callable[[Equilibria], object], found: Equilibria) -> object:
    """Ask a new copy each time: results keep what they were asked once."""
    return ask(replace(found))


def _race(bench: Bench, case: str, ours: Work, loop: Work, games: int) -> None:
    bench.race(
        case, {OURS: ours, LOOP: loop}, unit="us per game", items={OURS: games}, rounds=3,
        wanted=Wanted(faster=FASTER, than=LOOP),
    )  # fmt: skip
