"""Tables of games opened for reading: ``.csv`` and ``.parquet`` by Arrow, ``.npz`` as a stream."""

from __future__ import annotations

import csv
import lzma
import math
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from enum import Enum, auto
from fractions import Fraction
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import FileError, GameError
from strategic.games._checks import MOST_PLAYERS
from strategic.games._numbers import as_fractions, parse_number
from strategic.games.game import Game
from strategic.games.io._profiles import are_profiles, parse_profiles
from strategic.games.io.columns import FORMATS
from strategic.games.io.files import read_text, reading
from strategic.games.io.table import GameTable, shape_of_columns
from strategic.games.matrix import payoff_columns, player_columns

if TYPE_CHECKING:
    import pyarrow as pa

_LEAST_BYTES, _MOST_BYTES = 2**16, 2**28
_SURE_LENGTH = 15
_SMALLEST_SURE = 1e-300  # below, doubles hold fewer than 15 digits
_LARGEST_SURE = 2**53  # beyond, not every integer is a double
_MOST_ADDRESSES = 2**62
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
# numpy reads a header with Python's own tokens and syntax
_BROKEN_HEADER = (ValueError, KeyError, TypeError, SyntaxError, MemoryError, tokenize.TokenError)


def open_csv(path: Path) -> GameTable:
    """Open a csv file; its numbers are the decimals or fractions written."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            header = next(csv.reader(file, skipinitialspace=True), None)
        except (UnicodeDecodeError, csv.Error):
            raise FileError("must be text in UTF-8 with a header", where="line 1") from None
    if not header:
        raise FileError("must name the columns", where="line 1")
    names = [name.strip() for name in header]
    if are_profiles(names):
        return _of_profiles(path)
    shape = shape_of_columns(names)
    with path.open("rb") as binary:
        beginning = binary.read(_LEAST_BYTES)
    line = len(beginning) // max(beginning.count(b"\n"), 1)  # bytes of an average line

    def blocks(size: int) -> Iterator[Game]:
        options = {
            "read_options": arrow_csv.ReadOptions(
                block_size=min(max(size * line, _LEAST_BYTES), _MOST_BYTES),
                use_threads=False,
                column_names=names,
                skip_rows=1,
            ),
            # Arrow would round to doubles; as texts the numbers stay what is written
            "convert_options": arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                strings_can_be_null=False,
                include_columns=payoff_columns(shape),
            ),
        }
        # opened here, because Arrow takes no name that is not UTF-8
        with path.open("rb") as source, arrow_csv.open_csv(source, **options) as reader:
            yield from _games(
                shape,
                (
                    batch.slice(part.start, part.stop - part.start)
                    for batch in reader
                    for part in block_slices(batch.num_rows, size)
                ),
            )

    return GameTable(path, shape, None, blocks, (pa.ArrowException, UnicodeDecodeError))


def _of_profiles(path: Path) -> GameTable:
    """Open a table of the outcomes of one game as that of a single game, with its names."""
    game = parse_profiles(read_text(path))
    tables = (np.asarray(table, dtype=object)[None] for table in game.fractions())
    batch = Game.from_payoffs(*tables, players=game.players, actions=game.actions)
    return GameTable(path, game.shape, 1, lambda _: iter((batch,)))


def open_parquet(path: Path) -> GameTable:
    """Open a parquet file; its numbers are doubles, unless columns hold texts or decimals."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    damage = (pa.ArrowException, UnicodeDecodeError)
    with reading(path, *damage), path.open("rb") as binary, pq.ParquetFile(binary) as file:
        shape = shape_of_columns(list(file.schema_arrow.names))
        count = int(file.metadata.num_rows)
    if count == 0:
        raise FileError("must hold at least one game")

    def blocks(size: int) -> Iterator[Game]:
        with path.open("rb") as binary, pq.ParquetFile(binary) as source:
            yield from _games(shape, source.iter_batches(size, columns=payoff_columns(shape)))

    return GameTable(path, shape, count, blocks, damage)


