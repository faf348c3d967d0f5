"""What a side that looks ahead stakes on trust: between the one-shot and the repeated game.

A side decides between cooperating until an incident or a defection ends it for good, and
withholding.  ``trust.foresight`` f scales the discount factor with which it values what follows
this period: at 0 the decision is that of the one-shot game, at 1 that of the repeated game (claims
K11, K7, Peters iii).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship._base_game import (
    BaseTerms,
    base_terms,
    threshold_log_odds,
)
from strategic.families.relationship._departments import margin
from strategic.families.relationship._log_odds import log_odds
from strategic.families.relationship._repetition import discounts, outside_options
from strategic.modelling import Points


def continuation(points: Points, foresight: ArrayLike, /) -> Array:
    """Probability-weighted patience z = (1-h) f delta of each side, ``(2, *points)``.

    The weight of the next period of cooperation: it is reached if no incident happens.
    """
    return np.asarray((1 - points["relation.incident_risk"]) * foresight * discounts(points))


def decisive_department(points: Points, foresight: ArrayLike | None = None) -> Points:
    """Find the department whose initial belief decides, as points with its values.

    The points themselves where the government decides as one.
    """
    departments = points.parts.get("departments")
    if departments is None:
        return points
    members = [points.variants[name] for name in departments.names]
    odds = np.stack(
        [np.broadcast_to(log_odds(member["trust.government"]), points.shape) for member in members]
    )
    needed = [threshold_log_odds(own_terms(member, foresight))[0] for member in members]
    needed = [np.broadcast_to(row, points.shape) for row in needed]
    number = departments.pivot(margin(odds, np.stack(needed)), odds)
    chosen = {}
    for name in points:
        values = [member[name] for member in members]
        varies = any(value.ndim or value.tobytes() != values[0].tobytes() for value in values)
        rows = np.stack(np.broadcast_arrays(*values, number)[:-1]) if varies else None
        chosen[name] = (
            values[0] if rows is None else np.take_along_axis(rows, number[None], axis=0)[0]
        )
    return Points(chosen)


def trust_terms(points: Points, foresight: ArrayLike | None = None) -> BaseTerms:
    """Value the decision to trust: the terms of the base game with what follows this period.

    Parameters
    ----------
    points : Points
        Parameter values.
    foresight : array_like, optional
        Share of its discount factor with which a side values the future; ``trust.foresight`` by
        default.

    Returns
    -------
    BaseTerms
        As those of the base game, with reward ``R_i + D_i z/(1-z)`` where ``z = (1-h) f delta_i``
        and ``D_i`` is the side's dependence in the repeated game; of the government those of the
        department whose initial belief decides, where there are departments.

    Notes
    -----
    Let O be what a side earns per period once the relationship has ended.
    Cooperation that incidents end is worth ``W = R + z W + (f delta - z) O/(1 - f delta)``; being
    betrayed costs ``-c`` once, withholding earns b once, and either is followed by O for good.
    Net of the O that any choice leaves, mutual cooperation is worth ``R + (R - O) z/(1-z)``,
    that is ``R/(1-z)`` where O = 0; temptation and loss are those of one period.
    The two pure strategies therefore play a 2x2 game of the same form as the base game, and
    everything the base game says of beliefs (thresholds, basins) carries over.

    References
    ----------
    Blonski, M. and Spagnolo, G. (2015). Prisoners' other dilemma. International Journal of Game
    Theory 44, 61-81.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> points = relationship().points
    >>> [trust_terms(points, foresight).reward.round(3).tolist() for foresight in (0, 1)]
    [[-0.007, 0.439], [-0.05, 3.031]]
    """
    if "departments" in points.parts:
        deciding = own_terms(decisive_department(points, foresight), foresight)
        return own_terms(points, foresight).led_by(deciding)
    return own_terms(points, foresight)


def own_terms(points: Points, foresight: ArrayLike | None = None) -> BaseTerms:
    """Value the decision to trust of a government that decides as one."""
    terms = points.once(base_terms)
    z = continuation(points, points["trust.foresight"] if foresight is None else foresight)
    with np.errstate(invalid="ignore", over="ignore"):
        future = (terms.reward - points.once(outside_options)) * z / (1 - z)
    # Where nothing follows, the reward stays as it is to the bit, infinite rewards included.
    return replace(terms, reward=np.where(z > 0, terms.reward + future, terms.reward))
