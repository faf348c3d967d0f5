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
from strategic.families.relationship.base_game import base_terms
from strategic.modelling import Points


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
    return np.asarray(views.cumulative(np.asarray(points.once(base_terms).sides()[0].incentive)))


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
    organisation = points.once(base_terms).sides()[1]
    share = cooperating_share(points, views)
    willing = share * organisation.incentive >= (1 - share) * organisation.loss
    return np.asarray(willing & (organisation.incentive >= 0) & (share > 0))
