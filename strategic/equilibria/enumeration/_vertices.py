"""Extreme equilibria of degenerate games, from exact minors: vertices, their labels and indices.

Vertices are found as bits, 64 games per word, by their labels: the actions in use and the best
replies to them. So a vertex that several bases share is found once, by comparing bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import as_fraction, kept_shares
from strategic.equilibria.enumeration._perturbation import Limits, perturbed_limits
from strategic.equilibria.enumeration._signs import bits_at, set_bits, sign_planes
from strategic.equilibria.enumeration._support_tables import MinorLayout, minor_layout
from strategic.equilibria.enumeration._vertex_labels import (
    VertexLabels,
    larger_sets,
    place_in_order,
    sets_in_order,
    vertex_labels,
)

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


class Side:
    """One player's payoffs: exact minors, their signs, and the vertices they hold in place.

    Parameters
    ----------
    differences : array ``(rows - 1, columns, games)``
        The player's payoffs less those of row 0.
    layout : MinorLayout
    labels : VertexLabels
        Of this shape.
    """

    def __init__(self, differences: Array, layout: MinorLayout, labels: VertexLabels) -> None:
        self.layout, self.labels, self.columns = layout, labels, layout.columns
        self.table = np.empty((layout.entries, differences.shape[2]), dtype=differences.dtype)
        self.table[0] = 1
        planes = sign_planes(differences, layout, np.zeros(layout.entries), self.table)
        self.planes = planes.reshape(2, layout.entries, -1)
        plus, minus = (
            np.unpackbits(plane.view(np.uint8), axis=-1, bitorder="little").view(np.int8)
            for plane in self.planes
        )
        self.signs = np.subtract(plus, minus, out=plus)
        self.held, self.vertices = self._vertices()

    def _vertices(self) -> tuple[Array, Array]:
        """Find the bases whose weights are all certain, and the codes that are vertices.

        Returns arrays of words, ``(bases, words)`` and ``(codes, words)``.
        """
        tests, signs = self.labels.tests, self.planes.reshape(2 * self.layout.entries, -1)
        held, patterns = [], []
        for size, part in self.labels.sizes:
            plus, minus = (
                np.bitwise_and.reduce(signs[lines[:size, part]], axis=0)
                for lines in (tests.positive, tests.negative)
            )
            found = (plus | minus)[None]
            held.append(found[0])
            for test in range(size, tests.minor.shape[1]):
                same, other = signs[tests.positive[test, part]], signs[tests.negative[test, part]]
                right = plus & same | minus & other
                found = np.concatenate([found & right, found & ~(same | other)])
            patterns.append(found.reshape(-1, found.shape[-1]))
        bits = np.concatenate(patterns).take(self.labels.pattern, axis=0)
        vertices = np.zeros((1 << (self.columns + self.labels.rows), bits.shape[1]), np.uint64)
        vertices[self.labels.code] = np.bitwise_or.reduceat(bits, self.labels.first[:-1], axis=0)
        return np.concatenate(held), vertices

    def mixtures(self, code: Array, game: Array, *, fractions: bool) -> Array:
        """Weights over their sum, ``(columns, E)``, at a basis of each vertex."""
        labels, games = self.labels, self.table.shape[1]
        zero, one = (Fraction(0), Fraction(1)) if fractions else (0.0, 1.0)
        shares: Array = np.full((self.columns, len(game)), zero)
        label = labels.number.take(code)
        action = labels.action.take(label)
        alone, lanes = np.flatnonzero(action >= 0), np.flatnonzero(action < 0)
        shares.reshape(-1)[action.take(alone) * len(game) + alone] = one
        game = game.take(lanes)
        basis = self._basis(label.take(lanes), game)
        weights: Array = np.zeros((self.columns, len(lanes)), dtype=self.table.dtype)
        minor, values, flat = labels.tests.minor.T, self.table.reshape(-1), weights.reshape(-1)
        for size, part in labels.sizes[1:]:
            some = np.flatnonzero((basis >= part.start) & (basis < part.stop))
            own = basis.take(some)
            value = values.take(minor[:size].take(own, axis=1) * games + game.take(some))
            value *= labels.flips[:size].take(own, axis=1)
            flat[labels.actions[:size].take(own, axis=1) * len(lanes) + some] = value
        total = weights.sum(axis=0)
        if fractions:
            shares[:, lanes] = as_fraction(_as_integer(weights), _as_integer(total))
        else:
            shares[:, lanes] = kept_shares(weights, total)
        return shares

    def _basis(self, label: Array, game: Array) -> Array:
        """Give a basis of each vertex: any whose equations have one solution."""
        place = self.labels.first.take(label)
        basis = self.labels.basis.take(place)
        left = np.flatnonzero(~bits_at(self.held, basis, game))
        while len(left):
            place[left] += 1
            basis[left] = self.labels.basis[place[left]]
            left = left[~bits_at(self.held, basis[left], game[left])]
        return basis


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
    y_labels, x_labels = vertex_labels(m, n)
    # Each player's payoffs hold the other's mixtures.
    rows = Side(row, minor_layout(m, n), y_labels)
    columns = Side(column, minor_layout(n, m), x_labels)
    limits = perturbed_limits(m, n, rows, columns)
    pairs = _paired(rows, columns, limits)
    x, y, game, index = pairs.x, pairs.y, pairs.game, pairs.index
    total = np.bincount(game, weights=index, minlength=games)
    odd = np.bincount(limits.game, minlength=games) % 2 == 1
    # Supports are within the best replies; a reply too many is a tie.
    swapped = (y & ((1 << m) - 1)) << n | y >> m
    degenerate = np.zeros(games, dtype=bool)
    degenerate[game[x != swapped]] = True
    return ExtremeEquilibria(
        game=game,
        x=columns.mixtures(x, game, fractions=fractions),
        y=rows.mixtures(y, game, fractions=fractions),
        x_vertex=x_labels.number.take(x) * games + game,
        y_vertex=y_labels.number.take(y) * games + game,
        index=index,
        degenerate=degenerate,
        sound=(total == 1) & odd,
    )


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of vertices that are equilibria, by game and in the order of listings.

    Parameters
    ----------
    x, y : arrays ``(E,)``
        Codes of their vertices; see `VertexLabels`.
    game, index : arrays ``(E,)``
    """

    x: Array
    y: Array
    game: Array
    index: Array


