"""Games in arrays of numpy: ``.npz`` of any names, ``.npy`` of all players or one of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from strategic.errors import FileError, GameError
from strategic.games.game import Game
from strategic.games.io.files import check_regular, reading
from strategic.games.io.table import GameBlock, GameReader, GameTable
from strategic.games.io.tables._array_columns import (
    column_of_array,
    columns_in,
    is_carried,
    open_columns,
)
from strategic.games.io.tables._array_layout import ArrayLayout, could_be_stacked, layout_of_arrays
from strategic.games.io.tables._players import flags_for
from strategic.games.io.tables._stored_arrays import (
    BROKEN_ARCHIVE,
    StoredArray,
    array_of_file,
    arrays_of_archive,
)

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class ArrayReader(GameReader):
    """Reads arrays side by side, a few games of each at a time; they need not fit into memory.

    Parameters
    ----------
    layout : ArrayLayout
    payoffs : tuple of StoredArray
        In the order of the layout.
    further : tuple of StoredArray
        With one entry per game.
    """

    layout: ArrayLayout
    payoffs: tuple[StoredArray, ...]
    further: tuple[StoredArray, ...] = ()

    @property
    def seekable(self) -> bool:
        """Whether no array is compressed."""
        return all(array.offset is not None for array in (*self.payoffs, *self.further))

    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Read the same games of all arrays."""
        count, axes = self.layout.count, len(self.layout.batch)
        through = not self.seekable or (start == 0 and stop is None)
        stop = count if stop is None else min(stop, count)
        with ExitStack() as stack:
            opened, beside = (
                [stack.enter_context(array.opened(axes, through=through)) for array in arrays]
                for arrays in (self.payoffs, self.further)
            )
            for first in range(start, stop, size):
                last = min(first + size, stop)
                taken = [stream.take(first, last) for stream in opened]
                if self.layout.stacked:
                    taken = [taken[0][:, player] for player in range(self.layout.players)]
                try:
                    games = Game.from_payoffs(*taken)
                except GameError as problem:
                    where = f"games {first} to {last - 1}"
                    raise FileError(str(problem), where=where) from None
                extra = {s.array.name: column_of_array(s.take(first, last)) for s in beside}
                yield GameBlock(first, games, _record(extra) if extra else None)


def open_npz(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open the arrays of an archive without reading their numbers."""
    with reading(path, *BROKEN_ARCHIVE):
        return _table(path, arrays_of_archive(path), names, BROKEN_ARCHIVE)


def open_npy(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open one array with an axis of the players."""
    return _table(path, [replace(array_of_file(path), name="")], names)


def open_npy_of_players(
    paths: Sequence[str | Path], names: Sequence[str] | None = None
) -> GameTable:
    """Open one array per player, each in a file of its own.

    Raises
    ------
    FileError
        When files cannot be read, or could hold games of all players as well.
    """
    arrays = []
    for path in map(Path, paths):
        check_regular(path)
        with reading(path):
            arrays.append(array_of_file(path))
    held = [array.name for array in arrays]
    if len(set(held)) < len(held):
        rule = "files of the players must have different names"
        raise FileError(rule, where=str(paths[0]), value=", ".join(map(str, paths)))
    called = " and ".join(map(str, paths))
    if names is None and could_be_stacked(arrays[0].shape):
        rule = "could hold one player's payoffs each, or the games of all players"
        flags = flags_for(held)
        remedy = f"for one player each name them: {flags}; else join them: numpy.concatenate"
        error = FileError(rule, where="arrays", value=arrays[0].shape, remedy=remedy)
        raise error.in_file(called)
    with reading(called):
        return _table(called, arrays, names)


def hold_players(sources: Sequence[object]) -> bool:
    """Tell files of one array per player from files of more and more games."""
    paths = [Path(str(source)) for source in sources]
    if len(paths) < 2 or not all(p.suffix.lower() == ".npy" and p.is_file() for p in paths):
        return False
    shapes = set()
    for path in paths:
        with reading(path):
            shapes.add(array_of_file(path).shape)
    return len(shapes) == 1 and len(next(iter(shapes))) - len(paths) in (0, 1)


def _table(
    path: Path | str,
    arrays: list[StoredArray],
    names: Sequence[str] | None,
    damage: tuple[type[Exception], ...] = (),
) -> GameTable:
    """Find the payoffs among the arrays, what comes along, and what is passed over."""
    if arrays and columns_in(arrays, names):
        return open_columns(path, arrays, names, damage)
    numbers = {array.name: array.shape for array in arrays if array.is_numbers}
    for array in arrays:
        if array.name in (names or ("row", "column")) and not array.is_numbers:
            raise _no_numbers(array)
    if not numbers and arrays:
        raise _no_numbers(arrays[0])
    layout = layout_of_arrays(numbers, players=names)
    if layout.count == 0:
        where = layout.names[0]
        raise FileError("must hold at least one game", where=where, value=numbers[where])
    by_name = {array.name: array for array in arrays}
    payoffs = tuple(by_name.pop(name) for name in layout.names)
    further = tuple(
        array
        for array in by_name.values()
        if len(layout.batch) == 1 and array.shape == layout.batch and is_carried(array.dtype)
    )
    extra = tuple(array.name for array in further)
    notes = [layout.note] if layout.note else []
    passed = [array for array in by_name.values() if array.name not in extra]
    notes += [f"the array {a.name} of shape {a.shape} was passed over" for a in passed]
    reader = ArrayReader(layout, payoffs, further)
    return GameTable(path, layout.shape, layout.count, reader, extra, tuple(notes), damage)


def _no_numbers(array: StoredArray) -> FileError:
    rule, remedy = "must hold numbers", "save it as numbers: np.asarray(A, dtype=float)"
    if array.dtype.kind in "US":
        remedy = "texts such as 1/3 are read from csv and parquet"
    return FileError(rule, where=array.name, value=str(array.dtype), remedy=remedy)


def _record(columns: dict[str, pa.Array]) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_pydict(columns)
