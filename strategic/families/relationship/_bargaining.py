"""Power-dependence and the price of cooperation (claims D1, D7 to D10, M3, I15).

Power-dependence follows Emerson; what makes each side's resources important is a form of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._base_game import base_terms, detection, ratio
from strategic.families.relationship._sides import both
from strategic.modelling import Points


@dataclass(frozen=True)
class Dependence:
    """How much each side depends on the other, and the bargaining shares that follow.

    Parameters
    ----------
    degree : ndarray, ``(2, *points)``
        d_G and d_O: importance of the other's resource times the lack of alternatives to it.
    share : ndarray, ``(2, *points)``
        beta_G and beta_O, which add up to 1.
    """

    degree: Array
    share: Array

    @property
    def imbalance(self) -> Array:
        """Power imbalance d_O - d_G."""
        return np.asarray(self.degree[1] - self.degree[0])

    @property
    def mutual(self) -> Array:
        """Mutual dependence (d_O + d_G)/2."""
        return np.asarray((self.degree[1] + self.degree[0]) / 2)


def dependence(points: Points) -> Dependence:
    """Compute dependence and bargaining shares.

    Notes
    -----
    ``d_O = i_O (1-a_O)`` with ``i_O = (M_G+ell)/(M_G+M_O+ell)``, ``d_G = i_G/n`` with
    ``i_G = T_O/(T_G+T_O)`` (0/0 reads 0), and
    ``beta_O = (1-eq) d_G/(d_G+d_O) + eq/2`` (1/2 where neither depends; claims D7 to D9, M6).

    References
    ----------
    Emerson, R. M. (1962). Power-dependence relations. American Sociological Review 27, 31-41.
    Casciaro, T. and Piskorski, M. J. (2005). Power imbalance, mutual dependence, and constraint
    absorption: a closer look at resource dependence theory. Administrative Science Quarterly 50,
    167-199.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> dependence(relationship({"relation.bargaining_equality": 1}).points).share.tolist()
    [0.5, 0.5]
    """
    T_G, T_O = points["government.technology"], points["organisation.technology"]
    supply = points["government.mobilisation"] + points["organisation.legitimacy_gain"]
    needed_O = ratio(supply, supply + points["organisation.mobilisation"])
    d_O = needed_O * (1 - points["organisation.alternatives"])
    # Each of n interchangeable organisations is an alternative to the others.
    d_G = ratio(T_O, T_G + T_O) / points["relation.organisations"]
    # Who depends less is stronger: a side's power is the OTHER's share of all dependence.
    power_O = np.where(d_G + d_O == 0, 0.5, ratio(d_G, d_G + d_O))
    equality = points["relation.bargaining_equality"]
    share_O = (1 - equality) * power_O + equality / 2
    return Dependence(both(points, d_G, d_O), both(points, 1 - share_O, share_O))


@dataclass(frozen=True)
class Prices:
    """Payments at which both sides cooperate, and the one bargaining picks.

    Parameters
    ----------
    lowest, highest : ndarray
        p_min, below which the organisation breaks off, and p_max, above which the government does.
    floor : ndarray
        What the organisation must be paid to operate at all: ``organisation.reserve``, at least 0.
    feasible : ndarray of bool
        Whether a payment of at least the floor lies between them.
    agreed : ndarray
        The asymmetric Nash price; the payment as it was where none is feasible.
    """

    lowest: Array
    highest: Array
    floor: Array
    feasible: Array
    agreed: Array

    @property
    def surplus(self) -> Array:
        """Sigma = p_max - p_min, what cooperation leaves to share; NaN where d u = 1."""
        finite = np.isfinite(self.lowest)
        # Payments cancel in Sigma only where d u = 0: otherwise it weighs x_O by 1/(1 - d u).
        return np.where(finite, self.highest - np.where(finite, self.lowest, 0.0), np.nan)


def prices(points: Points) -> Prices:
    """Compute the price interval and the Nash price.

    Notes
    -----
    ``p_min = (k_O + h L_O - Gamma_O - ell - m F)/(1 - d u)`` (at d u = 1: -inf if the numerator is
    at most 0, else +inf) and ``p_max = Gamma_G - k_C - E_G - b_G`` (P2).
    ``p_min`` counts what the service is worth to the organisation besides money: its willingness.
    Its ability is another matter, for satisfaction pays no bills: cash costs less donations,
    ``organisation.reserve``, are a floor ``f = max(reserve, 0)`` under any payment.
    A price is feasible iff ``p_max >= max(p_min, f)``; the asymmetric Nash price is
    ``max(f, p_min + beta_O Sigma)`` (P8), as the Nash product has a single peak.

    References
    ----------
    Nash, J. F. (1950). The bargaining problem. Econometrica 18, 155-162.
    Roth, A. E. (1979). Axiomatic Models of Bargaining. Springer.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> bool(prices(relationship().points).feasible)
    True
    """
    terms, p = points.once(base_terms), points["relation.payment"]
    # A payment lowers x_G one for one and raises x_O by 1 - d u only: breaking off earns d u of it.
    diverted = points["organisation.diversion"] * points["relation.advance"]
    penalty = detection(points) * points["relation.penalty"]
    needed = -(terms.reward[1] - p) - penalty
    with np.errstate(divide="ignore", invalid="ignore"):
        lowest = np.where(
            diverted < 1, needed / (1 - diverted), np.where(needed <= 0, -np.inf, np.inf)
        )
    highest = np.asarray(terms.incentive[0] + p)  # x_G at a payment of 0
    floor = np.maximum(points["organisation.reserve"], 0.0)
    feasible = np.asarray(highest >= np.maximum(lowest, floor))
    share = points.once(dependence).share[1]
    with np.errstate(invalid="ignore"):
        split = (1 - share) * lowest + share * highest
        # An organisation that cooperates at any payment (p_min = -inf) is paid what it must be.
        nash = np.where(np.isfinite(lowest), np.maximum(floor, split), floor)
    return Prices(lowest, highest, floor, feasible, np.where(feasible, nash, p))
