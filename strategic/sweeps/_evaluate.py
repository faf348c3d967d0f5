"""Measures of a model at any list of points: what every verb of this package comes down to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.modelling import Measure, Model
from strategic.status import Status
from strategic.sweeps._grid import Grid
from strategic.sweeps._levers import current, points_at

STATUS = "status"
"""Name of the result that says which points are valid."""
PIECE = 16_384
"""Points computed in one go: intermediate arrays of this length stay in the second-level cache."""


def evaluate(
    model: Model,
    measures: Sequence[Measure],
    changes: Mapping[str, Array],
    *,
    workers: int | None = None,
) -> tuple[dict[str, Array], Array]:
    """Measure a model at many points, in pieces that fit the cache.

    Parameters
    ----------
    model : Model
        What does not change keeps its values.
    measures : sequence of Measure
        At least one.
    changes : mapping of str to array of shape (points,)
        Values of each lever. Contiguous arrays of the same length per piece give results that do
        not depend, to the last bit, on how points are cut into blocks.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    dict of str to array of shape (points,)
        By measure; label measures as positions in their vocabulary.
    bool array of shape (points,)
        Which points are valid; at the others, which break a rule, every measure is undefined.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> surplus = model.family.measure("surplus")
    >>> found, valid = evaluate(model, [surplus], {"relation.alignment": [0.0, 1.0]})
    >>> found["surplus"].round(4), valid
    (array([0.3039, 0.6961]), array([ True,  True]))
    """
    held = {name: np.asarray(values, dtype=float) for name, values in changes.items()}
    count = len(next(iter(held.values())))
    results = {measure.name: np.empty(count, measure.dtype) for measure in measures}
    valid = np.empty(count, dtype=bool)

    def fill(part: slice) -> None:
        points = points_at(model, {name: values[part] for name, values in held.items()})
        for measure in measures:
            results[measure.name][part] = measure.compute(points)
        valid[part] = points.valid

    for _ in map_blocks(fill, count, size=PIECE, workers=workers):
        pass
    return results, valid


def evaluate_grid(grid: Grid, names: Sequence[str], where: Array | None = None) -> dict[str, Array]:
    """Measure every point of a grid, or of a block cut from one, on this thread.

    Parameters
    ----------
    grid : Grid
    names : sequence of str
        Of measures.
    where : boolean array of the grid's shape, optional
        The points to measure, all by default.

    Returns
    -------
    dict of str to array
        By measure, undefined at invalid points; and ``status`` where points are judged one by one.
        Of the grid's shape, or ``(points,)`` in the order of the grid where only some are measured.
    """
    measures = [grid.model.family.measure(name) for name in names]
    changes, bad = grid.flat(), grid.bad()
    if where is not None:
        chosen = where.ravel()
        changes = {name: values[chosen] for name, values in changes.items()}
        bad = None if bad is None else bad[chosen]
    if bad is not None:  # the model itself stands in for points that would be refused
        changes = {n: np.where(bad, current(grid.model, n), v) for n, v in changes.items()}
    results, valid = evaluate(grid.model, measures, changes, workers=1)
    if bad is not None:
        valid &= ~bad
        for measure in measures:
            results[measure.name][bad] = measure.undefined
    if grid.may_be_bad:
        results[STATUS] = np.where(valid, Status.OK, Status.INVALID).astype(np.int8)
    shape = grid.shape if where is None else (-1,)
    return {name: values.reshape(shape) for name, values in results.items()}
