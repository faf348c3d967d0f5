"""Cooperation and crisis with a repair shock: how much amnesty deterrence can bear.

A bad signal leads from cooperation to crisis, and each crisis period ends in repair with
probability r. Letters as in the incidents: g = T - R, D = R - P, p = h,
q = 1 - (1 - h)(1 - m).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.status import Status


@dataclass(frozen=True, eq=False)
class Repair:
    """What an unconditional repair shock does, one value a point.

    Parameters
    ----------
    critical_discount : array
        Smallest discount factor at which cooperation survives the repair; inf where none does.
    limit : array
        Largest repair probability that leaves cooperation enforceable, cut to [0, 1].
    value_in_cooperation, value_in_crisis : array
        Average payoffs V+ and V- of the two states.
    share : array
        Long-run share of time in cooperation; 0 where it is not enforceable.
    status : int array of Status
        OK, SELF_ENFORCING, NO_VALUE, UNENFORCEABLE (the repair is too generous, or cooperation
        fails without it) or INVALID.
    """

    critical_discount: Array
    limit: Array
    value_in_cooperation: Array
    value_in_crisis: Array
    share: Array
    status: Array


def repair(
    reward: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike,
    incident_risk: ArrayLike,
    detection: ArrayLike = 1.0,
    repair_rate: ArrayLike = 0.0,
) -> Repair:
    """Find what an unconditional repair shock does to value and deterrence.

    Parameters
    ----------
    reward, temptation, punishment : array_like
        Payoffs R, T, P of one side, broadcast together with the keywords.
    discount : array_like
        Discount factor delta in [0, 1).
    incident_risk, detection, repair_rate : array_like
        Probabilities h, m and r, in [0, 1].

    Returns
    -------
    Repair
        Arrays of the broadcast shape.

    Notes
    -----
    With ``k = 1 - delta (1 - p - r)``: ``V- = P + delta r D/k``, ``V+ = V- + (1 - delta) D/k`` and
    ``delta* = g/[(q - p) D + (1 - p - r) g]``: repair raises the value and weakens deterrence.

    Examples
    --------
    >>> result = repair(3, 5, 1, discount=0.9, incident_risk=0.05, repair_rate=[0.5, 0.8])
    >>> [Status(code).label for code in result.status], result.limit.round(6).tolist()
    (['ok', 'unenforceable'], [0.788889, 0.788889])
    """
    R, T, P, delta, h, m, r = doubles(
        reward, temptation, punishment, discount, incident_risk, detection, repair_rate
    )
    inside = _inside(T - P + R, delta, h, m) & (r >= 0) & (r <= 1)
    with np.errstate(all="ignore"):
        decay = 1 - delta * (1 - h - r)
        crisis = P + delta * r * (R - P) / decay
        cooperation = crisis + (1 - delta) * (R - P) / decay
    threshold = _critical(T - R, R - P, h, m, r)
    status = _status(T - R, R - P, enforceable=delta >= threshold)
    holds = (status == Status.OK) | (status == Status.SELF_ENFORCING)
    return Repair(
        critical_discount=np.where(inside, threshold, np.nan),
        limit=repair_limit(R, T, P, discount=delta, incident_risk=h, detection=m),
        value_in_cooperation=np.where(inside, cooperation, np.nan),
        value_in_crisis=np.where(inside, crisis, np.nan),
        share=np.where(holds & inside, repaired_share(h, r), 0.0),
        status=np.where(inside, status, Status.INVALID),
    )


def repair_limit(
    reward: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike,
    incident_risk: ArrayLike,
    detection: ArrayLike = 1.0,
) -> Array:
    """Find the largest unconditional repair rate that leaves cooperation enforceable.

    Parameters
    ----------
    reward, temptation, punishment : array_like
        Payoffs R, T, P of one side, broadcast together with the keywords.
    discount : array_like
        Discount factor delta in [0, 1).
    incident_risk, detection : array_like
        Probabilities h and m, in [0, 1].

    Returns
    -------
    array
        ``[(q - p) D - g (1/delta - 1 + p)]/g``, cut to [0, 1]; 1 where g <= 0, 0 where D <= 0 < g.

    Notes
    -----
    Below the limit more repair is better; an amnesty above it destroys cooperation.

    Examples
    --------
    >>> round(float(repair_limit(3, 5, 1, discount=0.9, incident_risk=0.05)), 6)
    0.788889
    """
    R, T, P, delta, h, m = doubles(
        reward, temptation, punishment, discount, incident_risk, detection
    )
    gain, worth = T - R, R - P
    with np.errstate(all="ignore"):
        limit = (1 - h) * m * worth / gain - (1 / delta - 1 + h)
        limit = np.clip(limit, 0.0, 1.0)
    limit = np.where(gain <= 0, 1.0, np.where((worth <= 0) | (delta == 0), 0.0, limit))
    return np.where(_inside(gain + worth, delta, h, m), limit, np.nan)


def repaired_share(incident_risk: ArrayLike, repair_rate: ArrayLike) -> Array:
    """Find the long-run share of time in cooperation with incidents and repairs.

    Parameters
    ----------
    incident_risk, repair_rate : array_like
        Probabilities h of leaving and r of regaining cooperation a period.

    Returns
    -------
    array
        ``r/(r + h)``; 1 where both are 0, as cooperation is where the relation starts.

    Examples
    --------
    >>> repaired_share([0.05, 0.0], [0.2, 0.0]).tolist()
    [0.8, 1.0]
    """
    h, r = doubles(incident_risk, repair_rate)
    with np.errstate(invalid="ignore"):
        return np.where((h == 0) & (r == 0), 1.0, r / (r + h))


def _critical(gain: Array, worth: Array, h: Array, m: Array, r: Array) -> Array:
    with np.errstate(all="ignore"):
        denominator = (1 - h) * m * worth + (1 - h - r) * gain
        ratio = gain / denominator
    never = (denominator <= 0) | (ratio > 1) | (worth <= 0)
    return np.where(gain <= 0, 0.0, np.where(never, np.inf, ratio))


def _status(gain: Array, worth: Array, *, enforceable: Array) -> Array:
    status = np.where(enforceable, Status.OK, Status.UNENFORCEABLE)
    status = np.where(worth <= 0, Status.NO_VALUE, status)
    return np.where(gain <= 0, Status.SELF_ENFORCING, status)


def _inside(payoffs: Array, delta: Array, h: Array, m: Array) -> Array:
    inside = (delta >= 0) & (delta < 1) & (h >= 0) & (h <= 1) & (m >= 0) & (m <= 1)
    return np.asarray(np.isfinite(payoffs) & inside)