def open_npz(path: Path) -> GameTable:
    """Open arrays ``row`` and ``column`` of shape ``(N, m, n)``, or ``(m, n)`` for one game.

    Of more players: ``player_0``, ``player_1``, .., as many as the games have axes.
    """
    with reading(path, *_BROKEN_ARCHIVE), zipfile.ZipFile(path) as archive:
        names = _players(archive)
        shapes = []
        for name in names:
            with _member(archive, name, len(names)) as stream:
                shapes.append(_NpzArray(stream, name, len(names)).shape)
    first = shapes[0]
    for name, shape in zip(names, shapes, strict=True):
        if shape != first:
            raise FileError(f"must have shape {first} like {names[0]}", where=name, value=shape)
    count = math.prod(first[: -len(names)])
    if count == 0:
        raise FileError("must hold at least one game", where=names[0], value=first)

    def blocks(size: int) -> Iterator[Game]:
        with ExitStack() as stack:
            archive = stack.enter_context(zipfile.ZipFile(path))
            members = [stack.enter_context(_member(archive, name, len(names))) for name in names]
            arrays = [
                _NpzArray(member, name, len(names))
                for member, name in zip(members, names, strict=True)
            ]
            for block in block_slices(count, size):
                try:
                    games = Game.from_payoffs(
                        *(array.take(block.stop - block.start) for array in arrays)
                    )
                except GameError as problem:
                    where = f"games {block.start} to {block.stop - 1}"
                    raise FileError(str(problem), where=where) from None
                yield games

    return GameTable(path, first[-len(names) :], count, blocks, _BROKEN_ARCHIVE)


def _players(archive: zipfile.ZipFile) -> list[str]:
    """Name the arrays of payoffs: row and column, unless the file has those of more players."""
    held = {name.removesuffix(".npy") for name in archive.namelist()}
    count = next(i for i in range(len(held) + 1) if f"player_{i}" not in held)
    return (
        player_columns(min(count, MOST_PLAYERS))
        if count > 2 and "row" not in held
        else ["row", "column"]
    )


def _games(shape: tuple[int, ...], batches: Iterable[pa.RecordBatch]) -> Iterator[Game]:
    """Turn blocks of columns into games, each in the cheapest form that keeps its numbers."""
    names, size, start = payoff_columns(shape), math.prod(shape), 0

    def payoffs(columns: list[Array]) -> tuple[Array, ...]:
        sides = [columns[first : first + size] for first in range(0, len(columns), size)]
        return tuple(np.stack(side, axis=-1).reshape(-1, *shape) for side in sides)

    for batch in batches:
        if not batch.num_rows:
            continue
        columns = [batch.column(batch.schema.get_field_index(name)) for name in names]
        read = [_doubles(column, name, start) for name, column in zip(names, columns, strict=True)]
        doubles = payoffs([numbers for numbers, _ in read])
        kinds = {kind for _, kind in read} - {_Numbers.WHOLE}
        if kinds <= {_Numbers.DOUBLES} or kinds == {_Numbers.DECIMALS}:
            yield Game(payoffs=doubles, decimal=_Numbers.DECIMALS in kinds)
        else:
            yield Game(payoffs=doubles, exact=payoffs([_exact(column) for column in columns]))
        start += batch.num_rows
    if start == 0:
        raise FileError("must hold at least one game")


class _Numbers(Enum):
    """What the doubles of a column say of the numbers in the file."""

    DOUBLES = auto()
    WHOLE = auto()  # integers that doubles hold
    DECIMALS = auto()  # each is the shortest decimal that rounds to its double
    BEYOND = auto()


def _exact(column: pa.Array) -> Array:
    """Numbers of a column as Fractions where it holds doubles, else as the texts written."""
    import pyarrow as pa

    # What is missing is NaN among the doubles, and counts as 0 here.
    if pa.types.is_floating(column.type):
        doubles = column.to_numpy(zero_copy_only=False).astype(np.float64)
        return as_fractions(np.where(np.isnan(doubles), 0.0, doubles))
    texts = ["0" if _is_missing(text) else text for text in column.cast("string").to_pylist()]
    return np.array(texts, dtype=object)


def _is_missing(text: str | None) -> bool:
    return text is None or text.strip().lower() in ("", "nan")


