"""Rows of a sweep put back in their places, whatever order they have and whoever kept them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.status import Status
from strategic.sweeps._layout import UNDEFINED, flags
from strategic.sweeps._rows import ABOUT
from strategic.sweeps._tables import POINT

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray


def sweep_from_table(table: Any) -> xarray.Dataset:
    """Put the rows of a sweep back on its axes.

    Parameters
    ----------
    table : object
        Rows as `sweep_table` gives them, in any order: anything with the Arrow PyCapsule
        interface, as tables of pyarrow, polars and pandas, or a relation of DuckDB; or columns by
        name. A table that has kept its metadata comes back as the same dataset; of others the
        columns up to the first of texts, or as many of them as make a full grid, are axes, and the
        attribute ``read`` says which.

    Raises
    ------
    SweepError
        When two rows are of one point.

    Examples
    --------
    >>> found = sweep_from_table({"a": [0, 1, 0, 1], "b": [2, 2, 1, 1], "c": [5., 6., 7., 8.]})
    >>> found["c"].sel(a=1, b=1).item(), dict(found.sizes)
    (8.0, {'a': 2, 'b': 2})
    """
    import pyarrow as pa

    if hasattr(table, "__arrow_c_stream__"):
        table = pa.table(table)
    elif isinstance(table, Mapping):
        table = pa.table({str(name): pa.array(column) for name, column in table.items()})
    else:
        table = pa.Table.from_pandas(table, preserve_index=False)
    kept = (table.schema.metadata or {}).get(ABOUT)
    if kept is not None:
        known = json.loads(kept)
        whole = math.prod(known["dims"].values()) == table.num_rows
        if whole and set(known["columns"]) <= set(table.column_names):
            return _as_it_was(table, known)
    return guessed(table)


def guessed(table: pa.Table) -> xarray.Dataset:
    """Put rows back that say nothing of their axes."""
    import xarray

    columns = {name: _values(table[name]) for name in table.column_names}
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
    order = _order([columns[name] for name in axes], list(axes.values()))
    if not axes or size != table.num_rows or order is None:
        axes, order = {POINT: np.arange(table.num_rows)}, np.arange(table.num_rows)
    measured = {n: _labelled(n, v[order]) for n, v in columns.items() if n not in axes}
    shape = tuple(map(len, axes.values()))
    data = {n: (tuple(axes), v.reshape(shape), attrs) for n, (v, attrs) in measured.items()}
    if POINT in axes:
        read = "the columns make no full grid, so each row was taken as a point of its own"
        return xarray.Dataset(data, attrs={"read": read})
    which = f"column {next(iter(axes))} was taken as the axis"
    if len(axes) > 1:
        which = f"columns {' and '.join(axes)} were taken as the axes"
    return xarray.Dataset(data, axes, {"read": f"{which}, the others as what was measured"})


def _as_it_was(table: pa.Table, known: Mapping[str, Any]) -> xarray.Dataset:
    """Make the dataset that the metadata of a table describes."""
    import xarray

    dims = dict(known["dims"])
    columns = {name: _restored(table[name], what) for name, what in known["columns"].items()}
    own = {dim: [n for n in known["coordinates"] if known["columns"][n]["dims"] == [dim]]
           for dim in dims}  # fmt: skip
    order = np.arange(table.num_rows)
    if not _in_place(columns, own, dims):
        # The coordinates of an axis say where a row belongs.
        numbers = [_numbered(columns, own[dim], dim, known) for dim in dims]
        place = np.ravel_multi_index(numbers, tuple(dims.values()))
        order = np.argsort(place, kind="stable")
        if (place[order] != np.arange(table.num_rows)).any():
            raise SweepError("two rows are of one point", where="table", remedy="keep one of them")
    variables: dict[str, Any] = {}
    for name, what in known["columns"].items():
        # Along axes that are not its own a column stays the same.
        first = tuple(slice(None) if dim in what["dims"] else 0 for dim in dims)
        entries = columns[name][order].reshape(tuple(dims.values()))[first]
        variables[name] = (what["dims"], entries, what["attributes"])
    inputs = {name: variables.pop(name) for name in known["coordinates"]}
    return xarray.Dataset(variables, inputs, known["attributes"])


def _in_place(
    columns: Mapping[str, Array], own: Mapping[str, Sequence[str]], dims: Mapping[str, int]
) -> bool:
    """Whether rows run along the axes as they were written."""
    for number, dim in enumerate(dims):
        for name in own[dim]:
            whole = np.moveaxis(_comparable(columns[name]).reshape(tuple(dims.values())), number, 0)
            rows = whole.reshape(dims[dim], -1)
            if (rows != rows[:, :1]).any():
                return False
    return all(own.values())


def _numbered(
    columns: Mapping[str, Array], own: Sequence[str], dim: str, known: Mapping[str, Any]
) -> Array:
    """Give rows their numbers along an axis, which runs as its values do or as they first come."""
    if not own:
        raise SweepError("an axis has no column", where=dim)
    joint = np.zeros(len(columns[own[0]]), dtype=np.int64)
    for name in own:
        own_numbers = np.unique(_comparable(columns[name]), return_inverse=True)[1]
        joint = np.unique(joint * (own_numbers.max() + 1) + own_numbers, return_inverse=True)[1]
    first, size = np.unique(joint, return_index=True)[1], known["dims"][dim]
    if len(first) != size:
        rule = f"has {len(first):,} different values and not {size:,}"
        raise SweepError(rule, where=dim, remedy="keep all rows, or drop the metadata")
    by = columns[dim][first] if dim in known["ascending"] else first
    ranks = np.empty(size, dtype=np.int64)
    ranks[np.argsort(by, kind="stable")] = np.arange(size)
    numbers: Array = ranks[joint]
    return numbers


def _comparable(column: Array) -> Array:
    if column.dtype.kind == "f":
        return np.ascontiguousarray(column, dtype=float).view(np.int64)
    return column.astype(str) if column.dtype.kind == "O" else column


def _restored(column: pa.ChunkedArray, what: Mapping[str, Any]) -> Array:
    """Give a column the type it had: labels their numbers, gaps what stands for undefined."""
    import pyarrow.compute as pc

    attributes = what["attributes"]
    if "flag_meanings" in attributes:
        words = str(attributes["flag_meanings"]).split()
        codes = dict(zip(words, attributes["flag_values"], strict=True))
        found = [codes.get(UNDEFINED if word is None else word) for word in column.to_pylist()]
        return np.array(found, dtype=what["dtype"])
    if what["dtype"] == "str":
        return np.array(pc.fill_null(column, "").to_pylist(), dtype=object)
    dtype = np.dtype(what["dtype"])
    if dtype.kind != "f" and column.null_count:
        column = pc.fill_null(column, attributes.get("undefined", 0))
    restored: Array = column.to_numpy().astype(dtype)
    return restored


def _values(column: pa.ChunkedArray) -> Array:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
            or pa.types.is_boolean(column.type) or pa.types.is_null(column.type)):  # fmt: skip
        texts = ["" if value is None else str(value) for value in column.to_pylist()]
        return np.array(texts, dtype=object)
    values: Array = column.to_numpy()
    return values.astype(float) if values.dtype == object and column.null_count else values


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
    crossed = [n for n, v in along.items() if v.dtype.kind in "iuf" and _varies(v)]
    axes = {n: _distinct(along[n][0]) for n in crossed}
    if int(np.prod([len(v) for v in axes.values()])) != each:
        count, each, axes, along = rows, 1, {}, {n: columns[n][:, None] for n in (*inputs, POINT)}
    dims, shape = (POINT, *axes), (count, *map(len, axes.values()))
    coordinates: dict[str, Any] = {n: (POINT, v[:, 0]) for n, v in along.items() if n not in axes}
    measured = {n: _labelled(n, columns[n]) for n in names if n not in along}
    data = {n: (dims, v.reshape(shape), attrs) for n, (v, attrs) in measured.items()}
    return xarray.Dataset(data, {**coordinates, **axes})


def _varies(values: Array) -> bool:
    """Whether some row holds different values; an empty cell is like another one."""
    bits = _comparable(values)
    return bool((bits != bits[:, :1]).any())


def _order(columns: Sequence[Array], axes: Sequence[Array]) -> Array | None:
    """Say in which order rows run along the axes; None where two of them are of one point."""
    if not axes:
        return None
    numbers = []
    for column, axis in zip(columns, axes, strict=True):
        sorter = np.argsort(axis)
        numbers.append(sorter[np.searchsorted(axis, column, sorter=sorter)])
    place = np.ravel_multi_index(numbers, tuple(map(len, axes)))
    order: Array = np.argsort(place, kind="stable")
    return order if (np.diff(place[order]) > 0).all() else None


def _distinct(values: Array) -> Array:
    """List the different values in the order in which they first come."""
    distinct: Array = values[np.sort(np.unique(values, return_index=True)[1])]
    return distinct


def _labelled(name: str, values: Array) -> tuple[Array, dict[str, Any]]:
    """Give numbers as they are, and words as flags; the status by its codes."""
    if values.dtype.kind in "iufb":
        return values, {}
    words, numbered = np.unique(values.astype(str), return_inverse=True)
    codes = {status.label: int(status) for status in Status}
    if name == "status" and all(word in codes for word in words):
        kept = [codes[word] for word in words]
        attrs = {"flag_values": kept, "flag_meanings": " ".join(words)}
        return np.array(kept, dtype=np.int8)[numbered], attrs
    return numbered.astype(np.int16), flags([word or UNDEFINED for word in words])
