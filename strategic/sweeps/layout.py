"""What a sweep's result consists of: dimensions, coordinates, measures and attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.modelling import Measure
from strategic.status import Status
from strategic.sweeps.axes import Axis
from strategic.sweeps.grid import Grid
from strategic.sweeps.levers import lever
from strategic.sweeps.provenance import described

if TYPE_CHECKING:
    import xarray

UNDEFINED = "undefined"
"""Meaning of flag -1 in every label measure."""


@dataclass(frozen=True, eq=False)
class Variable:
    """One array of a result: its dimensions, type, attributes, and values if known beforehand."""

    name: str
    dims: tuple[str, ...]
    dtype: np.dtype[Any]
    attributes: Mapping[str, Any]
    undefined: float | int
    values: Array | None = None


@dataclass(frozen=True, eq=False)
class Layout:
    """Everything about a result but the measured values."""

    shape: tuple[int, ...]
    coordinates: tuple[Variable, ...]
    measured: tuple[Variable, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def dataset(self, results: Mapping[str, Array]) -> xarray.Dataset:
        """Join measured values and descriptions into a labelled dataset."""
        import xarray

        coordinates = {v.name: (v.dims, v.values, dict(v.attributes)) for v in self.coordinates}
        measured = {v.name: (v.dims, results[v.name], dict(v.attributes)) for v in self.measured}
        return xarray.Dataset(measured, coordinates, dict(self.attributes))


def layout_of(grid: Grid, names: Sequence[str], seed: int) -> Layout:
    """Describe the result of measuring a grid."""
    dims = tuple(axis.name for axis in grid.axes)
    measured = [measure_variable(grid.model.family.measure(name), dims) for name in names]
    if grid.may_be_bad:
        measured.append(_status_variable(dims))
    coordinates = [variable for axis in grid.axes for variable in _coordinates(grid, axis)]
    attributes = described(grid, names, seed)
    attributes["block_shape"] = " ".join(map(str, grid.block_shape))
    return Layout(grid.shape, tuple(coordinates), tuple(measured), attributes)


def measure_variable(measure: Measure, dims: tuple[str, ...]) -> Variable:
    """Describe the array of a measure; labels as flags of the CF conventions."""
    attributes: dict[str, Any] = {"long_name": measure.meaning, "units": measure.unit or "1"}
    if measure.kind == "label":
        del attributes["units"]
        attributes |= flags([UNDEFINED, *measure.labels], first=-1)
    return Variable(measure.name, dims, measure.dtype, attributes, measure.undefined)


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


def _status_variable(dims: tuple[str, ...]) -> Variable:
    attributes = {
        "long_name": "whether the row's values are allowed",
        "flag_values": [int(Status.OK), int(Status.INVALID)],
        "flag_meanings": f"{Status.OK.label} {Status.INVALID.label}",
    }
    return Variable("status", dims, np.dtype(np.int8), attributes, int(Status.INVALID))


def _coordinates(grid: Grid, axis: Axis) -> list[Variable]:
    found = []
    for name, values in axis.levers.items():
        parameter = lever(grid.model.family, name)
        attributes = {"long_name": parameter.meaning, "units": parameter.unit or "1"}
        found.append(Variable(name, (axis.name,), values.dtype, attributes, np.nan, values))
    for name, values in axis.extra.items():
        undefined = np.nan if values.dtype.kind == "f" else 0 if values.dtype.kind == "b" else -1
        found.append(Variable(name, (axis.name,), values.dtype, {}, undefined, values))
    return found
