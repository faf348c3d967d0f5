"""Whether a quadratic form is positive on a cone, decided in whole numbers."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from strategic.arrays import Array


def strictly_copositive(form: Array, *, free: int) -> bool:
    """Say whether ``z @ form @ z`` is positive for all ``z`` but zero in a cone.

    Parameters
    ----------
    form : array (n, n) of Python int
        Symmetric.
    free : int
        The first so many entries of ``z`` have any sign, the others are nonnegative.

    References
    ----------
    Cottle, R., Habetler, G. and Lemke, C. (1970). On classes of copositive matrices. Linear
    Algebra and its Applications 3 (Keller's criterion).

    Examples
    --------
    >>> form = np.array([[1, -2], [-2, 1]], dtype=object)
    >>> [strictly_copositive(sign * form, free=0) for sign in (1, -1)]
    [False, False]
    >>> strictly_copositive(abs(form), free=0)
    True
    """
    for _ in range(free):
        # Minimising over a free entry leaves the Schur complement, here times the pivot.
        if form[0, 0] <= 0:
            return False
        form = form[0, 0] * form[1:, 1:] - np.outer(form[1:, 0], form[0, 1:])
    every = (
        np.array(chosen)
        for size in range(1, len(form) + 1)
        for chosen in combinations(range(len(form)), size)
    )
    return all(_keller(form[np.ix_(chosen, chosen)]) for chosen in every)


def _keller(form: Array) -> bool:
    """Check for a positive determinant, unless some cofactor of the last row is not positive."""
    last = len(form) - 1
    cofactors = (
        (-1) ** (last + k) * _determinant(np.delete(form[:last], k, axis=1))
        for k in range(last + 1)
    )
    return not all(cofactor > 0 for cofactor in cofactors) or _determinant(form) > 0


def _determinant(matrix: Array) -> int:
    """Eliminate without fractions (Bareiss 1968)."""
    matrix, sign, previous = matrix.copy(), 1, 1
    while len(matrix) > 1:
        rows = np.flatnonzero(matrix[:, 0])
        if not rows.size:
            return 0
        if rows[0]:
            matrix[[0, rows[0]]], sign = matrix[[rows[0], 0]], -sign
        pivot = matrix[0, 0]
        matrix = (pivot * matrix[1:, 1:] - np.outer(matrix[1:, 0], matrix[0, 1:])) // previous
        previous = pivot
    return sign * int(matrix[0, 0]) if matrix.size else 1
