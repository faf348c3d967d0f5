"""Extreme equilibria of blocks of games, ties included, from exact payoff differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._vertex_pairs import EVERY, Pairs, paired_vertices
from strategic.equilibria.enumeration._vertices import Side, both_sides


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
    games, m = row.shape[2], column.shape[1]
    found = listed_extremes(row, column, indices=EVERY)
    pairs = found.pairs
    strategies = found.strategies(np.arange(len(pairs.game)), fractions=fractions)
    return ExtremeEquilibria(
        game=pairs.game,
        x=strategies[:m],
        y=strategies[m:],
        x_vertex=pairs.x * games + pairs.game,
        y_vertex=pairs.y * games + pairs.game,
        index=pairs.index.astype(np.int64),  # type: ignore[union-attr]
        degenerate=pairs.degenerate,
        sound=pairs.sound,
    )


class ListedExtremes(NamedTuple):
    """Extreme equilibria as pairs of vertices, and both players' vertices.

    These are in memory that is written over for the next games.
    """

    pairs: Pairs
    rows: Side
    columns: Side

    def strategies(self, lanes: Array, *, fractions: bool = False) -> Array:
        """Give both strategies of some of the pairs, ``(m + n, lanes)``."""
        game = self.pairs.game.take(lanes)
        sides = (self.columns, self.pairs.x), (self.rows, self.pairs.y)
        return np.concatenate(
            [of.mixtures(code.take(lanes), game, fractions=fractions) for of, code in sides]
        )


def listed_extremes(row: Array, column: Array, *, indices: str | None) -> ListedExtremes:
    """Find the same as pairs of vertices; ``indices`` are as of `paired_vertices`."""
    rows, columns = both_sides(row, column)
    pairs = paired_vertices(rows, columns, row.shape[2], indices=indices)
    return ListedExtremes(pairs, rows, columns)
