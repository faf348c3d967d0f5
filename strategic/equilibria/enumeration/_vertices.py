"""Extreme equilibria of degenerate games, from exact minors: vertices, their labels and indices.

A vertex of a best-reply polytope is known by its labels: the opponent actions in use and the best
replies to them. So vertices found from several bases are merged by comparing bits, not numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import as_fraction, kept_shares
from strategic.equilibria.enumeration._perturbation import perturbed_planes
from strategic.equilibria.enumeration._signs import (
    bits_at,
    classify_supports,
    compare_signs,
    set_bits,
    sign_planes,
)
from strategic.equilibria.enumeration._support_tables import (
    MinorLayout,
    SignTests,
    minor_layout,
    sign_tests,
    support_pairs,
)

_LABELS = 16  # bits, one per action of either player
_PAIRS_AT_ONCE = 1 << 21
_as_integer = np.frompyfunc(int, 1, 1)


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


@dataclass(frozen=True, eq=False)
class Vertices:
    """Vertices of one polytope in all games: sorted codes ``game << 16 | labels``."""

    code: Array
    game: Array
    support: Array
    replies: Array
    basis: Array


class _Side:
    """One player's payoffs: exact minors, their signs, and the vertices they hold in place.

    Parameters
    ----------
    differences : array ``(rows - 1, columns, games)``
        The player's payoffs less those of row 0.
    layout, tests
        Of this shape.
    own_masks : array ``(pairs,)``
        The player's supports as bits.
    """

    def __init__(
        self, differences: Array, layout: MinorLayout, tests: SignTests, own_masks: Array
    ) -> None:
        self.table = np.empty((layout.entries, differences.shape[2]), dtype=differences.dtype)
        self.table[0] = 1
        planes = sign_planes(differences, layout, np.zeros(layout.entries), self.table)
        self.perturbed = perturbed_planes(self.table, layout, planes)
        self.known = np.bitwise_or(*planes.reshape(2, layout.entries, -1))
        self.tests, self.own_masks, self.columns = tests, own_masks, layout.columns
        # A basis is feasible if no two signs conflict: signs are exact here, so one that is not
        # known is zero, a tie. Where all weights are zero the equations are singular.
        known = np.concatenate([self.known, np.zeros_like(self.known[:1])])
        weights = np.where(tests.weight, tests.minor, layout.entries)
        regular = known.take(weights[:, 0], axis=0)
        for test in range(1, weights.shape[1]):
            regular |= known.take(weights[:, test], axis=0)
        basis, game = set_bits(compare_signs(planes, tests).compatible & regular)
        code, first = np.unique(self.codes(basis, game), return_index=True)
        labels = code & ((1 << _LABELS) - 1)
        self.vertices = Vertices(
            code=code,
            game=code >> _LABELS,
            support=labels & ((1 << self.columns) - 1),
            replies=labels >> self.columns,
            basis=basis[first],  # any basis of a vertex gives its strategy
        )

    def codes(self, basis: Array, game: Array) -> Array:
        """Game, then labels: actions in use in the low bits, best replies above them."""
        labels = self.own_masks[basis] << self.columns
        for test in range(self.tests.minor.shape[1]):
            nonzero = bits_at(self.known, self.tests.minor[basis, test], game)
            weight, label = self.tests.weight[basis, test], self.tests.label[basis, test]
            # A column with a weight is in use; a row without slack is a best reply.
            labels |= (nonzero == weight) * (1 << (label + np.where(weight, 0, self.columns)))
        return game << _LABELS | labels

    def mixtures(self, vertex: Array, *, fractions: bool) -> Array:
        """Weights over their sum, at the basis each vertex was found from."""
        basis, game = self.vertices.basis[vertex], self.vertices.game[vertex]
        weights: Array = np.zeros((self.columns, len(vertex)), dtype=self.table.dtype)
        lanes = np.arange(len(vertex))
        for test in range(self.tests.minor.shape[1]):
            used = np.flatnonzero(self.tests.weight[basis, test])
            at = basis[used]
            value = self.table[self.tests.minor[at, test], game[used]]
            flip = np.where(self.tests.flipped[at, test], -1, 1)
            weights[self.tests.label[at, test], lanes[used]] = value * flip
        if fractions:
            weights = np.asarray(_as_integer(weights))
        total = weights[0].copy()
        for weight in weights[1:]:
            total += weight
        if fractions:
            return np.asarray(as_fraction(weights, total))
        return kept_shares(weights, total)


def extreme_equilibria(row: Array, column: Array, *, fractions: bool = False) -> ExtremeEquilibria:
    """Find all extreme equilibria from exact payoff differences.

    Parameters
    ----------
    row : array ``(m - 1, n, games)``
        Payoffs of the row player less those of row 0: floats with few enough bits, or integers.
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
    Mangasarian, O. L. (1964). Equilibrium points of bimatrix games. Journal of SIAM 12.
    Avis, D., Rosenberg, G., Savani, R. and von Stengel, B. (2010). Enumeration of Nash equilibria
    for two-player games. Economic Theory 42.
    """
    m, n, games = column.shape[1], row.shape[1], row.shape[2]
    pairs = support_pairs(m, n)
    row_tests, column_tests = sign_tests(m, n)
    rows = _Side(row, minor_layout(m, n), row_tests, pairs.row_masks)
    columns = _Side(column, minor_layout(n, m), column_tests, pairs.column_masks)
    xs, ys = columns.vertices, rows.vertices  # each player's payoffs hold the other's mixtures
    x, y = _compatible(xs, ys, games)
    game = xs.game[x]
    # By game, then by supports, then by best replies, each by size and actions; m + n <= 16, so
    # that all fits 64 bits.
    key = game << m | _ranks(m)[xs.support[x]]
    key = key << n | _ranks(n)[ys.support[y]]
    key = key << n | _ranks(n)[xs.replies[x]]
    order = np.argsort(key << m | _ranks(m)[ys.replies[y]], kind="stable")
    x, y, game = x[order], y[order], game[order]
    index, sound = _indices(rows, columns, x, y)
    # Supports are within the best replies; a reply too many is a tie.
    tied = (ys.replies[y] != xs.support[x]) | (xs.replies[x] != ys.support[y])
    degenerate = np.zeros(games, dtype=bool)
    degenerate[game[tied]] = True
    return ExtremeEquilibria(
        game=game,
        x=columns.mixtures(x, fractions=fractions),
        y=rows.mixtures(y, fractions=fractions),
        x_vertex=x,
        y_vertex=y,
        index=index,
        degenerate=degenerate,
        sound=sound,
    )


def _compatible(xs: Vertices, ys: Vertices, games: int) -> tuple[Array, Array]:
    """Find the pairs of vertices of a game in which each support is within the best replies."""
    start = np.searchsorted(ys.game, np.arange(games + 1))
    partners = (start[1:] - start[:-1])[xs.game]
    ends = np.cumsum(partners)
    found = []
    cut = 0
    while cut < len(ends):  # all pairs of some vertices at a time, to bound the memory
        done = ends[cut - 1] if cut else 0
        stop = max(cut + 1, int(np.searchsorted(ends, done + _PAIRS_AT_ONCE)))
        part = np.arange(cut, stop)
        x = np.repeat(part, partners[part])
        y = np.arange(len(x)) - np.repeat(ends[part] - partners[part] - done, partners[part])
        y += start[xs.game[x]]
        misfits = (xs.support[x] & ~ys.replies[y]) | (ys.support[y] & ~xs.replies[x])
        kept = np.flatnonzero(misfits == 0)
        found.append((x[kept], y[kept]))
        cut = stop
    x, y = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return x, y


@lru_cache(maxsize=16)
def _ranks(actions: int) -> Array:
    """Rank of every set of actions by size, then lexicographically."""
    ranks = np.zeros(1 << actions, dtype=np.int64)
    sets = (s for size in range(actions + 1) for s in combinations(range(actions), size))
    for rank, subset in enumerate(sets):
        ranks[sum(1 << a for a in subset)] = rank
    return ranks


def _indices(rows: _Side, columns: _Side, x: Array, y: Array) -> tuple[Array, Array]:
    """Add up the indices of the perturbed game at the limits of its equilibria.

    The perturbed game is not degenerate, so each of its equilibria has one basis and an index; as
    ``eps`` vanishes its strategies go to the vertices of the same basis. The index of a component
    is the sum over the equilibria that go there (Govindan and Wilson 1997).
    """
    m, n, xs, ys = columns.columns, rows.columns, columns.vertices, rows.vertices
    signs = classify_supports(m, n, rows.perturbed, columns.perturbed)
    basis, game = set_bits(signs.accepted)
    opposed = bits_at(signs.opposed, basis, game)
    sign = np.where(opposed ^ (support_pairs(m, n).size[basis] % 2 == 0), -1, 1)
    limit_x = np.searchsorted(xs.code, columns.codes(basis, game))
    limit_y = np.searchsorted(ys.code, rows.codes(basis, game))
    pair = x * len(ys.code) + y
    by_pair = np.argsort(pair)
    limit = np.searchsorted(pair, limit_x * len(ys.code) + limit_y, sorter=by_pair)
    index = np.zeros(len(pair), dtype=np.int64)
    np.add.at(index, by_pair[limit], sign)
    games = rows.table.shape[1]
    total = np.bincount(xs.game[x], weights=index, minlength=games)
    odd = np.bincount(game, minlength=games) % 2 == 1
    return index, (total == 1) & odd
