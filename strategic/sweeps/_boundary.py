"""The verb `boundary`: where along one parameter a measure changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import SweepError
from strategic.modelling import Model
from strategic.sweeps._axes import Over, axes_of, check_distinct
from strategic.sweeps._bisection import NO_CHANGE, Brackets, SideAt, Sides, brackets_of, narrow_all
from strategic.sweeps._evaluate import PIECE
from strategic.sweeps._flips import smallest_flips
from strategic.sweeps._game_boundary import Found, Search, changes_of_game
from strategic.sweeps._grid import Grid, grid_of
from strategic.sweeps._layout import layout_of
from strategic.sweeps._levers import lever, range_of, single
from strategic.whole_numbers import check_whole

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
        The parameter (or ``mechanism.NAME``) to move. Without it, every one of them is tried and
        ranked by the smallest relative change that flips the measure: along ``lever``, ``current``,
        ``needed`` (the nearest value found on the other side), ``relative`` and ``after``; the
        attribute ``before`` is the side the model is on.
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
        Number of values looked at before bisection.
    tolerance : float
        Largest error of the location of a change, times the width of the range where that is
        below 1.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    xarray.Dataset
        Over the grid and ``change`` (as many as the point with most of them has): ``at``, the
        sides ``before`` and ``after`` it, and ``exactly`` there (where ``exactly_known``); a point
        on a side of its own is a change with the same side before and after. ``count``, and
        ``start``, the side of the lower end.
        Sides are words (labels, or below and at_or_above a level, or undefined); those of a whole
        number are the numbers, NaN where it is undefined.
        Measures of games change where their equilibria do, at roots of polynomials or other
        functions of the payoffs, and no scan is needed; the attribute ``events`` says how those
        were found: in ``"fractions"`` (payoffs are polynomials in the parameter), in ``"doubles"``
        (the same, for many searches at once), in ``"pieces"`` on which polynomials agree with the
        functions up to rounding; empty where there is a scan. Two changes closer together than the
        attribute ``resolution`` may be shown as one, or both be missed: after a scan that is its
        widest gap.

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
    check_whole(scan=scan, workers=workers)
    if np.isnan(level):
        raise SweepError("must be a number", where="level", value=level)
    sides = Sides(model.family.measure(measure), level)
    if parameter is None:
        if over is not None or grid is not None:
            raise SweepError("needs the parameter to move", where="parameter")
        return smallest_flips(single(model), sides, scan=scan, tolerance=tolerance)
    if scan < 2:
        raise SweepError("must be at least 2", where="scan", value=scan)
    moved = range_of(single(model), parameter, over)
    others = grid_of(model, axes_of(grid)) if grid else Grid(model, ())
    check_distinct([parameter, *(name for axis in others.axes for name in axis.levers)])
    flat = others.flat()

    def side_at(search: Array, value: Array) -> Array:
        held = {name: values[search] for name, values in flat.items()}
        return sides.of(model, {**held, parameter: value}, workers)

    values, whole = moved.at(np.linspace(0, 1, scan)), lever(model.family, parameter).integer
    width = tolerance * min(1.0, moved.upper - moved.lower)
    if whole:
        found = _of_whole_numbers(side_at, others.size, values)
    elif sides.measure.game is not None:
        span = moved.lower, moved.upper
        search = Search(model, sides, parameter, flat, span, workers, others.size)
        found = changes_of_game(search, values, width)
    else:
        start, brackets = _scan(side_at, others.size, values)
        changes = narrow_all(brackets, side_at, width)
        unknown = np.full(len(changes), NO_CHANGE)
        found = Found(start, changes, unknown, "", float(np.diff(values).max()))
    return _dataset(others, parameter, sides, found).assign_attrs(
        parameter=parameter,
        range=[moved.lower, moved.upper],
        scan=scan,
        events=found.arithmetic,
        resolution=found.resolution,
        tolerance=width,
        level=level,
    )


def _of_whole_numbers(side_at: SideAt, searches: int, values: Array) -> Found:
    """Find changes along a parameter that is a whole number: each at the first one after it."""
    whole = np.unique(np.clip(np.round(values), np.ceil(values[0]), np.floor(values[-1])))

    def below(search: Array, value: Array) -> Array:
        return side_at(search, np.floor(value))

    start, brackets = _scan(side_at, searches, whole)
    changes = narrow_all(brackets, below, 0.5)
    changes.near = changes.far = np.floor(changes.far)
    return Found(start, changes, changes.after, "integers", float(np.diff(whole).max(initial=1)))


def _scan(side_at: SideAt, searches: int, values: Array) -> tuple[Array, Brackets]:
    """Look at the same values in every search: the side of the first, and one bracket per change.

    Searches are taken in pieces, as each needs all values at once and memory is bounded.
    """
    starts, found = [], []
    for part in block_slices(searches, max(4 * PIECE // len(values), 1)):
        search = np.arange(part.start, part.stop)
        side = side_at(np.repeat(search, len(values)), np.tile(values, len(search)))
        side = side.reshape(len(search), len(values))
        starts.append(side[:, 0])
        row, gap = np.nonzero(side[:, 1:] != side[:, :-1])
        before, after = side[row, gap], side[row, gap + 1]
        found.append(brackets_of(search[row], values[gap], values[gap + 1], before, after))
    return np.concatenate(starts), np.concatenate(found).view(np.recarray)


def _dataset(others: Grid, parameter: str, sides: Sides, all_found: Found) -> xarray.Dataset:
    """Lay the changes out as a table: one row per point of the grid, in order along the lever."""
    order = np.lexsort((all_found.brackets.near, all_found.brackets.search))
    found, exactly, start = all_found.brackets[order], all_found.exactly[order], all_found.start
    count = np.bincount(found.search, minlength=others.size)
    # The rank of a change among those of its search: its number less that of the first of them.
    rank = np.arange(len(found.search)) - (np.cumsum(count) - count)[found.search]
    layout = layout_of(others, [sides.measure.name], 0)
    dims = tuple(axis.name for axis in others.axes)

    def table(values: Array, missing: float) -> Array:
        whole = np.full((others.size, int(count.max(initial=0))), missing)
        whole[found.search, rank] = values
        return whole.reshape(*others.shape, -1)

    moved = lever(others.model.family, parameter)
    attrs = {
        "long_name": f"where along {parameter} the measure changes",
        "units": moved.unit or "1",
    }
    spelled = sides.spelled
    middle = found.near + (found.far - found.near) / 2
    data: dict[str, Any] = {
        "at": ((*dims, "change"), table(middle, np.nan), attrs),
        "before": ((*dims, "change"), spelled(table(found.before, NO_CHANGE)), sides.attributes),
        "after": ((*dims, "change"), spelled(table(found.after, NO_CHANGE)), sides.attributes),
        "exactly": ((*dims, "change"), spelled(table(exactly, NO_CHANGE)), sides.attributes),
        "exactly_known": ((*dims, "change"), table(exactly != NO_CHANGE, 0.0).astype(bool)),
        "count": (dims, count.reshape(others.shape), {"long_name": "changes found", "units": "1"}),
        "start": (dims, spelled(start.reshape(others.shape)), sides.attributes),
    }
    return layout.dataset(data)
