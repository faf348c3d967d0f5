"""Prove by float arithmetic with error bounds that support pairs carry an equilibrium, in bulk."""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Numbers = np.ndarray[Any, Any]
_UNIT = float(np.finfo(float).eps)
_TINY = 1e-290


def mixtures_on(
    row: Floats, column: Floats, rows: Numbers, columns: Numbers
) -> tuple[Floats, Floats, Numbers]:
    """Solve the indifference equations of one support pair a game and certify the signs.

    Parameters
    ----------
    row, column : array (games, m, n)
        Payoffs.
    rows, columns : array of int (games, k)
        The supports, equally large.

    Returns
    -------
    x, y : array (games, m), (games, n)
        The mixtures, zero outside the supports; NaN where the equations are singular.
    certain : array of bool (games,)
        Whether every probability and every loss from deviating is positive beyond its error
        bound: then exactly these supports carry a regular equilibrium of the payoffs as given.

    Notes
    -----
    With ``M y = e`` the indifference equations and ``R`` a float inverse of ``M``, the error of
    the float solution is at most ``|R| (|e - M y| + g |M| |y|) / (1 - |I - R M|)`` in the
    maximum norm, where ``g`` bounds the rounding of a scalar product.

    References
    ----------
    Rump, S. M. (2010). Verification methods: rigorous results using floating-point arithmetic.
    Acta Numerica 19.

    Examples
    --------
    >>> pennies = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    >>> both = np.array([[0, 1]])
    >>> mixtures_on(pennies, -pennies, both, both)
    (array([[0.5, 0.5]]), array([[0.5, 0.5]]), array([ True]))
    """
    y, sure_y = mixture_on(row, rows, columns)
    x, sure_x = mixture_on(column.swapaxes(1, 2), columns, rows)
    return x, y, sure_x & sure_y


def mixture_on(payoffs: Floats, rows: Numbers, columns: Numbers) -> tuple[Floats, Numbers]:
    """Mixture on ``columns`` that makes ``rows`` equally good, and whether its signs are sure."""
    numbers = np.arange(len(payoffs))[:, None]
    against = scaled_payoffs(
        payoffs[numbers[:, :, None], np.arange(payoffs.shape[1])[:, None], columns[:, None]]
    )
    with np.errstate(all="ignore"):
        losses = against[numbers[:, 0], rows[:, 0]][:, None] - against
        inner = losses[numbers, rows]
        inner[:, 0, :] = 1.0
        weights, error = _solution(inner)
        lost, bound = _outside(losses, rows, weights, error)
        sure = np.asarray((weights > error[:, None]).all(axis=1) & (lost > bound).all(axis=1))
        weights = np.maximum(weights, 0.0)
        weights /= weights.sum(axis=1, keepdims=True)
    mixture = np.zeros((payoffs.shape[0], payoffs.shape[2]))
    mixture[numbers, columns] = weights
    return mixture, sure


def scaled_payoffs(payoffs: Floats) -> Floats:
    """Scale each game ``(games, m, n)`` by a power of two so that payoffs are at most 1/2.

    Exact but for numbers 1e290 times smaller than the largest, which the error bounds allow for.

    Examples
    --------
    >>> scaled_payoffs(np.array([[[3.0, -4.0]]]))
    array([[[ 0.1875, -0.25  ]]])
    """
    _, power = np.frexp(np.abs(payoffs).max(axis=(1, 2), keepdims=True))
    return np.asarray(np.ldexp(payoffs, -power - 1))


def _solution(system: Floats) -> tuple[Floats, Floats]:
    size = system.shape[1]
    inverse = inverses(system)
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
    return weights, np.where(contraction < 1.0, error, np.inf)


def _outside(
    losses: Floats, rows: Numbers, weights: Floats, error: Floats
) -> tuple[Floats, Floats]:
    gamma = (losses.shape[2] + 4) * _UNIT
    lost = (losses @ weights[:, :, None])[:, :, 0]
    sizes = np.abs(losses)
    bound = gamma * (sizes @ np.abs(weights)[:, :, None])[:, :, 0]
    bound += (1.0 + gamma) * error[:, None] * sizes.sum(axis=2) + _TINY
    lost[np.arange(len(rows))[:, None], rows] = np.inf
    return lost, bound


def inverses(systems: Floats) -> Floats:
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
