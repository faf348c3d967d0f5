"""Which cooperation public punishments enforce when incidents look like deviations.

Letters: gain g = T - R, dependence D = R - P, incident risk h = p, detection m,
bad signal after a deviation q = 1 - (1 - h)(1 - m), punishment weight x = delta (1 - delta^T).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.repeated.closed_forms.incident_thresholds import (
    critical_discount,
    incident_limit,
    risks_inside,
)
from strategic.repeated.closed_forms.incidents import (
    cooperation_share,
    mean_survival,
    value_of_cooperation,
)
from strategic.repeated.closed_forms.punishments import best_value, punishment_length
from strategic.status import Status


@dataclass(frozen=True, eq=False)
class Enforcement:
    """What punishments can sustain, one value a point.

    Parameters
    ----------
    critical_discount : array
        Smallest discount factor at which grim punishment of bad signals enforces cooperation;
        inf where none up to 1 does.
    incident_limit : array
        Largest incident risk that grim punishment survives at the given discount factor, in [0, 1].
    punishment_length : array
        Shortest punishment that enforces cooperation, in periods: 0 where none is needed, inf
        where only grim does, NaN where nothing does.
    value, grim_value, best_value : array
        Average payoff of the shortest punishment, of grim, and of the best strongly symmetric
        public perfect equilibrium; NaN where cooperation is not enforceable.
    share : array
        Long-run share of time in cooperation; 0 where it is not enforceable.
    mean_survival : array
        Expected periods to the first incident; 0 where cooperation is not enforceable.
    status : int array of Status
        OK, SELF_ENFORCING, NO_VALUE, UNENFORCEABLE or INVALID.
    """

    critical_discount: Array
    incident_limit: Array
    punishment_length: Array
    value: Array
    grim_value: Array
    best_value: Array
    share: Array
    mean_survival: Array
    status: Array


def enforce(
    reward: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike,
    incident_risk: ArrayLike = 0.0,
    detection: ArrayLike = 1.0,
) -> Enforcement:
    """Find what public punishments can enforce for one side, point by point.

    Parameters
    ----------
    reward, temptation, punishment : array_like
        Payoffs R, T, P of one side, broadcast together with the keywords.
    discount : array_like
        Discount factor delta in [0, 1).
    incident_risk, detection : array_like
        Probabilities h of an incident a period and m of detecting a deviation, in [0, 1].

    Returns
    -------
    Enforcement
        Arrays of the broadcast shape.

    Notes
    -----
    After a bad signal both play P for T periods. Cooperation is an equilibrium iff
    ``x [(q - p) D - p g] >= (1 - delta) g``; its value falls in T, so the shortest enforceable
    punishment is optimal among these.

    References
    ----------
    E. Green, R. Porter (1984). D. Abreu, P. Milgrom, D. Pearce (1991), Information and timing in
    repeated partnerships.

    Examples
    --------
    >>> result = enforce(3, 5, 1, discount=[0.9, 0.526], incident_risk=0.05)
    >>> result.punishment_length.tolist(), [Status(s).label for s in result.status]
    ([2.0, nan], ['ok', 'unenforceable'])
    """
    R, T, P, delta, h, m = doubles(
        reward, temptation, punishment, discount, incident_risk, detection
    )
    length = punishment_length(R, T, P, discount=delta, incident_risk=h, detection=m)
    value = value_of_cooperation(R, P, discount=delta, incident_risk=h, punishment_length=length)
    grim = value_of_cooperation(R, P, discount=delta, incident_risk=h)
    holds = ~np.isnan(length)
    return Enforcement(
        critical_discount=critical_discount(R, T, P, incident_risk=h, detection=m),
        incident_limit=incident_limit(R, T, P, discount=delta, detection=m),
        punishment_length=length,
        value=value,
        grim_value=np.where(holds, np.where(length == 0, value, grim), np.nan),
        best_value=best_value(R, T, P, discount=delta, incident_risk=h, detection=m),
        share=np.where(holds, cooperation_share(h, length), 0.0),
        mean_survival=np.where(holds, mean_survival(h), 0.0),
        status=enforcement_status(R, T, P, discount=delta, incident_risk=h, detection=m),
    )


def enforcement_status(
    reward: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike,
    incident_risk: ArrayLike = 0.0,
    detection: ArrayLike = 1.0,
) -> Array:
    """Tell for every point whether cooperation is enforceable, and if not why.

    Parameters
    ----------
    reward, temptation, punishment : array_like
        Payoffs R, T, P of one side, broadcast together with the keywords.
    discount, incident_risk, detection : array_like
        delta in [0, 1); probabilities h and m in [0, 1].

    Returns
    -------
    int array of Status
        INVALID, SELF_ENFORCING, NO_VALUE, UNENFORCEABLE or OK.

    Examples
    --------
    >>> codes = enforcement_status([3, 3, 1, 6], 5, 1, discount=[0.9, 1.0, 0.9, 0.9])
    >>> [Status(code).label for code in codes]
    ['ok', 'invalid', 'no_value', 'self_enforcing']
    """
    R, T, P, delta, h, m = doubles(
        reward, temptation, punishment, discount, incident_risk, detection
    )
    gain, worth = T - R, R - P
    with np.errstate(all="ignore"):
        deterrence = (1 - h) * m * worth - h * gain
        enforceable = (deterrence > 0) & (delta * deterrence >= (1 - delta) * gain)
    status = np.where(enforceable, Status.OK, Status.UNENFORCEABLE)
    status = np.where(worth <= 0, Status.NO_VALUE, status)
    status = np.where(gain <= 0, Status.SELF_ENFORCING, status)
    inside = risks_inside(gain + worth, h, m) & (delta >= 0) & (delta < 1)
    return np.where(inside, status, Status.INVALID)
