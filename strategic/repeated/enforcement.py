"""Which cooperation public punishments enforce when incidents look like deviations.

Letters: gain g = T - R, dependence D = R - P, incident risk h = p, detection m,
bad signal after a deviation q = 1 - (1 - h)(1 - m), punishment weight x = delta (1 - delta^T).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.repeated.arrays import Array, doubles
from strategic.repeated.incidents import (
    cooperation_share,
    mean_survival,
    punishment_weight,
    value_of_cooperation,
)
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


def critical_discount(
    reward: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    incident_risk: ArrayLike = 0.0,
    detection: ArrayLike = 1.0,
) -> Array:
    """Find the discount factor from which grim punishment of bad signals enforces cooperation.

    Parameters
    ----------
    reward, temptation, punishment : array_like
        Payoffs R, T, P of one side, broadcast together with the keywords.
    incident_risk, detection : array_like
        Probabilities h and m, in [0, 1].

    Returns
    -------
    array
        ``g/[(q - p) D + (1 - p) g]``; 0 where g <= 0; inf where D <= 0 or the value exceeds 1.

    Notes
    -----
    With m = 1 it is the grim threshold over ``1 - h``.

    Examples
    --------
    >>> critical_discount(3, 5, 1, incident_risk=[0.05, 0.1, 0.4]).round(6).tolist()
    [0.526316, 0.555556, 0.833333]
    """
    R, T, P, h, m = doubles(reward, temptation, punishment, incident_risk, detection)
    gain, worth = T - R, R - P
    with np.errstate(all="ignore"):
        ratio = gain / ((1 - h) * (m * worth + gain))
    never = (ratio > 1) | (worth <= 0) | (h == 1)
    threshold = np.where(gain <= 0, 0.0, np.where(never, np.inf, ratio))
    return np.where(_risks_inside(gain + worth, h, m), threshold, np.nan)


def incident_limit(
    reward: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike,
    detection: ArrayLike = 1.0,
) -> Array:
    """Find the largest incident risk at which grim punishment still enforces cooperation.

    Parameters
    ----------
    reward, temptation, punishment : array_like
        Payoffs R, T, P of one side, held fixed while the risk varies.
    discount : array_like
        Discount factor delta in [0, 1).
    detection : array_like
        Probability m of detecting a deviation.

    Returns
    -------
    array
        ``1 - g/(delta [g + m D])``, cut to [0, 1]; 1 where g <= 0, 0 where D <= 0 < g.

    Notes
    -----
    With m = 1 it is ``1 - delta*(0)/delta``. A limit of 0 includes points where cooperation fails
    without any incident; the critical discount factor tells them apart.

    Examples
    --------
    >>> round(float(incident_limit(0.35, 0.5, discount=0.95, detection=0.6)), 4)
    0.5614
    """
    R, T, P, delta, m = doubles(reward, temptation, punishment, discount, detection)
    gain, worth = T - R, R - P
    with np.errstate(all="ignore"):
        limit = np.fmax(1 - gain / (delta * (gain + m * worth)), 0.0)
    limit = np.where(gain <= 0, 1.0, np.where(worth <= 0, 0.0, limit))
    inside = _risks_inside(gain + worth, m, m) & (delta >= 0) & (delta < 1)
    return np.where(inside, limit, np.nan)


def punishment_length(
    reward: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike,
    incident_risk: ArrayLike = 0.0,
    detection: ArrayLike = 1.0,
) -> Array:
    """Find the shortest punishment of bad signals that enforces cooperation.

    Parameters
    ----------
    reward, temptation, punishment : array_like
        Payoffs R, T, P of one side, broadcast together with the keywords.
    discount, incident_risk, detection : array_like
        delta in [0, 1); probabilities h and m in [0, 1].

    Returns
    -------
    array
        Periods: 0 where g <= 0, inf where only grim enforces, NaN where nothing does.

    Notes
    -----
    ``T* = ceil(ln(1 - x_min/delta)/ln delta)``, ``x_min = (1 - delta) g/[(q - p) D - p g]``; the
    logarithms round, so the incentive itself decides among T* - 1, T* and T* + 1.

    Examples
    --------
    >>> punishment_length(3, 5, 1, discount=0.9, incident_risk=[0.05, 0.1, 0.4]).tolist()
    [2.0, 2.0, 8.0]
    """
    R, T, P, delta, h, m = doubles(
        reward, temptation, punishment, discount, incident_risk, detection
    )
    gain, worth = T - R, R - P
    with np.errstate(all="ignore"):
        deterrence = (1 - h) * m * worth - h * gain
        cost = (1 - delta) * gain
        guess = np.ceil(np.log1p(-cost / deterrence / delta) / np.log(delta))
        enforceable = (deterrence > 0) & (worth > 0) & (delta * deterrence >= cost)
        length = _shortest(np.where(np.isfinite(guess), guess, 1.0), delta, deterrence, cost)
    length = np.where(gain <= 0, 0.0, np.where(enforceable, length, np.nan))
    inside = _risks_inside(gain + worth, h, m) & (delta >= 0) & (delta < 1)
    return np.where(inside, length, np.nan)


def best_value(
    reward: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike,
    incident_risk: ArrayLike = 0.0,
    detection: ArrayLike = 1.0,
) -> Array:
    """Find the best strongly symmetric public perfect equilibrium's average payoff.

    Parameters
    ----------
    reward, temptation, punishment : array_like
        Payoffs R, T, P of one side, broadcast together with the keywords.
    discount, incident_risk, detection : array_like
        delta in [0, 1); probabilities h and m in [0, 1].

    Returns
    -------
    array
        ``R - p g/(q - p)`` where it exceeds P and delta reaches the critical discount factor; R
        where g <= 0; NaN elsewhere.

    References
    ----------
    D. Abreu, P. Milgrom, D. Pearce (1991), Information and timing in repeated partnerships.

    Examples
    --------
    >>> round(float(best_value(3, 5, 1, discount=0.9, incident_risk=0.05)), 6)
    2.894737
    """
    R, T, P, delta, h, m = doubles(
        reward, temptation, punishment, discount, incident_risk, detection
    )
    threshold = critical_discount(R, T, P, incident_risk=h, detection=m)
    value = R - unavoidable_loss(R, T, incident_risk=h, detection=m)
    with np.errstate(invalid="ignore"):
        holds = (T <= R) | ((value > P) & (delta >= threshold))
        inside = (delta >= 0) & (delta < 1)
    return np.where(holds & inside, value, np.nan)


def unavoidable_loss(
    reward: ArrayLike,
    temptation: ArrayLike,
    *,
    incident_risk: ArrayLike,
    detection: ArrayLike = 1.0,
) -> Array:
    """Find the loss a period that shared punishment of anonymous incidents cannot avoid.

    Parameters
    ----------
    reward, temptation : array_like
        Payoffs R and T of one side.
    incident_risk, detection : array_like
        Probabilities h and m, in [0, 1].

    Returns
    -------
    array
        ``p g/(q - p)``; 0 where g <= 0, inf where a deviation cannot be told from an incident.

    Notes
    -----
    Attributable incidents avoid it: a transfer from the culprit punishes without a shared loss.

    Examples
    --------
    >>> round(float(unavoidable_loss(3, 5, incident_risk=0.05)), 6)
    0.105263
    """
    R, T, h, m = doubles(reward, temptation, incident_risk, detection)
    gain = np.fmax(T - R, 0.0) + 0 * (T - R)
    with np.errstate(all="ignore"):
        loss = h * gain / ((1 - h) * m)
    return np.where(
        (gain == 0) | ((h == 0) & (m > 0)), 0 * gain, np.where(m * (1 - h) > 0, loss, np.inf)
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
    inside = _risks_inside(gain + worth, h, m) & (delta >= 0) & (delta < 1)
    return np.where(inside, status, Status.INVALID)


def _risks_inside(payoffs: Array, incident_risk: Array, detection: Array) -> Array:
    """Mask the points whose payoffs are finite and whose probabilities are in [0, 1]."""
    h, m = incident_risk, detection
    inside = np.isfinite(payoffs) & (h >= 0) & (h <= 1) & (m >= 0) & (m <= 1)
    return np.asarray(inside)


def _shortest(guess: Array, discount: Array, deterrence: Array, cost: Array) -> Array:
    """Take the first of guess - 1, guess, guess + 1 that deters, else grim."""
    length = np.full(np.shape(guess), np.inf)
    for candidate in (guess + 1, guess, np.fmax(guess - 1, 1.0)):
        deters = punishment_weight(discount, candidate) * deterrence >= cost
        length = np.where(deters, candidate, length)
    return length
