"""Bisection of many brackets at once, each between two points on different sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

SideAt = Callable[[Array, Array], Array]
"""From the numbers of the searches and a value for each to the side it is on."""


@dataclass(frozen=True, eq=False)
class Brackets:
    """Intervals whose ends lie on different sides; all arrays have one entry a bracket.

    Parameters
    ----------
    search : int array
        The search (point of a grid) a bracket belongs to.
    near, far : float arrays
        The ends; ``near`` may be the larger one.
    before, after : int arrays
        The sides of the ends.
    """

    search: Array
    near: Array
    far: Array
    before: Array
    after: Array

    def of(self, chosen: Array) -> Brackets:
        """Take some of the brackets."""
        fields = (self.search, self.near, self.far, self.before, self.after)
        return Brackets(*(field[chosen] for field in fields))


def narrow(brackets: Brackets, side_at: SideAt, width: float) -> Brackets:
    """Halve every bracket until it is at most ``width`` wide, or as narrow as doubles are.

    The change kept is the one next to ``near``: what lies beyond it shows in ``after``.
    """
    near, far, after = brackets.near.copy(), brackets.far.copy(), brackets.after.copy()
    while True:
        middle = near + (far - near) / 2
        wide = (np.abs(far - near) > width) & (middle != near) & (middle != far)
        open_ones = np.flatnonzero(wide)
        if not open_ones.size:
            return Brackets(brackets.search, near, far, brackets.before, after)
        value = middle[open_ones]
        side = side_at(brackets.search[open_ones], value)
        same = side == brackets.before[open_ones]
        near[open_ones[same]] = value[same]
        far[open_ones[~same]] = value[~same]
        after[open_ones[~same]] = side[~same]


def narrow_all(brackets: Brackets, side_at: SideAt, width: float) -> Brackets:
    """Narrow brackets, and look on where a third side came up between the ends."""
    found = []
    while brackets.search.size:
        done = narrow(brackets, side_at, width)
        found.append(done)
        more = done.after != brackets.after
        rest = Brackets(done.search, done.far, brackets.far, done.after, brackets.after)
        brackets = rest.of(more)
    return joined(found) if found else brackets


def joined(parts: list[Brackets]) -> Brackets:
    """Put lists of brackets behind each other."""
    fields = ("search", "near", "far", "before", "after")
    return Brackets(*(np.concatenate([getattr(p, field) for p in parts]) for field in fields))
