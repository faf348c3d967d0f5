"""Levers: what a sweep may move, a parameter by its name or a mechanism's intensity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import SweepError, nearest
from strategic.modelling import Family, Model, Parameter, Points
from strategic.sweeps._axes import Range, ranges_of

MECHANISM = "mechanism."
"""Prefix of a lever that sets the intensity of a mechanism, as in ``mechanism.delegation``."""
_INSIDE = 1e-9
"""Share of the width by which an excluded bound is avoided."""


def lever_names(family: Family) -> list[str]:
    """List every lever of a family: its parameters, then its mechanisms."""
    return [*family.parameters, *(MECHANISM + name for name in family.mechanisms)]


def lever(family: Family, name: str) -> Parameter:
    """Describe a lever as a parameter: range, unit and meaning.

    Raises
    ------
    SweepError
        When the family has no such parameter or mechanism; names the nearest one.
    """
    if name in family.parameters:
        return family.parameters[name]
    stem = name.removeprefix(MECHANISM)
    if stem != name and stem in family.mechanisms:
        meaning = f"intensity of {stem}: {family.mechanisms[stem].meaning}"
        return Parameter(name, 0.0, meaning, lower=0.0, upper=1.0)
    rule = f"no such parameter or mechanism of {family.name}"
    raise SweepError(rule, where=name, remedy=nearest(name, lever_names(family)))


def current(model: Model, name: str) -> float:
    """Look up the value a lever has in a model before any mechanism acts."""
    stem = name.removeprefix(MECHANISM)
    if stem != name:
        return float(np.asarray(dict(model.mechanisms).get(stem, 0.0)))
    default = lever(model.family, name).default
    return float(np.asarray(model.values.get(name, default)))


def points_at(model: Model, changes: Mapping[str, ArrayLike]) -> Points:
    """Give the points of a model with levers set, mechanisms applied and everything checked.

    An intensity replaces one that the model already has, in its place in the order.
    """
    values, intensities = dict(model.values), {}
    for name, value in changes.items():
        if name.startswith(MECHANISM):
            intensities[name.removeprefix(MECHANISM)] = value
        else:
            values[name] = value
    # A mechanism may stand in the model more than once; the new intensity then holds each time.
    standing = [(name, intensities.get(name, own)) for name, own in model.mechanisms]
    had = dict(standing)
    added = [(name, intensity) for name, intensity in intensities.items() if name not in had]
    return replace(model, values=values, mechanisms=(*standing, *added)).points


def single(model: Model) -> Model:
    """Check that a model is one member of its family, not already a grid of them.

    Raises
    ------
    SweepError
        When some value is an array.
    """
    for name, value in (*model.values.items(), *model.mechanisms):
        if np.ndim(value):
            rule, remedy = "must be a single number here", "vary it through the grid instead"
            raise SweepError(rule, where=name, value=np.shape(value), remedy=remedy)
    return model


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
        check_values(model, [(name, (asked.lower, asked.upper))])
        return asked
    low, high = float(parameter.lower), float(parameter.upper)
    if not (np.isfinite(low) and np.isfinite(high)):
        value = current(model, name)
        if not np.isfinite(value):
            raise SweepError("needs a range", where=name, value=value, remedy="name one: LO:HI")
        below, above = sorted((value / 10, value * 10)) if value else (0.0, 1.0)
        low, high = max(below, low), min(above, high)
    step = _INSIDE * (high - low)
    if parameter.open_lower and low == parameter.lower:
        low += step
    if parameter.open_upper and high == parameter.upper:
        high -= step
    return Range(name, low, high)


def check_values(model: Model, moved: Iterable[tuple[str, ArrayLike]]) -> None:
    """Refuse values that levers may not take; one error names the first bad one of each."""
    problems = [p for name, values in moved for p in lever(model.family, name).problems(values)]
    if problems:
        raise SweepError.from_problems(problems)
