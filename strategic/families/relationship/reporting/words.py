"""How quantities of both sides are named and paired."""

from __future__ import annotations

from typing import TypeVar

Value = TypeVar("Value")
SIDES = ("government", "organisation")


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
