"""Which minors tell whether a pair of supports is an equilibrium: static tables per shape.

For rows ``I`` and columns ``K`` with ``|I| = |K| + 1`` let ``E(I, K) = det[1 | A_IK]``. With row 0
subtracted from the others, those with row 0 in ``I`` are the plain minors ``F`` of the differences;
the others are alternating sums ``G`` of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from strategic.arrays import Array

Actions = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """Minors with ``size`` columns: of differences (F), and of rows without row 0 (G).

    ``with_base`` and ``without_base`` are the slices of the table they fill, rows major;
    ``parents[a]`` are places in the layer of F below, ``sums[a]`` in this one (for G).
    """

    size: int
    columns: int
    rows: tuple[Actions, ...]
    parents: tuple[Actions, ...]
    sums: tuple[Actions, ...]
    with_base: slice
    without_base: slice


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the minors of a ``rows x columns`` matrix stand in a table; entry 0 is the number 1."""

    rows: int
    columns: int
    layers: tuple[Layer, ...]
    entries: int
    place: dict[tuple[Actions, Actions], int]


@dataclass(frozen=True, eq=False)
class Bases:
    """All pairs of supports of equal size, by size, then rows, then columns.

    ``first[k]`` is where those of size ``k`` begin; ``row_lanes[k]`` and ``column_lanes[k]`` hold
    their actions, ``(k, pairs)``.
    """

    size: Array
    rows: tuple[Actions, ...]
    columns: tuple[Actions, ...]
    row_masks: Array
    column_masks: Array
    first: Array
    row_lanes: dict[int, Array]
    column_lanes: dict[int, Array]


@dataclass(frozen=True, eq=False)
class SignTests:
    """The signs that must agree for each basis: ``(bases, rows)`` arrays.

    ``minor`` is the place in the table, ``flipped`` whether its sign is to be reversed,
    ``weight`` whether it is a weight on column ``label`` rather than the slack of row ``label``.
    """

    minor: Array
    flipped: Array
    weight: Array
    label: Array


def colex(actions: int, size: int) -> list[Actions]:
    """List the subsets of ``range(actions)``, those with the same last element together.

    Examples
    --------
    >>> colex(3, 2)
    [(0, 1), (0, 2), (1, 2)]
    """
    return sorted(combinations(range(actions), size), key=lambda subset: subset[::-1])


@lru_cache(maxsize=64)
def layout_of(rows: int, columns: int) -> Layout:
    """Lay out all bordered minors of a matrix, those with fewer columns first."""
    place: dict[tuple[Actions, Actions], int] = {((i,), ()): 0 for i in range(rows)}
    layers, end = [], 1
    below: dict[Actions, int] = {(): 0}
    for size in range(1, min(rows - 1, columns) + 1):
        columns_sets = colex(columns, size)
        inner = list(combinations(range(1, rows), size))
        outer = list(combinations(range(1, rows), size + 1))
        here = {subset: a for a, subset in enumerate(inner)}
        middle = end + len(inner) * len(columns_sets)
        last = middle + len(outer) * len(columns_sets)
        _place(place, [(0, *i) for i in inner], columns_sets, end)
        _place(place, outer, columns_sets, middle)
        layers.append(
            Layer(
                size=size,
                columns=len(columns_sets),
                rows=tuple(inner),
                parents=tuple(tuple(below[s] for s in _faces(i)) for i in inner),
                sums=tuple(tuple(here[s] for s in _faces(i)) for i in outer),
                with_base=slice(end, middle),
                without_base=slice(middle, last),
            )
        )
        below, end = here, last
    return Layout(rows, columns, tuple(layers), end, place)


@lru_cache(maxsize=64)
def bases_of(rows: int, columns: int) -> Bases:
    """List all bases of a ``rows x columns`` game."""
    sizes = range(1, min(rows, columns) + 1)
    pairs = [
        (i, j)
        for size in sizes
        for i in combinations(range(rows), size)
        for j in combinations(range(columns), size)
    ]
    row_sets, column_sets = tuple(i for i, _ in pairs), tuple(j for _, j in pairs)
    size = np.array([len(i) for i in row_sets])
    return Bases(
        size=size,
        rows=row_sets,
        columns=column_sets,
        row_masks=_masks(row_sets),
        column_masks=_masks(column_sets),
        first=np.searchsorted(size, range(len(sizes) + 2)),
        row_lanes={k: _lanes([i for i in row_sets if len(i) == k]) for k in sizes},
        column_lanes={k: _lanes([j for j in column_sets if len(j) == k]) for k in sizes},
    )


@lru_cache(maxsize=64)
def row_tests(rows: int, columns: int) -> SignTests:
    """Find the tests on the row player's payoffs, for every basis of the game."""
    bases = bases_of(rows, columns)
    return _tests(layout_of(rows, columns), bases.rows, bases.columns)


@lru_cache(maxsize=64)
def column_tests(rows: int, columns: int) -> SignTests:
    """Find the tests on the column player's payoffs, transposed, for every basis of the game."""
    bases = bases_of(rows, columns)
    return _tests(layout_of(columns, rows), bases.columns, bases.rows)


def _place(
    place: dict[tuple[Actions, Actions], int],
    rows: list[Actions],
    columns: list[Actions],
    start: int,
) -> None:
    keys = ((i, k) for i in rows for k in columns)
    place.update((key, start + number) for number, key in enumerate(keys))


def _tests(layout: Layout, rows: tuple[Actions, ...], columns: tuple[Actions, ...]) -> SignTests:
    minor = np.empty((len(rows), layout.rows), dtype=np.intp)
    flipped = np.empty(minor.shape, dtype=bool)
    weight = np.zeros(minor.shape, dtype=bool)
    label = np.empty(minor.shape, dtype=np.int64)
    for basis, (i, j) in enumerate(zip(rows, columns, strict=True)):
        weight[basis, : len(j)] = True
        for p, without in enumerate(_faces(j)):
            minor[basis, p] = layout.place[i, without]
            flipped[basis, p] = p % 2
            label[basis, p] = j[p]
        for t, row in enumerate(sorted(set(range(layout.rows)) - set(i)), start=len(j)):
            joined = tuple(sorted((*i, row)))
            minor[basis, t] = layout.place[joined, j]
            flipped[basis, t] = joined.index(row) % 2
            label[basis, t] = row
    return SignTests(minor, flipped, weight, label)


def _faces(subset: Actions) -> list[Actions]:
    """Leave out the first, the second, ... element of a subset."""
    return [subset[:p] + subset[p + 1 :] for p in range(len(subset))]


def _masks(subsets: tuple[Actions, ...]) -> Array:
    return np.array([sum(1 << action for action in subset) for subset in subsets])


def _lanes(subsets: list[Actions]) -> Array:
    return np.ascontiguousarray(np.array(subsets, dtype=np.intp).T)
