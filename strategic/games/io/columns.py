"""The one writer of tables: columns, a block of rows at a time, as csv, parquet or npz."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import FileError
from strategic.games.io._array_spools import ArraySpool
from strategic.games.io._plain_columns import numpy_columns, without_codes
from strategic.games.io.files import errors_named, written_whole
from strategic.games.io.parquet_files import WITH_SUMS
from strategic.games.io.targets import check_target, held

if TYPE_CHECKING:
    import pyarrow as pa

Columns = Mapping[str, ArrayLike]
TABLES = (".csv", ".parquet")
"""Endings of tables that other programs read too."""
FORMATS = (".npz", *TABLES)
"""Endings of files that hold tables."""
OUTPUTS = (*FORMATS, ".feather", ".arrow")
"""Endings of files that tables are written to."""


class ColumnWriter(ABC):
    """A table that takes a block of rows at a time."""

    @abstractmethod
    def append(self, columns: Columns | pa.Table) -> None:
        """Write a block of rows: one array ``(rows,)`` per column, the same names each time.

        The columns of an npz file may have further axes, ``(rows, ...)``. Of Arrow tables,
        columns of a dictionary type are labels, and integers may have gaps.
        """


@contextmanager
def written_tables(
    path: str | os.PathLike[str],
    *further: str,
    gaps: Sequence[str] = (),
    labels: Mapping[str, Sequence[str]] | None = None,
    quoted: bool = False,
    inputs: Sequence[str | os.PathLike[str]] = (),
) -> Iterator[tuple[ColumnWriter, ...]]:
    """Open tables for writing; their files appear, complete, when the block ends well.

    Parameters
    ----------
    path : path-like
        Of the first table: ``.csv``, ``.parquet`` or ``.npz`` (one array per column).
    *further : str
        Names of more tables, written beside as ``STEM.NAME.csv`` or ``STEM.NAME.parquet``;
        an ``.npz`` file holds the columns of all.
    gaps : sequence of str, optional
        Float columns of whole numbers, NaN for "none": csv and parquet hold integers with gaps.
    labels : mapping of str to sequence of str, optional
        Columns of codes and the labels they stand for: csv and parquet hold the labels, npz the
        codes and the labels once, as ``NAME_labels``.
    quoted : bool, optional
        Put texts and the header of a csv file in quotation marks.
    inputs : sequence of path-like, optional
        Files that the tables are made from, and must not take the place of.

    Yields
    ------
    tuple of ColumnWriter
        One per table.

    Raises
    ------
    FileError
        When the ending is none of the three, a file is an input, or the system cannot write there.

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
    path, labels = Path(path), labels or {}
    suffix = path.suffix.lower()
    if suffix not in OUTPUTS:
        rule = f"the output must end in {', '.join(OUTPUTS)}"
        raise FileError(rule, value=suffix).in_file(path)
    others = () if suffix == ".npz" else further
    paths = [path, *(path.with_suffix(f".{name}{path.suffix}") for name in others)]
    for each in paths:
        check_target(each, *inputs)
    with ExitStack() as keeping, ExitStack() as stack:
        targets = [stack.enter_context(written_whole(each)) for each in paths]
        if suffix == ".npz":
            arrays = _NpzWriter(targets[0], stack, labels)
            yield (arrays,) * (1 + len(further))
            arrays.finish()
            return
        tables = [
            _ArrowWriter(each, target, suffix, gaps, labels, quoted)
            for each, target in zip(paths, targets, strict=True)
        ]
        for table in tables:
            stack.callback(table.abandon)  # before the unfinished file below it is removed
        yield tuple(tables)
        for table in tables:
            table.finish()
        if others:  # all of them take their places before another run's do: they belong together
            with errors_named(path, "write"):
                keeping.enter_context(held(path.resolve().parent))


def columns_text(columns: Columns) -> str:
    """Write columns of one length as CSV text, with quotation marks.

    Examples
    --------
    >>> print(columns_text({"a": [1, 2], "b": ["x", "y"]}), end="")
    "a","b"
    1,"x"
    2,"y"
    """
    import pyarrow as pa
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    csv.write_csv(pa.table({name: pa.array(column) for name, column in columns.items()}), sink)
    return str(sink.getvalue().to_pybytes().decode("utf8"))


