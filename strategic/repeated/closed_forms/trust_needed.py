"""How sure a side must be of the other before conditional cooperation is its best choice.

Letters: loss l = P - S, dependence D = R - P, incident risk h, discount factor delta.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.repeated.closed_forms.game import RepeatedGame


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


def trust_needed(game: RepeatedGame) -> Array:
    r"""Find the belief in the other's cooperation from which conditional cooperation is best.

    .. math:: p^* = \begin{cases}
        \infty & \text{if } X < 0 \\
        1 & \text{if } X = 0 \\
        \frac{(1 - \delta) (P - S)}{(1 - \delta) (P - S) + X} & \text{if } P > S \\
        0 & \text{otherwise}
        \end{cases}, \quad X = P + \frac{(1 - \delta) (R - P)}{1 - (1 - h) \delta} - (1 - \delta) T
        - \delta P

    Parameters
    ----------
    game : RepeatedGame
        R, S, T, P, delta and h count; any incident ends cooperation for good.

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
    Blonski, M. and Spagnolo, G. (2015). Prisoners' other dilemma. International Journal of Game
    Theory 44, 61-81.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> game = repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=[0, 0.1, 0.4])
    >>> trust_needed(game).round(6).tolist()
    [0.058824, 0.132867, 0.741935]
    """
    P, delta, h = game.punishment, game.discount, game.incident_risk
    with np.errstate(all="ignore"):
        value = P + (1 - delta) * game.dependence / (1 - delta * (1 - h))
        # Against grim, cooperating earns V(h) and defecting (1 - delta) T + delta P; against
        # all-defect, cooperating costs l once. The belief p* makes the two lotteries equal.
        stake = value - (1 - delta) * game.temptation - delta * P
        risk = (1 - delta) * game.loss
        belief = np.where(risk > 0, risk / (risk + stake), 0.0)
    belief = np.where(stake < 0, np.inf, np.where(stake == 0, 1.0, belief))
    valid = game.valid("discount", "incident_risk") & np.isfinite(stake + risk)
    return np.where(valid, belief, np.nan)


def trust_class(belief_needed: ArrayLike) -> Array:
    r"""Sort belief thresholds into impossible, fragile and robust.

    .. math:: \begin{cases}
        \text{robust} & \text{if } p^* \le 1/2 \\
        \text{fragile} & \text{if } p^* \le 1 \\
        \text{impossible} & \text{otherwise}
        \end{cases}

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
    belief = np.asarray(belief_needed, dtype=np.float64)
    fragile = np.where(belief <= 1, TrustClass.FRAGILE, TrustClass.IMPOSSIBLE)
    return np.where(belief <= 0.5, TrustClass.ROBUST, fragile)
