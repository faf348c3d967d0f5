"""Pure equilibria as a solution method: any number of players, whole batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.equilibria.concepts.pure import pure_profiles
from strategic.equilibria.method import Method
from strategic.equilibria.result import Equilibria
from strategic.games.game import Game
from strategic.status import Status


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
    the list is exact and complete *for pure equilibria*; the cost is one maximum a player and
    profile. The status is ``found_some`` (mixed equilibria are not looked for), or
    ``no_equilibrium`` where there is no pure one.

    References
    ----------
    Nash, J. (1951). Non-cooperative games. Annals of Mathematics 54.

    Examples
    --------
    >>> found = Pure().solve(Game.of([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
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
