"""Officials with private views: the Bayesian base game (claim K6, proposition P9).

A view v lowers what mutual cooperation is worth to the official who decides, from R_G to R_G - v.
Types, distributions and their numbers are ours.  Two types of official and their turnover are
measures (``cooperative_bayesian_equilibrium``, ``breakdown_hazard``); here views are continuous.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship._base_game import base_terms
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


def cooperative_with_views(points: Points, views: Views) -> Array:
    """Tell whether a cooperative Bayesian equilibrium exists with continuous views.

    Parameters
    ----------
    points : Points
        Parameter values; arrays are answered at once.
    views : Views
        Distribution of the officials' views.

    Returns
    -------
    ndarray of bool
        One answer per point.

    Notes
    -----
    An official answers cooperation with cooperation iff its view is at most x_G, so that the
    organisation faces cooperation with probability F(x_G) and cooperates iff
    ``F(x_G) >= theta*_O`` (and ``x_O >= 0``; proposition P9).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> bool(cooperative_with_views(relationship().points, Views.normal(spread=0.1)))
    True
    """
    terms = points.once(base_terms)
    (x_G, x_O), c_O = terms.incentive, terms.loss[1]
    share = np.asarray(views.cumulative(np.asarray(x_G)))
    # theta*_O = c_O/(x_O + c_O), multiplied out so that no division can fail.
    return np.asarray((share * x_O >= (1 - share) * c_O) & (x_O >= 0) & (share > 0))
