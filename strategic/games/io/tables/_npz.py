"""Games in archives of arrays, read as a stream."""

from __future__ import annotations

import lzma
import math
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, GameError
from strategic.games._checks import MOST_PLAYERS
from strategic.games.game import Game
from strategic.games.io.files import reading
from strategic.games.io.table import GameBlock, GameReader, GameTable
from strategic.games.matrix import player_columns

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


@dataclass(frozen=True)
class NpzReader(GameReader):
    """Reads members of an archive side by side; they need not fit into memory."""

    path: Path
    names: tuple[str, ...]
    count: int

    seekable = False

    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Read all arrays from their beginnings."""
        stop = self.count if stop is None else min(stop, self.count)
        with ExitStack() as stack:
            archive = stack.enter_context(zipfile.ZipFile(self.path))
            players = len(self.names)
            members = [stack.enter_context(_member(archive, n, players)) for n in self.names]
            arrays = [
                _NpzArray(member, name, players)
                for member, name in zip(members, self.names, strict=True)
            ]
            for array in arrays:
                array.skip(min(start, stop))
            for first in range(start, stop, size):
                games = min(first + size, stop) - first
                try:
                    block = Game.from_payoffs(*(_finite(array.take(games)) for array in arrays))
                except GameError as problem:
                    where = f"games {first} to {first + games - 1}"
                    raise FileError(str(problem), where=where) from None
                yield GameBlock(first, block)


def _finite(numbers: Array) -> Array:
    """Put NaN, which is missing, in the place of what is infinite."""
    if numbers.dtype.kind != "f":
        return numbers
    with np.errstate(over="ignore", invalid="ignore"):
        suspect = not np.isfinite(numbers.sum())
    return np.where(np.isinf(numbers), np.nan, numbers) if suspect else numbers


def open_npz(path: Path, wanted: Sequence[str] | None = None) -> GameTable:
    """Open arrays ``row`` and ``column`` of shape ``(N, m, n)``, or ``(m, n)`` for one game.

    Of more players: ``player_0``, ``player_1``, .., as many as the games have axes.
    """
    with reading(path, *_BROKEN_ARCHIVE), zipfile.ZipFile(path) as archive:
        names = list(wanted or _players(archive))
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
    reader = NpzReader(path, tuple(names), count)
    return GameTable(path, first[-len(names) :], count, reader, damage=_BROKEN_ARCHIVE)


def _players(archive: zipfile.ZipFile) -> list[str]:
    """Name the arrays of payoffs: row and column, unless the file has those of more players."""
    held = {name.removesuffix(".npy") for name in archive.namelist()}
    count = next(i for i in range(len(held) + 1) if f"player_{i}" not in held)
    return (
        player_columns(min(count, MOST_PLAYERS))
        if count > 2 and "row" not in held
        else ["row", "column"]
    )


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

    def skip(self, games: int) -> None:
        """Pass over games, a few at a time."""
        while games and self.rest is None:
            some = min(games, 2**16)
            self.take(some)
            games -= some
        if games and self.rest is not None:
            self.rest = self.rest[games:]

    def _numbers(self, count: int) -> Array:
        content = self.stream.read(count * self.dtype.itemsize)
        if len(content) < count * self.dtype.itemsize:
            raise FileError("ends before the last game", where=self.name)
        return np.frombuffer(content, dtype=self.dtype)
