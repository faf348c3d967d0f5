"""How sure a side must be of the other before conditional cooperation is its best choice.

Letters: loss l = P - S, dependence D = R - P, incident risk h, discount factor delta.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles


class TrustClass(IntEnum):
    """How much trust cooperation needs.

    Examples
    --------
    >>> TrustClass.FRAGILE.label
    'fragile'
    """

    IMPOSSIBLE = 0
    FRAGILE = 1
    ROBUST = 2

    @property
    def label(self) -> str:
        """The word users see."""
        return self.name.lower()

    @property
    def message(self) -> str:
        """One sentence: what the class means."""
        return _MESSAGES[self]


_MESSAGES = {
    TrustClass.IMPOSSIBLE: "No belief in the other side makes cooperation worth its risk.",
    TrustClass.FRAGILE: "Cooperation needs more than an even chance that the other side joins in.",
    TrustClass.ROBUST: "An even chance that the other side joins in is enough to cooperate.",
}


def trust_needed(
    reward: ArrayLike,
    sucker: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike,
    incident_risk: ArrayLike = 0.0,
) -> Array:
    """Find the belief in the other's cooperation from which conditional cooperation is best.

    Parameters
    ----------
    reward, sucker, temptation, punishment : array_like
        Payoffs R, S, T, P of one side, broadcast together with the keywords.
    discount : array_like
        Discount factor delta in [0, 1).
    incident_risk : array_like
        Probability h of an incident a period, in [0, 1]; any incident ends cooperation for good.

    Returns
    -------
    array
        ``p* = (1 - delta) l/[(1 - delta) l + X]`` with ``X = V(h) - (1 - delta) T - delta P`` and
        ``V(h) = P + (1 - delta) D/(1 - delta (1 - h))``; inf where X < 0 (no belief is enough), 1
        where X = 0, 0 where l <= 0 < X; NaN where an input is out of range.

    Notes
    -----
    p* <= 1/2 says that conditional cooperation is risk-dominant against defecting for ever.

    References
    ----------
    M. Blonski, G. Spagnolo (2015), Prisoners' other dilemma.

    Examples
    --------
    >>> trust_needed(3, 0, 5, 1, discount=0.9, incident_risk=[0, 0.1, 0.4]).round(6).tolist()
    [0.058824, 0.132867, 0.741935]
    """
    R, S, T, P, delta, h = doubles(reward, sucker, temptation, punishment, discount, incident_risk)
    with np.errstate(all="ignore"):
        value = P + (1 - delta) * (R - P) / (1 - delta * (1 - h))
        stake = value - (1 - delta) * T - delta * P
        risk = (1 - delta) * (P - S)
        belief = np.where(risk > 0, risk / (risk + stake), 0.0)
    belief = np.where(stake < 0, np.inf, np.where(stake == 0, 1.0, belief))
    inside = (delta >= 0) & (delta < 1) & (h >= 0) & (h <= 1) & np.isfinite(stake + risk)
    return np.where(inside, belief, np.nan)


def trust_class(belief_needed: ArrayLike) -> Array:
    """Sort belief thresholds into impossible, fragile and robust.

    Parameters
    ----------
    belief_needed : array_like
        Belief threshold p* of one side; for a pair the larger of the two.

    Returns
    -------
    int array of TrustClass
        ROBUST where p* <= 1/2, FRAGILE where 1/2 < p* <= 1, IMPOSSIBLE elsewhere, NaN included.

    Examples
    --------
    >>> [TrustClass(code).label for code in trust_class([0.2, 0.7, float("inf")])]
    ['robust', 'fragile', 'impossible']
    """
    (belief,) = doubles(belief_needed)
    fragile = np.where(belief <= 1, TrustClass.FRAGILE, TrustClass.IMPOSSIBLE)
    return np.where(belief <= 0.5, TrustClass.ROBUST, fragile)
