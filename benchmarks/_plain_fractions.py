"""All extreme equilibria of one game in plain fractions: an oracle that shares no code with ours.

Slow and short on purpose; `strategic` enumerates in bulk, on minors that it shares between bases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from strategic.arrays import Array
from strategic.games.game import Game

Actions = tuple[int, ...]
Matrix = list[list[int]]


@dataclass(frozen=True)
class Vertex:
    """A vertex of a best-reply polytope: a mixture and the opponent's best replies to it."""

    support: frozenset[int]
    replies: frozenset[int]
    strategy: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class ExactGame:
    """One two-player game in integers, with every extreme equilibrium."""

    row: Matrix
    column: Matrix

    @classmethod
    def of(cls, game: Game) -> ExactGame:
        """Bring one game to integers; each player's payoffs are scaled by one factor."""
        row, column = game.fractions()
        return cls(row=_integers(row), column=_integers(column.T))

    @cached_property
    def row_side(self) -> Side:
        """Mixtures of the column player, held in place by the row player's payoffs."""
        return Side.of(self.row)

    @cached_property
    def column_side(self) -> Side:
        """Mixtures of the row player, held in place by the column player's payoffs."""
        return Side.of(self.column)

    @cached_property
    def equilibria(self) -> list[tuple[Vertex, Vertex]]:
        """Every extreme equilibrium, by support of the row player, then of the column player."""
        pairs = [
            (x, y)
            for x in self.column_side.vertices
            for y in self.row_side.vertices
            if x.support <= y.replies and y.support <= x.replies
        ]
        return sorted(pairs, key=_order)

    @cached_property
    def indices(self) -> dict[tuple[Vertex, Vertex], int]:
        """Index carried by each extreme equilibrium; those of a component are to be added."""
        found = dict.fromkeys(self.equilibria, 0)
        rows, columns = self.row_side.perturbed, self.column_side.perturbed
        for basis in rows.keys() & ((i, j) for j, i in columns):
            y, sign_row = rows[basis]
            x, sign_column = columns[basis[::-1]]
            found[x, y] += (-1) ** (len(basis[0]) + 1) * sign_row * sign_column
        return found


@dataclass(frozen=True, eq=False)
class Side:
    """Vertices held in place by one player's payoffs, and the bases of the perturbed game."""

    vertices: list[Vertex]
    perturbed: dict[tuple[Actions, Actions], tuple[Vertex, int]]

    @classmethod
    def of(cls, matrix: Matrix) -> Side:
        """Go through all square bases of a matrix."""
        table = Minors(matrix)
        vertices: dict[tuple[frozenset[int], frozenset[int]], Vertex] = {}
        perturbed = {}
        for rows, columns in _bases(len(matrix), len(matrix[0])):
            vertex = table.vertex(rows, columns)
            if vertex is None:
                continue
            vertex = vertices.setdefault((vertex.support, vertex.replies), vertex)
            sign = table.perturbed_sign(rows, columns)
            if sign:
                perturbed[rows, columns] = vertex, sign
        return cls(list(vertices.values()), perturbed)


class Minors:
    """Bordered minors ``det[1 | A_IK]`` of an integer matrix, kept as they are asked for."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix
        self._known: dict[tuple[Actions, Actions], int] = {}

    def minor(self, rows: Actions, columns: Actions) -> int:
        """Expand ``det[1 | A_IK]`` along its last column."""
        if not columns:
            return 1
        key = rows, columns
        if key not in self._known:
            last, sign = columns[-1], (-1) ** (len(rows) - 1)
            self._known[key] = sum(
                sign
                * (-1) ** p
                * self._matrix[row][last]
                * self.minor(_without(rows, p), columns[:-1])
                for p, row in enumerate(rows)
            )
        return self._known[key]

    def vertex(self, rows: Actions, columns: Actions) -> Vertex | None:
        """Find the mixture on ``columns`` that makes ``rows`` best replies, if there is one."""
        weights = [(-1) ** p * self.minor(rows, _without(columns, p)) for p in range(len(columns))]
        outside = self._outside(rows, columns, self.minor)
        sign = _common_sign([*weights, *outside.values()])
        total = sum(weights)
        if not sign or not total:
            return None
        strategy = [Fraction(0)] * len(self._matrix[0])
        for column, weight in zip(columns, weights, strict=True):
            strategy[column] = Fraction(weight, total)
        tied = (row for row, value in outside.items() if value == 0)
        return Vertex(
            support=frozenset(j for j, w in zip(columns, weights, strict=True) if w),
            replies=frozenset([*rows, *tied]),
            strategy=tuple(strategy),
        )

    def perturbed_sign(self, rows: Actions, columns: Actions) -> int:
        """Sign shared by all tests of a basis once row ``i`` loses ``eps^i``; 0 if they differ."""
        weights = [
            (-1) ** p * self._perturbed(rows, _without(columns, p)) for p in range(len(columns))
        ]
        signs = [*weights, *self._outside(rows, columns, self._perturbed).values()]
        return signs[0] if len(set(signs)) == 1 else 0

    def _outside(self, rows: Actions, columns: Actions, minor: Any) -> dict[int, int]:
        tests = {}
        for row in set(range(len(self._matrix))) - set(rows):
            joined = tuple(sorted((*rows, row)))
            tests[row] = (-1) ** joined.index(row) * minor(joined, columns)
        return tests

    def _perturbed(self, rows: Actions, columns: Actions) -> int:
        value = self.minor(rows, columns)
        if value:
            return _sign(value)
        for p in range(len(rows)):
            slope = sum(
                (-1) ** (p + q) * self.minor(_without(rows, p), _without(columns, q))
                for q in range(len(columns))
            )
            if slope:
                return _sign(slope)
        return 0


def _bases(rows: int, columns: int) -> list[tuple[Actions, Actions]]:
    return [
        (i, j)
        for size in range(1, min(rows, columns) + 1)
        for i in combinations(range(rows), size)
        for j in combinations(range(columns), size)
    ]


def _order(pair: tuple[Vertex, Vertex]) -> tuple[tuple[int, list[int]], ...]:
    x, y = pair
    sets = (x.support, y.support, x.replies, y.replies)
    return tuple((len(actions), sorted(actions)) for actions in sets)


def _integers(payoffs: Array) -> Matrix:
    numbers = [[Fraction(value) for value in row] for row in payoffs]
    scale = math.lcm(*(value.denominator for row in numbers for value in row))
    return [[int(value * scale) for value in row] for row in numbers]


def _without(actions: Actions, place: int) -> Actions:
    return actions[:place] + actions[place + 1 :]


def _common_sign(values: list[int]) -> int:
    signs = {_sign(value) for value in values} - {0}
    return signs.pop() if len(signs) == 1 else 0


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
