"""Which side of a change a point is on: the label or whole number itself, or a number's level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.modelling import Measure, Model
from strategic.sweeps.grid import PIECE
from strategic.sweeps.layout import UNDEFINED, flags, measure_variable
from strategic.sweeps.probe import probe

BELOW, AT_OR_ABOVE = 0, 1


@dataclass(frozen=True)
class Sides:
    """The sides of one measure.

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
        """Find the side of every point; ``changes`` holds one flat array of values a lever."""
        values = probe(model, self.measure, changes, workers)
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
        found = dict(measure_variable(self.measure, ()).attributes)
        found["long_name"] = self.measure.name
        return found


def pieces(count: int, width: int) -> list[slice]:
    """Cut points that are each scanned at ``width`` places into pieces of bounded memory."""
    return list(block_slices(count, max(4 * PIECE // width, 1)))
