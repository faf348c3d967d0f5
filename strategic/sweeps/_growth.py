"""A store as it describes itself: its axes, its measures, and what a larger sweep takes over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, Problem, SweepError
from strategic.modelling import Model
from strategic.sweeps._axes import Axis
from strategic.sweeps._evaluate import STATUS
from strategic.sweeps._grid import Grid
from strategic.sweeps._layout import Layout
from strategic.sweeps._meanings import changed_flags
from strategic.sweeps._provenance import GAPS, described, differences
from strategic.sweeps._source import Places, Source, places_of
from strategic.sweeps._store import stored_attributes
from strategic.sweeps._tables import POINT, points_axis

if TYPE_CHECKING:
    import zarr


@dataclass(frozen=True, eq=False)
class StoredSweep:
    """A store that exists.

    Parameters
    ----------
    path : Path
    attributes : mapping
        What it says of itself.
    """

    path: Path
    attributes: Mapping[str, Any]

    @cached_property
    def group(self) -> zarr.Group:
        """Its arrays."""
        import zarr

        return zarr.open_group(self.path, mode="r", use_consolidated=False)

    @property
    def measures(self) -> list[str]:
        """Names of what was measured."""
        return str(self.attributes["measures"]).split()

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the axes, in order."""
        return tuple(dict(json.loads(self.attributes["axes"])))

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The axes, with the columns that come through.

        Raises
        ------
        FileError
            When a coordinate is damaged.
        """
        names = json.loads(self.attributes.get("columns", "null")) or self.dims
        levers: dict[str, dict[str, Array]] = {dim: {} for dim in self.dims}
        extra: dict[str, dict[str, Array]] = {dim: {} for dim in self.dims}
        for name in names:
            try:
                array: Any = self.group[name]
                values = np.asarray(array[...])
                [dim] = array.metadata.dimension_names
            except Exception as problem:  # whatever damage makes the reader raise
                rule = f"'{name}' is damaged: {problem}"
                raise FileError(rule, where=str(self.path)) from problem
            # Levers alone have a unit; other columns of a table say nothing of themselves.
            kind = levers if "units" in array.attrs else extra
            kind[dim][name] = values if values.dtype.kind in "biuf" else values.astype(object)
        return tuple(Axis(dim, levers[dim], extra[dim]) for dim in self.dims)

    def axes_with(self, model: Model, given: Sequence[Axis]) -> tuple[Axis, ...]:
        """Give the axes of a larger sweep: those that are given, and the others as they are.

        Raises
        ------
        SweepError
            When the model is of another family.
        """
        was, now = self.attributes["family"], model.family.name
        if was != now:
            problem = Problem(f"the store was made with {was}", "family", now, file=str(self.path))
            raise SweepError.from_problems([problem])
        new = {axis.name: axis for axis in given}
        # A run may have been stopped before it wrote coordinates; those given are not read.
        left = [dim for dim in self.dims if dim not in new]
        kept = {axis.name: axis for axis in (self.axes if left else ()) if axis.name in left}
        if POINT in kept and kept[POINT].extra:  # rows of a table are judged one by one
            kept[POINT] = points_axis(model, {**kept[POINT].levers, **kept[POINT].extra})
        if not kept:
            return tuple(given)
        both = {**new, **kept}
        return tuple(both[name] for name in dict.fromkeys([*self.dims, *new]))

    def measures_with(self, given: Sequence[str]) -> list[str]:
        """Give the measures of a larger sweep: the order is that asked for where all are named."""
        if set(given) >= set(self.measures):
            return list(given)
        return list(dict.fromkeys([*self.measures, *given]))

    def source(self, grid: Grid, layout: Layout) -> Source | None:
        """Check that a larger sweep holds this one, and say where; None if there is nothing yet.

        Raises
        ------
        SweepError
            When it is a sweep of something else, or lacks some of the values; each difference is
            named.
        """
        where = str(self.path)
        axes = {axis.name: axis for axis in grid.axes}
        problems = [
            Problem("the store has no such axis", name, remedy="choose another output", file=where)
            for name in axes
            if name not in self.dims
        ]
        if not problems and tuple(axes) != self.dims:
            rule = f"the store was made with {list(self.dims)}"
            problems = [Problem(rule, "order of axes", list(axes), file=where)]
        kept = {"block_shape": self.attributes.get("block_shape")}
        old = dict(json.loads(self.attributes["axes"]))
        asked = described(grid, self.measures, int(layout.attributes["seed"]), old)
        was = {name: value for name, value in self.attributes.items() if name != GAPS}
        problems += differences(was, {**asked, **kept}, where)
        problems = problems or changed_flags(self.path, layout.measured)
        if not problems and self._is_empty():
            return None
        if not problems:
            problems = [p for axis in self.axes for p in _lacking(axis, axes[axis.name], where)]
        if problems:
            raise SweepError.from_problems(problems)
        places = [_places(axis, axes[axis.name]) for axis in self.axes]
        return self.at(places)

    def _is_empty(self) -> bool:
        """Whether no block was written yet."""
        return not any((self.path / name / "c").exists() for name in self.measures)

    def at(self, places: Sequence[Places]) -> Source:
        """Say where in a larger sweep the values of this one lie."""
        judged = [STATUS] if STATUS in self.group else []
        rare = [] if "columns" in self.attributes else judged
        return Source(self.path, places, [*self.measures, *judged], rare)


def stored_sweep(path: Path) -> StoredSweep | None:
    """Open a store by what it says of itself; None where there is none yet."""
    attributes = stored_attributes(path)
    return None if attributes is None else StoredSweep(path, attributes)


def compared(axis: Axis) -> dict[str, Array]:
    """Give the columns that tell positions of an axis apart: all but the numbers of rows."""
    columns = {**axis.levers, **axis.extra}
    number = columns.get(POINT)
    if number is not None and np.array_equal(number, np.arange(1, axis.size + 1)):
        del columns[POINT]
    return columns


def _lacking(old: Axis, new: Axis, file: str) -> list[Problem]:
    """Say which values of a stored axis a larger one lacks."""
    columns, others = compared(old), compared(new)
    if columns.keys() != others.keys():
        rule = f"the store has the columns {', '.join(columns)}"
        return [Problem(rule, old.name, ", ".join(others), file=file)]
    missing = places_of(columns, others) < 0
    if not missing.any():
        return []
    first = int(np.flatnonzero(missing)[0])
    value = columns[old.name][first] if old.name in columns else f"row {first + 1}"
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    rule = f"lacks {int(missing.sum()):,} of the {old.size:,} values of the store, such as {shown}"
    remedy = "name them too, or choose another output"
    return [Problem(rule, old.name, remedy=remedy, file=file)]


def _places(old: Axis, new: Axis) -> Places:
    """Find the positions of a larger axis on a stored one."""
    found = places_of(compared(new), compared(old))
    at = np.flatnonzero(found >= 0)
    return Places(at, found[at])
