"""Tables of Arrow written to files that other programs read: csv, parquet, feather, Excel."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from strategic.errors import FileError
from strategic.games.io._plain_columns import plain_table
from strategic.games.io.files import errors_named, written_whole
from strategic.games.io.parquet_files import WITH_SUMS
from strategic.games.io.workbook import LONGEST_CELL, write_workbook

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 100_000
"""Of an Excel sheet: larger ones open slowly, and none has more than about a million rows."""
_MOST_COLUMNS = 16_384
_LARGEST_SURE = 2**53
_SEPARATORS = {".csv": ",", ".tsv": "\t"}


class RowWriter(ABC):
    """A table in a file that takes a block of rows at a time."""

    @abstractmethod
    def append(self, rows: pa.Table) -> None:
        """Write rows; the columns are the same each time."""

    @abstractmethod
    def finish(self) -> None:
        """Complete the file."""

    @abstractmethod
    def abandon(self) -> None:
        """Let go of a file that will not be completed; of a complete one there is none left."""


@contextmanager
def written_arrow(path: str | os.PathLike[str]) -> Iterator[RowWriter]:
    r"""Open a table for writing; the file appears, complete, when the block ends well.

    Parameters
    ----------
    path : path-like
        Ends in one of `WRITERS`.

    Yields
    ------
    RowWriter

    Raises
    ------
    FileError
        When the system cannot write there, or the format cannot hold the table.

    Examples
    --------
    >>> import pyarrow as pa, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_arrow(f"{folder}/table.tsv") as table:
    ...         table.append(pa.table({"game": [0], "what": ["a, b"]}))
    ...     Path(folder, "table.tsv").read_text()
    'game\twhat\n0\ta, b\n'
    """
    suffix = Path(path).suffix.lower()
    with written_whole(path) as target:
        writer = WRITERS[suffix](Path(path), target)
        try:
            yield writer
            with errors_named(path, "write"):
                writer.finish()
        finally:
            with suppress(OSError):
                writer.abandon()


@dataclass
class _TextWriter(RowWriter):
    """Columns apart by commas or tabs; entries in quotation marks where they need them."""

    path: Path
    target: Path
    file: IO[bytes] | None = None

    def append(self, rows: pa.Table) -> None:
        import pyarrow as pa
        from pyarrow import csv

        rows = plain_table(rows)
        separator = _SEPARATORS[self.path.suffix.lower()]
        quoting = "needed" if _need_quotes(rows, separator) else "none"
        options = csv.WriteOptions(include_header=False, quoting_style=quoting, delimiter=separator)
        with errors_named(self.path, "write"):
            if self.file is None:
                self.file = self.target.open("wb")
                names = [_quoted(name, separator) for name in rows.column_names]
                self.file.write(f"{separator.join(names)}\n".encode())
            try:
                csv.write_csv(rows, self.file, write_options=options)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
                raise _unfit(problem, self.path) from None

    def finish(self) -> None:
        self.abandon()

    def abandon(self) -> None:
        if self.file is not None:
            self.file.close()


@dataclass
class _ColumnWriter(RowWriter):
    """A parquet file, or a file of Arrow itself (feather)."""

    path: Path
    target: Path
    file: Any = None
    sink: IO[bytes] | None = None

    def append(self, rows: pa.Table) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        with errors_named(self.path, "write"):
            if self.file is None:
                self.sink = self.target.open("wb")  # Arrow takes no name that is not UTF-8
                is_parquet = self.path.suffix.lower() == ".parquet"
                if is_parquet:
                    self.file = parquet.ParquetWriter(self.sink, rows.schema, **WITH_SUMS)
                else:
                    self.file = pa.ipc.new_file(self.sink, rows.schema)
            try:
                self.file.write_table(rows)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
                raise _unfit(problem, self.path) from None

    def finish(self) -> None:
        file, self.file = self.file, None
        if file is not None:
            file.close()
        if self.sink is not None:
            self.sink.close()

    def abandon(self) -> None:
        self.finish()


@dataclass
class _ExcelWriter(RowWriter):
    """One sheet of a workbook, in memory until it is complete."""

    path: Path
    target: Path
    columns: dict[str, list[Any]] = field(default_factory=dict)
    rows: int = 0

    def append(self, rows: pa.Table) -> None:
        self.rows += rows.num_rows
        if self.rows > MOST_ROWS or rows.num_columns > _MOST_COLUMNS:
            size = f"{self.rows:,} rows of {rows.num_columns:,} columns"
            rule = f"a sheet holds at most {MOST_ROWS:,} rows and {_MOST_COLUMNS:,} columns"
            raise FileError(rule, value=size, remedy="write .parquet or .csv").in_file(self.path)
        rows = plain_table(rows)
        for name, column in zip(rows.column_names, rows.columns, strict=True):
            self.columns.setdefault(name, []).extend(map(self._cell, column.to_pylist()))

    def _cell(self, entry: Any) -> Any:
        if isinstance(entry, int) and abs(entry) > _LARGEST_SURE:
            return str(entry)  # Excel has doubles only
        if isinstance(entry, str) and len(entry) > LONGEST_CELL:
            rule = f"a cell holds at most {LONGEST_CELL:,} characters"
            raise FileError(rule, value=f"{len(entry):,}").in_file(self.path)
        return entry

    def finish(self) -> None:
        write_workbook(self.target, {"strategic": self.columns})

    def abandon(self) -> None:
        self.columns = {}


def _need_quotes(rows: pa.Table, separator: str) -> bool:
    """Whether some text holds what separates entries and rows, or spaces at its ends."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for column in rows.columns:
        texts = column
        if pa.types.is_dictionary(texts.type):
            texts = texts.cast(texts.type.value_type)
        kind = texts.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            continue
        odd = pc.match_substring_regex(texts, f'[{separator}"\r\n]|^\\s|\\s$|^$')
        if pc.any(odd).as_py():
            return True
    return False


def _quoted(name: str, separator: str) -> str:
    needed = any(letter in name for letter in (separator, '"', "\r", "\n")) or name != name.strip()
    return '"' + name.replace('"', '""') + '"' if needed else name


def _unfit(problem: Exception, path: Path) -> FileError:
    rule = f"cannot hold this table: {problem}"
    return FileError(rule, remedy="write .parquet or .arrow").in_file(path)


WRITERS: dict[str, type[Any]] = {
    ".csv": _TextWriter,
    ".tsv": _TextWriter,
    ".parquet": _ColumnWriter,
    ".feather": _ColumnWriter,
    ".arrow": _ColumnWriter,
    ".xlsx": _ExcelWriter,
}
"""Endings of tables, and what writes them."""
