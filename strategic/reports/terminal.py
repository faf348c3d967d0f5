"""Blocks and tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from strategic.markup import Table
from strategic.printable import printable
from strategic.reports.blocks import Block
from strategic.reports.origin import origin_line

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text

    from strategic.reports._report import Report


def report_parts(report: Report) -> Iterator[RenderableType]:
    """Lay the analysis out, section by section."""
    blocks = report.blocks  # a section that fails does so before anything is printed
    yield _text(report.document["model"]["title"], style="bold")
    if caveat := report.document["provenance"]["caveat"]:
        yield _text(caveat, style="dim")
    for block in blocks:
        if not block.detail:
            yield _text("")
            yield from block_parts(block)
    yield _text("")
    yield _text(origin_line(report.document["provenance"]), style="dim")


def block_parts(block: Block) -> Iterator[RenderableType]:
    """Lay one block out."""
    for part in parts_of(block):
        yield _Fitted(part) if isinstance(part, Table) else _text(*part)


def parts_of(block: Block) -> Iterator[Table | tuple[str, str]]:
    """Take a block apart: tables, and texts with their style."""
    if block.title:
        yield block.title, "bold underline"
    yield from ((f"- {sentence}", "") for sentence in block.sentences)
    if block.lines:
        headed = block.title or block.sentences
        yield "\n".join(["", *block.lines] if headed else block.lines), ""
    for table in block.tables:
        yield table
        if table.caption:
            yield table.caption, "dim"
    yield from ((note, "dim") for note in block.notes)


_GAP = 3
"""Characters between columns."""
_SHORT = 12
"""Characters of a cell that stays on one line; longer ones are broken between words."""


@dataclass(frozen=True)
class _Fitted:
    """A table cut into parts side by side, one below the other, where the terminal is narrow."""

    table: Table

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        for part in fitted(self.table, options.max_width):
            yield rich_table(part)


def fitted(table: Table, width: int) -> list[Table]:
    """Cut a table of numbers between columns, so that no word of a cell has to be broken.

    Each part repeats the names of the rows; short cells stay whole. Tables of text are left to
    wrap.

    Examples
    --------
    >>> wide = Table(["", "a", "b", "c"], [["x", "1", "22", "333"]], numbers=True)
    >>> [part.header for part in fitted(wide, 14)]
    [['', 'a', 'b'], ['', 'c']]
    """
    if not (table.numbers and table.names):
        return [table]
    columns = zip(table.header, *table.rows, strict=True)
    names, *needed = (
        _GAP + max((_unbroken(cell) for cell in column), default=0) for column in columns
    )
    parts: list[list[int]] = [[]]
    used = names
    for place, needs in enumerate(needed, start=1):
        if parts[-1] and used + needs > width:
            parts.append([])
            used = names
        parts[-1].append(place)
        used += needs
    if len(parts) == 1:
        return [table]
    return [
        replace(
            table,
            header=[table.header[place] for place in (0, *part)],
            rows=[[row[place] for place in (0, *part)] for row in table.rows],
        )
        for part in parts
    ]


def _unbroken(cell: str) -> int:
    return len(cell) if len(cell) <= _SHORT else max(map(len, cell.split()), default=0)


def rich_table(table: Table) -> RichTable:
    """Turn a table of texts into one for the terminal."""
    from rich import box
    from rich.table import Table as Rich

    made = Rich(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, title in enumerate(table.header):
        right = table.numbers and place >= int(table.names)
        made.add_column(_text(title), justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        made.add_row(*(_text(cell) for cell in row))
    return made


def _text(content: str, style: str = "") -> Text:
    """Style a text whose control characters are written out: only styles may steer a terminal."""
    from rich.text import Text

    return Text(printable(content), style=style)
