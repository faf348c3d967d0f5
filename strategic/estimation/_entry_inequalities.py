"""What observed outcomes say of numbers when nothing is assumed about selection.

Whatever is selected, the chance of an outcome given the covariates lies between a lower and an
upper bound. Weighted by any nonnegative function of the covariates (an instrument), frequencies
therefore obey two inequalities per outcome. A point of the numbers is in the confidence region if
the most violated inequality, in standard errors, is below its critical value there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

LEVEL = 0.95
_DRAWS = 999
_LEAST_ROWS = 20
_MOST_CELLS = 12
_BLOCK = 2_000_000
Limits = Callable[[Array], tuple[Array, Array]]
"""From points (P, K) to lower and upper chances (P, R, M)."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Whether points are in the confidence region.

    Parameters
    ----------
    statistic, critical : arrays (P,)
        Largest violation in standard errors, and what it may be.
    """

    statistic: Array
    critical: Array

    @property
    def inside(self) -> Array:
        """Points that are not rejected; those where chances are not defined are."""
        return np.asarray(self.statistic <= self.critical)


@dataclass(frozen=True, eq=False)
class Inequalities:
    """Moment inequalities of outcomes.

    Parameters
    ----------
    limits : callable
    observed : array of int (R,)
    units : array of int (R,)
        Independent units, 0 to U - 1.
    instruments : array (R, J)
        Nonnegative functions of the covariates.
    seed : int
        Of the normal draws for critical values.

    Notes
    -----
    The statistic is the largest of ``sqrt(U) mean / deviation`` over outcomes, sides and
    instruments. Its critical value is the 95% quantile of the largest of as many correlated
    normal variables, without those whose inequality is far from binding (generalised moment
    selection, by more than ``sqrt(log U)`` standard errors). A deviation is at least what it would
    be if the inequality were binding, so that outcomes that were never seen reject nothing by
    themselves.

    References
    ----------
    Andrews, D. W. K. and Soares, G. (2010). Inference for parameters defined by moment inequalities
    using generalized moment selection. Econometrica 78, 119-157.
    Andrews, D. W. K. and Shi, X. (2013). Inference based on conditional moment inequalities.
    Econometrica 81, 609-666.
    Chernozhukov, V., Chetverikov, D. and Kato, K. (2019). Inference on causal and structural
    parameters using many moment inequalities. Review of Economic Studies 86, 1867-1900.
    Ciliberto, F. and Tamer, E. (2009). Market structure and multiple equilibria in airline markets.
    Econometrica 77, 1791-1828.
    """

    limits: Limits
    observed: Array
    units: Array
    instruments: Array
    seed: int = 0

    def judge(self, points: Array) -> Judged:
        """Judge points (P, K), some at a time."""
        size = max(1, _BLOCK // (len(self.observed) * self.instruments.shape[1]))
        parts = [self._judge(points[start : start + size]) for start in range(0, len(points), size)]
        return Judged(
            np.concatenate([part.statistic for part in parts]),
            np.concatenate([part.critical for part in parts]),
        )

    def _judge(self, points: Array) -> Judged:
        from scipy.special import ndtri

        lower, upper = self.limits(points)
        seen = np.arange(lower.shape[-1]) == self.observed[:, None]
        above, below = seen - upper, lower - seen
        scores = np.stack([self._spread(above), self._spread(below)], axis=1)  # P, 2, U, M, J
        count = scores.shape[2]
        mean = scores.mean(axis=2)
        centred = scores - mean[:, :, None]
        binding = np.stack([upper * (1.0 - upper), lower * (1.0 - lower)], axis=1)
        least = np.einsum("psrm,rj->psmj", binding, self.instruments**2) / count
        flat = (len(points), -1)
        variance = np.maximum((centred**2).mean(axis=2), least).reshape(flat)
        deviation = np.sqrt(np.maximum(variance, 1e-12))
        t = np.sqrt(count) * mean.reshape(flat) / deviation
        statistic = np.where(np.isnan(t).any(axis=1), np.inf, t.max(axis=1))
        near = t > -np.sqrt(np.log(max(count, 3)))
        # One inequality has the quantile of a normal variable, m have at most Bonferroni's.
        single = float(ndtri(LEVEL))
        most = -ndtri((1.0 - LEVEL) / np.maximum(near.sum(axis=1), 1))
        critical = np.where(statistic <= single, single, most)
        for place in np.flatnonzero((statistic > single) & (statistic <= most)):
            own = centred[place].transpose(1, 0, 2, 3).reshape(count, -1)[:, near[place]]
            scaled = own / (np.sqrt(count) * deviation[place, near[place]])
            critical[place] = max(single, self._quantile(scaled))
        return Judged(statistic, critical)

    def _spread(self, rows: Array) -> Array:
        """Weigh rows by instruments and add them up by unit: (P, R, M) to (P, U, M, J)."""
        values = rows[..., None] * self.instruments[:, None, :]
        count = int(self.units.max()) + 1
        if count == len(self.units):
            return np.asarray(values)
        found = np.zeros((values.shape[0], count, *values.shape[2:]))
        for point, own in zip(found, values, strict=True):
            np.add.at(point, self.units, own)
        return found

    def _quantile(self, scaled: Array) -> float:
        """Draw the largest of normal variables with these scores' covariance."""
        _, triangle = np.linalg.qr(scaled, mode="reduced")
        rng = np.random.default_rng(self.seed)
        drawn = rng.standard_normal((_DRAWS, len(triangle))) @ triangle
        return float(np.quantile(np.maximum(drawn.max(axis=1), 0.0), LEVEL))


def instruments_of(features: Array) -> Array:
    """Choose instruments: cells of equal covariates if few, else halves of each and their pairs.

    Parameters
    ----------
    features : array (R, F)
        What payoffs depend on, row by row.

    Returns
    -------
    array (R, J)
        Zeros and ones; the first is 1 everywhere.

    Examples
    --------
    >>> instruments_of(np.repeat([[0.0], [1.0]], 20, axis=0)).sum(axis=0)
    array([40., 20., 20.])
    """
    rows = len(features)
    whole = np.ones((rows, 1))
    _, cell, counts = np.unique(features, axis=0, return_inverse=True, return_counts=True)
    if len(counts) <= _MOST_CELLS:
        cells = (cell.ravel()[:, None] == np.flatnonzero(counts >= _LEAST_ROWS)).astype(float)
        return whole if len(counts) == 1 else np.concatenate([whole, cells], axis=1)
    moving = np.unique(features[:, np.ptp(features, axis=0) > 0.0], axis=1)
    high = moving > np.median(moving, axis=0)
    high = np.unique(high, axis=1)
    halves = [side for one in high.T for side in (one, ~one)]
    pairs = [
        one & other
        for place, one in enumerate(halves)
        for second, other in enumerate(halves)
        if second // 2 > place // 2
    ]
    found = np.stack([np.ones(rows, dtype=bool), *halves, *pairs], axis=1).astype(float)
    found = found[:, found.sum(axis=0) >= _LEAST_ROWS]
    return np.unique(found, axis=1)[:, ::-1] if found.shape[1] else whole
