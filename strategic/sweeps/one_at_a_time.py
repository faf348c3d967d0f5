"""A tornado: each parameter moved over its range alone, the others held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.modelling import Measure, Model
from strategic.sweeps.axes import Range
from strategic.sweeps.levers import current, lever
from strategic.sweeps.probe import probe

PLACES = 33
"""Places looked at along each range; the ends among them."""


@dataclass(frozen=True, eq=False)
class Tornado:
    """What a measure does over each range alone; arrays have one entry a parameter.

    Parameters
    ----------
    base : array of shape ()
        The measure at the model itself.
    low, high : arrays of shape (parameters,)
        At the ends of the range.
    smallest, largest : float arrays of shape (parameters,)
        Over the whole range, for numbers; NaN for labels.
    changed : float array of shape (parameters,)
        Share of the range over which the measure differs from ``base``.
    """

    base: Array
    low: Array
    high: Array
    smallest: Array
    largest: Array
    changed: Array


def tornado(model: Model, measure: Measure, ranges: Sequence[Range]) -> Tornado:
    """Measure the model along each range, at 33 places."""
    here = {ranges[0].name: np.array([current(model, ranges[0].name)])}
    base = probe(model, measure, here)[0]
    rows = np.array([_along(model, measure, moved) for moved in ranges])
    numbers = rows.astype(float) if measure.kind != "label" else np.full(rows.shape, np.nan)
    differs = rows != base
    if measure.kind == "float":
        differs &= ~(np.isnan(rows) & np.isnan(base))
    return Tornado(
        base,
        rows[:, 0],
        rows[:, -1],
        numbers.min(axis=1),
        numbers.max(axis=1),
        differs.mean(axis=1),
    )


def _along(model: Model, measure: Measure, moved: Range) -> Array:
    places = moved.at(np.linspace(0, 1, PLACES))
    if lever(model.family, moved.name).integer:
        places = np.clip(np.round(places), np.ceil(moved.lower), np.floor(moved.upper))
    return probe(model, measure, {moved.name: places})
