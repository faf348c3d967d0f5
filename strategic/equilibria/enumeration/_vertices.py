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
from strategic.equilibria.enumeration._perturbation import perturbed_planes
from strategic.equilibria.enumeration._signs import (
    agreement,
    bits_at,
    judge_supports,
    set_bits,
    sign_planes,
)
from strategic.equilibria.enumeration._support_tables import (
    Layout,
    SignTests,
    bases_of,
    column_tests,
    layout_of,
    row_tests,
)

_LABELS = 16
_PAIRS_AT_ONCE = 1 << 21


@dataclass(frozen=True, eq=False)
class Extremes:
    """Extreme equilibria of a block of games, by game, then by supports.

    Parameters
    ----------
    game : array ``(E,)``
    x, y : arrays ``(m, E)``, ``(n, E)``
    index : array ``(E,)``
        NaN where an equilibrium is not isolated.
    degenerate : array ``(games,)`` of bool
    sound : array ``(games,)`` of bool
        Whether indices add up to one and the perturbed game has an odd number of equilibria.
    """

    game: Array
    x: Array
    y: Array
    index: Array
    degenerate: Array
    sound: Array


@dataclass(frozen=True, eq=False)
class Vertices:
    """Vertices of one polytope in all games: sorted codes ``game << 16 | labels``."""

    code: Array
    game: Array
    support: Array
    replies: Array
    basis: Array


@dataclass(frozen=True, eq=False)
class _Side:
    table: Array
    planes: Array
    perturbed: Array
    tests: SignTests
    own_masks: Array
    columns: int


def extreme_equilibria(row: Array, column: Array) -> Extremes:
    """Find all extreme equilibria from exact payoff differences.

    Parameters
    ----------
    row : array ``(m - 1, n, games)``
        Payoffs of the row player less those of row 0: floats with few enough bits, or integers.
    column : array ``(n - 1, m, games)``
        The same of the column player, transposed.
    """
    m, n, games = column.shape[1], row.shape[1], row.shape[2]
    bases = bases_of(m, n)
    rows = _side(row, layout_of(m, n), row_tests(m, n), bases.row_masks)
    columns = _side(column, layout_of(n, m), column_tests(m, n), bases.column_masks)
    ys, xs = _vertices(rows), _vertices(columns)
    places = _pairs(xs, ys, games)
    order = np.argsort(_order(xs, ys, places, (m, n)), kind="stable")
    places = places[0][order], places[1][order]
    game = xs.game[places[0]]
    index, sound = _indices((rows, columns), (xs, ys), places)
    tied = _tied(xs, ys, *places)
    degenerate = np.zeros(games, dtype=bool)
    degenerate[game[tied]] = True
    return Extremes(
        game=game,
        x=_mixtures(columns, xs, places[0]),
        y=_mixtures(rows, ys, places[1]),
        index=index,
        degenerate=degenerate,
        sound=sound,
    )


def _side(differences: Array, layout: Layout, tests: SignTests, own_masks: Array) -> _Side:
    table = np.empty((layout.entries, differences.shape[2]), dtype=differences.dtype)
    table[0] = 1
    planes = sign_planes(differences, layout, np.zeros(layout.entries), table)
    perturbed = perturbed_planes(table, layout, planes)
    return _Side(table, planes, perturbed, tests, own_masks, layout.columns)


def _vertices(side: _Side) -> Vertices:
    basis, game = set_bits(_weak(side))
    code = game << _LABELS | _labels(side, basis, game)
    code, first = np.unique(code, return_index=True)
    labels = code & ((1 << _LABELS) - 1)
    return Vertices(
        code=code,
        game=code >> _LABELS,
        support=labels & ((1 << side.columns) - 1),
        replies=labels >> side.columns,
        basis=basis[first],
    )


def _weak(side: _Side) -> Array:
    """Find bases whose signs do not conflict and whose weights are not all zero."""
    _, possible, _ = agreement(side.planes, side.tests)
    known = _known(side.planes)
    known = np.concatenate([known, np.zeros_like(known[:1])])
    used = np.where(side.tests.weight, side.tests.minor, len(known) - 1)
    some = known.take(used[:, 0], axis=0)
    for test in range(1, used.shape[1]):
        some |= known.take(used[:, test], axis=0)
    weak: Array = possible & some
    return weak


def _known(planes: Array) -> Array:
    half = len(planes) // 2
    known: Array = planes[:half] | planes[half:]
    return known


def _labels(side: _Side, basis: Array, game: Array) -> Array:
    """Actions in use in the low bits, best replies above them."""
    known = _known(side.planes)
    labels = side.own_masks[basis] << side.columns
    for test in range(side.tests.minor.shape[1]):
        nonzero = bits_at(known, side.tests.minor[basis, test], game)
        weight, label = side.tests.weight[basis, test], side.tests.label[basis, test]
        labels |= (nonzero == weight) * (1 << (label + np.where(weight, 0, side.columns)))
    return labels


