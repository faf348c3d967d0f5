"""Supports in which two players mix two actions each, and nobody else mixes."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._tensors import UNIT, Gains, Roots


def roots_of_two(gains: Gains) -> tuple[Roots, Array]:
    """Solve two linear equations in one unknown each.

    Returns
    -------
    roots : Roots
    tied : array ``(E,)`` of bool
        Where a player is indifferent whatever the other does, so that nothing is solved.

    Notes
    -----
    Where dominance strikes nothing, the gain has opposite signs against the other's two actions,
    or is zero against both. In the first case the mean is zero at exactly one mixture.
    """
    first, second = gains.pattern.mixers
    of_first, of_second = gains.of_binary(first, second), gains.of_binary(second, first)
    # Payoffs that differ as written may be equal as doubles: then one of the two alone is zero.
    tied = (of_first == 0).any(axis=0) | (of_second == 0).any(axis=0)
    place = np.flatnonzero(~tied)
    solved = {
        mixer: equalising_shares(gain.take(place, axis=1), gains.noise[other].take(place))
        for mixer, other, gain in ((second, first, of_first), (first, second, of_second))
    }
    radius = np.zeros((len(gains.tables), len(place)))
    shares = [np.ones((1, len(place)))] * len(gains.tables)
    for mixer, (share, off) in solved.items():
        shares[mixer], radius[mixer] = share, off
    # The Jacobian is anti-diagonal: the determinant of its negative is minus the product.
    opposed = (of_first[1] > 0) ^ (of_second[1] > 0)
    index = np.where(opposed.take(place), 1.0, -1.0)
    return Roots(place, tuple(shares), radius, index), tied


def equalising_shares(gain: Array, noise: Array) -> tuple[Array, Array]:
    """Weigh two gains of opposite signs so that their mean is zero.

    Parameters
    ----------
    gain : array ``(2, E)``
        Each off by one unit relative to itself and by ``noise``.
    noise : array ``(E,)``

    Returns
    -------
    shares : array ``(2, E)``
    radius : array ``(E,)``
        How far a share may be off.
    """
    size = np.abs(gain)
    total = size[0] + size[1]
    # Sums of numbers of one sign and quotients keep relative errors: two inputs, two operations.
    return size[::-1] / total, 5 * UNIT + 2 * noise / total
