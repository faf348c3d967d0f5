"""Cells: products of simplices of mixed strategies, a pool of them over all games of a block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._linear import along


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of one pattern of supports.

    Parameters
    ----------
    owner : int array ``(C,)``
        Column of the gains each cell belongs to.
    steps : int array ``(C,)``
        Transforms since the whole support.
    certain : array ``(C,)`` of bool
        Whether the cell is known to hold exactly one root, and no other had been lost.
    widened : array ``(C,)`` of bool
        Whether it was widened beyond its place, so that others may know its root as well.
    tables : tuple of arrays ``(n_i - 1, k_1, .., 1, .., k_p, C)``
        Gains at the vertices.
    corners : tuple of arrays ``(k_i, k_i, C)``
        Per player: shares of the actions (first axis) at the vertices (second).
    """

    owner: Array
    steps: Array
    certain: Array
    widened: Array
    tables: tuple[Array, ...]
    corners: tuple[Array, ...]

    @classmethod
    def whole(cls, tables: Sequence[Array], sizes: Sequence[int]) -> Cells:
        """Make one cell of every column: the whole support."""
        count = tables[0].shape[-1]
        corners = tuple(np.repeat(np.eye(k)[:, :, None], count, axis=2) for k in sizes)
        no = np.zeros(count, dtype=bool)
        return cls(np.arange(count), np.zeros(count, np.int64), no, no, tuple(tables), corners)

    def __len__(self) -> int:
        return len(self.owner)

    def take(self, chosen: Array) -> Cells:
        """Keep some of the cells."""
        return Cells(
            self.owner[chosen],
            self.steps[chosen],
            self.certain[chosen],
            self.widened[chosen],
            tuple(table.take(chosen, axis=-1) for table in self.tables),
            tuple(corner.take(chosen, axis=-1) for corner in self.corners),
        )

    @staticmethod
    def joined(parts: Sequence[Cells]) -> Cells:
        """Put cells of the same pattern together."""
        if len(parts) == 1:
            return parts[0]
        flat = [
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("owner", "steps", "certain", "widened")
        ]
        tables, corners = (
            tuple(
                np.concatenate(same, axis=-1)
                for same in zip(*(getattr(part, name) for part in parts), strict=True)
            )
            for name in ("tables", "corners")
        )
        owner, steps, certain, widened = flat
        return Cells(owner, steps, certain, widened, tables, corners)

    def diameter(self) -> Array:
        """Give the largest range of a share over each cell."""
        widest = np.zeros(len(self))
        for corner in self.corners:
            np.maximum(widest, (corner.max(axis=1) - corner.min(axis=1)).max(axis=0), out=widest)
        return widest

    def shrunk(self, least: Sequence[Array]) -> Cells:
        """Replace cells by those in which barycentric coordinates are at least ``least``.

        Negative bounds widen a cell.
        """
        tables, corners = list(self.tables), list(self.corners)
        for player, low in enumerate(least):
            if len(low) == 1:
                continue
            rest = 1.0 - _total(low)
            corners[player] = _moved(corners[player], 1, low, rest)
            for other, table in enumerate(tables):
                if other != player:
                    tables[other] = _moved(table, 1 + player, low, rest)
        return Cells(
            self.owner, self.steps + 1, self.certain, self.widened, tuple(tables), tuple(corners)
        )

    def halves(self, edge: Array, edges: Sequence[tuple[int, int, int]], ratio: float) -> Cells:
        """Cut every cell across one edge; the first halves come first.

        Parameters
        ----------
        edge : int array ``(C,)``
            Number of the edge.
        edges : sequence of (player, vertex, vertex)
        ratio : float
            Where to cut: half itself would hit the mixtures of simple games.
        """
        parts = []
        for number, (player, first, second) in enumerate(edges):
            cut = self.take(np.flatnonzero(edge == number))
            if len(cut):
                parts += [cut.half(player, first, second, ratio)]
                parts += [cut.half(player, second, first, 1.0 - ratio)]
        return Cells.joined(parts)

    def half(self, player: int, kept: int, moved: int, ratio: float) -> Cells:
        """Move a vertex towards another: ``ratio`` is what the moved one keeps of its own."""
        tables, corners = list(self.tables), list(self.corners)
        corners[player] = _cut(corners[player], 1, kept, moved, ratio)
        for other, table in enumerate(tables):
            if other != player:
                tables[other] = _cut(table, 1 + player, kept, moved, ratio)
        return Cells(
            self.owner, self.steps + 1, self.certain, self.widened, tuple(tables), tuple(corners)
        )


def _total(low: Array) -> Array:
    total: Array = low[0].copy()
    for line in low[1:]:
        total += line
    return total


def _moved(table: Array, axis: int, low: Array, rest: Array) -> Array:
    old = along(table, axis)
    base = old[:, 0] * low[0]
    for action in range(1, len(low)):
        base += old[:, action] * low[action]
    new = np.empty_like(old)
    for action in range(len(low)):
        np.multiply(old[:, action], rest, out=new[:, action])
        new[:, action] += base
    return new.reshape(table.shape)


def _cut(table: Array, axis: int, kept: int, moved: int, ratio: float) -> Array:
    old = along(table, axis)
    new = old.copy()
    new[:, moved] = ratio * old[:, moved] + (1.0 - ratio) * old[:, kept]
    return new.reshape(table.shape)
