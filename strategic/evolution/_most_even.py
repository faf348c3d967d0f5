"""The most even positive solution of linear equations, exactly, for many systems at once.

A family of solutions is an affine space cut by the shares being positive. Of all its members the
most even one is unique: its smallest share is as large as can be, then its second smallest, and so
on. Relabelling actions relabels it, and where families are products it is most even in each part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import integer_pivot
from strategic.equilibria._whole_games import as_integers
from strategic.equilibria._whole_numbers import WholeNumbers

_SHORT = 2**30
"""Twice the product of two whole numbers below it is safe in 64 bits."""
_NONE = -1
"""Stands for a basic variable in a row without content."""


@dataclass(frozen=True, eq=False)
class MostEven:
    """The most even members.

    Parameters
    ----------
    shares : array ``(k, systems)``
        Rounded once; where there are none, they have no meaning.
    exist : bool array ``(systems,)``
        Whether there are positive solutions.
    single : bool array ``(systems,)``
        Whether there is at most one solution.
    """

    shares: Array
    exist: Array
    single: Array


def most_even(systems: Array) -> MostEven:
    """Find the most even of the positive solutions of linear equations.

    Parameters
    ----------
    systems : array ``(systems, equations, k + 1)``
        Whole numbers, the right-hand side last. Solutions with shares that are not negative must
        be bounded.

    Notes
    -----
    With ``x = s + t`` and all of ``s`` at least zero, the smallest share is largest where ``t``
    is: a linear program. Where a slack has a positive price, it is zero in all its solutions, and
    the share is known; the least of the others is then made as large as can be, and so on. The
    programs are solved by the criss-cross method, which needs no feasible start and cannot cycle.

    References
    ----------
    Terlaky, T. (1985). A convergent criss-cross method. Optimization 16, 683-690.

    Examples
    --------
    >>> found = most_even(np.array([[[1, 1, 1, 1], [3, 0, 0, 1]], [[1, 1, 1, 1], [1, 0, 0, 1]]]))
    >>> found.shares[:, 0], found.exist, found.single
    (array([0.33333333, 0.33333333, 0.33333333]), array([ True, False]), array([False, False]))
    """
    count, width = len(systems), systems.shape[2] - 1
    shared = np.gcd.reduce(systems, axis=2, keepdims=True)
    systems = systems // np.where(shared == 0, 1, shared)
    shares, exist = np.zeros((width, count)), np.zeros(count, dtype=bool)
    single, left = np.zeros(count, dtype=bool), np.arange(count)
    if systems.dtype != object and count:
        fits = (np.abs(systems) < _SHORT // (width + 1)).all(axis=(1, 2))
        some = np.flatnonzero(fits)
        distinct, same = _distinct(systems[some])
        programs = _Programs(distinct)
        programs.solve()
        shares[:, some] = programs.shares()[:, same]
        exist[some], single[some] = programs.alive[same], programs.single[same]
        left = np.concatenate([np.flatnonzero(~fits), some[programs.long[same]]])
    if len(left):
        programs = _Programs(as_integers(systems[left]))
        programs.solve()
        shares[:, left] = programs.shares()
        exist[left], single[left] = programs.alive, programs.single
    return MostEven(shares, exist, single)


def _distinct(systems: Array) -> tuple[Array, Array]:
    """List different systems, and say which of them each one is: those of tied games are few."""
    flat = np.ascontiguousarray(systems.reshape(len(systems), -1))
    line = flat.view(np.dtype((np.void, flat.dtype.itemsize * flat.shape[1]))).ravel()
    _, first, same = np.unique(line, return_index=True, return_inverse=True)
    return systems[first], same.ravel()


class _Programs:
    """Tables of linear programs, each over a positive denominator.

    The columns are the slacks, the level ``t`` and the constants; the last row holds the prices.
    """

    def __init__(self, systems: Array) -> None:
        count, rows, width = len(systems), systems.shape[1], systems.shape[2] - 1
        self.width = width
        self.table = np.zeros((count, rows + 1, width + 2), dtype=systems.dtype)
        self.table[:, :rows, :width] = systems[..., :-1]
        self.table[:, :rows, width] = systems[..., :-1].sum(axis=2)
        self.table[:, :rows, -1] = systems[..., -1]
        self.table[:, rows, width] = -1
        self.denominator = np.ones(count, dtype=systems.dtype)
        self.basic = np.full((count, rows), _NONE)
        self.alive = np.ones(count, dtype=bool)
        self.long = np.zeros(count, dtype=bool)
        self.free = np.ones((count, width), dtype=bool)
        self.raised: list[Array] = []
        self._reduce()
        self.single = (self.basic != _NONE).sum(axis=1) == width

    def solve(self) -> None:
        """Raise one level after the other, as long as some share can be larger."""
        lanes = np.flatnonzero(self.alive)
        while len(lanes):
            self._optimise(lanes)
            level = self.basic == self.width
            if not self.raised:  # a smallest share of zero is not positive
                self.alive &= (level & (self.table[:, :-1, -1] > 0)).any(axis=1)
            lanes = lanes[self.alive[lanes]]
            self.basic[level] = self.width + 1 + len(self.raised)
            self.raised.append(self.free.copy())
            self.free[lanes] &= self.table[lanes, -1, : self.width] <= 0
            lanes = lanes[(self.free[lanes] & ~self._in_basis(lanes)).any(axis=1)]
            self._next_level(lanes)

    def shares(self) -> Array:
        """Give the solutions, ``(k, systems)``."""
        numerators = np.zeros((len(self.table), self.width), dtype=self.table.dtype)
        lanes, rows = np.nonzero((self.basic != _NONE) & (self.basic < self.width))
        numerators[lanes, self.basic[lanes, rows]] = self.table[lanes, rows, -1]
        for number, raised in enumerate(self.raised):
            lanes, rows = np.nonzero(self.basic == self.width + 1 + number)
            numerators[lanes] += raised[lanes] * self.table[lanes, rows, -1:]
        return WholeNumbers(numerators, self.denominator).doubles().T

    def _reduce(self) -> None:
        """Find a basis, feasible or not."""
        for row in range(self.basic.shape[1]):
            content = self.table[:, row, :-1] != 0
            some = content.any(axis=1)
            self.alive &= some | (self.table[:, row, -1] == 0)
            lanes = np.flatnonzero(some & self.alive)
            self._pivot(lanes, np.full(len(lanes), row), content[lanes].argmax(axis=1))

    def _optimise(self, lanes: Array) -> None:
        """Exchange basic variables, always the first one whose constant or price is negative."""
        while len(lanes):
            table, basic = self.table[lanes], self.basic[lanes]
            none, numbers = np.iinfo(np.int64).max, np.arange(len(lanes))
            open_columns = np.ones((len(lanes), self.width + 1), dtype=bool)
            open_columns[:, : self.width] = self.free[lanes]
            costly = (table[:, -1, :-1] < 0) & open_columns
            column = costly.argmax(axis=1)
            price = np.where(costly.any(axis=1), column, none)
            short = np.where(table[:, :-1, -1] < 0, basic, none)
            row = short.argmin(axis=1)
            constant = short[numbers, row]
            by_row = constant < price
            entering = (table[numbers, row, :-1] < 0) & open_columns
            leaving = np.where(table[numbers, :-1, column] > 0, basic, none)
            column = np.where(by_row, entering.argmax(axis=1), column)
            row = np.where(by_row, row, leaving.argmin(axis=1))
            possible = np.where(by_row, entering.any(axis=1), (leaving < none).any(axis=1))
            left = np.minimum(constant, price) < none
            self.alive[lanes[left & ~possible]] = False
            left &= possible
            self._pivot(lanes[left], row[left], column[left])
            lanes = lanes[left & self.alive[lanes]]

    def _pivot(self, lanes: Array, row: Array, column: Array) -> None:
        table = self.table[lanes]
        if table.dtype != object:
            long = (np.abs(table) >= _SHORT).any(axis=(1, 2))
            self.long[lanes[long]], self.alive[lanes[long]] = True, False
            lanes, row, column, table = lanes[~long], row[~long], column[~long], table[~long]
        pivot = table[np.arange(len(lanes)), row, column]
        sign = np.where(pivot > 0, 1, -1)
        table = integer_pivot(table, row, column, self.denominator[lanes])
        self.table[lanes] = sign[:, None, None] * table
        self.denominator[lanes] = sign * pivot
        self.basic[lanes, row] = column

    def _in_basis(self, lanes: Array) -> Array:
        found = np.zeros((len(lanes), self.width + 1), dtype=bool)
        basic = self.basic[lanes]
        basic = np.where((basic == _NONE) | (basic > self.width), self.width, basic)
        np.put_along_axis(found, basic, values=True, axis=1)
        return found[:, :-1]

    def _next_level(self, lanes: Array) -> None:
        """Let a new level raise all shares that are still free."""
        moved = self.table[lanes, :, :-2] * self.free[lanes, None]
        self.table[lanes, :, -2] = moved.sum(axis=2)
        self.table[lanes, -1] = 0
        self.table[lanes, -1, -2] = -self.denominator[lanes]
