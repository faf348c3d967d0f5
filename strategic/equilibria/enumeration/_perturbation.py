"""Equilibria of a game after a symbolic perturbation that leaves no ties, and their limits.

Row ``i`` loses ``eps**i``. Only bases that are weakly feasible for both players can be equilibria
of the perturbed game, so only their zero signs are decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._signs import compare_signs, set_bits
from strategic.equilibria.enumeration._support_tables import (
    MinorLayout,
    support_pairs,
    without_each,
)

if TYPE_CHECKING:
    from strategic.equilibria.enumeration._vertices import Side


@dataclass(frozen=True, eq=False)
class Limits:
    """Where the equilibria of the perturbed games go as ``eps`` vanishes.

    Parameters
    ----------
    x, y : arrays ``(P,)``
        Codes of the vertices that are the limits; see `VertexLabels`.
    game : array ``(P,)``
    sign : array ``(P,)`` of int
        Index of each equilibrium, 1 or -1.
    """

    x: Array
    y: Array
    game: Array
    sign: Array


def perturbed_limits(m: int, n: int, rows: Side, columns: Side) -> Limits:
    """Find the equilibria of the perturbed games, their indices and their limits.

    Notes
    -----
    The perturbed game is not degenerate, so each of its equilibria has one basis and an index; as
    ``eps`` vanishes its strategies go to the vertices of the same basis. The index of a component
    is the sum over the equilibria that go there (Govindan and Wilson 1997).
    """
    size = support_pairs(m, n).size
    basis, game = set_bits(_weakly_feasible(rows) & _weakly_feasible(columns))
    kept, y, positive_y = _decided(rows, basis, game)
    basis, game = basis[kept], game[kept]
    kept, x, positive_x = _decided(columns, basis, game)
    opposed = positive_x != positive_y[kept]
    sign = np.where(opposed ^ (size[basis[kept]] % 2 == 0), -1, 1)
    return Limits(x, y[kept], game[kept], sign)


def _without_equal_payoffs(side: Side) -> Array:
    """Give the planes of signs with those of one column decided: of equal payoffs the first falls.

    Its row is the first of two, and loses the larger power of ``eps``: the sign is positive.
    """
    signs = side.planes.copy()
    real = signs[0, 0]  # the number 1 is positive in every game, but not past the last
    for layer in side.layout.layers[:1]:
        entries = slice(layer.with_row_0.start, layer.without_row_0.stop)
        signs[0, entries] |= ~signs[1, entries] & real
    return signs.reshape(2 * side.layout.entries, -1)


def _weakly_feasible(side: Side) -> Array:
    """Tell in which games no signs of a basis conflict, and some weight is not zero."""
    tests, known = side.labels.tests, side.planes[0] | side.planes[1]
    regular = [
        np.bitwise_or.reduce(known[tests.minor[part, :size].T], axis=0)
        for size, part in side.labels.sizes
    ]
    compatible = compare_signs(_without_equal_payoffs(side), tests).compatible
    return np.asarray(compatible & np.concatenate(regular))


def _decided(side: Side, basis: Array, game: Array) -> tuple[Array, Array, Array]:
    """Decide the signs of weakly feasible bases in the perturbed game.

    Returns which of them are feasible there, the codes of their limits, and whether their signs
    are positive.
    """
    tests, labels = side.labels.tests, side.labels
    games = side.signs.shape[1]
    signs = side.signs.reshape(-1).take(tests.minor.T.take(basis, axis=1) * games + game)
    zero = signs == 0
    _decide(side, basis, game, signs)
    signs *= labels.flips.take(basis, axis=1)
    positive = signs[0] > 0
    kept = np.flatnonzero((signs == np.where(positive, np.int8(1), np.int8(-1))).all(axis=0))
    basis = basis[kept]
    # A column whose weight is zero is not in use; a row without slack is one more best reply.
    changed = np.where(zero.take(kept, axis=1), labels.bits.take(basis, axis=1), 0).sum(axis=0)
    return kept, labels.whole[basis] ^ changed, positive[kept]


def _decide(side: Side, basis: Array, game: Array, signs: Array) -> None:
    """Replace zero signs by those of the first power of ``eps`` that matters.

    Notes
    -----
    ``E(I, K)`` becomes ``E(I, K) + sum_p eps**i_p sum_q (-1)**(p+q) E(I - i_p, K - j_q)``:
    terms with two perturbed columns vanish, as these columns are alike. Rows ascend, so their
    powers of eps fall in size. What is still zero belongs to no basis.

    References
    ----------
    von Stengel, B. (2002), Computing equilibria for two-person games, Handbook of Game Theory 3.
    """
    games = side.table.shape[1]
    place = np.flatnonzero(signs == 0)
    test, lane = np.divmod(place, signs.shape[1])
    basis, at = basis.take(lane), game.take(lane)
    entry = side.labels.tests.minor.T.reshape(-1).take(test * len(side.labels.whole) + basis)
    width_of, smaller = _smaller_minors(side.layout)
    width = width_of.take(entry)
    flat, decided = side.table.reshape(-1), signs.reshape(-1)
    decided[place[width == 1]] = 1  # of two equal payoffs
    for size, tables in enumerate(smaller[1:], start=2):
        some = np.flatnonzero(width == size)
        for p in range(size + 1):
            if not len(some):
                break
            own, lanes = entry.take(some), at.take(some)
            slope = flat.take(tables[p, 0].take(own) * games + lanes)
            for q in range(1, size):
                value = flat.take(tables[p, q].take(own) * games + lanes)
                slope += value if q % 2 == 0 else -value
            sign = np.sign(slope).astype(np.int8)
            decided[place.take(some)] = sign if p % 2 == 0 else -sign
            some = some[sign == 0]


@lru_cache(maxsize=64)
def _smaller_minors(layout: MinorLayout) -> tuple[Array, tuple[Array, ...]]:
    """Find the minors without one row and one column.

    Returns the number of columns of each entry, and for each number of columns k the entries
    without row p and column q, ``(k + 1, k, entries)``.
    """
    width = np.zeros(layout.entries, dtype=np.intp)
    sizes = [layer.size for layer in layout.layers]
    tables = tuple(np.zeros((k + 1, k, layout.entries), dtype=np.intp) for k in sizes)
    for (rows, columns), entry in layout.place.items():
        if columns:
            width[entry] = len(columns)
            tables[len(columns) - 1][:, :, entry] = [
                [layout.place[i, k] for k in without_each(columns)] for i in without_each(rows)
            ]
    return width, tables
