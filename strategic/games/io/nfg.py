"""Gambit's ``.nfg`` files: strategic games of any number of players, read and written exactly."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np

from strategic.errors import FileError, GameError, StrategicError
from strategic.games.game import Game
from strategic.games.io.files import read_text, write_text
from strategic.games.io.nfg_tokens import NAME, Tokens
from strategic.games.number import parse_number

Read = TypeVar("Read")
_MOST_DIGITS = 9


def read_nfg(path: str | os.PathLike[str]) -> Game:
    """Read a Gambit strategic game from a file.

    Parameters
    ----------
    path : path-like
        A ``.nfg`` file, payoff or outcome version.

    Returns
    -------
    Game

    Raises
    ------
    FileError
        When the file cannot be read or breaks the format: file, line, rule and value.
    """
    text = read_text(path)
    try:
        return parse_nfg(text)
    except StrategicError as problem:
        raise problem.in_file(path) from None


def parse_nfg(text: str) -> Game:
    r"""Read a Gambit strategic game from text.

    Parameters
    ----------
    text : str
        The content of a ``.nfg`` file. Numbers are taken exactly as written; in names ``\"``
        stands for a quotation mark, and every other character for itself.

    Returns
    -------
    Game
        With ``exact`` set where doubles cannot hold a number; the text after the strategies is
        its ``comment``.

    Raises
    ------
    FileError
        When the text breaks the format: line, rule and value.

    Notes
    -----
    Payoffs follow the strategies of the players counted up with player 1 fastest, one number a
    player; in the outcome version one outcome number each, where 0 pays everyone nothing.

    References
    ----------
    The Gambit Project, "Game representation formats", sections on the strategic game format.

    Examples
    --------
    >>> game = parse_nfg('NFG 1 R "Dilemma" { "Row" "Column" } { 2 2 } 3 3 5 0 0 5 1 1')
    >>> game.row.tolist(), game.column.tolist(), game.players
    ([[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]], ('Row', 'Column'))
    """
    tokens = Tokens(text)
    _read_header(tokens)
    title = tokens.name("the title")
    players = _read_players(tokens)
    shape, actions = _read_strategies(tokens, len(players))
    comment = tokens.name("the comment") if tokens.kind == NAME else ""
    outcomes = _read_outcomes(tokens, len(players)) if tokens.shown == "{" else None
    flat = _read_payoffs(tokens, shape) if outcomes is None else _pick(tokens, shape, outcomes)
    labels = {"players": players, "actions": actions, "title": title, "comment": comment}
    return _game_of(flat, shape, labels)


def write_nfg(game: Game, path: str | os.PathLike[str], *, outcomes: bool = False) -> None:
    """Write a game to a Gambit file; it appears whole or not at all.

    Parameters
    ----------
    game : Game
        One game.
    path : path-like
    outcomes : bool, optional
        Write the outcome version, which lists equal payoff vectors once.

    Raises
    ------
    FileError
        When the file cannot be written, or a name cannot be (see `format_nfg`).
    """
    try:
        text = format_nfg(game, outcomes=outcomes)
    except StrategicError as problem:
        raise problem.in_file(path) from None
    write_text(path, text)


def format_nfg(game: Game, *, outcomes: bool = False) -> str:
    r"""Write a game as the text of a Gambit file.

    Exact numbers are written exactly, doubles as the shortest decimals that round to them.

    Parameters
    ----------
    game : Game
        One game, not a batch.
    outcomes : bool, optional
        Write the outcome version, which lists equal payoff vectors once.

    Returns
    -------
    str

    Raises
    ------
    FileError
        When a name ends in a backslash, which the format cannot express.
    GameError
        When the game is a batch.

    Examples
    --------
    >>> print(format_nfg(Game.of([[1, 0]], [[0, 0.5]], title="Tiny")))
    NFG 1 R "Tiny" { "player 1" "player 2" }
    <BLANKLINE>
    { { "1" }
      { "1" "2" } }
    ""
    <BLANKLINE>
    1 0
    0 0.5
    <BLANKLINE>
    """
    if game.batch_shape:
        raise GameError("a .nfg file holds one game", where="batch shape", value=game.batch_shape)
    names = [" ".join(map(_quoted, n)) for n in (game.players, *game.actions)]
    strategies = "\n  ".join("{ " + n + " }" for n in names[1:])
    header = f"NFG 1 R {_quoted(game.title)} {{ {names[0]} }}\n\n{{ {strategies} }}"
    cells = _cells(game)
    body = _outcome_body(cells) if outcomes else "\n".join(" ".join(c) for c in cells)
    return f"{header}\n{_quoted(game.comment)}\n\n{body}\n"


def _read_header(tokens: Tokens) -> None:
    tokens.take("NFG", "NFG, the first word of a Gambit strategic game")
    tokens.take("1", "version 1")
    if tokens.shown not in {"R", "D"}:
        tokens.fail("expected R, the kind of numbers")
    tokens.advance()


def _read_players(tokens: Tokens) -> tuple[str, ...]:
    tokens.take("{", "the list of players, { ... }")
    players = []
    while tokens.shown != "}":
        players.append(tokens.name("the name of a player"))
    if not players:
        tokens.fail("a game needs at least one player")
    tokens.advance()
    return tuple(players)


def _read_strategies(
    tokens: Tokens, players: int
) -> tuple[tuple[int, ...], tuple[tuple[str, ...], ...]]:
    tokens.take("{", "the strategies, { ... }")
    if tokens.shown != "{":
        return _read_each(tokens, players, _read_strategy_count), ()
    names = _read_each(tokens, players, _read_strategy_names)
    return tuple(map(len, names)), names


def _read_each(tokens: Tokens, players: int, read: Callable[[Tokens], Read]) -> tuple[Read, ...]:
    found: list[Read] = []
    while tokens.shown != "}":
        if len(found) == players:
            tokens.fail(f"expected strategies for {players} players, not more")
        found.append(read(tokens))
    if len(found) != players:
        tokens.fail(f"expected strategies for {players} players, found {len(found)}")
    tokens.advance()
    return tuple(found)


def _read_strategy_names(tokens: Tokens) -> tuple[str, ...]:
    tokens.take("{", "the names of a player's strategies, { ... }")
    names = []
    while tokens.shown != "}":
        names.append(tokens.name("the name of a strategy"))
    if not names:
        tokens.fail("a player needs at least one strategy")
    tokens.advance()
    return tuple(names)


def _read_strategy_count(tokens: Tokens) -> int:
    return int(tokens.number("a number of strategies", _positive))


def _read_outcomes(tokens: Tokens, players: int) -> list[list[Fraction]]:
    tokens.take("{", "the outcomes, { ... }")
    outcomes = [[Fraction(0)] * players]
    while tokens.shown != "}":
        tokens.take("{", 'an outcome, { "name" payoffs }')
        tokens.name("the name of an outcome")
        outcomes.append([_outcome_payoff(tokens, players) for _ in range(players)])
        tokens.take("}", f"the end of an outcome with {players} payoffs, }}")
    tokens.advance()
    return outcomes


def _outcome_payoff(tokens: Tokens, players: int) -> Fraction:
    payoff: Fraction = tokens.number(f"a payoff ({players} an outcome)")
    if tokens.shown == ",":
        tokens.advance()
    return payoff


def _read_payoffs(tokens: Tokens, shape: Sequence[int]) -> list[Fraction]:
    return _read_list(tokens, shape, "payoff", len(shape), parse_number)


def _pick(
    tokens: Tokens, shape: Sequence[int], outcomes: Sequence[Sequence[Fraction]]
) -> list[Fraction]:
    def outcome(text: str) -> Sequence[Fraction]:
        if not (text.isascii() and text.isdigit()) or int(text[:18]) >= len(outcomes):
            raise GameError(f"must be a number of an outcome, 0 to {len(outcomes) - 1}", value=text)
        return outcomes[int(text)]

    picked = _read_list(tokens, shape, "outcome", 1, outcome)
    return [payoff for payoffs in picked for payoff in payoffs]


def _read_list(
    tokens: Tokens, shape: Sequence[int], what: str, each: int, parse: Callable[[str], Any]
) -> list[Any]:
    count = math.prod(shape) * each
    sizes = " x ".join(map(str, shape))
    rule = f"must hold {count} {what}s" + (f" ({sizes} profiles, {each} players)" * (each > 1))
    numbers: list[Any] = []
    while tokens.kind:
        if len(numbers) == count:
            tokens.fail(f"{rule}, not more")
        numbers.append(tokens.number(f"{what} {len(numbers) + 1}", parse))
    if len(numbers) < count:
        tokens.fail(rule, f"{len(numbers)}, then the end of the file")
    return numbers


def _game_of(flat: list[Fraction], shape: tuple[int, ...], labels: dict[str, Any]) -> Game:
    players = len(shape)
    table = np.array(flat, dtype=object).reshape((*reversed(shape), players))
    profiles = np.moveaxis(table, -1, 0).transpose((0, *range(players, 0, -1)))
    return Game.of(*profiles, **labels)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < len(text.lstrip("0")) <= _MOST_DIGITS:
        raise GameError("must be a whole number of at least 1", value=text)
    return int(text)


def _cells(game: Game) -> list[list[str]]:
    """One list of texts a profile, player 1's strategy fastest."""
    flat = [texts.ravel(order="F") for texts in game.texts()]
    return [list(cell) for cell in zip(*flat, strict=True)]


def _outcome_body(cells: list[list[str]]) -> str:
    numbers: dict[tuple[str, ...], int] = {}
    picks = [numbers.setdefault(tuple(cell), len(numbers) + 1) for cell in cells]
    outcomes = "\n".join('  { "" ' + ", ".join(cell) + " }" for cell in numbers)
    return f"{{\n{outcomes}\n}}\n{' '.join(map(str, picks))}"


def _quoted(name: str) -> str:
    if name.endswith("\\"):
        raise FileError("a name in a .nfg file cannot end in a backslash", value=name)
    return '"' + name.replace('"', '\\"') + '"'