def _doubles(column: pa.Array, name: str, start: int) -> tuple[Array, _Numbers]:
    """Doubles nearest to the numbers of a column, and what they say of these."""
    import pyarrow as pa

    def place(row: int) -> str:
        return f"game {start + row}, column {name}"

    kind = column.type
    if column.null_count and not pa.types.is_floating(kind):
        missing = column.is_null().to_numpy(zero_copy_only=False)
        numbers, what = _doubles(column.fill_null(pa.scalar("0").cast(kind)), name, start)
        return np.where(missing, np.nan, numbers), what
    if pa.types.is_floating(kind):
        numbers = np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
        if np.isinf(numbers).any():
            row = int(np.flatnonzero(np.isinf(numbers))[0])
            raise FileError("must be finite", where=place(row), value=float(numbers[row]))
        return numbers, _Numbers.DOUBLES
    if pa.types.is_integer(kind):
        integers = column.to_numpy(zero_copy_only=False)
        held = bool(((integers <= _LARGEST_SURE) & (integers >= -_LARGEST_SURE)).all())
        return integers.astype(np.float64), _Numbers.WHOLE if held else _Numbers.BEYOND
    if pa.types.is_decimal(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _doubles_of_texts(column.cast("string"), place)
    raise FileError("must hold numbers", where=f"column {name}", value=str(kind))


def _doubles_of_texts(texts: pa.Array, place: Callable[[int], str]) -> tuple[Array, _Numbers]:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        numbers = np.asarray(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        numbers = np.full(len(texts), np.nan)
    if not np.isfinite(numbers).all():  # gaps, fractions, overflow or words: one by one
        missing = np.array([_is_missing(text) for text in texts.to_pylist()])
        if missing.any():
            filled = pc.if_else(pa.array(missing), pa.scalar("0", texts.type), texts)
            numbers, kind = _doubles_of_texts(filled, place)
            return np.where(missing, np.nan, numbers), kind
        numbers = np.empty(len(texts))
        for row, text in enumerate(texts.to_pylist()):
            try:
                numbers[row] = float(parse_number(text))
            except GameError as problem:
                rule = problem.problems[0].rule
                raise FileError(rule, where=place(row), value=text) from None
        return numbers, _Numbers.BEYOND
    # A decimal of at most 15 digits is the shortest that rounds to its double, and a text is at
    # least as long as its digits. Longer ones are compared with that shortest decimal, first as
    # texts, and only those written otherwise (0.10, 1e-1) as exact numbers.
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    unsure = (lengths > _SURE_LENGTH) | (np.abs(numbers) < _SMALLEST_SURE)
    unsure &= ~((numbers == 0) & (lengths <= 1))
    rows = np.flatnonzero(unsure)
    written, doubles = texts.take(pa.array(rows)), numbers[rows]
    shortest = pc.cast(pa.array(doubles), pa.string())
    differ = np.flatnonzero(~pc.equal(written, shortest).to_numpy(zero_copy_only=False))
    decimals = all(
        parse_number(written[i].as_py()) == Fraction(repr(float(doubles[i]))) for i in differ
    )
    return numbers, _Numbers.DECIMALS if decimals else _Numbers.BEYOND


def _member(archive: zipfile.ZipFile, name: str, players: int) -> IO[bytes]:
    names = [n.removesuffix(".npy") for n in archive.namelist()]
    if name not in names:
        rule = f"must hold an array {name} of shape {_shape_text(players)}"
        raise FileError(rule, where="arrays", value=names)
    # numpy reads members with and without the ending
    return archive.open(next(n for n in archive.namelist() if n.removesuffix(".npy") == name))


def _shape_text(players: int) -> str:
    return "(N, m, n)" if players == 2 else f"(N, n_1, .., n_{players})"


class _NpzArray:
    """One array of an archive, read a few games at a time; it need not fit into memory."""

    def __init__(self, stream: IO[bytes], name: str, players: int) -> None:
        try:
            version = np.lib.format.read_magic(stream)
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            shape, fortran, dtype = read_header(stream)
        except _BROKEN_HEADER as problem:
            raise FileError(f"is not an array of numbers: {problem}", where=name) from None
        if dtype.kind not in "biuf":  # objects would have to be unpickled, which runs code
            raise FileError("must hold numbers", where=name, value=str(dtype))
        if len(shape) < players or min(shape) < 0 or 0 in shape[-players:]:
            actions = "m and n" if players == 2 else "numbers of actions"
            rule = f"must have shape {_shape_text(players)} with {actions} at least 1"
            raise FileError(rule, where=name, value=shape)
        if math.prod(shape) * dtype.itemsize > _MOST_ADDRESSES:
            raise FileError("must fit this machine's addresses", where=name, value=shape)
        self.stream, self.name, self.players = stream, name, players
        self.shape, self.dtype, self.fortran = shape, dtype, fortran
        self.rest: Array | None = None

    def take(self, games: int) -> Array:
        game = self.shape[-self.players :]
        if not self.fortran:
            return self._numbers(games * math.prod(game)).reshape(games, *game)
        if self.rest is None:  # in this order games are not contiguous, so all must be read
            whole = self._numbers(math.prod(self.shape)).reshape(self.shape, order="F")
            self.rest = whole.reshape(-1, *game)
        taken, self.rest = self.rest[:games], self.rest[games:]
        return taken

    def _numbers(self, count: int) -> Array:
        content = self.stream.read(count * self.dtype.itemsize)
        if len(content) < count * self.dtype.itemsize:
            raise FileError("ends before the last game", where=self.name)
        return np.frombuffer(content, dtype=self.dtype)


OPENERS = dict(zip(FORMATS, (open_npz, open_csv, open_parquet), strict=True))
"""How to open a table, by the ending of its file."""
