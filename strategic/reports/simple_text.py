"""Blocks as text without a console, where nothing has to be measured or squeezed.

What `strategic.reports.terminal` prints by way of a console, to the byte, for texts whose
characters are all one cell wide and tables that fit: to load the console takes longer than to
solve a game. Anything else is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from strategic.markup import Table
from strategic.printable import printable
from strategic.reports.blocks import Block
from strategic.reports.terminal import fitted, parts_of

_WIDE_OR_NARROW = re.compile("[^\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2500-\u25fc]")
"""What may take no cell or two; a soft hyphen and marks that combine are among them."""
_WORD = re.compile(r"\s*\S+\s*")
_SPACE = re.compile(r"\s*$")
_NARROWEST = 4
_STYLES = {"": "", "bold": "1", "dim": "2", "bold underline": "1;4"}


def simple_text(blocks: Iterable[Block], width: int, *, styled: bool = False) -> str | None:
    r"""Write blocks as text; None where that needs a console.

    Parameters
    ----------
    blocks : iterable of Block
        With an empty line before every title but that of the first.
    width : int
        Columns of the terminal.
    styled : bool
        Whether titles, headers and notes are marked as a terminal shows them.

    Returns
    -------
    str or None

    Examples
    --------
    >>> table = Table(["", "left"], [["up", "1, 0"]])
    >>> block = Block("game", "A game", ["It is small."], [table])
    >>> print("\n".join(line.rstrip() for line in simple_text([block], 80).splitlines()))
    A game
    - It is small.
    <BLANKLINE>
          left
     ─────────
     up   1, 0
    <BLANKLINE>
    """
    if width < _NARROWEST:
        return None
    lines: list[str] = []
    for number, block in enumerate(blocks):
        if number and block.title:
            lines.append("")
        for part in parts_of(block):
            tables = fitted(part, width) if isinstance(part, Table) else []
            for table in tables:
                rows = _table(table, width, styled)
                if rows is None:
                    return None
                lines += rows
            if not isinstance(part, Table):
                text, style = printable(part[0]), _STYLES[part[1]] * styled
                if _WIDE_OR_NARROW.search(text):
                    return None
                lines += [_marked(line, style) for line in _wrapped(text, width)]
    return "".join(f"{line}\n" for line in lines)


def _marked(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style and text else text


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Break lines between words, and words that are longer than a line."""
    for line in text.split("\n"):
        starts = [0, *_breaks(line, width), len(line)]
        for start, end in pairwise(starts):
            part = line[start:end]
            beyond, blank = len(part) - width, len(_SPACE.search(part)[0])  # type: ignore[index]
            yield part[: len(part) - min(max(beyond, 0), blank)][:width]


def _breaks(line: str, width: int) -> Iterator[int]:
    used = 0
    for found in _WORD.finditer(line):
        start, word = found.start(), found[0]
        length = len(word.rstrip())
        if length <= width - used:
            used += len(word)
        elif length > width:
            folded = range(start, found.end(), width)
            yield from (place for place in folded if place)
            used = found.end() - folded[-1]
        elif used and start:
            yield start
            used = len(word)


def _table(table: Table, width: int, styled: bool) -> list[str] | None:
    """Lay a table out whose columns are as wide as their widest cell; None if they do not fit."""
    rows = [[printable(cell) for cell in row] for row in (table.header, *table.rows)]
    if any(_WIDE_OR_NARROW.search(cell) or "\n" in cell for row in rows for cell in row):
        return None
    last = len(table.header) - 1
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = [w + (k > 0) + (k < last) or 1 for k, w in enumerate(widths)]
    if not padded or sum(padded) + last + 2 > width:
        return None
    right = [table.numbers and k >= int(table.names) for k in range(last + 1)]
    lines = []
    for row in rows:
        cells = [
            (cell.rstrip().rjust(w) if on_right else cell.ljust(w))
            for cell, w, on_right in zip(row, widths, right, strict=True)
        ]
        spaced = (
            (" " * (k > 0) + cell + " " * (k < last)).ljust(padded[k])
            for k, cell in enumerate(cells)
        )
        lines.append(f" {' '.join(spaced)} ")
    blank = " " * len(lines[0])
    rule = f" {'─' * (len(lines[0]) - 2)} "
    head = _marked(lines[0], _STYLES["bold"] * styled)
    return [blank, head, rule, *lines[1:], blank]
