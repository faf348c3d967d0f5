"""Listings: aligned columns, one line an entry; wrapped on a terminal, whole in a pipe."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

_NARROWEST = 30
_ENDLESS = 1_000_000


def listing(
    rows: Iterable[Sequence[str]], *, header: Sequence[str], width: int | None = None
) -> str:
    """Write rows as aligned columns under a header; the last column is as long as it is.

    Where the width leaves no room for the last column, it moves below the others.

    Examples
    --------
    >>> print(listing([("a", "first"), ("long", "second")], header=("NAME", "MEANING")))
    NAME  MEANING
    a     first
    long  second
    """
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = width or width_of_screen()
    if room - indent < _NARROWEST:
        return "\n".join(_stacked(row, widths, room) for row in table)
    return "\n".join(_in_line(row, widths, indent, room) for row in table)


def width_of_screen() -> int:
    """Columns of the terminal; practically endless where the output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _ENDLESS


def wrapped(text: str, *, indent: int, width: int | None = None) -> str:
    """Wrap a text to the screen, every line indented.

    Examples
    --------
    >>> print(wrapped("one two three four", indent=2, width=10))
      one two
      three
      four
    """
    space = " " * indent
    room = width or width_of_screen()
    return textwrap.fill(text, room, initial_indent=space, subsequent_indent=space)


def shown(value: Any, *, nan: str = "undefined") -> str:
    """Write what was measured: six digits, texts as they are, ``nan`` for NaN and None.

    Examples
    --------
    >>> shown(0.123456789), shown("CP"), shown(3), shown(None), shown(float("nan"))
    ('0.123457', 'CP', '3', 'undefined', 'undefined')
    """
    if value is None or value != value:  # noqa: PLR0124 - only NaN differs
        return nan
    from strategic.games.matrix import number_text

    return number_text(value)


def _in_line(row: Sequence[str], widths: Sequence[int], indent: int, room: int) -> str:
    *_, last = row
    lines = wrapped(last, indent=indent, width=room)[indent:] if last else ""
    return f"{_padded(row, widths)}  {lines}".rstrip()


def _stacked(row: Sequence[str], widths: Sequence[int], room: int) -> str:
    return f"{_padded(row, widths).rstrip()}\n{wrapped(row[-1], indent=4, width=room)}"


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
