"""Belief that the other side is trustworthy, updated by good and bad signals.

A trustworthy side gives a bad signal with probability h, an opportunist with
h' = h + (1 - h) sigma, where sigma is how surely an opportunist shows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles


def update_belief(
    belief: ArrayLike,
    *,
    bad: ArrayLike,
    incident_risk: ArrayLike,
    detection: ArrayLike,
    turnover: ArrayLike = 0.0,
    prior: ArrayLike = 0.5,
) -> Array:
    """Update the belief that the other side is trustworthy after one signal.

    Parameters
    ----------
    belief : array_like
        Probability mu before the signal, in [0, 1].
    bad : array_like of bool
        Whether the signal was bad.
    incident_risk, detection : array_like
        Probability h of an incident under a trustworthy side, and sigma in (0, 1].
    turnover, prior : array_like
        Probability nu that the other side is replaced, and the belief mu_0 in a newcomer.

    Returns
    -------
    array
        Odds times ``(1 - h)/(1 - h')`` when good and ``h/h'`` when bad, then
        ``mu <- (1 - nu) mu + nu mu_0``.

    Notes
    -----
    ``h' = 1 - (1 - h)(1 - sigma)``. Under the trustworthy type and without turnover ``(1 - mu)/mu``
    is a martingale.

    Examples
    --------
    >>> round(float(update_belief(0.5, bad=True, incident_risk=0.05, detection=0.5)), 6)
    0.086957
    """
    mu, is_bad, h, sigma, nu, mu0 = np.broadcast_arrays(
        belief, np.asarray(bad, dtype=bool), *doubles(incident_risk, detection, turnover, prior)
    )
    trustworthy = np.where(is_bad, h, 1 - h) * mu
    opportunist = np.where(is_bad, shown_risk(h, sigma), (1 - h) * (1 - sigma)) * (1 - mu)
    with np.errstate(invalid="ignore"):
        posterior = trustworthy / (trustworthy + opportunist)
    impossible = trustworthy + opportunist == 0
    posterior = np.where(impossible, mu, posterior)
    return np.asarray((1 - nu) * posterior + nu * mu0)


def shown_risk(incident_risk: ArrayLike, detection: ArrayLike) -> Array:
    """Find the probability h' of a bad signal under an opportunist, ``1 - (1 - h)(1 - sigma)``."""
    h, sigma = doubles(incident_risk, detection)
    return np.asarray(h + (1 - h) * sigma)


def belief_path(
    start: ArrayLike,
    bad: ArrayLike,
    *,
    incident_risk: ArrayLike,
    detection: ArrayLike,
    turnover: ArrayLike = 0.0,
    prior: ArrayLike = 0.5,
) -> Array:
    """Follow the belief through a sequence of signals.

    Parameters
    ----------
    start : array_like, points
        Belief before the first signal.
    bad : array_like of bool, (periods, *points)
        Whether each period's signal was bad.
    incident_risk, detection, turnover, prior : array_like, points
        As in `update_belief`.

    Returns
    -------
    array, (periods + 1, *points)
        Belief before each signal and after the last.

    Examples
    --------
    >>> belief_path(0.5, [False, True], incident_risk=0.05, detection=0.5).round(4).tolist()
    [0.5, 0.6667, 0.16]
    """
    signals = np.asarray(bad, dtype=bool)
    terms = doubles(start, incident_risk, detection, turnover, prior, np.zeros(signals.shape[1:]))
    mu, h, sigma, nu, mu0, _ = terms
    path = np.empty((len(signals) + 1, *mu.shape))
    path[0] = mu
    for period, signal in enumerate(signals):
        path[period + 1] = update_belief(
            path[period], bad=signal, incident_risk=h, detection=sigma, turnover=nu, prior=mu0
        )
    return path


def periods_to_recover(incident_risk: ArrayLike, detection: ArrayLike) -> Array:
    """Find how many good periods undo one incident, without turnover.

    Parameters
    ----------
    incident_risk, detection : array_like
        Probability h of an incident and sigma in (0, 1].

    Returns
    -------
    array
        ``ln(h'/h)/ln((1 - h)/(1 - h'))``; inf where h = 0, as an incident then proves the
        opportunist; NaN where sigma = 0, as nothing is news.

    Examples
    --------
    >>> round(float(periods_to_recover(0.05, 0.5)), 3)
    3.392
    """
    h, sigma = doubles(incident_risk, detection)
    with np.errstate(all="ignore"):
        drop = np.log(shown_risk(h, sigma) / h)
        gain = -np.log1p(-sigma)
        periods = drop / gain
    return np.where(h == 0, np.where(sigma > 0, np.inf, np.nan), periods)


def ruin_bound(belief: ArrayLike, critical_belief: ArrayLike) -> Array:
    """Bound the probability that trust in a trustworthy side ever falls to a critical belief.

    Parameters
    ----------
    belief : array_like
        Belief mu_0 at the start, in (0, 1].
    critical_belief : array_like
        Belief mu_c at which cooperation ends, in [0, 1).

    Returns
    -------
    array
        ``[(1 - mu_0)/mu_0] [mu_c/(1 - mu_c)]``, at most 1.

    Notes
    -----
    ``(1 - mu)/mu`` is a nonnegative martingale under the trustworthy type, without turnover; the
    bound is Ville's inequality.

    Examples
    --------
    >>> round(float(ruin_bound(0.9, 0.5)), 6)
    0.111111
    """
    mu, critical = doubles(belief, critical_belief)
    with np.errstate(all="ignore"):
        bound = np.fmin((1 - mu) / mu * (critical / (1 - critical)), 1.0)
    bound = np.where((mu > 0) & (critical < mu), bound, 1.0)
    return np.where(np.isnan(mu + critical), np.nan, bound)
