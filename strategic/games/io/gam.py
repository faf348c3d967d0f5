"""GameTracer's ``.gam`` files, which GAMUT writes too: strategic games as bare numbers."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np

from strategic.errors import FileError, GameError
from strategic.games._checks import MOST_PLAYERS, checked_payoffs, too_many_players
from strategic.games._numbers import format_double, format_number, parse_number
from strategic.games.game import Game

_MOST_DIGITS = 9
_COMMENTS = ("#", "//")


def parse_gam(text: str) -> Game:
    """Read a strategic game from the text of a ``.gam`` file.

    Parameters
    ----------
    text : str
        The number of players, the number of actions of each, then all payoffs of player 1, of
        player 2, and so on, profiles with player 1's action fastest. Numbers are taken exactly as
        written; lines that start with ``#`` or ``//`` are comments.

    Returns
    -------
    Game
        With ``exact`` set where doubles cannot hold a number.

    Raises
    ------
    FileError
        When the text breaks the format: line, rule and value.

    References
    ----------
    Blum, B., Shelton, C. R. and Koller, D. (2006). A continuation method for Nash equilibria in
    structured games. Journal of Artificial Intelligence Research 25, 457-502. GameTracer.

    Examples
    --------
    >>> game = parse_gam("2  2 3  1 2 3 4 5 6  7 8 9 10 11 12")
    >>> game.row.tolist(), game.column[1, 0]
    ([[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]], np.float64(8.0))
    """
    words = _words(text)
    players = _whole(words, 0, "the number of players")
    if players > MOST_PLAYERS:
        raise too_many_players(players)
    if len(words) < 1 + players:
        rule = f"must hold the number of actions of each of {players} players"
        raise FileError(rule, value=f"{len(words) - 1}, then the end of the file")
    shape = tuple(_whole(words, 1 + p, f"the actions of player {p + 1}") for p in range(players))
    count = players * prod(shape)
    given = len(words) - 1 - players
    if given != count:
        sizes = " x ".join(map(str, shape))
        rule = f"must hold {count} payoffs ({sizes} profiles, {players} players)"
        raise FileError(rule, value=given)
    payoffs = np.empty(count, dtype=object)
    for place, (word, line) in enumerate(words[1 + players :]):
        payoffs[place] = _payoff(word, line)
    return Game.from_payoffs(
        *(part.reshape(shape, order="F") for part in np.split(payoffs, players))
    )


def format_gam(game: Game) -> str:
    """Write a game as a ``.gam`` file: bare numbers, without the names.

    Parameters
    ----------
    game : Game
        One game, not a batch. Fractions that are no decimals become the nearest doubles: other
        programs read no fractions.

    Returns
    -------
    str

    Raises
    ------
    GameError
        When the game is a batch.

    Examples
    --------
    >>> print(format_gam(Game.from_payoffs([[1, 2, 3]], [[4, 5, 0.5]])), end="")
    2
    1 3
    1 2 3
    4 5 0.5
    """
    if game.batch_shape:
        raise GameError("this file holds one game", where="batch shape", value=game.batch_shape)
    checked_payoffs(game.payoffs)
    numbers = game.payoffs if game.exact is None else game.fractions()
    lines = [str(len(game.shape)), " ".join(map(str, game.shape))]
    lines += [" ".join(map(_text, table.ravel(order="F").tolist())) for table in numbers]
    return "\n".join(lines) + "\n"


def gam_rounds(game: Game) -> bool:
    """Whether some payoff of a game is a fraction that no decimal is.

    Examples
    --------
    >>> gam_rounds(Game.from_payoffs([[1, 0.1]], [[2, Fraction(1, 3)]]))
    True
    """
    tables = () if game.exact is None else game.fractions()
    return any("/" in format_number(number) for table in tables for number in table.flat)


def _text(number: float | Fraction) -> str:
    if isinstance(number, Fraction):
        exact = format_number(number)
        return format_double(float(number)) if "/" in exact else exact
    return format_double(number)


def looks_gam(text: str) -> bool:
    r"""Tell the text of a ``.gam`` file from a game typed in place: its numbers must fit exactly.

    Examples
    --------
    >>> looks_gam("1 2\n3 4"), looks_gam("1 2\n3"), looks_gam("1 2 / 3 4")
    (True, False, False)
    """
    if "\n" not in text.strip() or any(mark in text for mark in (",", ";", " / ")):
        return False
    words = [word for word, _ in _words(text)]
    if not words or not _is_whole(words[0]) or int(words[0]) >= len(words):
        return False
    players = int(words[0])
    counts = words[1 : 1 + players]
    if not all(map(_is_whole, counts)):
        return False
    return len(words) == 1 + players + players * prod(map(int, counts))


def _words(text: str) -> list[tuple[str, int]]:
    """Cut a text into words, each with the number of its line."""
    return [
        (word, number)
        for number, line in enumerate(text.splitlines(), start=1)
        if not line.lstrip().startswith(_COMMENTS)
        for word in line.split()
    ]


def _whole(words: list[tuple[str, int]], place: int, meaning: str) -> int:
    word, line = words[place] if place < len(words) else ("", 1)
    if not _is_whole(word):
        rule = f"expected {meaning}, a whole number of at least 1"
        raise FileError(rule, where=f"line {line}", value=word)
    return int(word)


def _is_whole(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS and int(word) > 0


def _payoff(word: str, line: int) -> Fraction:
    try:
        return parse_number(word)
    except GameError as problem:
        raise FileError(problem.problems[0].rule, where=f"line {line}", value=word) from None
