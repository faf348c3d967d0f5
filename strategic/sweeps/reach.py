"""How far a lever can be moved when nobody says so."""

from __future__ import annotations

from typing import Any

import numpy as np

from strategic.errors import SweepError
from strategic.modelling import Model, Parameter
from strategic.sweeps.axes import Range, ranges_of
from strategic.sweeps.levers import current, lever

_INSIDE = 1e-9
"""Share of the width by which an excluded bound is avoided."""


def range_of(model: Model, name: str, over: Any = None) -> Range:
    """Give the range of a lever: what is asked for, its bounds, or a tenth to ten times its value.

    Raises
    ------
    SweepError
        When the range leaves the bounds, or none was given for an unset parameter without bounds.
    """
    parameter = lever(model.family, name)
    if over is not None:
        [asked] = ranges_of({name: over})
        problems = [p for end in (asked.lower, asked.upper) for p in parameter.problems(end)]
        if problems:
            raise SweepError.of(problems)
        return asked
    if np.isfinite(parameter.lower) and np.isfinite(parameter.upper):
        return Range(name, *_inner(parameter, parameter.lower, parameter.upper))
    value = current(model, name)
    if not np.isfinite(value):
        raise SweepError("needs a range", where=name, value=value, remedy="name one: LO:HI")
    low, high = sorted((value / 10, value * 10)) if value else (0.0, 1.0)
    low, high = _inner(parameter, max(low, parameter.lower), min(high, parameter.upper))
    return Range(name, low, high)


def _inner(parameter: Parameter, low: float, high: float) -> tuple[float, float]:
    """Step off bounds that are excluded."""
    step = _INSIDE * (high - low)
    if parameter.open_lower and low == parameter.lower:
        low += step
    if parameter.open_upper and high == parameter.upper:
        high -= step
    return low, high
