"""The sides of a measure, and the narrowing of many brackets between points on different sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.modelling import Measure, Model
from strategic.sweeps._evaluate import evaluate
from strategic.sweeps._layout import UNDEFINED, flags, measure_attributes

BELOW, AT_OR_ABOVE = 0, 1
_FEW = 512
"""Brackets up to which a step cuts them into more than halves."""
NO_CHANGE = -2
"""Stands in tables of sides where a point has fewer changes than others."""

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

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> sides = Sides(model.family.measure("surplus"), level=0.0)
    >>> sides.of(model, {"relation.alignment": np.array([-1.0, 0.0, 1.0])}).tolist()
    [0, 1, 1]
    """

    measure: Measure
    level: float = 0.0

    def of(self, model: Model, changes: Mapping[str, Array], workers: int | None = None) -> Array:
        """Find the side of every point; ``changes`` holds one flat array of values per lever."""
        return self.judged(model, changes, workers)[0]

    def judged(
        self, model: Model, changes: Mapping[str, Array], workers: int | None = None
    ) -> tuple[Array, Array]:
        """Find the side of every point, and whether the point is valid."""
        side, valid = sides_of([self], model, changes, workers)
        return side[0], valid

    def read(self, values: Array) -> Array:
        """Turn computed values of the measure into sides."""
        if self.measure.kind != "float":
            return values.astype(np.int64)
        above = np.where(values >= self.level, AT_OR_ABOVE, BELOW)
        return np.where(np.isnan(values), -1, above)

    def spelled(self, sides: Array) -> Array:
        """Spell sides out: words, or whole numbers as doubles; `NO_CHANGE` as nothing."""
        known = dict(enumerate(self.measure.labels))
        if self.measure.kind == "integer":
            return np.where(np.isin(sides, (-1, NO_CHANGE)), np.nan, sides.astype(float))
        if self.measure.kind == "float":
            known = {BELOW: "below", AT_OR_ABOVE: "at_or_above"}
        words = {-1: UNDEFINED, **{n: "_".join(word.split()) or "_" for n, word in known.items()}}
        spelled = np.full(sides.shape, "", dtype=object)
        for number, word in words.items():
            spelled[sides == number] = word
        return spelled

    @property
    def attributes(self) -> dict[str, Any]:
        """Attributes of an array of sides: what its numbers mean."""
        if self.measure.kind == "float":
            named = flags([UNDEFINED, "below", "at_or_above"], first=-1)
            return {"long_name": f"{self.measure.name} against {self.level:g}", **named}
        return {**measure_attributes(self.measure), "long_name": self.measure.name}


def sides_of(
    watched: Sequence[Sides],
    model: Model,
    changes: Mapping[str, Array],
    workers: int | None = 1,
) -> tuple[Array, Array]:
    """Find the sides of several measures, ``(measures, points)``, and which points are valid."""
    found, valid = evaluate(model, [one.measure for one in watched], changes, workers=workers)
    return np.array([one.read(found[one.measure.name]) for one in watched]), valid


Brackets = Any
"""Record array of intervals whose ends lie on different sides: ``search`` (the number of the search
an interval belongs to), ``near`` and ``far`` (the ends; ``near`` may be the larger one), ``before``
and ``after`` (their sides)."""
_FIELDS = ("search", int), ("near", float), ("far", float), ("before", int), ("after", int)


def brackets_of(*columns: ArrayLike) -> Brackets:
    """Make brackets from their fields, in the order search, near, far, before, after."""
    return np.rec.fromarrays(np.broadcast_arrays(*columns), dtype=np.dtype(list(_FIELDS)))


def narrow(brackets: Brackets, side_at: SideAt, width: float | Array) -> Brackets:
    """Cut until every bracket is narrower than its ``width``, all open ones at once.

    Each step keeps the part whose near end has the side ``before`` and whose far end has not, so
    that the change next to ``near`` is found; ``after`` may turn out to be a third side.
    """
    found = brackets.copy()
    while True:
        middle = found.near + (found.far - found.near) / 2
        # Neighbouring doubles have no middle: a width below their distance ends all the same.
        wide = (np.abs(found.far - found.near) > width) & (middle != found.near)
        still_open = np.flatnonzero(wide & (middle != found.far))
        if not still_open.size:
            return found
        # A step costs much the same for a few points as for hundreds, so a few brackets are cut
        # into 16 parts at a time, many into halves: 10 or 40 steps take a range of 1 to 1e-12.
        parts = 16 if still_open.size <= _FEW else 2
        near, far = found.near[still_open], found.far[still_open]
        cuts = near[:, None] + (far - near)[:, None] * (np.arange(1, parts) / parts)
        side = side_at(np.repeat(found.search[still_open], parts - 1), cuts.ravel())
        side = side.reshape(cuts.shape)
        other = side != found.before[still_open, None]
        first = np.where(other.any(axis=1), other.argmax(axis=1), parts - 1)
        rows = np.arange(len(first))
        moved, cut = first > 0, first < parts - 1
        found.near[still_open[moved]] = cuts[rows, first - 1][moved]
        found.far[still_open[cut]] = cuts[rows[cut], first[cut]]
        found.after[still_open[cut]] = side[rows[cut], first[cut]]


def narrow_all(brackets: Brackets, side_at: SideAt, width: float) -> Brackets:
    """Narrow brackets, and look on where a third side came up between the ends."""
    found = [brackets[:0]]
    while brackets.size:
        done = narrow(brackets, side_at, width)
        found.append(done)
        # A change to another side than that of the old far end leaves a rest in between; each round
        # moves its near end on, so the search ends.
        rest = brackets_of(done.search, done.far, brackets.far, done.after, brackets.after)
        brackets = rest[done.after != brackets.after]
    return np.concatenate(found).view(np.recarray)
