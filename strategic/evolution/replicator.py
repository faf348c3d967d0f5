"""Replicator dynamics of one population and of two."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.evolution._runge_kutta import integrate


def replicator_field(payoffs: ArrayLike, shares: ArrayLike, /) -> Array:
    """Compute how shares change in one population that plays against itself.

    Parameters
    ----------
    payoffs : array_like, shape (..., n, n)
        Payoff of the row strategy against the column strategy.
    shares : array_like, shape (..., n)
        Shares of the strategies.

    Returns
    -------
    ndarray, shape (..., n)
        ``x_i [(A x)_i - x A x]``.

    References
    ----------
    Taylor and Jonker (1978), Mathematical Biosciences 40, 145-156.

    Examples
    --------
    >>> replicator_field([[0.0, 2.0], [1.0, 0.0]], [0.5, 0.5])
    array([ 0.125, -0.125])
    """
    A, x = np.asarray(payoffs, float), np.asarray(shares, float)
    fitness = (A @ x[..., None])[..., 0]
    return np.asarray(x * (fitness - (x * fitness).sum(axis=-1, keepdims=True)))


def two_population_field(
    row: ArrayLike, column: ArrayLike, x: ArrayLike, y: ArrayLike, /
) -> tuple[Array, Array]:
    """Compute how shares change in two populations that play against each other.

    Parameters
    ----------
    row, column : array_like, shape (..., m, n)
        Payoffs of the two players.
    x, y : array_like, shape (..., m) and (..., n)
        Shares in the row and in the column population.

    Returns
    -------
    tuple of ndarray
        ``x_i [(A y)_i - x A y]`` and ``y_j [(x B)_j - x B y]``.

    Examples
    --------
    >>> both = [[1.0, 0.0], [0.0, 1.0]]
    >>> two_population_field(both, both, [0.5, 0.5], [0.75, 0.25])
    (array([ 0.125, -0.125]), array([0., 0.]))
    """
    A, B = np.asarray(row, float), np.asarray(column, float)
    p, q = np.asarray(x, float), np.asarray(y, float)
    ahead, behind = (A @ q[..., None])[..., 0], (p[..., None, :] @ B)[..., 0, :]
    return (
        p * (ahead - (p * ahead).sum(axis=-1, keepdims=True)),
        q * (behind - (q * behind).sum(axis=-1, keepdims=True)),
    )


def replicator_path(
    row: ArrayLike,
    column: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    /,
    *,
    times: ArrayLike,
    steps: int = 100,
) -> tuple[Array, Array]:
    """Integrate the replicator dynamics of two populations.

    Parameters
    ----------
    row, column : array_like, shape (..., m, n)
        Payoffs of the two players. For one population give its payoffs and their transpose, and
        the same start twice.
    x, y : array_like, shape (..., m) and (..., n)
        Shares at the first time.
    times : array_like, shape (t,)
        Times at which shares are wanted, in order.
    steps : int, default 100
        Runge-Kutta steps between two times.

    Returns
    -------
    tuple of ndarray, shapes (..., t, m) and (..., t, n)
        Shares of both populations.

    Notes
    -----
    Fourth-order Runge-Kutta on log-weights, d(ln x_i)/dt = (A y)_i up to a common term, so that
    shares stay positive and sum to one.

    Examples
    --------
    >>> both = [[1.0, 0.0], [0.0, 1.0]]
    >>> ends, _ = replicator_path(
    ...     both, both, [0.6, 0.4], [0.6, 0.4], times=[0.0, 20.0], steps=400
    ... )
    >>> ends[-1].round(4)
    array([1., 0.])
    """
    A, B = np.asarray(row, float), np.asarray(column, float)
    p, q = np.asarray(x, float), np.asarray(y, float)
    shape = np.broadcast_shapes(A.shape[:-2], B.shape[:-2], p.shape[:-1], q.shape[:-1])
    with np.errstate(divide="ignore"):
        u = np.broadcast_to(np.log(p), (*shape, p.shape[-1]))
        v = np.broadcast_to(np.log(q), (*shape, q.shape[-1]))

    def slope(u: Array, v: Array) -> tuple[Array, Array]:
        return (A @ _shares(v)[..., None])[..., 0], (_shares(u)[..., None, :] @ B)[..., 0, :]

    # Only differences of log-weights matter; keeping the largest at 0 keeps them in range.
    states = integrate(
        slope, (u, v), times, steps, lambda w: np.asarray(w - w.max(axis=-1, keepdims=True))
    )
    rows, columns = ([_shares(weights) for weights in side] for side in zip(*states, strict=True))
    return np.stack(rows, axis=-2), np.stack(columns, axis=-2)


def _shares(weights: Array) -> Array:
    x = np.exp(weights - weights.max(axis=-1, keepdims=True))
    return np.asarray(x / x.sum(axis=-1, keepdims=True))
