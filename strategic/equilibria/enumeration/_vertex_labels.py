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
from strategic.equilibria.enumeration._support_tables import SignTests, sign_tests, support_pairs


@dataclass(frozen=True, eq=False)
class VertexLabels:
    """The labels that vertices of one polyhedron may have, and the bases that hold them in place.

    Parameters
    ----------
    support, replies : arrays ``(labels,)``
        Actions in use and best replies, as bits.
    tests : SignTests
        The signs behind each basis, which is a pair of supports.
    number : array of int
        The label of each union of both, actions in use above best replies; -1 where none.
    flips, bits : arrays ``(tests, bases)``
        Sign of each test, and the bit of its action in such a union.
    action : array ``(labels,)``
        The one action in use, -1 where there are several.
    actions : array ``(tests, bases)``
        The action of each test.
    whole : array ``(bases,)``
        The code of each basis, were no sign zero.
    sizes : tuple of (int, slice)
        Numbers of actions of a basis, and the bases that have it.
    pattern : array ``(patterns,)``
        Patterns of signs (which slacks of a basis are zero) in the order of labels; patterns are
        numbered by size, then by zeros, then by basis.
    basis : array ``(patterns,)``
        Their bases.
    first : array ``(labels + 1,)``
        Where those of each label begin.
    """

    rows: int
    code: Array
    number: Array
    tests: SignTests
    flips: Array
    bits: Array
    action: Array
    actions: Array
    whole: Array
    sizes: tuple[tuple[int, slice], ...]
    pattern: Array
    basis: Array
    first: Array


@lru_cache(maxsize=16)
def vertex_labels(rows: int, columns: int) -> tuple[VertexLabels, VertexLabels]:
    """Label the vertices that the row player's payoffs hold, and the column player's.

    The first are mixtures of the columns, with rows as best replies.
    """
    pairs = support_pairs(rows, columns)
    row_tests, column_tests = sign_tests(rows, columns)
    sizes = tuple(
        (size, slice(int(pairs.first[size]), int(pairs.first[size + 1])))
        for size in range(1, min(rows, columns) + 1)
    )
    return (
        _labels(pairs.column_masks, pairs.row_masks, row_tests, sizes),
        _labels(pairs.row_masks, pairs.column_masks, column_tests, sizes),
    )


def _labels(
    used: Array, best: Array, tests: SignTests, sizes: tuple[tuple[int, slice], ...]
) -> VertexLabels:
    replies, bases = [], []
    for size, part in sizes:
        own = best[None, part]
        for test in range(size, tests.minor.shape[1]):  # the slacks, zero or not
            own = np.concatenate([own, own | 1 << tests.label[part, test]])
        replies.append(own.reshape(-1))
        bases.append(np.tile(np.arange(part.start, part.stop), len(own)))
    basis, reply = np.concatenate(bases), np.concatenate(replies)
    rows = tests.minor.shape[1]
    code = used[basis] << rows | reply
    pattern = np.argsort(code, kind="stable")
    labels, first = np.unique(code[pattern], return_index=True)
    number = np.full(int(labels.max()) + 1, -1)
    number[labels] = np.arange(len(labels))
    return VertexLabels(
        rows=rows,
        code=labels,
        number=number,
        tests=tests,
        flips=np.where(tests.flipped, -1, 1).astype(np.int8).T.copy(),
        bits=(1 << (tests.label + np.where(tests.weight, rows, 0))).T.copy(),
        action=np.array(
            [
                one.bit_length() - 1 if one & (one - 1) == 0 else -1
                for one in (labels >> rows).tolist()
            ]
        ),
        actions=tests.label.T.copy(),
        whole=used << rows | best,
        sizes=sizes,
        pattern=pattern,
        basis=basis[pattern],
        first=np.append(first, len(pattern)),
    )


@lru_cache(maxsize=16)
def sets_in_order(actions: int) -> Array:
    """List the sets of actions as bits, by size, then lexicographically; without the empty one.

    Examples
    --------
    >>> sets_in_order(3)
    array([1, 2, 4, 3, 5, 6, 7])
    """
    sets = (s for size in range(1, actions + 1) for s in combinations(range(actions), size))
    return np.array([sum(1 << action for action in chosen) for chosen in sets])


@lru_cache(maxsize=16)
def place_in_order(actions: int) -> Array:
    """Give the place of each set of actions in that list."""
    places = np.zeros(1 << actions, dtype=np.int64)
    places[sets_in_order(actions)] = np.arange((1 << actions) - 1)
    return places


@lru_cache(maxsize=16)
def larger_sets(actions: int) -> tuple[Array, Array]:
    """List the sets that hold each set, in the same order, ``(places, sets)``, and their number."""
    ordered = sets_in_order(actions)
    number = np.zeros(1 << actions, dtype=np.int64)
    table = np.zeros((1 << actions, 1 << actions), dtype=np.int64)
    for chosen in range(1 << actions):
        larger = ordered[(ordered & chosen) == chosen]
        number[chosen] = len(larger)
        table[: len(larger), chosen] = larger
    return table, number
