"""Games in Arrow's own format: feather files, read by their record batches, and streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from strategic.errors import FileError
from strategic.games.io.files import reading
from strategic.games.io.table import GameTable
from strategic.games.io.tables._arrow import DAMAGE, ArrowReader, holds_lists, without_numbering
from strategic.games.io.tables._columns import labelled, layout_of
from strategic.games.io.tables._long_columns import long_columns

_FILE, _FIRST_VERSION = b"ARROW1", b"FEA1"


@dataclass(frozen=True)
class FeatherReader(ArrowReader):
    """Reads the record batches that hold the games wanted, and only the columns it needs."""

    path: Path
    fields: tuple[int, ...]
    """Places of the columns in the file."""
    ends: tuple[int, ...] | None
    """For each batch, the number of rows in it and all before; None for a stream."""

    @property
    def seekable(self) -> bool:
        """Whether this is a file, and no stream."""
        return self.ends is not None

    def batches(self, _size: int, start: int) -> tuple[int, Iterator[pa.RecordBatch]]:
        """Begin at the record batch that holds the first game, or at the beginning of a stream."""
        if self.ends is None:
            return start, _batches(self.path, self.fields)
        first = int(np.searchsorted(self.ends, start, side="right"))
        before = self.ends[first - 1] if first else 0
        return start - before, _batches(self.path, self.fields, first)


def _batches(
    path: Path, fields: Sequence[int], first: int | None = None
) -> Iterator[pa.RecordBatch]:
    options = ipc.IpcReadOptions(use_threads=False, included_fields=list(fields))
    # opened here, because Arrow takes no name that is not UTF-8
    with path.open("rb") as binary:
        if first is None:
            with ipc.open_stream(binary, options=options) as stream:
                yield from map(_sound, stream)
            return
        with ipc.open_file(binary, options=options) as file:
            for number in range(first, file.num_record_batches):
                yield _sound(file.get_batch(number))


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Check what a damaged file says of its own sizes, before anybody follows it."""
    batch.validate(full=True)
    return batch


@dataclass(frozen=True)
class FeatherColumns:
    """Columns of a long table."""

    path: Path
    names: tuple[str, ...]
    is_file: bool

    def columns(self, wanted: list[str], _size: int = 0) -> Iterator[pa.RecordBatch]:
        """Read some columns from the beginning."""
        fields = [self.names.index(name) for name in wanted]
        for batch in _batches(self.path, fields, 0 if self.is_file else None):
            yield batch.select(wanted)


def open_feather(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a feather file or a stream of record batches without reading its games."""
    with path.open("rb") as binary:
        begins = binary.read(len(_FILE))
    if begins.startswith(_FIRST_VERSION):
        remedy = "read it with pyarrow.feather.read_table and write it again"
        raise FileError("is feather of version 1, which nobody writes any more", remedy=remedy)
    is_file = begins == _FILE
    with reading(path, *DAMAGE), path.open("rb") as binary:
        opened = ipc.open_file(binary) if is_file else ipc.open_stream(binary)
        columns = list(opened.schema.names)
        long = long_columns(columns, names or ())
        if long is not None:
            from strategic.games.io.tables._long_reader import open_long

            source = FeatherColumns(path, tuple(columns), is_file)
            size = path.stat().st_size
            return open_long(source, long, path, names, size=size, header=False)
        if holds_lists(opened.schema):
            from strategic.games.io.tables._held import hold_table

            return hold_table(opened.read_all(), path, names, header=False)
        layout = labelled(layout_of(columns, players=names), opened.schema.metadata)
        ends = None
        if is_file:
            # one column tells how many rows there are, and the others are not decompressed
            one = ipc.IpcReadOptions(included_fields=[columns.index(layout.columns[0])])
            with ipc.open_file(binary, options=one) as file:
                rows = [file.get_batch(i).num_rows for i in range(file.num_record_batches)]
            ends = tuple(int(end) for end in np.cumsum(rows))
            if not ends or ends[-1] == 0:
                raise FileError("must hold at least one game")
        layout = without_numbering(
            layout,
            lambda name: _batches(path, [columns.index(name)], 0 if is_file else None),
        )
    fields = tuple(columns.index(name) for name in (*layout.columns, *layout.extra))
    count = ends[-1] if ends else None
    reader = FeatherReader(layout, path, fields, ends)
    return GameTable(path, layout.shape, count, reader, layout.extra, layout.notes, DAMAGE)
