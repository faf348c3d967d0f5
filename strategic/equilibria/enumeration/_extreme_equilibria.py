"""Extreme equilibria of blocks of games, ties included, from exact payoff differences."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._vertex_pairs import Pairs, paired_vertices
from strategic.equilibria.enumeration._vertices import both_sides


@dataclass(frozen=True, eq=False)
class ExtremeEquilibria:
    """Extreme equilibria of a block of games, by game, then by supports.

    Parameters
    ----------
    game : array ``(E,)``
    x, y : arrays ``(m, E)``, ``(n, E)``
        Doubles, or Fractions.
    x_vertex, y_vertex : arrays ``(E,)`` of int
        Which vertex each strategy is: equal numbers, equal strategies.
    index : array ``(E,)`` of int
        Sum of the indices of the perturbed game's equilibria that have it as their limit; those of
        a component add up to the index of the component.
    degenerate : array ``(games,)`` of bool
    sound : array ``(games,)`` of bool
        Whether indices add up to one and the perturbed game has an odd number of equilibria.
    """

    game: Array
    x: Array
    y: Array
    x_vertex: Array
    y_vertex: Array
    index: Array
    degenerate: Array
    sound: Array

    @property
    def isolated_index(self) -> Array:
        """The index as doubles, NaN where an equilibrium shares a strategy with another."""
        alone = np.bincount(self.x_vertex)[self.x_vertex] == 1
        alone &= np.bincount(self.y_vertex)[self.y_vertex] == 1
        return np.where(alone, self.index, np.nan)


def extreme_equilibria(row: Array, column: Array, *, fractions: bool = False) -> ExtremeEquilibria:
    """Find all extreme equilibria from exact payoff differences.

    Parameters
    ----------
    row : array ``(m - 1, n, games)``
        Payoffs of the row player less those of row 0: whole numbers, in a type that holds their
        minors.
    column : array ``(n - 1, m, games)``
        The same of the column player, transposed.
    fractions : bool, default False
        Whether to give the strategies as Fractions.

    Notes
    -----
    A pair of vertices is an equilibrium if and only if each support is within the best replies to
    the other strategy. Such pairs are the extreme equilibria: every equilibrium is a convex
    combination of those of one maximal Nash subset. Indices come from the perturbed game, which
    has no ties.

    References
    ----------
    Mangasarian, O. L. (1964). Equilibrium points of bimatrix games. Journal of the Society for
    Industrial and Applied Mathematics 12, 778-780.
    Avis, D., Rosenberg, G. D., Savani, R. and von Stengel, B. (2010). Enumeration of Nash
    equilibria for two-player games. Economic Theory 42, 9-37.
    """
    games = row.shape[2]
    m, n = column.shape[1], row.shape[1]
    pairs, strategies = listed_extremes(
        row, column, lines=m + n, fractions=fractions, every_index=True
    )
    order = pairs.order()
    game, x, y = (numbers.take(order) for numbers in (pairs.game, pairs.x, pairs.y))
    return ExtremeEquilibria(
        game=game,
        x=strategies[:m].take(order, axis=1),
        y=strategies[m:].take(order, axis=1),
        x_vertex=x * games + game,
        y_vertex=y * games + game,
        index=pairs.index.take(order).astype(np.int64),
        degenerate=pairs.degenerate,
        sound=pairs.sound,
    )


def listed_extremes(
    row: Array,
    column: Array,
    *,
    lines: int,
    fractions: bool = False,
    every_index: bool = False,
) -> tuple[Pairs, Array]:
    """Find the same in the order in which pairs are found.

    Returns the pairs, and a table ``(lines, E)`` with both strategies, then lines to fill; without
    lines only the pairs are found.
    """
    m, n, games = column.shape[1], row.shape[1], row.shape[2]
    rows, columns = both_sides(row, column)
    pairs = paired_vertices(rows, columns, games, every_index=every_index)
    kind, zero, one = (object, Fraction(0), Fraction(1)) if fractions else (float, 0.0, 1.0)
    table: Array = np.empty((lines, len(pairs.game)), dtype=kind)
    if not lines:
        return pairs, table
    table[: m + n] = zero
    of = pairs.lines
    for side, code, part, shares, support in (
        (columns, pairs.x, pairs.mixed_x, table[:m], of.support_x),
        (rows, pairs.y, pairs.mixed_y, table[m : m + n], of.support_y),
    ):
        flat = shares.reshape(-1)
        start = of.action.take(support) * len(pairs.game)
        for pure in (slice(0, part.start), slice(part.stop, len(pairs.game))):
            flat[start.take(pairs.line[pure]) + np.arange(pure.start, pure.stop)] = one
        side.fill_mixtures(shares[:, part], code[part], pairs.game[part], fractions=fractions)
    return pairs, table
