"""The verb `sensitivity`: which parameters a measure hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import SweepError
from strategic.modelling import Measure, Model
from strategic.sweeps.axes import Over, Range, ranges_of
from strategic.sweeps.grid import Grid
from strategic.sweeps.layout import measure_variable
from strategic.sweeps.levers import current, lever, single
from strategic.sweeps.one_at_a_time import tornado
from strategic.sweeps.provenance import described
from strategic.sweeps.variance import sobol_indices

if TYPE_CHECKING:
    import xarray

DRAWS = 4096


def sensitivity(
    model: Model, over: Over, measure: str, *, draws: int = DRAWS, seed: int = 0
) -> xarray.Dataset:
    """Study how a measure depends on parameters over stated ranges.

    Parameters
    ----------
    model : Model
        A single model; what the ranges do not move keeps its values.
    over : mapping or sequence of str
        Ranges by parameter name: ``(low, high)`` or texts ``"LO:HI"``, ``"LO:HI:log"``; or
        ``NAME=LO:HI`` texts.
    measure : str
        A label measure is studied through the indicator of each of its values.
    draws : int
        Sobol points, a power of two; the measure is evaluated ``draws * (parameters + 2)`` times.
    seed : int
        Of the random shift of the points and of the bootstrap.

    Returns
    -------
    xarray.Dataset
        Along ``parameter`` and ``output`` (the measure, or its labels): Sobol indices ``first`` and
        ``total`` with bootstrap standard errors ``first_error`` and ``total_error``; ``mean`` and
        ``variance`` of each output. Along ``parameter`` alone, the tornado: the measure at the ends
        of each range (``low``, ``high``) with the others held, its ``smallest`` and ``largest``
        value on the way, and ``changed``, the share of the range that differs from ``base``.
        The attribute ``finite`` is the share of draws with a finite value; below 1 the indices of a
        number are undefined.

    Raises
    ------
    SweepError, MeasureError
        When names, ranges or the number of draws do not fit.

    Examples
    --------
    >>> import strategic as st
    >>> found = sensitivity(
    ...     st.load("ai-mier"),
    ...     {"relation.alignment": (0, 1), "relation.penalty": (0, 1)},
    ...     "surplus",
    ...     draws=256,
    ... )
    >>> found["total"].sel(output="surplus", parameter="relation.alignment").round(1).item()
    0.4
    """
    if draws < 2 or draws & (draws - 1):
        raise SweepError("must be a power of two, at least 2", where="draws", value=draws)
    ranges = ranges_of(over)
    if not ranges:
        raise SweepError("nothing to vary", where="over", remedy="name at least one parameter")
    _check(single(model), ranges)
    return _dataset(model, model.family.measure(measure), ranges, draws=draws, seed=seed)


def _check(model: Model, ranges: tuple[Range, ...]) -> None:
    problems = [
        problem
        for moved in ranges
        for end in (moved.lower, moved.upper)
        for problem in lever(model.family, moved.name).problems(end)
    ]
    if problems:
        raise SweepError.of(problems)


def _dataset(
    model: Model, measure: Measure, ranges: tuple[Range, ...], *, draws: int, seed: int
) -> xarray.Dataset:
    import xarray

    shares = sobol_indices(model, measure, ranges, draws=draws, seed=seed)
    alone = tornado(model, measure, ranges)
    table, row, column = ("output", "parameter"), ("parameter",), ("output",)
    told = dict(measure_variable(measure, ()).attributes)
    data: dict[str, Any] = {
        "first": (table, shares.first, {"long_name": "first-order Sobol index", "units": "1"}),
        "total": (table, shares.total, {"long_name": "total Sobol index", "units": "1"}),
        "first_error": (table, shares.first_error, {"long_name": "standard error", "units": "1"}),
        "total_error": (table, shares.total_error, {"long_name": "standard error", "units": "1"}),
        "mean": (column, shares.mean),
        "variance": (column, shares.variance),
        "base": ((), alone.base, told),
        "low": (row, alone.low, told),
        "high": (row, alone.high, told),
        "smallest": (row, alone.smallest),
        "largest": (row, alone.largest),
        "changed": (row, alone.changed),
    }
    coordinates: dict[str, Any] = {
        "parameter": [moved.name for moved in ranges],
        "output": list(shares.outputs),
        "lower": (row, [moved.lower for moved in ranges]),
        "upper": (row, [moved.upper for moved in ranges]),
        "current": (row, np.array([current(model, moved.name) for moved in ranges])),
    }
    spans = {m.name: f"{m.lower:g} to {m.upper:g}{' (log)' * m.log}" for m in ranges}
    attributes = described(Grid(model, ()), [measure.name], seed, axes=spans)
    return xarray.Dataset(
        data,
        coordinates,
        {**attributes, "measure": measure.name, "draws": draws, "finite": shares.finite},
    )
