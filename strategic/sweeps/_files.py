"""Sweeps as files: Zarr, NetCDF and CSV, read back as the dataset they came from."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import FileError, StrategicError, SweepError
from strategic.games.io.columns import written_tables
from strategic.games.io.files import check_regular, written_whole
from strategic.sweeps._csv import columns_of, read_csv
from strategic.sweeps._stored import open_store

if TYPE_CHECKING:
    import xarray

SUFFIXES = (".zarr", ".nc", ".csv")


def check_suffix(path: Path) -> str:
    """Find the kind of file a path asks for.

    Raises
    ------
    SweepError
        When it is none of .zarr, .nc and .csv.
    """
    if path.suffix not in SUFFIXES:
        raise SweepError(f"must end in {', '.join(SUFFIXES)}", where="out", value=str(path))
    return path.suffix


def write_dataset(dataset: xarray.Dataset, path: Path) -> None:
    """Write NetCDF or CSV, in place of what was there only when it is complete.

    Raises
    ------
    FileError
        When the file cannot be written; nothing is left behind.
    """
    if check_suffix(path) == ".csv":
        with written_tables(path, quoted=True) as (table,):
            for columns in columns_of(dataset):
                table.append(columns)
        return
    typed = dataset.copy()
    for variable in typed.data_vars.values():
        if "flag_values" in variable.attrs:  # of the variable's type: CF conventions
            values = np.asarray(variable.attrs["flag_values"], dtype=variable.dtype)
            variable.attrs["flag_values"] = values
    with written_whole(path) as beside:
        try:
            typed.to_netcdf(beside, engine="scipy", format="NETCDF3_64BIT")
        except ValueError as problem:
            rule = f"does not fit this kind of file: {problem}"
            raise FileError(rule, where=str(path), remedy="use .zarr") from problem


def open_sweep(path: str | Path) -> xarray.Dataset:
    """Open a sweep from a Zarr store, a NetCDF or a CSV file.

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
    kind = check_suffix(path)
    if not path.exists():
        raise FileError("no such file", where=str(path))
    if kind != ".zarr":
        check_regular(path)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Object at")  # what is no part of a store
            if kind == ".csv":
                return read_csv(path)
            return open_store(path) if kind == ".zarr" else _open_netcdf(path)
    except StrategicError:
        raise
    except Exception as problem:  # whatever damage makes the readers of other packages raise
        raise FileError(f"is not a sweep: {problem}", where=str(path)) from problem


def _open_netcdf(path: Path) -> xarray.Dataset:
    import xarray

    options: dict[str, Any] = {"decode_times": False, "decode_timedelta": False}
    with xarray.open_dataset(path, engine="scipy", **options) as opened:
        dataset = opened.load()
    # Files list variables by name and do not tell the columns of a table from its measures.
    asked = str(dataset.attrs["measures"]).split()
    measured = [*asked, *(["status"] if "status" in dataset else [])]
    return dataset.set_coords([n for n in dataset.data_vars if n not in measured])[measured]