def _pairs(xs: Vertices, ys: Vertices, games: int) -> tuple[Array, Array]:
    """Find the pairs of vertices of a game in which each support is within the best replies."""
    start = np.searchsorted(ys.game, np.arange(games + 1))
    partners = (start[1:] - start[:-1])[xs.game]
    ends = np.cumsum(partners)
    found = []
    cut = 0
    while cut < len(ends):
        done = ends[cut - 1] if cut else 0
        stop = max(cut + 1, int(np.searchsorted(ends, done + _PAIRS_AT_ONCE)))
        part = np.arange(cut, stop)
        x = np.repeat(part, partners[part])
        y = np.arange(len(x)) - np.repeat(ends[part] - partners[part] - done, partners[part])
        y += start[xs.game[x]]
        fits = (xs.support[x] & ~ys.replies[y]) | (ys.support[y] & ~xs.replies[x])
        kept = np.flatnonzero(fits == 0)
        found.append((x[kept], y[kept]))
        cut = stop
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))  # type: ignore[return-value]


def _order(
    xs: Vertices, ys: Vertices, places: tuple[Array, Array], shape: tuple[int, int]
) -> Array:
    """Sort key: game, then supports by size and actions, then best replies."""
    (x, y), (m, n) = places, shape
    rows, columns = _ranks(m), _ranks(n)
    key = xs.game[x] << m | rows[xs.support[x]]
    key = key << n | columns[ys.support[y]]
    key = key << n | columns[xs.replies[x]]
    ordered: Array = key << m | rows[ys.replies[y]]
    return ordered


@lru_cache(maxsize=16)
def _ranks(actions: int) -> Array:
    """Rank of every set of actions by size, then lexicographically."""
    ranks = np.zeros(1 << actions, dtype=np.int64)
    sets = (s for size in range(actions + 1) for s in combinations(range(actions), size))
    for rank, subset in enumerate(sets):
        ranks[sum(1 << a for a in subset)] = rank
    return ranks


@lru_cache(maxsize=1)
def _sizes() -> Array:
    return np.array([number.bit_count() for number in range(1 << _LABELS)])


def _tied(xs: Vertices, ys: Vertices, x: Array, y: Array) -> Array:
    size = _sizes()
    more_rows = size[ys.replies[y]] != size[xs.support[x]]
    more_columns = size[xs.replies[x]] != size[ys.support[y]]
    tied: Array = more_rows | more_columns
    return tied


def _indices(
    sides: tuple[_Side, _Side], vertices: tuple[Vertices, Vertices], places: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Add up the indices of the perturbed game at the limits of its equilibria."""
    (rows, columns), (xs, ys) = sides, vertices
    m, n = columns.columns, rows.columns
    verdict = judge_supports(m, n, rows.perturbed, columns.perturbed)
    basis, game = set_bits(verdict.accepted)
    opposed = bits_at(verdict.opposed, basis, game)
    sign = np.where(opposed ^ (bases_of(m, n).size[basis] % 2 == 0), -1, 1)
    x = np.searchsorted(xs.code, game << _LABELS | _labels(columns, basis, game))
    y = np.searchsorted(ys.code, game << _LABELS | _labels(rows, basis, game))
    pair = places[0] * len(ys.code) + places[1]
    by_pair = np.argsort(pair)
    limit = np.searchsorted(pair, x * len(ys.code) + y, sorter=by_pair)
    index = np.zeros(len(pair))
    np.add.at(index, by_pair[limit], sign)
    games = rows.table.shape[1]
    total = np.bincount(xs.game[places[0]], weights=index, minlength=games)
    odd = np.bincount(game, minlength=games) % 2 == 1
    alone = (np.bincount(places[0])[places[0]] == 1) & (np.bincount(places[1])[places[1]] == 1)
    return np.where(alone, index, np.nan), (total == 1) & odd


def _mixtures(side: _Side, vertices: Vertices, place: Array) -> Array:
    """Weights over their sum, at the basis each vertex was found from."""
    basis, game = vertices.basis[place], vertices.game[place]
    weights = np.zeros((side.columns, len(place)), dtype=side.table.dtype)
    lanes = np.arange(len(place))
    for test in range(side.tests.minor.shape[1]):
        used = np.flatnonzero(side.tests.weight[basis, test])
        at = basis[used]
        value = side.table[side.tests.minor[at, test], game[used]]
        flip = np.where(side.tests.flipped[at, test], -1, 1)
        weights[side.tests.label[at, test], lanes[used]] = value * flip
    total = weights[0].copy()
    for weight in weights[1:]:
        total += weight
    shares: Array = np.abs((weights / total).astype(np.float64))  # -0.0 is no share
    return shares
