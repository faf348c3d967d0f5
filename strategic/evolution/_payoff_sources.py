"""Where payoffs of populations come from: a game, a matrix, formulas, a function.

Here and in all that moves shares, points are last: shares and payoffs of a population have shape
``(n_i, *points)``. Sums go one by one in a fixed order, never through BLAS, so that no result
depends on how many points there are or where one stands among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.evolution._programs import Program, compiled
from strategic.evolution.payoff_formulas import PayoffFormulas

_STEP = 6e-6
"""Of central differences: the cube root of the rounding error."""


@dataclass(frozen=True, eq=False)
class Multilinear:
    """Payoffs of a game: expected over what the other populations do.

    ``tables[i]`` has shape ``(*batch, n_1, ..., n_p)``.
    """

    tables: tuple[Array, ...]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self.tables[0].shape
        return shape[: len(shape) - len(self.tables)]

    def at(self, index: Any) -> Multilinear:
        return Multilinear(tuple(_chosen(table, index, len(self.tables)) for table in self.tables))

    def payoffs(self, shares: Sequence[Array]) -> list[Array]:
        return [self._kept(shares, (player,)) for player in range(len(shares))]

    def jacobians(self, shares: Sequence[Array]) -> list[list[Array]]:
        points = shares[0].shape[1:]
        return [
            [
                np.zeros((len(mine), len(theirs), *points))
                if i == j
                else self._kept(shares, (i, j))
                for j, theirs in enumerate(shares)
            ]
            for i, mine in enumerate(shares)
        ]

    def _kept(self, shares: Sequence[Array], kept: tuple[int, ...]) -> Array:
        """Average the first kept player's payoffs over the actions of those not kept."""
        count = len(self.tables)
        places = range(-count, 0)
        table = np.moveaxis(self.tables[kept[0]], places, range(count))
        for axis in reversed(range(count)):
            if axis not in kept:
                table = averaged(table, shares[axis], axis)
        if len(kept) == 2 and kept[0] > kept[1]:
            table = np.swapaxes(table, 0, 1)
        points = shares[0].shape[1:]
        return np.broadcast_to(table, (*table.shape[: len(kept)], *points))


def _chosen(table: Array, index: Any, actions: int) -> Array:
    """Index the axes of a batch; points that are listed are laid out last in memory."""
    entry = index if isinstance(index, tuple) else (index,)
    found = table[(*entry, *(slice(None),) * actions)]
    if found.ndim == 1 + actions and any(np.ndim(part) for part in entry):
        found = np.moveaxis(np.ascontiguousarray(np.moveaxis(found, 0, -1)), -1, 0)
    return np.asarray(found)


def averaged(table: Array, weights: Array, axis: int) -> Array:
    """Sum a table ``(actions..., *points)`` along one axis of actions, weighted."""
    entry: list[Any] = [slice(None)] * axis
    total = table[(*entry, 0)] * weights[0]
    for action in range(1, len(weights)):
        total = total + table[(*entry, action)] * weights[action]
    return np.asarray(total)


@dataclass(frozen=True, eq=False)
class Within:
    """One population that plays a symmetric game against itself; matrix ``(*batch, n, n)``."""

    matrix: Array

    @property
    def batch_shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self.matrix.shape[:-2]
        return shape

    def at(self, index: Any) -> Within:
        return Within(_chosen(self.matrix, index, 2))

    def payoffs(self, shares: Sequence[Array]) -> list[Array]:
        found = averaged(np.moveaxis(self.matrix, (-2, -1), (0, 1)), shares[0], 1)
        return [np.broadcast_to(found, shares[0].shape)]

    def jacobians(self, shares: Sequence[Array]) -> list[list[Array]]:
        count, points = len(shares[0]), shares[0].shape[1:]
        moved = np.moveaxis(self.matrix, (-2, -1), (0, 1))
        return [[np.broadcast_to(moved, (count, count, *points))]]


@dataclass(frozen=True, eq=False)
class Formulas:
    """Payoffs by formulas in parameters and named shares."""

    program: Program
    names: tuple[tuple[int, int], ...]
    """Population and action of each variable."""
    sizes: tuple[int, ...]
    batch_shape: tuple[int, ...]

    @classmethod
    def of(cls, formulas: PayoffFormulas) -> Formulas:
        trees = [formula.tree for row in formulas.payoffs for formula in row]
        program = compiled(trees, tuple(formulas.shares), formulas.values)
        batch = np.broadcast_shapes(*(value.shape for value in formulas.values.values()))
        spread = replace(
            program,
            constants=tuple(
                constant if constant.ndim == 0 else np.broadcast_to(constant, batch)
                for constant in program.constants
            ),
        )
        return cls(spread, tuple(formulas.shares.values()), formulas.sizes, batch)

    def at(self, index: Any) -> Formulas:
        batch = np.broadcast_to(0.0, self.batch_shape)[index].shape
        return replace(self, program=self.program.at(index), batch_shape=batch)

    def payoffs(self, shares: Sequence[Array]) -> list[Array]:
        points = shares[0].shape[1:]
        values = iter(self.program.values(self._variables(shares)))
        return [
            np.stack([np.broadcast_to(next(values), points) for _ in range(size)])
            for size in self.sizes
        ]

    def jacobians(self, shares: Sequence[Array]) -> list[list[Array]]:
        points = shares[0].shape[1:]
        slopes = iter(self.program.derivatives(self._variables(shares)))
        found = []
        for mine in self.sizes:
            row = [np.zeros((mine, theirs, *points)) for theirs in self.sizes]
            for action in range(mine):
                for (population, other), slope in zip(self.names, next(slopes), strict=True):
                    row[population][action, other] = slope
            found.append(row)
        return found

    def _variables(self, shares: Sequence[Array]) -> list[Array]:
        return [shares[population][action] for population, action in self.names]


@dataclass(frozen=True, eq=False)
class ByFunction:
    """Payoffs by a user's function of arrays whose last axis is that of actions."""

    function: Callable[..., Any]
    sizes: tuple[int, ...]
    slopes: Callable[..., Any] | None = None
    batch_shape: tuple[int, ...] = ()

    def at(self, index: Any) -> ByFunction:
        del index  # one game only
        return self

    def payoffs(self, shares: Sequence[Array]) -> list[Array]:
        given = tuple(np.moveaxis(share, 0, -1) for share in shares)
        found = self.function(given)
        points = shares[0].shape[1:]
        return [
            np.moveaxis(np.broadcast_to(np.asarray(part, float), (*points, size)), -1, 0)
            for part, size in zip(found, self.sizes, strict=True)
        ]

    def jacobians(self, shares: Sequence[Array]) -> list[list[Array]]:
        if self.slopes is not None:
            given = tuple(np.moveaxis(share, 0, -1) for share in shares)
            return [
                [np.moveaxis(np.asarray(block, float), (-2, -1), (0, 1)) for block in row]
                for row in self.slopes(given)
            ]
        found: list[list[Array]] = [[] for _ in shares]
        for population, share in enumerate(shares):
            columns = [self._slope(shares, population, action) for action in range(len(share))]
            for row, player in zip(found, range(len(shares)), strict=True):
                row.append(np.stack([column[player] for column in columns], axis=1))
        return found

    def _slope(self, shares: Sequence[Array], population: int, action: int) -> list[Array]:
        sides = []
        for step in (_STEP, -_STEP):
            moved = [np.array(share) for share in shares]
            moved[population][action] += step
            sides.append(self.payoffs(moved))
        up, down = sides
        return [(high - low) / (2 * _STEP) for high, low in zip(up, down, strict=True)]
