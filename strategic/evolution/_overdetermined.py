"""Supports of two populations with more equations than shares, which mostly have no rest point."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.evolution._polar_forms import UNIT, Frame

_LARGEST = 4
"""Of determinants that are expanded."""
_SAFE = 2.0**200
"""Products of numbers below it, and above its inverse, neither overflow nor underflow."""


def without_roots(frame: Frame, table: Array, error: Array) -> Array:
    """Mark columns in which some equations of one population surely have no common root.

    Parameters
    ----------
    frame : Frame
        Of two simplices; each one's equations are linear in the shares of the other.
    table, error : arrays ``(unknowns, *frame.shape, columns)``
        The equations by their polar forms, and how far the numbers may be off.

    Returns
    -------
    array of bool ``(columns,)``

    Notes
    -----
    As many homogeneous linear equations as there are shares have no solution but zero if their
    determinant is not zero.
    """
    first, second = frame.sizes
    if first > second:
        rows = table[:second, 0], error[:second, 0]
    else:
        start = first - 1
        rows = table[start : start + first, :, 0], error[start : start + first, :, 0]
    matrix, off = rows
    if first == second or len(matrix) > _LARGEST:
        return np.zeros(table.shape[-1], dtype=bool)
    size = np.abs(matrix)
    safe = ((size < _SAFE) & ((size > 1.0 / _SAFE) | (size == 0))).all(axis=(0, 1))
    with np.errstate(all="ignore"):
        value, bound = _determinant(matrix, off)
    return np.asarray(safe & (np.abs(value) > bound))


def _determinant(matrix: Array, off: Array) -> tuple[Array, Array]:
    """Give determinants ``(k, k, columns)``, and twice what they may be off."""
    if len(matrix) == 1:
        return matrix[0, 0], 2.0 * off[0, 0]
    total, bound = np.zeros((2, matrix.shape[-1]))
    for place in range(len(matrix)):
        others = np.delete(np.arange(len(matrix)), place)
        value, error = _determinant(matrix[1:, others], off[1:, others])
        term = matrix[0, place] * value
        total = total + term if place % 2 == 0 else total - term
        bound += np.abs(matrix[0, place]) * error + 2.0 * off[0, place] * (np.abs(value) + error)
        bound += 4.0 * len(matrix) * UNIT * np.abs(term)
    return total, bound
