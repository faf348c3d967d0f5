"""What mechanisms change: every measure before and after, and which mechanism does most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import MeasureError, ParameterError
from strategic.markup import Table, escape_html
from strategic.modelling import Measure, Model, warnings_of
from strategic.papers import Cited
from strategic.sweeps._intensities import Flip, Intensities, along_intensities

_ROUNDING = 1e-12
Mechanisms = Mapping[str, ArrayLike] | Iterable[str | tuple[str, ArrayLike]]
"""Names, or names with intensities (1 where none is given)."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Cited):
    """Measures of a model without and with mechanisms.

    Parameters
    ----------
    base, changed : Model
        The model as it was, and with the mechanisms.
    before, after : mapping of str to value
        Every measure by name, as `strategic.measure` gives it.

    Examples
    --------
    >>> import strategic as st
    >>> st.compare(st.load("hawk-dove"), [], "pure_count").changes
    {}
    """

    base: Model
    changed: Model
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def behind(self) -> list[Any]:
        """Name what stands behind the models and what was measured."""
        return [self.base, self.changed, *map(self.base.family.measure, self.before)]

    def __repr__(self) -> str:
        changes = f"{len(self.changes)} of {len(self.before)} measures change"
        return f"<Comparison of {self.base} and {self.changed}: {changes}>"

    def _repr_html_(self) -> str:
        rows = [[name, *map(_shown, pair)] for name, pair in self.changes.items()]
        caption = f"{len(rows)} of {len(self.before)} measures change"
        table = Table(["measure", "before", "after"], rows, caption=caption).html()
        notes = "".join(f"<li>{escape_html(note)}</li>" for note in self.notes)
        return f"{table}<ul>{notes}</ul>" if notes else table

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Measures that differ by more than rounding: name to before and after."""
        return {
            name: (value, self.after[name])
            for name, value in self.before.items()
            if not _same(value, self.after[name])
        }

    @cached_property
    def along(self) -> Intensities:
        """Each mechanism alone at intensities from 0 to 1: the family's outcomes, and their flips.

        Raises
        ------
        SweepError
            When the model is a grid.
        """
        names = list(dict.fromkeys(name for name, _ in self.mechanisms))
        return along_intensities(self.base, names, (), outcomes_of(self.base))

    @property
    def mechanisms(self) -> tuple[tuple[str, ArrayLike], ...]:
        """The mechanisms that were added, with their intensities."""
        return self.changed.mechanisms[len(self.base.mechanisms) :]

    @property
    def flips(self) -> list[Flip]:
        """Where each mechanism alone, at intensities from 0 to 1, flips an outcome."""
        return self.along.flips

    @cached_property
    def warnings(self) -> list[str]:
        """What makes the answers with the mechanisms doubtful, and not those without."""
        known = warnings_of(self.base)
        return [told for told in warnings_of(self.changed) if told not in known]

    @property
    def notes(self) -> list[str]:
        """Flips and warnings in words; of a grid there are none."""
        if self.base.points.shape or self.changed.points.shape:
            return []
        return [*map(str, self.flips), *self.warnings]


def outcomes_of(model: Model) -> list[Measure]:
    """List the outcomes of a model that its family names, all its labels by default.

    Examples
    --------
    >>> import strategic as st
    >>> [outcome.name for outcome in outcomes_of(st.load("ai-mier"))][:2]
    ['relationship_type', 'cooperation_is_equilibrium']
    """
    family = model.family
    named = family.outcomes or [m.name for m in family.measures.values() if m.kind == "label"]
    found = [family.measure(name) for name in named]
    return [m for m in found if model.path is not None or not m.of_path]


def compare(model: Model, mechanisms: Mechanisms, *names: str) -> Comparison:
    """Measure a model before and after mechanisms.

    Parameters
    ----------
    model : Model
        A single model or a grid.
    mechanisms : mapping, or names with or without intensities
        Applied in this order; ``{"risk_management": 0.5}`` or ``["risk_management"]``.
    *names : str
        Measures to compare; all by default, those of the path where the model has one.

    Returns
    -------
    Comparison
        Before, after, and what differs.

    Raises
    ------
    MeasureError
        When a mechanism or measure does not exist.
    ParameterError
        When an intensity is not between 0 and 1.

    Examples
    --------
    >>> import strategic as st
    >>> found = compare(st.relationship(), ["risk_management"], "incentive_government", "synergy")
    >>> {name: [round(x, 6) for x in pair] for name, pair in found.changes.items()}
    {'incentive_government': [-0.047208, -0.037208]}
    >>> for flip in compare(st.load("ai-mier"), ["collaborative_forum"], "synergy").flips[:2]:
    ...     print(flip)
    collaborative_forum from 0.273: relationship_type cooperation to capture
    collaborative_forum from 0.573: relationship_type capture to cooperation
    """
    changed = model
    for name, intensity in _pairs(mechanisms):
        changed = changed.with_mechanism(name, intensity)
    chosen = [model.family.measure(name) for name in names] or _applicable(model)
    return Comparison(model, changed, _measured(model, chosen), _measured(changed, chosen))


@dataclass(frozen=True)
class Effect:
    """What one mechanism does to one measure.

    Parameters
    ----------
    mechanism : str
        Name of the mechanism.
    intensity : float
        Intensity at which it was tried.
    before, after : float
        The measure without and with it.

    Examples
    --------
    >>> Effect("risk_management", 0.5, before=1.0, after=1.25).per_intensity
    0.5
    """

    mechanism: str
    intensity: float
    before: float
    after: float

    @property
    def per_intensity(self) -> float:
        """Change of the measure per unit of intensity; NaN where it is undefined.

        A change of the last bits is none.
        """
        if math.isclose(self.before, self.after, rel_tol=1e-12, abs_tol=1e-15):
            return 0.0
        return (self.after - self.before) / self.intensity


def rank_mechanisms(
    model: Model, measure: str, *, mechanisms: Mechanisms | None = None, intensity: float = 1.0
) -> list[Effect]:
    """Rank mechanisms, each applied alone, by their effect on a measure per unit of intensity.

    Parameters
    ----------
    model : Model
        A single model.
    measure : str
        Name of a measure that is a number.
    mechanisms : mapping, or names with or without intensities, optional
        Those to rank, each at its own intensity; all of the family by default.
    intensity : float
        Intensity, above 0 and at most 1, at which all are tried where none are named.

    Returns
    -------
    list of Effect
        Largest rise first, largest fall last but for undefined effects, which end the list.

    Raises
    ------
    MeasureError
        When the measure is a label, or the model a grid.

    Notes
    -----
    Effects are not linear in the intensity: a small one gives the marginal effect.

    Examples
    --------
    >>> import strategic as st
    >>> best = rank_mechanisms(st.relationship(), "incentive_government")[0]
    >>> best.mechanism
    'capacity_building'
    """
    found = model.family.measure(measure)
    if found.kind == "label":
        raise MeasureError("must be numeric to rank mechanisms by", where="measure", value=measure)
    if model.points.shape:
        raise MeasureError("must be a single model", where="model", value=model.points.shape)
    chosen = _pairs(mechanisms or dict.fromkeys(model.family.mechanisms, intensity))
    before = float(found.numbers(found.compute(model.points)))
    return sorted((_effect(model, found, before, *pair) for pair in chosen), key=_falling)


def _effect(
    model: Model, measure: Measure, before: float, name: str, intensity: ArrayLike
) -> Effect:
    strength = float(np.asarray(intensity, dtype=float))
    if not 0 < strength <= 1:
        raise MeasureError("must be above 0 and at most 1", where=name, value=strength)
    try:
        points = model.with_mechanism(name, strength).points
    except ParameterError:  # it drives the model out of what is allowed: no effect to speak of
        return Effect(name, strength, before, math.nan)
    return Effect(name, strength, before, float(measure.numbers(measure.compute(points))))


def _falling(effect: Effect) -> tuple[bool, float]:
    undefined = math.isnan(effect.per_intensity)
    return undefined, 0.0 if undefined else -effect.per_intensity


def _pairs(mechanisms: Mechanisms) -> list[tuple[str, ArrayLike]]:
    entries = mechanisms.items() if isinstance(mechanisms, Mapping) else mechanisms
    return [(entry, 1.0) if isinstance(entry, str) else entry for entry in entries]


def _applicable(model: Model) -> list[Measure]:
    has_path = model.path is not None
    return [m for m in model.family.measures.values() if has_path or not m.of_path]


def _measured(model: Model, chosen: list[Measure]) -> dict[str, Any]:
    return {measure.name: measure.decode(measure.compute(model.points)) for measure in chosen}


def _shown(value: Any) -> str:
    """Write a measured value for a table; of a grid its range."""
    if isinstance(value, np.ndarray):
        return f"{value.size} values"
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "undefined"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _same(before: Any, after: Any) -> bool:
    first, second = np.asarray(before), np.asarray(after)
    if first.dtype.kind == "f" and second.dtype.kind == "f":
        return np.allclose(first, second, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True)
    return np.array_equal(first, second)
