"""All symmetric equilibria of symmetric games, certified, in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from strategic.equilibria._connected import equal_rows
from strategic.equilibria._fitting import placed
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria.concepts._exact_profiles import whole_profiles
from strategic.equilibria.enumeration._engine import Engine
from strategic.equilibria.enumeration._equilibrium_blocks import TableForm, profile_lines
from strategic.equilibria.enumeration.all_equilibria import AllEquilibria
from strategic.equilibria.enumeration.symmetric._certified import certified_equilibria
from strategic.equilibria.enumeration.symmetric._exact import exact_equilibria
from strategic.equilibria.enumeration.symmetric._symmetry import symmetric_games
from strategic.equilibria.method import Method
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game, size_text
from strategic.status import Status

MOST_COEFFICIENTS = 20_000
"""Of all indifference equations of one game of three and more players."""
_MANY = 400_000
_LARGEST = 4096


@dataclass(frozen=True)
class Symmetric(Method):
    """Every equilibrium in which all players of a symmetric game use the same mixture.

    Raises
    ------
    MethodError
        When a single game is not symmetric, or there are too many players and actions. Such
        games of a batch have the status ``does_not_fit``.

    Notes
    -----
    A game is symmetric if exchanging players, in any way, exchanges their payoffs, as written.
    Such a game has a symmetric equilibrium (Nash 1951).

    Of two players the symmetric extreme equilibria are those of the method ``all`` in which both
    strategies are the same vertex, in degenerate games too. With more players what an action gains
    against opponents who all use one mixture is a polynomial on the simplex, of degree one less
    than there are players. Its Bernstein coefficients bound it on smaller simplices, which are cut
    until each is proved to hold one root or none, with a bound on every error or else in whole
    numbers. The symmetric indices of a complete list add up to one, which is checked; ``index`` is
    that of the equilibrium in the game. With two actions everything is settled, multiple roots
    included; with more, a degenerate game may end with the status ``found_some``.

    References
    ----------
    Nash, J. F. (1951). Non-cooperative games. Annals of Mathematics 54, 286-295.
    Farouki, R. T. (2012). The Bernstein polynomial basis: a centennial retrospective. Computer
    Aided Geometric Design 29, 379-419.

    Examples
    --------
    Three volunteers, of whom one is enough: the benefit is 1, the cost is 1/4.

    >>> benefit = [[[0.75, 0.75], [0.75, 0.75]], [[1, 1], [1, 0]]]
    >>> game = Game.from_payoffs(*(np.moveaxis(benefit, 0, i) for i in range(3)))
    >>> Symmetric().solve(game).strategies[0]
    array([[0.5, 0.5]])
    """

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Count the coefficients of the equations; see the class."""
        return AllEquilibria().microseconds(shape) if len(shape) == 2 else 20.0 * _work(shape)

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Find the symmetric equilibria of one game or a batch; see the class."""
        symmetric = symmetric_games(games)
        fits = len(set(games.shape)) == 1 and (bool(games.batch_shape) or symmetric.all())
        if not fits:
            raise MethodError(
                "method 'symmetric' needs games whose players can be exchanged",
                where="payoffs",
                value=f"{size_text(games.shape)}, not symmetric",
                remedy="use method 'all', or list every player's actions in the same order",
            )
        flat = with_one_axis(games)
        places = np.flatnonzero(symmetric)
        some = flat.of_batch(places)  # type: ignore[arg-type]
        found = _of_two(some, workers) if len(games.shape) == 2 else _of_more(some, workers)
        return placed(found, games, places)

    @classmethod
    def behind(cls, found: Any) -> Iterable[Any]:
        """Name the method ``all`` for two players, which this one selects from."""
        return AllEquilibria.behind(found) if len(found.games.shape) == 2 else (cls,)


def _of_two(games: Game, workers: int | None) -> Equilibria:
    """Keep the equilibria of method 'all' in which both players use the same strategy.

    A regular equilibrium is determined by its supports, and so is its mirror image.
    """
    found = AllEquilibria().solve(games, workers=workers)
    alike = ((found.row > 0.0) == (found.column > 0.0)).all(axis=1)
    tied = np.unique(found.game[alike & found.degenerate[found.game]])
    if len(tied):
        rows, sides = whole_profiles(found, tied)
        both = np.concatenate([side.numerators for side in sides])
        x, y = np.split(equal_rows(np.tile(found.game[rows], 2), both), 2)
        alike[rows] = x == y
    kept = np.flatnonzero(alike)
    column = found.row[kept]  # of equal strategies one double each
    return Equilibria.verified(
        games,
        (found.row[kept], column),
        game=found.game[kept],
        status=found.status,
        index=found.index[kept],
        degenerate=found.degenerate,
        method="symmetric",
    )


def _work(shape: tuple[int, ...]) -> int:
    n, opponents = shape[0], len(shape) - 1
    work: int = sum(comb(n, k) * k**opponents for k in range(1, n + 1)) * n
    return work


def _of_more(games: Game, workers: int | None) -> Equilibria:
    shape = games.shape
    work = _work(shape)
    if len(shape) < 2 or work > MOST_COEFFICIENTS:
        raise MethodError(
            f"method 'symmetric' takes two players and more, and at most {MOST_COEFFICIENTS:,} "
            "coefficients of all indifference equations",
            value=f"{size_text(shape)}: {work:,}",
            remedy="use method 'pure' or 'logit'",
        )
    size = min(max(_MANY // work, 8), _LARGEST)
    engine = Engine(
        certify=lambda part: certified_equilibria(games.of_batch(part)),  # type: ignore[arg-type]
        exact=lambda rest: exact_equilibria(games.of_batch(rest)),  # type: ignore[arg-type]
        form=TableForm.of(shape),
        size=size,
        exact_size=size,
        microseconds=0.5 * work,
        exact_microseconds=5.0 * work,
    )
    found = engine.run(len(games.payoffs[0]), workers=workers)
    lines = profile_lines(found.table, shape)
    return Equilibria(
        games=games,
        count=found.count,
        status=found.status,
        degenerate=np.isin(found.status, (Status.FOUND_SOME, Status.COMPONENTS)),
        game=np.repeat(np.arange(len(found.count)), found.count),
        strategies=tuple(strategy.T for strategy in lines.strategies),
        payoffs=lines.payoffs.T,
        index=lines.index,
        regret=lines.regret,
        method="symmetric",
    )
