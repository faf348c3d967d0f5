"""Which minors tell whether a pair of supports is an equilibrium: static tables per shape.

For rows ``I`` and columns ``K`` with ``|I| = |K| + 1`` let ``E(I, K) = det[1 | A_IK]``, a minor
bordered by a column of ones. By Cramer's rule the mixture of columns ``J`` that makes rows ``I``
equally good (``|I| = |J|``) has weights ``(-1)**p E(I, J - j_p)``, and row ``r`` falls short of
them by ``(-1)**t E(I + r, J)``, ``t`` its place among them, all over one denominator. So the pair
is an equilibrium without ties if and only if, for both players, all these signs agree.

With row 0 subtracted from the others, the minors with row 0 in ``I`` are plain minors of the
differences, one size smaller; the others are alternating sums of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from math import comb
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array

Actions = tuple[int, ...]
_PRUNED_FROM = 1000  # minors of a player


@dataclass(frozen=True, eq=False)
class MinorLayer:
    """Minors with the same number of columns.

    Parameters
    ----------
    size : int
        Their number of columns.
    columns : int
        How many sets of columns there are.
    rows : tuple of tuple of int
        The sets of rows of the plain minors (row 0 is understood).
    parents : tuple of tuple of int
        Per set of rows, where the sets without one of them stand in the layer below.
    sums : tuple of tuple of int
        Per set of rows without row 0, where the plain minors stand whose alternating sum it is.
    with_row_0, without_row_0 : slice
        The entries of the table that they fill, rows major.
    """

    size: int
    columns: int
    rows: tuple[Actions, ...]
    parents: tuple[Actions, ...]
    sums: tuple[Actions, ...]
    with_row_0: slice
    without_row_0: slice


@dataclass(frozen=True, eq=False)
class MinorLayout:
    """Where the minors of a ``rows x columns`` matrix stand in a table; entry 0 is the number 1."""

    rows: int
    columns: int
    layers: tuple[MinorLayer, ...]
    entries: int
    place: dict[tuple[Actions, Actions], int]


class SupportSets(NamedTuple):
    """Supports of one size k of a player: arrays ``(k, sets)``, and of all other actions."""

    inside: Array
    outside: Array


@dataclass(frozen=True, eq=False)
class SupportPairs:
    """All pairs of supports of equal size, by size, then rows, then columns.

    ``first[k]`` is where those of size ``k`` begin; ``row_lanes[k]`` and ``column_lanes[k]`` hold
    their actions, ``(k, pairs)``; ``used`` flags the actions of both players, ``(m + n, pairs)``.
    """

    size: Array
    rows: tuple[Actions, ...]
    columns: tuple[Actions, ...]
    row_masks: Array
    column_masks: Array
    first: Array
    row_lanes: dict[int, Array]
    column_lanes: dict[int, Array]
    used: Array


@dataclass(frozen=True, eq=False)
class SignTests:
    """The signs of one player's minors that must agree for each pair of supports.

    Parameters
    ----------
    minor : array ``(pairs, tests)`` of int
        The entry of the table.
    flipped : array ``(pairs, tests)`` of bool
        Whether its sign is to be reversed.
    weight : array ``(pairs, tests)`` of bool
        Whether it is a weight on column ``label`` rather than the slack of row ``label``.
    label : array ``(pairs, tests)`` of int
    positive, negative : arrays ``(tests, pairs)`` of int
        The lines of the sign planes that say whether the sign, reversed or not, is plus or minus.
    """

    minor: Array
    flipped: Array
    weight: Array
    label: Array
    positive: Array
    negative: Array


def colex(actions: int, size: int) -> list[Actions]:
    """List the subsets of ``range(actions)``, those with the same last element together.

    Examples
    --------
    >>> colex(3, 2)
    [(0, 1), (0, 2), (1, 2)]
    """
    return sorted(combinations(range(actions), size), key=lambda subset: subset[::-1])


def without_each(subset: Actions) -> list[Actions]:
    """Leave out the first, the second, ... element of a subset."""
    return [subset[:p] + subset[p + 1 :] for p in range(len(subset))]


def minor_count(rows: int, columns: int) -> int:
    """Count the entries of a table of minors without laying it out.

    Examples
    --------
    >>> minor_count(3, 4), minor_layout(3, 4).entries
    (19, 19)
    """
    # Those with k columns are C(rows, k + 1) C(columns, k); Vandermonde adds them up.
    return comb(rows + columns, rows - 1) - rows + 1


def prunes(shape: Sequence[int]) -> bool:
    """Tell whether the larger table of minors costs more than judging what the smaller one leaves.

    Examples
    --------
    >>> prunes((6, 6)), prunes((7, 7)), prunes((5, 8))
    (False, True, True)
    """
    m, n = shape
    return max(minor_count(m, n), minor_count(n, m)) > _PRUNED_FROM


@lru_cache(maxsize=64)
def minor_layout(rows: int, columns: int) -> MinorLayout:
    """Lay out all bordered minors of a matrix, those with fewer columns first."""
    place: dict[tuple[Actions, Actions], int] = {((i,), ()): 0 for i in range(rows)}
    layers, end = [], 1
    below: dict[Actions, int] = {(): 0}
    for size in range(1, min(rows - 1, columns) + 1):
        column_sets = colex(columns, size)
        inner = list(combinations(range(1, rows), size))
        outer = list(combinations(range(1, rows), size + 1))
        here = {subset: number for number, subset in enumerate(inner)}
        middle = end + len(inner) * len(column_sets)
        last = middle + len(outer) * len(column_sets)
        keys = product([*((0, *i) for i in inner), *outer], column_sets)
        place.update((key, end + number) for number, key in enumerate(keys))
        layers.append(
            MinorLayer(
                size=size,
                columns=len(column_sets),
                rows=tuple(inner),
                parents=tuple(tuple(below[s] for s in without_each(i)) for i in inner),
                sums=tuple(tuple(here[s] for s in without_each(i)) for i in outer),
                with_row_0=slice(end, middle),
                without_row_0=slice(middle, last),
            )
        )
        below, end = here, last
    return MinorLayout(rows, columns, tuple(layers), end, place)


@lru_cache(maxsize=256)
def support_sets(actions: int, size: int) -> SupportSets:
    """List the supports of one size, in the order of `combinations`.

    Examples
    --------
    >>> support_sets(3, 2).inside
    array([[0, 0, 1],
           [1, 2, 2]])
    """
    every = range(actions)
    inside = list(combinations(every, size))
    outside = [[action for action in every if action not in subset] for subset in inside]
    lines = (np.array(sets, dtype=np.intp).reshape(len(inside), -1).T for sets in (inside, outside))
    return SupportSets(*(np.ascontiguousarray(line) for line in lines))


@lru_cache(maxsize=64)
def support_numbers(actions: int) -> Array:
    """Say which of `support_sets` of its size each support, given as bits, is.

    Examples
    --------
    >>> support_numbers(3)
    array([0, 0, 1, 0, 2, 1, 2, 0])
    """
    numbers = np.zeros(1 << actions, dtype=np.intp)
    for size in range(1, actions + 1):
        inside = support_sets(actions, size).inside
        numbers[(1 << inside).sum(axis=0)] = np.arange(inside.shape[1])
    return numbers


@lru_cache(maxsize=64)
def support_pairs(rows: int, columns: int) -> SupportPairs:
    """List all pairs of supports of equal size of a ``rows x columns`` game."""
    sizes = range(1, min(rows, columns) + 1)
    pairs = [
        pair
        for size in sizes
        for pair in product(combinations(range(rows), size), combinations(range(columns), size))
    ]
    sides = tuple(zip(*pairs, strict=True))
    size = np.array([len(i) for i in sides[0]])
    row_masks, column_masks = (
        np.array([sum(1 << action for action in subset) for subset in side]) for side in sides
    )
    row_lanes, column_lanes = (
        {
            k: np.ascontiguousarray(np.array([s for s in side if len(s) == k], dtype=np.intp).T)
            for k in sizes
        }
        for side in sides
    )
    return SupportPairs(
        size=size,
        rows=sides[0],
        columns=sides[1],
        row_masks=row_masks,
        column_masks=column_masks,
        first=np.searchsorted(size, range(len(sizes) + 2)),
        row_lanes=row_lanes,
        column_lanes=column_lanes,
        used=np.vstack(
            [
                masks >> np.arange(actions)[:, None] & 1 == 1
                for masks, actions in ((row_masks, rows), (column_masks, columns))
            ]
        ),
    )


@lru_cache(maxsize=64)
def sign_tests(rows: int, columns: int) -> tuple[SignTests, SignTests]:
    """Find the tests on the row player's payoffs, and on the column player's, transposed."""
    pairs = support_pairs(rows, columns)
    return (
        _tests(minor_layout(rows, columns), pairs.rows, pairs.columns),
        _tests(minor_layout(columns, rows), pairs.columns, pairs.rows),
    )


def _tests(
    layout: MinorLayout, rows: tuple[Actions, ...], columns: tuple[Actions, ...]
) -> SignTests:
    minor = np.empty((len(rows), layout.rows), dtype=np.intp)
    flipped = np.empty(minor.shape, dtype=bool)
    weight = np.zeros(minor.shape, dtype=bool)
    label = np.empty(minor.shape, dtype=np.int64)
    for pair, (i, j) in enumerate(zip(rows, columns, strict=True)):
        weight[pair, : len(j)] = True
        for p, without in enumerate(without_each(j)):
            minor[pair, p] = layout.place[i, without]
            flipped[pair, p] = p % 2
            label[pair, p] = j[p]
        for t, row in enumerate(sorted(set(range(layout.rows)) - set(i)), start=len(j)):
            joined = tuple(sorted((*i, row)))
            minor[pair, t] = layout.place[joined, j]
            flipped[pair, t] = joined.index(row) % 2
            label[pair, t] = row
    positive = np.ascontiguousarray((minor + layout.entries * flipped).T)
    negative = np.ascontiguousarray((minor + layout.entries * ~flipped).T)
    return SignTests(minor, flipped, weight, label, positive, negative)
