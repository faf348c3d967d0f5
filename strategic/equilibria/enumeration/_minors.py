"""Bordered minors of many payoff matrices at once, and how far rounding can move them.

The batch axis is last and contiguous. Minors follow from each other by expansion along their last
column; column sets in colexicographic order make all sets with one last column a contiguous slab.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import lru_cache
from math import comb, prod
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._support_tables import Layer, Layout


def minors(
    differences: Array, layout: Layout, table: Array | None = None
) -> Iterator[tuple[slice, Array]]:
    """Compute minors, handing each part out while it is in the cache.

    Parameters
    ----------
    differences : array ``(rows - 1, columns, games)``
        Payoffs less those of row 0; floats, or Python integers in an object array.
    layout : Layout
        Where the minors stand.
    table : array ``(entries, games)``, optional
        Filled in place if given, except for entry 0; else only what is needed next is kept.

    Yields
    ------
    entries : slice
        A part of the table.
    values : array
        Its minors, to be used before the next part is asked for.
    """
    games = differences.shape[2]
    widest = max((layer.columns for layer in layout.layers), default=0)
    spare, sums = _room("spare", (2, widest, games), differences.dtype)
    below = differences[:0]
    for layer in layout.layers:
        here = _layer_room(layer, differences, table)
        for place, rows in enumerate(layer.rows):
            if layer.size > 1:
                parents = [below[parent] for parent in layer.parents[place]]
                _expand(differences, rows, parents, here[place], spare)
            start = layer.with_base.start + place * layer.columns
            yield slice(start, start + layer.columns), here[place]
        for place, terms in enumerate(layer.sums):
            start = layer.without_base.start + place * layer.columns
            entries = slice(start, start + layer.columns)
            values = sums[: layer.columns] if table is None else table[entries]
            _alternate([here[term] for term in terms], values)
            yield entries, values
        below = here


def _layer_room(layer: Layer, differences: Array, table: Array | None) -> Array:
    """Give room for the minors with row 0; those with one column are the differences."""
    shape = (len(layer.rows), layer.columns, differences.shape[2])
    if table is not None:
        here: Array = table[layer.with_base].reshape(shape)
        if layer.size == 1:
            here[:] = differences
        return here
    return (
        differences
        if layer.size == 1
        else _room(f"layer {layer.size % 2}", shape, differences.dtype)
    )


_kept = threading.local()


def _room(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Give scratch memory of this thread: fresh pages for every block cost more than the sums."""
    size = prod(shape)
    if dtype.hasobject:
        return np.empty(shape, dtype=object)
    held: Array | None = getattr(_kept, name, None)
    if held is None or held.size < size or held.dtype != dtype:
        held = np.empty(size, dtype=dtype)
        setattr(_kept, name, held)
    return held[:size].reshape(shape)


def _expand(
    differences: Array, rows: tuple[int, ...], parents: list[Array], here: Array, spare: Array
) -> None:
    """Expand along the last column, slab by slab."""
    size = len(rows)
    for column in range(size - 1, differences.shape[1]):
        sets = comb(column, size - 1)
        slab = here[comb(column, size) : comb(column, size) + sets]
        term = spare[:sets]
        np.multiply(parents[-1][:sets], differences[rows[-1] - 1, column], out=slab)
        for place in range(size - 2, -1, -1):
            np.multiply(parents[place][:sets], differences[rows[place] - 1, column], out=term)
            combine = np.add if (size - 1 - place) % 2 == 0 else np.subtract
            combine(slab, term, out=slab)


def _alternate(terms: list[Array], values: Array) -> None:
    """Sum the minors with row 0, alternating, to one without it."""
    np.subtract(terms[0], terms[1], out=values)
    for number, term in enumerate(terms[2:]):
        combine = np.add if number % 2 == 0 else np.subtract
        combine(values, term, out=values)


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
        Absolute bounds; minors of ``r`` columns are at most ``r ** (r / 2)`` (Hadamard).

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
def exact_range(layout: Layout, mantissa: int) -> float:
    """Say how far apart whole payoffs may be for every sum of the expansion to be exact.

    Notes
    -----
    A partial sum of an expansion is a determinant in which some differences are replaced by zero,
    so with payoffs within ``R`` of each other it is at most ``R**r (r+1)**((r+1)/2) / 2**r``, the
    bound of Hadamard for matrices of zeros and ones. An alternating sum has ``r + 1`` such terms.
    """
    widest = 2.0**mantissa
    for layer in layout.layers:
        r = layer.size
        terms = r + 1 if layer.sums else 1
        largest = terms * (r + 1) ** ((r + 1) / 2) / 2**r
        widest = min(widest, (2.0**mantissa / largest) ** (1 / r))
    return 0.999 * widest
