"""Pure equilibria of any number of players, for whole batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._exact import ordinal_payoffs
from strategic.equilibria.method import Method, games_from
from strategic.equilibria.result import Equilibria
from strategic.games.game import Game
from strategic.status import Status


def pure_mask(*payoffs: Game | ArrayLike, strict: bool = False) -> Array:
    """Mark the profiles of pure actions at which nobody gains by deviating alone.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` per player
        The payoffs; leading axes are a batch.
    strict : bool
        Whether every deviation must lose.

    Returns
    -------
    ndarray of bool, ``(*batch, n_1, ..., n_p)``
        True at the (strict) pure equilibria. Payoffs are compared as written, to the last digit.

    Raises
    ------
    GameError
        When the payoffs do not make a game.

    Examples
    --------
    >>> pure_mask([[3, 0], [5, 1]], [[3, 5], [0, 1]]).tolist()
    [[False, False], [False, True]]
    """
    game = games_from(*payoffs)
    mask = np.ones(game.payoffs[0].shape, dtype=bool)
    for axis, own in enumerate(ordinal_payoffs(game), start=len(game.batch_shape)):
        # Compared, never subtracted: payoffs that differ in the last bit are no tie.
        best = own.max(axis=axis, keepdims=True) == own
        mask &= best & (best.sum(axis=axis, keepdims=True) == 1) if strict else best
    return mask


def pure_profiles(*payoffs: Game | ArrayLike, strict: bool = False) -> tuple[Array, Array]:
    """List the pure equilibria of one game or of a batch.

    Parameters
    ----------
    *payoffs : Game, or one array per player
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
    games = games_from(*payoffs)
    found = np.argwhere(pure_mask(games, strict=strict).reshape(-1, *games.shape))
    return found[:, 0], found[:, 1:]


@dataclass(frozen=True)
class Pure(Method):
    """Every equilibrium in pure actions, of any number of players.

    Parameters
    ----------
    strict : bool, default False
        Whether every deviation must lose.

    Notes
    -----
    A profile at which nobody gains by deviating alone (Nash 1951). Payoffs are only compared, so
    the list is exact and complete *for pure equilibria*; the cost is one maximum per player and
    profile. The status is ``found_some``, since mixed equilibria are not looked for, or
    ``no_equilibrium`` where there is no pure one.

    References
    ----------
    Nash, J. F. (1951). Non-cooperative games. Annals of Mathematics 54, 286-295.

    Examples
    --------
    >>> found = Pure().solve(Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    >>> found.row, found.status.item()
    (array([[1., 0.],
           [0., 1.]]), 5)
    """

    strict: bool = False

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """List the pure equilibria of one game or a batch; see the class."""
        del workers  # comparing is faster than starting threads
        game, actions = pure_profiles(games, strict=self.strict)
        there = np.bincount(game, minlength=int(np.prod(games.batch_shape, dtype=int))) > 0
        status = np.where(there, Status.FOUND_SOME, Status.NO_EQUILIBRIUM)
        return Equilibria.verified(
            games,
            [np.eye(n)[actions[:, player]] for player, n in enumerate(games.shape)],
            game=game,
            status=status.reshape(games.batch_shape),
            method="pure",
        )
