"""One game as a table of its outcomes: who plays what, and what everybody gets.

A spreadsheet holds a game most readably in this way, with any number of players.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import product

import numpy as np

from strategic.errors import FileError, GameError, nearest
from strategic.games._numbers import parse_number
from strategic.games.game import Game

_PAYOFF = "payoff "


def are_profiles(columns: Sequence[str]) -> bool:
    """Tell a table of outcomes by its columns: the players, then their payoffs.

    Examples
    --------
    >>> are_profiles(["Ann", "Bob", "payoff Ann", "payoff Bob"]), are_profiles(["row_0_0"])
    (True, False)
    """
    return any(name.lower().startswith(_PAYOFF) for name in columns)


def parse_profiles(text: str) -> Game:
    r"""Read a game from a table with one row per outcome.

    Parameters
    ----------
    text : str
        Comma-separated: one column per player with its action, then one column ``payoff PLAYER``
        per player. Every combination of actions has one row, in any order; actions are listed as
        they first come.

    Returns
    -------
    Game
        Every number is taken exactly as written.

    Raises
    ------
    FileError
        When a column, a row or an entry is missing, stands twice or is not a number.

    Examples
    --------
    >>> game = parse_profiles("Ann,Bob,payoff Ann,payoff Bob\nup,left,1,1/3\ndown,left,2,0\n")
    >>> game.actions, game.fractions()[1].ravel().tolist()
    ((('up', 'down'), ('left',)), [Fraction(1, 3), Fraction(0, 1)])
    """
    header, *rows = _rows(text.lstrip("\ufeff")) or [[]]
    players = _players(header)
    count = len(players)
    for number, row in enumerate(rows, 2):
        if len(row) != 2 * count:
            rule = f"must have {2 * count} entries like the header"
            raise FileError(rule, where=f"row {number}", value=",".join(row))
    actions = [tuple(dict.fromkeys(row[i] for row in rows)) for i in range(count)]
    shape = tuple(map(len, actions))
    payoffs = [np.full(shape, None, dtype=object) for _ in players]
    for number, row in enumerate(rows, 2):
        place = tuple(own.index(action) for own, action in zip(actions, row, strict=False))
        if payoffs[0][place] is not None:
            raise FileError("stands twice", where=f"row {number}", value=", ".join(row[:count]))
        for table, name, entry in zip(payoffs, players, row[count:], strict=True):
            table[place] = _number(entry, f"row {number}, payoff {name}")
    for place in product(*map(range, shape)):
        if payoffs[0][place] is None:
            missing = ", ".join(own[k] for own, k in zip(actions, place, strict=True))
            remedy = "every combination of actions needs a row"
            raise FileError("no row for this outcome", value=missing, remedy=remedy)
    return Game.from_payoffs(*payoffs, players=players, actions=actions)


def _rows(text: str) -> list[list[str]]:
    """Split a table into entries without blanks around them; empty lines are left out."""
    try:
        read = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
        return [row for row in ([entry.strip() for entry in line] for line in read) if any(row)]
    except csv.Error as problem:
        raise FileError(f"is no table: {problem}") from None


def _players(header: list[str]) -> tuple[str, ...]:
    """Read the players off the header, whose second half names them again."""
    count = len(header) // 2
    players, payoffs = tuple(header[:count]), header[count:]
    for name, column in zip(players, payoffs, strict=False):
        if column.lower() != f"{_PAYOFF}{name}".lower():
            value = nearest(column, [f"{_PAYOFF}{other}" for other in players])
            raise FileError(
                f"must be '{_PAYOFF}{name}', as the players are {', '.join(players)}",
                where="columns", value=column, remedy=value,
            )  # fmt: skip
    if len(header) % 2 or not players or len(set(players)) < count:
        rule = "must be one per player, and then one 'payoff PLAYER' per player"
        raise FileError(rule, where="columns", value=", ".join(header))
    return players


def _number(entry: str, where: str) -> object:
    try:
        return parse_number(entry)
    except GameError as problem:
        raise FileError(problem.problems[0].rule, where=where, value=entry) from None
