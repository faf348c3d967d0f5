"""A measure at any list of points, in blocks on threads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.modelling import Measure, Model
from strategic.sweeps.grid import PIECE
from strategic.sweeps.levers import points_at


def probe(
    model: Model, measure: Measure, changes: Mapping[str, Array], workers: int | None = None
) -> Array:
    """Measure a model at points given by one flat array of values a lever.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> probe(model, model.family.measure("surplus"), {"relation.alignment": [0.0, 1.0]}).round(4)
    array([0.3039, 0.6961])
    """
    held = {name: np.asarray(values, dtype=float) for name, values in changes.items()}
    count = len(next(iter(held.values())))

    def measured(part: slice) -> Array:
        return measure.compute(points_at(model, {name: v[part] for name, v in held.items()}))

    blocks = list(map_blocks(measured, count, size=PIECE, workers=workers))
    return np.concatenate(blocks) if blocks else np.empty(0, measure.dtype)
