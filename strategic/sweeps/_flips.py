"""The smallest change of each parameter and mechanism that flips a measure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.modelling import Model
from strategic.sweeps._bisection import Sides, brackets_of, narrow
from strategic.sweeps._grid import Grid
from strategic.sweeps._levers import current, lever, lever_names
from strategic.sweeps._provenance import described

if TYPE_CHECKING:
    import xarray

_FINEST = 1e-6
"""Smallest step of the search, as a share of the way to the end of a lever's range."""


def smallest_flips(model: Model, sides: Sides, *, scan: int, tolerance: float) -> xarray.Dataset:
    """Rank every parameter and mechanism by the smallest relative change that flips a measure.

    Parameters
    ----------
    model : Model
        Where to start from.
    sides : Sides
        The measure, and the level a float is compared with.
    scan : int
        Values looked at in each direction, close to the start more densely.
    tolerance : float
        Largest error of a flip, as a share of the range.

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
    import xarray

    if not model.family.parameters:
        raise SweepError("needs parameters to move, and the model has none", where="MODEL")
    first = next(iter(model.family.parameters))
    before = int(sides.of(model, {first: np.array([current(model, first)])}, 1)[0])
    names = [n for n in lever_names(model.family) if np.isfinite(current(model, n))]
    search = partial(_nearest_flip, model, sides, before, scan=scan, tolerance=tolerance)
    values = np.array([current(model, name) for name in names])
    needed, relative, after = np.reshape([search(name) for name in names], (-1, 3)).T
    data: dict[str, Any] = {
        "current": ("lever", values),
        "needed": ("lever", needed),
        "relative": ("lever", relative),
        "after": ("lever", sides.spelled(after.astype(int)), sides.attributes),
    }
    attributes = described(Grid(model, ()), [sides.measure.name], 0)
    own = sides.spelled(np.array(before)).item()
    attributes |= {"measure": sides.measure.name, "before": own, "level": sides.level}
    found = xarray.Dataset(data, {"lever": names}, attributes)
    return found.isel(lever=np.argsort(relative, kind="stable"))


def _nearest_flip(
    model: Model, sides: Sides, before: int, name: str, *, scan: int, tolerance: float
) -> tuple[float, float, int]:
    """Look towards both ends of a lever's range; give the value needed, the change, the side."""
    value, parameter = current(model, name), lever(model.family, name)
    low, high = _reach(model, name)
    unit = abs(value) or high - low
    # Half of the steps evenly spaced and half by size, so that near flips are not stepped over.
    even = np.linspace(0, 1, scan // 2 + 1)[1:]
    steps = np.unique(np.concatenate([even, np.geomspace(_FINEST, 1, scan - scan // 2)]))

    def side_at(search: Array, values: Array) -> Array:
        del search
        side, valid = sides.judged(model, {name: values}, 1)
        return np.where(valid, side, before)  # a point that is not allowed flips nothing

    nearest = np.nan, np.inf, before
    for end in (low, high):
        values = value + (end - value) * steps
        if parameter.integer:
            values = np.unique(np.round(values))[:: 1 if end > value else -1]
            values = values[values != value]
        if not values.size or end == value:
            continue
        side = side_at(values, values)  # ordered by distance: the first hit is the nearest
        hits = np.flatnonzero(side != before)
        if not hits.size:
            continue
        hit = int(hits[0])
        needed, after = float(values[hit]), int(side[hit])
        if not parameter.integer:
            near = value if hit == 0 else values[hit - 1]
            bracket = brackets_of([0], near, needed, before, after)
            [flip] = narrow(bracket, side_at, tolerance * abs(end - value))
            needed, after = float(flip.far), int(flip.after)
        relative = abs(needed - value) / unit
        if relative < nearest[1]:
            nearest = needed, relative, after
    return nearest


def _reach(model: Model, name: str) -> tuple[float, float]:
    """How far a lever is moved: to its bounds, else ten times its value, or 1 away from 0."""
    parameter, value = lever(model.family, name), current(model, name)
    away = 9 * abs(value) or 1.0
    low = parameter.lower if np.isfinite(parameter.lower) else value - away
    high = parameter.upper if np.isfinite(parameter.upper) else value + away
    step = _FINEST * (high - low)
    return (
        low + step * parameter.open_lower if value > low else value,
        high - step * parameter.open_upper if value < high else value,
    )
