"""Levers: what a sweep may move, a parameter by its name or a mechanism's intensity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import Problem, SweepError, nearest
from strategic.modelling import Family, Model, Parameter, Points

MECHANISM = "mechanism."
"""Prefix of a lever that sets the intensity of a mechanism, as in ``mechanism.delegation``."""


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
    raise SweepError(
        f"no such parameter or mechanism of {family.name}",
        where=name,
        remedy=nearest(name, lever_names(family)),
    )


def problems_of(family: Family, name: str, values: ArrayLike) -> list[Problem]:
    """Say what is wrong with values of a lever; nothing when they are allowed."""
    return list(lever(family, name).problems(values))


def current(model: Model, name: str) -> float:
    """Look up the value a lever has in a model before any mechanism acts."""
    stem = name.removeprefix(MECHANISM)
    if stem != name:
        return float(np.asarray(dict(model.mechanisms).get(stem, 0.0)))
    default = lever(model.family, name).default
    return float(np.asarray(model.values.get(name, default)))


def moved(model: Model, changes: Mapping[str, ArrayLike]) -> Model:
    """Return the model with levers set; an intensity replaces one the model already has."""
    intensities = {
        name.removeprefix(MECHANISM): value
        for name, value in changes.items()
        if name.startswith(MECHANISM)
    }
    values = {name: value for name, value in changes.items() if not name.startswith(MECHANISM)}
    standing = tuple((name, intensities.get(name, e)) for name, e in model.mechanisms)
    had = {name for name, _ in standing}
    added = tuple((name, e) for name, e in intensities.items() if name not in had)
    return replace(model, values={**model.values, **values}, mechanisms=(*standing, *added))


def points_at(model: Model, changes: Mapping[str, ArrayLike]) -> Points:
    """Give the point of a model with levers set, mechanisms applied and everything checked."""
    return moved(model, changes).points


def single(model: Model) -> Model:
    """Check that a model is one member of its family, not already a grid of them.

    Raises
    ------
    SweepError
        When some value is an array.
    """
    for name, value in (*model.values.items(), *model.mechanisms):
        if np.ndim(value):
            raise SweepError(
                "must be a single number here",
                where=name,
                value=np.shape(value),
                remedy="vary it through the grid instead",
            )
    return model