@dataclass
class _ArrowWriter(ColumnWriter):
    """A csv or parquet file; it is opened at the first block, whose columns are its schema."""

    path: Path
    target: Path
    suffix: str
    gaps: Sequence[str]
    labels: Mapping[str, Sequence[str]]
    quoted: bool
    file: Any = None
    sink: IO[bytes] | None = None

    def append(self, columns: Columns | pa.Table) -> None:
        import pyarrow as pa
        from pyarrow import csv

        table = without_codes(columns) if isinstance(columns, pa.Table) else self._table(columns)
        with errors_named(self.path, "write"):
            if self.file is None:
                self._open(table.schema)
            if self.suffix == ".csv":
                quoting = "needed" if self.quoted else "none"
                options = csv.WriteOptions(include_header=False, quoting_style=quoting)
                csv.write_csv(table, self.file, write_options=options)
            else:
                self.file.write_table(table)

    def _table(self, columns: Columns) -> pa.Table:
        import pyarrow as pa

        arrays = {}
        for name, column in columns.items():
            if name in self.labels:
                arrays[name] = pa.array(self.labels[name]).take(pa.array(column))
            elif name in self.gaps:
                arrays[name] = pa.array(column, mask=np.isnan(column)).cast(pa.int32())
            else:
                arrays[name] = pa.array(column)
        return pa.table(arrays)

    def _open(self, schema: pa.Schema) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        # Arrow takes no name that is not UTF-8
        sink = self.target.open("wb")
        if self.suffix == ".csv":
            names = [name.replace('"', '""') for name in schema.names]
            header = ",".join(f'"{name}"' for name in names) if self.quoted else ",".join(names)
            sink.write(f"{header}\n".encode())
            self.file = sink
            return
        self.sink = sink
        if self.suffix == ".parquet":
            self.file = parquet.ParquetWriter(sink, schema, **WITH_SUMS)
        else:
            self.file = pa.ipc.new_file(sink, schema)

    def finish(self) -> None:
        """Close the file; only then is it complete."""
        with errors_named(self.path, "write"):
            file, self.file = self.file, None
            file.close()
            if self.sink is not None:
                self.sink.close()

    def abandon(self) -> None:
        """Let go of a file that is not complete."""
        if self.file is not None:
            with suppress(OSError):
                self.file.close()
            if self.sink is not None:
                self.sink.close()


@dataclass
class _NpzWriter(ColumnWriter):
    """An npz archive: its members cannot grow side by side, so each waits in a file of its own.

    Those files have no names: whatever ends this process, the system takes them back.
    """

    target: Path
    stack: ExitStack
    labels: Mapping[str, Sequence[str]]
    spools: dict[str, ArraySpool] = field(default_factory=dict)

    def append(self, columns: Columns | pa.Table) -> None:
        import tempfile

        import pyarrow as pa

        labels = self.labels
        if isinstance(columns, pa.Table):
            columns, labels = numpy_columns(columns)
        fresh = [n for n in columns if n in labels and f"{n}_labels" not in self.spools]
        further = {f"{name}_labels": labels[name] for name in fresh}
        for name, column in {**columns, **further}.items():
            block = np.asarray(column)
            if name not in self.spools:
                file = tempfile.TemporaryFile(dir=self.target.parent)  # noqa: SIM115 - on the stack
                self.stack.enter_context(file)
                self.spools[name] = ArraySpool(file, block.shape[1:])
            self.spools[name].append(block)

    def finish(self) -> None:
        """Put the archive together, now that every length is known."""
        import zipfile

        with ExitStack() as stack:
            file = stack.enter_context(self.target.open("wb"))
            # A device has no place to go back to, whatever it says when it is asked for one.
            plain = SimpleNamespace(write=file.write, flush=file.flush)
            into: Any = file if self.target.is_file() else plain
            archive = stack.enter_context(zipfile.ZipFile(into, "w", zipfile.ZIP_STORED))
            for name, spool in self.spools.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    spool.write(member)
