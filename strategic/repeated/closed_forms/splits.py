"""How the gains from a relation are split, and which splits neither side wants to break.

Arrays of a quantity per side have the side as first axis, shape ``(2, *points)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.repeated.closed_forms.dependence import patience_price


def nash_split(outside: ArrayLike, total: ArrayLike, *, weight: ArrayLike = 0.5) -> Array:
    """Split a total by the asymmetric Nash bargaining solution.

    Parameters
    ----------
    outside : array_like, (2, *points)
        Outside options w of the two sides.
    total : array_like, points
        What the relation yields in all, S.
    weight : array_like, points, default 0.5
        Bargaining weight b of the first side, in [0, 1].

    Returns
    -------
    array, (2, *points)
        ``u_i = w_i + b_i (S - w_1 - w_2)``; NaN where S < w_1 + w_2.

    References
    ----------
    J. F. Nash (1950), The bargaining problem.

    Examples
    --------
    >>> nash_split([1, 0], 3, weight=0.25).tolist()
    [1.5, 1.5]
    """
    first, second = np.asarray(outside, dtype=np.float64)
    w1, w2, S, b = doubles(first, second, total, weight)
    surplus = np.where(w1 + w2 <= S, S - w1 - w2, np.nan)
    return np.stack([w1 + b * surplus, w2 + (1 - b) * surplus])


def first_mover_share(discount: ArrayLike, responder_discount: ArrayLike) -> Array:
    """Find the proposer's share in alternating-offers bargaining.

    Parameters
    ----------
    discount, responder_discount : array_like
        Discount factors d1 of the proposer and d2 of the responder, in [0, 1).

    Returns
    -------
    array
        ``(1 - d2)/(1 - d1 d2)``.

    References
    ----------
    A. Rubinstein (1982), Perfect equilibrium in a bargaining model.

    Examples
    --------
    >>> round(float(first_mover_share(0.9, 0.9)), 6)
    0.526316
    """
    d1, d2 = doubles(discount, responder_discount)
    inside = (d1 >= 0) & (d1 < 1) & (d2 >= 0) & (d2 < 1)
    with np.errstate(all="ignore"):
        return np.where(inside, (1 - d2) / (1 - d1 * d2), np.nan)


def feasible_splits(
    outside: ArrayLike, gain: ArrayLike, total: ArrayLike, *, discount: ArrayLike
) -> tuple[Array, Array]:
    """Find the first side's shares of a total that break neither side's incentive.

    Parameters
    ----------
    outside, gain : array_like, (2, *points)
        Outside options w, and gains from deviating g, held fixed as the split varies.
    total : array_like, points
        What the relation yields in all, S.
    discount : array_like, points or (2, *points)
        Discount factor, common or one a side.

    Returns
    -------
    lowest, highest : array, points
        ``w_1 + g_1 (1 - delta_1)/delta_1`` and ``S - w_2 - g_2 (1 - delta_2)/delta_2``; both NaN
        where no split is feasible.

    Examples
    --------
    >>> [float(bound) for bound in feasible_splits([0, 0], [2, 2], 6, discount=0.5)]
    [2.0, 4.0]
    """
    w, g, delta = doubles(outside, gain, discount)
    with np.errstate(all="ignore"):
        needed = np.where(g <= 0, w, w + g * patience_price(delta))
    lowest, highest = needed[0], np.asarray(total, dtype=np.float64) - needed[1]
    feasible = lowest <= highest
    return np.where(feasible, lowest, np.nan), np.where(feasible, highest, np.nan)
