"""Equilibria on small supports, in bulk: size one by maxima, size two by conditional dominance."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from strategic.arrays import Array

_BOUND = 8 * float(np.finfo(float).eps)  # two products of differences of at most 1, each rounded
_TINY = 1e-280  # a difference below it may have underflowed when the game was scaled


def first_pure(row: Array, column: Array) -> Array:
    """Find the first pure equilibrium of every game, in the order of rows.

    Parameters
    ----------
    row, column : array (m, n, games)
        Payoffs, the batch axis last. Only compared, so the answer is exact.

    Returns
    -------
    array of int (games,)
        ``row * n + column`` of the cell, -1 where there is none.

    Examples
    --------
    >>> first_pure(np.eye(2)[:, :, None], np.eye(2)[:, :, None])
    array([0])
    """
    best = (row == row.max(axis=0)) & (column == column.max(axis=1, keepdims=True))
    cells = best.reshape(-1, best.shape[2])
    return np.asarray(np.where(cells.any(axis=0), cells.argmax(axis=0), -1))


def first_of_size_two(row: Array, column: Array) -> tuple[Array, Array, Array]:
    """Find the first equilibrium on two actions each, proved by error bounds.

    Parameters
    ----------
    row, column : array (m, n, games)
        Payoffs that differ by at most 1 within a game, the batch axis last.

    Returns
    -------
    supports : array of int (4, games)
        Rows ``i, k`` and columns ``j, l``; -1 where no pair was proved.
    x, y : array (2, games)
        Probabilities of the two rows and of the two columns.

    Notes
    -----
    A pair of rows is ruled out against a pair of columns where one row dominates the other given
    these columns (conditional dominance). Whether a third row does worse is the sign of a 3x3
    minor, the same minor for all three pairs of the triple.

    References
    ----------
    Porter, R., Nudelman, E. and Shoham, Y. (2008). Simple search methods for finding a Nash
    equilibrium. Games and Economic Behavior 63, 642-662.

    Examples
    --------
    >>> pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])[:, :, None]
    >>> supports, x, y = first_of_size_two(pennies, -pennies)
    >>> supports[:, 0], x[:, 0]
    (array([0, 1, 0, 1]), array([0.5, 0.5]))
    """
    m, n, games = row.shape
    flipped = column.swapaxes(0, 1)
    down, across = list(combinations(range(m), 2)), list(combinations(range(n), 2))
    mine, theirs = _sole_best_replies(row), _sole_best_replies(flipped)
    supports = np.full((4, games), -1)
    for p in range(len(down) - 1, -1, -1):  # backwards, so that the first pair stays
        both = mine[p] & theirs[:, p]
        found = np.flatnonzero(both.any(axis=0))
        supports[:2, found] = np.array(down[p])[:, None]
        supports[2:, found] = np.array(across).T[:, both[:, found].argmax(axis=0)]
    probabilities = np.zeros((2, 2, games))
    found = np.flatnonzero(supports[0] >= 0)
    i, k, j, other = supports[:, found]
    for side, (payoffs, best, used) in enumerate(
        ((flipped, (j, other), (i, k)), (row, (i, k), (j, other)))
    ):
        # Each action's weight is the other action's difference between the two replies.
        weights = np.abs(
            [payoffs[best[0], a, found] - payoffs[best[1], a, found] for a in used[::-1]]
        )
        probabilities[side][:, found] = weights / weights.sum(axis=0)
    return supports, *probabilities


def _sole_best_replies(payoffs: Array) -> Array:
    """Whether each pair of rows is best, and alone so, at its indifference on each column pair.

    Array of bool ``(row pairs, column pairs, games)``, pairs in the order of `combinations`.
    """
    rows = payoffs.shape[0]
    first, second = np.array(list(combinations(range(payoffs.shape[1]), 2))).T
    near, far, up, best = {}, {}, {}, {}
    for i, k in combinations(range(rows), 2):
        gain = payoffs[i] - payoffs[k]
        near[i, k], far[i, k] = gain[first], gain[second]
        above, below = gain > _TINY, gain < -_TINY
        up[i, k] = above[first]
        # Neither row dominates the other given these columns: the differences cross zero.
        best[i, k] = (up[i, k] & below[second]) | (below[first] & above[second])
    # Against the mixture that makes i and k equally good, r loses by a 3x3 minor over the
    # difference of i and k; the minor is the same for all three pairs of the triple.
    for i, k, r in combinations(range(rows), 3):
        minor = far[i, r] * near[i, k]
        minor -= near[i, r] * far[i, k]
        positive = minor > _BOUND
        certain = positive | (minor < -_BOUND)
        negative = ~positive
        for pair, losing in (((i, k), negative), ((i, r), positive), ((k, r), negative)):
            best[pair] &= (losing ^ up[pair]) & certain
    return np.stack(list(best.values()))
