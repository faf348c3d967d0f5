"""Sources of games that are no single table: lists, folders, patterns, streams, single games."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from strategic.errors import FileError
from strategic.games.game import Game
from strategic.games.io.files import errors_named, read_text, reading
from strategic.games.io.table import GameBlock, GameReader, GameTable, HeldGames
from strategic.games.io.tables._several import files_in, matching, open_several
from strategic.games.io.tables._spooled import (
    COMPRESSED,
    Spooled,
    called,
    ending_of,
    expanded,
    spooled,
    standard_input,
)
from strategic.games.io.tables.kinds import file_endings, known_files, open_file, open_source

_FEW = 3


def open_list(source: object, names: Sequence[str] | None = None) -> GameTable:
    """Open files, folders, patterns and addresses as one table, in the order given."""
    files = [os.fspath(one) for one in source]  # type: ignore[attr-defined]
    if len(files) == 1:
        return open_source(files[0], names)
    title = ", ".join(files[:_FEW]) + (", .." if len(files) > _FEW else "")
    return open_several(files, lambda file: open_source(file, names), title=title)


def open_folder(source: object, names: Sequence[str] | None = None) -> GameTable:
    """Open the files of games in a folder."""
    folder = Path(str(source))
    with errors_named(folder, "read"):
        files, notes = files_in(folder, file_endings(), known_files())
    return open_several(
        files, lambda file: open_source(file, names), title=str(folder), notes=notes
    )


def open_pattern(source: object, names: Sequence[str] | None = None) -> GameTable:
    """Open the files whose names match a pattern."""
    files = matching(str(source))
    return open_several(files, lambda file: open_source(file, names), title=str(source))


def open_game(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a file with one game as a table of one."""
    from strategic.games.io.read import parse_game_file

    if names:
        remedy = "leave --row, --column and --players out"
        raise FileError("names its players itself", remedy=remedy)
    game = parse_game_file(read_text(path), path.suffix.lower() or ending_of(path))
    if game is None:
        raise FileError("is no game")
    return GameTable(path, game.shape, 1, HeldGames(batch_of_one(game)))


def batch_of_one(game: Game) -> Game:
    """Give a single game an axis for games.

    Examples
    --------
    >>> batch_of_one(Game.from_payoffs([[1, 2]], [[3, 4]]))
    <Game: 1 game 1x2>
    """
    exact = None if game.exact is None else tuple(np.asarray(e)[None] for e in game.exact)
    return replace(game, payoffs=tuple(p[None] for p in game.payoffs), exact=exact)


def open_standard_input(_source: object, names: Sequence[str] | None = None) -> GameTable:
    """Open what comes in through standard input; its first bytes tell what it is."""
    return _open_copy(standard_input(), names)


def open_content(source: object, names: Sequence[str] | None = None) -> GameTable:
    """Open bytes that came in through standard input."""
    if not isinstance(source, bytes):
        raise TypeError(type(source))
    return _open_copy(spooled(BytesIO(source), "-"), names)


def open_compressed(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a compressed file of any kind."""
    inner = Path(path.stem).suffix.lower()
    return _open_copy(expanded(path, str(path)), names, inner)


def open_remote(source: object, names: Sequence[str] | None = None) -> GameTable:
    """Open a remote file, folder or pattern of files."""
    from strategic.games.io.tables._remote import remote_files

    address = str(source)
    if address.startswith("file://"):
        return open_source(address.removeprefix("file://"), names)
    files = remote_files(address)
    if files == [address]:
        return _open_address(address, names)
    known = tuple(file_endings())
    games = [file for file in files if file.lower().endswith(known)]
    if not games:
        raise FileError("holds no file of games", remedy=known_files()).in_file(address)
    from strategic.games.io.tables._several import natural

    games.sort(key=natural)
    return open_several(games, lambda file: _open_address(file, names), title=address)


def _open_address(address: str, names: Sequence[str] | None) -> GameTable:
    from strategic.games.io.tables._remote import fetched

    ending = Path(address.partition("?")[0]).suffix.lower()
    return _open_copy(fetched(address), names, ending, address)


def _open_copy(
    copy: Spooled, names: Sequence[str] | None, ending: str = "", address: str = ""
) -> GameTable:
    with called(copy):
        found = ending_of(copy.path)
        if found in COMPRESSED:
            inner = Path(Path(address or copy.name).stem).suffix.lower()
            return _open_copy(expanded(copy.path, copy.name), names, inner, address)
        # the bytes decide, unless they are text, which may be of several kinds
        if found in (".csv", ".json", ".gam") and ending in file_endings():
            found = ending
        with reading(copy.path):
            table = open_file(found, copy.path, names)
    table = replace(table, path=copy.name)
    if isinstance(table.reader, HeldGames):
        return table
    size = copy.path.stat().st_size
    origin = _Origin(address, tuple(names or ()), socket.gethostname(), str(copy.path), size)
    return replace(table, reader=CopiedGames(table.reader, copy, origin))


@dataclass(frozen=True)
class _Origin:
    """Where a copy is, and where what it was made of is."""

    address: str
    names: tuple[str, ...]
    host: str
    path: str
    size: int


@dataclass(frozen=True)
class CopiedGames(GameReader):
    """Games in a copy of a stream, which lasts as long as this reader.

    Other processes of this machine read the same copy; on another machine a remote file is copied
    once more.
    """

    reader: GameReader
    copy: Spooled
    origin: _Origin

    @property
    def seekable(self) -> bool:
        """Whether the copy is."""
        return self.reader.seekable

    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Read the copy."""
        with called(self.copy):
            yield from self.reader.parts(size, start, stop)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.reader, self.copy, self.origin)


def _again(reader: GameReader, copy: Spooled, origin: _Origin) -> GameReader:
    path = Path(origin.path)
    if socket.gethostname() == origin.host and path.exists() and path.stat().st_size == origin.size:
        return CopiedGames(reader, copy, origin)
    if not origin.address:
        rule = "was read from a stream that this machine or process does not have"
        raise FileError(rule, remedy="save it to a file that all can read").in_file(copy.name)
    return _once(origin)


@lru_cache(maxsize=8)
def _once(origin: _Origin) -> GameReader:
    """Copy a remote file once per process, however many parts of it are read."""
    return _open_address(origin.address, origin.names or None).reader
