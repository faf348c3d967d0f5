"""Several files as one table of games: a list, a folder or a pattern of names."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from strategic.errors import FileError
from strategic.games.game import size_text
from strategic.games.io.table import GameBlock, GameReader, GameTable, HeldGames
from strategic.games.io.tables._recut import joined, recut

if TYPE_CHECKING:
    import pyarrow as pa

_HIDDEN = ("_", ".")
"""Files whose names begin so are no data: notes of programs, unfinished files."""
_SHOWN = 3


def matching(pattern: str) -> list[str]:
    """List the files that a pattern matches, 2 before 10.

    Raises
    ------
    FileError
        When there are none.
    """
    import glob

    # a pattern may be absolute, which the method of a path does not take
    listed = glob.glob(pattern, recursive=True)  # noqa: PTH207
    found = [name for name in listed if Path(name).is_file()]
    if not found:
        raise FileError("no file has such a name").in_file(pattern)
    return sorted(found, key=natural)


def files_in(
    folder: Path, endings: Sequence[str], remedy: str
) -> tuple[list[str], tuple[str, ...]]:
    """List the files of games in a folder, 2 before 10, and say what was passed over.

    Files of folders inside it are taken only where it has none itself, as in data sets that are
    parted by folders.

    Parameters
    ----------
    folder : Path
    endings : sequence of str
        Of files that hold games.
    remedy : str
        What to say where there are none.

    Raises
    ------
    FileError
        When there are none.
    """
    for nested in (False, True):
        found: list[str] = []
        others: list[str] = []
        for path in folder.rglob("*") if nested else folder.iterdir():
            within = path.relative_to(folder).parts
            if any(part.startswith(_HIDDEN) for part in within) or not path.is_file():
                continue
            (found if path.name.lower().endswith(tuple(endings)) else others).append(str(path))
        if found:
            some = ", ".join(sorted(map(os.path.basename, others), key=natural)[:_SHOWN])
            told = f"{len(others)} files that hold no games were passed over: {some}"
            return sorted(found, key=natural), (told,) * bool(others)
    raise FileError("holds no file of games", remedy=remedy).in_file(folder)


def natural(name: str) -> list[tuple[int, str]]:
    """Sort names by the numbers in them.

    Examples
    --------
    >>> sorted(["g10.nfg", "g9.nfg", "G1.nfg"], key=natural)
    ['G1.nfg', 'g9.nfg', 'g10.nfg']
    """
    pieces = re.split(r"(\d+)", name.lower())
    # whole numbers of any length compare by their length first
    told = [(len(p.lstrip("0")), p.lstrip("0")) if k % 2 else (-1, p) for k, p in enumerate(pieces)]
    return [*told, (-1, name)]


def open_several(
    files: Sequence[str],
    opened: Callable[[str], GameTable],
    *,
    title: str,
    notes: Sequence[str] = (),
) -> GameTable:
    """Open files as one table, in the order given; a column ``file`` says where a game is from.

    Parameters
    ----------
    files : sequence of str
    opened : callable
        Opens one of them.
    title : str
        What to call them together in errors.
    notes : sequence of str, optional
        What was noted of them so far.

    Raises
    ------
    FileError
        When there are none, one cannot be read, or they differ in shapes or further columns.
    """
    if not files:
        raise FileError("must name at least one file", where="files")
    tables = [opened(file) for file in files]
    first = tables[0]
    for name, table in zip(files, tables, strict=True):
        if table.shape != first.shape:
            sizes = f"{files[0]} is {size_text(first.shape)}, {name} is {size_text(table.shape)}"
            remedy = "put the games of each shape into a table or folder of their own"
            raise FileError(f"all games must have one shape: {sizes}", remedy=remedy)
        if set(table.extra) != set(first.extra):
            differ = ", ".join(sorted(set(table.extra) ^ set(first.extra))[:_SHOWN])
            rule = f"must have the further columns of {files[0]}"
            remedy = "add them to the files that lack them, or take them out"
            raise FileError(rule, where="columns", value=differ, remedy=remedy).in_file(name)
    names = _told_apart(files)
    column = "file" if "file" not in first.extra else "from_file"
    reader: GameReader = SeveralTables(tuple(tables), tuple(names), column)
    counts = [table.count for table in tables]
    count = None if None in counts else sum(c for c in counts if c is not None)
    if all(isinstance(table.reader, HeldGames) for table in tables):
        block = joined(list(reader.parts(count or 1, 0, None)))
        reader = HeldGames(block.games, block.extra)
    told = (*notes, *_notes_of(dict(zip(files, tables, strict=True))))
    return GameTable(title, first.shape, count, reader, (column, *first.extra), told)


def _notes_of(tables: Mapping[str, GameTable]) -> Iterator[str]:
    """Say what was guessed of which files, a sentence for all of which it holds."""
    holders: dict[str, list[str]] = {}
    for name, table in tables.items():
        for note in table.notes:
            holders.setdefault(note, []).append(name)
    for note, names in holders.items():
        more = len(names) - _SHOWN
        listed = ", ".join(names[:_SHOWN]) + f" and {more:,} more" * (more > 0)
        yield f"{f'all {len(names):,} files' if len(names) == len(tables) else listed}: {note}"


def _told_apart(files: Sequence[str]) -> list[str]:
    """Leave out the folder that all files are in."""
    if any("://" in file for file in files):
        return [file.rpartition("/")[2] for file in files]
    parents = {str(Path(file).absolute().parent) for file in files}
    common = os.path.commonpath(parents)
    return [Path(os.path.relpath(Path(file).absolute(), common)).as_posix() for file in files]


@dataclass(frozen=True)
class SeveralTables(GameReader):
    """Tables of games of one shape, one after the other.

    Parameters
    ----------
    tables : tuple of GameTable
    names : tuple of str
        Of their files.
    column : str
        What the column of these names is called.
    """

    tables: tuple[GameTable, ...]
    names: tuple[str, ...]
    column: str

    @property
    def seekable(self) -> bool:
        """Whether all of them are, and their lengths are known."""
        return all(table.seekable and table.count is not None for table in self.tables)

    @property
    def together(self) -> int:
        """The most of any of them."""
        return max(table.reader.together for table in self.tables)

    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Read one after the other, cut anew so that blocks reach across files."""
        return recut(self._blocks(size, start, stop), size, start, stop)

    def _blocks(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        import pyarrow as pa

        done, schema = 0, None
        for table, name in zip(self.tables, self.names, strict=True):
            if stop is not None and done >= stop:
                return
            if table.count is not None and done + table.count <= start:
                done += table.count
                continue
            within = max(start - done, 0) if self.seekable else 0
            read = within
            for block in table.parts(size, start=within):
                columns = {self.column: pa.repeat(name, len(block))}
                for other in self.tables[0].extra:
                    columns[other] = block.extra.column(other)  # type: ignore[union-attr]
                extra = pa.RecordBatch.from_pydict(columns)
                schema = extra.schema if schema is None else schema
                yield GameBlock(done + block.first, block.games, _as(extra, schema, table))
                read = block.first + len(block)
                if stop is not None and done + read >= stop:
                    return
            done += read


def _as(extra: pa.RecordBatch, schema: pa.Schema, table: GameTable) -> pa.RecordBatch:
    """Give the further columns the types that they have in the first file."""
    import pyarrow as pa

    if extra.schema.equals(schema):
        return extra
    columns = {}
    for field in schema:
        column = extra.column(extra.schema.get_field_index(field.name))
        try:
            columns[field.name] = column.cast(field.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            rule = f"must hold {field.type} as in the first file"
            where = f"column {field.name}"
            remedy = "give the column one type in all files"
            problem = FileError(rule, where=where, value=str(column.type), remedy=remedy)
            raise problem.in_file(table.path) from None
    return pa.RecordBatch.from_pydict(columns)
