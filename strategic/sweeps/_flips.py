"""The smallest change of each parameter and mechanism that flips a measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.modelling import Measure, Model
from strategic.papers import Cited
from strategic.sweeps._bisection import Brackets, Sides, brackets_of, narrow, sides_of
from strategic.sweeps._game_flips import nearest_game_flip
from strategic.sweeps._grid import Grid
from strategic.sweeps._levers import MECHANISM, current, lever, lever_names, single
from strategic.sweeps._provenance import described
from strategic.whole_numbers import check_whole

if TYPE_CHECKING:
    import xarray

_FINEST = 1e-6
"""Smallest step of the search, as a share of the way to the end of a lever's range."""
_TOGETHER = 64
"""Parameters moved in one evaluation: each point holds a value of every one of them."""


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
    names = lever_names(model.family)
    found = nearest_flips(model, [sides], names, scan=scan, tolerance=tolerance)
    data: dict[str, Any] = {
        "current": ("lever", found.current),
        "needed": ("lever", found.needed[0]),
        "relative": ("lever", found.relative[0]),
        "after": ("lever", sides.spelled(found.after[0]), sides.attributes),
    }
    attributes = described(Grid(model, ()), [sides.measure.name], 0)
    own = sides.spelled(found.before[0]).item()
    attributes |= {"measure": sides.measure.name, "before": own, "level": sides.level}
    table = xarray.Dataset(data, {"lever": found.levers}, attributes)
    return table.isel(lever=np.argsort(found.relative[0], kind="stable"))


@dataclass(frozen=True)
class Flips(Cited):
    """The nearest flips of several measures along several levers.

    Parameters
    ----------
    levers : list of str
        Parameters that are set, and mechanisms.
    current : ndarray, ``(levers,)``
        Their values.
    before : ndarray of int, ``(measures,)``
        The side the model is on.
    needed, relative : ndarray, ``(measures, levers)``
        Nearest value found on another side, and how far it is; NaN and infinity where there is
        none.
    after : ndarray of int, ``(measures, levers)``
        The side it is on.
    measures : tuple of Measure
        What flips.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> kind = Sides(model.family.measure("relationship_type"))
    >>> found = nearest_flips(model, [kind], ["relation.alignment"], scan=65, tolerance=1e-10)
    >>> found.levers, found.current.tolist(), found.needed.shape
    (['relation.alignment'], [0.9], (1, 1))
    """

    levers: list[str]
    current: Array
    before: Array
    needed: Array
    relative: Array
    after: Array
    measures: tuple[Measure, ...] = ()

    def behind(self) -> tuple[Measure, ...]:
        """Name the measures."""
        return self.measures


def nearest_flips(
    model: Model, watched: Sequence[Sides], levers: Sequence[str], *, scan: int, tolerance: float
) -> Flips:
    """Find, for every measure and lever, the nearest value at which the measure flips.

    All levers are looked along at once, each alone: a point moves one of them and holds the rest.

    Parameters
    ----------
    model : Model
        A single model.
    watched : sequence of Sides
        What is not to flip.
    levers : sequence of str
        Parameters, and mechanisms as ``mechanism.NAME``; those that are unset are left out.
    scan : int
        Values looked at in each direction, close to the start more densely.
    tolerance : float
        Largest error of a flip, as a share of the way to the end of the lever's range.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> kind = Sides(model.family.measure("relationship_type"))
    >>> names = ["relation.alignment", "relation.payment"]
    >>> found = nearest_flips(model, [kind], names, scan=65, tolerance=1e-10)
    >>> found.needed.round(4), kind.spelled(found.after).tolist()
    (array([[0.5903, 0.4068]]), [['capture', 'restriction']])
    """
    check_whole(scan=scan)
    model = single(model)
    names = [name for name in levers if np.isfinite(current(model, name))]
    values = np.array([current(model, name) for name in names])
    anywhere = next(iter(model.family.parameters))
    before = sides_of(watched, model, {anywhere: np.array([current(model, anywhere)])})[0][:, 0]
    shape = len(watched), len(names)
    needed, relative = np.full(shape, np.nan), np.full(shape, np.inf)
    after = np.repeat(before[:, None], len(names), axis=1)
    for group in _groups(names):
        moved = [names[k] for k in group]
        found = _nearest(model, watched, before, moved, scan=scan, tolerance=tolerance)
        for of, k, flip in zip(*divmod(found.search, len(group)), found, strict=True):
            at = of, group[k]
            far = abs(flip.far - values[at[1]]) / _unit(model, names[at[1]])
            if far < relative[at]:  # there may be a flip towards either end of the range
                needed[at], relative[at], after[at] = flip.far, far, flip.after
    for of, sides in enumerate(watched):
        for k in np.flatnonzero(_follows_events(model, sides, names)):
            flip = nearest_game_flip(
                model, sides, names[k], values[k], int(before[of]),
                span=_reach(model, names[k]), scan=scan, tolerance=tolerance,
            )  # fmt: skip
            needed[of, k], after[of, k] = flip or (np.nan, before[of])
            relative[of, k] = abs(needed[of, k] - values[k]) / _unit(model, names[k])
            relative[of, k] = np.inf if flip is None else relative[of, k]
    measures = tuple(sides.measure for sides in watched)
    return Flips(names, values, before, needed, relative, after, measures)


