"""Logit dynamics: populations that move towards noisy best replies."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.errors import GameError

FloatArray = NDArray[np.float64]


def logit_choice(payoffs: ArrayLike, precision: ArrayLike, /) -> FloatArray:
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
    behind = u - u.max(axis=-1, keepdims=True)
    slope = np.asarray(precision, float)[..., None]
    with np.errstate(invalid="ignore"):
        weights = np.exp(np.where(behind == 0.0, 0.0, slope * behind))
    choice: FloatArray = weights / weights.sum(axis=-1, keepdims=True)
    return choice


def logit_field(
    row: ArrayLike, column: ArrayLike, x: ArrayLike, y: ArrayLike, precision: ArrayLike, /
) -> tuple[FloatArray, FloatArray]:
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
    Fudenberg and Levine (1998), The Theory of Learning in Games, chapter 4.

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


def logit_path(
    row: ArrayLike,
    column: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    /,
    *,
    precision: ArrayLike,
    times: ArrayLike,
    steps: int = 100,
) -> tuple[FloatArray, FloatArray]:
    """Integrate the logit dynamics of two populations.

    Parameters
    ----------
    row, column, x, y, precision
        As for `logit_field`; shares at the first time.
    times : array_like, shape (t,)
        Times at which shares are wanted, in order.
    steps : int, default 100
        Runge-Kutta steps between two times.

    Returns
    -------
    tuple of ndarray, shapes (..., t, m) and (..., t, n)
        Shares of both populations.

    Examples
    --------
    >>> both = [[1.0, 0.0], [0.0, 1.0]]
    >>> ends, _ = logit_path(
    ...     both, both, [0.6, 0.4], [0.6, 0.4], precision=0.0, times=[0.0, 30.0]
    ... )
    >>> ends[-1].round(6)
    array([0.5, 0.5])
    """
    moments = np.asarray(times, float)
    if moments.ndim != 1 or not len(moments) or steps < 1:
        raise GameError("needs at least one time and one step", where="logit_path")
    p, q = np.asarray(x, float), np.asarray(y, float)
    states = [(p, q)]
    for length in np.diff(moments):
        h = length / steps
        for _ in range(steps):
            a1, b1 = logit_field(row, column, p, q, precision)
            a2, b2 = logit_field(row, column, p + h / 2 * a1, q + h / 2 * b1, precision)
            a3, b3 = logit_field(row, column, p + h / 2 * a2, q + h / 2 * b2, precision)
            a4, b4 = logit_field(row, column, p + h * a3, q + h * b3, precision)
            p = p + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
            q = q + h / 6 * (b1 + 2 * b2 + 2 * b3 + b4)
        states.append((p, q))
    rows = np.broadcast_arrays(*(one for one, _ in states))
    columns = np.broadcast_arrays(*(other for _, other in states))
    return np.stack(rows, axis=-2), np.stack(columns, axis=-2)
