"""Results written as a batch writes them: those of a batch anew, or a solution in memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from strategic.batches._stored_files import Tables
from strategic.batches.stored import StoredBatch
from strategic.equilibria import Solution
from strategic.errors import FileError
from strategic.games.io.arrow_files import WRITERS, written_arrow
from strategic.games.io.game_tables import write_dataset
from strategic.games.io.targets import check_new, check_target
from strategic.status import Status

if TYPE_CHECKING:
    import pyarrow.dataset as ds

ENDINGS = (*WRITERS, ".nc")
"""What results can be written to."""


def write_batch(found: StoredBatch | Solution, path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write equilibria to a file, and counts and statuses beside it, as a batch does.

    Parameters
    ----------
    found : StoredBatch or Solution
        Opened by `open_batch`, which opens what is written here too (csv, parquet and feather), or
        from `strategic.solve`, of any method. Fractions are texts such as ``"1/3"``.
    path : path-like
        Ends in one of `ENDINGS`. Netcdf holds both in one file; where only counts were wanted
        there is one table.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    FileError
        When the ending is none of these, or a file cannot be written or hold the table.

    Examples
    --------
    >>> import tempfile
    >>> import strategic as st
    >>> games = st.games.families.random_games((2, 2), 10, rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = write_batch(st.solve(games), f"{folder}/found.parquet")
    ...     found = st.open_batch(files[0], games=games)
    ...     [file.name for file in files], len(found.of(2))
    (['found.parquet', 'found.games.parquet'], 3)
    """
    held = found.tables if isinstance(found, StoredBatch) else _tables(found)
    files = _files(held, Path(path))
    for each in files:
        check_target(each, *([found.path] if isinstance(found, StoredBatch) else []))
    if files[0].suffix.lower() == ".nc":
        write_dataset(found.to_xarray(), files[0])
        return files
    tables = (held.games,) if held.rows is None else (held.rows, held.games)
    for each, table in zip(files, tables, strict=True):
        _stream(table, each)
    return files


def check_batch_files(found: StoredBatch, path: Path, *, force: bool) -> None:
    """Check that what `write_batch` would write takes the place of nothing unless it may.

    Raises
    ------
    FileError
        When a file is there, or for any reason of `write_batch` that is known beforehand.
    """
    for each in _files(found.tables, path):
        check_new(each, found.path, force=force)


def _files(held: Tables, path: Path) -> tuple[Path, ...]:
    """Give the files that hold the tables: one of both, or one each."""
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        rule = f"results of a batch can be written to {', '.join(ENDINGS)}"
        raise FileError(rule, value=suffix).in_file(path)
    if suffix == ".nc" or held.rows is None:
        return (path,)
    return path, path.with_suffix(f".games{path.suffix}")


def _tables(found: Solution) -> Tables:
    """Lay a solution out: its table, and number, count and status of every game."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    status = np.ravel(found.status)
    rows, count = found.to_arrow(), getattr(found, "count", None)
    if "game" not in rows.column_names:  # the one game there is
        rows = rows.add_column(0, "game", pa.array(np.zeros(rows.num_rows, dtype=np.int64)))
    if count is None:
        count = np.bincount(rows.column("game").to_numpy(), minlength=len(status))
    games = {
        "game": pa.array(np.arange(len(status))),
        "count": pa.array(np.ravel(count).astype(np.int32)),
        "status": pa.array([Status(code).label for code in status.tolist()]),
    }
    listed = None if {"count", "status"} <= set(rows.column_names) else ds.dataset(rows)
    return Tables(listed, ds.dataset(pa.table(games)))


def _stream(table: ds.Dataset, path: Path) -> None:
    import pyarrow as pa

    with written_arrow(path) as rows:
        rows.append(pa.Table.from_batches([], table.schema))  # the header, whatever follows
        for batch in table.to_batches():
            rows.append(pa.Table.from_batches([batch]))
