"""Exact shares, components, dominance, selection and refinement in bulk, against single games."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Timed, one_by_one
from strategic.equilibria import Equilibria, solve
from strategic.equilibria.concepts.choice import choose
from strategic.equilibria.concepts.dominance import Dominance
from strategic.equilibria.concepts.reasons import deviations
from strategic.equilibria.concepts.refinement import (
    admissible,
    evolutionarily_stable_set,
    quasi_strict,
)
from strategic.equilibria.concepts.selection import best_by_welfare, pareto_rank
from strategic.equilibria.concepts.welfare import welfare
from strategic.equilibria.concepts.welfare_in_bulk import deviation_gains, welfares
from strategic.games import Game

LOOP = "a loop over games"
GAMES = 10_000
ALONE = 40
ROUNDS = 3
PATIENCE = 0.2
Work = Callable[[Game, Equilibria], Any]


def _welfare(games: Game, found: Equilibria) -> Any:
    return welfares(found) if games.batch_shape else welfare(found)


def _deviations(games: Game) -> Any:
    return deviation_gains(games) if games.batch_shape else deviations(games)


def _read(found: Equilibria) -> Any:
    return found.strategies, found.payoffs, found.regret  # Fractions are made when they are read


WORKS: dict[str, Work] = {
    "components": lambda _, found: found.components().sizes,
    "whole shares": lambda _, found: found.whole_strategies(),
    "whole payoffs": lambda _, found: found.whole_payoffs(),
    "fractions": lambda _, found: found.fractions(),
    "exact": lambda _, found: found.exact(),
    "exact, all read": lambda _, found: _read(found.exact()),
    "dominance": lambda games, _: Dominance().solve(games),
    "weak dominance": lambda games, _: Dominance(weak=True).solve(games),
    "payoff-dominant": lambda _, found: choose(found, "payoff-dominant"),
    "risk-dominant": lambda games, _: choose(games, "risk-dominant"),
    "best-welfare": lambda _, found: choose(found, "best-welfare"),
    "maximum-entropy": lambda _, found: choose(found, "maximum-entropy"),
    "Pareto rank": lambda _, found: pareto_rank(found),
    "best by welfare": lambda _, found: best_by_welfare(found),
    "welfare and prices": _welfare,
    "deviations": lambda games, _: _deviations(games),
    "quasi-strict": lambda _, found: quasi_strict(found),
    "perfect": lambda _, found: admissible(found),
}
COMPARED = "payoff-dominant", "best-welfare", "Pareto rank", "best by welfare"
"""Of three players too, whose payoffs in tied equilibria doubles do not tell apart."""
WANTED = Wanted(faster=50, than=LOOP)


def run(bench: Bench) -> None:
    for size in (3,) if bench.quick else (3, 4):
        for kind in ("random", "0..3"):
            bench.title(f"{size}x{size}, {kind}: everything but the list of equilibria itself")
            games = _games(size, kind, 1000 if bench.quick else GAMES)
            for name, work in WORKS.items():
                _race(bench, f"{name} {size}x{size} {kind}", games, work)
        bench.title(f"Symmetric {size}x{size}")
        games = _games(size, "0..3", 1000 if bench.quick else GAMES, symmetric=True)
        name = f"evolutionarily stable {size}x{size} 0..3"
        _race(bench, name, games, lambda _, found: evolutionarily_stable_set(found))
    bench.title("2x2x2, 0..3: equilibria compared")
    tables = np.random.default_rng(2).integers(0, 4, (3, 1000 if bench.quick else GAMES, 2, 2, 2))
    for name in COMPARED:
        _race(bench, f"{name} 2x2x2 0..3", Game.from_payoffs(*tables), WORKS[name])


def _games(size: int, kind: str, count: int, *, symmetric: bool = False) -> Game:
    rng = np.random.default_rng(size)
    shape = 2, count, size, size
    tables = rng.random(shape) if kind == "random" else rng.integers(0, 4, shape).astype(float)
    if symmetric:
        tables[1] = tables[0].swapaxes(1, 2)
    return Game.from_payoffs(*tables)


def _race(bench: Bench, case: str, games: Game, work: Work) -> None:
    """Let a batch race a loop of single games; lists of equilibria are made before, anew."""
    count = len(games.payoffs[0])
    turns = range(1 + ROUNDS)  # the first is not timed; results keep what they were asked once
    lists = iter([solve(games, workers=1) for _ in turns])
    alone = [games.of_batch(k) for k in range(ALONE)]
    singles = [[(game, solve(game)) for game in alone] for _ in turns]

    def loop() -> Timed:
        timed: Timed = one_by_one(lambda pair: work(*pair), singles.pop(), patience=PATIENCE)()
        return timed

    bench.race(
        case, {OURS: lambda: work(games, next(lists)), LOOP: loop},
        unit="us per game", items={OURS: count}, rounds=ROUNDS, wanted=WANTED,
    )  # fmt: skip
