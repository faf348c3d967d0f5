"""Gambit's ``.nfg`` files: strategic games of any number of players, read and written exactly."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

import numpy as np

from strategic.errors import FileError, GameError
from strategic.games._checks import MOST_PLAYERS, checked_payoffs, too_many_players
from strategic.games._numbers import parse_number
from strategic.games.game import Game

Read = TypeVar("Read")
_MOST_DIGITS = 9

_NAME, _WORD, _OPEN_QUOTE = 1, 3, 4
"""Kinds of tokens, by the group of the pattern that finds them; 2 is a mark."""
# In a name only \" is an escape, so a backslash before anything else stands for itself.
_TOKEN = re.compile(r'"((?:[^"\\]|\\"|\\(?!"))*)"|([{},])|([^\s{},"]+)|(")', re.DOTALL)


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
    Payoffs follow the strategies of the players counted up with player 1 fastest, one number per
    player; in the outcome version one outcome number each, where 0 pays everyone nothing.

    References
    ----------
    Savani, R. and Turocy, T. L. (2025). Gambit: the package for computation in game theory. The
    strategic game format.

    Examples
    --------
    >>> game = parse_nfg('NFG 1 R "Dilemma" { "Row" "Column" } { 2 2 } 3 3 5 0 0 5 1 1')
    >>> game.row.tolist(), game.column.tolist(), game.players
    ([[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]], ('Row', 'Column'))
    """
    tokens = _Tokens(text)
    tokens.take("NFG", "NFG, the first word of a Gambit strategic game")
    tokens.take("1", "version 1")
    if tokens.shown not in {"R", "D"}:
        tokens.fail("expected R, the type of numbers")
    tokens.advance()
    title = tokens.name("the title")
    players = tokens.names("the list of players", "player")
    if len(players) > MOST_PLAYERS:
        raise too_many_players(len(players))
    shape, actions = _strategies(tokens, len(players))
    comment = tokens.name("the comment") if tokens.kind == _NAME else ""
    flat = _payoffs(tokens, shape)
    # The file lists profiles with player 1 fastest, and the players' payoffs at each together.
    table = np.array(flat, dtype=object).reshape((*reversed(shape), len(shape)))
    profiles = np.moveaxis(table, -1, 0).transpose((0, *range(len(shape), 0, -1)))
    return Game.from_payoffs(
        *profiles, players=players, actions=actions, title=title, comment=comment
    )


def _strategies(
    tokens: _Tokens, players: int
) -> tuple[tuple[int, ...], tuple[tuple[str, ...], ...]]:
    """Read how many strategies each player has, and their names where there are any."""
    counts: list[int] = []
    names: list[tuple[str, ...]] = []
    tokens.take("{", "the strategies, { ... }")
    named = tokens.shown == "{"
    while tokens.shown != "}":
        if len(counts) == players:
            tokens.fail(f"expected strategies for {players} players, not more")
        if named:
            names.append(tokens.names("the names of a player's strategies", "strategy"))
            counts.append(len(names[-1]))
        else:
            counts.append(tokens.number("a number of strategies", _positive))
    if len(counts) != players:
        tokens.fail(f"expected strategies for {players} players, found {len(counts)}")
    tokens.advance()
    return tuple(counts), tuple(names)


def _payoffs(tokens: _Tokens, shape: Sequence[int]) -> list[Fraction]:
    """Read the payoffs of every profile, written out or as the numbers of outcomes."""
    players, profiles = len(shape), math.prod(shape)
    if tokens.shown != "{":
        sizes = " x ".join(map(str, shape))
        detail = f" ({sizes} profiles, {players} players)" if players > 1 else ""
        return _numbers(tokens, "payoff", profiles * players, detail, parse_number)
    tokens.advance()
    outcomes = [[Fraction(0)] * players]
    while tokens.shown != "}":
        tokens.take("{", 'an outcome, { "name" payoffs }')
        tokens.name("the name of an outcome")
        outcomes.append([])
        for _ in range(players):
            outcomes[-1].append(tokens.number(f"a payoff ({players} per outcome)"))
            if tokens.shown == ",":
                tokens.advance()
        tokens.take("}", f"the end of an outcome with {players} payoffs, }}")
    tokens.advance()

    def outcome(text: str) -> list[Fraction]:
        whole = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
        if not whole or int(text) >= len(outcomes):
            rule = f"must be the number of an outcome, 0 to {len(outcomes) - 1}"
            raise GameError(rule, value=text)
        return outcomes[int(text)]

    picked = _numbers(tokens, "outcome", profiles, "", outcome)
    return [payoff for payoffs in picked for payoff in payoffs]


