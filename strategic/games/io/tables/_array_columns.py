"""Games in arrays of numpy that are columns: one array per column, or one with named fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError
from strategic.games.io.arrow_columns import arrow_column
from strategic.games.io.table import GameTable
from strategic.games.io.tables._arrow import ArrowReader, without_numbering
from strategic.games.io.tables._columns import are_wide, layout_of
from strategic.games.io.tables._stored_arrays import StoredArray

if TYPE_CHECKING:
    import pyarrow as pa

_CARRIED = "biufUSmM"
_DAYS, _SECONDS = ("Y", "M", "W"), ("h", "m")


@dataclass(frozen=True)
class ColumnReader(ArrowReader):
    """Reads arrays of one axis as the columns of a table.

    Parameters
    ----------
    arrays : tuple of StoredArray
        One per column, named as it is; or a single one with fields.
    """

    arrays: tuple[StoredArray, ...]

    @property
    def seekable(self) -> bool:
        """Whether no array is compressed."""
        return all(array.offset is not None for array in self.arrays)

    @property
    def count(self) -> int:
        """Number of rows."""
        return self.arrays[0].shape[0]

    def batches(self, size: int, start: int) -> tuple[int, Iterator[pa.RecordBatch]]:
        """Begin at the first game, or at the beginning of what is compressed."""
        first = start if self.seekable else 0
        return start - first, self.columns([*self.layout.columns, *self.layout.extra], size, first)

    def columns(
        self, wanted: Sequence[str], size: int = 2**16, start: int = 0
    ) -> Iterator[pa.RecordBatch]:
        """Read some columns."""
        import pyarrow as pa

        fields = self.arrays[0].dtype.names is not None
        named = self.arrays if fields else [a for a in self.arrays if a.name in wanted]
        with ExitStack() as stack:
            through = not self.seekable or start == 0
            opened = {a.name: stack.enter_context(a.opened(1, through=through)) for a in named}
            for first in range(start, self.count, size):
                last = min(first + size, self.count)
                taken = {name: stream.take(first, last) for name, stream in opened.items()}
                if fields:
                    (records,) = taken.values()
                    taken = {name: records[name] for name in wanted}
                columns = [column_of_array(taken[name]) for name in wanted]
                yield pa.RecordBatch.from_arrays(columns, list(wanted))


def columns_in(arrays: Sequence[StoredArray], players: Sequence[str] | None) -> bool:
    """Tell arrays that are the columns of a table of games."""
    first = arrays[0]
    if len(arrays) == 1:
        return first.dtype.names is not None and len(first.shape) == 1
    alike = all(array.shape == first.shape for array in arrays)
    return len(first.shape) == 1 and alike and are_wide([a.name for a in arrays], players)


def open_columns(
    path: Path | str,
    arrays: Sequence[StoredArray],
    players: Sequence[str] | None,
    damage: tuple[type[Exception], ...],
) -> GameTable:
    """Open arrays that are the columns of a table.

    Raises
    ------
    FileError
        When they are not the columns of games, or hold objects.
    """
    fields = arrays[0].dtype.fields
    kinds = {a.name: a.dtype for a in arrays}
    if fields is not None:
        kinds = {str(name): field[0] for name, field in fields.items()}
    layout = layout_of(list(kinds), players=players)
    for name, kind in kinds.items():
        if not is_carried(kind) or (name in layout.columns and kind.kind in "mM"):
            remedy = "save it as numbers or texts of fixed length"
            raise FileError("must hold numbers", where=name, value=str(kind), remedy=remedy)
    if arrays[0].shape[0] == 0:
        raise FileError("must hold at least one game")
    reader = ColumnReader(layout, tuple(arrays))
    layout = without_numbering(layout, lambda name: reader.columns([name]))
    reader = ColumnReader(layout, tuple(arrays))
    return GameTable(path, layout.shape, reader.count, reader, layout.extra, layout.notes, damage)


def is_carried(kind: np.dtype[np.generic]) -> bool:
    """Tell the types of numpy that columns of files can hold."""
    wide = kind.kind == "f" and kind.itemsize > 8
    return kind.kind in _CARRIED and not wide and kind.shape == ()


def column_of_array(numbers: Array) -> pa.Array:
    """Make a column of what numpy holds, in the nearest type that files have."""
    import pyarrow as pa

    kind = numbers.dtype.kind
    native = np.ascontiguousarray(numbers.astype(numbers.dtype.newbyteorder("="), copy=False))
    if kind == "S":
        native = np.char.decode(native, "utf-8", "replace")
    if kind in "mM":
        unit = np.datetime_data(native.dtype)[0]
        if unit in (*_DAYS, *_SECONDS, "generic"):
            native = native.astype(f"{kind}8[{'D' if unit in _DAYS and kind == 'M' else 's'}]")
    if native.dtype == np.float16:
        native = native.astype(np.float32)
    return arrow_column(native) if kind in "iuf" else pa.array(native)
