"""Critical discount factors of trigger strategies when actions are observed exactly.

Letters of the repeated prisoner's dilemma: reward R, sucker's payoff S, temptation T,
punishment P; gain g = T - R, dependence D = R - P, loss l = P - S.
A threshold of 0 says that no patience is needed, ``inf`` that no patience is enough,
and exactly 1 that only the limit would be enough, which is never.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles

NEWTON_STEPS = 80


def grim_threshold(
    reward: ArrayLike, sucker: ArrayLike, temptation: ArrayLike, punishment: ArrayLike = 0.0
) -> Array:
    """Find the discount factor from which grim reversion sustains cooperation.

    Parameters
    ----------
    reward, sucker, temptation, punishment : array_like
        Payoffs R, S, T, P of one side, broadcast together; S plays no part.

    Returns
    -------
    array
        ``(T - R) / (T - P)``; 0 where T <= R, inf where T > R and R <= P.

    Notes
    -----
    A deviation gains ``(1 - delta)(T - R)`` now and loses ``delta (R - P)`` a period for ever.

    References
    ----------
    J. W. Friedman (1971), A non-cooperative equilibrium for supergames.

    Examples
    --------
    >>> float(grim_threshold(3, 0, 5, 1))
    0.5
    """
    R, _, T, P = doubles(reward, sucker, temptation, punishment)
    return _ratio(T - R, T - P, worth=R > P)


def tit_for_tat_threshold(
    reward: ArrayLike, sucker: ArrayLike, temptation: ArrayLike, punishment: ArrayLike = 0.0
) -> Array:
    """Find the discount factor from which tit for tat is an equilibrium against itself.

    Parameters
    ----------
    reward, sucker, temptation, punishment : array_like
        Payoffs R, S, T, P of one side, broadcast together.

    Returns
    -------
    array
        ``max((T - R)/(T - P), (T - R)/(R - S))``: neither defecting for ever nor alternating pays.

    Notes
    -----
    This is Nash equilibrium; after a deviation tit for tat is not subgame perfect.

    References
    ----------
    R. Axelrod (1984), The evolution of cooperation, Appendix B.

    Examples
    --------
    >>> float(tit_for_tat_threshold(3, 0, 5, 1))
    0.6666666666666666
    """
    R, S, T, P = doubles(reward, sucker, temptation, punishment)
    alternating = _ratio(T - R, R - S, worth=R > S)
    return np.maximum(_ratio(T - R, T - P, worth=R > P), alternating)


def win_stay_threshold(
    reward: ArrayLike, sucker: ArrayLike, temptation: ArrayLike, punishment: ArrayLike = 0.0
) -> Array:
    """Find the discount factor from which win-stay lose-shift is subgame perfect.

    Parameters
    ----------
    reward, sucker, temptation, punishment : array_like
        Payoffs R, S, T, P of one side, broadcast together; S plays no part.

    Returns
    -------
    array
        ``(T - R) / (R - P)``: one period of mutual punishment, then back.

    Examples
    --------
    >>> float(win_stay_threshold(2, -1, 3, 0)), float(win_stay_threshold(3, 0, 5, 1))
    (0.5, 1.0)
    """
    R, _, T, P = doubles(reward, sucker, temptation, punishment)
    return _ratio(T - R, R - P, worth=R > P)


def risk_dominant_threshold(
    reward: ArrayLike, sucker: ArrayLike, temptation: ArrayLike, punishment: ArrayLike = 0.0
) -> Array:
    """Find the discount factor from which grim is the best reply to an even chance of all-defect.

    Parameters
    ----------
    reward, sucker, temptation, punishment : array_like
        Payoffs R, S, T, P of one side, broadcast together.

    Returns
    -------
    array
        ``(T - S - R + P) / (T - S)``, at least 0; inf where R <= P.

    References
    ----------
    M. Blonski, P. Ockenfels, G. Spagnolo (2011), Equilibrium selection in the repeated
    prisoner's dilemma. P. Dal Bo, G. Frechette (2011), The evolution of cooperation in
    infinitely repeated games.

    Examples
    --------
    >>> float(risk_dominant_threshold(3, 0, 5, 1))
    0.6
    """
    R, S, T, P = doubles(reward, sucker, temptation, punishment)
    return _ratio(T - S - R + P, T - S, worth=R > P)


def finite_punishment_threshold(
    reward: ArrayLike,
    sucker: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    punishment_length: ArrayLike,
) -> Array:
    """Find the discount factor from which k periods of punishment deter a deviation.

    Parameters
    ----------
    reward, sucker, temptation, punishment : array_like
        Payoffs R, S, T, P of one side, broadcast together; S plays no part.
    punishment_length : array_like
        Periods of mutual punishment, k >= 1; inf is grim.

    Returns
    -------
    array
        Smallest delta with ``delta (1 - delta^k)/(1 - delta) (R - P) >= T - R``; NaN where k < 1.

    Notes
    -----
    ``g - (D + g) delta + D delta^(k + 1)`` is convex with roots 1 and the threshold, so Newton
    from the grim threshold climbs to it without ever passing it.

    Examples
    --------
    >>> finite_punishment_threshold(3, 0, 5, 1, punishment_length=[2, 3]).round(6).tolist()
    [0.618034, 0.543689]
    """
    R, _, T, P, length = doubles(reward, sucker, temptation, punishment, punishment_length)
    gain, worth = T - R, R - P
    grim = _ratio(gain, gain + worth, worth=worth > 0)
    with np.errstate(all="ignore"):
        root = _climb(grim, gain, worth, length)
        reach = length * worth
        root = np.where(reach > gain, root, np.where(reach == gain, 1.0, np.inf))
    threshold = np.where((gain <= 0) | ~(worth > 0) | np.isinf(length), grim, root)
    return np.where(length >= 1, threshold, np.nan)


def _climb(start: Array, gain: Array, worth: Array, length: Array) -> Array:
    delta = start
    for _ in range(NEWTON_STEPS):
        power = delta**length
        value = gain - (worth + gain) * delta + worth * delta * power
        slope = (worth + gain) - worth * (length + 1) * power
        step = np.where((value > 0) & (slope > 0), value / slope, 0.0)
        moved = np.fmin(delta + step, 1.0)
        if np.array_equal(moved, delta, equal_nan=True):
            break
        delta = moved
    return delta


def _ratio(numerator: Array, denominator: Array, *, worth: Array) -> Array:
    """Divide; 0 where there is nothing to deter, inf where nothing is worth keeping."""
    with np.errstate(all="ignore"):
        ratio = numerator / denominator
    ratio = np.where(worth, np.where(ratio > 1, np.inf, ratio), np.inf)
    undefined = np.isnan(numerator + denominator)
    return np.where(undefined, np.nan, np.where(numerator <= 0, 0.0, ratio))
