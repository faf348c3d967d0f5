"""Dominance by mixtures, decided in whole numbers by the simplex method."""

from __future__ import annotations

from typing import Literal

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import integer_pivot


def undominated_or_weights(gains: Array, *, kind: Literal["strict", "weak"]) -> Array | None:
    """Find whole weights of the rows whose sum is positive everywhere, or prove there are none.

    Parameters
    ----------
    gains : array (actions, profiles) of Python int
        What each action earns more than the one in question.
    kind : {"strict", "weak"}
        Positive in every profile, or nowhere negative and somewhere positive.

    Returns
    -------
    array (actions,) of Python int, or None
        If strict, the least weighted gain is the largest possible for a mixture.

    Notes
    -----
    Strict: with gains shifted to be positive, ``H``, the largest ``sum(y)`` with ``H y <= 1`` has
    the best mixture as its dual (von Neumann 1928: the value of the game is the least gain).
    Weak: no weights exist if and only if every gain is at most zero in expectation for some belief
    with full support (Pearce 1984, lemma 4), here ``y + s`` with ``s > 0`` the same everywhere.

    Examples
    --------
    >>> gains = np.array([[2, -1], [-1, 2]], dtype=object)
    >>> undominated_or_weights(gains, kind="strict").tolist()
    [3, 3]
    """
    actions, profiles = gains.shape
    if kind == "strict":
        shift = 1 - min(int(gains.min()), 0)
        weights = _dual(gains + shift, np.full(actions, 1), np.full(profiles, 1))
        least = None if weights is None else (weights @ gains).min()
        return weights if least is not None and least > 0 else None
    everywhere = gains.sum(axis=1)[:, None]
    aim = np.append(np.zeros(profiles, dtype=int), 1)
    return _dual(np.hstack([gains, everywhere]), np.zeros(actions, dtype=int), aim)


def _dual(matrix: Array, right: Array, aim: Array) -> Array | None:
    """Maximise ``aim @ y`` over ``y >= 0`` with ``matrix @ y <= right``; ``right`` is >= 0.

    Gives the dual solution times a positive number, or None where ``aim @ y`` is unbounded.
    """
    rows, columns = matrix.shape
    table = np.zeros((rows + 1, columns + rows + 1), dtype=object)
    table[:rows, :columns], table[:rows, -1], table[-1, :columns] = matrix, right, -aim
    table[np.arange(rows), columns + np.arange(rows)] = 1
    basic, denominator, moved = np.arange(columns, columns + rows), 1, True
    while True:
        costs = table[-1, :-1]
        falling = np.flatnonzero(costs < 0)
        if not falling.size:
            return np.asarray(table[-1, columns:-1])
        # The steepest column while the value rises, the first one (Bland 1977) while it stands
        # still: so no basis comes twice.
        entering = int(falling[costs[falling].argmin()] if moved else falling[0])
        ratios = np.flatnonzero(table[:rows, entering] > 0)
        if not ratios.size:
            return None
        leaving = int(ratios[0])
        for row in ratios[1:].tolist():
            mine = table[row, -1] * table[leaving, entering]
            theirs = table[leaving, -1] * table[row, entering]
            if mine < theirs or (mine == theirs and basic[row] < basic[leaving]):
                leaving = row
        moved = table[leaving, -1] > 0
        pivot = table[leaving, entering]
        previous = np.array([denominator], dtype=object)
        (table,) = integer_pivot(table[None], leaving, entering, previous)
        basic[leaving], denominator = entering, pivot
