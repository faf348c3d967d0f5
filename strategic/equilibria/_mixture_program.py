"""The linear program over mixtures that zero-sum, dominance, commitment and correlation share."""

from __future__ import annotations

from typing import Any

import numpy as np

from strategic.arrays import Array


def mixture_program(
    cost: Array,
    rows: Array,
    *,
    right: float = 0.0,
    last: tuple[float | None, float | None] | None = None,
    method: str = "highs-ds",
) -> Any:
    """Minimise ``cost @ z`` over mixtures ``z`` with ``rows @ z <= right`` (HiGHS).

    Parameters
    ----------
    cost : array (variables,)
    rows : array (constraints, variables)
    right : float
    last : pair, optional
        Bounds of a last variable that is no part of the mixture; there is none by default.
    method : str
        Of `scipy.optimize.linprog`.

    Returns
    -------
    scipy.optimize.OptimizeResult

    Examples
    --------
    >>> mixture_program(np.array([1.0, 2.0]), np.array([[1.0, 0.0]]), right=0.25).x
    array([0.25, 0.75])
    """
    from scipy.optimize import linprog

    beside = 0 if last is None else 1
    weights = len(cost) - beside
    return linprog(
        cost,
        A_ub=rows,
        b_ub=np.full(len(rows), right),
        A_eq=np.append(np.ones(weights), np.zeros(beside))[None],
        b_eq=[1.0],
        bounds=[(0, None)] * weights + ([last] if last else []),
        method=method,
    )
