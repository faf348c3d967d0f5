"""Results of a batch written anew in another format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from strategic.batches.stored import StoredBatch
from strategic.errors import FileError
from strategic.games.io.arrow_files import WRITERS, written_arrow
from strategic.games.io.game_tables import write_dataset
from strategic.games.io.targets import check_target

if TYPE_CHECKING:
    import pyarrow.dataset as ds

ENDINGS = (*WRITERS, ".nc")
"""What results can be written to."""


def write_batch(found: StoredBatch, path: Path) -> tuple[Path, ...]:
    """Write the equilibria to a file, and counts and statuses beside it, as a batch does.

    Parameters
    ----------
    found : StoredBatch
    path : Path
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
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     games = st.games.families.random_games((2, 2), 10, rng=0)
    ...     _ = st.games.write(games, f"{folder}/games.npz")
    ...     _ = st.batch(f"{folder}/games.npz", f"{folder}/found")
    ...     found = st.open_batch(f"{folder}/found")
    ...     [file.name for file in write_batch(found, Path(folder, "found.tsv"))]
    ['found.tsv', 'found.games.tsv']
    """
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        rule = f"results of a batch can be written to {', '.join(ENDINGS)}"
        raise FileError(rule, value=suffix).in_file(path)
    if suffix == ".nc":
        write_dataset(found.to_xarray(), path)
        return (path,)
    tables = {path: found.games}
    if found.tables.rows is not None:
        tables = {path: found.rows, path.with_suffix(f".games{path.suffix}"): found.games}
    for each in tables:
        check_target(each, found.path)
    for each, table in tables.items():
        _stream(table, each)
    return tuple(tables)


def _stream(table: ds.Dataset, path: Path) -> None:
    import pyarrow as pa

    with written_arrow(path) as rows:
        rows.append(pa.Table.from_batches([], table.schema))  # the header, whatever follows
        for batch in table.to_batches():
            rows.append(pa.Table.from_batches([batch]))
