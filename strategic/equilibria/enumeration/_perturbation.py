"""Signs of minors after a symbolic perturbation that leaves no ties: row ``i`` loses ``eps**i``."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._signs import words_of
from strategic.equilibria.enumeration._support_tables import MinorLayout, without_each

_ENTRIES_AT_ONCE = 256


def perturbed_planes(table: Array, layout: MinorLayout, planes: Array) -> Array:
    """Decide the zero signs of exact minors as for an infinitely small ``eps``.

    Parameters
    ----------
    table : array ``(entries, games)``
        Exact minors.
    layout : MinorLayout
        Where they stand.
    planes : array ``(2 * entries, words)``
        Their signs as bits: positive, then negative.

    Returns
    -------
    array ``(2 * entries, words)``
        Signs of the perturbed minors. What is still zero belongs to no basis.

    Notes
    -----
    ``E(I, K)`` becomes ``E(I, K) + sum_p eps**i_p sum_q (-1)**(p+q) E(I - i_p, K - j_q)``:
    terms with two perturbed columns vanish, as these columns are alike.
    The first coefficient that is not zero decides.

    References
    ----------
    von Stengel, B. (2002), Computing equilibria for two-person games, Handbook of Game Theory 3.
    """
    signs = planes.reshape(2, layout.entries, -1).copy()
    real_games = signs[0, 0]  # the number 1 is positive in every game, but not past the last
    has_zeros = (real_games & ~(signs[0] | signs[1])).any(axis=1)
    for columns, entries, smaller in _smaller_minors(layout):
        chosen = np.flatnonzero(has_zeros[entries])
        for start in range(0, len(chosen), _ENTRIES_AT_ONCE):
            some = chosen[start : start + _ENTRIES_AT_ONCE]
            here, less = entries[some], smaller[some]
            undecided = table[here] == 0
            positive, negative = np.zeros((2, *undecided.shape), dtype=bool)
            for p in range(columns + 1):  # rows ascend, so their powers of eps fall in size
                slope = table[less[:, p, 0]] * (-1) ** p
                for q in range(1, columns):
                    combine = np.add if (p + q) % 2 == 0 else np.subtract
                    combine(slope, table[less[:, p, q]], out=slope)
                positive |= undecided & (slope > 0)
                negative |= undecided & (slope < 0)
                undecided &= slope == 0
                if not undecided.any():
                    break
            for plane, flags in zip(signs, (positive, negative), strict=True):
                plane[here] |= words_of(flags)
    return signs.reshape(2 * layout.entries, -1)


@lru_cache(maxsize=64)
def _smaller_minors(layout: MinorLayout) -> tuple[tuple[int, Array, Array], ...]:
    """Per number of columns: the entries, and those without one row and one column of theirs."""
    sizes: dict[int, list[tuple[int, list[list[int]]]]] = {}
    for (rows, columns), entry in layout.place.items():
        if columns:
            smaller = [
                [layout.place[i, k] for k in without_each(columns)] for i in without_each(rows)
            ]
            sizes.setdefault(len(columns), []).append((entry, smaller))
    return tuple(
        (size, np.array([entry for entry, _ in found]), np.array([some for _, some in found]))
        for size, found in sorted(sizes.items())
    )
