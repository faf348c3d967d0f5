"""A sweep as rows: one per point, its inputs first, then what was measured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.sweeps._layout import UNDEFINED, meanings, texts
from strategic.sweeps._tables import POINT
from strategic.sweeps._tiling import Tiling

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray

ABOUT = b"strategic_sweep"
"""Key of the metadata of tables that are sweeps: what rows alone do not say, as JSON."""
_ROWS = 100_000


@dataclass(frozen=True, eq=False)
class SweepTable:
    """A sweep as a table with one row per point, which other libraries read without a copy.

    Anything that takes the Arrow PyCapsule interface takes it: ``polars.DataFrame(table)``,
    ``pandas.DataFrame.from_arrow(table)``, ``pyarrow.table(table)``, or a query of DuckDB. Rows are
    made as they are read, so that a store need not fit into memory.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep` or `strategic.open_sweep`.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.sweep(st.load("hawk-dove"), {"harm": "1:3:3"}, "equilibrium_count")
    >>> SweepTable(found).schema.names
    ['harm', 'equilibrium_count']
    """

    dataset: xarray.Dataset

    @property
    def schema(self) -> pa.Schema:
        """Columns: inputs, the number of a table's row, then measures; labels are texts."""
        import pyarrow as pa

        columns = [(name, _type(variable)) for name, variable in _columns(self.dataset).items()]
        return pa.schema(columns, metadata={ABOUT: json.dumps(about(self.dataset))})

    def batches(self, rows: int = _ROWS) -> Iterator[pa.RecordBatch]:
        """Give the rows, some at a time, the last axis running fastest."""
        import pyarrow as pa

        sizes, schema = dict(self.dataset.sizes), self.schema
        tiling = Tiling(tuple(sizes.values()), rows)
        columns = _columns(self.dataset)
        for number in range(tiling.count):  # blocks of a tiling follow one another in that order
            at = dict(zip(sizes, tiling.region(number), strict=True))
            shape = {dim: part.stop - part.start for dim, part in at.items()}
            arrays = [_spread(variable, at, shape, schema.field(name).type)
                      for name, variable in columns.items()]  # fmt: skip
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        import pyarrow as pa

        reader = pa.RecordBatchReader.from_batches(self.schema, self.batches())
        return reader.__arrow_c_stream__(requested_schema)


def sweep_table(dataset: xarray.Dataset) -> SweepTable:
    """Lay a sweep out as a table with one row per point.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep` or `strategic.open_sweep`.

    Returns
    -------
    SweepTable
        An object with the Arrow PyCapsule interface; labels are texts, what is undefined is null.
        `sweep_from_table` goes back.

    Examples
    --------
    >>> import strategic as st
    >>> import pyarrow as pa
    >>> found = st.sweep(st.load("hawk-dove"), {"harm": "1:3:3"}, "equilibrium_count")
    >>> pa.table(sweep_table(found)).to_pydict()
    {'harm': [1.0, 2.0, 3.0], 'equilibrium_count': [1, 3, 3]}
    """
    return SweepTable(dataset)


def about(dataset: xarray.Dataset) -> dict[str, Any]:
    """Say what rows do not: axes, attributes, and what each column is."""
    columns = _columns(dataset)
    return {
        "dims": {str(dim): size for dim, size in dataset.sizes.items()},
        "ascending": [str(dim) for dim in dataset.dims if _ascending(dataset, dim)],
        "attributes": _plain(dataset.attrs),
        "coordinates": [name for name in columns if name in dataset.coords],
        "columns": {
            name: {
                "dims": list(map(str, variable.dims)),
                "dtype": "str" if _is_text(variable) else variable.dtype.str,
                "attributes": _plain(variable.attrs),
            }
            for name, variable in columns.items()
        },
    }


def _ascending(dataset: xarray.Dataset, dim: Any) -> bool:
    values = dataset[dim].values if dim in dataset.coords else np.zeros(0)
    return values.dtype.kind in "iuf" and len(values) > 0 and bool((np.diff(values) > 0).all())


def _columns(dataset: xarray.Dataset) -> dict[str, xarray.DataArray]:
    """Order the columns: the number of a table's row is the last of the inputs."""
    inputs = {str(n): c for n, c in dataset.coords.items() if n != POINT}
    inputs |= {str(n): c for n, c in dataset.coords.items() if n == POINT}
    return {**inputs, **{str(n): v for n, v in dataset.data_vars.items()}}


def _type(variable: xarray.DataArray) -> pa.DataType:
    import pyarrow as pa

    if _is_text(variable) or meanings(variable):
        return pa.string()
    return pa.from_numpy_dtype(variable.dtype)


def _is_text(variable: xarray.DataArray) -> bool:
    return variable.dtype.kind not in "iufb"


def _spread(
    variable: xarray.DataArray,
    at: Mapping[Any, slice],
    shape: Mapping[Any, int],
    kind: pa.DataType,
) -> pa.Array:
    """Give the entries of a variable for a block of points, null where it is undefined."""
    import pyarrow as pa

    taken = variable[{dim: at[dim] for dim in variable.dims}]
    values = texts(taken) if meanings(taken) else np.asarray(taken.values)
    form = [shape[dim] if dim in variable.dims else 1 for dim in shape]
    values = np.broadcast_to(values.reshape(form), list(shape.values())).ravel()
    if pa.types.is_string(kind):
        words = meanings(taken)
        gaps = values == UNDEFINED if words else np.zeros(len(values), dtype=bool)
        return pa.array([str(value) for value in values], kind, mask=gaps)
    if values.dtype.kind == "f":
        return pa.array(values, kind, mask=np.isnan(values))
    mark = taken.attrs.get("undefined")  # of whole numbers, which have no NaN
    return pa.array(values, kind, mask=None if mark is None else values == mark)


def _plain(attributes: Mapping[Any, Any]) -> dict[str, Any]:
    """Make attributes JSON."""
    return {str(n): v.tolist() if hasattr(v, "tolist") else v for n, v in attributes.items()}
