"""All pairs of places that belong to one game."""

from __future__ import annotations

from collections.abc import Sequence

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


def near_pairs(strategies: Sequence[Array], game: Array, *, within: float) -> tuple[Array, Array]:
    """List the pairs of profiles ``(E, n_i)`` of one game whose shares differ by no more.

    Examples
    --------
    >>> near_pairs([np.array([[0.0, 1.0], [1e-9, 1.0], [0.5, 0.5]])], np.zeros(3), within=1e-6)
    (array([0]), array([1]))
    """
    first, second = pairs_of_games(game)
    for side in strategies:
        near = (np.abs(side[first] - side[second]) <= within).all(axis=1)
        first, second = first[near], second[near]
    return first, second
