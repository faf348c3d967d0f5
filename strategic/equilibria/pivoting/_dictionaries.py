"""Float pivoting on one best-response polytope, held as a dictionary of basic variables."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array

DEGENERATE = 1e11
TIE = 1e-10


class Dictionary:
    """The constraints ``s = 1 - M z`` of one player's polytope, with labels on ``s`` and ``z``.

    Column 0 of ``table`` is the right-hand side, ``column[label]`` the column of a nonbasic
    variable, 0 where it is basic; ``basic`` holds the labels of the rows.
    The table lies in Fortran order so that one BLAS call does a pivot in place.

    Parameters
    ----------
    matrix : array (rows, columns)
        Positive coefficients ``M``.
    slack_labels, labels : sequence of int
        Labels of the slacks ``s`` (rows) and of the variables ``z`` (columns).
    """

    __slots__ = ("basic", "column", "ratios", "slacks", "table", "update")

    def __init__(self, matrix: Array, slack_labels: range, labels: range) -> None:
        from scipy.linalg.blas import dger

        self.update = dger
        rows = matrix.shape[0]
        self.table = np.ones((rows, 1 + matrix.shape[1]), order="F")
        self.table[:, 1:] = matrix
        self.basic = list(slack_labels)
        self.slacks = tuple(slack_labels)
        self.column = [0] * (rows + matrix.shape[1])
        for place, label in enumerate(labels):
            self.column[label] = place + 1
        self.ratios = np.empty(rows)

    def fastest_row(self, column: Array) -> int:
        """Row of the smallest ratio, or -1 where the vertex is nearly degenerate."""
        # The inverse ratio is largest where the ratio is smallest, and needs no mask for
        # entries that are not positive.
        ratios = np.divide(column, self.table[:, 0], self.ratios)
        row = int(ratios.argmax())
        return row if 0.0 < ratios.item(row) < DEGENERATE else -1

    def lexicographic_row(self, column: Array) -> int:
        """Row of the lexicographically smallest ratio; unique, so no path can cycle.

        Ties of the right-hand side are broken by the columns of the slacks in turn, as if it were
        ``1 + eps**1, 1 + eps**2, ...``; a basic slack has a unit column.
        """
        rows = np.flatnonzero(column > TIE)
        if not rows.size:
            return -1
        for slack in (None, *self.slacks):
            if slack is None:
                values = np.maximum(self.table[rows, 0], 0.0)
            elif self.column[slack]:
                values = self.table[rows, self.column[slack]]
            else:
                values = (rows == self.basic.index(slack)).astype(float)
            values = values / column[rows]
            low = values.min()
            rows = rows[values <= low + TIE * max(1.0, abs(low))]
            if rows.size == 1:
                break
        return int(rows[0])

    def pivot(self, label: int, *, lexicographic: bool = False) -> int:
        """Bring ``label`` into the basis; return the label that leaves, or -1 when stuck."""
        table, place = self.table, self.column[label]
        entering = table[:, place].copy()
        row = self.lexicographic_row(entering) if lexicographic else self.fastest_row(entering)
        if row < 0:
            return -1
        inverse = 1.0 / entering.item(row)
        line = table[row]
        pivot_row = line * inverse
        pivot_row[place] = inverse  # the leaving variable takes the column of the entering one
        table[:, place] = 0.0
        self.update(-1.0, entering, pivot_row, 1, 1, table, 1, 1, 1)
        line[:] = pivot_row
        leaving = self.basic[row]
        self.basic[row] = label
        self.column[leaving], self.column[label] = place, 0
        return leaving


def best_response_dictionaries(row: Array, column: Array) -> tuple[Dictionary, Dictionary]:
    """Make the polytopes of the row player's and the column player's mixtures.

    Labels ``0..m-1`` are the row player's actions, ``m..m+n-1`` the column player's.
    """
    m, n = row.shape
    first = Dictionary(positive(column).T, range(m, m + n), range(m))
    return first, Dictionary(positive(row), range(m), range(m, m + n))


def positive(payoffs: Array) -> Array:
    """Map the payoffs of each game ``(*batch, m, n)`` to [1, 2] by a positive affine map.

    Positive payoffs make the polytopes bounded, and no affine map changes an equilibrium.

    Examples
    --------
    >>> positive(np.array([[-3.0, 5.0]]))
    array([[1., 2.]])
    """
    scaled = payoffs / np.maximum(np.abs(payoffs).max(axis=(-2, -1), keepdims=True), 1e-300)
    low = scaled.min(axis=(-2, -1), keepdims=True)
    spread = scaled.max(axis=(-2, -1), keepdims=True) - low
    return np.asarray(1.0 + (scaled - low) / np.where(spread > 0.0, spread, 1.0))
