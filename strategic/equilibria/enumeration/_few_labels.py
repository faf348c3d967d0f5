"""Static tables for a few games with ties of one shape: which signs make a vertex, and what it is.

Bases are pairs of supports as `support_pairs` numbers them, for either player; those of the row
player's payoffs hold mixtures of columns in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._few_tables import FewTables, few_tables
from strategic.equilibria.enumeration._minors import exact_range
from strategic.equilibria.enumeration._support_tables import (
    MinorLayout,
    minor_layout,
    sign_tests,
    support_pairs,
    without_each,
)
from strategic.equilibria.enumeration._vertex_labels import place_in_order

_MANTISSA = 49  # sums of all weights of a mixture are exact in doubles as well


@dataclass(frozen=True, eq=False)
class FewLabels:
    """Static tables of one shape.

    Parameters
    ----------
    widest : float
        How far apart whole payoffs may be.
    weight : array ``(tests, 2, pairs)`` of int8
        -1, which is all bits, where a test of a basis is one of its weights; else 0.
    bits : array ``(tests, 2 * pairs)`` of int
        The bit of its label in the code of a vertex: actions in use stand above best replies.
    whole : array ``(2 * pairs,)`` of int
        The code of each basis, were no sign zero.
    lines : array ``(tests, 2 * pairs)`` of int
        The line of each minor.
    label : array ``(tests, 2 * pairs)`` of int
        The action of each weight; of what is none the number of actions of the larger side.
    slopes : array ``(2 * lines, steps)`` of int
        For each minor, and then for its negative, what decides its sign if it is zero, in turn:
        lines of the signs of the sums of weights, ``(2 * pairs)``, then of their negatives; the
        last is zero. See `perturbed_signs`.
    parity : array ``(pairs,)``
        1 for supports of an odd number of actions, else -1.
    of_rows, of_columns : array ``(codes,)`` of int
        Keys by the code of a vertex: sums of both sort by supports, then by best replies.
    """

    widest: float
    weight: Array
    bits: Array
    whole: Array
    lines: Array
    label: Array
    slopes: Array
    parity: Array
    of_rows: Array
    of_columns: Array


@lru_cache(maxsize=32)
def few_labels(m: int, n: int) -> FewLabels:
    """Make the tables of one shape."""
    static, pairs, layouts = few_tables(m, n), support_pairs(m, n), _layouts(m, n)
    shape = len(static.tests), 2, len(pairs.size)
    weight, bits = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.intp)
    label = np.full(shape, max(m, n))
    for player, (tests, replies) in enumerate(zip(sign_tests(m, n), (m, n), strict=True)):
        some, is_weight = slice(tests.label.shape[1]), tests.weight.T
        weight[some, player] = -is_weight.astype(np.int8)
        bits[some, player] = 1 << (tests.label.T + replies * is_weight)
        label[some, player][is_weight] = tests.label.T[is_weight]
    rows, columns = pairs.row_masks, pairs.column_masks
    of_x, of_y = _keys(m, n)
    return FewLabels(
        widest=min(exact_range(layout, _MANTISSA) for layout in layouts),
        weight=weight,
        bits=bits.reshape(shape[0], -1),
        whole=np.concatenate([columns << m | rows, rows << n | columns]),
        lines=(static.tests % static.lines).reshape(shape[0], -1),
        label=label.reshape(shape[0], -1),
        slopes=_slopes(static, layouts),
        parity=np.where(pairs.size % 2, 1, -1).astype(np.int8),
        of_rows=of_x,
        of_columns=of_y,
    )


def _layouts(m: int, n: int) -> tuple[MinorLayout, MinorLayout]:
    return minor_layout(m, n), minor_layout(n, m)


def _slopes(static: FewTables, layouts: tuple[MinorLayout, MinorLayout]) -> Array:
    pairs = support_pairs(*static.shape)
    bases = list(zip(pairs.rows, pairs.columns, strict=True))
    numbers = [
        {basis: number for number, basis in enumerate(bases)},
        {basis[::-1]: len(bases) + number for number, basis in enumerate(bases)},
    ]
    nothing, plus = 4 * len(bases), 2 * len(bases)
    slopes = np.full((2, static.lines, max(static.shape)), nothing)
    for player, (layout, number) in enumerate(zip(layouts, numbers, strict=True)):
        for (rows, columns), entry in layout.place.items():
            if columns:
                line = static.line_of[player][entry]
                for p, without in enumerate(without_each(rows)):  # their signs alternate
                    basis = number[without, columns]
                    slopes[:, line, p] = basis + plus * (p % 2), basis + plus * (1 - p % 2)
    return slopes.reshape(2 * static.lines, -1)


def _keys(m: int, n: int) -> tuple[Array, Array]:
    """Order by rows in use, columns in use, best replies of columns, best replies of rows."""
    codes = np.arange(1 << (m + n))
    of_m, of_n = place_in_order(m), place_in_order(n)
    of_x = of_m[codes >> n] << (m + 2 * n) | of_n[codes & ((1 << n) - 1)] << m
    of_y = of_n[codes >> m] << (m + n) | of_m[codes & ((1 << m) - 1)]
    return of_x, of_y
