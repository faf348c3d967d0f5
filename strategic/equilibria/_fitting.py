"""Games of a batch that a method is for, and the others, which it says it does not take."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.result import Equilibria
from strategic.games.game import Game
from strategic.status import Status

Listed = TypeVar("Listed", bound=Equilibria)


def placed(found: Listed, games: Game, places: Array) -> Listed:
    """Put what was found of some games among all of a batch; the others have ``does_not_fit``.

    Parameters
    ----------
    found : Equilibria
        Of the games that the method is for, in one axis.
    games : Game
        The batch.
    places : array of int
        Where in it those games stand, in flat numbers.
    """
    batch = games.batch_shape
    size = int(np.prod(batch, dtype=np.int64))

    def spread(values: Array, *, blank: object) -> Array:
        whole = np.full(size, blank, dtype=values.dtype)
        whole[places] = values
        return whole.reshape(batch)

    return replace(
        found,
        games=games,
        count=spread(found.count, blank=0),
        status=spread(found.status, blank=Status.DOES_NOT_FIT),
        degenerate=spread(found.degenerate, blank=False),
        game=places[found.game],
    )
