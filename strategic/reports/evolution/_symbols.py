"""Equations, conditions and thresholds of a game of populations as formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.evolution import (
    CornerCondition,
    Threshold,
    corner_conditions,
    equations,
    mixed_rest_points,
    shortened,
    thresholds,
)
from strategic.evolution.populations import PopulationGame
from strategic.latex import mathml
from strategic.reports.formula_markup import condition_latex

_DIGITS = 6
"""Of numbers in equations that are no short fractions."""
_LONGEST = 4000
"""Characters of all payoffs, written as trees, up to which mixed rest points become formulas."""
MISSING = (
    "equations as formulas need the optional package sympy; "
    "install it with: pip install 'strategic[symbolic]'"
)


@dataclass(frozen=True)
class Equation:
    """One equation of motion as text, in LaTeX and in MathML."""

    text: str
    latex: str
    mathml: str


@dataclass(frozen=True)
class MixedFormula:
    """A mixed rest point whose shares are formulas: its name, and the formula of every share."""

    name: str
    shares: Mapping[str, str]
    latex: Mapping[str, str]


@dataclass(frozen=True)
class Symbols:
    """What can be written as formulas; ``missing`` says what cannot, and why.

    ``corners`` holds, by the name of a corner, ``conditions``, the same in LaTeX, and
    ``thresholds``: parameter to values at which one of the conditions changes.
    """

    equations: tuple[Equation, ...]
    corners: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    missing: str = ""
    mixed: tuple[MixedFormula, ...] = ()
    mixed_too_long: bool = False


def symbols_of(game: PopulationGame) -> Symbols:
    """Write a game's equations, conditions and thresholds."""
    conditions = corner_conditions(game)
    found = thresholds(game, conditions=conditions) if game.formulas is not None else []
    written: tuple[Equation, ...] = ()
    mixed: tuple[MixedFormula, ...] = ()
    texts, missing = [(c.condition, condition_latex(c.condition)) for c in conditions], ""
    try:
        written = _equations(game)
        mixed = () if _too_long(game) else _mixed(game)
        texts = [(short.text, short.latex) for short in shortened(conditions)]
    except ModuleNotFoundError:
        missing = MISSING
    except GameError:  # payoffs of a Python function are no formulas
        missing = "the payoffs are no formulas, so there are no equations to write"
    corners = {}
    for name in dict.fromkeys(c.name for c in conditions):
        own = [k for k, condition in enumerate(conditions) if condition.name == name]
        chosen = [conditions[k] for k in own]
        corners[name] = {
            "conditions": [texts[k][0] for k in own],
            "conditions_latex": [texts[k][1] for k in own],
            "thresholds": _values_of(chosen, found, lambda one: np.ravel(one.values)),
            "ties": _values_of(chosen, found, lambda one: np.array(one.touches)),
        }
    return Symbols(written, corners, missing, mixed, bool(written) and _too_long(game))


def _too_long(game: PopulationGame) -> bool:
    """Whether formulas of mixed rest points would take many seconds, and lines, to write."""
    formulas = game.formulas
    if formulas is None:
        return False
    return sum(len(str(entry.tree)) for own in formulas.payoffs for entry in own) > _LONGEST


def _mixed(game: PopulationGame) -> tuple[MixedFormula, ...]:
    """Write mixed rest points as formulas, where formulas have names that say something."""
    if game.formulas is None or not game.formulas.values:
        return ()
    return tuple(
        MixedFormula(
            " / ".join(
                "+".join(actions[a] for a in own)
                for actions, own in zip(game.actions, point.support, strict=True)
            ),
            {name: share.text for name, share in point.shares.items()},
            {name: share.latex for name, share in point.shares.items()},
        )
        for point in mixed_rest_points(game)
    )


def _equations(game: PopulationGame) -> tuple[Equation, ...]:
    return tuple(
        Equation(e.text, e.latex, mathml(e.latex, block=True))
        for e in equations(game, digits=_DIGITS)
    )


def _values_of(
    conditions: Sequence[CornerCondition],
    found: Sequence[Threshold],
    values_of: Callable[[Threshold], Array],
) -> dict[str, list[float]]:
    """Collect values of each parameter at which a condition of a corner changes, or only ties."""
    values: dict[str, set[float]] = {}
    for threshold in found:
        finite = {v for v in values_of(threshold).tolist() if np.isfinite(v)}
        if finite and any(threshold.condition is condition for condition in conditions):
            values.setdefault(threshold.parameter, set()).update(finite)
    return {name: sorted(entries) for name, entries in values.items()}
