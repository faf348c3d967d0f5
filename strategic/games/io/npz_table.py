"""Tables of games in numpy's ``.npz`` files, read as a stream."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from strategic.blocks import block_slices
from strategic.errors import FileError, GameError, StrategicError
from strategic.games.game import Game
from strategic.games.io.table import GameTable

_ARRAYS = ("row", "column")


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool


def open_npz(path: Path) -> GameTable:
    """Open arrays ``row`` and ``column`` of shape ``(N, m, n)``, or ``(m, n)`` for one game.

    Raises
    ------
    FileError
        When the file is damaged, an array is missing or the shapes do not make games.
    """
    with _archive(path) as archive:
        headers = []
        for name in _ARRAYS:
            with _member(archive, name) as stream:
                headers.append(_checked_header(stream, name))
    first = headers[0].shape
    if headers[1].shape != first:
        raise FileError(f"must have shape {first} like row", where="column", value=headers[1].shape)
    count = math.prod(first[:-2])
    if count == 0:
        raise FileError("must hold at least one game", where="row", value=first)
    shape = (first[-2], first[-1])
    return GameTable(path, shape, count, lambda size: _blocks(path, shape, count, size))


def _blocks(path: Path, shape: tuple[int, int], count: int, size: int) -> Iterator[Game]:
    with (
        _archive(path) as archive,
        _member(archive, "row") as row,
        _member(archive, "column") as column,
    ):
        sources = [_Source(row, "row"), _Source(column, "column")]
        for block in block_slices(count, size):
            tables = [source.take(block.stop - block.start, shape) for source in sources]
            yield _game(tables, f"games {block.start} to {block.stop - 1}")


def _game(tables: list[np.ndarray[Any, Any]], where: str) -> Game:
    try:
        return Game.of(*tables)
    except GameError as problem:
        raise FileError(str(problem), where=where) from None


class _Source:
    """One array of the archive, handed out a few games at a time."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name
        self._header = _checked_header(stream, name)
        self._whole: np.ndarray[Any, Any] | None = None
        self._taken = 0
        if self._header.fortran:  # games are not contiguous, so there is nothing to stream
            shape = self._header.shape
            flat = self._numbers(math.prod(shape)).reshape(shape, order="F")
            self._whole = flat.reshape(-1, *shape[-2:])

    def take(self, games: int, shape: tuple[int, int]) -> np.ndarray[Any, Any]:
        if self._whole is None:
            return self._numbers(games * math.prod(shape)).reshape(games, *shape)
        self._taken += games
        return self._whole[self._taken - games : self._taken]

    def _numbers(self, count: int) -> np.ndarray[Any, Any]:
        dtype = self._header.dtype
        content = self._stream.read(count * dtype.itemsize)
        if len(content) < count * dtype.itemsize:
            raise FileError("ends before the last game", where=self._name)
        return np.frombuffer(content, dtype=dtype)


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise FileError(f"is no whole .npz file: {problem}").in_file(path) from None
    except StrategicError as problem:
        raise problem.in_file(path) from None


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    names = [n.removesuffix(".npy") for n in archive.namelist()]
    if name not in names:
        raise FileError(
            f"must hold an array {name} of shape (N, m, n)", where="arrays", value=names
        )
    with archive.open(f"{name}.npy") as stream:
        yield stream


def _checked_header(stream: IO[bytes], name: str) -> _Header:
    try:
        version = np.lib.format.read_magic(stream)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = read(stream)
    except (ValueError, KeyError) as problem:
        raise FileError(f"is no array of numbers: {problem}", where=name) from None
    if dtype.kind not in "biuf":
        raise FileError("must hold numbers", where=name, value=str(dtype))
    if len(shape) < 2 or 0 in shape[-2:]:
        raise FileError(
            "must have shape (N, m, n) with m and n at least 1", where=name, value=shape
        )
    return _Header(shape, dtype, fortran)
