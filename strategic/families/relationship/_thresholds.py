"""From which belief a side cooperates: the log-odds that decide as its stakes do, ties included."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship._as_written import rounding, settle
from strategic.families.relationship._base_game import BaseTerms, threshold_log_odds
from strategic.families.relationship._foresight import (
    continuation,
    decisive_department,
    own_terms,
)
from strategic.families.relationship._log_odds import log_odds
from strategic.families.relationship._sides import both
from strategic.modelling import Points


def thresholds_at(points: Points, foresight: ArrayLike, /) -> Array:
    """Log-odds from which each side cooperates at some foresight, ``(2, *points)``.

    Compared with the initial log-odds they decide as ``mu x >= (1-mu) c`` does on the numbers as
    written: where logarithms are too close to tell, the threshold moves to the belief or beside it.
    """
    if points.variants:
        deciding = thresholds_at(decisive_department(points, foresight), foresight)
        return both(points, deciding[0], _own_thresholds(points, foresight)[1])
    return _own_thresholds(points, foresight)


def _own_thresholds(points: Points, foresight: ArrayLike) -> Array:
    terms = own_terms(points, foresight)
    needed, stakes = threshold_log_odds(terms), _stakes(points, terms)
    with np.errstate(invalid="ignore"):
        error = rounding(points) / (1 - continuation(points, foresight))
        doubtful = np.abs(stakes[0] - stakes[1]) <= 4 * error
    doubtful &= np.isfinite(needed)
    if not doubtful.any():
        return needed
    for side, ahead in enumerate(np.broadcast_to(foresight, needed.shape)):

        def exactly(some: Points, side: int = side) -> list[Array]:
            return [_stakes(some, own_terms(some))[:, side]]

        looking = points.change({"trust.foresight": ahead})
        settle(looking, doubtful[side], exactly, stakes[:, side])
    (won, lost), odds = stakes, log_odds(_own_beliefs(points))
    beside = np.where(won > lost, np.nextafter(odds, -np.inf), np.nextafter(odds, np.inf))
    return np.where(doubtful, np.where(won == lost, odds, beside), needed)


def _stakes(points: Points, terms: BaseTerms) -> Array:
    """Weigh what cooperating gains, ``mu x``, and loses, ``(1-mu) c``, at the initial belief mu."""
    belief = _own_beliefs(points)
    return np.stack([belief * terms.incentive, (1 - belief) * terms.loss])


def _own_beliefs(points: Points) -> Array:
    return both(points, points["trust.government"], points["trust.organisation"])
