"""Cofactors of many small matrices at once: sums and products only, in whole numbers exact."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from strategic.arrays import Array


def cofactors(lines: Array) -> Array:
    """Give the signed minors of matrices with one column more than rows.

    Parameters
    ----------
    lines : array ``(h, h + 1, L)``
        Whole numbers. None of the numbers on the way is above ``(h + 1)! R**h`` for entries up to
        ``R``.

    Returns
    -------
    array ``(h + 1, L)``
        ``(-1)**j`` times the determinant without column ``j``: the solutions of ``lines @ w == 0``
        where the rows are independent, zero where they are not.

    Examples
    --------
    >>> cofactors(np.array([[1, 2, 3], [0, 1, 4]])[..., None])[:, 0]
    array([ 5, -4,  1])
    """
    height = len(lines)
    every = tuple(range(height + 1))
    if not height:
        return np.ones((1, lines.shape[2]), dtype=lines.dtype)
    minors: dict[tuple[int, ...], Array] = {(j,): lines[0, j] for j in every}
    for size in range(2, height + 1):  # expanded along the next row, for all sets of columns
        minors = {
            chosen: sum(
                (-1) ** (size - 1 + at) * lines[size - 1, j] * minors[_without(chosen, j)]
                for at, j in enumerate(chosen)
            )
            for chosen in combinations(every, size)
        }
    return np.stack([(-1) ** j * minors[_without(every, j)] for j in every])


def _without(chosen: tuple[int, ...], one: int) -> tuple[int, ...]:
    return tuple(j for j in chosen if j != one)
