"""Long tables in files: read whole where they are small, in blocks where they are sorted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from strategic.errors import FileError
from strategic.games.io.table import GameBlock, GameReader, GameTable
from strategic.games.io.tables._arrow import DAMAGE
from strategic.games.io.tables._held import hold_table, one_batch, row_after_header, row_from_zero
from strategic.games.io.tables._long import Layout, layout_of, read_long
from strategic.games.io.tables._long_columns import LongColumns
from strategic.games.io.tables._long_levels import after, whole_numbers
from strategic.games.io.tables._recut import recut

_ROWS = 2**18
_HELD = 2**26
"""Bytes of a file that is read whole, whatever the order of its rows."""
_MOST_HELD = 2**30
"""The same for one that is not sorted by its games: about eight times as much memory is needed."""


class Columns(Protocol):
    """What gives some columns of a file, batch by batch, as often as it is asked."""

    def columns(self, wanted: list[str], size: int = ..., /) -> Iterator[pa.RecordBatch]:
        """Read the columns from the beginning."""


def open_long(
    source: Columns,
    columns: LongColumns,
    path: Path,
    names: Sequence[str] | None,
    *,
    size: int,
    header: bool,
    notes: Sequence[str] = (),
) -> GameTable:
    """Open a long table in a file.

    Parameters
    ----------
    source : Columns
    columns : LongColumns
    path : Path
    names : sequence of str, optional
        The columns of the players' payoffs, where the user names them.
    size : int
        Bytes of the file.
    header : bool
        Whether rows are counted with the line of names, as in texts.
    notes : sequence of str, optional
        What was noted so far.

    Raises
    ------
    FileError
        When it is too large for memory and not sorted by its games.
    """
    if size > _HELD and columns.game is not None:
        found = _scanned(source, columns, header=header)
        if found is not None:
            layout, count, numbered = found
            reader = LongReader(source, layout, header, numbered)
            extra = reader.extra
            told = (*notes, *layout.notes)
            return GameTable(path, layout.shape, count, reader, extra, told, DAMAGE)
        if size > _MOST_HELD:
            rule = f"a long table of more than {_MOST_HELD >> 20:,} MB must be sorted by game"
            remedy = f"sort its rows by {columns.game}, in ascending numbers"
            raise FileError(rule, where=f"column {columns.game}", remedy=remedy)
    wanted = list(columns.read)
    batches = list(source.columns(wanted, _ROWS))
    if not batches:
        raise FileError("must hold at least one game")
    table = pa.Table.from_batches(batches)
    return hold_table(table, path, names, header=header, notes=notes)


def _scanned(
    source: Columns, columns: LongColumns, *, header: bool
) -> tuple[Layout, int, bool] | None:
    """Read once what the rows are of: the actions, the number of games, whether they are 0, 1, ..

    None where rows are not sorted by whole numbers of games.
    """
    place = row_after_header if header else row_from_zero
    game = str(columns.game)
    keys = [name for name in (columns.player, *columns.actions) if name]
    wanted = [game, *keys]
    count, first, last, rows = 0, 0, -1, 0
    seen: list[pa.Table] = []
    for batch in source.columns(wanted, _ROWS):
        if not batch.num_rows:
            continue
        table = pa.Table.from_batches([batch])
        whole = whole_numbers(table.column(game), game, after(place, rows))
        if whole is None or whole[0] < last or (np.diff(whole) < 0).any():
            return None
        first = int(whole[0]) if count == 0 else first
        count += int((np.diff(whole) > 0).sum()) + int(whole[0] != last or count == 0)
        last = int(whole[-1])
        rows += len(whole)
        seen.append(table.select(keys).group_by(keys, use_threads=False).aggregate([]))
        if len(seen) > 16:
            seen = [_distinct(seen, keys)]
    if not seen:
        return None
    layout = layout_of(_distinct(seen, keys), columns, place)
    return layout, count, first == 0 and last == count - 1


def _distinct(tables: list[pa.Table], keys: list[str]) -> pa.Table:
    return pa.concat_tables(tables).group_by(keys, use_threads=False).aggregate([])


@dataclass(frozen=True)
class LongReader(GameReader):
    """Reads a long table whose rows are sorted by the numbers of their games.

    Parameters
    ----------
    source : Columns
    layout : Layout
    header : bool
        Whether rows are counted with the line of names.
    numbered : bool
        Whether games are numbered from 0.
    """

    source: Columns
    layout: Layout
    header: bool
    numbered: bool

    seekable = False

    @property
    def extra(self) -> tuple[str, ...]:
        """Columns that are carried along."""
        columns = self.layout.columns
        own = () if self.numbered or columns.game is None else (columns.game,)
        return (*own, *columns.further)

    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Read from the beginning, and cut anew."""
        return recut(self._all(), size, start, stop)

    def _all(self) -> Iterator[GameBlock]:
        columns = self.layout.columns
        game, done, row = str(columns.game), 0, 0
        rest: pa.Table | None = None
        for batch in self.source.columns(list(columns.read), _ROWS):
            table = pa.Table.from_batches([batch])
            table = table if rest is None else pa.concat_tables([rest, table])
            if not table.num_rows:
                continue
            whole = whole_numbers(table.column(game), game, after(self._place, row))
            if whole is None:
                raise FileError("must hold whole numbers", where=f"column {game}")
            end = int(np.searchsorted(whole, whole[-1]))
            rest = table.slice(end)
            if end:
                block = self._block(table.slice(0, end), done, row)
                yield block
                done, row = done + len(block), row + end
        if rest is not None and rest.num_rows:
            yield self._block(rest, done, row)

    def _place(self, row: int) -> str:
        return row_after_header(row) if self.header else row_from_zero(row)

    def _block(self, table: pa.Table, done: int, row: int) -> GameBlock:
        read = read_long(
            table.combine_chunks(),
            self.layout,
            place=after(self._place, row),
            numbered=self.numbered,
        )
        if read.dropped:
            remedy = "leave it out, or give it one value per game"
            where = f"column {read.dropped[0]}"
            raise FileError("changes within a game", where=where, remedy=remedy)
        extra = one_batch(read.extra.select(list(self.extra))) if self.extra else None
        return GameBlock(done, read.games, extra)
