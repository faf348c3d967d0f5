"""Sweeps as files: Zarr, NetCDF and tables, read back as the dataset they came from."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import numpy as np

from strategic.errors import FileError, StrategicError, SweepError
from strategic.games.io.arrow_files import written_arrow
from strategic.games.io.columns import written_tables
from strategic.games.io.files import check_regular, written_whole
from strategic.games.io.parquet_files import SUMS_CHECKED
from strategic.games.io.targets import check_new
from strategic.sweeps._excel import SHEETS, read_excel, write_excel
from strategic.sweeps._from_rows import guessed, sweep_from_table
from strategic.sweeps._placing import write_store
from strategic.sweeps._rows import ABOUT, SweepTable
from strategic.sweeps._store import stored_attributes
from strategic.sweeps._stored import UNFINISHED, open_store

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray

SUFFIXES = (".zarr", ".nc", ".csv", ".parquet", ".xlsx")
_HDF = b"\x89HDF"
"""How NetCDF 4 begins, which is HDF 5."""


def check_suffix(path: Path, where: str = "out") -> str:
    """Find the kind of file a path asks for.

    Raises
    ------
    SweepError
        When it is none of .zarr, .nc, .csv, .parquet and .xlsx.
    """
    if path.suffix not in SUFFIXES:
        raise SweepError(f"must end in {', '.join(SUFFIXES)}", where=where, value=str(path))
    return path.suffix


def write_sweep(dataset: xarray.Dataset, path: str | Path, *, force: bool = False) -> None:
    """Write a sweep to a file of another kind.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep` or `strategic.open_sweep`.
    path : path
        ``.zarr``, ``.nc`` (NetCDF 4 where h5netcdf is installed, else NetCDF 3), ``.csv``,
        ``.parquet``, or ``.xlsx`` for small ones.
    force : bool
        Replace an output that exists.

    Raises
    ------
    SweepError
        When the output exists, or the sweep is unfinished and should become a store.
    FileError
        When the file cannot be written, or cannot hold the sweep.

    Examples
    --------
    >>> import tempfile
    >>> import strategic as st
    >>> found = st.sweep(st.load("hawk-dove"), {"harm": "1:4:4"}, "equilibrium_count")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_sweep(found, f"{folder}/out.parquet")
    ...     open_sweep(f"{folder}/out.parquet").identical(found)
    True
    """
    target = Path(path)
    if check_suffix(target) == ".zarr":
        if UNFINISHED in dataset.attrs:
            rule = f"is unfinished: {dataset.attrs[UNFINISHED]} are missing"
            raise SweepError(rule, where="dataset", remedy="finish the sweep first")
        write_store(dataset, target, force=force)
        return
    check_new(target, force=force, error=SweepError)
    write_dataset(dataset, target)


def write_dataset(dataset: xarray.Dataset, path: Path) -> None:
    """Write NetCDF or a table, in place of what was there only when it is complete.

    Raises
    ------
    FileError
        When the file cannot be written; nothing is left behind.
    """
    kind = check_suffix(path)
    if kind == ".csv":
        with written_tables(path, quoted=True) as (table,):
            for batch in SweepTable(dataset).batches():
                table.append(_without_gaps(batch))
    elif kind == ".parquet":
        import pyarrow as pa

        with written_arrow(path) as file:
            for batch in SweepTable(dataset).batches():
                file.append(pa.Table.from_batches([batch]))
    elif kind == ".xlsx":
        write_excel(dataset, path)
    else:
        _write_netcdf(dataset, path)


def _without_gaps(batch: pa.RecordBatch) -> pa.Table:
    """Write texts that are not there as empty ones, in quotation marks like the others."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [pc.fill_null(c, "") if pa.types.is_string(c.type) else c for c in batch.columns]
    return pa.table(columns, names=batch.schema.names)


def _write_netcdf(dataset: xarray.Dataset, path: Path) -> None:
    typed = dataset.copy()
    for variable in typed.data_vars.values():
        if "flag_values" in variable.attrs:  # of the variable's type: CF conventions
            values = np.asarray(variable.attrs["flag_values"], dtype=variable.dtype)
            variable.attrs["flag_values"] = values
    kind: Any = {"engine": "scipy", "format": "NETCDF3_64BIT"}
    if _has_hdf():
        kind = {"engine": "h5netcdf", "format": "NETCDF4"}
    # In memory first: HDF ends the process where a disk is full, and cannot write to a device.
    try:
        content = typed.to_netcdf(**kind)
    except (ValueError, TypeError) as problem:
        rule = f"does not fit this kind of file: {problem}"
        raise FileError(rule, where=str(path), remedy="use .zarr") from problem
    with written_whole(path) as beside:
        beside.write_bytes(content)


def _has_hdf() -> bool:
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in ("h5netcdf", "h5py"))


def is_sweep(path: str | Path) -> bool:
    """Tell whether a file or folder says of itself that it is a sweep; CSV cannot.

    Examples
    --------
    >>> is_sweep("games.csv")
    False
    """
    path = Path(path)
    try:
        if path.suffix == ".zarr":
            return stored_attributes(path) is not None
        if path.suffix == ".parquet" and path.is_file():
            from pyarrow import parquet

            with path.open("rb") as file:
                return ABOUT in (parquet.read_schema(file).metadata or {})
        if path.suffix == ".xlsx" and path.is_file():
            with ZipFile(path) as archive:
                book = archive.read("xl/workbook.xml").decode()
            return all(f'name="{sheet}"' in book for sheet in SHEETS)
        if path.suffix == ".nc" and path.is_file():
            import xarray

            with xarray.open_dataset(path, engine=_engine(path), decode_times=False) as opened:
                return {"measures", "axes"} <= opened.attrs.keys()
    except Exception:  # noqa: BLE001 - whatever is no sweep makes the readers raise
        return False
    return False


def open_sweep(path: str | Path) -> xarray.Dataset:
    """Open a sweep from a Zarr store, a NetCDF, CSV, parquet or Excel file.

    A Zarr store is read as its values are used, however large it is.

    Warns
    -----
    UserWarning
        When a store lacks blocks; the dataset's attribute ``unfinished`` then says how many.

    Raises
    ------
    FileError
        When there is no such file or it is none of ours; later, when a damaged block is read.

    Examples
    --------
    >>> import tempfile
    >>> import strategic as st
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "out.csv"
    ...     _ = st.sweep(st.load("hawk-dove"), {"harm": "1:4:4"}, "equilibrium_count", out=file)
    ...     back = open_sweep(file)
    >>> back["equilibrium_count"].values.tolist()
    [1, 3, 3, 3]
    """
    path = Path(path)
    kind = check_suffix(path, "sweep")
    if not path.exists():
        raise FileError("no such file", where=str(path))
    if kind != ".zarr":
        check_regular(path)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Object at")  # what is no part of a store
            if kind == ".zarr":
                return open_store(path)
            return _READERS[kind](path)
    except StrategicError:
        raise
    except Exception as problem:  # whatever damage makes the readers of other packages raise
        raise FileError(f"is not a sweep: {problem}", where=str(path)) from problem


def _open_netcdf(path: Path) -> xarray.Dataset:
    import xarray

    options: dict[str, Any] = {"decode_times": False, "decode_timedelta": False}
    with xarray.open_dataset(path, engine=_engine(path), **options) as opened:
        dataset = opened.load()
    for name, variable in dataset.variables.items():
        if variable.dtype == np.int32:  # NetCDF 3 has no longer whole numbers
            dataset[name] = variable.astype(np.int64)
    # Files list variables by name and do not tell the columns of a table from its measures.
    asked = str(dataset.attrs["measures"]).split()
    measured = [*asked, *(["status"] if "status" in dataset else [])]
    return dataset.set_coords([n for n in dataset.data_vars if n not in measured])[measured]


def _engine(path: Path) -> Any:
    """Choose the reader of a NetCDF file by its first bytes."""
    with path.open("rb") as file:
        first = file.read(4)
    if first.startswith(_HDF) and not _has_hdf():
        remedy = "install h5netcdf and h5py (pip install 'strategic[netcdf]')"
        raise FileError("is NetCDF 4, which h5netcdf reads", where=str(path), remedy=remedy)
    return "h5netcdf" if first.startswith(_HDF) else "scipy"


def _read_csv(path: Path) -> xarray.Dataset:
    from pyarrow import csv

    with path.open("rb") as file:
        return guessed(csv.read_csv(file))


def _read_parquet(path: Path) -> xarray.Dataset:
    from pyarrow import parquet

    with path.open("rb") as file:
        return sweep_from_table(parquet.read_table(file, **SUMS_CHECKED))


_READERS = {
    ".nc": _open_netcdf,
    ".csv": _read_csv,
    ".parquet": _read_parquet,
    ".xlsx": read_excel,
}
"""What reads a file into memory, by its ending."""
