"""The verb `sensitivity`: which parameters a measure depends on, together and one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.modelling import Measure, Model
from strategic.sweeps._axes import Over, Range, ranges_of
from strategic.sweeps._evaluate import evaluate
from strategic.sweeps._grid import Grid
from strategic.sweeps._layout import measure_attributes
from strategic.sweeps._levers import check_range, current, lever, single
from strategic.sweeps._provenance import described
from strategic.sweeps._variance import sobol_indices

if TYPE_CHECKING:
    import xarray

DRAWS = 4096
ALONG = 33
"""Values of each parameter in the one-at-a-time study; the ends of its range among them."""


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
        ``variance`` of each output. Along ``parameter`` alone, one at a time: the measure at the
        ends of each range (``low``, ``high``) with the others held, its ``smallest`` and
        ``largest`` value in between, and ``changed``, the share of the range where it differs from
        ``base``, the model itself.
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
    import xarray

    if draws < 2 or draws & (draws - 1):
        raise SweepError("must be a power of two, at least 2", where="draws", value=draws)
    ranges = ranges_of(over)
    if not ranges:
        raise SweepError("nothing to vary", where="over", remedy="name at least one parameter")
    check_range(single(model), *ranges)
    studied = model.family.measure(measure)
    shares = sobol_indices(model, studied, ranges, draws=draws, seed=seed)
    table, index = ("output", "parameter"), {"long_name": "first-order Sobol index", "units": "1"}
    error = {"long_name": "standard error", "units": "1"}
    data: dict[str, Any] = {
        "first": (table, shares.first, index),
        "total": (table, shares.total, {**index, "long_name": "total Sobol index"}),
        "first_error": (table, shares.first_error, error),
        "total_error": (table, shares.total_error, error),
        "mean": ("output", shares.mean),
        "variance": ("output", shares.variance),
        **_one_at_a_time(model, studied, ranges),
    }
    coordinates: dict[str, Any] = {
        "parameter": [moved.name for moved in ranges],
        "output": list(shares.outputs),
        "lower": ("parameter", [moved.lower for moved in ranges]),
        "upper": ("parameter", [moved.upper for moved in ranges]),
        "current": ("parameter", [current(model, moved.name) for moved in ranges]),
    }
    spans = {m.name: f"{m.lower:g} to {m.upper:g}{' (log)' * m.log}" for m in ranges}
    attributes = described(Grid(model, ()), [measure], seed, axes=spans)
    attributes |= {"measure": measure, "draws": draws, "finite": shares.finite}
    return xarray.Dataset(data, coordinates, attributes)


def _one_at_a_time(model: Model, measure: Measure, ranges: Sequence[Range]) -> dict[str, Any]:
    """Measure the model along each range, the other parameters held (a tornado)."""

    def measured(name: str, values: Array) -> Array:
        return evaluate(model, [measure], {name: values})[measure.name]

    base = measured(ranges[0].name, np.array([current(model, ranges[0].name)]))[0]
    rows = []
    for moved in ranges:
        values = moved.at(np.linspace(0, 1, ALONG))
        if lever(model.family, moved.name).integer:
            values = np.clip(np.round(values), np.ceil(moved.lower), np.floor(moved.upper))
        rows.append(measured(moved.name, values))
    along = np.array(rows)
    numbers = np.full(along.shape, np.nan) if measure.kind == "label" else along.astype(float)
    differs = along != base
    if measure.kind == "float":
        differs &= ~(np.isnan(along) & np.isnan(base))
    told = measure_attributes(measure)
    return {
        "base": ((), base, told),
        "low": ("parameter", along[:, 0], told),
        "high": ("parameter", along[:, -1], told),
        "smallest": ("parameter", numbers.min(axis=1)),
        "largest": ("parameter", numbers.max(axis=1)),
        "changed": ("parameter", differs.mean(axis=1)),
    }
