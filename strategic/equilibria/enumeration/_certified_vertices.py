"""Equilibria of thin and larger games, proved from the vertices of best-reply polytopes."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._certified_walk import walked_supports
from strategic.equilibria.enumeration._equilibrium_blocks import EquilibriumBlock
from strategic.equilibria.enumeration._matched_vertices import matched_supports
from strategic.equilibria.enumeration._supports import assembled

_THIN = 1.6  # more replies per action: one polytope is so much smaller that one is enough


def is_thin(shape: tuple[int, ...]) -> bool:
    """Tell whether only one polytope is visited."""
    return max(shape) > _THIN * min(shape)


def vertex_equilibria(row: Array, column: Array, rounded: Array) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of games in which no sign that matters is in doubt.

    Parameters and results are those of `certified_equilibria`.
    """
    if is_thin(row.shape[1:]):
        return assembled(row, column, walked_supports(row, column, rounded))
    found = matched_supports(row, column, rounded)
    again = np.flatnonzero(found.left)
    if len(again):
        # Pivoting has other rounding errors, and a bound of its own for each vertex.
        walked = walked_supports(row[again], column[again], rounded[again])
        found = found.completed(again, walked)
    return assembled(row, column, found)
