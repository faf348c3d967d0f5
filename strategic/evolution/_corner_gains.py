"""What deviations from a corner gain, as formulas in the parameters, and their exact values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.evolution._payoff_polynomials import as_written
from strategic.evolution._polynomials import (
    NotRationalError,
    Rational,
    Terms,
    rational,
    variable,
)
from strategic.evolution.payoff_formulas import PayoffFormulas
from strategic.games.formula import Tree

_DOUBTFUL = 1e-11
"""Gains of less than this share of the largest parameter may be rounding, and are recomputed."""
_SMALLEST = 1e-290


def gain_at_corner(
    formulas: PayoffFormulas, profile: tuple[int, ...], population: int, action: int
) -> tuple[Tree, Rational | None]:
    """Give what a deviation from a corner gains, as a tree and multiplied out."""
    at_corner: dict[str, Tree] = {
        name: ("number", Fraction(int(profile[i] == a))) for name, (i, a) in formulas.shares.items()
    }
    own = formulas.payoffs[population]
    whole: Tree = ("-", own[action].tree, own[profile[population]].tree)
    tree = substituted(whole, at_corner)
    count = len(formulas.values)
    places = {name: variable(number, count) for number, name in enumerate(formulas.values)}
    try:
        return tree, rational(tree, places, {}, variables=count, exact=True)
    except (NotRationalError, ZeroDivisionError, ValueError, OverflowError):
        return tree, None


def substituted(tree: Tree, values: dict[str, Tree]) -> Tree:
    """Put trees in the place of names, and leave out what is then added as 0 or multiplied by 1."""
    operation = tree[0]
    if operation == "parameter":
        return values.get(tree[1], tree)
    if operation == "number":
        return tree
    parts: list[Tree] = [substituted(part, values) for part in tree[1:]]
    numbers = [part[1] if part[0] == "number" else None for part in parts]
    match operation, numbers:
        case ("+" | "-", [_, 0]):
            return parts[0]
        case ("+", [0, _]):
            return parts[1]
        case ("-", [0, _]):
            return ("negative", parts[1])
        case ("*", [0, _]) | ("*", [_, 0]) | ("/", [0, _]):
            return ("number", Fraction(0))
        case ("*", [1, _]):
            return parts[1]
        case ("*" | "/" | "**", [_, 1]):
            return parts[0]
        case ("+" | "-" | "*", [Fraction() as left, Fraction() as right]):
            sign = {"+": left + right, "-": left - right, "*": left * right}
            return ("number", sign[operation])
    return (operation, *parts)


@dataclass(frozen=True, eq=False)
class ExactTies:
    """Recomputes gains that doubles cannot tell from zero, so that ties in formulas are ties."""

    formulas: PayoffFormulas
    batch: tuple[int, ...]

    @cached_property
    def least(self) -> Array:
        """The smallest gains of the points that are beyond doubt."""
        size: Array = np.asarray(_SMALLEST)
        for value in self.formulas.values.values():
            size = np.maximum(size, np.abs(value))
        return _DOUBTFUL * np.broadcast_to(size, self.batch).ravel()

    def __call__(
        self, gains: Array, profile: tuple[int, ...], population: int, action: int
    ) -> Array:
        """Mend ``(points,)`` gains of one deviation from a corner."""
        doubtful = np.flatnonzero(np.abs(gains) <= self.least)
        if not len(doubtful):
            return gains
        _, gain = gain_at_corner(self.formulas, profile, population, action)
        if gain is None or not gain.top:
            return gains if gain is None else np.zeros_like(gains)
        exact = gains.copy()
        values = np.array(
            [
                np.broadcast_to(value, self.batch).ravel()[doubtful]
                for value in self.formulas.values.values()
            ]
        ).reshape(-1, len(doubtful))
        used = [any(own) for own in zip(*gain.top, *gain.bottom, strict=True)]
        # Points that differ in other parameters only, and those of a grid, have the same gains.
        distinct, same = np.unique(values[used], axis=1, return_inverse=True)
        found = []
        for given in distinct.T.tolist():
            numbers = iter(map(as_written, given))
            whole = [next(numbers) if there else Fraction(0) for there in used]
            bottom = _value(gain.bottom, whole)
            found.append(float(_value(gain.top, whole) / bottom) if bottom else np.nan)
        exact[doubtful] = np.array(found)[same.ravel()]
        return exact


def _value(terms: Terms, numbers: list[Fraction]) -> Any:
    return sum(
        value * prod(n**power for n, power in zip(numbers, exponents, strict=True) if power)
        for exponents, value in terms.items()
    )
