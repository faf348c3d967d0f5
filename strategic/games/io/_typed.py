"""A two-player game typed in place: ``3,0;5,1 / 3,5;0,1``."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import numpy as np

from strategic.errors import GameError
from strategic.games._numbers import NUMBER_PATTERN, parse_number
from strategic.games.game import Game

_PLAYERS = ("the row player's matrix", "the column player's matrix")
_BETWEEN_PLAYERS = re.compile(r"\s/\s*|/\s")
_BETWEEN_MATRICES = re.compile(r"\]\s*\]\s*(?:,\s*)?\[\s*\[")
_BETWEEN_ROWS = re.compile(r"\]\s*(?:,\s*)?\[")
_BRACKETS = str.maketrans("()", "[]")
_BETWEEN_ENTRIES = re.compile(r"\s*,\s*|\s+")
_TOKEN = re.compile(rf"{NUMBER_PATTERN}|[\s,;/]+", re.ASCII)
_SEPARATOR = re.compile(r"\S\s*[,;]|\s/\s|\S\s+\S")


def parse_typed(text: str) -> Game:
    """Read a two-player game from one line of text.

    Parameters
    ----------
    text : str
        The row player's matrix, `` / ``, the column player's matrix. Rows end with ``;``, entries
        with ``,`` or a space. A ``/`` with a space beside it stands between the players; without
        spaces it is a fraction.

    Returns
    -------
    Game
        With ``exact`` set where doubles cannot hold a number.

    Raises
    ------
    GameError
        When there are not two matrices, rows differ in length, or an entry is not a number.

    Examples
    --------
    >>> game = parse_typed("3,0;5,1 / 3,5;0,1")
    >>> game.row.tolist(), game.column.tolist()
    ([[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]])
    >>> parse_typed("1/3 0 / 0 0.1").fractions()[0]
    array([[Fraction(1, 3), Fraction(0, 1)]], dtype=object)
    """
    parts = _BETWEEN_PLAYERS.split(_without_brackets(text.strip()))
    if len(parts) != 2:
        raise GameError(
            "must hold two matrices, one per player",
            where="game",
            value=text.strip(),
            remedy="put ' / ' with spaces between them, as in '3,0;5,1 / 3,5;0,1'",
        )
    row, column = (_parse_matrix(part, who) for part, who in zip(parts, _PLAYERS, strict=True))
    if (len(row), len(row[0])) != (len(column), len(column[0])):
        raise GameError(
            f"must be {len(row)} x {len(row[0])} like the row player's",
            where="game: the column player's matrix",
            value=f"{len(column)} x {len(column[0])}",
        )
    tables = (np.array(matrix, dtype=object) for matrix in (row, column))
    return Game.from_payoffs(*tables, players=("row", "column"))


def looks_typed(text: str) -> bool:
    """Tell a game typed in place from the name of a file.

    Examples
    --------
    >>> looks_typed("3,0;5,1 / 3,5;0,1"), looks_typed("games/chicken.nfg")
    (True, False)

    A game with a wrong entry is still a typed game; reading it says which entry is wrong.

    >>> looks_typed("3,x;5,1 / 3,5;0,1"), looks_typed("[[3 0] [5 1]]")
    (True, True)
    """
    text = text.strip()
    bare = _without_brackets(text)
    if bare is not text and "=" not in text and _BETWEEN_PLAYERS.search(text):
        return True  # no TOML: that sets something
    return _has_two_matrices(text) or bool(_is_all_numbers(bare) and _SEPARATOR.search(bare))


def _has_two_matrices(text: str) -> bool:
    """Find a slash between spaces with separated entries on both sides, whatever the entries.

    So a wrong entry is reported as such.
    """
    for before, after in pairwise(text.split("/")):
        if before[-1:].isspace() and after[:1].isspace():
            left = before[:-1].rpartition("\n")[2].strip()[1:]
            right = after[1:].partition("\n")[0]
            if _has_entries(left) and _has_entries(right):
                return True
    return False


def _has_entries(text: str) -> bool:
    return "," in text or ";" in text


def _is_all_numbers(text: str) -> bool:
    """Whether a text is numbers and separators only; one token after the other, never back."""
    end = 0
    while token := _TOKEN.match(text, end):
        end = token.end()
    return 0 < end == len(text)


def _without_brackets(text: str) -> str:
    """Write matrices with brackets, as programs print them, the way they are typed here.

    Examples
    --------
    >>> _without_brackets("[[3, 0], [5, 1]] / [[3, 5], [0, 1]]")
    '3, 0;5, 1 / 3, 5;0, 1'
    >>> _without_brackets("(((3, 0), (5, 1)), ((3, 5), (0, 1)))")
    '3, 0;5, 1 / 3, 5;0, 1'
    """
    if text[:1] not in "([":
        return text
    text = _BETWEEN_MATRICES.sub(" / ", text.translate(_BRACKETS))
    return _BETWEEN_ROWS.sub(";", text).replace("[", "").replace("]", "")


def _parse_matrix(text: str, who: str) -> list[list[Fraction]]:
    rows: list[list[Fraction]] = []
    for i, part in enumerate(text.strip().removesuffix(";").split(";")):
        line, where = part.strip(), f"game: {who}, row {i + 1}"
        if not line:
            raise GameError("must not be empty", where=where)
        row = []
        for place, entry in enumerate(_BETWEEN_ENTRIES.split(line)):
            try:
                row.append(parse_number(entry))
            except GameError as problem:
                rule = problem.problems[0].rule
                raise GameError(rule, where=f"{where}, entry {place + 1}", value=entry) from None
        if rows and len(row) != len(rows[0]):
            rule = f"must have {len(rows[0])} entries like row 1"
            raise GameError(rule, where=where, value=line)
        rows.append(row)
    return rows
