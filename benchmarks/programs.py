"""Correlated play, commitment, zero-sum optima and Lemke-Howson paths of many games at once.

Beside them: the exact arithmetic of one game after the other, which was the only way before and
still settles what the bulk leaves open; and HiGHS, called once per program.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Timed
from strategic.arrays import Array
from strategic.equilibria import solve
from strategic.equilibria.concepts import commitment, correlated
from strategic.equilibria.pivoting import _zero_sum_programs, lemke_howson

GAMES, FEW = 10_000, 40
FASTER = 50
LOOP, HIGHS = "exact, one by one", "HiGHS, one by one"
METHODS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("correlated", {"objective": "welfare"}),
    ("correlated", {"objective": "egalitarian"}),
    ("correlated", {"objective": 0}),
    ("coarse", {"objective": "welfare"}),
    ("coarse", {"objective": "egalitarian"}),
    ("coarse", {"objective": 0}),
    ("commitment", {}),
    ("commitment", {"pessimistic": True}),
    ("lemke_howson", {}),
    ("lemke_howson_all", {}),
    ("zero_sum", {}),
)
SHAPES = ((3, 3), (4, 4), (2, 2, 2))
SWITCHES = (
    (correlated, "LARGEST"),
    (commitment, "LARGEST"),
    (_zero_sum_programs, "LARGEST"),
    (lemke_howson, "TOGETHER"),
)


def run(bench: Bench) -> None:
    for shape in SHAPES[: 1 if bench.quick else None]:
        bench.title(f"{'x'.join(map(str, shape))} games, {GAMES:,} at once")
        rng = np.random.default_rng(shape)
        size = (len(shape), GAMES // 10 if bench.quick else GAMES, *shape)
        for kind, tables in (
            ("random", rng.random(size)),
            ("payoffs 0..3", rng.integers(0, 4, size).astype(float)),
        ):
            for method, options in METHODS:
                if len(shape) == 2 or method in ("correlated", "coarse"):
                    _race(bench, kind, tables, method, options)


def _race(bench: Bench, kind: str, tables: Array, method: str, options: dict[str, Any]) -> None:
    shape, few = "x".join(map(str, tables.shape[2:])), tables[:, :FEW]
    name = " ".join([method, *(str(value) for value in options.values() if value is not True)])
    name += " pessimistic" * bool(options.get("pessimistic"))
    ours, wanted = partial(_answers, method=method, options=options), [Wanted(FASTER, than=LOOP)]
    if method == "zero_sum":
        name, ours = "uniqueness of zero-sum optima", _only
        if kind == "random":  # such optima are proved unique before any program is solved
            wanted = []
    works: dict[str, Callable[[], Any]] = {
        OURS: partial(ours, tables),
        LOOP: partial(_one_by_one, ours, few),
    }
    items = {OURS: tables.shape[1], LOOP: FEW}
    if method in ("correlated", "coarse") and options["objective"] == "welfare":
        works[HIGHS] = partial(_by_highs, few, coarse=method == "coarse")
        items[HIGHS] = FEW
    answers = bench.race(
        f"{name} {shape}, {kind}", works, unit="us per game", items=items, rounds=3, wanted=wanted
    )
    if method.startswith("lemke_howson"):
        return  # ties are broken otherwise
    different = np.zeros(FEW, dtype=bool)
    for mine, theirs in zip(answers[OURS], answers[LOOP], strict=True):
        different |= (mine[:FEW] != theirs).reshape(FEW, -1).any(axis=1)
    case = f"{name} {shape}, {kind}: the same bits one by one"
    bench.check(case, wrong=int(different.sum()), of=FEW)


def _answers(tables: Array, method: str, options: dict[str, Any]) -> list[Array]:
    found = solve(*tables, method=method, workers=1, **options)
    if method == "commitment":
        return [found.leader, found.reply, found.payoffs]
    if method.startswith("lemke_howson"):
        return [found.count]
    return [found.probabilities, found.payoffs, found.value, found.gain]


def _only(tables: Array) -> Timed:
    """Time what is computed when uniqueness is asked for."""
    found = solve(tables[0], -tables[0], method="zero_sum", workers=1)
    start = time.process_time()
    unique = [found.unique_row, found.unique_column]
    return Timed(time.process_time() - start, len(tables[0]), unique)


def _one_by_one(work: Callable[[Array], Any], tables: Array) -> Any:
    with _nothing_in_bulk():
        return work(tables)


@contextmanager
def _nothing_in_bulk() -> Iterator[None]:
    before = [(module, name, getattr(module, name)) for module, name in SWITCHES]
    for module, name in SWITCHES:
        setattr(module, name, 0)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def _by_highs(tables: Array, *, coarse: bool) -> list[float]:
    """Solve for the largest sum of payoffs, with the constraints built game by game."""
    from scipy.optimize import linprog

    values = []
    for game in tables.swapaxes(0, 1):
        limits = np.concatenate(list(correlated._gains(game, coarse=coarse)))  # noqa: SLF001
        welfare = game.sum(axis=0).reshape(-1)
        found = linprog(
            -welfare,
            A_ub=limits,
            b_ub=np.zeros(len(limits)),
            A_eq=np.ones((1, welfare.size)),
            b_eq=[1.0],
            method="highs",
        )
        values.append(-found.fun)
    return values
