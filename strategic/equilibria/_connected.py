"""Graphs of compatible strategies of many games: connected parts and maximal products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

_MOST_BITS = 62


def equal_rows(game: Array, weights: Array) -> Array:
    """Give mixtures numbers so that equal ones of the same game have equal numbers.

    Parameters
    ----------
    game : array ``(E,)`` of int
    weights : array ``(E, n)``
        Whole numbers; mixtures are equal if one is a multiple of the other.

    Examples
    --------
    >>> equal_rows(np.array([0, 0, 1]), np.array([[1, 2], [2, 4], [1, 2]]))
    array([0, 0, 1])
    """
    shared = np.gcd.reduce(weights, axis=1)
    lowest = weights // shared[:, None]
    if lowest.dtype == object:
        try:
            lowest = lowest.astype(np.int64)
        except OverflowError:
            numbers: dict[tuple[int, ...], int] = {}
            rows = zip(game.tolist(), *lowest.T.tolist(), strict=True)
            return np.array([numbers.setdefault(row, len(numbers)) for row in rows])
    bits = int(lowest.max(initial=1)).bit_length()
    numbered = max(int(game.max(initial=1)), len(game)).bit_length()
    if numbered + bits > _MOST_BITS:  # ranks are short, and as equal
        lowest = np.unique(lowest, return_inverse=True)[1].reshape(lowest.shape)
        bits = int(lowest.max(initial=1)).bit_length()
    per_key = (_MOST_BITS - numbered) // bits
    number = game
    for start in range(0, lowest.shape[1], per_key):  # as few sorts as fit 64 bits
        key = number
        for column in lowest[:, start : start + per_key].T:
            key = (key << bits) + column
        number = np.unique(key, return_inverse=True)[1]
    return number


def connected(x: Array, y: Array) -> Array:
    """Give the least place that each pair of strategies is connected to through shared ones.

    Parameters
    ----------
    x, y : arrays ``(E,)`` of int
        Numbers of the strategies of each pair.

    Examples
    --------
    >>> connected(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]))
    array([0, 0, 0, 3])
    """
    label = np.arange(len(x))
    while True:
        before = label.copy()
        for side in (x, y):
            least = np.full(int(side.max(initial=0)) + 1, len(label))
            np.minimum.at(least, side, label)
            label = least[side]
        if (label == before).all():
            return label


@dataclass(frozen=True, eq=False)
class Products:
    """Maximal products of strategies, in the order of their components.

    Parameters
    ----------
    owner : array ``(P,)``
        The component of each.
    rows, columns : arrays of int
        Pairs in which their row and column strategies occur first, product after product.
    row_counts, column_counts : arrays ``(P,)``
        How many each has.
    """

    owner: Array
    rows: Array
    columns: Array
    row_counts: Array
    column_counts: Array


def maximal_products(component: Array, x: Array, y: Array) -> Products:
    """Find the maximal bicliques of the graphs of compatible strategies.

    Parameters
    ----------
    component : array ``(E,)`` of int
        The connected part each pair belongs to; the pairs of one need not stand together.
    x, y : arrays ``(E,)`` of int
        Numbers of the strategies of each pair.

    Notes
    -----
    The maximal Nash subsets are the maximal products of strategies all of whose pairs are
    equilibria (Jansen 1981): their column sides are the intersections of the columns compatible
    with single rows, and the row sides what is compatible with all of these. Sets of columns are
    rows of bits here, those of all parts together.

    References
    ----------
    Jansen, M. J. M. (1981). Maximal Nash subsets for bimatrix games. Naval Research Logistics
    Quarterly 28, 147-152.
    """
    row_of, x_part, x_first, _ = _local(component, x)
    _, y_part, y_first, y_place = _local(component, y)
    compatible = np.zeros((len(x_part), int(y_place.max()) + 1), dtype=bool)
    compatible[row_of, y_place] = True
    part, closed = x_part, compatible
    part, closed = _different(part, closed)
    while True:
        mine, row = _pairs_within(part, x_part)
        met = closed[mine] & compatible[row]
        there = met.any(axis=1)
        both = np.concatenate([part, part[mine[there]]]), np.concatenate([closed, met[there]])
        grown = _different(*both)
        if len(grown[0]) == len(part):
            break
        part, closed = grown
    mine, row = _pairs_within(part, x_part)
    holds = ~(closed[mine] & ~compatible[row]).any(axis=1)
    mine, row = mine[holds], row[holds]
    row_counts = np.bincount(mine, minlength=len(part))
    row_first = np.cumsum(row_counts) - row_counts
    # By first row, first column, more rows first, then the columns that come earlier.
    packed = 255 - np.packbits(closed, axis=1)
    keys = -row_counts, closed.argmax(axis=1), row[row_first], part
    order = np.lexsort((*packed.T[::-1], *keys))
    where = np.empty((int(component.max()) + 1, closed.shape[1]), dtype=np.intp)
    where[y_part, _numbers_within(y_part)] = y_first
    product, column = np.nonzero(closed[order])
    moved = row_counts[order]
    step = np.arange(len(row)) - np.repeat(np.cumsum(moved) - moved, moved)
    rows = x_first[row[np.repeat(row_first[order], moved) + step]]
    return Products(
        owner=part[order],
        rows=rows,
        columns=where[part[order][product], column],
        row_counts=moved,
        column_counts=closed[order].sum(axis=1),
    )


def _local(component: Array, strategy: Array) -> tuple[Array, Array, Array, Array]:
    """Order strategies by part and first occurrence.

    Gives the number of each pair, and of each strategy its part and the pair it occurs in first;
    then the place of each pair's strategy within its part.
    """
    _, first, number = np.unique(strategy, return_index=True, return_inverse=True)
    order = np.lexsort((first, component[first]))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    first, number = first[order], rank[number]
    part = component[first]
    return number, part, first, _numbers_within(part)[number]


def _numbers_within(part: Array) -> Array:
    """Count 0, 1, ... within each run of an ascending array."""
    return np.asarray(np.arange(len(part)) - np.searchsorted(part, part))


def _pairs_within(one: Array, other: Array) -> tuple[Array, Array]:
    """Pair every place of an ascending array with all places of the same number in another."""
    begin, end = (np.searchsorted(other, one, side=side) for side in ("left", "right"))
    count = end - begin
    mine = np.repeat(np.arange(len(one)), count)
    step = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
    return mine, np.repeat(begin, count) + step


def _different(part: Array, sets: Array) -> tuple[Array, Array]:
    """Keep one of equal sets of a part; parts ascend."""
    packed = np.packbits(sets, axis=1)
    keys = np.lexsort((*packed.T, part))
    part, packed = part[keys], packed[keys]
    new = np.ones(len(part), dtype=bool)
    new[1:] = (part[1:] != part[:-1]) | (packed[1:] != packed[:-1]).any(axis=1)
    return part[new], sets[keys[new]]
