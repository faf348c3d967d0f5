"""Tables of games in ``.csv`` and ``.parquet`` files, read as a stream by Arrow."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import FileError, GameError, StrategicError
from strategic.games.game import Game
from strategic.games.io.table import GameTable, shape_of_columns
from strategic.games.matrix import payoff_columns
from strategic.games.number import as_fractions, parse_number

if TYPE_CHECKING:
    import pyarrow as pa

_SURE_LENGTH = 15
_SMALLEST_SURE = 1e-300  # below, doubles hold fewer than 15 digits
_LEAST_BYTES, _MOST_BYTES = 2**16, 2**28
_ROW = re.compile(r"Row #(\d+): (.*)", re.DOTALL)


def open_csv(path: Path) -> GameTable:
    """Open a csv file; its numbers are the decimals or fractions written.

    Raises
    ------
    FileError
        When it has no header, or the header does not name the payoffs of games.
    """
    names = _header(path)
    shape = shape_of_columns(names)

    def blocks(size: int) -> Iterator[Game]:
        bytes_a_block = min(max(size * _bytes_a_line(path), _LEAST_BYTES), _MOST_BYTES)
        batches = _csv_batches(path, bytes_a_block)
        return _games(path, shape, _of_at_most(size, batches))

    return GameTable(path, shape, None, blocks)


def open_parquet(path: Path) -> GameTable:
    """Open a parquet file; its numbers are doubles, unless columns hold texts or decimals.

    Raises
    ------
    FileError
        When it is no parquet file, or its columns are not the payoffs of games.
    """
    import pyarrow.parquet as pq

    with _arrow_errors(path), pq.ParquetFile(path) as file:
        names, count = list(file.schema_arrow.names), int(file.metadata.num_rows)
    shape = shape_of_columns(names)
    if count == 0:
        raise FileError("must hold at least one game")

    def blocks(size: int) -> Iterator[Game]:
        with _arrow_errors(path), pq.ParquetFile(path) as source:
            names = payoff_columns(shape)
            yield from _games(path, shape, source.iter_batches(size, columns=names))

    return GameTable(path, shape, count, blocks)


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            names = next(csv.reader(file, skipinitialspace=True), None)
        except (UnicodeDecodeError, csv.Error):
            raise FileError("must be text in UTF-8 with a header", where="line 1") from None
    if not names:
        raise FileError("must have the names of columns", where="line 1")
    return [name.strip() for name in names]


def _bytes_a_line(path: Path) -> int:
    """Bytes of an average line, by the beginning of the file."""
    with path.open("rb") as file:
        beginning = file.read(_LEAST_BYTES)
    return len(beginning) // max(beginning.count(b"\n"), 1)


def _of_at_most(size: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for part in block_slices(batch.num_rows, size):
            yield batch.slice(part.start, part.stop - part.start)


def _csv_batches(path: Path, size: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = _header(path)
    with _arrow_errors(path):
        reader = arrow_csv.open_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                block_size=size, use_threads=False, column_names=names, skip_rows=1
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                strings_can_be_null=False,
                include_columns=payoff_columns(shape_of_columns(names)),
            ),
        )
        with reader:
            yield from reader


def _games(path: Path, shape: tuple[int, int], batches: Iterable[pa.RecordBatch]) -> Iterator[Game]:
    start = 0
    names = payoff_columns(shape)
    for batch in batches:
        if batch.num_rows:
            columns = [batch.column(batch.schema.get_field_index(name)) for name in names]
            try:
                yield _game(columns, names, shape, start)
            except StrategicError as problem:
                raise problem.in_file(path) from None
        start += batch.num_rows
    if start == 0:
        raise FileError("must hold at least one game").in_file(path)


def _game(
    columns: Sequence[pa.Array], names: Sequence[str], shape: tuple[int, int], start: int
) -> Game:
    read = [_read(c, n, start) for c, n in zip(columns, names, strict=True)]
    payoffs = _tables([doubles for doubles, _ in read], shape)
    kinds = {kind for _, kind in read} - {_Numbers.WHOLE}
    if kinds <= {_Numbers.DOUBLES} or kinds == {_Numbers.DECIMALS}:
        return Game(payoffs=payoffs, decimal=_Numbers.DECIMALS in kinds)
    return Game(payoffs=payoffs, exact=_tables([_exact(c) for c in columns], shape))


def _exact(column: pa.Array) -> Array:
    """Numbers of a column as Fractions where it holds doubles, else as the texts written."""
    import pyarrow as pa

    if pa.types.is_floating(column.type):
        return as_fractions(column.to_numpy(zero_copy_only=False).astype(np.float64))
    return np.array(column.cast("string").to_pylist(), dtype=object)


def _tables(columns: Sequence[Array], shape: tuple[int, int]) -> tuple[Array, Array]:
    """Stack the columns of a block as one array ``(N, m, n)`` a player."""
    half = len(columns) // 2
    row, column = (np.stack(part, axis=-1) for part in (columns[:half], columns[half:]))
    return row.reshape(-1, *shape), column.reshape(-1, *shape)


class _Numbers(Enum):
    """What the doubles of a column say of the numbers in the file."""

    DOUBLES = auto()
    WHOLE = auto()
    DECIMALS = auto()
    BEYOND = auto()


def _read(column: pa.Array, name: str, start: int) -> tuple[Array, _Numbers]:
    """Doubles nearest to the numbers of a column, and what they say of these."""
    import pyarrow as pa

    kind = column.type
    if column.null_count:
        place = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
        raise _wrong("must not be empty", start + place, name)
    if pa.types.is_floating(kind):
        numbers = np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
        return _checked_finite(numbers, start, name), _Numbers.DOUBLES
    if pa.types.is_integer(kind):
        integers = column.to_numpy(zero_copy_only=False)
        held = bool(((integers <= 2**53) & (integers >= -(2**53))).all())
        return integers.astype(np.float64), _Numbers.WHOLE if held else _Numbers.BEYOND
    if pa.types.is_decimal(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _from_texts(column.cast("string"), name, start)
    raise FileError("must hold numbers", where=f"column {name}", value=str(kind))


def _checked_finite(numbers: Array, start: int, name: str) -> Array:
    if not np.isfinite(numbers).all():
        place = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise _wrong("must be finite", start + place, name, float(numbers[place]))
    return numbers


def _from_texts(column: pa.Array, name: str, start: int) -> tuple[Array, _Numbers]:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        numbers = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return _one_by_one(column, name, start), _Numbers.BEYOND
    if not np.isfinite(numbers).all():
        return _one_by_one(column, name, start), _Numbers.BEYOND
    lengths = pc.binary_length(column).to_numpy(zero_copy_only=False)
    unsure = (lengths > _SURE_LENGTH) | (np.abs(numbers) < _SMALLEST_SURE)
    unsure &= ~((numbers == 0) & (lengths <= 1))
    places = np.flatnonzero(unsure)
    texts = column.take(pa.array(places))
    shortest = pc.cast(pa.array(numbers[places]), pa.string())
    differ = np.flatnonzero(~pc.equal(texts, shortest).to_numpy(zero_copy_only=False))
    shortest_all = all(_is_shortest(texts[i].as_py(), numbers[places[i]]) for i in differ)
    return numbers, _Numbers.DECIMALS if shortest_all else _Numbers.BEYOND


def _is_shortest(text: str, number: float) -> bool:
    return parse_number(text) == Fraction(repr(float(number)))


def _one_by_one(column: pa.Array, name: str, start: int) -> Array:
    numbers = np.empty(len(column))
    for place, text in enumerate(column.to_pylist()):
        try:
            numbers[place] = float(parse_number(text))
        except GameError as problem:
            raise _wrong(problem.problems[0].rule, start + place, name, text) from None
    return numbers


def _wrong(rule: str, game: int, name: str, *value: object) -> FileError:
    where = f"game {game}, column {name}"
    return FileError(rule, where=where, value=value[0]) if value else FileError(rule, where=where)


@contextmanager
def _arrow_errors(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, UnicodeDecodeError) as problem:
        found = _ROW.search(str(problem))
        if found is None:
            raise FileError(f"cannot be read as a table: {problem}").in_file(path) from None
        where = f"row {found.group(1)}, counting the header"
        raise FileError(found.group(2), where=where).in_file(path) from None
