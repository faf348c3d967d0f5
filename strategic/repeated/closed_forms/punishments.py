"""How long to punish bad signals, and what the punishment costs.

Letters: gain g = T - R, dependence D = R - P, incident risk h = p, detection m,
bad signal after a deviation q = 1 - (1 - h)(1 - m), punishment weight
x = delta (1 - delta^T).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.repeated.closed_forms.incident_thresholds import critical_discount, risks_inside
from strategic.repeated.closed_forms.incidents import punishment_weight


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
    inside = risks_inside(gain + worth, h, m) & (delta >= 0) & (delta < 1)
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


def _shortest(guess: Array, discount: Array, deterrence: Array, cost: Array) -> Array:
    """Take the first of guess - 1, guess, guess + 1 that deters, else grim."""
    length = np.full(np.shape(guess), np.inf)
    for candidate in (guess + 1, guess, np.fmax(guess - 1, 1.0)):
        deters = punishment_weight(discount, candidate) * deterrence >= cost
        length = np.where(deters, candidate, length)
    return length
