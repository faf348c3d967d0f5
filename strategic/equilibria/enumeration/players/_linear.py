"""Gains and their Jacobian at mixed profiles, and inverses, with the batch last."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from strategic.arrays import Array

Shares = Sequence[Array]
"""Per player ``(k_i, E)``: a mixture of the axes of a table."""


def mixed(table: Array, shares: Shares, *, but: int = -1) -> Array:
    """Mix ``(n, k_1, .., k_p, E)`` along the axes of all players, of ``but`` apart.

    Axes of length one are dropped. The order of the sums is fixed, so the bits do not depend on
    the batch.
    """
    for player in reversed(range(len(shares))):
        if player == but:
            continue
        axis = 1 + player
        if table.shape[axis] == 1:
            table = table[(slice(None),) * axis + (0,)]
            continue
        lines = along(table, axis)
        total = lines[:, 0] * shares[player][0]
        for action in range(1, len(shares[player])):
            total += lines[:, action] * shares[player][action]
        table = total.reshape(*table.shape[:axis], *table.shape[axis + 1 :])
    return table


def along(table: Array, axis: int) -> Array:
    """See a table by one of its axes, those before and those behind: ``(before, k, behind, E)``.

    (`numpy.moveaxis` would take longer than what is computed.)
    """
    before, k, behind = prod(table.shape[:axis]), table.shape[axis], table.shape[axis + 1 : -1]
    return table.reshape(before, k, prod(behind), table.shape[-1])


def system(tables: Sequence[Array], sizes: Sequence[int], shares: Shares) -> tuple[Array, Array]:
    """Evaluate the gains of all actions in use, and their Jacobian.

    Parameters
    ----------
    tables : sequence of arrays ``(n_i - 1, k_1, .., 1, .., k_p, E)``
        As in `Gains`.
    sizes : sequence of int
        Actions in use.
    shares : sequence of arrays ``(k_i, E)``

    Returns
    -------
    values : array ``(m, E)``
        Gains by player and action, references apart; ``m`` is the sum of ``k_i - 1``.
    jacobian : array ``(m, m, E)``
        By the shares of players and actions, those of the references being what is left of one.
    """
    starts = np.concatenate([[0], np.cumsum([k - 1 for k in sizes])]).tolist()
    unknowns, games = starts[-1], tables[0].shape[-1]
    values = np.zeros((unknowns, games))
    jacobian = np.zeros((unknowns, unknowns, games))
    for player, size in enumerate(sizes):
        rows = slice(starts[player], starts[player + 1])
        used = tables[player][: size - 1]
        for other, k in enumerate(sizes):
            if size == 1 or k == 1 or other == player:
                continue
            line = mixed(used, shares, but=other)
            jacobian[rows, starts[other] : starts[other + 1]] = line[:, 1:] - line[:, :1]
            values[rows] = mixed_line(line, shares[other])
    return values, jacobian


def mixed_line(line: Array, share: Array) -> Array:
    """Mix ``(n, k, E)`` along its middle axis."""
    total: Array = line[:, 0] * share[0]
    for action in range(1, len(share)):
        total += line[:, action] * share[action]
    return total


def inverse(matrices: Array) -> tuple[Array, Array]:
    """Invert matrices ``(m, m, E)`` by elimination with row exchanges.

    Returns
    -------
    inverses : array ``(m, m, E)``
        Not finite where a matrix is singular.
    sign : array ``(E,)``
        Of the determinant.
    """
    size, count = len(matrices), matrices.shape[2]
    work = np.concatenate([matrices, np.zeros_like(matrices)], axis=1)
    work[np.arange(size), size + np.arange(size)] = 1.0
    sign = np.ones(count)
    for step in range(size):
        row = step + np.abs(work[step:, step]).argmax(axis=0)
        moved = np.flatnonzero(row != step)
        if len(moved):
            chosen = row[moved]
            upper = work[step][:, moved].copy()
            work[step][:, moved] = work[chosen, :, moved].T
            work[chosen, :, moved] = upper.T
            sign[moved] *= -1
        pivot = work[step, step].copy()
        sign *= np.sign(pivot)
        work[step, step:] /= pivot
        for other in range(size):
            if other != step:
                factor = work[other, step].copy()
                work[other, step:] -= factor * work[step, step:]
    return work[:, size:], sign
