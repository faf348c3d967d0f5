"""How quantities of both sides are named and paired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from strategic.families.relationship._sides import SIDES
from strategic.modelling import Model
from strategic.reports.words import amount, chance

__all__ = [
    "SIDES",
    "apart",
    "belief_text",
    "horizon",
    "measured",
    "named",
    "other",
    "per_side",
    "verb",
]

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


def named(sides: Sequence[str]) -> str:
    """Name sides in a sentence.

    Examples
    --------
    >>> named(["government"]), named(["government", "organisation"])
    ('the government', 'the government and the organisation')
    """
    return " and ".join(f"the {side}" for side in sides)


def verb(sides: Sequence[str], one: str, several: str) -> str:
    """Choose the verb that agrees with the number of sides."""
    return one if len(sides) == 1 else several


def belief_text(needed: float | None, digits: int = 2) -> str:
    """Write a belief that is needed; None says that no belief suffices.

    Examples
    --------
    >>> belief_text(0.5), belief_text(None)
    ('0.50', 'never')
    """
    if needed is None:
        return "never"
    return chance(needed) if digits == 2 else f"{needed:.{digits}f}"


def apart(held: float, *needed: float | None) -> list[str]:
    """Write beliefs with as many digits as it takes to tell those needed from the one held.

    Examples
    --------
    >>> apart(0.42, 0.5006, None), apart(0.5, 0.5006), apart(0.9991, 0.9992)
    (['0.42', '0.50', 'never'], ['0.500', '0.501'], ['0.9991', '0.9992'])
    """
    known = [value for value in needed if value is not None and value != held]
    for digits in range(2, 17):
        text = [belief_text(value, digits) for value in (held, *needed)]
        if all(belief_text(value, digits) != text[0] for value in known):
            break
    return text


def amounts(value: float, against: float) -> tuple[str, str]:
    """Write two amounts with as many digits as it takes to tell them apart.

    Examples
    --------
    >>> amounts(0.9, 0.5), amounts(0.9001, 0.9), amounts(3.0, 3.0)
    (('0.9', '0.5'), ('0.9001', '0.9'), ('3', '3'))
    """
    shown = amount(value), amount(against)
    for digits in range(4, 18):
        if shown[0] != shown[1] or value == against:
            break
        shown = f"{value:.{digits}g}", f"{against:.{digits}g}"
    return shown


def horizon(foresight: float) -> str:
    """Say which periods a foresight counts.

    Examples
    --------
    >>> horizon(0.0), horizon(1.0), horizon(0.25)
    ('looking at this period only', 'counting all periods', 'looking ahead with foresight 0.25')
    """
    if foresight == 0:
        return "looking at this period only"
    if foresight == 1:
        return "counting all periods"
    return f"looking ahead with foresight {foresight:.3g}"


def measured(model: Model, name: str) -> Any:
    """Measure a single model."""
    measure = model.family.measures[name]
    return measure.decode(measure.compute(model.points))
