"""What would it take: the smallest change of each parameter and mechanism that flips a measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import StrategicError, SweepError
from strategic.modelling import Model
from strategic.sweeps.bisection import Brackets, narrow
from strategic.sweeps.grid import Grid
from strategic.sweeps.levers import current, lever, lever_names
from strategic.sweeps.provenance import described
from strategic.sweeps.sides import Sides

if TYPE_CHECKING:
    import xarray

_FINEST = 1e-6
"""Smallest step of the search, as a share of the way to the end of a lever's range."""


@dataclass(frozen=True)
class Flip:
    """The nearest value of one lever at which a measure is on another side."""

    lever: str
    current: float
    needed: float
    relative: float
    after: int


def what_it_takes(
    model: Model, sides: Sides, *, scan: int = 257, tolerance: float = 1e-10
) -> xarray.Dataset:
    """Rank every parameter and mechanism by the smallest relative change that flips a measure.

    Parameters
    ----------
    model : Model
        Where to start from.
    sides : Sides
        The measure, and the level a float is compared with.
    scan : int
        Places looked at in each direction, close to the start more densely.
    tolerance : float
        Width to which a flip is pinned down, as a share of the range.

    Returns
    -------
    xarray.Dataset
        Along ``lever``, smallest change first: ``current``, ``needed`` (the nearest value found on
        the other side), ``relative`` and ``after``. ``relative`` is the change divided by the
        size of the current value, or by the width of the range where that is 0; infinite for a
        lever that flips nothing within its range (its bounds, else ten times its value, or 1
        away from 0). The attribute ``before`` is the side the model is on.

    Notes
    -----
    Parameters that are unset are left out: there is no change to speak of.
    """
    if not model.family.parameters:
        raise SweepError("needs parameters to move, and the model has none", where="MODEL")
    probe = next(iter(model.family.parameters))
    start = {probe: np.array([current(model, probe)])}
    before = int(sides.of(model, start, 1)[0])
    found = [
        _flip(model, sides, name, before, scan=scan, tolerance=tolerance)
        for name in lever_names(model.family)
        if np.isfinite(current(model, name))
    ]
    found.sort(key=lambda flip: flip.relative)
    return _dataset(model, sides, found, before)


def _flip(
    model: Model, sides: Sides, name: str, before: int, *, scan: int, tolerance: float
) -> Flip:
    value = current(model, name)
    low, high = _reach(model, name)
    unit = abs(value) or high - low
    nearest = Flip(name, value, np.nan, np.inf, before)
    for end in (low, high):
        needed, after = _toward(model, sides, name, before, end, scan=scan, tolerance=tolerance)
        relative = abs(needed - value) / unit
        if relative < nearest.relative:
            nearest = Flip(name, value, needed, relative, after)
    return nearest


def _toward(
    model: Model, sides: Sides, name: str, before: int, end: float, *, scan: int, tolerance: float
) -> tuple[float, int]:
    """Find the first flip on the way to one end; NaN if there is none."""
    value = current(model, name)
    whole = lever(model.family, name).integer
    places = value + (end - value) * _shares(scan)
    if whole:
        places = np.unique(np.round(places))[:: 1 if end > value else -1]
        places = places[places != value]
    if not places.size or end == value:
        return np.nan, before

    def side_at(search: Array, values: Array) -> Array:
        del search
        return _sides_or_same(model, sides, {name: values}, before)

    side = side_at(np.zeros(0), places)
    hits = np.flatnonzero(side != before)
    if not hits.size:
        return np.nan, before
    first = int(hits[0])
    if whole:
        return float(places[first]), int(side[first])
    near = value if first == 0 else places[first - 1]
    bracket = Brackets(*(np.array([v]) for v in (0, near, places[first], before, side[first])))
    flipped = narrow(bracket, side_at, tolerance * abs(end - value))
    return float(flipped.far[0]), int(flipped.after[0])


def _sides_or_same(model: Model, sides: Sides, changes: dict[str, Array], before: int) -> Array:
    """Find sides; where a mechanism drives a parameter out of its range, nothing flips."""
    try:
        return sides.of(model, changes, 1)
    except StrategicError:
        return np.full(len(next(iter(changes.values()))), before)


def _shares(scan: int) -> Array:
    """Spread half the places evenly and half by size, so that near flips are not stepped over."""
    even = np.linspace(0, 1, scan // 2 + 1)[1:]
    return np.unique(np.concatenate([even, np.geomspace(_FINEST, 1, scan - scan // 2)]))


def _reach(model: Model, name: str) -> tuple[float, float]:
    parameter, value = lever(model.family, name), current(model, name)
    away = 9 * abs(value) or 1.0
    low = parameter.lower if np.isfinite(parameter.lower) else value - away
    high = parameter.upper if np.isfinite(parameter.upper) else value + away
    step = _FINEST * (high - low)
    return (
        low + step * parameter.open_lower if value > low else value,
        high - step * parameter.open_upper if value < high else value,
    )


def _dataset(model: Model, sides: Sides, found: list[Flip], before: int) -> xarray.Dataset:
    import xarray

    told = sides.attributes
    columns: dict[str, Any] = {
        "current": ("lever", [flip.current for flip in found]),
        "needed": ("lever", [flip.needed for flip in found]),
        "relative": ("lever", [flip.relative for flip in found]),
        "after": ("lever", [flip.after for flip in found], told),
    }
    attributes = described(Grid(model, ()), [sides.measure.name], 0)
    named = {"measure": sides.measure.name, "before": before, "level": sides.level}
    return xarray.Dataset(
        columns, {"lever": [flip.lever for flip in found]}, {**attributes, **named}
    )
