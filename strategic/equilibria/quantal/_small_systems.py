"""Solve one small linear system per game, batch axis last."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array


def solve_together(systems: Array, right: Array) -> tuple[Array, Array]:
    """Solve one small linear system per game: ``(k, k, games)`` against ``(k, r, games)``.

    Rows are exchanged only in the games that need it; a singular system gives NaN or infinity.

    Returns
    -------
    solution : array (k, r, games)
    positive : array of bool (games,)
        Whether the determinant of the system is positive.

    Examples
    --------
    >>> swapped = np.array([[[0.0], [2.0]], [[1.0], [0.0]]])
    >>> solution, positive = solve_together(swapped, np.array([[[4.0]], [[3.0]]]))
    >>> solution[:, 0, 0], positive
    (array([3., 2.]), array([False]))
    """
    solution, positive, _ = _eliminated(systems, right)
    return solution, positive


def solve_with_determinant(systems: Array, right: Array) -> tuple[Array, Array]:
    """Solve as `solve_together` does, up to three unknowns in closed form.

    Returns
    -------
    solution : array (k, r, games)
    determinant : array (games,)

    Examples
    --------
    >>> swapped = np.array([[[0.0], [2.0]], [[1.0], [0.0]]])
    >>> solution, determinant = solve_with_determinant(swapped, np.array([[[4.0]], [[3.0]]]))
    >>> solution[:, 0, 0], determinant
    (array([3., 2.]), array([-2.]))
    """
    size = len(systems)
    with np.errstate(all="ignore"):
        if size == 1:
            return right / systems[0], systems[0, 0].copy()
        if size == 2:
            (a, b), (c, d) = systems
            determinant = a * d - b * c
            first, second = right
            return np.array([d * first - b * second, a * second - c * first]) / determinant, (
                determinant
            )
        if size == 3:
            return _by_cofactors(systems, right)
        solution, positive, pivots = _eliminated(systems, right)
        return solution, np.where(positive, 1.0, -1.0) * np.abs(np.prod(pivots, axis=0))


def _by_cofactors(systems: Array, right: Array) -> tuple[Array, Array]:
    """Cramer's rule for three unknowns: all nine cofactors are one product of shifted tables."""
    wide = np.empty((5, 5, systems.shape[2]))
    wide[:3, :3], wide[3:, :3] = systems, systems[:2]
    wide[:, 3:] = wide[:, :2]
    cofactors = wide[1:4, 1:4] * wide[2:5, 2:5]
    cofactors -= wide[1:4, 2:5] * wide[2:5, 1:4]
    determinant = systems[0, 0] * cofactors[0, 0]
    for column in (1, 2):
        determinant += systems[0, column] * cofactors[0, column]
    solution = cofactors[0, :, None] * right[0]
    for row in (1, 2):
        solution += cofactors[row, :, None] * right[row]
    solution /= determinant
    return solution, determinant


def _eliminated(systems: Array, right: Array) -> tuple[Array, Array, Array]:
    """Eliminate: the solution, whether the determinant is positive, and the pivots."""
    size = len(systems)
    table = np.concatenate([systems, right], axis=1)
    positive = np.ones(systems.shape[2], dtype=bool)
    with np.errstate(all="ignore"):
        for step in range(size):
            # Exchanging rows game by game is slow: only where the pivot is under a tenth of the
            # largest entry of its column, which bounds the growth of rounding errors well enough.
            column = np.abs(table[step:, step])
            poor = np.flatnonzero(~(column[0] >= 0.1 * column.max(axis=0)))
            if poor.size:
                lower = step + column[:, poor].argmax(axis=0)
                upper_row, lower_row = table[step][:, poor], table[lower, :, poor].T
                table[step][:, poor] = lower_row
                table[lower, :, poor] = upper_row.T
                positive[poor] ^= lower > step
            positive ^= table[step, step] < 0.0
            line = table[step, step + 1 :] / table[step, step]
            table[step + 1 :, step + 1 :] -= table[step + 1 :, step, None] * line
            table[step, step + 1 :] = line
        pivots = np.array([table[step, step] for step in range(size)])
        for step in range(size - 1, 0, -1):
            table[:step, size:] -= table[:step, step, None] * table[step, size:]
    return table[:, size:], positive, pivots
