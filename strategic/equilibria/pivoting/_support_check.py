"""Prove by float arithmetic with error bounds that support pairs carry an equilibrium, in bulk."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array

_UNIT = float(np.finfo(float).eps)
_TINY = 1e-290
NINE_DIGITS = 1e-9
"""What the shares of a mixture that is shown may err by, relative to each of them."""


def mixtures_on(
    row: Array, column: Array, rows: Array, columns: Array, *, accuracy: float = np.inf
) -> tuple[Array, Array, Array]:
    """Solve the indifference equations of one support pair per game and certify the signs.

    Parameters
    ----------
    row, column : array (games, m, n)
        Payoffs.
    rows, columns : array of int (games, k)
        The supports, equally large.
    accuracy : float, default inf
        Largest relative error of a share: signs may be certain where an ill-conditioned game
        leaves a share few digits. By default the signs alone count.

    Returns
    -------
    x, y : array (games, m), (games, n)
        The mixtures, zero outside the supports; NaN where the equations are singular.
    certain : array of bool (games,)
        Whether every probability and every loss from deviating is positive beyond its error
        bound, and every probability as accurate as asked: then exactly these supports carry a
        regular equilibrium of the payoffs as given.

    Notes
    -----
    With ``M y = e`` the indifference equations and ``R`` a float inverse of ``M``, the error of
    the float solution is at most ``|R| (|e - M y| + g |M| |y|) / (1 - |I - R M|)`` in the
    maximum norm, where ``g`` bounds the rounding of a scalar product.

    References
    ----------
    Rump, S. M. (2010). Verification methods: rigorous results using floating-point arithmetic. Acta
    Numerica 19, 287-449.

    Examples
    --------
    >>> pennies = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    >>> both = np.array([[0, 1]])
    >>> mixtures_on(pennies, -pennies, both, both)
    (array([[0.5, 0.5]]), array([[0.5, 0.5]]), array([ True]))
    """
    y, sure_y = _mixture_on(row, rows, columns, accuracy)
    x, sure_x = _mixture_on(column.swapaxes(1, 2), columns, rows, accuracy)
    return x, y, sure_x & sure_y


def _mixture_on(
    payoffs: Array, rows: Array, columns: Array, accuracy: float
) -> tuple[Array, Array]:
    """Mix ``columns`` so that ``rows`` are equally good, and tell whether the signs are sure."""
    numbers = np.arange(len(payoffs))[:, None]
    every = np.arange(payoffs.shape[1])[:, None]
    against = payoffs[numbers[:, :, None], every, columns[:, None]]
    # To at most 1/2 by a power of two: exact but for numbers 1e290 times smaller than the
    # largest, for which the bounds allow by `_TINY`.
    _, power = np.frexp(np.abs(against).max(axis=(1, 2), keepdims=True))
    against = np.ldexp(against, -power - 1)
    with np.errstate(all="ignore"):
        losses = against[numbers[:, 0], rows[:, 0]][:, None] - against
        system = losses[numbers, rows]
        system[:, 0, :] = 1.0  # replaces the loss of the first row, which is zero
        weights, error = _solution(system)
        gamma = (losses.shape[2] + 4) * _UNIT
        lost = (losses @ weights[:, :, None])[:, :, 0]
        sizes = np.abs(losses)
        bound = gamma * (sizes @ np.abs(weights)[:, :, None])[:, :, 0]
        bound += (1.0 + gamma) * error[:, None] * sizes.sum(axis=2) + _TINY
        lost[numbers, rows] = np.inf  # zero by construction
        least = np.minimum(1.0, accuracy) * weights
        sure = np.asarray((least > error[:, None]).all(axis=1) & (lost > bound).all(axis=1))
        weights = np.maximum(weights, 0.0)
        weights /= weights.sum(axis=1, keepdims=True)
    mixture = np.zeros((payoffs.shape[0], payoffs.shape[2]))
    mixture[numbers, columns] = weights
    return mixture, sure


def _solution(system: Array) -> tuple[Array, Array]:
    """Solve for the first unit vector, with a bound on the error of every weight; see the notes."""
    size = system.shape[1]
    inverse = matrix_inverses(system)
    weights = inverse[:, :, 0]
    residual = np.abs((system @ weights[:, :, None])[:, :, 0] - np.eye(size)[0])
    gamma = (size + 4) * _UNIT
    sizes = np.abs(system)
    residual += gamma * (sizes @ np.abs(weights)[:, :, None])[:, :, 0] + _TINY
    absolute = np.abs(inverse)
    miss = np.abs(np.eye(size) - inverse @ system) + gamma * (absolute @ sizes)
    contraction = miss.sum(axis=2).max(axis=1) * (1.0 + gamma)
    raw = (absolute @ residual[:, :, None])[:, :, 0].max(axis=1)
    error = raw / (1.0 - contraction) * (1.0 + 2.0 * gamma)
    # Only a contraction proves the system regular; NaN compares false.
    return weights, np.where(contraction < 1.0, error, np.inf)


def matrix_inverses(systems: Array) -> Array:
    """Invert a stack of matrices; singular ones give NaN and do not disturb the others."""
    with np.errstate(all="ignore"):
        try:
            return np.asarray(np.linalg.inv(systems))
        except np.linalg.LinAlgError:
            sign, _ = np.linalg.slogdet(systems)
        regular = (sign != 0) & np.isfinite(sign)
        inverse = np.full_like(systems, np.nan)
        inverse[regular] = np.linalg.inv(systems[regular])
    return inverse
