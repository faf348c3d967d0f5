"""Check support pairs of games with integer payoffs exactly, in bulk, ties and all."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array

_LARGEST = 2.0**62
_LARGEST_PAYOFF = 2.0**52


def integer_mixtures_on(
    row: Array, column: Array, rows: Array, columns: Array
) -> tuple[Array, Array, Array]:
    """Solve the indifference equations of one support pair a game in 64-bit integers.

    Parameters
    ----------
    row, column : array (games, m, n)
        Payoffs, as doubles.
    rows, columns : array of int (games, k)
        Equally many actions of each player; some may end with probability zero.

    Returns
    -------
    x, y : array (games, m), (games, n)
        The mixtures, zero outside the supports.
    proved : array of bool (games,)
        Whether this is an equilibrium; False too where payoffs are no integers, or so large
        that a determinant might overflow.

    Notes
    -----
    Fraction-free elimination (Bareiss 1968): every number is a minor, at most
    ``k^(k/2) R^(k-1)`` for a payoff range ``R`` (Hadamard), so overflow is ruled out beforehand.

    References
    ----------
    Bareiss, E. (1968). Sylvester's identity and multistep integer-preserving Gaussian
    elimination. Mathematics of Computation 22.

    Examples
    --------
    >>> game = np.array([[[1.0, 0.0], [0.0, 0.0]]])
    >>> one = np.array([[1]])
    >>> integer_mixtures_on(game, game, one, one)
    (array([[0., 1.]]), array([[0., 1.]]), array([ True]))
    """
    y, sure_y = _mixture_on(row, rows, columns)
    x, sure_x = _mixture_on(column.swapaxes(1, 2), columns, rows)
    return x, y, sure_x & sure_y


def _mixture_on(payoffs: Array, rows: Array, columns: Array) -> tuple[Array, Array]:
    numbers, size = np.arange(len(payoffs))[:, None], rows.shape[1]
    fits = _fits(payoffs, size)
    whole = np.where(fits[:, None, None], payoffs, 0.0).astype(np.int64)
    against = whole[numbers[:, :, None], np.arange(payoffs.shape[1])[:, None], columns[:, None]]
    losses = against[numbers[:, 0], rows[:, 0]][:, None] - against
    system = np.zeros((len(payoffs), size, size + 1), dtype=np.int64)
    system[:, :, :size] = losses[numbers, rows]
    system[:, 0] = 1
    weights, total = _eliminated(system)
    lost = (losses * weights[:, None, :]).sum(axis=2)
    proved = fits & (total > 0) & (weights >= 0).all(axis=1) & (lost >= 0).all(axis=1)
    mixture = np.zeros((len(payoffs), payoffs.shape[2]))
    mixture[numbers, columns] = weights / np.where(total > 0, total, 1)[:, None]
    return mixture, np.asarray(proved)


def _fits(payoffs: Array, size: int) -> Array:
    flat = payoffs.reshape(len(payoffs), -1)
    spread = np.ptp(flat, axis=1)
    whole = (flat == np.rint(flat)).all(axis=1) & (np.abs(flat).max(axis=1) < _LARGEST_PAYOFF)
    with np.errstate(over="ignore"):
        largest = size ** (size / 2) * np.maximum(spread, 1.0) ** (size - 1)
        return np.asarray(whole & (2.0 * largest * largest * len(payoffs[0]) < _LARGEST))


def _eliminated(system: Array) -> tuple[Array, Array]:
    """Weights and their common denominator, made positive; denominator 0 if singular."""
    games, size = np.arange(len(system)), system.shape[1]
    previous = np.ones(len(system), dtype=np.int64)
    singular = np.zeros(len(system), dtype=bool)
    for step in range(size):
        row = step + (system[:, step:, step] != 0).argmax(axis=1)
        line, upper = system[games, row].copy(), system[:, step].copy()
        system[games, row] = upper
        pivot = line[:, step]
        singular |= pivot == 0
        pivot = np.where(singular, 1, pivot)
        entries = system[:, :, step].copy()
        system = pivot[:, None, None] * system - entries[:, :, None] * line[:, None, :]
        system //= previous[:, None, None]
        system[:, step], previous = line, pivot
    sign = np.where(previous > 0, 1, -1)
    total = np.where(singular, 0, sign * previous)
    return np.where(singular[:, None], 0, sign[:, None] * system[:, :, size]), total
