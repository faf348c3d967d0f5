"""Logit dynamics: populations that move towards logit best responses."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array


def logit_choice(payoffs: ArrayLike, precision: ArrayLike, /) -> Array:
    """Compute the logit response to the payoffs of actions.

    Parameters
    ----------
    payoffs : array_like, shape (..., n)
        Payoff of each action.
    precision : array_like, shape (...)
        Lambda: 0 is uniform, infinity shares the choice among the best.

    Returns
    -------
    ndarray, shape (..., n)
        ``exp(lambda u_i) / sum_j exp(lambda u_j)``, without overflow.

    Examples
    --------
    >>> logit_choice([1000.0, 1000.0, 0.0], 5.0), logit_choice([1.0, 1.0, 0.0], float("inf"))
    (array([0.5, 0.5, 0. ]), array([0.5, 0.5, 0. ]))
    """
    u = np.asarray(payoffs, float)
    slope = np.asarray(precision, float)[..., None]
    with np.errstate(invalid="ignore", over="ignore"):
        behind = u - u.max(axis=-1, keepdims=True)
        weights = np.exp(np.where(behind == 0.0, 0.0, slope * behind))
    choice: Array = weights / weights.sum(axis=-1, keepdims=True)
    return choice


def logit_field(
    row: ArrayLike, column: ArrayLike, x: ArrayLike, y: ArrayLike, precision: ArrayLike, /
) -> tuple[Array, Array]:
    """Compute how shares change when both populations move towards logit responses.

    Parameters
    ----------
    row, column : array_like, shape (..., m, n)
        Payoffs of the two players. For one population give its payoffs and their transpose.
    x, y : array_like, shape (..., m) and (..., n)
        Shares in the row and in the column population.
    precision : array_like, shape (...)
        Lambda.

    Returns
    -------
    tuple of ndarray
        ``logit(A y) - x`` and ``logit(x B) - y``. It is zero exactly at logit equilibria.

    References
    ----------
    Fudenberg, D. and Levine, D. K. (1998). The Theory of Learning in Games. MIT Press.

    Examples
    --------
    >>> pennies = [[1.0, -1.0], [-1.0, 1.0]]
    >>> logit_field(pennies, [[-1.0, 1.0], [1.0, -1.0]], [0.5, 0.5], [0.5, 0.5], 9.0)
    (array([0., 0.]), array([0., 0.]))
    """
    A, B = np.asarray(row, float), np.asarray(column, float)
    p, q = np.asarray(x, float), np.asarray(y, float)
    ahead, behind = (A @ q[..., None])[..., 0], (p[..., None, :] @ B)[..., 0, :]
    return logit_choice(ahead, precision) - p, logit_choice(behind, precision) - q
