"""Which signs of minors make a vertex: static tables.

A vertex of a best-reply polyhedron is known by its labels: the actions in use and the best replies
to them. Actions ``J`` in use and best replies ``I`` are a vertex if and only if some basis
``(I0, J)`` with ``I0`` in ``I`` has weights of one certain sign, slacks of that sign outside ``I``,
and no slack in the rest of ``I``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._support_tables import (
    SignTests,
    minor_layout,
    sign_tests,
    support_pairs,
    without_each,
)

_MOST_LINES = 4000
_MOST_CODES = 1_000_000


@dataclass(frozen=True, eq=False)
class VertexLabels:
    """The labels that vertices of one polyhedron may have, and the bases that hold them in place.

    A code is a union of both labels as bits, actions in use above best replies.

    Parameters
    ----------
    replies, actions : int
        Of the player whose payoffs they are, and of the one who mixes.
    tests : SignTests
        The signs behind each basis, which is a pair of supports.
    minor, bits : arrays ``(tests, bases)``
        The minor of each test, and the bit of its label in a code.
    used : array ``(tests, bases)``
        The action of each weight.
    whole : array ``(bases,)``
        The code of each basis, were no sign zero.
    sizes : tuple of (int, slice)
        Numbers of actions of a basis, and the bases that have it.
    code : array ``(labels,)``
        The codes that vertices may have, ascending.
    most : array ``(labels,)``
        The codes, those of most bases first.
    patterns : tuple of arrays
        The first, second, ... pattern of signs (which slacks of a basis are zero) of each of these
        that has so many bases; patterns are numbered by size, then by zeros, then by basis.
    place, number : arrays ``(codes,)``
        Where the bases of each code begin in ``basis``, and how many there are.
    basis : array ``(patterns,)``
    slopes : tuple of arrays ``(2, size + 1, minors)``
        Per layer of minors, the lines of the signs of the bases without one of their rows: what
        decides a minor that is zero, see `_perturbation`.
    """

    replies: int
    actions: int
    tests: SignTests
    minor: Array
    bits: Array
    used: Array
    whole: Array
    sizes: tuple[tuple[int, slice], ...]
    code: Array
    most: Array
    patterns: tuple[Array, ...]
    place: Array
    number: Array
    basis: Array
    slopes: tuple[Array, ...]


@lru_cache(maxsize=32)
def vertex_labels(replies: int, actions: int) -> VertexLabels:
    """Label the vertices that the payoffs of a player with so many replies hold in place."""
    pairs, (tests, _) = support_pairs(replies, actions), sign_tests(replies, actions)
    used, best = pairs.column_masks, pairs.row_masks
    sizes = tuple(
        (size, slice(int(pairs.first[size]), int(pairs.first[size + 1])))
        for size in range(1, min(replies, actions) + 1)
    )
    zero, bases = [], []
    for size, part in sizes:
        own = best[None, part]
        for test in range(size, replies):  # the slacks, zero or not
            own = np.concatenate([own, own | 1 << tests.label[part, test]])
        zero.append(own.reshape(-1))
        bases.append(np.tile(np.arange(part.start, part.stop), len(own)))
    basis = np.concatenate(bases)
    code = used[basis] << replies | np.concatenate(zero)
    pattern = np.argsort(code, kind="stable")
    labels, first, bases_of = np.unique(code[pattern], return_index=True, return_counts=True)
    place, number = np.zeros((2, 1 << (replies + actions)), dtype=np.intp)
    place[labels], number[labels] = first, bases_of
    most = np.argsort(-bases_of, kind="stable")
    left = [
        first[most[: np.count_nonzero(bases_of > turn)]] + turn for turn in range(max(bases_of))
    ]
    return VertexLabels(
        replies=replies,
        actions=actions,
        tests=tests,
        minor=tests.minor.T.copy(),
        bits=(1 << (tests.label + np.where(tests.weight, replies, 0))).T.copy(),
        used=tests.label.T.copy(),
        whole=used << replies | best,
        sizes=sizes,
        code=labels,
        most=labels[most],
        patterns=tuple(pattern[some] for some in left),
        place=place,
        number=number,
        basis=basis[pattern],
        slopes=_slopes(replies, actions),
    )


def _slopes(replies: int, actions: int) -> tuple[Array, ...]:
    layout, pairs = minor_layout(replies, actions), support_pairs(replies, actions)
    number = {pair: place for place, pair in enumerate(zip(pairs.rows, pairs.columns, strict=True))}
    bases, lines = len(number), []
    for layer in layout.layers:
        start = layer.with_row_0.start
        own = np.empty((2, layer.size + 1, layer.without_row_0.stop - start), dtype=np.intp)
        for (rows, columns), entry in layout.place.items():
            if len(columns) == layer.size:
                for p, without in enumerate(without_each(rows)):  # their signs alternate
                    basis = number[without, columns]
                    own[:, p, entry - start] = basis + bases * (p % 2), basis + bases * (1 - p % 2)
        lines.append(own)
    return tuple(lines)


@dataclass(frozen=True, eq=False)
class PairLines:
    """Pairs of two vertices, or only of their supports where there are too many, as listed.

    By the row player's support, then by the column player's, each by size and then
    lexicographically, then by best replies.

    Parameters
    ----------
    x, y : arrays ``(lines,)``
        The codes of the vertices; without best replies where lines are pairs of supports.
    support_x, support_y : arrays ``(lines,)``
        The supports as bits.
    digits : int
        Bits that the number of a line takes.
    number : array
        The line by both supports, or by both codes.
    vertices : bool
        Whether these are pairs of vertices.
    number_x, number_y : arrays ``(lines,)``
        The codes, numbered.
    tied : array ``(lines,)`` of bool
        Whether there is a best reply that is not used, if these are pairs of vertices.
    basis : array ``(lines,)``
        The pair of supports as `support_pairs` numbers those of equal size.
    """

    x: Array
    y: Array
    support_x: Array
    support_y: Array
    digits: int
    number: Array
    vertices: bool
    number_x: Array
    number_y: Array
    tied: Array
    basis: Array


@lru_cache(maxsize=32)
def pair_lines(m: int, n: int) -> PairLines:
    """List the pairs of an ``m x n`` game that may be equilibria."""
    x, y = vertex_labels(n, m).code, vertex_labels(m, n).code
    pairs = _answering(x, y, m, n) if len(x) * len(y) <= _MOST_CODES else None
    if vertices := pairs is not None and len(pairs[0]) <= _MOST_LINES:
        x, y = pairs
        support_x, support_y = x >> n, y >> m
    else:
        xs, ys = sets_in_order(m), sets_in_order(n)
        support_x, support_y = np.repeat(xs, len(ys)), np.tile(ys, len(xs))
        x, y = support_x << n, support_y << m
    of_m, of_n = place_in_order(m), place_in_order(n)
    replies = of_m[y & ((1 << m) - 1)], of_n[x & ((1 << n) - 1)]
    order = np.lexsort((*replies, of_n[support_y], of_m[support_x]))
    x, y, support_x, support_y = (a[order] for a in (x, y, support_x, support_y))
    number = np.zeros(1 << (2 * (m + n) if vertices else m + n), dtype=np.uint32)
    number[x << (m + n) | y if vertices else support_x << n | support_y] = np.arange(len(order))
    return PairLines(
        x=x,
        y=y,
        support_x=support_x,
        support_y=support_y,
        digits=int(len(order) - 1).bit_length(),
        number=number,
        vertices=vertices,
        number_x=np.unique(x, return_inverse=True)[1],
        number_y=np.unique(y, return_inverse=True)[1],
        tied=x != ((y & ((1 << m) - 1)) << n | y >> m),
        basis=pair_numbers(m, n)[support_x << n | support_y],
    )


def _answering(x: Array, y: Array, m: int, n: int) -> tuple[Array, Array]:
    """List the pairs of codes in which each support is within the best replies to the other."""
    outside = (x >> n)[:, None] & ~(y & ((1 << m) - 1)), (y >> m) & ~(x & ((1 << n) - 1))[:, None]
    first, second = np.nonzero((outside[0] == 0) & (outside[1] == 0))
    return x[first], y[second]


def sets_in_order(actions: int) -> Array:
    """List the sets of actions as bits, by size, then lexicographically; without the empty one.

    Examples
    --------
    >>> sets_in_order(3)
    array([1, 2, 4, 3, 5, 6, 7])
    """
    sets = (s for size in range(1, actions + 1) for s in combinations(range(actions), size))
    return np.array([sum(1 << action for action in chosen) for chosen in sets])


@lru_cache(maxsize=32)
def place_in_order(actions: int) -> Array:
    """Give the place of each set of actions in that list."""
    places = np.zeros(1 << actions, dtype=np.intp)
    places[sets_in_order(actions)] = np.arange((1 << actions) - 1)
    return places


@lru_cache(maxsize=32)
def pure_shares(actions: int) -> Array:
    """Give the shares of the actions of each set, ``(actions, sets)``, if it has only one.

    Examples
    --------
    >>> pure_shares(2)
    array([[0., 1., 0., 0.],
           [0., 0., 1., 0.]])
    """
    return np.where(set_sizes(actions) == 1, set_members(actions), 0.0)


@lru_cache(maxsize=32)
def set_members(actions: int) -> Array:
    """Tell which actions each set has, ``(actions, sets)``."""
    members: Array = np.arange(1 << actions) >> np.arange(actions)[:, None] & 1 == 1
    return members


@lru_cache(maxsize=32)
def set_sizes(actions: int) -> Array:
    """Count the actions of each set."""
    sizes: Array = set_members(actions).sum(axis=0, dtype=np.uint8)
    return sizes


@lru_cache(maxsize=32)
def transposed_pairs(rows: int, columns: int) -> Array:
    """Give the number of each pair of supports of equal size when the players change places."""
    pairs, others = support_pairs(rows, columns), support_pairs(columns, rows)
    number = {
        pair: place for place, pair in enumerate(zip(others.columns, others.rows, strict=True))
    }
    return np.array([number[pair] for pair in zip(pairs.rows, pairs.columns, strict=True)])


@lru_cache(maxsize=32)
def pair_numbers(rows: int, columns: int) -> Array:
    """Give the number of each pair of supports of equal size, as bits, rows above columns."""
    pairs = support_pairs(rows, columns)
    number = np.zeros(1 << (rows + columns), dtype=np.intp)
    number[pairs.row_masks << columns | pairs.column_masks] = np.arange(len(pairs.size))
    return number
