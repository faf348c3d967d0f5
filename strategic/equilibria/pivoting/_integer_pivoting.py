"""Lemke-Howson on whole numbers: a path that can neither err nor cycle."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import integer_pivot


class IntegerDictionary:
    """The constraints ``s = 1 - M z`` with integer numerators over one denominator."""

    def __init__(self, matrix: Array, slack_labels: range, labels: range) -> None:
        self.table = np.hstack([np.full((matrix.shape[0], 1), 1, dtype=object), matrix])
        self.denominator = 1
        self.basic = list(slack_labels)
        self.nonbasic = [-1, *labels]
        self.slacks = tuple(slack_labels)

    def pivot(self, label: int) -> int:
        """Bring ``label`` into the basis; return the label that leaves."""
        place = self.nonbasic.index(label)
        row, old = self._leaving_row(place), self.denominator
        entering = self.table[:, place].copy()
        (table,) = integer_pivot(self.table[None], row, place, np.array([old], dtype=object))
        # The leaving variable takes the column of the entering one.
        pivot_row = table[row].copy()
        table[:, place] = -entering
        table[row], table[row, place] = pivot_row, old
        self.table, self.denominator = table, entering[row]
        leaving = self.basic[row]
        self.basic[row], self.nonbasic[place] = label, leaving
        return leaving

    def _leaving_row(self, place: int) -> int:
        """Find the row of the lexicographically smallest ratio.

        The right-hand side stands for ``1 + eps**1, 1 + eps**2, ...``: ties of the ratios are
        broken by the columns of the slacks in turn. These are linearly independent, so one row
        is left, and no basis comes twice (von Stengel 2002, section 2.6).
        """
        rows = [r for r in range(len(self.basic)) if self.table[r, place] > 0]
        for slack in (None, *self.slacks):
            if len(rows) == 1:
                break
            keys: Sequence[int]
            if slack is None:
                keys = self.table[:, 0].tolist()
            elif slack in self.nonbasic:
                keys = self.table[:, self.nonbasic.index(slack)].tolist()
            else:  # a basic slack has a unit column
                keys = [self.denominator if label == slack else 0 for label in self.basic]
            ratios = {r: Fraction(keys[r], self.table[r, place]) for r in rows}
            rows = [r for r in rows if ratios[r] == min(ratios.values())]
        return rows[0]


def exact_path(row: Array, column: Array, label: int) -> tuple[list[int], list[int], int]:
    """Follow the lexicographic Lemke-Howson path from one label in exact arithmetic.

    Parameters
    ----------
    row, column : array (m, n) of Python int
        Payoffs, from `whole_payoffs`.
    label : int
        The label dropped first: 0..m-1 a row, m..m+n-1 a column.

    Returns
    -------
    rows, columns : list of int
        The final basis: the actions that may be played, equally many for each player.
    pivots : int
        Length of the path.

    References
    ----------
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of the
    Society for Industrial and Applied Mathematics 12, 413-423.
    von Stengel, B. (2002). Computing equilibria for two-person games. In Handbook of Game Theory
    with Economic Applications, volume 3, 1723-1759. Elsevier.

    Examples
    --------
    >>> payoffs = np.array([[2, 0], [0, 1]], dtype=object)
    >>> exact_path(payoffs, payoffs, 0)
    ([0], [0], 2)
    """
    m, n = row.shape
    # Positive payoffs make the polytopes bounded; adding a constant changes no equilibrium.
    row, column = row - row.min() + 1, column - column.min() + 1
    pair = (
        IntegerDictionary(column.T, range(m, m + n), range(m)),
        IntegerDictionary(row, range(m), range(m, m + n)),
    )
    turn, entering, pivots = (0 if label < m else 1), label, 0
    while True:
        # What leaves one polytope enters the other, until the label dropped first is there again.
        entering = pair[turn].pivot(entering)
        pivots += 1
        if entering == label:
            break
        turn = 1 - turn
    rows = sorted(found for found in pair[0].basic if found < m)
    columns = sorted(found - m for found in pair[1].basic if found >= m)
    return rows, columns, pivots
