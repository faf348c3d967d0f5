"""Bordered minors of many payoff matrices at once, and how far rounding can move them.

The batch axis is last and contiguous. Minors follow from each other by expansion along their last
column; column sets in colexicographic order make all sets with one last column a contiguous slab.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import comb, log2
from typing import Any

import numpy as np

from strategic.equilibria.patterns import Layer, Layout

Array = np.ndarray[Any, Any]


def minors(differences: Array, layout: Layout, table: Array) -> Iterator[tuple[slice, Array]]:
    """Fill the table with minors, handing each part out while it is in the cache.

    Parameters
    ----------
    differences : array ``(rows - 1, columns, games)``
        Payoffs less those of row 0; floats, or Python integers in an object array.
    layout : Layout
        Where the minors stand.
    table : array ``(entries, games)`` of the same type
        Filled in place, except for entry 0.

    Yields
    ------
    entries : slice
        A part of the table.
    values : array
        Its minors.
    """
    below = differences[:0]
    spare = np.empty_like(table[: max((layer.columns for layer in layout.layers), default=1)])
    for layer in layout.layers:
        here = table[layer.with_base].reshape(len(layer.rows), layer.columns, -1)
        for place, rows in enumerate(layer.rows):
            if layer.size == 1:
                here[place] = differences[rows[0] - 1]
            else:
                parents = [below[parent] for parent in layer.parents[place]]
                _expand(differences, layer.size, rows, parents, here[place], spare)
            start = layer.with_base.start + place * layer.columns
            yield slice(start, start + layer.columns), here[place]
        yield from _sums(layer, here, table)
        below = here


def _expand(
    differences: Array,
    size: int,
    rows: tuple[int, ...],
    parents: list[Array],
    here: Array,
    spare: Array,
) -> None:
    """Expand along the last column, slab by slab."""
    for column in range(size - 1, differences.shape[1]):
        sets = comb(column, size - 1)
        slab = here[comb(column, size) : comb(column, size) + sets]
        term = spare[:sets]
        np.multiply(parents[-1][:sets], differences[rows[-1] - 1, column], out=slab)
        for place in range(size - 2, -1, -1):
            np.multiply(parents[place][:sets], differences[rows[place] - 1, column], out=term)
            combine = np.add if (size - 1 - place) % 2 == 0 else np.subtract
            combine(slab, term, out=slab)


def _sums(layer: Layer, here: Array, table: Array) -> Iterator[tuple[slice, Array]]:
    """Sum the minors with row 0, alternating, to those without it."""
    start = layer.without_base.start
    for place, terms in enumerate(layer.sums):
        entries = slice(start + place * layer.columns, start + (place + 1) * layer.columns)
        values = table[entries]
        np.subtract(here[terms[0]], here[terms[1]], out=values)
        for number, term in enumerate(terms[2:]):
            combine = np.add if number % 2 == 0 else np.subtract
            combine(values, here[term], out=values)
        yield entries, values


@lru_cache(maxsize=64)
def error_bounds(layout: Layout, unit: float, entry: float) -> Array:
    """Bound the rounding error of every entry of the table, for differences of at most 1.

    Parameters
    ----------
    layout : Layout
        Where the minors stand.
    unit : float
        Rounding unit of the arithmetic.
    entry : float
        Error of a difference itself.

    Returns
    -------
    array ``(entries,)``
        Absolute bounds; the exact minors are at most ``r ** (r / 2)`` with ``r`` columns (Hadamard).

    Notes
    -----
    Standard model: a sum of ``r`` products is off by at most ``r u`` of the sum of its moduli, to
    first order. The factor 1.1 covers higher orders and underflow, far below it at this scale.

    References
    ----------
    Shewchuk, J. (1997), Adaptive precision floating-point arithmetic and fast robust geometric
    predicates, Discrete & Computational Geometry 18.
    """
    bounds = np.zeros(layout.entries)
    error = entry
    for layer in layout.layers:
        r, largest = layer.size, layer.size ** (layer.size / 2)
        if r > 1:
            smaller = (r - 1) ** ((r - 1) / 2)
            error = r * (1.01 * error + entry * smaller + r * unit * (smaller + error))
        bounds[layer.with_base] = 1.1 * error
        bounds[layer.without_base] = 1.1 * (r + 1) * (error + (r + 1) * unit * (largest + error))
    bounds.setflags(write=False)
    return bounds


@lru_cache(maxsize=64)
def exact_bits(layout: Layout, mantissa: int) -> int:
    """Count the bits differences may have so that every sum of the expansion is exact."""
    bits = mantissa
    for layer in layout.layers:
        r = layer.size
        partial = r * (r - 1) ** ((r - 1) / 2) if r > 1 else 1
        if layer.sums:
            partial = max(partial, (r + 1) * r ** (r / 2))
        bits = min(bits, int((mantissa - log2(partial)) / r))
    return bits
