"""Signs of minors after a symbolic perturbation that leaves no ties: row ``i`` loses ``eps**i``."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._support_tables import Layout

_ENTRIES_AT_ONCE = 256


def perturbed_planes(table: Array, layout: Layout, planes: Array) -> Array:
    """Decide the zero signs of exact minors as for an infinitely small ``eps``.

    Parameters
    ----------
    table : array ``(entries, games)``
        Exact minors.
    layout : Layout
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
    open_words = ~(signs[0] | signs[1])
    open_entries = np.flatnonzero(open_words.any(axis=1))
    for columns, entries, faces in _faces(layout):
        chosen = np.flatnonzero(np.isin(entries, open_entries))
        for start in range(0, len(chosen), _ENTRIES_AT_ONCE):
            some = chosen[start : start + _ENTRIES_AT_ONCE]
            _decide(table, signs, entries[some], faces[some], columns)
    return signs.reshape(2 * layout.entries, -1)


def _decide(table: Array, signs: Array, entries: Array, faces: Array, columns: int) -> None:
    """Give a sign to the zeros among ``entries``; ``faces`` holds ``(entries, rows, columns)``."""
    undecided = table[entries] == 0
    positive, negative = np.zeros((2, *undecided.shape), dtype=bool)
    for p in range(columns + 1):
        slope = table[faces[:, p, 0]] * (-1) ** p
        for q in range(1, columns):
            combine = np.add if (p + q) % 2 == 0 else np.subtract
            combine(slope, table[faces[:, p, q]], out=slope)
        positive |= undecided & (slope > 0)
        negative |= undecided & (slope < 0)
        undecided &= slope == 0
        if not undecided.any():
            break
    for plane, flags in enumerate((positive, negative)):
        packed = np.packbits(flags.astype(bool), axis=-1, bitorder="little")
        signs[plane, entries] |= packed.view(np.uint64)


@lru_cache(maxsize=64)
def _faces(layout: Layout) -> tuple[tuple[int, Array, Array], ...]:
    """Per number of columns: the entries, and the entries without one row and one column."""
    sizes: dict[int, list[tuple[int, list[list[int]]]]] = {}
    for (rows, columns), entry in layout.place.items():
        if columns:
            faces = [
                [
                    layout.place[rows[:p] + rows[p + 1 :], columns[:q] + columns[q + 1 :]]
                    for q in range(len(columns))
                ]
                for p in range(len(rows))
            ]
            sizes.setdefault(len(columns), []).append((entry, faces))
    return tuple(
        (size, np.array([entry for entry, _ in found]), np.array([face for _, face in found]))
        for size, found in sorted(sizes.items())
    )
