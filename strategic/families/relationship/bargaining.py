"""Power-dependence and the price of cooperation (claims D1, D7 to D10, M3, I15).

Power-dependence follows Emerson; what makes each side's resources important is a form of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.base_game import detection, interests, ratio
from strategic.modelling import Points


@dataclass(frozen=True)
class Dependence:
    """How much each side depends on the other, and the bargaining shares that follow.

    Parameters
    ----------
    government, organisation : ndarray
        d_G and d_O, importance of the other's resource times lack of alternatives.
    share_government, share_organisation : ndarray
        beta_G and beta_O, which add up to 1.
    """

    government: Array
    organisation: Array
    share_government: Array
    share_organisation: Array

    @property
    def imbalance(self) -> Array:
        """Power imbalance d_O - d_G."""
        return np.asarray(self.organisation - self.government)

    @property
    def mutual(self) -> Array:
        """Mutual dependence (d_O + d_G)/2."""
        return np.asarray((self.organisation + self.government) / 2)


def dependence(points: Points) -> Dependence:
    """Compute dependence and bargaining shares.

    Notes
    -----
    ``d_O = i_O (1-a_O)`` with ``i_O = (M_G+ell)/(M_G+M_O+ell)``, ``d_G = i_G/n`` with
    ``i_G = T_O/(T_G+T_O)`` (0/0 reads 0), and
    ``beta_O = (1-eq) d_G/(d_G+d_O) + eq/2`` (1/2 where neither depends).

    References
    ----------
    Emerson (1962), Power-dependence relations.
    Casciaro and Piskorski (2005), Power imbalance, mutual dependence, and constraint absorption.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> float(dependence(relationship({"relation.bargaining_equality": 1}).points).share_government)
    0.5
    """
    T_G, T_O = points["government.technology"], points["organisation.technology"]
    supply = points["government.mobilisation"] + points["organisation.legitimacy_gain"]
    needed_O = ratio(supply, supply + points["organisation.mobilisation"])
    of_organisation = np.asarray(needed_O * (1 - points["organisation.alternatives"]))
    of_government = np.asarray(ratio(T_O, T_G + T_O) / points["relation.organisations"])
    total = of_government + of_organisation
    power = np.where(total == 0, 0.5, ratio(of_government, total))
    equality = points["relation.bargaining_equality"]
    share = np.asarray((1 - equality) * power + equality / 2)
    return Dependence(of_government, of_organisation, 1 - share, share)


@dataclass(frozen=True)
class Prices:
    """Payments at which both sides cooperate, and the one bargaining picks.

    Parameters
    ----------
    lowest, highest : ndarray
        p_min, below which the organisation breaks off, and p_max, above which the government does.
    feasible : ndarray of bool
        Whether a payment of at least 0 lies between them.
    agreed : ndarray
        The asymmetric Nash price; the payment as it was where none is feasible.
    """

    lowest: Array
    highest: Array
    feasible: Array
    agreed: Array

    @property
    def surplus(self) -> Array:
        """Sigma = p_max - p_min, what cooperation leaves to share; NaN where d u = 1."""
        finite = np.isfinite(self.lowest)
        return np.where(finite, self.highest - np.where(finite, self.lowest, 0.0), np.nan)


def prices(points: Points) -> Prices:
    """Compute the price interval and the Nash price.

    Notes
    -----
    ``p_min = (k_O + h L_O - Gamma_O - ell - m F)/(1 - d u)`` (at d u = 1: -inf if the numerator is
    at most 0, else +inf) and ``p_max = Gamma_G - k_C - E_G - b_G``.
    A price is feasible iff ``p_max >= max(p_min, 0)``; the asymmetric Nash price is
    ``max(0, p_min + beta_O Sigma)``.

    References
    ----------
    Nash (1950), The bargaining problem; Roth (1979), Axiomatic models of bargaining.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> bool(prices(relationship().points).feasible)
    True
    """
    terms, p = points.once(interests), points["relation.payment"]
    government, organisation = terms.sides()
    kept = points["organisation.diversion"] * points["relation.advance"]
    penalty = detection(points) * points["relation.penalty"]
    without_payment = organisation.reward - p
    needed = np.asarray(-without_payment - penalty)
    with np.errstate(divide="ignore", invalid="ignore"):
        priced = np.where(kept < 1, needed / (1 - kept), np.where(needed <= 0, -np.inf, np.inf))
    highest = np.asarray(government.incentive + p)
    feasible = np.asarray(highest >= np.maximum(priced, 0.0))
    share = points.once(dependence).share_organisation
    with np.errstate(invalid="ignore"):
        split = (1 - share) * priced + share * highest
        nash = np.where(np.isfinite(priced), np.maximum(0.0, split), 0.0)
    return Prices(priced, highest, feasible, np.where(feasible, nash, p))
