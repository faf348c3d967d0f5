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
from strategic.equilibria.enumeration._support_tables import MinorLayout


def minors(
    differences: Array, layout: MinorLayout, table: Array | None = None
) -> Iterator[tuple[slice, Array]]:
    """Compute minors, handing each part out while it is in the cache.

    Parameters
    ----------
    differences : array ``(rows - 1, columns, games)``
        Payoffs less those of row 0; floats, or Python integers in an object array.
    layout : MinorLayout
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
    games, dtype = differences.shape[2], differences.dtype
    widest = max((layer.columns for layer in layout.layers), default=0)
    spare, sums = scratch("spare", (2, widest, games), dtype)
    below = differences[:0]
    for layer in layout.layers:
        shape = (len(layer.rows), layer.columns, games)
        if table is not None:
            here = table[layer.with_row_0].reshape(shape)
        elif layer.size > 1:  # two layers are alive at a time: this one and its parents
            here = scratch(f"layer {layer.size % 2}", shape, dtype)
        else:
            here = differences
        for number, rows in enumerate(layer.rows):
            if layer.size > 1:
                parents = [below[parent] for parent in layer.parents[number]]
                _expand(differences, rows, parents, here[number], spare)
            elif table is not None:
                here[number] = differences[number]
            start = layer.with_row_0.start + number * layer.columns
            yield slice(start, start + layer.columns), here[number]
        for number, terms in enumerate(layer.sums):
            start = layer.without_row_0.start + number * layer.columns
            entries = slice(start, start + layer.columns)
            values = sums[: layer.columns] if table is None else table[entries]
            # det[1 | A_IK] without row 0, expanded along the column of ones.
            np.subtract(here[terms[0]], here[terms[1]], out=values)
            for place, term in enumerate(terms[2:]):
                combine = np.add if place % 2 == 0 else np.subtract
                combine(values, here[term], out=values)
            yield entries, values
        below = here


_kept = threading.local()


def scratch(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Give scratch memory of this thread: fresh pages for every block cost more than the sums."""
    size = prod(shape)
    if dtype.hasobject:
        return np.empty(shape, dtype=object)
    name += dtype.char
    held: Array | None = getattr(_kept, name, None)
    if held is None or held.size < size:
        held = np.empty(size, dtype=dtype)
        setattr(_kept, name, held)
    return held[:size].reshape(shape)


def _expand(
    differences: Array, rows: tuple[int, ...], parents: list[Array], here: Array, spare: Array
) -> None:
    """Expand along the last column, slab by slab.

    In colexicographic order the sets whose last column is ``c`` are a slab of their own, and their
    other columns run through the first ``C(c, size - 1)`` sets of the layer below, in its order:
    so a slab is a sum of products of contiguous slabs.
    """
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


@lru_cache(maxsize=64)
def error_bounds(layout: MinorLayout, unit: float, entry: float) -> Array:
    """Bound the rounding error of every entry of the table, for differences of at most 1.

    Parameters
    ----------
    layout : MinorLayout
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
    Shewchuk, J. R. (1997). Adaptive precision floating-point arithmetic and fast robust geometric
    predicates. Discrete and Computational Geometry 18, 305-363.
    """
    bounds = np.zeros(layout.entries)
    error = entry
    for layer in layout.layers:
        r, largest = layer.size, layer.size ** (layer.size / 2)
        if r > 1:  # r products of a difference (error `entry`) and a smaller minor (`error`)
            smaller = (r - 1) ** ((r - 1) / 2)
            error = r * (1.01 * error + entry * smaller + r * unit * (smaller + error))
        bounds[layer.with_row_0] = 1.1 * error
        bounds[layer.without_row_0] = 1.1 * (r + 1) * (error + (r + 1) * unit * (largest + error))
    bounds.setflags(write=False)
    return bounds


@lru_cache(maxsize=64)
def exact_range(layout: MinorLayout, mantissa: int) -> float:
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
