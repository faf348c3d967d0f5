"""All pairs of places that belong to one game."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array


def pairs_of_games(game: Array) -> tuple[Array, Array]:
    """List every pair of places with the same number in an ascending array, lower places first.

    Examples
    --------
    >>> pairs_of_games(np.array([4, 4, 4, 7]))
    (array([0, 0, 1]), array([1, 2, 2]))
    """
    places = np.arange(len(game))
    later = np.searchsorted(game, game, side="right") - places - 1
    first = np.repeat(places, later)
    step = np.arange(len(first)) - np.repeat(np.cumsum(later) - later, later)
    return first, first + 1 + step
