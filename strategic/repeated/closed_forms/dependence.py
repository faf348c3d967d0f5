"""Unequal dependence: who needs whom, who binds, and what transfers change.

Arrays of a quantity per side have the side as first axis, shape ``(2, *points)``.
Dependence of a side is what the relation is worth to it over its outside option, D = R - w;
the power of one side over the other is the other's dependence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles

TIE = -1
"""What `binding_side` returns where both sides bind alike."""


def power(dependence: ArrayLike) -> Array:
    """Find the power of each side over the other, which is the other's dependence.

    Parameters
    ----------
    dependence : array_like, (2, *points)
        D of each side.

    Returns
    -------
    array, (2, *points)

    References
    ----------
    R. M. Emerson (1962), Power-dependence relations.

    Examples
    --------
    >>> power([3, 1]).tolist()
    [1.0, 3.0]
    """
    return np.asarray(dependence, dtype=np.float64)[::-1].copy()


def joint_dependence(dependence: ArrayLike) -> Array:
    """Add the two sides' dependence, ``J = D_1 + D_2``.

    Parameters
    ----------
    dependence : array_like, (2, *points)
        D of each side.

    Returns
    -------
    array, points

    References
    ----------
    T. Casciaro, M. J. Piskorski (2005), Power imbalance, mutual dependence, and constraint
    absorption.

    Examples
    --------
    >>> float(joint_dependence([3, 1])), float(imbalance([3, 1]))
    (4.0, 2.0)
    """
    first, second = np.asarray(dependence, dtype=np.float64)
    return np.asarray(first + second)


def imbalance(dependence: ArrayLike) -> Array:
    """Find how unequal the two sides' dependence is, ``A = |D_1 - D_2|``.

    Parameters
    ----------
    dependence : array_like, (2, *points)
        D of each side.

    Returns
    -------
    array, points

    References
    ----------
    T. Casciaro, M. J. Piskorski (2005), Power imbalance, mutual dependence, and constraint
    absorption.
    """
    first, second = np.asarray(dependence, dtype=np.float64)
    return np.asarray(np.abs(first - second))


def threshold_without_transfers(gain: ArrayLike, dependence: ArrayLike) -> Array:
    """Find each side's critical discount factor when nothing can be passed between them.

    Parameters
    ----------
    gain, dependence : array_like, (2, *points)
        Gain from deviating g = T - R and dependence D of each side.

    Returns
    -------
    array, (2, *points)
        ``g/(g + D)``; 0 where g <= 0, inf where D <= 0 < g. Cooperation needs both sides.

    Notes
    -----
    With equal gains the pair's threshold is ``g/(g + (J - A)/2)``: the less dependent side binds.

    Examples
    --------
    >>> threshold_without_transfers([2, 2], [3.5, 0.5]).round(6).tolist()
    [0.363636, 0.8]
    """
    g, D = doubles(gain, dependence)
    with np.errstate(all="ignore"):
        ratio = g / (g + D)
    threshold = np.where(g <= 0, 0.0, np.where(D <= 0, np.inf, ratio))
    return np.where(np.isnan(g + D), np.nan, threshold)


def threshold_with_transfers(gain: ArrayLike, dependence: ArrayLike) -> Array:
    """Find the pair's critical common discount factor when payments can be made and withheld.

    Parameters
    ----------
    gain, dependence : array_like, (2, *points)
        Gain from deviating g = T - R and dependence D of each side.

    Returns
    -------
    array, points
        ``G/(G + J)``, G the sum of the positive gains; 0 where G = 0 <= J, inf where J <= 0 < G
        or J < 0.

    Notes
    -----
    Imbalance drops out: the more dependent side pays the other for staying.

    References
    ----------
    J. Levin (2003), Relational incentive contracts. S. Goldluecke, S. Kranz (2012), Infinitely
    repeated games with public monitoring and monetary transfers.

    Examples
    --------
    >>> float(threshold_with_transfers([2, 2], [3.5, 0.5]))
    0.5
    """
    g, D = doubles(gain, dependence)
    G, J = np.maximum(g, 0).sum(axis=0), D.sum(axis=0)
    with np.errstate(all="ignore"):
        ratio = G / (G + J)
    worthless = np.where(G > 0, J <= 0, J < 0)
    threshold = np.where(worthless, np.inf, np.where(G > 0, ratio, 0.0))
    return np.where(np.isnan(G + J), np.nan, threshold)


def transfers_slack(gain: ArrayLike, dependence: ArrayLike, *, discount: ArrayLike) -> Array:
    """Find how far joint dependence exceeds what two promises with transfers need.

    Parameters
    ----------
    gain, dependence : array_like, (2, *points)
        Gain from deviating g = T - R and dependence D of each side.
    discount : array_like, points or (2, *points)
        Discount factor, common or one a side.

    Returns
    -------
    array, points
        ``J - sum_i g_i (1 - delta_i)/delta_i``; cooperation is enforceable iff it is at least 0.

    Notes
    -----
    With unequal discount factors it is exact for stationary contracts, the same payments each
    period; patient sides could also lend to impatient ones, which this leaves out.

    References
    ----------
    J. Levin (2003), Relational incentive contracts.

    Examples
    --------
    >>> float(transfers_slack([2, 2], [3.5, 0.5], discount=0.5))
    0.0
    """
    g, D = doubles(gain, dependence)
    price = patience_price(_per_side(discount, g))
    with np.errstate(invalid="ignore"):
        needed = np.where(g <= 0, 0 * g, g * price)
    return np.asarray((D - needed).sum(axis=0))


def patience_price(discount: ArrayLike) -> Array:
    """Find what a promise must be worth a period to outweigh one unit now, ``(1 - delta)/delta``.

    Parameters
    ----------
    discount : array_like
        Discount factor in [0, 1).

    Returns
    -------
    array
        inf where the discount factor is 0; NaN outside [0, 1).
    """
    (delta,) = doubles(discount)
    with np.errstate(all="ignore"):
        price = (1 - delta) / delta
    return np.where((delta >= 0) & (delta < 1), price, np.nan)


def binding_side(gain: ArrayLike, dependence: ArrayLike, *, discount: ArrayLike) -> Array:
    """Tell which side's promise is the harder to keep.

    Parameters
    ----------
    gain, dependence : array_like, (2, *points)
        Gain from deviating g = T - R and dependence D of each side.
    discount : array_like, points or (2, *points)
        Discount factor, common or one a side.

    Returns
    -------
    int array, points
        0 or 1, the side with the larger ``delta*_i/delta_i`` and so the smaller incident limit;
        -1 where they tie.

    Examples
    --------
    >>> int(binding_side([2, 2], [3.5, 0.5], discount=0.9))
    1
    """
    g, D = doubles(gain, dependence)
    with np.errstate(all="ignore"):
        strain = threshold_without_transfers(g, D) / _per_side(discount, g)
    first, second = strain
    return np.where(first > second, 0, np.where(second > first, 1, TIE))


def incident_limit_of_imbalance(
    imbalance: ArrayLike, *, joint_dependence: ArrayLike, gain: ArrayLike, discount: ArrayLike
) -> Array:
    """Find the largest incident risk cooperation survives as a function of imbalance.

    Parameters
    ----------
    imbalance, joint_dependence : array_like
        A and J, broadcast together with the rest; A <= J.
    gain : array_like
        Gain from deviating g, the same for both sides.
    discount : array_like
        Common discount factor delta in (0, 1).

    Returns
    -------
    array
        ``h(A) = 1 - g/(delta [g + (J - A)/2])``, not cut: below 0 cooperation fails at any risk.

    Notes
    -----
    A phase boundary in closed form, without transfers and with sure detection.

    Examples
    --------
    >>> incident_limit_of_imbalance([0, 3], joint_dependence=4, gain=2, discount=0.9).round(6)
    array([0.444444, 0.111111])
    """
    A, J, g, delta = doubles(imbalance, joint_dependence, gain, discount)
    with np.errstate(all="ignore"):
        return np.asarray(1 - g / (delta * (g + (J - A) / 2)))


def _per_side(discount: ArrayLike, like: Array) -> Array:
    """Give each side its discount factor: broadcast over the side axis when there is one value."""
    delta = np.asarray(discount, dtype=np.float64)
    return np.broadcast_to(delta, np.broadcast_shapes(delta.shape, like.shape))
