"""Tables written column by column, a block of rows at a time; whole or not at all."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import FileError
from strategic.games.io.arrays_file import ArraysFile
from strategic.games.io.files import errors_named, written_whole

if TYPE_CHECKING:
    import pyarrow as pa

Columns = Mapping[str, np.ndarray[Any, Any]]
FORMATS = (".npz", ".csv", ".parquet")


class ColumnWriter(ABC):
    """A table that takes a block of rows at a time."""

    @abstractmethod
    def append(self, columns: Columns) -> None:
        """Write a block of rows: one array ``(rows,)`` a column, the same names each time."""


@contextmanager
def written_tables(
    path: str | os.PathLike[str],
    *further: str,
    gaps: Sequence[str] = (),
    labels: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[tuple[ColumnWriter, ...]]:
    """Open tables for writing; their files appear under their names when all went well.

    Parameters
    ----------
    path : path-like
        Of the first table: ``.csv``, ``.parquet`` or ``.npz`` (one array a column).
    *further : str
        Names of more tables, written beside as ``STEM.NAME.csv`` or ``STEM.NAME.parquet``;
        an ``.npz`` file holds the columns of all.
    gaps : sequence of str, optional
        Float columns of whole numbers, NaN for "none": csv and parquet hold integers with gaps.
    labels : mapping of str to sequence of str, optional
        Columns of codes and the labels they stand for: csv and parquet hold the labels, npz the
        codes and the labels once, as ``NAME_labels``.

    Yields
    ------
    tuple of ColumnWriter
        One a table.

    Raises
    ------
    FileError
        When the ending is none of the three, or the system cannot write there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_tables(Path(folder) / "table.csv") as (table,):
    ...         table.append({"game": np.arange(2), "regret": np.array([0.0, 0.5])})
    ...     print((Path(folder) / "table.csv").read_text())
    game,regret
    0,0
    1,0.5
    """
    suffix = checked_suffix(path)
    with ExitStack() as stack:
        if suffix == ".npz":
            target = stack.enter_context(written_whole(path))
            arrays = stack.enter_context(ArraysFile.opened(target))
            yield tuple(_NpzWriter(arrays, labels or {}) for _ in ("", *further))
            return
        make: type[_FileWriter] = _CsvWriter if suffix == ".csv" else _ParquetWriter
        paths = [Path(path), *(further_path(path, name) for name in further)]
        writers = [
            make(p, stack.enter_context(written_whole(p)), gaps, labels or {}) for p in paths
        ]
        for writer in writers:
            stack.callback(writer.abandon)
        yield tuple(writers)
        for writer in writers:
            writer.finish()


def further_path(path: str | os.PathLike[str], name: str) -> Path:
    """Name the file of a further table beside the first one.

    Examples
    --------
    >>> print(further_path("results/out.csv", "games"))
    results/out.games.csv
    """
    return Path(path).with_suffix(f".{name}{Path(path).suffix}")


def checked_suffix(path: str | os.PathLike[str]) -> str:
    """Give the ending of an output, if tables can be written with it.

    Raises
    ------
    FileError
        When it is none of ``.npz``, ``.csv``, ``.parquet``.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        rule = f"an output of tables must end in {', '.join(FORMATS)}"
        raise FileError(rule, value=suffix).in_file(path)
    return suffix


class _FileWriter(ColumnWriter):
    """What csv and parquet have in common: one file a table, opened at the first block."""

    def __init__(
        self, path: Path, target: Path, gaps: Sequence[str], labels: Mapping[str, Sequence[str]]
    ) -> None:
        self._path, self._target, self._gaps, self._labels = path, target, gaps, labels
        self._file: Any = None

    def append(self, columns: Columns) -> None:
        import pyarrow as pa

        arrays = {name: self._array(name, column) for name, column in columns.items()}
        batch = pa.RecordBatch.from_pydict(arrays)
        with errors_named(self._path, "write"):
            if self._file is None:
                self._file = self._open(batch.schema)
            self._write(batch)

    def finish(self) -> None:
        """Close the file; only then is it complete."""
        with errors_named(self._path, "write"):
            file, self._file = self._file, None
            file.close()

    def abandon(self) -> None:
        """Let go of a file that is not complete."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    @abstractmethod
    def _open(self, schema: pa.Schema) -> Any: ...

    @abstractmethod
    def _write(self, batch: pa.RecordBatch) -> None: ...

    def _array(self, name: str, column: np.ndarray[Any, Any]) -> pa.Array:
        import pyarrow as pa

        if name in self._labels:
            return pa.array(self._labels[name]).take(pa.array(column))
        if name in self._gaps:
            return pa.array(column, mask=np.isnan(column)).cast(pa.int32())
        return pa.array(column)


class _CsvWriter(_FileWriter):
    def _open(self, schema: pa.Schema) -> Any:
        file = self._target.open("wb")
        file.write((",".join(schema.names) + "\n").encode())
        return file

    def _write(self, batch: pa.RecordBatch) -> None:
        from pyarrow import csv

        options = csv.WriteOptions(include_header=False, quoting_style="none")
        csv.write_csv(batch, self._file, write_options=options)


class _ParquetWriter(_FileWriter):
    def _open(self, schema: pa.Schema) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetWriter(self._target, schema)

    def _write(self, batch: pa.RecordBatch) -> None:
        self._file.write_batch(batch)


class _NpzWriter(ColumnWriter):
    def __init__(self, arrays: ArraysFile, labels: Mapping[str, Sequence[str]]) -> None:
        self._arrays, self._labels = arrays, labels

    def append(self, columns: Columns) -> None:
        for name, column in columns.items():
            self._arrays.append(name, column)
            if name in self._labels:
                self._arrays.once(f"{name}_labels", np.array(self._labels[name]))
