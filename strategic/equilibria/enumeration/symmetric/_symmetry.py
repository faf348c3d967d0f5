"""Whether the players of a game can be exchanged."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria.method import games_from
from strategic.games.game import Game


def symmetric_games(*payoffs: Game | ArrayLike) -> Array:
    """Mark the games whose players can be exchanged in any way.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` per player
        The payoffs; leading axes are a batch.

    Returns
    -------
    array of bool ``(*batch,)``
        Decided on the payoffs as written. False where numbers of actions differ.

    Notes
    -----
    Exchanging neighbours is enough: these exchanges generate all permutations. The actions are
    taken in the order in which they are given.

    Examples
    --------
    >>> bool(symmetric_games([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    True
    """
    games = games_from(*payoffs)
    symmetric = np.ones(games.batch_shape, dtype=bool)
    if len(set(games.shape)) > 1:
        return ~symmetric
    count, first = len(games.shape), len(games.batch_shape)
    # Different decimals of up to 15 digits differ as doubles; what is longer is kept in full.
    tables = games.payoffs if games.exact is None else games.fractions()
    axes = tuple(range(first, first + count))
    for player in range(count - 1):
        exchanged = [t.swapaxes(first + player, first + player + 1) for t in tables]
        exchanged[player], exchanged[player + 1] = exchanged[player + 1], exchanged[player]
        for table, other in zip(tables, exchanged, strict=True):
            symmetric &= np.asarray((table == other).all(axis=axes), dtype=bool)
    return symmetric
