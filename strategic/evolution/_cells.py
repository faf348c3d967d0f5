"""Cells: smaller and smaller products of simplices, with equations at their vertices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from strategic.arrays import Array
from strategic.evolution._polar_forms import Frame, moved


@dataclass(frozen=True, eq=False)
class Cells:
    """Products of smaller simplices, each with the equations at its vertices.

    Only the interior of a cell matters: cells overlap where they were cut, so that every interior
    point of the whole is an interior point of one of them.
    """

    column: Array
    steps: Array
    table: Array
    error: Array
    corners: tuple[Array, ...]
    """Per simplex ``(k, k, cells)``: shares (first axis) of the vertices (second)."""

    def __len__(self) -> int:
        return len(self.column)

    def take(self, chosen: Array) -> Cells:
        """Keep some of the cells."""
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        return Cells(
            self.column[chosen],
            self.steps[chosen],
            self.table[..., chosen],
            self.error[..., chosen],
            tuple(corner[..., chosen] for corner in self.corners),
        )

    def moved(self, frame: Frame, simplex: int, weights: Array) -> Cells:
        """Move the vertices of one simplex: ``weights`` is ``(new, old, cells)``."""
        table, error = moved(frame, self.table, self.error, simplex, weights)
        corners = list(self.corners)
        old = corners[simplex]
        corners[simplex] = _combined(old, weights)
        return replace(self, steps=self.steps + 1, table=table, error=error, corners=tuple(corners))

    def shrunk(self, frame: Frame, least: Sequence[Array]) -> Cells:
        """Keep the barycentric coordinates of at least ``least``; negative ones widen a cell."""
        cells = self
        for simplex, low in enumerate(least):
            rest = 1.0 - low.sum(axis=0)
            weights = np.broadcast_to(low, (len(low), *low.shape)).copy()
            for vertex in range(len(low)):
                weights[vertex, vertex] += rest
            cells = cells.moved(frame, simplex, weights)
        return cells

    def diameter(self) -> Array:
        """Give the largest range of a share over each cell."""
        spans = [np.ptp(corner, axis=1).max(axis=0) for corner in self.corners]
        return np.asarray(np.max(spans, axis=0))


def joined(parts: Sequence[Cells]) -> Cells:
    """Put cells together."""
    return Cells(
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.table for part in parts], axis=-1),
        np.concatenate([part.error for part in parts], axis=-1),
        tuple(
            np.concatenate(same, axis=-1)
            for same in zip(*(part.corners for part in parts), strict=True)
        ),
    )


def one_sign(cells: Cells, *, strict: bool) -> Array:
    """Tell the cells in which some equation has one sign throughout, the boundary included or not.

    Where values at the vertices are of one sign or zero, and not all zero, an equation has no root
    in the interior.
    """
    found = np.zeros(len(cells), dtype=bool)
    for values, off in zip(cells.table, cells.error, strict=True):
        low = (values - off).reshape(values.size // max(len(cells), 1), len(cells))
        high = (values + off).reshape(values.size // max(len(cells), 1), len(cells))
        if strict:
            found |= (low > 0).all(axis=0) | (high < 0).all(axis=0)
        else:
            found |= (low >= 0).all(axis=0) & (low > 0).any(axis=0)
            found |= (high <= 0).all(axis=0) & (high < 0).any(axis=0)
    return found


def _combined(corner: Array, weights: Array) -> Array:
    """Mix the vertices ``(k, old, cells)`` of simplices by ``(new, old, cells)``."""
    total: Array = corner[:, None, 0] * weights[None, :, 0]
    for vertex in range(1, len(weights)):
        total = total + corner[:, None, vertex] * weights[None, :, vertex]
    return total
