"""Exact pivoting on integers: Lemke-Howson that cannot err or cycle, and exact supports."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

Exact = np.ndarray[Any, Any]


def as_integers(payoffs: Exact) -> Exact:
    """Scale fractions (or doubles) to integers by their common denominator, all at least 1.

    Parameters
    ----------
    payoffs : array
        Fractions, integers or doubles; doubles are taken as the dyadic numbers they are.

    Returns
    -------
    array of Python int
        The same payoffs after a positive affine map, so the game is the same.

    Examples
    --------
    >>> as_integers(np.array([0.5, 0.75]))
    array([1, 2], dtype=object)
    """
    ratios = [value.as_integer_ratio() for value in payoffs.ravel().tolist()]
    common = lcm(*(denominator for _, denominator in ratios))
    numbers = [numerator * (common // denominator) for numerator, denominator in ratios]
    low = min(numbers)
    result = np.empty(len(numbers), dtype=object)
    result[:] = [number - low + 1 for number in numbers]
    return result.reshape(payoffs.shape)


class IntegerDictionary:
    """The constraints ``s = 1 - M z`` with integer numerators over one denominator."""

    def __init__(self, matrix: Exact, slack_labels: range, labels: range) -> None:
        self.table = np.hstack([np.full((matrix.shape[0], 1), 1, dtype=object), matrix])
        self.denominator = 1
        self.basic = list(slack_labels)
        self.nonbasic = [-1, *labels]
        self.slacks = tuple(slack_labels)

    def pivot(self, label: int) -> int:
        """Bring ``label`` into the basis; return the label that leaves."""
        place = self.nonbasic.index(label)
        row = self._leaving_row(place)
        table, old = self.table, self.denominator
        entering, pivot_row = table[:, place].copy(), table[row].copy()
        pivot = entering[row]
        table = (pivot * table - entering[:, None] * pivot_row) // old
        table[row], table[:, place] = pivot_row, -entering
        table[row, place] = old
        self.table, self.denominator = table, pivot
        leaving = self.basic[row]
        self.basic[row], self.nonbasic[place] = label, leaving
        return leaving

    def _leaving_row(self, place: int) -> int:
        rows = [r for r in range(len(self.basic)) if self.table[r, place] > 0]
        for key in range(-1, len(self.slacks)):
            if len(rows) == 1:
                break
            ratios = [Fraction(self._key(r, key), self.table[r, place]) for r in rows]
            low = min(ratios)
            rows = [r for r, ratio in zip(rows, ratios, strict=True) if ratio == low]
        return rows[0]

    def _key(self, row: int, key: int) -> int:
        if key < 0:
            return int(self.table[row, 0])
        label = self.slacks[key]
        if label in self.nonbasic:
            return int(self.table[row, self.nonbasic.index(label)])
        return self.denominator if self.basic[row] == label else 0


def exact_path(row: Exact, column: Exact, label: int) -> tuple[list[int], list[int], int]:
    """Follow the lexicographic Lemke-Howson path from one label in exact arithmetic.

    Parameters
    ----------
    row, column : array (m, n) of int
        Payoffs from `as_integers`, all positive.
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
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games.
    von Stengel, B. (2002). Computing equilibria for two-person games. Handbook of Game Theory 3.

    Examples
    --------
    >>> payoffs = as_integers(np.array([[2, 0], [0, 1]]))
    >>> exact_path(payoffs, payoffs, 0)
    ([0], [0], 2)
    """
    m, n = row.shape
    first = IntegerDictionary(column.T.copy(), range(m, m + n), range(m))
    pair = (first, IntegerDictionary(row, range(m), range(m, m + n)))
    turn, entering, pivots = (0 if label < m else 1), label, 0
    while True:
        entering = pair[turn].pivot(entering)
        pivots += 1
        if entering == label:
            break
        turn = 1 - turn
    rows = sorted(found for found in pair[0].basic if found < m)
    columns = sorted(found - m for found in pair[1].basic if found >= m)
    return rows, columns, pivots


def exact_mixtures(
    row: Exact, column: Exact, rows: Sequence[int], columns: Sequence[int]
) -> tuple[list[Fraction], list[Fraction]] | None:
    """Solve the indifference equations of a support pair exactly and check every deviation.

    Parameters
    ----------
    row, column : array (m, n) of int
        Payoffs as integers (`as_integers`).
    rows, columns : sequence of int
        Equally many actions of each player; some may end with probability zero.

    Returns
    -------
    pair of list of Fraction, or None
        The mixtures; None when the equations are singular or this is no equilibrium.
    """
    y = _best_against(row, rows, columns)
    x = None if y is None else _best_against(column.T, columns, rows)
    return None if x is None or y is None else (x, y)


def _best_against(
    payoffs: Exact, rows: Sequence[int], columns: Sequence[int]
) -> list[Fraction] | None:
    mixture = exact_vertex(payoffs, rows, columns)
    if mixture is None:
        return None
    common = lcm(*(p.denominator for p in mixture))
    earned = payoffs @ np.array([int(p * common) for p in mixture], dtype=object)
    return mixture if earned.max() == earned[rows[0]] else None


def exact_vertex(
    payoffs: Exact, rows: Sequence[int], columns: Sequence[int]
) -> list[Fraction] | None:
    """Mixture on ``columns`` against which all ``rows`` earn the same, if there is exactly one.

    Parameters
    ----------
    payoffs : array (m, n) of int
        Payoffs of the player who is made indifferent.
    rows, columns : sequence of int
        As many rows as columns, or more: in a degenerate game the equations are too many.

    Returns
    -------
    list of Fraction, or None
        None when the equations have no solution, many, or one with a negative probability.

    Examples
    --------
    >>> [str(p) for p in exact_vertex(as_integers(np.array([[2, 0], [0, 1]])), [0, 1], [0, 1])]
    ['1/3', '2/3']
    """
    if not len(rows) or len(rows) < len(columns):
        return None
    chosen = payoffs[np.ix_(rows, columns)]
    system = np.full((len(rows), len(columns) + 1), 0, dtype=object)
    system[0, :] = 1
    system[1:, :-1] = chosen[1:] - chosen[0]
    solved = _solve(system)
    if solved is None or min(solved[0]) < 0:
        return None
    mixture = [Fraction(0)] * payoffs.shape[1]
    for action, numerator in zip(columns, solved[0], strict=True):
        mixture[action] = Fraction(numerator, solved[1])
    return mixture


def _solve(system: Exact) -> tuple[list[int], int] | None:
    # Bareiss elimination: every division is exact and numbers stay determinants.
    size, previous = system.shape[1] - 1, 1
    for step in range(size):
        row = next((r for r in range(step, len(system)) if system[r, step] != 0), None)
        if row is None:
            return None
        if row != step:
            system[[step, row]] = system[[row, step]]
        pivot, line, entries = system[step, step], system[step].copy(), system[:, step].copy()
        system = (pivot * system - entries[:, None] * line) // previous
        system[step], previous = line, pivot
    if any(value != 0 for value in system[size:, size]):
        return None
    sign = 1 if previous > 0 else -1
    return [sign * int(value) for value in system[:size, size]], sign * int(previous)
