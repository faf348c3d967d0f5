"""Whether claims hold: measure, and compare with what the file says."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from strategic.arrays import Array
from strategic.catalogue.claims import LEVER, Checked, Claim
from strategic.catalogue.entries import files
from strategic.catalogue.loading import load
from strategic.errors import StrategicError
from strategic.modelling import Measure, Model

POINTS = 101
"""Points over a range."""


def check(*models: Model | str) -> list[Checked]:
    """Check every claim of some models; of the whole catalogue by default.

    Parameters
    ----------
    *models : Model or str
        Models, slugs or files.

    Returns
    -------
    list of Checked
        One entry per claim, in the order of models and files.

    Examples
    --------
    >>> all(entry.holds for entry in check("hawk-dove"))
    True
    """
    chosen: Iterable[Model | str] = models or tuple(files())
    loaded = (load(model) if isinstance(model, str) else model for model in chosen)
    return [check_claim(model, claim) for model in loaded for claim in model.claims]


def check_claim(model: Model, claim: Claim) -> Checked:
    """Measure one claim in its model."""
    try:
        changed = _changed(model, claim)
        measure = model.family.measure(claim.measure)
        if claim.is_about_change:
            return _check_change(changed, claim, measure)
        return _check_value(changed, claim, measure)
    except StrategicError as error:
        return Checked(model.slug, claim, holds=False, measured=None, why=str(error))


def _changed(model: Model, claim: Claim) -> Model:
    changed = model.change(claim.set) if claim.set else model
    for name, intensity in claim.mechanisms.items():
        changed = changed.with_mechanism(name, intensity)
    return changed.without(*claim.without) if claim.without else changed


def _check_value(model: Model, claim: Claim, measure: Measure) -> Checked:
    value = measure.decode(measure.compute(model.points))
    if measure.kind == "label" or value is None:
        return Checked(model.slug, claim, holds=value == claim.target, measured=value)
    target = float(claim.target)
    slack = claim.tolerance * (abs(target) or 1.0) if np.isfinite(target) else 0.0
    match claim.predicate:
        case "equals":
            holds = value == target or abs(value - target) <= slack
        case "at_least":
            holds = value >= target - slack
        case _:
            holds = value <= target + slack
    return Checked(model.slug, claim, holds=bool(holds), measured=value)


def _check_change(model: Model, claim: Claim, measure: Measure) -> Checked:
    """Measure over the range; the measure must never go the wrong way, and move somewhere."""
    range_ = points_of(model, claim)
    lever, _, mechanism = str(claim.target).partition(LEVER)
    moved = model.with_mechanism(mechanism, range_) if mechanism else model.change({lever: range_})
    values = measure.compute(moved.points)
    ends = [measure.decode(values[0]), measure.decode(values[-1])]
    why = _why_not(values, range_, claim, measure)
    return Checked(model.slug, claim, holds=not why, measured=ends, why=why)


def points_of(model: Model, claim: Claim) -> Array:
    """List the points a claim about a change is measured at.

    Parameters
    ----------
    model : Model
        Gives the bounds and the value of the parameter.
    claim : Claim
        With more than two values in ``over`` these are the points; two are the ends of 101
        points; without them the ends are the parameter's bounds, or a tenth and ten times its
        value where it is not bounded; of a mechanism, 0 and 1.
    """
    if len(claim.over) > 2:
        return np.asarray(claim.over)
    low, high = claim.over or _default_range(model, str(claim.target))
    return np.linspace(low, high, POINTS)


def _default_range(model: Model, name: str) -> tuple[float, float]:
    parameter = model.family.parameters.get(name)
    if parameter is None:
        return 0.0, 1.0
    value = float(model.points[name])
    low, high = parameter.lower, parameter.upper
    step = 1e-6 * (high - low) if np.isfinite(high - low) else 1e-6
    low = low + step if parameter.open_lower else low
    high = high - step if parameter.open_upper else high
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    ends = sorted((value / 10, value * 10))
    return max(low, ends[0]), min(high, ends[1])


def _why_not(values: Array, range_: Array, claim: Claim, measure: Measure) -> str:
    """Say what contradicts the claim; nothing if it holds."""
    if (undefined := np.isnan(measure.numbers(values))).any():
        return f"undefined at {range_[np.argmax(undefined)]:.6g}"
    if measure.kind == "label":
        moved = values != values[0]
        return f"changes at {range_[np.argmax(moved)]:.6g}" if moved.any() else ""
    with np.errstate(invalid="ignore"):
        steps = np.where(values[1:] == values[:-1], 0.0, np.diff(values))
    slack = claim.tolerance * np.abs(values[np.isfinite(values)]).max(initial=0.0)
    if claim.predicate == "unchanged_by":
        with np.errstate(invalid="ignore"):
            moved = ~((np.abs(values - values[0]) <= slack) | (values == values[0]))
        return f"changes at {range_[np.argmax(moved)]:.6g}" if moved.any() else ""
    steps = np.where(np.abs(steps) <= slack, 0.0, steps)
    rising = steps if claim.predicate == "increases_with" else -steps
    if (rising < 0).any():
        verb = "falls" if claim.predicate == "increases_with" else "rises"
        return f"{verb} at {range_[np.argmax(rising < 0)]:.6g}"
    return "" if (rising > 0).any() else "does not move"
