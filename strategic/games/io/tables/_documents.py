"""Tables of games in JSON: one document, or one game per line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from strategic.errors import FileError
from strategic.games.game import Game
from strategic.games.io.files import read_text
from strategic.games.io.table import GameBlock, GameReader, GameTable
from strategic.games.io.tables._held import (
    column_of,
    game_of,
    held,
    hold_nested,
    hold_table,
)
from strategic.games.io.tables._nested import NestedGames, games_of, unlike
from strategic.games.io.tables._records import parse_document, records_of
from strategic.games.io.tables._recut import recut, stacked

_BLOCK = 2**23
_LOOK = 2**12
_LONGEST_LINE = 2**28
_HELD = 2**26
"""Bytes of a file that is read whole: its later lines may have fields that the first ones lack."""
_PLACE = re.compile(r"games\[(\d+)\]")


def open_json(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a document, or lines of documents whatever the name of the file says."""
    if path.suffix.lower() in (".jsonl", ".ndjson") or _is_lines(path):
        return open_lines(path, names)
    document = parse_document(read_text(path))
    records = records_of(document)
    if records is not None:
        columns = {name: column_of(column) for name, column in records.items()}
        return hold_table(pa.table(columns), path, names, header=False)
    return hold_nested(games_of(document, names), path)


def _is_lines(path: Path) -> bool:
    """Tell lines of documents by the first two: each is one of its own."""
    with path.open("rb") as file:
        found = []
        for line in iter(lambda: file.readline(_LONGEST_LINE), b""):
            if line.strip().lstrip(b"\xef\xbb\xbf"):
                found.append(line)
            if len(found) == 2:
                break
    if len(found) < 2:
        return False
    return all(map(_is_document, found))


def _is_document(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), list | dict)
    except (ValueError, RecursionError):
        return False


def open_lines(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a file with one game per line; it is read block by block."""
    small = path.stat().st_size <= _HELD
    with path.open("rb") as file:
        first = next(_blocks(file, _LOOK if small else _BLOCK), None)
    if first is None:
        raise FileError("must hold at least one game")
    games = _games(*first)
    if records_of(games) is not None:  # a table of numbers, row by row
        with path.open("rb") as file:
            rows = [row for block in _blocks(file) for row in _games(*block)]
        records = records_of(rows)
        if records is None:
            raise FileError("must have objects of numbers and texts in every line")
        columns = {name: column_of(column) for name, column in records.items()}
        return hold_table(pa.table(columns), path, names, header=False)
    read = _nested(games, names, first[1])
    if len(games) == 1 and read.count > 1:
        return hold_nested(read, path)
    reader = LinesReader(path, tuple(names or ()), read.shape, tuple(read.extra))
    if small:
        return reader.whole(read.notes)
    return GameTable(path, read.shape, None, reader, tuple(read.extra), read.notes)


@dataclass(frozen=True)
class LinesReader(GameReader):
    """Reads games line by line, from the beginning.

    Parameters
    ----------
    path : Path
    names : tuple of str
        The fields of the players' payoffs, where the user names them.
    shape : tuple of int
    extra : tuple of str
        Further fields that are carried along.
    """

    path: Path
    names: tuple[str, ...]
    shape: tuple[int, ...]
    extra: tuple[str, ...]

    seekable = False

    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Read blocks of lines, and cut them anew."""
        return recut(self._all(), size, start, stop)

    def whole(self, notes: Sequence[str]) -> GameTable:
        """Read all games, and whatever is said of any of them."""
        games: list[Game] = []
        extra: dict[str, list[Any]] = {}
        done = 0
        for read, _ in self._read():
            games.append(game_of(read, done))
            for name in {**extra, **read.extra}:
                entries = read.extra.get(name, [None] * read.count)
                extra.setdefault(name, [None] * done).extend(entries)
            done += read.count
        columns = pa.table({name: column_of(entries) for name, entries in extra.items()})
        return held(stacked(games), columns, self.path, notes)

    def _read(self) -> Iterator[tuple[NestedGames, int]]:
        """Read block by block, with the number of the first line of each."""
        with self.path.open("rb") as file:
            for lines, numbers in _blocks(file):
                read = _nested(_games(lines, numbers), self.names, numbers)
                if read.shape != self.shape:
                    raise unlike("line 1", self.shape, f"line {numbers[0]}", read.shape)
                yield read, numbers[0]

    def _all(self) -> Iterator[GameBlock]:
        done, schema = 0, None
        for read, line in self._read():
            further = next((name for name in read.extra if name not in self.extra), None)
            if further is not None:
                rule = f"appears from line {line} on, and not in the first lines of a large file"
                remedy = "put it into the first line as null"
                raise FileError(rule, where=f"field {further}", remedy=remedy)
            extra = self._extra(read, schema)
            schema = extra.schema if schema is None and extra is not None else schema
            yield GameBlock(done, game_of(read, done), extra)
            done += read.count

    def _extra(self, read: NestedGames, schema: pa.Schema | None) -> pa.RecordBatch | None:
        if not self.extra:
            return None
        none = [None] * read.count
        columns = {name: column_of(read.extra.get(name, none)) for name in self.extra}
        if schema is not None:
            for name, column in columns.items():
                columns[name] = _cast(column, schema.field(name).type, name)
        return pa.RecordBatch.from_pydict(columns)


def _cast(column: pa.Array, kind: pa.DataType, name: str) -> pa.Array:
    try:
        return column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        rule = f"must hold {kind} in every line, as in the first ones"
        raise FileError(rule, where=f"field {name}", value=str(column.type)) from None


def _nested(games: list[Any], names: Sequence[str] | None, numbers: list[int]) -> NestedGames:
    try:
        if len(games) == 1 and isinstance(games[0], dict) and "games" in games[0]:
            return games_of(games[0], names)
        return games_of({"games": games}, names)
    except FileError as problem:
        raise _by_line(problem, numbers) from None


def _by_line(problem: FileError, numbers: list[int]) -> FileError:
    """Name lines rather than places in a list."""

    def line(text: str) -> str:
        return _PLACE.sub(lambda found: f"line {numbers[int(found[1])]}", text)

    told = [replace(one, where=line(one.where), rule=line(one.rule)) for one in problem.problems]
    return FileError.from_problems(told)


def _games(lines: list[bytes], numbers: list[int]) -> list[Any]:
    """Parse lines together, which is faster; where one is wrong, say which."""
    text = b"[" + b",".join(lines) + b"]"
    try:
        found = parse_document(text.decode())
    except (FileError, UnicodeDecodeError):
        found = []
    if len(found) != len(lines):
        for number, line in zip(numbers, lines, strict=True):
            try:
                parse_document(line.decode())
            except UnicodeDecodeError:
                raise FileError("must be text in UTF-8", where=f"line {number}") from None
            except FileError as problem:
                raise FileError(problem.problems[0].rule, where=f"line {number}") from None
        raise FileError("must hold one game per line")
    return list(found)


def _blocks(file: IO[bytes], size: int = 0) -> Iterator[tuple[list[bytes], list[int]]]:
    """Yield lines that are not empty with their numbers, a few megabytes at a time."""
    number = 1
    while lines := file.readlines(size or _BLOCK):
        if number == 1:
            lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
        numbers = [number + k for k, line in enumerate(lines) if line.strip()]
        if numbers:
            yield [line for line in lines if line.strip()], numbers
        number += len(lines)
