"""Equilibria found in parts, and how the parts are put together game by game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(eq=False)
class Found:
    """Equilibria of some games, ascending by game; one column an equilibrium.

    Parameters
    ----------
    game : array ``(E,)``
        Number of the game.
    columns : dict of arrays ``(width, E)``
        By name: x, y, payoffs, index, regret.
    """

    game: Array
    columns: dict[str, Array]


def put_together(parts: list[Found], count: Array) -> Found:
    """Merge parts into one, by game; ``count`` tells how many equilibria each game has.

    The columns are moved one at a time and taken from the parts as they go, so that hardly more
    than one column is held twice.
    """
    if len(parts) == 1:
        return parts[0]
    total = int(count.sum())
    starts = np.cumsum(count) - count
    places = [_places(part.game, starts) for part in parts]
    game = np.empty(total, dtype=np.int64)
    for part, place in zip(parts, places, strict=True):
        game[place] = part.game
        part.game = part.game[:0]
    merged = {}
    for name in list(parts[0].columns):
        room = np.empty((len(parts[0].columns[name]), total))
        for part, place in zip(parts, places, strict=True):
            room[:, place] = part.columns.pop(name)
        merged[name] = room
    return Found(game, merged)


def _places(game: Array, starts: Array) -> slice | Array:
    """Where equilibria go: a slice where the games of a part have no others between them."""
    if not len(game):
        return slice(0, 0)
    first = np.flatnonzero(np.r_[True, game[1:] != game[:-1]])
    inner = np.arange(len(game)) - np.repeat(first, np.diff(np.r_[first, len(game)]))
    place: Array = starts[game] + inner
    if place[-1] - place[0] == len(place) - 1:
        return slice(int(place[0]), int(place[-1]) + 1)
    return place
