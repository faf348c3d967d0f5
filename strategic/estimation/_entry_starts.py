"""Where the search for the numbers of an entry game starts."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.estimation._entry_likelihood import EntryLikelihood
from strategic.estimation.likelihood import heights

_TRIED = 96
_KEPT = 6


def starts_of(likelihood: EntryLikelihood, seed: int) -> Array:
    """Give points to start from: the model's own values, and the best of many at random.

    Parameters
    ----------
    likelihood : EntryLikelihood
    seed : int
        Of the random points.

    Returns
    -------
    array (P, K)

    Notes
    -----
    Numbers are drawn so that what each adds to gains is about as large as a shock. The likelihood
    has kinks where a rival's effect is 0, so that there may be a maximum for each sign: the best
    points are therefore kept for each of several draws, not overall.
    """
    payoffs, rule = likelihood.markets.payoffs, likelihood.rule
    own = np.r_[np.asarray(payoffs.starts, dtype=float), rule.starts]
    rng = np.random.default_rng(seed)
    tried = rng.normal(size=(_TRIED, len(own))) / likelihood.sizes
    if rule.names:
        shares = np.isfinite(rule.bounds).all(axis=1)
        width = len(own) - len(rule.names)
        tried[:, width:] = np.where(shares, rng.random((_TRIED, len(rule.names))), tried[:, width:])
    low, high = likelihood.bounds.T
    tried = np.clip(tried, low, high)
    level = heights(likelihood, tried).reshape(_KEPT, -1)
    best = level.argmax(axis=1) + np.arange(_KEPT) * level.shape[1]
    return np.vstack([np.clip(own, low, high), tried[best]])
