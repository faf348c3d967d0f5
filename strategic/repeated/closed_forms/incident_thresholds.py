"""The discount factor and the incident risk at which grim punishment just enforces cooperation.

Letters: gain g = T - R, dependence D = R - P, incident risk h = p, detection m,
bad signal after a deviation q = 1 - (1 - h)(1 - m).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles


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
    return np.where(risks_inside(gain + worth, h, m), threshold, np.nan)


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
    inside = risks_inside(gain + worth, m, m) & (delta >= 0) & (delta < 1)
    return np.where(inside, limit, np.nan)


def risks_inside(payoffs: Array, incident_risk: Array, detection: Array) -> Array:
    """Mask the points whose payoffs are finite and whose probabilities are in [0, 1]."""
    h, m = incident_risk, detection
    inside = np.isfinite(payoffs) & (h >= 0) & (h <= 1) & (m >= 0) & (m <= 1)
    return np.asarray(inside)
