"""Officials with private views: the Bayesian base game and the turnover of officials (claim K6).

A view v lowers what mutual cooperation is worth to the official who decides, from R_G to R_G - v.
Types, distributions and their numbers are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship.base_game import interests, threshold_belief
from strategic.modelling import Points


def supportive_share_needed(points: Points) -> Array:
    """Find the smallest share of supportive officials that lets the organisation cooperate.

    Returns
    -------
    ndarray
        theta*_O, the organisation's trust threshold; 1 where no share suffices.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> round(float(supportive_share_needed(relationship().points)), 6)
    0.222401
    """
    return threshold_belief(points.once(interests).organisation)


def cooperative_with_two_types(points: Points) -> Array:
    """Tell whether supportive officials and the organisation can cooperate in equilibrium.

    Notes
    -----
    Two types of official: supportive with probability pi, for whom cooperation is worth R_G, and
    hostile, who always acts alone.  The equilibrium in which the supportive type and the
    organisation cooperate exists iff ``pi >= theta*_O`` and ``x_G, x_O >= 0``; that both sides act
    alone is always one.
    """
    government, organisation = points.once(interests).sides()
    willing = (government.incentive >= 0) & (organisation.incentive >= 0)
    cooperates = (
        points["officials.supportive"] * organisation.incentive
        >= (1 - points["officials.supportive"]) * organisation.loss
    )
    return np.asarray(willing & cooperates)


@dataclass(frozen=True)
class Views:
    """A continuous distribution of officials' views.

    Parameters
    ----------
    cumulative : callable
        F, from views to the probability that an official's view is at most that.

    Examples
    --------
    >>> views = Views.normal(spread=0.1)
    >>> float(views.cumulative(np.asarray(0.0)))
    0.5
    """

    cumulative: Callable[[Array], ArrayLike]

    @classmethod
    def normal(cls, mean: float = 0.0, spread: float = 1.0) -> Views:
        """Spread views normally around a mean."""

        def cumulative(view: Array) -> ArrayLike:
            from scipy.special import ndtr

            shares: Array = ndtr((view - mean) / spread)
            return shares

        return cls(cumulative)

    @classmethod
    def uniform(cls, lowest: float, highest: float) -> Views:
        """Spread views evenly over an interval."""
        return cls(lambda view: np.clip((view - lowest) / (highest - lowest), 0.0, 1.0))


def cooperating_share(points: Points, views: Views) -> Array:
    """Find the share of officials who would answer cooperation with cooperation: F(x_G)."""
    return np.asarray(views.cumulative(np.asarray(points.once(interests).government.incentive)))


def cooperative_with_views(points: Points, views: Views) -> Array:
    """Tell whether a cooperative Bayesian equilibrium exists with continuous views.

    Notes
    -----
    An official cooperates iff its view is at most x_G, so the organisation faces cooperation with
    probability F(x_G) and cooperates iff ``F(x_G) >= theta*_O`` (and ``x_O >= 0``).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> bool(cooperative_with_views(relationship().points, Views.normal(spread=0.1)))
    True
    """
    organisation = points.once(interests).organisation
    share = cooperating_share(points, views)
    willing = share * organisation.incentive >= (1 - share) * organisation.loss
    return np.asarray(willing & (organisation.incentive >= 0) & (share > 0))


def breakdown_hazard(points: Points) -> Array:
    """Compute the probability that an incident or a hostile successor ends cooperation.

    Notes
    -----
    ``1 - (1-h)(1 - nu (1-pi))``, nu the turnover of officials and pi the share of supportive ones.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> values = {"relation.incident_risk": 0.03, "officials.turnover": 0.1,
    ...           "officials.supportive": 0.7}
    >>> round(float(breakdown_hazard(relationship(values).points)), 4)
    0.0591
    """
    replaced = points["officials.turnover"] * (1 - points["officials.supportive"])
    return np.asarray(1 - (1 - points["relation.incident_risk"]) * (1 - replaced))


def expected_spell(points: Points) -> Array:
    """Mean number of periods of cooperation, the inverse of the hazard; inf where that is 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(1 / breakdown_hazard(points))
