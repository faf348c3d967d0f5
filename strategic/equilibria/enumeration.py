"""All equilibria of two-player games, certified, in bulk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.equilibria.exact import ExactGame
from strategic.equilibria.method import Method
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

MOST_ACTIONS = 16


@dataclass(frozen=True)
class AllEquilibria(Method):
    """Enumerate every equilibrium of two-player games with at most 16 actions in all.

    Examples
    --------
    >>> AllEquilibria().solve(Game.of([[1, 0], [0, 1]], [[1, 0], [0, 1]])).count
    array(3)
    """

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Find all extreme equilibria of every game of the batch."""
        _check_size(games)
        found = [ExactGame.of(games.of_batch(*place)) for place in np.ndindex(games.batch_shape)]
        pairs = [(number, g, x, y) for number, g in enumerate(found) for x, y in g.equilibria]
        tied = np.array([any(_tied(x, y) for x, y in g.equilibria) for g in found])
        status = np.where(tied, Status.COMPONENTS, Status.COMPLETE_EXACT)
        rows, columns = (
            np.array([[float(p) for p in v.strategy] for v in side])
            for side in zip(*((x, y) for _, _, x, y in pairs), strict=True)
        )
        return Equilibria.verified(
            games,
            (rows, columns),
            game=np.array([number for number, *_ in pairs]),
            status=status.reshape(games.batch_shape),
            degenerate=tied.reshape(games.batch_shape),
            index=np.array(
                [np.nan if _connected(g, x, y) else g.indices[x, y] for _, g, x, y in pairs]
            ),
            method="all",
        )


def _tied(x: object, y: object) -> bool:
    return not len(x.support) == len(x.replies) == len(y.support) == len(y.replies)  # type: ignore[attr-defined]


def _connected(game: ExactGame, x: object, y: object) -> bool:
    return sum(a is x or b is y for a, b in game.equilibria) > 1


def _check_size(games: Game) -> None:
    shape = games.shape
    if len(shape) != 2:
        raise MethodError("method 'all' needs two players", value=f"{len(shape)} players")
    if sum(shape) > MOST_ACTIONS:
        raise MethodError(
            f"method 'all' takes at most {MOST_ACTIONS} actions in all",
            value=f"{shape[0]} + {shape[1]} = {sum(shape)}",
        )
