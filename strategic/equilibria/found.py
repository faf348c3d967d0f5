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


def put_together(parts: list[Found], games: int, shape: tuple[int, ...]) -> tuple[Found, Array]:
    """Merge parts into one, by game, and count the equilibria of each game.

    Parameters
    ----------
    parts : list of Found
        No game is in two parts. The columns are moved one at a time and taken from the parts as
        they go, so that hardly more than one column is held twice.
    games : int
        Number of games.
    shape : pair of int
        Number of actions of each player.

    Returns
    -------
    found : Found
    count : array ``(games,)`` of int
    """
    count = np.zeros(games, dtype=np.int64)
    for part in parts:
        if len(part.game):
            first, last = part.game[0], part.game[-1] + 1
            count[first:last] += np.bincount(part.game - first)
    if len(parts) == 1:
        return parts[0], count
    total = int(count.sum())
    starts = np.cumsum(count) - count
    places = [_places(part.game, starts) for part in parts]
    game = np.empty(total, dtype=np.int64)
    for part, place in zip(parts, places, strict=True):
        game[place] = part.game
        part.game = part.game[:0]
    merged = {}
    widths = {"x": shape[0], "y": shape[1], "payoffs": 2, "index": 1, "regret": 1}
    for name, width in widths.items():
        room = np.empty((width, total))
        for part, place in zip(parts, places, strict=True):
            room[:, place] = part.columns.pop(name)
        merged[name] = room
    return Found(game, merged), count


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
