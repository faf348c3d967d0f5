"""What one preconditioned step makes of a cell: the range of the image, and how far it contracts.

In the barycentric coordinates of a cell gains are multilinear again, so their values at its
vertices bound them, and so do those of ``h = lambda - Y D(lambda)``, whose fixed points are the
roots of ``D``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._linear import along, inverse, system

SLACK = 2.0**-39
"""Error allowed to a table of gains of size one: 2**14 units, as each transform of a cell adds at
most some thirty, and there are at most `MOST_TRANSFORMS`."""
MOST_TRANSFORMS = 400
MOST_BEFORE_WIDENING = 50
"""Widening a cell eightfold multiplies the errors so far by fifteen."""
_ROUNDING = 2.0**-47


@dataclass(frozen=True, eq=False)
class Images:
    """The image of each cell.

    Parameters
    ----------
    low, high : tuples of arrays ``(k_i, C)``
        Bounds of the barycentric coordinates of any root, by player.
    factor : array ``(C,)``
        Contraction factor in the largest norm, not below its true value.
    sign : array ``(C,)``
        Sign of the determinant of the negative Jacobian at the centre; throughout the cell if the
        factor is below one.
    """

    low: tuple[Array, ...]
    high: tuple[Array, ...]
    factor: Array
    sign: Array


def images(tables: Sequence[Array], sizes: Sequence[int], slack: Sequence[Array]) -> Images:
    """Precondition by the inverse Jacobian at the centre and bound the image of every cell.

    Parameters
    ----------
    tables : sequence of arrays ``(n_i - 1, k_1, .., 1, .., k_p, C)``
        Gains at the vertices.
    sizes : sequence of int
    slack : sequence of arrays ``(n_i - 1, C)``
        How far each gain may be off.
    """
    cells = tables[0].shape[-1]
    centre = [np.full((k, 1), 1.0 / k) for k in sizes]
    _, jacobian = system(tables, sizes, centre)
    conditioner, sign = inverse(jacobian)
    unknowns = len(jacobian)
    used = [
        (table[a], off[a])
        for table, off, k in zip(tables, slack, sizes, strict=True)
        for a in range(k - 1)
    ]
    off = [o + _ROUNDING * np.abs(t).reshape(-1, cells).max(axis=0) for t, o in used]
    low, high, factor = [], [], np.zeros(cells)
    row = 0
    for player, size in enumerate(sizes):
        reference, blur = np.ones((*sizes, cells)), np.zeros(cells)
        lows, highs = [], []
        for action in range(1, size):
            weights = conditioner[row]
            image = np.zeros((*sizes, cells))
            for weight, (table, _) in zip(weights, used, strict=True):
                image -= weight * table
            image[(slice(None),) * player + (action,)] += 1.0
            error = sum((np.abs(w) * o for w, o in zip(weights, off, strict=True)), np.zeros(cells))
            error += _ROUNDING
            flat = image.reshape(-1, cells)
            lows.append(flat.min(axis=0) - error)
            highs.append(flat.max(axis=0) + error)
            np.maximum(factor, _variation(image, sizes) + 2 * unknowns * error, out=factor)
            reference -= image
            blur += error
            row += 1
        if size > 1:
            flat = reference.reshape(-1, cells)
            lows.insert(0, flat.min(axis=0) - blur)
            highs.insert(0, flat.max(axis=0) + blur)
        low.append(np.stack(lows) if lows else np.ones((1, cells)))
        high.append(np.stack(highs) if highs else np.ones((1, cells)))
    return Images(tuple(low), tuple(high), factor, sign * (-1.0) ** unknowns)


def _variation(image: Array, sizes: Sequence[int]) -> Array:
    """Sum the largest slopes of a coordinate of the image along all free shares."""
    total = np.zeros(image.shape[-1])
    for player, size in enumerate(sizes):
        lines = along(image, player)
        for action in range(1, size):
            slope = np.abs(lines[:, action] - lines[:, 0])
            total += slope.reshape(-1, image.shape[-1]).max(axis=0)
    return total
