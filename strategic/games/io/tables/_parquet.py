"""Games in parquet: numbers are doubles, unless columns hold texts or decimals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from strategic.errors import FileError
from strategic.games.io.files import reading
from strategic.games.io.parquet_files import SUMS_CHECKED
from strategic.games.io.table import GameTable
from strategic.games.io.tables._arrow import DAMAGE, ArrowReader, holds_lists, without_numbering
from strategic.games.io.tables._columns import labelled, layout_of
from strategic.games.io.tables._long_columns import long_columns

_BUFFER = 2**20
"""Bytes of a column read at a time: else those of a whole group of rows, however large."""


@dataclass(frozen=True)
class ParquetReader(ArrowReader):
    """Reads the groups of rows that hold the games wanted, and only the columns it needs."""

    path: Path | str
    ends: tuple[int, ...]
    """For each group of rows, the number of rows in it and all before."""

    seekable = True

    @property
    def together(self) -> int:
        """Games in the largest group of rows."""
        return int(np.diff(self.ends, prepend=0).max())

    def batches(self, size: int, start: int) -> tuple[int, Iterator[pa.RecordBatch]]:
        """Begin at the group of rows that holds the first game."""
        group = int(np.searchsorted(self.ends, start, side="right"))
        before = start - (self.ends[group - 1] if group else 0)
        columns = [*self.layout.columns, *self.layout.extra]
        return before, _batches(self.path, size, columns, range(group, len(self.ends)))


def _opened(binary: IO[bytes], **options: Any) -> pq.ParquetFile:
    return pq.ParquetFile(binary, **options, **SUMS_CHECKED)


def _batches(
    path: Path | str, size: int, columns: list[str], groups: range
) -> Iterator[pa.RecordBatch]:
    # opened here, because Arrow takes no name that is not UTF-8
    with (
        Path(path).open("rb") as binary,
        _opened(binary, buffer_size=_BUFFER, pre_buffer=False) as source,
    ):
        # no threads: where there is much to read, several processes do
        yield from source.iter_batches(
            size, columns=columns, row_groups=list(groups), use_threads=False
        )


@dataclass(frozen=True)
class ParquetColumns:
    """Columns of a long table."""

    path: Path | str

    def columns(self, wanted: list[str], size: int = 2**18) -> Iterator[pa.RecordBatch]:
        """Read some columns from the beginning."""
        with Path(self.path).open("rb") as binary, _opened(binary) as source:
            yield from source.iter_batches(size, columns=wanted)


def open_parquet(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a parquet file without reading its games."""
    with reading(path, *DAMAGE), path.open("rb") as binary, _opened(binary) as file:
        long = long_columns(file.schema_arrow.names, names or ())
        if long is not None:
            from strategic.games.io.tables._long_reader import open_long

            entries = file.metadata.num_rows * len(long.read)
            source = ParquetColumns(path)
            return open_long(source, long, path, names, size=entries * 8, header=False)
        if holds_lists(file.schema_arrow):
            from strategic.games.io.tables._held import hold_table

            return hold_table(file.read(), path, names, header=False)
        layout = labelled(
            layout_of(list(file.schema_arrow.names), players=names), file.schema_arrow.metadata
        )
        groups = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        ends = tuple(int(end) for end in np.cumsum(groups))
        if not ends or ends[-1] == 0:
            raise FileError("must hold at least one game")
        layout = without_numbering(layout, lambda name: file.iter_batches(2**20, columns=[name]))
    reader = ParquetReader(layout, path, ends)
    return GameTable(path, layout.shape, ends[-1], reader, layout.extra, layout.notes, DAMAGE)
