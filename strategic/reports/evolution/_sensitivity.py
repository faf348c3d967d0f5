"""Which parameters an analysis of populations varies, and over which values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import UsageError, nearest
from strategic.modelling import Model

if TYPE_CHECKING:
    from strategic.reports.evolution._evolving import Evolution

_MOST, _VALUES = 2, 5


def check_varied(model: Model, wanted: Mapping[str, ArrayLike | None]) -> None:
    """Refuse to vary what is no parameter, or beyond its range.

    Raises
    ------
    UsageError, ParameterError
        Naming the parameter.
    """
    for name, values in wanted.items():
        if name not in model.family.parameters:
            remedy = nearest(name, model.family.parameters)
            raise UsageError("no such parameter", where="vary", value=name, remedy=remedy)
        if values is not None:
            model.family.check({name: np.asarray(values, dtype=float)})


def values_to_try(made: Evolution) -> dict[str, Array]:
    """Find values of the wanted parameters; of those whose thresholds are near, if none is wanted.

    Returns
    -------
    dict of str to array
        Ascending values per parameter: those asked for, or five over a range around the value
        that holds the nearest threshold.
    """
    wanted = made.wanted or dict.fromkeys(_nearest_to_change(made))
    return {
        name: np.unique(np.asarray(values, dtype=float))
        if values is not None
        else _around(made, name)
        for name, values in wanted.items()
    }


def _nearest_to_change(made: Evolution) -> list[str]:
    """Name the parameters that need the smallest relative change to alter what is stable."""
    away = {
        name: min(abs(t - value) / (abs(value) or 1.0) for t in ends)
        for name, ends in _ends(made).items()
        if (value := float(made.model.points[name])) not in ends
    }
    return sorted(away, key=lambda name: away[name])[:_MOST]


def _ends(made: Evolution) -> dict[str, list[float]]:
    """List the values of each parameter at which the set of stable corners changes."""
    along = made.document["stable_along"]
    return {name: [piece["to"] for piece in pieces[:-1]] for name, pieces in along.items()}


def _around(made: Evolution, name: str) -> Array:
    """Choose five values around the model's own that reach beyond the nearest threshold."""
    parameter = made.model.family.parameters[name]
    value = float(made.model.points[name])
    ends = sorted(_ends(made).get(name, ()), key=lambda t: abs(t - value))[:1]
    reach = max([0.5 * abs(value) or 0.5, *(1.5 * abs(t - value) for t in ends)])
    low, high = max(value - reach, parameter.lower), min(value + reach, parameter.upper)
    if parameter.integer:
        return np.unique(np.linspace(low, high, _VALUES).round())
    return np.linspace(low, high, _VALUES)
