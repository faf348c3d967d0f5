"""What a single incident costs: value, share of time and survival.

A public signal is bad with probability p = h while both cooperate: h is the incident risk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.repeated.closed_forms.game import RepeatedGame


def value_of_cooperation(game: RepeatedGame, punishment_length: ArrayLike = np.inf) -> Array:
    r"""Find the average payoff of cooperating when every bad signal starts a punishment.

    .. math:: V^{+} = P + \frac{(1 - \delta) (R - P)}{1 - \delta + h \delta (1 - \delta^k)}

    Parameters
    ----------
    game : RepeatedGame
        R, P, delta and h count.
    punishment_length : array_like, default inf
        Periods T of punishment after a bad signal; inf is grim.

    Returns
    -------
    array
        ``V+ = P + (1 - delta)(R - P)/(1 - delta + h x)``, ``x = delta (1 - delta^T)``; NaN where an
        input is out of range.

    References
    ----------
    Green, E. J. and Porter, R. H. (1984). Noncooperative collusion under imperfect price
    information. Econometrica 52, 87-100.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> game = repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05)
    >>> round(float(value_of_cooperation(game)), 6)
    2.37931
    """
    delta, h, length = doubles(game.discount, game.incident_risk, punishment_length)
    with np.errstate(all="ignore"):
        x = punishment_weight(delta, length)
        value = game.punishment + (1 - delta) * game.dependence / (1 - delta + h * x)
    return np.where(game.valid("discount", "incident_risk") & (length >= 0), value, np.nan)


def punishment_weight(discount: Array, punishment_length: Array) -> Array:
    r"""Weigh T periods of punishment that start tomorrow: ``delta (1 - delta^T)``.

    .. math:: x = \delta (1 - \delta^k)
    """
    # expm1 keeps 1 - delta^T exact where delta is near 1
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = -discount * np.expm1(punishment_length * np.log(discount))
    return np.where((discount == 0) | (punishment_length == 0), 0.0, weight)


def cooperation_share(incident_risk: ArrayLike, punishment_length: ArrayLike) -> Array:
    r"""Find the long-run share of time in cooperation.

    .. math:: \frac{1}{1 + h k}

    Parameters
    ----------
    incident_risk, punishment_length : array_like
        Probability h of a bad signal per period, and the T periods it costs.

    Returns
    -------
    array
        ``1/(1 + h T)``: 1 where h = 0 whatever T, 0 where T is inf and h > 0.

    Examples
    --------
    >>> cooperation_share([0.05, 0.4, 0.0], [2, 8, np.inf]).round(6).tolist()
    [0.909091, 0.238095, 1.0]
    """
    h, length = doubles(incident_risk, punishment_length)
    with np.errstate(invalid="ignore"):
        lost = np.where(h == 0, 0.0, h * length)
    return np.asarray(1 / (1 + lost + 0 * h))


def survival(incident_risk: ArrayLike, periods: ArrayLike) -> Array:
    r"""Find the probability that no incident happens for some periods.

    .. math:: (1 - h)^t

    Parameters
    ----------
    incident_risk, periods : array_like
        Probability h of an incident per period; number of periods t.

    Returns
    -------
    array
        ``(1 - h)^t``.

    Examples
    --------
    >>> round(float(survival(0.05, 10)), 6)
    0.598737
    """
    h, length = doubles(incident_risk, periods)
    return np.asarray((1 - h) ** length)


def mean_survival(incident_risk: ArrayLike) -> Array:
    r"""Find the expected number of periods up to and including the first incident, ``1/h``.

    .. math:: \frac{1}{h}

    Parameters
    ----------
    incident_risk : array_like
        Probability h of an incident per period.

    Returns
    -------
    array
        inf where h = 0.

    Examples
    --------
    >>> mean_survival([0.05, 0.0]).tolist()
    [20.0, inf]
    """
    (h,) = doubles(incident_risk)
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1 / h)


def half_life(incident_risk: ArrayLike) -> Array:
    r"""Find the time after which an incident has happened with even chance.

    .. math:: \frac{\ln 2}{\ln(1 / (1 - h))}

    Parameters
    ----------
    incident_risk : array_like
        Probability h of an incident per period.

    Returns
    -------
    array
        ``ln 2 / -ln(1 - h)`` periods; inf where h = 0, 0 where h = 1.

    Examples
    --------
    >>> round(float(half_life(0.05)), 6)
    13.513407
    """
    (h,) = doubles(incident_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(2) / -np.log1p(-h))
