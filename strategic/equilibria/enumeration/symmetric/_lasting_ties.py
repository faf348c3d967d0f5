"""Ties of three and more actions that no cell settles, however small: told in whole numbers.

A common root of all equations on the boundary of the simplex, or one of a whole curve, stays in a
cell for ever: no step maps a cell around it into its own interior.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import as_integers
from strategic.equilibria.enumeration.symmetric._whole_shares import by_number, whole_shares


def lasting_ties(gains: Array) -> Array:
    """Mark systems with such a root, at which no other action earns more.

    Parameters
    ----------
    gains : array ``(rows, k, .., k, systems)`` of whole numbers
        As for `_cells.Cells`, with ``k >= 3``.

    Returns
    -------
    array of bool ``(systems,)``
        Systems that are not marked may have a tie as well.

    Examples
    --------
    >>> gains = np.zeros((2, 3, 3, 1), dtype=np.int64)
    >>> gains[0, 1, 1] = gains[1, 2, 2] = 1
    >>> lasting_ties(gains)
    array([ True])
    """
    k, degree = gains.shape[1], gains.ndim - 2
    flat = gains.reshape(len(gains), k**degree, -1)
    step = (flat.shape[1] - 1) // (k - 1)  # between two actions that all opponents use
    marked = _at_corners(flat[:, ::step], k)
    for pair in combinations(range(k), 2):
        left = np.flatnonzero(~marked)
        part = gains[..., left]
        for axis in range(1, degree + 1):
            part = part.take(pair, axis=axis)
        marked[left] = _on_edge(by_number(part), k)
    if len(gains) == k - 1:
        left = np.flatnonzero(~marked)
        marked[left] = _on_curve(as_integers(flat[..., left]), step)
    return marked


def _at_corners(corners: Array, k: int) -> Array:
    """Find ties at the corners: ``(rows, k, systems)`` are the gains there."""
    tied = (corners[: k - 1] == 0).all(axis=0) & (corners[k - 1 :] <= 0).all(axis=0)
    return np.asarray(tied.any(axis=0), dtype=bool)


def _on_edge(gains: Array, k: int) -> Array:
    """Find ties inside an edge: every equation but one is to be neither above nor below zero."""
    equations = gains[: k - 1]
    lines = [_one_of(equations), *equations, *-equations, *gains[k - 1 :]]
    found = np.zeros(gains.shape[-1], dtype=bool)
    found[whole_shares(np.stack(lines)).place] = True
    return found


def _on_curve(equations: Array, step: int) -> Array:
    """Find equations that are all multiples of one of them, which changes its sign."""
    one = _one_of(equations)
    at_corners = one[::step]
    number = np.arange(one.shape[-1])
    place = (one != 0).argmax(axis=0)
    multiple = np.ones(len(number), dtype=bool)
    for equation in equations:
        products = one * equation[place, number] == equation * one[place, number]
        multiple &= products.astype(bool).all(axis=0)
    return np.asarray(
        multiple & (at_corners > 0).any(axis=0) & (at_corners < 0).any(axis=0), dtype=bool
    )


def _one_of(equations: Array) -> Array:
    """Take the first equation ``(.., systems)`` of each system that does not vanish."""
    vanishes = ~(equations != 0).any(axis=1)
    return equations[vanishes.argmin(axis=0), :, np.arange(equations.shape[-1])].T
