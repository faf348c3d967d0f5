"""Trust as a stock that cooperation builds and incidents destroy, with its tipping points.

tau' = tau + a (1 - tau) when both cooperate, tau - b tau otherwise; both cooperate with
probability (1 - h) c, where c(tau) = 1/(1 + exp(-lambda (B tau - C))).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.one_line import in_one_line
from strategic.papers import Cited

BISECTIONS = 60


@in_one_line
@dataclass(frozen=True, eq=False)
class TrustStock(Cited):
    """How trust grows, erodes and drives cooperation; the cost of cooperating is left open.

    Made by `trust_stock`.

    Parameters
    ----------
    worth, precision : array
        B and lambda of ``c = 1/(1 + exp(-lambda (B tau - C)))``.
    gain, loss : array
        Rates a and b at which trust is built and lost, in [0, 1].
    incident_risk : array
        Probability h of an incident per period.

    Examples
    --------
    >>> trust_stock(worth=1, precision=8, gain=0.1, loss=0.1, incident_risk=0.05)
    <TrustStock: worth 1, precision 8, gain 0.1, loss 0.1, incident_risk 0.05>
    """

    worth: Array
    precision: Array
    gain: Array
    loss: Array
    incident_risk: Array

    @property
    def kappa(self) -> Array:
        """Curvature ``1 + h b/(a (1 - h))``: 1 without incidents; trust is below 1/kappa."""
        with np.errstate(all="ignore"):
            odds = self.gain * (1 - self.incident_risk)
            return np.asarray(1 + self.incident_risk * self.loss / odds)


@in_one_line
@dataclass(frozen=True, eq=False)
class Folds(Cited):
    """Where steady states of the trust stock appear and vanish, one value per point.

    Parameters
    ----------
    low_trust, high_trust : array
        Trust tau at the two folds; NaN where there is one steady state whatever the cost.
    low_cost, high_cost : array
        Costs C between which two stable levels of trust exist (hysteresis); NaN likewise.
    bistable : bool array
        Whether there are folds at all: ``lambda B > 4 kappa``.

    Examples
    --------
    >>> trust_folds(trust_stock(worth=1, precision=8, gain=0.1, loss=0.1))
    <Folds: low_trust 0.1464, high_trust 0.8536, low_cost 0.3668, high_cost 0.6332, bistable True>
    """

    low_trust: Array
    high_trust: Array
    low_cost: Array
    high_cost: Array
    bistable: Array


def trust_stock(
    *,
    worth: ArrayLike,
    gain: ArrayLike,
    loss: ArrayLike,
    precision: ArrayLike = np.nan,
    incident_risk: ArrayLike = 0.0,
) -> TrustStock:
    """Describe a stock of trust.

    Parameters
    ----------
    worth : array_like
        B, what cooperation is worth at full trust.
    gain, loss : array_like
        Rates a and b at which trust is built and lost, in [0, 1].
    precision : array_like, default NaN
        Lambda, how sharply cooperation responds; the cusp does not depend on it.
    incident_risk : array_like, default 0
        Probability h of an incident per period.

    Returns
    -------
    TrustStock
        Arrays of one shape.

    Examples
    --------
    >>> float(trust_stock(worth=1, gain=0.1, loss=0.1, incident_risk=0.5).kappa)
    2.0
    """
    return TrustStock(*doubles(worth, precision, gain, loss, incident_risk))


def cooperation_chance(stock: TrustStock, trust: ArrayLike, cost: ArrayLike) -> Array:
    r"""Find the probability that both choose to cooperate at a level of trust.

    .. math:: c(\tau) = \frac{1}{1 + \exp(-\lambda (B \tau - C))}

    Parameters
    ----------
    stock : TrustStock
        B and lambda count.
    trust, cost : array_like
        Stock tau in [0, 1], and cost C of cooperating.

    Returns
    -------
    array
        ``c = 1/(1 + exp(-lambda (B tau - C)))``.

    Examples
    --------
    >>> float(cooperation_chance(trust_stock(worth=1, precision=8, gain=0.1, loss=0.1), 0.5, 0.5))
    0.5
    """
    tau, C = doubles(trust, cost)
    return np.asarray(0.5 * (1 + np.tanh(stock.precision * (stock.worth * tau - C) / 2)))


def next_trust(stock: TrustStock, trust: ArrayLike, cooperated: ArrayLike) -> Array:
    r"""Move the stock of trust by one period.

    .. math:: \tau_{+} = \tau + a (1 - \tau)

    .. math:: \tau_{-} = \tau - b \tau

    Parameters
    ----------
    stock : TrustStock
        a and b count.
    trust : array_like
        Stock tau in [0, 1].
    cooperated : array_like of bool
        Whether both cooperated and no incident happened.

    Returns
    -------
    array
        ``tau + a (1 - tau)`` or ``tau - b tau``.

    Examples
    --------
    >>> next_trust(trust_stock(worth=1, gain=0.1, loss=0.2), 0.5, [True, False]).tolist()
    [0.55, 0.4]
    """
    tau = np.asarray(trust, dtype=np.float64)
    built, lost = tau + stock.gain * (1 - tau), tau - stock.loss * tau
    return np.where(np.asarray(cooperated, dtype=bool), built, lost)


def steady_cost(stock: TrustStock, trust: ArrayLike) -> Array:
    r"""Find the cost of cooperation at which a level of trust is steady.

    .. math:: C(\tau) = B \tau - \frac{1}{\lambda} \ln \frac{x}{1 - h - h x}, \quad x = \frac{b
        \tau}{a (1 - \tau)}

    Parameters
    ----------
    stock : TrustStock
        The model.
    trust : array_like
        Stock tau in (0, 1).

    Returns
    -------
    array
        ``C(tau) = B tau - ln[x/(1 - h - h x)]/lambda``, ``x = b tau/(a (1 - tau))``; NaN where no
        cost makes the level steady.

    Examples
    --------
    >>> float(steady_cost(trust_stock(worth=1, precision=8, gain=0.1, loss=0.1), 0.5))
    0.5
    """
    tau, h = doubles(trust, stock.incident_risk)
    with np.errstate(all="ignore"):
        x = stock.loss * tau / (stock.gain * (1 - tau))
        return np.asarray(stock.worth * tau - np.log(x / (1 - h - h * x)) / stock.precision)


def trust_folds(stock: TrustStock) -> Folds:
    r"""Find the folds between which low and high trust are both stable.

    .. math:: \tau_{\mathrm{low}} = \frac{1 - \sqrt{y}}{2 \kappa} \text{ if } y > 0, \quad y = 1 -
        \frac{4 \kappa}{\lambda B}, \quad \kappa = 1 + \frac{h b}{(1 - h) a}

    .. math:: \tau_{\mathrm{high}} = \frac{1 + \sqrt{y}}{2 \kappa} \text{ if } y > 0, \quad y = 1 -
        \frac{4 \kappa}{\lambda B}, \quad \kappa = 1 + \frac{h b}{(1 - h) a}

    Parameters
    ----------
    stock : TrustStock
        The model.

    Returns
    -------
    Folds

    Notes
    -----
    ``C'(tau) = 0`` is the quadratic ``kappa tau^2 - tau + 1/(lambda B) = 0``; the two folds meet in
    a cusp at ``lambda B = 4 kappa``. Without incidents kappa is 1 and unequal rates move both costs
    by ``-ln(b/a)/lambda``.

    Examples
    --------
    >>> result = trust_folds(trust_stock(worth=1, precision=8, gain=0.1, loss=0.1))
    >>> round(float(result.low_cost), 6), round(float(result.high_cost), 6)
    (0.36679, 0.63321)
    """
    kappa = stock.kappa
    with np.errstate(all="ignore"):
        root = np.sqrt(1 - 4 * kappa / (stock.precision * stock.worth))
    bistable = root > 0
    root = np.where(bistable, root, np.nan)
    low, high = (1 - root) / (2 * kappa), (1 + root) / (2 * kappa)
    return Folds(low, high, steady_cost(stock, low), steady_cost(stock, high), bistable)


def trust_cusp(stock: TrustStock) -> tuple[Array, Array]:
    r"""Find where the two folds meet: the precision and cost at which bistability begins.

    .. math:: \lambda = \frac{4 \kappa}{B}, \quad \kappa = 1 + \frac{h b}{(1 - h) a}

    Parameters
    ----------
    stock : TrustStock
        B, a, b and h count.

    Returns
    -------
    precision, cost : array
        ``lambda = 4 kappa/B`` and ``C(1/(2 kappa))`` at that lambda.

    Examples
    --------
    >>> [float(value) for value in trust_cusp(trust_stock(worth=1, gain=0.1, loss=0.1))]
    [4.0, 0.5]
    """
    with np.errstate(all="ignore"):
        precision, middle = 4 * stock.kappa / stock.worth, 1 / (2 * stock.kappa)
    return precision, steady_cost(replace(stock, precision=precision), middle)


def steady_trust(stock: TrustStock, cost: ArrayLike) -> Array:
    r"""Find the steady levels of trust: low, tipping point, high.

    .. math:: \{ \tau \mid C(\tau) = C \}

    Parameters
    ----------
    stock : TrustStock
        The model.
    cost : array_like
        Cost C of cooperating, broadcast with the model.

    Returns
    -------
    array, ``(3, *points)``
        The stable low level, the unstable tipping point and the stable high level; NaN for those
        that do not exist. Where the cost never allows two, the one level stands first if it is
        below the middle of the range ``1/kappa`` and last otherwise.

    Notes
    -----
    ``C(tau)`` falls, rises between the folds, and falls again: each branch holds at most one
    steady level, found by bisection.

    Examples
    --------
    >>> levels = steady_trust(trust_stock(worth=1, precision=8, gain=0.1, loss=0.1), 0.5)
    >>> levels.round(4).tolist()
    [0.0212, 0.5, 0.9788]
    """
    stock = TrustStock(*doubles(*vars(stock).values(), cost)[:-1])
    turn, top = trust_folds(stock), 1 / stock.kappa
    low = np.where(turn.bistable, turn.low_trust, top / 2)
    high = np.where(turn.bistable, turn.high_trust, top / 2)

    def excess(tau: Array) -> Array:
        return steady_cost(stock, tau) - cost

    # All three branches at once, the branch on the first axis. C(tau) is monotone between the
    # ends of a branch, so the sign of the excess says which half to keep; where it has no change
    # of sign the bisection runs to an end, and `exists` drops that level.
    left, right = np.stack([np.zeros_like(top), low, high]), np.stack([low, high, top])
    below, above = np.minimum(left, right), np.maximum(left, right)
    rising = excess(above) > excess(below)
    for _ in range(BISECTIONS):
        middle = (below + above) / 2
        upper = (excess(middle) > 0) == rising
        above = np.where(upper, middle, above)
        below = np.where(upper, below, middle)
    at_low, at_high = excess(low), excess(high)
    exists = [
        at_low <= 0,
        turn.bistable & (at_low < 0) & (at_high > 0),
        (at_high >= 0) & (turn.bistable | (at_high > 0)),
    ]
    return np.where(exists, (below + above) / 2, np.nan)
