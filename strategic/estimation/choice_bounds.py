"""Bounds of numbers under which every choice is the better one, where there is no noise."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array

_FEASIBLE = 1e-7  # by how much a programme may miss a limit


def separated_bounds(
    columns: Array, rest: Array, chosen: Array
) -> tuple[list[float], list[float]] | None:
    """Bound numbers under which every choice is right: ``rest + columns b >= 0`` where chosen.

    Returns
    -------
    tuple of two lists, or None
        Least and largest value of every number; None where no numbers explain every choice.

    Examples
    --------
    >>> separated_bounds(np.ones((2, 1)), np.array([1.0, -2.0]), np.array([True, False]))
    ([-1.0], [2.0])
    """
    signs = np.where(chosen, 1.0, -1.0)
    rows, limits = -signs[:, None] * columns, signs * rest
    if (np.count_nonzero(rows, axis=1) <= 1).all():
        return _bounds_one_by_one(rows, limits)
    from scipy.optimize import linprog

    ends: tuple[list[float], list[float]] = ([], [])
    for k in range(columns.shape[1]):
        for end, sign in zip(ends, (1.0, -1.0), strict=True):
            aim = np.zeros(columns.shape[1])
            aim[k] = sign
            found = linprog(
                aim, A_ub=rows, b_ub=limits, bounds=[(None, None)] * len(aim), method="highs"
            )
            if found.status == 2:
                return None
            end.append(float(sign * found.fun) if found.status == 0 else -sign * np.inf)
    return ends


def _bounds_one_by_one(rows: Array, limits: Array) -> tuple[list[float], list[float]] | None:
    """Bound numbers of which each row holds one at most, ``rows b <= limits``: no programme."""
    if (limits[~rows.any(axis=1)] < -_FEASIBLE).any():
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = limits[:, None] / rows
    low = np.where(rows < 0, ends, -np.inf).max(axis=0, initial=-np.inf)
    high = np.where(rows > 0, ends, np.inf).min(axis=0, initial=np.inf)
    return None if (low > high + _FEASIBLE).any() else (low.tolist(), high.tolist())
