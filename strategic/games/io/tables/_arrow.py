"""What every table that Arrow reads has in common: columns to games, cut to the size asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from strategic.errors import FileError
from strategic.games.io.arrow_columns import array_of
from strategic.games.io.table import GameBlock, GameReader
from strategic.games.io.tables._columns import NUMBERING, Layout, are_wide
from strategic.games.io.tables._numbers import games_of_columns

DAMAGE = (pa.ArrowException, UnicodeDecodeError)
"""What Arrow raises at a damaged file."""


@dataclass(frozen=True)
class ArrowReader(GameReader):
    """Games from batches of columns.

    Parameters
    ----------
    layout : Layout
        Which columns are payoffs, and which are carried along.
    """

    layout: Layout

    decimal_comma = False

    @property
    def payoff_names(self) -> Sequence[str]:
        """Names of the columns of payoffs."""
        return self.layout.columns

    @abstractmethod
    def batches(self, size: int, start: int) -> tuple[int, Iterator[pa.RecordBatch]]:
        """Read the columns of the layout.

        Returns
        -------
        int
            Rows of the batches that stand before game ``start`` of the table.
        iterator of pyarrow.RecordBatch
            Best of about ``size`` rows; any other number will do.
        """

    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Make games of the columns."""
        before, batches = self.batches(size, start)
        rows = None if stop is None else max(stop - start, 0)
        first = start
        for batch in recut(batches, size, skip=before, rows=rows):
            games = games_of_columns(
                batch,
                self.layout.columns,
                self.layout.shape,
                first=first,
                decimal_comma=self.decimal_comma,
                labels=self.layout.labels,
            )
            yield GameBlock(first, games, _carried(batch, self.layout.extra))
            first += batch.num_rows
        if first == start == 0 and rows != 0:
            raise FileError("must hold at least one game")


def _carried(batch: pa.RecordBatch, names: tuple[str, ...]) -> pa.RecordBatch | None:
    """Take further columns as they are; texts in the newest layout of Arrow go into no file."""
    if not names:
        return None
    views = {"string_view": pa.string(), "binary_view": pa.binary()}
    columns = [batch.column(name) for name in names]
    columns = [c.cast(views[str(c.type)]) if str(c.type) in views else c for c in columns]
    return pa.RecordBatch.from_arrays(columns, list(names))


def recut(
    batches: Iterable[pa.RecordBatch], size: int, *, skip: int = 0, rows: int | None = None
) -> Iterator[pa.RecordBatch]:
    """Cut batches anew, so that each but the last has exactly ``size`` rows.

    Examples
    --------
    >>> three = [pa.record_batch({"a": [0, 1, 2]}), pa.record_batch({"a": [3, 4]})]
    >>> [batch.column("a").to_pylist() for batch in recut(three, 2, skip=1)]
    [[1, 2], [3, 4]]
    """
    held: list[pa.RecordBatch] = []
    waiting, left = 0, rows
    for whole in batches if rows != 0 else ():
        dropped = min(skip, whole.num_rows)
        skip -= dropped
        batch = whole.slice(dropped, left)
        left = None if left is None else left - batch.num_rows
        while batch.num_rows:
            taken = batch.slice(0, size - waiting)
            batch = batch.slice(taken.num_rows)
            held.append(taken)
            waiting += taken.num_rows
            if waiting == size:
                yield _joined(held)
                held, waiting = [], 0
        if left == 0:  # asked here, so that no batch is read that nobody wants
            break
    if held:
        yield _joined(held)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def without_numbering(layout: Layout, read: Callable[[str], Iterable[pa.RecordBatch]]) -> Layout:
    """Leave out the columns that do no more than number the games, from 0.

    A column without a name, where R keeps the names of rows, may count from 1; one without any
    entries is what separators at the ends of lines make.

    Parameters
    ----------
    layout : Layout
    read : callable
        Reads one column, by its name, from beginning to end.
    """
    dropped = []
    for name in layout.extra:
        if name in NUMBERING:
            counts = counts_rows((batch.column(0) for batch in read(name)), from_one=not name)
            if counts or (not name and all(map(_is_empty, read(name)))):
                dropped.append(name)
    return replace(layout, extra=tuple(name for name in layout.extra if name not in dropped))


def _is_empty(batch: pa.RecordBatch) -> bool:
    column = batch.column(0)
    is_text = pa.types.is_string(column.type)
    return column.null_count == len(column) or (is_text and not any(column.to_pylist()))


def counts_rows(columns: Iterable[pa.Array], *, from_one: bool = False) -> bool:
    """Tell whether the pieces of a column count rows from 0, or where that is usual from 1."""
    first: int | None = None
    for column in columns:
        if not pa.types.is_integer(column.type) or column.null_count:
            return False
        numbers = array_of(column)
        if first is None:
            first = 1 if from_one and len(numbers) and numbers[0] == 1 else 0
        if not np.array_equal(numbers, np.arange(first, first + len(column))):
            return False
        first += len(column)
    return True


def holds_lists(schema: pa.Schema) -> bool:
    """Tell a table whose columns hold matrices as nested lists; other lists are carried along."""
    return any(pa.types.is_nested(field.type) for field in schema) and not are_wide(schema.names)
