"""Sweeps as files: Zarr, NetCDF and CSV, read back as the dataset they came from."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import FileError, StrategicError, SweepError
from strategic.games.io.columns import written_tables
from strategic.games.io.files import check_regular, written_whole
from strategic.sweeps._layout import UNDEFINED, flags, meanings, numbers, texts

if TYPE_CHECKING:
    import xarray

_DAMAGE = (
    OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RuntimeError,
    ArithmeticError, AssertionError, MemoryError, struct.error,
)  # fmt: skip
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
            for columns in _columns(dataset):
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

    Raises
    ------
    FileError
        When there is no such file or it is none of ours.
    """
    path = Path(path)
    kind = check_suffix(path)
    if not path.exists():
        raise FileError("no such file", where=str(path))
    if kind != ".zarr":
        check_regular(path)
    with reading_sweep(path, "is not a sweep"):
        return _read_csv(path) if kind == ".csv" else _open(path, kind)


def load_values(dataset: xarray.Dataset, measure: str | None, path: str | Path) -> xarray.Dataset:
    """Read the values of one measure, the first by default, out of a store.

    Raises
    ------
    FileError
        When the store is damaged.
    """
    wanted = (measure or next(iter(dataset.data_vars), ""), "status")
    chosen = [name for name in dataset.data_vars if name in wanted]
    with reading_sweep(path, "is damaged"):
        return dataset[chosen].load() if measure is None or measure in chosen else dataset


@contextmanager
def reading_sweep(path: str | Path, rule: str) -> Iterator[None]:
    """Turn what xarray, zarr and their codecs raise at a damaged file into one line.

    Raises
    ------
    FileError
        In place of whatever they raise.
    """
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Object at")  # what is no part of a store
            yield
    except StrategicError:
        raise
    except _DAMAGE as problem:
        raise FileError(f"{rule}: {problem}", where=str(path)) from problem


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
    if kind == ".zarr" and "status" not in asked and not (path / "status" / "c").exists():
        dataset = dataset.drop_vars("status", errors="ignore")  # every point of a grid is valid
    measured = [*asked, *(["status"] if "status" in dataset else [])]
    return dataset.set_coords([n for n in dataset.data_vars if n not in measured])[measured]


def _columns(dataset: xarray.Dataset, rows: int = 100_000) -> Iterator[dict[str, Any]]:
    """Give one row per point, coordinates first, labels as words, undefined values empty."""
    import pyarrow as pa
    from xarray import DataArray

    shape = tuple(dataset.sizes.values())
    for part in block_slices(int(np.prod(shape)), rows):
        position = np.unravel_index(np.arange(part.start, part.stop), shape)
        # Indexers that share one dimension pick points, not a product.
        at = {d: DataArray(i, dims="row") for d, i in zip(dataset.sizes, position, strict=True)}
        columns: dict[str, Any] = {}
        for name, variable in (*dataset.coords.items(), *dataset.data_vars.items()):
            taken = variable[tuple(at[dim] for dim in variable.dims)]
            values = texts(taken) if meanings(taken) else np.asarray(taken.values)
            if meanings(taken):
                values[values == UNDEFINED] = ""
            elif (values == taken.attrs.get("undefined")).any():
                values = numbers(taken)
            is_text = values.dtype.kind not in "iufb"
            column = [str(value) for value in values] if is_text else values
            columns[str(name)] = pa.array(column, from_pandas=True)  # NaN is an empty cell
        yield columns


def _read_csv(path: Path) -> xarray.Dataset:
    """Put rows back on their grid: the leading columns that together number the rows."""
    import xarray
    from pyarrow import csv

    with path.open("rb") as file:  # Arrow takes no name that is not UTF-8
        table = csv.read_csv(file)
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
            attrs = flags([word or UNDEFINED for word in words])
            data[name] = dims, numbers.reshape(shape).astype(np.int16), attrs
    return xarray.Dataset(data, axes if "point" not in axes else {})
