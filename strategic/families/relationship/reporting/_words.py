"""How quantities of both sides are named and paired."""

from __future__ import annotations

from typing import Any, TypeVar

from strategic.families.relationship._sides import SIDES
from strategic.modelling import Model

__all__ = ["SIDES", "measured", "other", "per_side"]

Value = TypeVar("Value")


def per_side(government: Value, organisation: Value) -> dict[str, Value]:
    """Pair up a quantity of both sides.

    Examples
    --------
    >>> per_side(1, 2)
    {'government': 1, 'organisation': 2}
    """
    return {"government": government, "organisation": organisation}


def other(side: str) -> str:
    """Name the other side."""
    return SIDES[1 - SIDES.index(side)]


def measured(model: Model, name: str) -> Any:
    """Measure a single model."""
    measure = model.family.measures[name]
    return measure.decode(measure.compute(model.points))
