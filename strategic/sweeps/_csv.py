"""Sweeps as CSV: one row per point, its inputs first, then what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.status import Status
from strategic.sweeps._layout import UNDEFINED, flags, meanings, numbers, texts
from strategic.sweeps._tables import POINT

if TYPE_CHECKING:
    import xarray


def columns_of(dataset: xarray.Dataset, rows: int = 100_000) -> Iterator[dict[str, Any]]:
    """Give one row per point, coordinates first, labels as words, undefined values empty.

    The number of a table's row is the last of its inputs: what follows was measured.
    """
    import pyarrow as pa
    from xarray import DataArray

    shape = tuple(dataset.sizes.values())
    inputs = {n: c for n, c in dataset.coords.items() if n != POINT}
    inputs |= {n: c for n, c in dataset.coords.items() if n == POINT}
    for part in block_slices(int(np.prod(shape)), rows):
        position = np.unravel_index(np.arange(part.start, part.stop), shape)
        # Indexers that share one dimension pick points, not a product.
        at = {d: DataArray(i, dims="row") for d, i in zip(dataset.sizes, position, strict=True)}
        columns: dict[str, Any] = {}
        for name, variable in (*inputs.items(), *dataset.data_vars.items()):
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


def read_csv(path: Path) -> xarray.Dataset:
    """Put the rows of a swept grid or table back in their places."""
    import xarray
    from pyarrow import csv

    table = csv.read_csv(path)
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    if "status" in columns and POINT in columns:
        return _table(columns, table.num_rows)
    axes: dict[str, Array] = {}
    size = 1
    for name, values in columns.items():
        if values.dtype.kind not in "iuf":
            break
        axes[name] = _distinct(values)
        size *= len(axes[name])
        if size == table.num_rows:
            break
    if not axes or size != table.num_rows:
        axes = {POINT: np.arange(table.num_rows)}
    measured = {n: _labelled(n, v) for n, v in columns.items() if n not in axes}
    shape = tuple(map(len, axes.values()))
    data = {n: (tuple(axes), v.reshape(shape), attrs) for n, (v, attrs) in measured.items()}
    return xarray.Dataset(data, axes if POINT not in axes else {})


def _table(columns: dict[str, Array], rows: int) -> xarray.Dataset:
    """Part the inputs of a swept table from its measures, and its rows from axes crossed with it.

    Points come one after the other; each is followed along the other axes.
    """
    import xarray

    names = list(columns)
    inputs = names[: names.index(POINT)]
    count = len(_distinct(columns[POINT].astype(str)))
    each = rows // max(count, 1)
    numbered = columns[POINT].astype(str)
    if count * each != rows or (numbered != np.repeat(numbered[::each], each)).any():
        count, each = rows, 1  # a column of that name which does not number the points
    along = {n: columns[n].reshape(count, each) for n in (*inputs, POINT)}
    crossed = [n for n, v in along.items() if v.dtype.kind in "iuf" and (v != v[:, :1]).any()]
    axes = {n: _distinct(along[n][0]) for n in crossed}
    if int(np.prod([len(v) for v in axes.values()])) != each:
        count, each, axes, along = rows, 1, {}, {n: columns[n][:, None] for n in (*inputs, POINT)}
    dims, shape = (POINT, *axes), (count, *map(len, axes.values()))
    coordinates: dict[str, Any] = {n: (POINT, v[:, 0]) for n, v in along.items() if n not in axes}
    measured = {n: _labelled(n, columns[n]) for n in names if n not in along}
    data = {n: (dims, v.reshape(shape), attrs) for n, (v, attrs) in measured.items()}
    return xarray.Dataset(data, {**coordinates, **axes})


def _distinct(values: Array) -> Array:
    """List the different values in the order in which they first come."""
    distinct: Array = values[np.sort(np.unique(values, return_index=True)[1])]
    return distinct


def _labelled(name: str, values: Array) -> tuple[Array, dict[str, Any]]:
    """Give numbers as they are, and words as flags; the status by its codes."""
    if values.dtype.kind in "iuf":
        return values, {}
    words, numbered = np.unique(values.astype(str), return_inverse=True)
    codes = {status.label: int(status) for status in Status}
    if name == "status" and all(word in codes for word in words):
        kept = [codes[word] for word in words]
        attrs = {"flag_values": kept, "flag_meanings": " ".join(words)}
        return np.array(kept, dtype=np.int8)[numbered], attrs
    return numbered.astype(np.int16), flags([word or UNDEFINED for word in words])
