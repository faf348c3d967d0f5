"""Vertices of best-reply polyhedra from exact minors, as bits.

Vertices are found 64 games per word, by their labels: the actions in use and the best replies to
them. So a vertex that several bases share is found once, by comparing bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import as_fraction, kept_shares
from strategic.equilibria.enumeration._exact_minors import exact_minors
from strategic.equilibria.enumeration._minors import scratch
from strategic.equilibria.enumeration._perturbation import perturbed_signs
from strategic.equilibria.enumeration._signs import WORD, bits_at, compare_signs, words_of
from strategic.equilibria.enumeration._support_tables import minor_layout
from strategic.equilibria.enumeration._vertex_labels import (
    VertexLabels,
    pure_shares,
    set_sizes,
    vertex_labels,
)

_as_integer = np.frompyfunc(int, 1, 1)
_as_fraction = np.frompyfunc(Fraction, 2, 1)


@dataclass(frozen=True, eq=False)
class Side:
    """One player's payoffs, exact: the vertices they hold in place, and the perturbed signs.

    Parameters
    ----------
    labels : VertexLabels
    table : array ``(entries * stride,)``
        Minors; those of this player begin at ``start`` in every ``stride``.
    start, stride : int
    vertices : array ``(codes, words)``
        Which codes are vertices.
    held : array ``(bases, words)``
        Bases whose weights are all certain and of one sign.
    feasible, positive : arrays ``(bases, words)``
        Bases that are feasible in the perturbed game, and those whose signs are positive.
    """

    labels: VertexLabels
    table: Array
    start: int
    stride: int
    vertices: Array
    held: Array
    feasible: Array
    positive: Array

    @property
    def lanes(self) -> int:
        """Games, filled up to whole words."""
        return int(self.held.shape[1]) * WORD

    @cached_property
    def lines(self) -> Array:
        """Where the minor of each test of each basis begins, ``(tests, bases)``."""
        return self.labels.minor * self.stride + self.start

    def limits(self, basis: Array, game: Array) -> Array:
        """Give the codes of the vertices to which bases of the perturbed games go.

        A column whose weight is zero is not in use; a row without slack is one more best reply.
        """
        zero = self.table.take(self.lines.take(basis, axis=1) + game) == 0
        changed = np.where(zero, self.labels.bits.take(basis, axis=1), 0).sum(axis=0)
        return np.asarray(self.labels.whole.take(basis) ^ changed)

    def mixtures(self, code: Array, game: Array, *, fractions: bool) -> Array:
        """Give weights over their sum, at a basis of each vertex, ``(actions, E)``."""
        labels, support = self.labels, code >> self.labels.replies
        pure = pure_shares(labels.actions)
        shares = (_as_fraction(pure.astype(int), 1) if fractions else pure).take(support, axis=1)
        flat, size = shares.reshape(-1), set_sizes(labels.actions).take(support)
        for number, _ in labels.sizes[1:]:
            lanes = (size == number).nonzero()[0]
            if not len(lanes):
                continue
            own = game.take(lanes)
            basis = self._basis(code.take(lanes), own)
            place = self.lines[:number].take(basis, axis=1)
            place += own
            weights = self.table.take(place)
            # They have one sign, but for those that alternate in it.
            weights = np.abs(weights)
            if fractions:  # doubles hold every weight, but not every sum of them
                weights = np.asarray(_as_integer(weights))
            elif weights.dtype.kind == "i":
                weights = weights.astype(np.float64)
            total = weights.sum(axis=0)
            place = labels.used[:number].take(basis, axis=1)
            place *= len(code)
            place += lanes
            if fractions:
                flat[place] = as_fraction(weights, total)
            elif weights.dtype == object:
                flat[place] = kept_shares(weights, total)
            else:
                weights /= total
                flat[place] = weights
        return shares

    def _basis(self, code: Array, game: Array) -> Array:
        """Give a basis of each vertex: any whose equations have one solution."""
        place = self.labels.place.take(code)
        basis = self.labels.basis.take(place)
        left = (self.labels.number.take(code) > 1).nonzero()[0]
        left = left[~bits_at(self.held, basis.take(left), game.take(left))]
        while len(left):
            place[left] += 1
            basis[left] = self.labels.basis.take(place.take(left))
            left = left[~bits_at(self.held, basis.take(left), game.take(left))]
        return basis


def both_sides(row: Array, column: Array) -> tuple[Side, Side]:
    """Find the vertices that both players' payoffs hold; the row player's are mixtures of columns.

    Parameters and results are those of `extreme_equilibria`. Games are filled up to whole words;
    those past the last have no vertices.
    """
    games = row.shape[2]
    words = -(-games // WORD)
    real = words_of(np.ones((1, games), dtype=bool))[0]
    tables = [(row, column)] if row.shape == column.shape else [(row,), (column,)]
    sides: list[Side] = []
    for own in tables:
        height, actions = own[0].shape[:2]
        differences = np.empty((height, actions, len(own), words * WORD), dtype=row.dtype)
        for player, table in enumerate(own):
            differences[:, :, player, :games] = table
        differences[..., games:] = 0
        differences = differences.reshape(height, actions, len(own) * words * WORD)
        sides += _sides(differences, np.tile(real, len(own)), len(own), f" {len(sides)}")
    rows, columns = sides
    return rows, columns


def _sides(differences: Array, real: Array, players: int, name: str) -> list[Side]:
    """Do the same for one or two players with the same number of actions, one after the other."""
    replies, (actions, lanes) = len(differences) + 1, differences.shape[1:]
    layout, labels = minor_layout(replies, actions), vertex_labels(replies, actions)
    table = exact_minors(differences, name)
    planes = np.empty((2, layout.entries, len(real)), dtype=np.uint64)
    flags = scratch("flags", table.shape, np.dtype(bool))
    planes[0] = words_of(np.greater(table, 0, out=flags))
    planes[1] = words_of(np.less(table, 0, out=flags))
    planes[0, 0] = real
    held, sums, vertices = _vertices(planes, labels)
    known = sums[0] | sums[1]
    perturbed = compare_signs(perturbed_signs(planes, layout, labels, sums), labels.tests)
    feasible = perturbed.compatible & perturbed.known & known
    own = len(real) // players
    return [
        Side(
            labels=labels,
            table=table.reshape(-1),
            start=player * own * WORD,
            stride=lanes,
            **{
                name: np.ascontiguousarray(bits[:, player * own : (player + 1) * own])
                for name, bits in (
                    ("vertices", vertices),
                    ("held", held),
                    ("feasible", feasible),
                    ("positive", perturbed.positive),
                )
            },
        )
        for player in range(players)
    ]


def _vertices(planes: Array, labels: VertexLabels) -> tuple[Array, Array, Array]:
    """Find the bases whose weights are all certain, the signs of weights, and the vertices.

    Returns arrays of words, ``(bases, words)``, ``(2, bases, words)`` and ``(codes, words)``.
    """
    tests, signs = labels.tests, planes.reshape(-1, planes.shape[-1])
    held = np.empty((len(labels.whole), signs.shape[1]), dtype=np.uint64)
    sums = np.empty((2, *held.shape), dtype=np.uint64)
    patterns = scratch("patterns", (len(labels.basis), signs.shape[1]), signs.dtype)
    end = 0
    for size, part in labels.sizes:
        weights = [
            signs.take(lines[:size, part], axis=0) for lines in (tests.positive, tests.negative)
        ]
        plus, minus = (np.bitwise_and.reduce(plane, axis=0) for plane in weights)
        some = [np.bitwise_or.reduce(plane, axis=0) for plane in weights]
        np.bitwise_and(some[0], ~some[1], out=sums[0, part])
        np.bitwise_and(some[1], ~some[0], out=sums[1, part])
        np.bitwise_or(plus, minus, out=held[part])
        slacks = len(tests.positive) - size
        shape = 1 << slacks, len(plus), signs.shape[1]
        found = patterns[end : end + shape[0] * shape[1]].reshape(shape)
        end += shape[0] * shape[1]
        found[0] = held[part]
        for slack in range(slacks):
            same = signs.take(tests.positive[size + slack, part], axis=0)
            other = signs.take(tests.negative[size + slack, part], axis=0)
            zero = ~(same | other)
            same &= plus
            other &= minus
            same |= other
            without, with_one = found[: 1 << slack], found[1 << slack : 2 << slack]
            np.bitwise_and(without, zero, out=with_one)
            without &= same
    some_basis = patterns.take(labels.patterns[0], axis=0)
    for others in labels.patterns[1:]:
        some_basis[: len(others)] |= patterns.take(others, axis=0)
    vertices = np.zeros((1 << (labels.actions + labels.replies), signs.shape[1]), dtype=np.uint64)
    vertices[labels.most] = some_basis
    return held, sums, vertices
