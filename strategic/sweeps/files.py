"""Sweeps as files: Zarr, NetCDF and CSV, read back as the dataset they came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, SweepError
from strategic.sweeps.layout import UNDEFINED, flags

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
            _typed(dataset).to_netcdf(beside, engine="scipy", format="NETCDF3_64BIT")
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
        return _read_csv(place) if kind == ".csv" else _in_order(_open(place, kind))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        if isinstance(problem, SweepError):
            raise
        raise FileError(f"is not a sweep: {problem}", where=str(place)) from problem


def meanings(variable: xarray.DataArray) -> dict[int, str]:
    """Say what each number of a label variable means; empty for any other variable."""
    words = str(variable.attrs.get("flag_meanings", "")).split()
    numbers = np.atleast_1d(variable.attrs.get("flag_values", []))
    return {int(number): word for number, word in zip(numbers, words, strict=True)}


def texts(variable: xarray.DataArray) -> Array:
    """Spell the labels of a label variable out."""
    known = meanings(variable)
    values = np.asarray(variable.values)
    spelled = np.full(values.shape, "", dtype=object)
    for number, word in known.items():
        spelled[values == number] = word
    return spelled


def _open(path: Path, kind: str) -> xarray.Dataset:
    import xarray

    options: dict[str, Any] = {"decode_times": False, "decode_timedelta": False}
    if kind == ".zarr":
        return xarray.open_dataset(path, engine="zarr", consolidated=False, chunks=None, **options)
    with xarray.open_dataset(path, engine="scipy", **options) as dataset:
        return dataset.load()


def _typed(dataset: xarray.Dataset) -> xarray.Dataset:
    """Give flag values the type of their variable, as the CF conventions ask."""
    typed = dataset.copy()
    for variable in typed.data_vars.values():
        if "flag_values" in variable.attrs:
            values = np.asarray(variable.attrs["flag_values"], dtype=variable.dtype)
            variable.attrs["flag_values"] = values
    return typed


def _in_order(dataset: xarray.Dataset) -> xarray.Dataset:
    """Put the measures in the order they were asked for, all else but the status as coordinates.

    Stores list variables by name and do not tell the columns of a table from its measures.
    """
    asked = str(dataset.attrs["measures"]).split()
    measured = [*asked, *(["status"] if "status" in dataset else [])]
    return dataset.set_coords([n for n in dataset.data_vars if n not in measured])[measured]


def _write_csv(dataset: xarray.Dataset, path: Path, rows: int = 100_000) -> None:
    """Write one row a point, coordinates first, labels as words, undefined numbers empty."""
    from pyarrow import csv

    size = int(np.prod(list(dataset.sizes.values())))
    options = csv.WriteOptions(quoting_style="needed")
    writer = None
    for start in range(0, size, rows):
        table = _rows(dataset, np.arange(start, min(start + rows, size)))
        writer = writer or csv.CSVWriter(path, table.schema, write_options=options)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _rows(dataset: xarray.Dataset, numbers: Array) -> Any:
    import pyarrow as pa

    shape = tuple(dataset.sizes.values())
    place = dict(zip(dataset.sizes, np.unravel_index(numbers, shape), strict=True))
    columns: dict[str, Any] = {}
    for name, variable in (*dataset.coords.items(), *dataset.data_vars.items()):
        taken = variable[tuple(_pointwise(variable, place)[dim] for dim in variable.dims)]
        columns[str(name)] = _column(taken)
    return pa.table(columns)


def _pointwise(variable: xarray.DataArray, place: Mapping[Any, Array]) -> dict[Any, Any]:
    import xarray

    return {dim: xarray.DataArray(place[dim], dims="row") for dim in variable.dims}


def _column(taken: xarray.DataArray) -> Any:
    import pyarrow as pa

    if meanings(taken):
        words = texts(taken)
        return pa.array(["" if word == UNDEFINED else word for word in words], pa.string())
    values = np.asarray(taken.values)
    if values.dtype.kind == "f":
        return pa.array(values, from_pandas=True)
    return pa.array(values if values.dtype.kind in "iub" else [str(v) for v in values])


def _read_csv(path: Path) -> xarray.Dataset:
    """Put rows back on their grid: the leading columns that together number the rows."""
    import xarray
    from pyarrow import csv

    table = csv.read_csv(path)
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    axes = _leading_axes(columns, table.num_rows)
    shape = tuple(len(values) for values in axes.values())
    data = {
        name: _read_variable(tuple(axes), values.reshape(shape))
        for name, values in columns.items()
        if name not in axes
    }
    return xarray.Dataset(data, axes if "point" not in axes else {})


def _leading_axes(columns: Mapping[str, Array], rows: int) -> dict[str, Array]:
    axes: dict[str, Array] = {}
    for name, values in columns.items():
        if values.dtype.kind not in "iuf":
            break
        axes[name] = values[np.sort(np.unique(values, return_index=True)[1])]
        if np.prod([len(found) for found in axes.values()]) == rows:
            return axes
    return {"point": np.arange(rows)}


def _read_variable(dims: tuple[str, ...], values: Array) -> tuple[Any, ...]:
    if values.dtype.kind in "iuf":
        return dims, values
    words, numbers = np.unique(values.astype(str), return_inverse=True)
    labels = [word or UNDEFINED for word in words]
    return dims, numbers.reshape(values.shape).astype(np.int16), flags(labels)
