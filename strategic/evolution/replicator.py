"""Replicator dynamics of one population and of two: how shares change."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array


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
    Taylor, P. D. and Jonker, L. B. (1978). Evolutionary stable strategies and game dynamics.
    Mathematical Biosciences 40, 145-156.

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
