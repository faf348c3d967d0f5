"""Sweeps as files: Zarr, NetCDF and CSV, read back as the dataset they came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import FileError, SweepError
from strategic.sweeps._layout import UNDEFINED, flags, meanings, texts

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
    beside = path.with_name(f".{path.name}.partial")
    try:
        if check_suffix(path) == ".nc":
            typed = dataset.copy()
            for variable in typed.data_vars.values():
                if "flag_values" in variable.attrs:  # of the variable's type: CF conventions
                    values = np.asarray(variable.attrs["flag_values"], dtype=variable.dtype)
                    variable.attrs["flag_values"] = values
            typed.to_netcdf(beside, engine="scipy", format="NETCDF3_64BIT")
        else:
            _write_csv(dataset, beside)
        beside.replace(path)
    except OSError as problem:
        reason = problem.strerror or problem
        raise FileError(f"cannot write: {reason}", where=str(path)) from problem
    except ValueError as problem:
        rule = f"does not fit this kind of file: {problem}"
        raise FileError(rule, where=str(path), remedy="use .zarr") from problem
    finally:
        beside.unlink(missing_ok=True)


def open_sweep(path: str | Path) -> xarray.Dataset:
    """Open a sweep from a Zarr store, a NetCDF or a CSV file.

    A Zarr store is read as its values are used, however large it is.

    Raises
    ------
    FileError
        When there is no such file or it is none of ours.
    """
    place = Path(path)
    kind = check_suffix(place)
    if not place.exists():
        raise FileError("no such file", where=str(place))
    try:
        return _read_csv(place) if kind == ".csv" else _open(place, kind)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        if isinstance(problem, SweepError):
            raise
        raise FileError(f"is not a sweep: {problem}", where=str(place)) from problem


def _open(path: Path, kind: str) -> xarray.Dataset:
    import xarray

    options: dict[str, Any] = {"decode_times": False, "decode_timedelta": False}
    if kind == ".zarr":
        options["consolidated"] = False
        dataset = xarray.open_dataset(path, engine="zarr", chunks=None, **options)
    else:
        with xarray.open_dataset(path, engine="scipy", **options) as opened:
            dataset = opened.load()
    # Stores list variables by name and do not tell the columns of a table from its measures.
    asked = str(dataset.attrs["measures"]).split()
    measured = [*asked, *(["status"] if "status" in dataset else [])]
    return dataset.set_coords([n for n in dataset.data_vars if n not in measured])[measured]


def _write_csv(dataset: xarray.Dataset, path: Path, rows: int = 100_000) -> None:
    """Write one row per point, coordinates first, labels as words, undefined numbers empty."""
    import pyarrow as pa
    from pyarrow import csv
    from xarray import DataArray

    shape = tuple(dataset.sizes.values())
    options = csv.WriteOptions(quoting_style="needed")
    writer = None
    for part in block_slices(int(np.prod(shape)), rows):
        position = np.unravel_index(np.arange(part.start, part.stop), shape)
        # Indexers that share one dimension pick points, not a product.
        at = {d: DataArray(i, dims="row") for d, i in zip(dataset.sizes, position, strict=True)}
        columns = {
            str(name): _column(variable[tuple(at[dim] for dim in variable.dims)])
            for name, variable in (*dataset.coords.items(), *dataset.data_vars.items())
        }
        table = pa.table(columns)
        writer = writer or csv.CSVWriter(path, table.schema, write_options=options)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _column(variable: xarray.DataArray) -> Any:
    import pyarrow as pa

    if meanings(variable):
        words = texts(variable)
        return pa.array(["" if word == UNDEFINED else word for word in words], pa.string())
    values = np.asarray(variable.values)
    if values.dtype.kind == "f":
        return pa.array(values, from_pandas=True)
    return pa.array(values if values.dtype.kind in "iub" else [str(v) for v in values])


def _read_csv(path: Path) -> xarray.Dataset:
    """Put rows back on their grid: the leading columns that together number the rows."""
    import xarray
    from pyarrow import csv

    table = csv.read_csv(path)
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    axes: dict[str, Array] = {}
    size = 1
    for name, values in columns.items():
        if values.dtype.kind not in "iuf":
            break
        axes[name] = values[np.sort(np.unique(values, return_index=True)[1])]
        size *= len(axes[name])
        if size == table.num_rows:
            break
    if not axes or size != table.num_rows:
        axes = {"point": np.arange(table.num_rows)}
    dims, shape = tuple(axes), tuple(map(len, axes.values()))
    data: dict[str, Any] = {}
    for name, values in columns.items():
        if name in axes:
            continue
        if values.dtype.kind in "iuf":
            data[name] = dims, values.reshape(shape)
        else:
            words, numbers = np.unique(values.astype(str), return_inverse=True)
            told = flags([word or UNDEFINED for word in words])
            data[name] = dims, numbers.reshape(shape).astype(np.int16), told
    return xarray.Dataset(data, axes if "point" not in axes else {})
