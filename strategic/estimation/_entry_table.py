"""Tables of observed markets: who took the first action, or how many did."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, MethodError
from strategic.estimation._markets import MOST_PLAYERS, profile_numbers
from strategic.estimation.observations import Observations
from strategic.games import Game

COUNT = "count"
_POSITIONS = ("first", "second")
_CODES = {"0", "1"}


def check_game(game: Game) -> None:
    """Raise an error unless two to six players have two actions each.

    Raises
    ------
    MethodError
        Says which shape the game has.
    """
    if not 2 <= len(game.shape) <= MOST_PLAYERS or set(game.shape) != {2}:
        rule = f"needs a game of 2 to {MOST_PLAYERS} players with two actions each"
        raise MethodError(rule, where="entry", value=" x ".join(map(str, game.shape)))


def columns_of(table: Observations, players: Sequence[str]) -> list[str]:
    """Name the column of each player: its name, for two players also ``first`` and ``second``.

    Raises
    ------
    FileError
        When one is missing.
    """
    if len(players) == 2:
        by_place = [(name, place) for name, place in zip(players, _POSITIONS, strict=True)]
        if all(place in table.columns for place in _POSITIONS):
            by_place = [(place, name) for name, place in by_place]
        return [table.first(*dict.fromkeys(pair)) for pair in by_place]
    return [table.first(name) for name in players]


def counts_entrants(table: Observations, players: Sequence[str], asked: bool | None) -> bool:
    """Tell whether a table has numbers of entrants instead of who entered.

    Raises
    ------
    MethodError
        When it has both and nothing was asked.
    """
    if asked is not None:
        return asked
    named = set(players) | (set(_POSITIONS) if len(players) == 2 else set())
    some = bool(named & set(table.columns))
    if COUNT in table.columns and some:
        rule = f"the table has both '{COUNT}' and columns of players"
        raise MethodError(rule, where="entrants", remedy="say entrants=true, or false")
    return COUNT in table.columns


def read_profiles(table: Observations, game: Game) -> Array:
    """Read who took which action: the number of each row's profile, 0 where all took the first.

    Entries are names of actions (or unique beginnings), or 1 for the first action and 0 for the
    second where no action has such a name.

    Examples
    --------
    >>> from strategic.estimation.observations import read_observations
    >>> game = Game.from_payoffs([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> read_profiles(read_observations({"first": [1, 1, 0], "second": ["1", "0", "0"]}), game)
    array([0, 1, 3])
    """
    takes = []
    for name, actions in zip(columns_of(table, game.players), game.actions, strict=True):
        texts = set(table.text(name).tolist())
        coded = texts <= _CODES and not texts <= set(actions)
        takes.append(table.codes(name, ("1", "0") if coded else actions)[0] == 0)
    return profile_numbers(np.stack(takes, axis=1))


def read_counts(table: Observations, players: int) -> Array:
    """Read numbers of entrants.

    Raises
    ------
    FileError
        When one is not a whole number of 0 to ``players``.
    """
    values = table.numbers(COUNT, lowest=0.0)
    bad = np.flatnonzero((values > players) | (values != np.round(values)))
    if len(bad):
        rule = f"must be a whole number of entrants, 0 to {players}"
        row = int(bad[0])
        raise FileError(rule, where=table.place(COUNT, row), value=float(values[row]))
    return values.astype(np.int64)
