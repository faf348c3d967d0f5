"""The words of Gambit's file format: names in quotation marks, braces, commas and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from strategic.errors import FileError, GameError
from strategic.games.number import parse_number

NAME, MARK, WORD, OPEN_QUOTE = range(1, 5)
"""Kinds of tokens, by the group of the pattern that finds them."""

_TOKEN = re.compile(r'"((?:[^"\\]|\\"|\\(?!"))*)"|([{},])|([^\s{},"]+)|(")', re.DOTALL)


@dataclass
class Tokens:
    """A cursor over the tokens of a text that knows where it stands.

    Parameters
    ----------
    text : str
        The content of a ``.nfg`` file.
    kind : int
        What stands here: `NAME`, `MARK` (a brace or comma), `WORD`, or 0 at the end.
    shown : str
        The word or mark that stands here; empty for a name.

    Examples
    --------
    >>> tokens = Tokens('"a name" { 12 }')
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
        self.shown = (found.group(self.kind) or "") if found and self.kind != NAME else ""
        self._start, self._end = found.span() if found else (len(self.text),) * 2
        if self.kind == OPEN_QUOTE:
            self.fail("a name must end with a quotation mark", self.text[self._start :][:20])

    def take(self, expected: str, meaning: str) -> None:
        """Go past a word or mark that must stand here."""
        if self.kind == NAME or self.shown != expected:
            self.fail(f"expected {meaning}")
        self.advance()

    def name(self, meaning: str) -> str:
        """Read a name in quotation marks."""
        if self.kind != NAME or self._found is None:
            self.fail(f'expected {meaning} in quotation marks, "..."')
        name = self._found.group(NAME).replace('\\"', '"')
        self.advance()
        return name

    def number(self, meaning: str, parse: Callable[[str], Any] = parse_number) -> Any:
        """Read a number, or whatever ``parse`` makes of a word."""
        if self.kind != WORD:
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
