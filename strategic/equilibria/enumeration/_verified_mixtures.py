"""Signs of shares and slacks that are certain, from approximate inverses of linear systems.

A mixture that makes some replies equally good solves ``M z = b``. With any approximate inverse R
and any approximate solution z, the true one is within ``|R| |b - M z| / (1 - |I - R M|)`` of it,
provided that the last norm is below one, in which case M is not singular. Everything on the right
is computed, in Euclidean norms, with a bound on its own rounding (Rump 2010, Verification methods,
Acta Numerica 19).
"""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._best_reply_walk import Chunk

UNIT = 2.0**-53
_MOST_DEFECT = 0.5


def facets(gains: Array) -> Array:
    """Write down the slacks of all labels as linear functions of ``(x, v)``.

    Parameters
    ----------
    gains : array ``(games, e, d)``
        What each reply earns against each action; entries of at most 1.

    Returns
    -------
    array ``(games, d + e, d + 1)``
    """
    games, e, d = gains.shape
    slacks = np.zeros((games, d + e, d + 1))
    slacks[:, np.arange(d), np.arange(d)] = 1.0
    np.negative(gains, out=slacks[:, d:, :d])
    slacks[:, d:, d] = 1.0
    return slacks


def certain_vertices(chunk: Chunk, slacks: Array, doubt: Array) -> Array:
    """Tell which vertices are certainly there, with no label tight but those of the basis.

    Parameters
    ----------
    chunk : Chunk
        From `walk`.
    slacks : array ``(games, d + e, d + 1)``
        From `facets`.
    doubt : array ``(games,)``
        How far an entry may be from the true one.

    Returns
    -------
    array ``(F,)`` of bool
    """
    (d, lanes), game, tight = chunk.tight.shape, chunk.game, chunk.tight.T
    # The dictionary is the inverse: (x, v) as functions of one and the slacks of tight labels.
    inverse = np.empty((lanes, d + 1, d + 1))
    inverse[:, :d] = chunk.table[:d].transpose(2, 0, 1)
    inverse[:, d] = chunk.table[-1].T
    system = np.zeros((lanes, d + 1, d + 1))
    system[:, 0, :d] = 1.0
    system[:, 1:] = slacks[game[:, None], tight]
    solution = inverse[:, :, 0]
    every = np.matmul(slacks[game], solution[:, :, None])[:, :, 0]
    # What is tight by definition is not asked for a sign: its slack is a residual.
    left = np.square(np.take_along_axis(every, tight, axis=1)).sum(axis=1)
    left += np.square(solution[:, :d].sum(axis=1) - 1.0)
    np.put_along_axis(every, tight, np.inf, axis=1)
    size, radius = _radius(inverse, system, doubt[game], np.sqrt(left))
    return np.asarray(every.min(axis=1) > _slack_radius(radius, size, doubt[game], d))


def certain_replies(payoffs: Array, doubt: Array, rows: Array) -> tuple[Array, Array]:
    """Verify the mixtures of columns that make as many rows best replies, one set per lane.

    Parameters
    ----------
    payoffs : array ``(L, m, k)``
        What every row earns against the columns mixed; entries of at most 1.
    doubt : array ``(L,)``
        How far an entry may be from the true one.
    rows : array ``(L, k)`` of int
        The rows to be made equally good.

    Returns
    -------
    held : array ``(L,)`` of bool
        Every share is certainly positive and every other row certainly worse.
    refused : array ``(L,)`` of bool
        Some share is certainly negative, or some other row certainly better.
    """
    lanes, _, k = payoffs.shape
    system = bordered(np.take_along_axis(payoffs, rows[:, :, None], axis=1))
    singular = np.zeros(lanes, dtype=bool)
    try:
        inverse = np.linalg.inv(system)
    except np.linalg.LinAlgError:
        singular = np.linalg.det(system) == 0
        inverse = np.linalg.inv(np.where(singular[:, None, None], np.eye(k + 1), system))
    y, v = inverse[:, :k, 0], inverse[:, k:, 0]
    slacks = v - np.matmul(payoffs, y[:, :, None])[:, :, 0]
    left = np.square(np.take_along_axis(slacks, rows, axis=1)).sum(axis=1)
    left += np.square(y.sum(axis=1) - 1.0)
    size, radius = _radius(inverse, system, doubt, np.sqrt(left))
    radius[singular] = np.inf
    far = _slack_radius(radius, size, doubt, k)
    np.put_along_axis(slacks, rows, np.inf, axis=1)
    share, slack = y.min(axis=1), slacks.min(axis=1)
    return (share > radius) & (slack > far), (share < -radius) | (slack < -far)


def bordered(tables: Array) -> Array:
    """Write down the systems for the mixtures of columns that make all rows equally good.

    Parameters
    ----------
    tables : array ``(L, k, k)``

    Returns
    -------
    array ``(L, k + 1, k + 1)``
        For the unknowns y and v, right-hand side ``(1, 0, ..., 0)``: shares add up to one, and
        ``v - tables @ y = 0``.
    """
    lanes, k, _ = tables.shape
    system = np.ones((lanes, k + 1, k + 1), dtype=tables.dtype)
    system[:, 0, k] = 0
    np.negative(tables, out=system[:, 1:, :k])
    return system


def _radius(inverse: Array, system: Array, doubt: Array, residual: Array) -> tuple[Array, Array]:
    """Bound the distance of the first column of the inverse to the true solution.

    Infinite where the inverse is too far off. Returns the sum of the moduli of the solution too.
    """
    unknowns = system.shape[1]
    # Sums of n products are off by at most 1.01 n u of the sum of moduli; entries are at most 1.
    off = 1.01 * (unknowns + 2) * UNIT + doubt
    defect = np.matmul(inverse, system)
    diagonal = np.arange(unknowns)
    defect[:, diagonal, diagonal] -= 1.0
    norm = _norm(inverse)
    defect_norm = _norm(defect) + norm * unknowns * off
    size = np.abs(inverse[:, :, 0]).sum(axis=1)
    left = residual + np.sqrt(unknowns) * off * (size + 1.0)
    with np.errstate(all="ignore"):
        radius = 1.01 * norm * left / (1.0 - defect_norm)
    radius[~(defect_norm < _MOST_DEFECT)] = np.inf
    return size, radius


def _norm(matrices: Array) -> Array:
    return np.asarray(np.sqrt(np.einsum("lij,lij->l", matrices, matrices)))


def _slack_radius(radius: Array, size: Array, doubt: Array, mixed: int) -> Array:
    """Bound the error of a slack: that of v and of the shares, of the entries, and of the sum."""
    sums = 1.01 * (mixed + 2) * UNIT + doubt
    return np.asarray((mixed + 1) * radius + sums * (size + radius))