def _numbers(
    tokens: _Tokens, what: str, count: int, detail: str, parse: Callable[[str], Read]
) -> list[Read]:
    """Read the rest of the file, which must hold exactly ``count`` numbers."""
    numbers: list[Read] = []
    while tokens.kind:
        if len(numbers) == count:
            tokens.fail(f"must hold {count} {what}s{detail}, not more")
        numbers.append(tokens.number(f"{what} {len(numbers) + 1}", parse))
    if len(numbers) < count:
        found = f"{len(numbers)}, then the end of the file"
        tokens.fail(f"must hold {count} {what}s{detail}", found)
    return numbers


def _positive(text: str) -> int:
    whole = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not whole or int(text) == 0:
        raise GameError("must be a whole number of at least 1", value=text)
    return int(text)


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
    >>> print(format_nfg(Game.from_payoffs([[1, 0]], [[0, 0.5]], title="Tiny")))
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
    checked_payoffs(game.payoffs)

    def quoted(name: str) -> str:
        if name.endswith("\\"):  # it would escape the closing quotation mark
            raise FileError("a name in a .nfg file cannot end in a backslash", value=name)
        return '"' + name.replace('"', '\\"') + '"'

    names = [" ".join(map(quoted, n)) for n in (game.players, *game.actions)]
    strategies = "\n  ".join("{ " + n + " }" for n in names[1:])
    header = f"NFG 1 R {quoted(game.title)} {{ {names[0]} }}\n\n{{ {strategies} }}"
    # one cell of payoffs per profile, player 1's strategy fastest
    cells = list(zip(*(texts.ravel(order="F") for texts in game.texts()), strict=True))
    if outcomes:
        numbers = {cell: number for number, cell in enumerate(dict.fromkeys(cells), 1)}
        listed = "\n".join('  { "" ' + ", ".join(cell) + " }" for cell in numbers)
        body = f"{{\n{listed}\n}}\n{' '.join(str(numbers[cell]) for cell in cells)}"
    else:
        body = "\n".join(map(" ".join, cells))
    return f"{header}\n{quoted(game.comment)}\n\n{body}\n"


@dataclass
class _Tokens:
    """A cursor over the tokens of a text that knows where it stands.

    Parameters
    ----------
    text : str
        The content of a ``.nfg`` file.
    kind : int
        What stands here: ``_NAME``, a mark (a brace or comma), ``_WORD``, or 0 at the end.
    shown : str
        The word or mark that stands here; empty for a name.

    Examples
    --------
    >>> tokens = _Tokens('"a name" { 12 }')
    >>> tokens.name("a title"), tokens.shown
    ('a name', '{')
    """

    text: str
    kind: int = 0
    shown: str = ""
    _start: int = 0
    _end: int = 0
    _found: re.Match[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.advance()

    def advance(self) -> None:
        """Go to the next token."""
        found = _TOKEN.search(self.text, self._end)
        self._found = found
        self.kind = (found.lastindex or 0) if found else 0
        self.shown = (found.group(self.kind) or "") if found and self.kind != _NAME else ""
        self._start, self._end = found.span() if found else (len(self.text),) * 2
        if self.kind == _OPEN_QUOTE:
            self.fail("a name must end with a quotation mark", self.text[self._start :][:20])

    def take(self, expected: str, meaning: str) -> None:
        """Go past a word or mark that must stand here."""
        if self.kind == _NAME or self.shown != expected:
            self.fail(f"expected {meaning}")
        self.advance()

    def name(self, meaning: str) -> str:
        """Read a name in quotation marks."""
        if self.kind != _NAME or self._found is None:
            self.fail(f'expected {meaning} in quotation marks, "..."')
        name = self._found.group(_NAME).replace('\\"', '"')
        self.advance()
        return name

    def names(self, meaning: str, of: str) -> tuple[str, ...]:
        """Read the names of players or strategies in braces, at least one."""
        self.take("{", f"{meaning}, {{ ... }}")
        names = []
        while self.shown != "}":
            names.append(self.name(f"the name of a {of}"))
        if not names:
            self.fail(f"expected at least one {of}")
        self.advance()
        return tuple(names)

    def number(self, meaning: str, parse: Callable[[str], Any] = parse_number) -> Any:
        """Read a number, or whatever ``parse`` makes of a word."""
        if self.kind != _WORD:
            self.fail(f"expected {meaning}")
        try:
            number = parse(self.shown)
        except GameError as problem:
            self.fail(f"{meaning} {problem.problems[0].rule}")
        self.advance()
        return number

    def fail(self, rule: str, value: str | None = None) -> NoReturn:
        """Say what is wrong, on which line, and what stands there.

        Raises
        ------
        FileError
            Always.
        """
        found = self.text[self._start : self._end] if value is None else value
        line = self.text.count("\n", 0, min(self._start, len(self.text.rstrip()))) + 1
        raise FileError(rule, where=f"line {line}", value=found or "the end of the file") from None
