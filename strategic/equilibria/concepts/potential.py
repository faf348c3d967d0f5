"""Exact potential games: whether a game is one, and its potential."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria.method import games_from
from strategic.games.game import Game
from strategic.papers import Cited

_SHORT = 2.0**45
"""Sums and differences of a few whole numbers below it are exact."""


@dataclass(frozen=True, eq=False)
class Potential(Cited):
    """The exact potential of games.

    Parameters
    ----------
    exists : array of bool ``(*batch,)``
        Whether the game has an exact potential, decided on the payoffs as written.
    values : array ``(*batch, n_1, ..., n_p)``
        The potential, zero where everyone plays the first action; NaN where there is none.
    greatest : array of bool ``(*batch, n_1, ..., n_p)``
        The profiles at which it is greatest, ties included, compared exactly.
    """

    made_by = ("potential",)

    exists: Array
    values: Array
    greatest: Array


def potential(*payoffs: Game | ArrayLike) -> Potential:
    """Find the exact potential of games, where they have one.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` per player
        The payoffs; leading axes are a batch.

    Returns
    -------
    Potential

    Raises
    ------
    GameError
        When the payoffs do not make a game.

    Notes
    -----
    A function of profiles is an exact potential if whoever deviates alone gains exactly what it
    gains. It is unique up to a constant, so it is built along the path on which one player after
    the other leaves the first action, and then every deviation is checked (Monderer and Shapley
    1996, theorem 2.8 and lemma 2.7).

    References
    ----------
    Monderer, D. and Shapley, L. S. (1996). Potential games. Games and Economic Behavior 14,
    124-143.

    Examples
    --------
    >>> found = potential([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> bool(found.exists), found.values.tolist()
    (True, [[0.0, 2.0], [2.0, 3.0]])
    """
    games = games_from(*payoffs)
    flat, batch = with_one_axis(games), games.batch_shape
    defined = flat.defined
    tables = np.stack(flat.payoffs)
    values, residual = _built(tables)
    axes = tuple(range(1, values.ndim))
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.abs(tables).max(axis=(0, *(1 + axis for axis in axes)))
        short = (tables == np.rint(tables)).all(axis=(0, *(1 + axis for axis in axes)))
        short &= ~flat.rounded & (size * len(tables) < _SHORT)
        # Every value is a sum of at most as many differences as there are players.
        refuted = residual > 16.0 * len(tables) ** 2 * np.finfo(float).eps * size
    exists = defined & (residual == 0.0) & short
    greatest = values == values.max(axis=axes, keepdims=True)
    games_open = np.flatnonzero(defined & ~short & ~(refuted & np.isfinite(residual)))
    if len(games_open):
        exact = np.stack(flat.of_batch(games_open).fractions())  # type: ignore[arg-type]
        whole, left = _built(exact)
        exists[games_open] = left == 0
        values[games_open] = nearest_doubles(whole)
        greatest[games_open] = whole == whole.max(axis=axes, keepdims=True)
    spread = exists.reshape(-1, *(1,) * len(axes))
    return Potential(
        exists=exists.reshape(batch),
        values=np.where(spread, values, np.nan).reshape(*batch, *games.shape),
        greatest=(greatest & spread).reshape(*batch, *games.shape),
    )


def _built(tables: Array) -> tuple[Array, Array]:
    """Sum the gains along a path, and give the largest gain elsewhere that it does not explain.

    ``tables`` is ``(players, games, n_1, ..., n_p)``, of doubles or Fractions.
    """
    players, first = len(tables), [slice(None)] * (tables.ndim - 1)
    zero = Fraction(0) if tables.dtype == object else 0.0
    values = np.full(tables.shape[1:], zero, dtype=tables.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for player, own in enumerate(tables):
            later = [slice(0, 1) if axis > player else slice(None) for axis in range(players)]
            along = own[(slice(None), *later)]
            start = list(first[: along.ndim])
            start[1 + player] = slice(0, 1)
            values = values + (along - along[tuple(start)])
        residual = np.full(len(values), zero, dtype=tables.dtype)
        for player, own in enumerate(tables):
            start = list(first)
            start[1 + player] = slice(0, 1)
            unexplained = own - own[tuple(start)] - (values - values[tuple(start)])
            worst = np.abs(unexplained).max(axis=tuple(range(1, values.ndim)))
            residual = np.maximum(residual, worst)
    return values, residual
