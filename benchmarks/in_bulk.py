"""Other methods than listing all equilibria: whole batches beside one game at a time.

The loop makes one call per game on the same games; what a call costs besides is part of it, as it
is for whoever writes such a loop. What the code of another day did with a batch is measured by
``--beside COMMIT``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Work, one_by_one
from benchmarks.solve import draw
from strategic.equilibria import solve

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


def _race(bench: Bench, case: str, ours: Work, loop: Work, games: int) -> None:
    bench.race(
        case, {OURS: ours, LOOP: loop}, unit="us per game", items={OURS: games}, rounds=3,
        wanted=Wanted(faster=FASTER, than=LOOP),
    )  # fmt: skip
