"""The verb `boundary`: where along one parameter a measure changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.modelling import Model
from strategic.sweeps.axes import Over, Range, axes_of, check_distinct
from strategic.sweeps.bisection import Brackets, joined, narrow_all
from strategic.sweeps.flips import what_it_takes
from strategic.sweeps.grid import Grid, grid_of
from strategic.sweeps.layout import layout_of
from strategic.sweeps.levers import single
from strategic.sweeps.reach import range_of
from strategic.sweeps.sides import Sides, pieces

if TYPE_CHECKING:
    import xarray

SCAN = 257
TOLERANCE = 1e-10


def boundary(
    model: Model,
    parameter: str | None = None,
    measure: str = "",
    *,
    over: Any = None,
    grid: Over | None = None,
    level: float = 0.0,
    scan: int = SCAN,
    tolerance: float = TOLERANCE,
    workers: int | None = None,
) -> xarray.Dataset:
    """Find where a measure changes along one parameter, for a whole grid of the others at once.

    Parameters
    ----------
    model : Model
        A single model.
    parameter : str, optional
        The parameter (or ``mechanism.NAME``) to move; without it every one of them is tried and
        ranked by the smallest relative change that flips the measure (`what_it_takes`).
    measure : str
        What to watch. Labels and whole numbers change by themselves; a float changes where it
        crosses ``level`` or stops being defined.
    over : (low, high) or str, optional
        Where to look; by default the parameter's bounds, or a tenth to ten times its value.
    grid : mapping or sequence of str, optional
        Axes of the other parameters.
    level : float
        What a float measure is compared with.
    scan : int
        Places looked at before bisection.
    tolerance : float
        Width to which a change is pinned down, times the width of the range where that is below 1.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    xarray.Dataset
        Over the grid and ``change`` (as many as the point with most of them has): ``at``, the
        sides ``before`` and ``after`` it; ``count``, and ``start``, the side of the lower end.
        The attribute ``resolution`` is the widest gap of the scan: two changes closer than that
        may both be missed.

    Raises
    ------
    SweepError, MeasureError
        When names, ranges or options do not fit.

    Examples
    --------
    >>> import strategic as st
    >>> found = boundary(st.load("ai-mier"), "relation.alignment", "surplus", over=(-1, 1))
    >>> found["at"].round(6).values
    array([-0.774913])
    """
    sides = Sides(model.family.measure(measure), level)
    if parameter is None:
        if over is not None or grid is not None:
            raise SweepError("needs the parameter to move", where="parameter")
        return what_it_takes(single(model), sides, scan=scan, tolerance=tolerance)
    if scan < 2:
        raise SweepError("must be at least 2", where="scan", value=scan)
    moved = range_of(single(model), parameter, over)
    others = grid_of(model, axes_of(grid)) if grid else Grid(model, ())
    check_distinct([parameter, *(name for axis in others.axes for name in axis.levers)])
    search = _Search(others, sides, moved, workers)
    width = tolerance * min(1.0, moved.upper - moved.lower)
    start, brackets = search.scan(scan)
    found = narrow_all(brackets, search.side_at, width)
    dataset = _dataset(search, start, found)
    places = moved.at(np.linspace(0, 1, scan))
    return dataset.assign_attrs(
        parameter=parameter,
        range=[moved.lower, moved.upper],
        scan=scan,
        resolution=float(np.diff(places).max()),
        tolerance=width,
        level=level,
    )


class _Search:
    """The points of a grid, each with one lever free."""

    def __init__(self, others: Grid, sides: Sides, moved: Range, workers: int | None) -> None:
        self.others, self.sides, self.moved, self.workers = others, sides, moved, workers
        self.flat = others.flat()

    def side_at(self, search: Array, value: Array) -> Array:
        """Find the side of each search with the free lever at a value."""
        held = {name: values[search] for name, values in self.flat.items()}
        changes = {**held, self.moved.name: value}
        return self.sides.of(self.others.model, changes, self.workers)

    def scan(self, count: int) -> tuple[Array, Brackets]:
        """Look at evenly spaced places: the side of the lower end, and a bracket a change."""
        places = self.moved.at(np.linspace(0, 1, count))
        starts, found = [], []
        for part in pieces(self.others.size, count):
            search = np.arange(part.start, part.stop)
            side = self.side_at(np.repeat(search, count), np.tile(places, len(search)))
            side = side.reshape(len(search), count)
            starts.append(side[:, 0])
            row, gap = np.nonzero(side[:, 1:] != side[:, :-1])
            before, after = side[row, gap], side[row, gap + 1]
            found.append(Brackets(search[row], places[gap], places[gap + 1], before, after))
        return np.concatenate(starts), joined(found)


def _dataset(search: _Search, start: Array, found: Brackets) -> xarray.Dataset:
    """Lay the changes out as a table: one row a point of the grid, in order along the lever."""
    import xarray

    order = np.lexsort((found.near, found.search))
    found = found.of(order)
    points = search.others.size
    count = np.bincount(found.search, minlength=points)
    rank = np.arange(len(found.search)) - (np.cumsum(count) - count)[found.search]
    shape = (points, int(count.max(initial=0)))
    at, before, after = np.full(shape, np.nan), np.full(shape, -1), np.full(shape, -1)
    at[found.search, rank] = found.near + (found.far - found.near) / 2
    before[found.search, rank], after[found.search, rank] = found.before, found.after
    layout = layout_of(search.others, [search.sides.measure.name], 0)
    dims = tuple(axis.name for axis in search.others.axes)
    told = search.sides.attributes
    columns: Mapping[str, tuple[Array, dict[str, Any]]] = {
        "at": (at, _described(search)),
        "before": (before, told),
        "after": (after, told),
    }
    whole = search.others.shape
    data: dict[str, Any] = {
        name: ((*dims, "change"), values.reshape(*whole, -1), attributes)
        for name, (values, attributes) in columns.items()
    }
    data["count"] = (dims, count.reshape(whole), {"long_name": "changes found", "units": "1"})
    data["start"] = (dims, start.reshape(whole), told)
    coordinates = {v.name: (v.dims, v.values, dict(v.attributes)) for v in layout.coordinates}
    return xarray.Dataset(data, coordinates, dict(layout.attributes))


def _described(search: _Search) -> dict[str, Any]:
    from strategic.sweeps.levers import lever

    found = lever(search.others.model.family, search.moved.name)
    return {
        "long_name": f"where along {found.name} the measure changes",
        "units": found.unit or "1",
    }
