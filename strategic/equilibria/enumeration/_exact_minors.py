"""Bordered minors of whole numbers, in a type that holds them: few calls, each on many lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._minors import scratch
from strategic.equilibria.enumeration._support_tables import colex, minor_layout


@dataclass(frozen=True, eq=False)
class Expansion:
    """How the minors of one layer follow from others, by lines of the table.

    Parameters
    ----------
    plain, sums : slice
        The lines they fill: plain minors of the differences, and alternating sums of these.
    smaller, factors : arrays ``(size, minors)``
        What is multiplied for the expansion along the last column, last row first.
    terms : array ``(size + 1, minors)``
    """

    plain: slice
    sums: slice
    smaller: Array
    factors: Array
    terms: Array


@lru_cache(maxsize=32)
def _expansions(rows: int, columns: int) -> tuple[Expansion, ...]:
    layout, found, below = minor_layout(rows, columns), [], slice(0, 1)
    for layer in layout.layers:
        size, sets = layer.size, colex(columns, layer.size)
        place = {subset: number for number, subset in enumerate(colex(columns, size - 1))}
        before, last = np.array([[place[s[:-1]], s[-1]] for s in sets]).T
        parents = np.array(layer.parents).reshape(-1, size, 1)[:, ::-1]
        chosen = np.array(layer.rows).reshape(-1, size, 1)[:, ::-1]
        smaller = below.start + parents * len(place) + before
        factors = 1 + (chosen - 1) * columns + last
        terms = np.array(layer.sums, dtype=np.intp).reshape(-1, size + 1, 1) * len(sets)
        terms = layer.with_row_0.start + terms + np.arange(len(sets))
        found.append(
            Expansion(
                plain=layer.with_row_0,
                sums=layer.without_row_0,
                smaller=smaller.swapaxes(0, 1).reshape(size, -1),
                factors=factors.swapaxes(0, 1).reshape(size, -1),
                terms=terms.swapaxes(0, 1).reshape(size + 1, -1),
            )
        )
        below = layer.with_row_0
    return tuple(found)


def exact_minors(differences: Array, name: str = "") -> Array:
    """Compute all bordered minors of many matrices.

    Parameters
    ----------
    differences : array ``(rows - 1, columns, games)``
        Payoffs less those of row 0: whole numbers, in a type that holds their minors. Sums may
        wrap around on the way.
    name : str
        Of the memory they are in, which is written over for the next games of the same name.

    Returns
    -------
    array ``(entries, games)``
        In the order of `MinorLayout`.

    Examples
    --------
    >>> exact_minors(np.array([[[2], [3]], [[4], [5]]], dtype=np.int16)).T
    array([[ 1,  2,  3,  4,  5,  2,  2, -2]], dtype=int16)
    """
    rows, (columns, games) = len(differences) + 1, differences.shape[1:]
    kind, expansions = differences.dtype, _expansions(rows, columns)
    table = scratch("minors" + name, (minor_layout(rows, columns).entries, games), kind)
    widest = max((max(e.smaller.shape[1], e.terms.shape[1]) for e in expansions), default=0)
    terms, factors = scratch("terms", (2, widest, games), kind)
    table[0] = 1
    for size, own in enumerate(expansions, start=1):
        here = table[own.plain]
        if size == 1:
            here[:] = differences.reshape(here.shape)
        for place in range(size if size > 1 else 0):
            term, factor = (here if place == 0 else terms[: len(here)]), factors[: len(here)]
            table.take(own.smaller[place], axis=0, out=term, mode="clip")
            table.take(own.factors[place], axis=0, out=factor, mode="clip")
            term *= factor
            if place:
                (np.subtract if place % 2 else np.add)(here, term, out=here)
        here = table[own.sums]
        for place, lines in enumerate(own.terms if len(here) else ()):
            term = terms[: len(here)] if place else here
            table.take(lines, axis=0, out=term, mode="clip")
            if place:
                (np.subtract if place % 2 else np.add)(here, term, out=here)
    return table
