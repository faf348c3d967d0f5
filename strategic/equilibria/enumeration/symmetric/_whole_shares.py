"""Mixtures of two actions against opponents who all use them, of many games at once, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import as_integers
from strategic.equilibria.enumeration.symmetric._polynomial import shares_of_two
from strategic.equilibria.enumeration.symmetric._positive_roots import (
    PositiveRoots,
    positive_roots,
)

_SMALLEST = 2.0**-1074
_CERTAIN_BITS = 150
"""A sum is not zero if it is more than so many bits above what approximate roots may change."""


@dataclass(frozen=True, eq=False)
class WholeShares:
    """Mixtures of two actions, both in use.

    Parameters
    ----------
    place : array ``(mixtures,)`` of int
        Number of the system, ascending.
    shares : array ``(2, mixtures)``
        The doubles nearest to the shares; the second ascending for each system.
    index : array ``(mixtures,)``
        As in `_cell_search.roots_of`; NaN for a multiple root, or where another action earns as
        much.
    """

    place: Array
    shares: Array
    index: Array


def whole_shares(gains: Array) -> WholeShares:
    """Find all mixtures of two actions that are equilibria; see `_polynomial.shares_of_two`.

    Parameters
    ----------
    gains : array ``(rows, opponents + 1, systems)`` of whole numbers
        Of the second action over the first, then of the other actions, by the number of opponents
        who use the second.

    Examples
    --------
    >>> found = whole_shares(np.array([[[1, 0, 1], [-1, 0, 0], [1, 0, -1]]]))
    >>> found.place.tolist(), found.shares[1].tolist(), found.index.tolist()
    ([0, 2], [0.5, 0.5], [nan, 1.0])
    """
    equations = gains[0]
    always = ~(equations != 0).any(axis=0)
    left = np.zeros(len(always), dtype=bool)
    if len(gains) == 2:  # two actions that always tie are bounded by the third one alone
        equations = np.where(always, gains[1], equations)
    elif len(gains) > 2:
        left = always & (gains[1:] != 0).any(axis=(0, 1))
    roots, still_open = positive_roots(np.where(left, 0, equations))
    index = np.where((roots.slope == 0) | always[roots.place], np.nan, -1.0 * roots.slope)
    left |= still_open
    if len(gains) > 1:
        signs, doubtful = _signs_of_others(gains, roots)
        beaten = ((signs > 0) & ~doubtful).any(axis=0)
        left[roots.place[doubtful.any(axis=0) & ~beaten]] = True
        index[(signs == 0).any(axis=0)] = np.nan
        kept = np.flatnonzero(~beaten & ~left[roots.place])
        roots, index = roots.of(kept), index[kept]
    total = roots.above + roots.below
    shares = np.stack([roots.below / total, roots.above / total]).astype(np.float64)
    shares = np.maximum(shares, _SMALLEST)  # what underflows stays in use
    return _joined(WholeShares(roots.place, shares, index), _one_by_one(gains, left))


def by_number(gains: Array) -> Array:
    """Give gains by how many opponents use the second of two actions: ``(rows, k, .., k, ...)``."""
    degree = gains.ndim - 2
    flat = gains.reshape(len(gains), 2**degree, -1)
    return flat[:, [2**j - 1 for j in range(degree + 1)]]


def _signs_of_others(gains: Array, roots: PositiveRoots) -> tuple[Array, Array]:
    """Give the signs of what other actions earn more at the roots, and mark doubtful ones."""
    degree = gains.shape[1] - 1
    part = as_integers(gains[:, :, roots.place])
    powers = [np.full(len(roots.place), 1, dtype=object)]
    for _ in range(degree):
        powers.append(powers[-1] * roots.above)
    total, size = np.zeros((2, len(gains) - 1, len(roots.place)), dtype=object)
    weight = np.full(len(roots.place), 1, dtype=object)
    for j in reversed(range(degree + 1)):
        term = part[1:, j] * (comb(degree, j) * weight * powers[j])
        total, size = total + term, size + np.abs(term)
        weight = weight * roots.below
    tied = (part[1:, :, None] * part[0] == part[1:, None] * part[0][:, None]).all(axis=(1, 2))
    signs = np.where(tied, 0, np.sign(total)).astype(np.int8)
    far = (np.abs(total) << _CERTAIN_BITS > size).astype(bool)
    return signs, ~(tied.astype(bool) | roots.exact | far)


def _one_by_one(gains: Array, left: Array) -> WholeShares:
    """Solve what is left in doubt: every different system once."""
    solved, place, listed = {}, [], []
    for number in np.flatnonzero(left).tolist():
        system = tuple(map(tuple, gains[:, :, number].tolist()))
        if system not in solved:
            gain, *others = system
            solved[system] = [
                (
                    max(float(1 - share.second), _SMALLEST),
                    max(float(share.second), _SMALLEST),
                    share.index,
                )
                for share in shares_of_two(gain, others)
            ]
        place += [number] * len(solved[system])
        listed += solved[system]
    lines = np.array(listed, dtype=np.float64).reshape(-1, 3).T
    return WholeShares(np.array(place, dtype=np.int64), lines[:2], lines[2])


def _joined(first: WholeShares, second: WholeShares) -> WholeShares:
    place = np.concatenate([first.place, second.place])
    order = np.argsort(place, kind="stable")
    shares = np.concatenate([first.shares, second.shares], axis=1)
    index = np.concatenate([first.index, second.index])
    return WholeShares(place[order], shares[:, order], index[order])
