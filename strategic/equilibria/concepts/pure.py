"""Pure equilibria of any number of players, for whole batches."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.games.game import Game


def pure_mask(*payoffs: Game | ArrayLike, strict: bool = False) -> Array:
    """Mark the profiles of pure actions at which nobody gains by deviating alone.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` a player
        The payoffs; leading axes are a batch.
    strict : bool
        Whether every deviation must lose.

    Returns
    -------
    ndarray of bool, ``(*batch, n_1, ..., n_p)``
        True at the (strict) pure equilibria.  Payoffs are compared as given, to the last bit.

    Raises
    ------
    GameError
        When the payoffs do not make a game.

    Examples
    --------
    >>> pure_mask([[3, 0], [5, 1]], [[3, 5], [0, 1]]).tolist()
    [[False, False], [False, True]]
    """
    first = payoffs[0] if payoffs else None
    game = first if isinstance(first, Game) else Game.of(*payoffs)  # type: ignore[arg-type]
    players = len(game.payoffs)
    mask = np.ones(game.payoffs[0].shape, dtype=bool)
    for player, own in enumerate(game.payoffs):
        axis = own.ndim - players + player
        best = own.max(axis=axis, keepdims=True) == own
        mask &= best & (best.sum(axis=axis, keepdims=True) == 1) if strict else best
    return mask


def pure_profiles(*payoffs: Game | ArrayLike, strict: bool = False) -> tuple[Array, Array]:
    """List the pure equilibria of one game or of a batch.

    Parameters
    ----------
    *payoffs : Game, or one array a player
        As for `pure_mask`.
    strict : bool
        Whether every deviation must lose.

    Returns
    -------
    game : ndarray of int, ``(E,)``
        Flat number of the game of each equilibrium, ascending.
    actions : ndarray of int, ``(E, players)``
        Action of every player; within a game in row-major order.

    Examples
    --------
    >>> game, actions = pure_profiles([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> game.tolist(), actions.tolist()
    ([0, 0], [[0, 0], [1, 1]])
    """
    first = payoffs[0] if payoffs else None
    games = first if isinstance(first, Game) else Game.of(*payoffs)  # type: ignore[arg-type]
    found = np.argwhere(pure_mask(games, strict=strict).reshape(-1, *games.shape))
    return found[:, 0], found[:, 1:]
