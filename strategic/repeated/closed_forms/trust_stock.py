"""Trust as a stock that cooperation builds and incidents destroy, with its tipping points.

tau' = tau + a (1 - tau) when both cooperate, tau - b tau otherwise; both cooperate with
probability (1 - h) c, where c(tau) = 1/(1 + exp(-lambda (B tau - C))).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles

BISECTIONS = 60


@dataclass(frozen=True, eq=False)
class Folds:
    """Where steady states of the trust stock appear and vanish, one value a point.

    Parameters
    ----------
    low_trust, high_trust : array
        Trust tau at the two folds; NaN where there is one steady state whatever the cost.
    low_cost, high_cost : array
        Costs C between which two stable levels of trust exist (hysteresis); NaN likewise.
    bistable : bool array
        Whether there are folds at all: ``lambda B > 4 kappa``.
    """

    low_trust: Array
    high_trust: Array
    low_cost: Array
    high_cost: Array
    bistable: Array


def cooperation_chance(
    trust: ArrayLike, *, worth: ArrayLike, cost: ArrayLike, precision: ArrayLike
) -> Array:
    """Find the probability that both choose to cooperate at a level of trust.

    Parameters
    ----------
    trust : array_like
        Stock tau in [0, 1].
    worth, cost, precision : array_like
        B, C and lambda of ``c = 1/(1 + exp(-lambda (B tau - C)))``.

    Returns
    -------
    array

    Examples
    --------
    >>> float(cooperation_chance(0.5, worth=1, cost=0.5, precision=8))
    0.5
    """
    tau, B, C, precision_ = doubles(trust, worth, cost, precision)
    return np.asarray(0.5 * (1 + np.tanh(precision_ * (B * tau - C) / 2)))


def next_trust(
    trust: ArrayLike, cooperated: ArrayLike, *, gain: ArrayLike, loss: ArrayLike
) -> Array:
    """Move the stock of trust by one period.

    Parameters
    ----------
    trust : array_like
        Stock tau in [0, 1].
    cooperated : array_like of bool
        Whether both cooperated and no incident happened.
    gain, loss : array_like
        Rates a and b, in [0, 1].

    Returns
    -------
    array
        ``tau + a (1 - tau)`` or ``tau - b tau``.

    Examples
    --------
    >>> next_trust(0.5, [True, False], gain=0.1, loss=0.2).tolist()
    [0.55, 0.4]
    """
    tau, a, b = doubles(trust, gain, loss)
    moved = np.where(np.asarray(cooperated, dtype=bool), tau + a * (1 - tau), tau - b * tau)
    return np.asarray(moved)


def steady_cost(
    trust: ArrayLike,
    *,
    worth: ArrayLike,
    precision: ArrayLike,
    gain: ArrayLike,
    loss: ArrayLike,
    incident_risk: ArrayLike = 0.0,
) -> Array:
    """Find the cost of cooperation at which a level of trust is steady.

    Parameters
    ----------
    trust : array_like
        Stock tau in (0, 1).
    worth, precision, gain, loss, incident_risk : array_like
        B, lambda, a, b and h of the model.

    Returns
    -------
    array
        ``C(tau) = B tau - ln[x/(1 - h - h x)]/lambda``, ``x = b tau/(a (1 - tau))``; NaN where no
        cost makes the level steady.

    Examples
    --------
    >>> float(steady_cost(0.5, worth=1, precision=8, gain=0.1, loss=0.1))
    0.5
    """
    tau, B, precision_, a, b, h = doubles(trust, worth, precision, gain, loss, incident_risk)
    with np.errstate(all="ignore"):
        x = b * tau / (a * (1 - tau))
        return np.asarray(B * tau - np.log(x / (1 - h - h * x)) / precision_)


def folds(
    *,
    worth: ArrayLike,
    precision: ArrayLike,
    gain: ArrayLike,
    loss: ArrayLike,
    incident_risk: ArrayLike = 0.0,
) -> Folds:
    """Find the folds between which low and high trust are both stable.

    Parameters
    ----------
    worth, precision, gain, loss, incident_risk : array_like
        B, lambda, a, b and h of the model, broadcast together.

    Returns
    -------
    Folds

    Notes
    -----
    ``C'(tau) = 0`` is the quadratic ``kappa tau^2 - tau + 1/(lambda B) = 0`` with
    ``kappa = 1 + h b/(a (1 - h))``; the two folds meet in a cusp at ``lambda B = 4 kappa``. Without
    incidents kappa is 1 and unequal rates move both costs by ``-ln(b/a)/lambda``.

    Examples
    --------
    >>> result = folds(worth=1, precision=8, gain=0.1, loss=0.1)
    >>> round(float(result.low_cost), 6), round(float(result.high_cost), 6)
    (0.36679, 0.63321)
    """
    B, precision_, a, b, h = doubles(worth, precision, gain, loss, incident_risk)
    kappa = _curvature(a, b, h)
    with np.errstate(all="ignore"):
        root = np.sqrt(1 - 4 * kappa / (precision_ * B))
    bistable = root > 0
    root = np.where(bistable, root, np.nan)
    low, high = (1 - root) / (2 * kappa), (1 + root) / (2 * kappa)
    model = {"worth": B, "precision": precision_, "gain": a, "loss": b, "incident_risk": h}
    return Folds(low, high, steady_cost(low, **model), steady_cost(high, **model), bistable)


def cusp(
    *,
    worth: ArrayLike,
    gain: ArrayLike,
    loss: ArrayLike,
    incident_risk: ArrayLike = 0.0,
) -> tuple[Array, Array]:
    """Find where the two folds meet: the precision and cost at which bistability begins.

    Parameters
    ----------
    worth, gain, loss, incident_risk : array_like
        B, a, b and h of the model, broadcast together.

    Returns
    -------
    precision, cost : array
        ``lambda = 4 kappa/B`` and ``C(1/(2 kappa))`` at that lambda.

    Examples
    --------
    >>> [float(value) for value in cusp(worth=1, gain=0.1, loss=0.1)]
    [4.0, 0.5]
    """
    B, a, b, h = doubles(worth, gain, loss, incident_risk)
    kappa = _curvature(a, b, h)
    with np.errstate(all="ignore"):
        precision = 4 * kappa / B
        middle = 1 / (2 * kappa)
    return precision, steady_cost(
        middle, worth=B, precision=precision, gain=a, loss=b, incident_risk=h
    )


def steady_trust(
    *,
    worth: ArrayLike,
    cost: ArrayLike,
    precision: ArrayLike,
    gain: ArrayLike,
    loss: ArrayLike,
    incident_risk: ArrayLike = 0.0,
) -> Array:
    """Find the steady levels of trust: low, tipping point, high.

    Parameters
    ----------
    worth, cost, precision, gain, loss, incident_risk : array_like
        B, C, lambda, a, b and h of the model, broadcast together.

    Returns
    -------
    array, (3, *points)
        The stable low level, the unstable tipping point and the stable high level; NaN for those
        that do not exist. Where the cost never allows two, the one level stands first if it is
        below the middle of the range ``1/kappa`` and last otherwise.

    Notes
    -----
    ``C(tau)`` falls, rises between the folds, and falls again: each branch holds at most one
    steady level, found by bisection.

    Examples
    --------
    >>> levels = steady_trust(worth=1, cost=0.5, precision=8, gain=0.1, loss=0.1)
    >>> levels.round(4).tolist()
    [0.0212, 0.5, 0.9788]
    """
    B, C, precision_, a, b, h = doubles(worth, cost, precision, gain, loss, incident_risk)
    model = {"worth": B, "precision": precision_, "gain": a, "loss": b, "incident_risk": h}
    turn = folds(**model)
    top = 1 / _curvature(a, b, h)
    low = np.where(turn.bistable, turn.low_trust, top / 2)
    high = np.where(turn.bistable, turn.high_trust, top / 2)

    def excess(tau: Array) -> Array:
        return steady_cost(tau, **model) - C

    zero = np.zeros_like(top)
    levels = [
        _crossing(excess, zero, low),
        _crossing(excess, low, high),
        _crossing(excess, high, top),
    ]
    at_low, at_high = excess(low), excess(high)
    exists = [at_low <= 0, turn.bistable & (at_low < 0) & (at_high > 0), at_high >= 0]
    exists[2] &= turn.bistable | (at_high > 0)
    return np.stack([np.where(e, level, np.nan) for e, level in zip(exists, levels, strict=True)])


def _curvature(gain: Array, loss: Array, incident_risk: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(1 + incident_risk * loss / (gain * (1 - incident_risk)))


def _crossing(excess: Callable[[Array], Array], left: Array, right: Array) -> Array:
    """Bisect for the sign change of a monotone function between two ends."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    rising = excess(high) > excess(low)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        above = (excess(middle) > 0) == rising
        high = np.where(above, middle, high)
        low = np.where(above, low, middle)
    return np.asarray((low + high) / 2)
