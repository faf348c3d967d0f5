"""What players lose together by leaving the equilibria of a 2x2 game: the order of risk."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria._whole_games import as_integers, whole_games
from strategic.games.game import Game

_TINY = 1e-290
"""Products below it may have lost digits."""


def deviation_products(games: Game, there: Array) -> tuple[Array, Array]:
    """Multiply the losses of deviating from both diagonal equilibria of 2x2 games, and compare.

    Returns
    -------
    products : array (*batch, 2)
        As doubles.
    risk : array of int (*batch,)
        Which is larger, compared in fractions where doubles leave doubt; -1 for a tie, and where
        ``there`` is false.
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        products = np.stack([mine * theirs for mine, theirs in _losses(games.payoffs)], axis=-1)
        first, second = products[..., 0], products[..., 1]
        sure = np.abs(first - second) > 8.0 * np.finfo(float).eps * (first + second)
        sure &= np.isfinite(first) & np.isfinite(second) & (np.minimum(first, second) > _TINY)
    risk = np.where(there, np.where(first > second, 0, 1), -1)
    doubt = np.flatnonzero(there & ~(sure & ~games.rounded))
    for part in whole_games(with_one_axis(games), doubt):
        fits = part.short and (part.ranges.max() < 2.0**30)
        tables = part.tables if fits else as_integers(part.tables)
        one, other = (mine * theirs for mine, theirs in _losses((tables[0], tables[1])))
        named = np.where(one == other, -1, np.where(one < other, 1, 0))
        risk.reshape(-1)[part.games] = named.astype(risk.dtype)
    return products, risk


def _losses(payoffs: tuple[Array, ...]) -> list[list[Array]]:
    """Give what each player loses by deviating alone, by equilibrium and player."""
    a, b = payoffs
    return [[a[..., i, i] - a[..., 1 - i, i], b[..., i, i] - b[..., i, 1 - i]] for i in (0, 1)]