def _paired(rows: Side, columns: Side, limits: Limits) -> Pairs:
    """Pair vertices of which each support is within the best replies to the other.

    Supports are paired first: where some vertex with the one has the other among its best replies.
    """
    m, n, games = columns.columns, rows.columns, rows.table.shape[1]
    xs, ys = sets_in_order(m), sets_in_order(n)
    held_x, held_y = _held_by_some(columns), _held_by_some(rows)
    both = held_x[xs[:, None], ys] & held_y[ys, xs[:, None]]
    line, place = set_bits(both.reshape(len(xs) * len(ys), -1))
    sides = np.repeat(xs, len(ys)).take(line), np.tile(ys, len(xs)).take(line)
    x, of_x = _with_replies(columns, held_x, *sides, place)
    y, of_y = _with_replies(rows, held_y, *sides[::-1], place)
    pair = first = np.arange(len(line))
    if not len(x) == len(y) == len(line):  # each vertex of x with each of y
        counts = of_x * of_y
        pair, first = np.repeat(pair, counts), np.cumsum(counts) - counts
        in_x, in_y = np.divmod(np.arange(len(pair)) - first[pair], of_y[pair])
        x = x[(np.cumsum(of_x) - of_x)[pair] + in_x]
        y = y[(np.cumsum(of_y) - of_y)[pair] + in_y]
    game = place.take(pair)
    # The limit of every equilibrium of the perturbed game is one of these.
    limit = place_in_order(m)[limits.x >> n] * len(ys) + place_in_order(n)[limits.y >> m]
    at = first[np.searchsorted(line * games + place, limit * games + limits.game)]
    left = np.flatnonzero((x[at] != limits.x) | (y[at] != limits.y))
    while len(left):
        at[left] += 1
        left = left[(x[at[left]] != limits.x[left]) | (y[at[left]] != limits.y[left])]
    index = np.zeros(len(x), dtype=np.int64)
    np.add.at(index, at, limits.sign)
    order = np.argsort(game.astype(np.uint16) if games < 1 << 16 else game, kind="stable")
    return Pairs(x.take(order), y.take(order), game.take(order), index.take(order))


def _held_by_some(side: Side) -> Array:
    """Tell where some vertex with a support has a set within its best replies.

    Returns words by support, then by set.
    """
    held = side.vertices.reshape(1 << side.columns, 1 << side.labels.rows, -1).copy()
    for action in range(side.labels.rows):
        halves = held.reshape(len(held), -1, 2, 1 << action, held.shape[-1])
        halves[:, :, 0] |= halves[:, :, 1]
    return held


def _with_replies(
    side: Side, held: Array, support: Array, within: Array, game: Array
) -> tuple[Array, Array]:
    """Find the vertices with a support that have a set within their best replies.

    Returns their codes, by question, and how many each question has.
    """
    rows, games = side.labels.rows, side.table.shape[1]
    union = np.zeros((len(held), games), dtype=np.uint16)
    for action in range(rows):
        words = np.ascontiguousarray(held[:, 1 << action]).view(np.uint8)
        some = np.unpackbits(words, axis=-1, count=games, bitorder="little")
        union |= some.astype(np.uint16) << action
    code = support << rows | union.reshape(-1).take(support * games + game)
    # If all best replies to vertices with this support are those of one, there is no other:
    # it would solve the equations of that one.
    count = bits_at(side.vertices, code, game).astype(np.int64)
    several = np.flatnonzero(count == 0)
    if not len(several):
        return code, count
    larger, choices = larger_sets(rows)
    numbers, codes = [np.flatnonzero(count)], [code[count > 0]]
    for place in range(int(choices.take(within.take(several)).max())):
        several = several[choices.take(within.take(several)) > place]
        own = support.take(several) << rows | larger[place].take(within.take(several))
        found = np.flatnonzero(bits_at(side.vertices, own, game.take(several)))
        numbers.append(several.take(found))
        codes.append(own.take(found))
    number = np.concatenate(numbers)
    order = np.argsort(number, kind="stable")
    return np.concatenate(codes).take(order), np.bincount(number, minlength=len(game))
