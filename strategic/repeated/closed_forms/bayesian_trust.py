"""Belief that the other side is trustworthy, updated by good and bad signals.

A trustworthy side gives a bad signal with probability h, an opportunist with
h' = h + (1 - h) sigma, where sigma is how surely an opportunist shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.one_line import in_one_line
from strategic.papers import Cited


@in_one_line
@dataclass(frozen=True, eq=False)
class Signals(Cited):
    """What signals tell about the other side's type, and how types are renewed.

    Made by `trust_signals`.

    Parameters
    ----------
    incident_risk : array
        Probability h of a bad signal from a trustworthy side.
    detection : array
        Probability sigma that an opportunist shows.
    turnover, prior : array
        Probability nu that the other side is replaced, and the belief mu_0 in a newcomer.

    Examples
    --------
    >>> trust_signals(0.05, detection=0.5, turnover=0.1)
    <Signals: incident_risk 0.05, detection 0.5, turnover 0.1, prior 0.5>
    >>> round(float(trust_signals(0.05, detection=0.5).shown_risk), 3)
    0.525
    """

    incident_risk: Array
    detection: Array
    turnover: Array
    prior: Array

    @property
    def shown_risk(self) -> Array:
        """Probability h' = 1 - (1 - h)(1 - sigma) of a bad signal from an opportunist."""
        return np.asarray(self.incident_risk + (1 - self.incident_risk) * self.detection)


def trust_signals(
    incident_risk: ArrayLike,
    detection: ArrayLike,
    *,
    turnover: ArrayLike = 0.0,
    prior: ArrayLike = 0.5,
) -> Signals:
    r"""Describe the signals that beliefs are updated by.

    .. math:: h' = h + (1 - h) \sigma

    Parameters
    ----------
    incident_risk, detection : array_like
        Probability h of an incident under a trustworthy side, and sigma in (0, 1].
    turnover, prior : array_like, default 0, 0.5
        Probability nu that the other side is replaced, and the belief mu_0 in a newcomer.

    Returns
    -------
    Signals
        Arrays of one shape.

    Examples
    --------
    >>> round(float(trust_signals(0.05, 0.5).shown_risk), 6)
    0.525
    """
    return Signals(*doubles(incident_risk, detection, turnover, prior))


def update_belief(belief: ArrayLike, source: Signals, *, bad: ArrayLike) -> Array:
    r"""Update the belief that the other side is trustworthy after one signal.

    .. math:: \mu_{+} = (1 - \nu) \frac{(1 - h) \mu}{(1 - h) \mu + (1 - h') (1 - \mu)} + \nu \mu_0,
        \quad h' = h + (1 - h) \sigma

    .. math:: \mu_{-} = (1 - \nu) \frac{h \mu}{h \mu + h' (1 - \mu)} + \nu \mu_0, \quad h' = h + (1
        - h) \sigma

    Parameters
    ----------
    belief : array_like
        Probability mu before the signal, in [0, 1].
    source : Signals
        How likely bad signals are, and how often the other side is replaced.
    bad : array_like of bool
        Whether the signal was bad.

    Returns
    -------
    array
        Odds times ``(1 - h)/(1 - h')`` when good and ``h/h'`` when bad, then
        ``mu <- (1 - nu) mu + nu mu_0``. A signal that no type gives leaves the belief.

    Notes
    -----
    Under the trustworthy type and without turnover ``(1 - mu)/mu`` is a martingale.

    Examples
    --------
    >>> round(float(update_belief(0.5, trust_signals(0.05, 0.5), bad=True)), 6)
    0.086957
    """
    mu, is_bad, h = np.broadcast_arrays(
        np.asarray(belief, dtype=np.float64), np.asarray(bad, dtype=bool), source.incident_risk
    )
    # Bayes' rule on joint probabilities, not on odds: it holds at beliefs 0 and 1 too.
    trustworthy = np.where(is_bad, h, 1 - h) * mu
    quiet = (1 - h) * (1 - source.detection)
    opportunist = np.where(is_bad, source.shown_risk, quiet) * (1 - mu)
    with np.errstate(invalid="ignore"):
        posterior = trustworthy / (trustworthy + opportunist)
    posterior = np.where(trustworthy + opportunist == 0, mu, posterior)
    return np.asarray((1 - source.turnover) * posterior + source.turnover * source.prior)


def belief_path(start: ArrayLike, source: Signals, *, bad: ArrayLike) -> Array:
    r"""Follow the belief through a sequence of signals.

    .. math:: \mu_{t + 1} = \mu_{\pm}(\mu_t)

    Parameters
    ----------
    start : array_like, points
        Belief before the first signal.
    source : Signals
        As for `update_belief`.
    bad : array_like of bool, ``(periods, *points)``
        Whether each signal was bad.

    Returns
    -------
    array, ``(periods + 1, *points)``
        Belief before each signal, and after the last.

    Examples
    --------
    >>> path = belief_path(0.5, trust_signals(0.05, 0.5), bad=[False, False, True])
    >>> path.round(4).tolist()
    [0.5, 0.6667, 0.8, 0.2759]
    """
    heard = np.asarray(bad, dtype=bool)
    points = np.broadcast_shapes(heard.shape[1:], np.shape(start), source.prior.shape)
    path = np.empty((len(heard) + 1, *points))
    path[0] = start
    for period, signal in enumerate(heard):
        path[period + 1] = update_belief(path[period], source, bad=signal)
    return path


def periods_to_recover(source: Signals) -> Array:
    r"""Find how many good periods undo one incident, without turnover.

    .. math:: \frac{\ln(h' / h)}{\ln((1 - h) / (1 - h'))}, \quad h' = h + (1 - h) \sigma

    Parameters
    ----------
    source : Signals
        h and sigma count.

    Returns
    -------
    array
        ``ln(h'/h)/ln((1 - h)/(1 - h'))``; inf where h = 0, as an incident then proves the
        opportunist; NaN where sigma = 0, as nothing is news.

    Examples
    --------
    >>> round(float(periods_to_recover(trust_signals(0.05, 0.5))), 3)
    3.392
    """
    h, sigma = source.incident_risk, source.detection
    with np.errstate(all="ignore"):
        periods = np.log(source.shown_risk / h) / -np.log1p(-sigma)
    return np.where(h == 0, np.where(sigma > 0, np.inf, np.nan), periods)


def ruin_bound(belief: ArrayLike, critical_belief: ArrayLike) -> Array:
    r"""Bound the probability that trust in a trustworthy side ever falls to a critical belief.

    .. math:: \min \left( 1, \frac{1 - \mu_0}{\mu_0} \cdot \frac{\mu_c}{1 - \mu_c} \right)

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

    References
    ----------
    Ville, J. (1939). Étude critique de la notion de collectif. Gauthier-Villars.

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
