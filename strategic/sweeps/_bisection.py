"""The sides of a measure, and bisection of many brackets between points on different sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.modelling import Measure, Model
from strategic.sweeps._evaluate import evaluate
from strategic.sweeps._layout import UNDEFINED, flags, measure_attributes

BELOW, AT_OR_ABOVE = 0, 1

SideAt = Callable[[Array, Array], Array]
"""From the numbers of the searches and a value for each to the side it is on."""


@dataclass(frozen=True)
class Sides:
    """The sides of one measure: what must differ between two points for a change between them.

    Parameters
    ----------
    measure : Measure
        Labels and integers are their own sides; a float has the sides below, at or above, and
        undefined.
    level : float
        What a float is compared with.
    """

    measure: Measure
    level: float = 0.0

    def of(self, model: Model, changes: Mapping[str, Array], workers: int | None = None) -> Array:
        """Find the side of every point; ``changes`` holds one flat array of values per lever."""
        values = evaluate(model, [self.measure], changes, workers=workers)[self.measure.name]
        if self.measure.kind != "float":
            return values.astype(np.int64)
        above = np.where(values >= self.level, AT_OR_ABOVE, BELOW)
        return np.where(np.isnan(values), -1, above)

    @property
    def attributes(self) -> dict[str, Any]:
        """Attributes of an array of sides: what its numbers mean."""
        if self.measure.kind == "float":
            named = flags([UNDEFINED, "below", "at_or_above"], first=-1)
            return {"long_name": f"{self.measure.name} against {self.level:g}", **named}
        return {**measure_attributes(self.measure), "long_name": self.measure.name}


@dataclass(frozen=True, eq=False)
class Brackets:
    """Intervals whose ends lie on different sides; all arrays have one entry per bracket.

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

    def take(self, chosen: Array) -> Brackets:
        """Take some of the brackets."""
        fields = (self.search, self.near, self.far, self.before, self.after)
        return Brackets(*(field[chosen] for field in fields))

    @classmethod
    def join(cls, parts: list[Brackets]) -> Brackets:
        """Put lists of brackets behind each other."""
        fields = ("search", "near", "far", "before", "after")
        return cls(*(np.concatenate([getattr(p, field) for p in parts]) for field in fields))


def narrow(brackets: Brackets, side_at: SideAt, width: float) -> Brackets:
    """Bisect until every bracket is narrower than ``width``, all open ones at once.

    Each step keeps the half whose near end has the side ``before`` and whose far end has not, so
    that the change next to ``near`` is found; ``after`` may turn out to be a third side.
    """
    near, far, after = brackets.near.copy(), brackets.far.copy(), brackets.after.copy()
    while True:
        middle = near + (far - near) / 2
        # Neighbouring doubles have no middle: a width below their distance ends all the same.
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
        rest = Brackets(done.search, done.far, brackets.far, done.after, brackets.after)
        brackets = rest.take(done.after != brackets.after)
    return Brackets.join(found) if found else brackets
