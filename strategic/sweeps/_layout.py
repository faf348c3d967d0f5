"""What a result consists of: dimensions, coordinates, measures, and labels as CF flags."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from strategic.arrays import Array
from strategic.modelling import Measure
from strategic.status import Status
from strategic.sweeps._grid import Grid
from strategic.sweeps._levers import lever
from strategic.sweeps._provenance import described

if TYPE_CHECKING:
    import xarray

UNDEFINED = "undefined"
"""Meaning of flag -1 in every label measure."""


@dataclass(frozen=True, eq=False)
class Variable:
    """One array of a result: its dimensions, type, attributes, and values if known beforehand.

    Of a ``rare`` one only blocks that hold something else than ``undefined`` count.
    """

    name: str
    dims: tuple[str, ...]
    dtype: np.dtype[Any]
    attributes: dict[str, Any]
    undefined: float | int
    values: Array | None = None
    rare: bool = False


@dataclass(frozen=True, eq=False)
class _Column:
    """What a figure reads of a variable of a dataset, under the same names."""

    name: str
    dims: tuple[str, ...]
    values: Any
    attrs: Mapping[str, Any]
    axes: Mapping[str, _Column] = field(default_factory=dict)

    def __getitem__(self, dim: str) -> _Column:
        return self.axes[dim]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""
        dtype: np.dtype[Any] = self.values.dtype
        return dtype

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.dims)

    def min(self) -> float:
        """Give the smallest value."""
        return float(self.values.min())

    def max(self) -> float:
        """Give the largest value."""
        return float(self.values.max())


@dataclass(frozen=True, eq=False)
class _Table:
    """What a figure reads of a dataset, under the same names.

    To load xarray, and pandas with it, takes longer than to draw a figure.
    """

    data_vars: Mapping[str, _Column]
    axes: Mapping[str, _Column]
    attrs: Mapping[str, Any]

    def __getitem__(self, name: str) -> _Column:
        return self.data_vars[name] if name in self.data_vars else self.axes[name]


@dataclass(frozen=True, eq=False)
class Layout:
    """Everything about a result but the measured values."""

    coordinates: tuple[Variable, ...]
    measured: tuple[Variable, ...]
    attributes: Mapping[str, Any]

    def data(self, measured: Mapping[str, Array]) -> dict[str, Any]:
        """Give dimensions, values and attributes by name, without what is rare and not there."""
        return {
            v.name: (v.dims, measured[v.name], v.attributes)
            for v in self.measured
            if not v.rare or (measured[v.name] != v.undefined).any()
        }

    def table(self, data: Mapping[str, Any]) -> xarray.Dataset:
        """Join data for a figure, which reads a part of what a dataset has, and needs no xarray."""
        axes = {v.name: _Column(v.name, v.dims, v.values, v.attributes) for v in self.coordinates}
        columns = {
            name: _Column(name, dims, values, attrs, axes)
            for name, (dims, values, attrs) in data.items()
        }
        return cast("xarray.Dataset", _Table(columns, axes, self.attributes))

    def dataset(self, data: Mapping[str, Any]) -> xarray.Dataset:
        """Join data (by name: dimensions, values, attributes) with coordinates and attributes."""
        import xarray

        coordinates = {v.name: (v.dims, v.values, v.attributes) for v in self.coordinates}
        return xarray.Dataset(data, coordinates, self.attributes)


def layout_of(grid: Grid, names: Sequence[str], seed: int) -> Layout:
    """Describe the result of measuring a grid."""
    dims = tuple(axis.name for axis in grid.axes)
    measured = []
    for measure in map(grid.model.family.measure, names):
        attrs = measure_attributes(measure)
        measured.append(Variable(measure.name, dims, measure.dtype, attrs, measure.undefined))
    if grid.may_be_bad:
        attrs = status_attributes(Status.OK, Status.INVALID)
        # A grid has a status where some point is invalid; a table has one in any case.
        rare, kind = not grid.is_table, np.dtype(np.int8)
        fill = int(Status.OK if rare else Status.INVALID)
        measured.append(Variable("status", dims, kind, attrs, fill, rare=rare))
    coordinates = []
    for axis in grid.axes:
        for name, values in axis.levers.items():
            parameter = lever(grid.model.family, name)
            attrs = {"long_name": parameter.meaning, "units": parameter.unit or "1"}
            coordinates.append(Variable(name, (axis.name,), values.dtype, attrs, np.nan, values))
        for name, values in axis.extra.items():
            empty = {"f": np.nan, "b": 0}.get(values.dtype.kind, -1)
            coordinates.append(Variable(name, (axis.name,), values.dtype, {}, empty, values))
    attributes = described(grid, names, seed)
    if grid.is_table:  # stores list their arrays by name
        attributes["columns"] = json.dumps([v.name for v in coordinates], ensure_ascii=False)
    attributes["block_shape"] = " ".join(map(str, grid.tiling.block_shape))
    return Layout(tuple(coordinates), tuple(measured), attributes)


def status_attributes(*kinds: Status) -> dict[str, Any]:
    """Describe the status of points as flags of the CF conventions."""
    said = {Status.INVALID: "its values are allowed", Status.MISSING: "it was computed"}
    return {
        "long_name": f"whether {' and '.join(said[kind] for kind in kinds if kind in said)}",
        "flag_values": [int(kind) for kind in kinds],
        "flag_meanings": " ".join(kind.label for kind in kinds),
    }


def measure_attributes(measure: Measure) -> dict[str, Any]:
    """Describe the values of a measure; labels as flags of the CF conventions.

    The attribute ``undefined`` of a whole number is the value that stands for "undefined".
    """
    if measure.kind == "label":
        return {"long_name": measure.meaning, **flags([UNDEFINED, *measure.labels], first=-1)}
    attributes = {"long_name": measure.meaning, "units": measure.unit or "1"}
    return attributes | ({"undefined": -1} if measure.kind == "integer" else {})


def numbers(variable: xarray.DataArray) -> Array:
    """Give the values of a variable of numbers as doubles, NaN where it is undefined.

    Examples
    --------
    >>> import xarray
    >>> numbers(xarray.DataArray([2, -1, 0], attrs={"undefined": -1})).tolist()
    [2.0, nan, 0.0]
    """
    values = np.array(variable.values, dtype=float)
    mark = variable.attrs.get("undefined")  # of whole numbers, which have no NaN
    return values if mark is None else np.where(values == mark, np.nan, values)


def flags(labels: Sequence[str], *, first: int = 0) -> dict[str, Any]:
    """Make CF flag attributes: numbers from ``first``, meanings as one word each.

    Examples
    --------
    >>> flags(["undefined", "not yet", "done"], first=-1)
    {'flag_values': [-1, 0, 1], 'flag_meanings': 'undefined not_yet done'}
    """
    words = ["_".join(label.split()) or "_" for label in labels]
    numbers = list(range(first, first + len(words)))
    return {"flag_values": numbers, "flag_meanings": " ".join(words)}


def meanings(variable: xarray.DataArray) -> dict[int, str]:
    """Say what each number of a label variable means; empty for any other variable.

    Examples
    --------
    >>> import xarray
    >>> meanings(xarray.DataArray([1, 0], attrs=flags(["capture", "cooperation"])))
    {0: 'capture', 1: 'cooperation'}
    """
    return flags_in(variable.attrs)


def flags_in(attributes: Mapping[str, Any]) -> dict[int, str]:
    """Read what `flags` made."""
    words = str(attributes.get("flag_meanings", "")).split()
    numbers = np.atleast_1d(attributes.get("flag_values", []))
    return {int(number): word for number, word in zip(numbers, words, strict=True)}


def texts(variable: xarray.DataArray) -> Array:
    """Spell the labels of a label variable out.

    Examples
    --------
    >>> import xarray
    >>> texts(xarray.DataArray([1, 0], attrs=flags(["capture", "cooperation"]))).tolist()
    ['cooperation', 'capture']
    """
    values = np.asarray(variable.values)
    if values.dtype.kind not in "iuf":
        return values.astype(object)
    spelled = np.full(values.shape, "", dtype=object)
    for number, word in meanings(variable).items():
        spelled[values == number] = word
    return spelled
