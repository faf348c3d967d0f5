"""How long cooperation lasts, estimated from paths some of which end before it does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import ParameterError
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.whole_numbers import check_whole

TWO_SIDED_95 = 1.959963984540054


@in_one_line
@dataclass(frozen=True, eq=False)
class SurvivalCurve(Cited):
    """Probability that cooperation lasts more than 0, 1, 2, ... periods, with a band.

    Parameters
    ----------
    estimate, low, high : array, ``(horizon + 1, *points)``
        Kaplan-Meier estimate and its pointwise 95% band; NaN where no path is left to tell.
    started : array, points
        Paths on which cooperation began at all.

    Examples
    --------
    >>> survival_curve([1, 2, 2, 3], [True, True, False, True], horizon=3)
    <SurvivalCurve: estimate [1 0.75 0.5 0], low [1 0.3006 0.15 0], ..., started 4>
    """

    made_by = ("survival_curve",)

    estimate: Array
    low: Array
    high: Array
    started: Array


def survival_curve(
    durations: ArrayLike, ended: ArrayLike, *, horizon: int, z: float = TWO_SIDED_95
) -> SurvivalCurve:
    r"""Estimate the survival curve of spells, some of which were cut off by the horizon.

    .. math:: S(t) = \prod_{s \le t} \left( 1 - \frac{d_s}{n_s} \right)

    Parameters
    ----------
    durations : array_like of int, ``(*points, paths)``
        Periods a spell was seen to last, perhaps beyond the horizon; 0 where it never began.
    ended : array_like of bool, ``(*points, paths)``
        Whether it ended then, rather than being cut off.
    horizon : int
        Longest duration to report.
    z : float, default 1.96
        Half-width of the band in standard errors; it covers 95% by default.

    Returns
    -------
    SurvivalCurve

    Notes
    -----
    ``S(t) = prod_{s <= t} (1 - ended_s/at_risk_s)``. The band is Wilson's interval with the
    effective number of paths ``S(1 - S)/var``, var by Greenwood's formula; it is never empty where
    no path, or every path, has ended.

    References
    ----------
    Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53, 457-481.
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.
    Rothman, K. J. (1978). Estimation of confidence limits for the cumulative probability of
    survival in life table analysis. Journal of Chronic Diseases 31, 557-560.

    Examples
    --------
    >>> curve = survival_curve([1, 2, 2, 3], [True, True, False, True], horizon=3)
    >>> curve.estimate.round(3).tolist()
    [1.0, 0.75, 0.5, 0.0]
    """
    check_whole(horizon=horizon)
    lasted, over = np.broadcast_arrays(_whole(durations), np.asarray(ended, dtype=bool))
    if horizon < 0:
        raise ParameterError("must be at least 0", where="horizon", value=horizon)
    at_risk = np.cumsum(_counted(lasted, np.ones(lasted.shape), horizon)[::-1], axis=0)[::-1]
    at_risk[0] = (lasted > 0).sum(axis=-1)  # spells that never began are not at risk
    # What ends beyond the horizon has not ended within it.
    events = _counted(lasted, over & (lasted > 0) & (lasted <= horizon), horizon)
    with np.errstate(divide="ignore", invalid="ignore"):
        alive = np.cumprod(np.where(events > 0, 1 - events / at_risk, 1.0), axis=0)
        spread = np.cumsum(events / (at_risk * (at_risk - events)), axis=0)
        known = np.where(spread > 0, (1 - alive) / (alive * spread), at_risk)
    gone = alive == 0
    # Greenwood's variance as an effective number of paths: all of them where it is 0 or undefined.
    known = np.where(gone, at_risk[0], known)
    estimate = np.where((at_risk > 0) | gone, alive, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        z2 = z**2 / known
        centre = (estimate + z2 / 2) / (1 + z2)
        half = np.sqrt(z2 * (estimate * (1 - estimate) + z2 / 4)) / (1 + z2)
    low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    low[0] = high[0] = estimate[0]
    return SurvivalCurve(estimate, low, high, at_risk[0])


def _whole(durations: ArrayLike) -> Array:
    lasted = np.asarray(durations)
    with np.errstate(invalid="ignore"):
        whole = (lasted >= 0) & (lasted == np.floor(lasted)) & (lasted < 2**53)
    if not whole.all():
        wrong = lasted[~whole].flat[0].item()
        raise ParameterError("must be whole numbers of periods", where="durations", value=wrong)
    return lasted.astype(np.int64)


def _counted(lasted: Array, weight: Array, horizon: int) -> Array:
    """Add up weights by duration, durations on the first axis."""
    points = lasted.shape[:-1]
    rows = np.arange(int(np.prod(points, dtype=int))) * (horizon + 1)
    place = np.minimum(lasted, horizon).reshape(len(rows), -1) + rows[:, None]
    counts = np.bincount(place.ravel(), weight.ravel(), minlength=len(rows) * (horizon + 1))
    return np.moveaxis(counts.reshape(*points, horizon + 1), -1, 0)