def _follows_events(model: Model, sides: Sides, names: Sequence[str]) -> list[bool]:
    """Say along which levers a measure of a game is followed by events: all its points valid."""
    if sides.measure.game is None or model.family.rule is not None or model.mechanisms:
        return [False] * len(names)
    plain = [n in model.family.parameters and not lever(model.family, n).integer for n in names]
    return [
        ok and _reach(model, n)[0] < _reach(model, n)[1] for ok, n in zip(plain, names, strict=True)
    ]


def _groups(names: Sequence[str]) -> Iterator[Array]:
    """Group parameters that are moved together; a mechanism moves several, and goes alone."""
    mechanisms = np.array([name.startswith(MECHANISM) for name in names], dtype=bool)
    parameters = np.flatnonzero(~mechanisms)
    yield from (parameters[at : at + _TOGETHER] for at in range(0, len(parameters), _TOGETHER))
    yield from np.flatnonzero(mechanisms)[:, None]


def _nearest(
    model: Model,
    watched: Sequence[Sides],
    before: Array,
    names: Sequence[str],
    *,
    scan: int,
    tolerance: float,
) -> Brackets:
    """Narrow the first change of every measure along every lever, in both directions.

    The number of a search is that of its measure times the number of levers, plus its lever's.
    """
    values = np.array([current(model, name) for name in names])

    def changes(moved: Array, to: Array) -> dict[str, Array]:
        return {n: np.where(moved == k, to, values[k]) for k, n in enumerate(names)}

    def side_at(search: Array, to: Array) -> Array:
        of, moved = divmod(search, len(names))
        found = np.array(before[of])
        for number in np.unique(of):
            mine = of == number
            side, valid = watched[number].judged(model, changes(moved[mine], to[mine]), 1)
            found[mine] = np.where(valid, side, before[number])
        return found

    rays = [(k, ray) for k, name in enumerate(names) for ray in _rays(model, name, scan)]
    if not rays:
        return brackets_of([], [], [], [], [])
    moved = np.concatenate([np.full(len(ray), k) for k, ray in rays])
    to = np.concatenate([ray for _, ray in rays])
    side, valid = sides_of(watched, model, changes(moved, to))
    # A point that is not allowed flips nothing; rays run outwards: the first flip is the nearest.
    flips = np.where(valid, side, before[:, None]) != before[:, None]
    starts = np.cumsum([0, *(len(ray) for _, ray in rays)])[:-1]
    first = np.minimum.reduceat(np.where(flips, np.arange(len(to)), len(to)), starts, axis=1)
    of, ray = np.nonzero(first < len(to))
    hit = first[of, ray]
    near = np.where(hit == starts[ray], values[moved[hit]], to[hit - 1])
    found = brackets_of(of * len(names) + moved[hit], near, to[hit], before[of], side[of, hit])
    whole = np.array([lever(model.family, names[k]).integer for k in moved[hit]], dtype=bool)
    span = np.array([abs(ray[-1] - values[k]) for k, ray in rays])[ray]
    found[~whole] = narrow(found[~whole], side_at, (tolerance * span)[~whole])
    return found


def _rays(model: Model, name: str, scan: int) -> Iterator[Array]:
    """Yield the values tried along a lever towards each end of its range, the nearest first."""
    value, parameter = current(model, name), lever(model.family, name)
    # Half of the steps evenly spaced and half by size, so that near flips are not stepped over.
    even = np.linspace(0, 1, scan // 2 + 1)[1:]
    steps = np.unique(np.concatenate([even, np.geomspace(_FINEST, 1, scan - scan // 2)]))
    for end in _reach(model, name):
        # Rounding must not lead beyond a bound.
        ray = np.clip(value + (end - value) * steps, min(value, end), max(value, end))
        if parameter.integer:
            ray = np.unique(np.round(ray))[:: 1 if end > value else -1]
        ray = ray[ray != value]
        if ray.size:
            yield ray


def _reach(model: Model, name: str) -> tuple[float, float]:
    """How far a lever is moved: to its bounds, else ten times its value, or 1 away from 0."""
    value, parameter = current(model, name), lever(model.family, name)
    low, high = _range(model, name)
    step = _FINEST * (high - low)
    return (
        low + step * parameter.open_lower if value > low else value,
        high - step * parameter.open_upper if value < high else value,
    )


def _range(model: Model, name: str) -> tuple[float, float]:
    value, parameter = current(model, name), lever(model.family, name)
    # Ten times a value may be more than float64 holds.
    away = min(9 * abs(value), np.finfo(float).max - abs(value)) or 1.0
    low = parameter.lower if np.isfinite(parameter.lower) else value - away
    return low, parameter.upper if np.isfinite(parameter.upper) else value + away


def _unit(model: Model, name: str) -> float:
    """Give the unit of a change: the size of the value, or the width of the range where it is 0."""
    low, high = _reach(model, name)
    return abs(current(model, name)) or high - low
