"""How sure an estimate is: curvature, clusters, bootstrap, and the part of the fit they make."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.estimation.climbing import climb
from strategic.estimation.likelihood import Likelihood, scores
from strategic.estimation.maximum import Maximum
from strategic.estimation.parts import Estimate, Part, Predicted
from strategic.estimation.payoffs_by_row import PayoffsByRow
from strategic.estimation.profiles import interval
from strategic.executors import each_in_order

WIDE = 1.959963984540054
"""Standard errors on either side of a 95% interval."""
FEW_SAMPLES = 20
"""Bootstrap samples below which their quantiles are no ends of an interval."""
_BLOCK = 256
INDEPENDENT = "has an interval for independent rows"
LONE_UNIT = "There is one independent unit only, so that no error can be told."


def covariance(likelihood: Likelihood, maximum: Maximum, *, clustered: bool = False) -> Array:
    """Covariance of the estimates, from curvature or robust to dependence within units.

    Parameters
    ----------
    likelihood : Likelihood
    maximum : Maximum
    clustered : bool
        Whether to take the sandwich of the units' scores, times ``U / (U - 1)``.

    Returns
    -------
    array (K, K)
        NaN in rows and columns of numbers without a standard error: at a bound, infinite, not
        identified, or where there is a single unit.

    References
    ----------
    White, H. (1982). Maximum likelihood estimation of misspecified models. Econometrica 50, 1-25.
    """
    found = maximum.covariance
    if clustered:
        units = likelihood.units
        own = scores(likelihood, maximum.point, maximum.scale)
        meat = own.T @ own * (units / (units - 1) if units > 1 else np.nan)
        found = found @ meat @ found
    unknown = np.array([status != "ok" for status in maximum.statuses])
    return np.where(unknown[:, None] | unknown, np.nan, found)


def bootstrap(
    likelihood: Likelihood,
    maximum: Maximum,
    samples: int,
    seed: int,
    executor: Executor | None = None,
) -> Array:
    """Estimate from samples of units drawn with replacement, as weights on the units.

    Parameters
    ----------
    likelihood : Likelihood
    maximum : Maximum
        Where every sample starts.
    samples, seed : int
    executor : concurrent.futures.Executor, optional
        Where blocks of samples are climbed; here by default.

    Returns
    -------
    array (samples, K)
        NaN where a sample has no maximum nearby.

    References
    ----------
    Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008). Bootstrap-based improvements for
    inference with clustered errors. Review of Economics and Statistics 90, 414-427.
    """
    return resampled(likelihood, maximum, drawn_weights(likelihood, samples, seed), executor)


def resampled(
    likelihood: Likelihood, maximum: Maximum, weights: Array, executor: Executor | None = None
) -> Array:
    """Estimate from every weighting of the units ``(samples, units)``: ``(samples, K)``."""
    blocks = (weights[first : first + _BLOCK] for first in range(0, len(weights), _BLOCK))
    again = partial(_climbed_again, likelihood, maximum)
    return np.concatenate(list(each_in_order(again, blocks, executor=executor)))


def drawn_weights(likelihood: Likelihood, samples: int, seed: int) -> Array:
    """Draw units with replacement: how much each counts in every sample, ``(samples, units)``.

    A unit of a table of counts stands for many choices alike, each of which may be drawn.
    """
    own = getattr(likelihood, "repeats", None)
    repeats = np.asarray(own if own is not None else np.ones(likelihood.units))
    rng, choices = np.random.default_rng(seed), round(float(repeats.sum()))
    return np.asarray(rng.multinomial(choices, repeats / repeats.sum(), size=samples) / repeats)


def _climbed_again(likelihood: Likelihood, maximum: Maximum, weights: Array) -> Array:
    """Climb from the maximum for every weighting of the units ``(B, U)``; NaN where it is lost."""
    climbed = climb(
        likelihood,
        np.repeat(maximum.point[None], len(weights), axis=0),
        scale=maximum.scale,
        weights=weights,
        model=maximum.hessian,
        prove=False,
    )
    return np.where(climbed.converged[:, None], climbed.points, np.nan)


def part_of(
    likelihood: Likelihood,
    maximum: Maximum,
    *,
    observations: int,
    group: str = "",
    clustered: bool = False,
    samples: int = 0,
    seed: int = 0,
    executor: Executor | None = None,
    extra: Sequence[Estimate] = (),
    notes: Sequence[str] = (),
    payoffs: PayoffsByRow | None = None,
    scans: Sequence[Array] = (),
) -> Part:
    """Turn a maximum into estimates with errors, intervals and statuses.

    Parameters
    ----------
    likelihood : Likelihood
    maximum : Maximum
    observations : int
        Number of observed choices.
    group : str
        Name of the group.
    clustered : bool
        Whether errors follow units.
    samples, seed : int
        Bootstrap samples of units; none where errors come from curvature.
    executor : concurrent.futures.Executor, optional
        Where the samples are fitted.
    extra : sequence of Estimate
        Numbers estimated apart, listed first.
    notes : sequence of str
        Sentences about the whole.
    payoffs : PayoffsByRow, optional
        Where columns set parameters, or predict them: fitted models have their means.
    scans : sequence of arrays, optional
        Values of every number over which its profile likelihood is looked at, where that alone is
        trusted; units must be independent.

    Notes
    -----
    Intervals are 1.96 standard errors wide on either side, quantiles of the bootstrap where there
    is one, and those of the profile likelihood where a number is at a bound or infinite; beside
    a number at a bound they reach to those of the profile. With ``scans`` they are those of the
    profile everywhere. A number is not identified where its maximum is not confirmed, or its
    interval is all that is allowed.
    """
    spread = covariance(likelihood, maximum, clustered=clustered)
    drawn = bootstrap(likelihood, maximum, samples, seed, executor) if samples else None
    estimates = list(extra)
    for k in range(len(likelihood.names)):
        column = None if drawn is None else drawn[:, k]
        scan = scans[k] if len(scans) and not clustered else None
        error = float(np.sqrt(spread[k, k]))
        one = _number(likelihood, maximum, k, error, drawn=column, scan=scan)
        if clustered and one.status in ("at_bound", "infinite"):
            one = replace(one, note=joined(one.note, INDEPENDENT))
        estimates.append(replace(one, group=group))
    if (clustered or samples) and likelihood.units < 2:
        notes = [*notes, LONE_UNIT]
    return Part(
        estimates=tuple(estimates),
        log_likelihood=maximum.value,
        uniform=likelihood.uniform,
        saturated=likelihood.saturated,
        per_cluster=likelihood.per_unit(maximum.point[None])[0],
        certificate=maximum.certificate,
        observations=observations,
        predicted=Predicted(partial(likelihood.predicted, maximum.point)),
        free=len(likelihood.names),
        loose=maximum.loose,
        likelihood=likelihood,
        maximum=maximum,
        covariance=spread,
        notes=tuple(notes),
        values={} if payoffs is None else payoffs.means(maximum.point),
    )


def _number(
    likelihood: Likelihood,
    maximum: Maximum,
    k: int,
    error: float,
    *,
    drawn: Array | None,
    scan: Array | None,
) -> Estimate:
    """Give one number its interval; a status of 'ok' is lost where nothing is known."""
    name, status, note = likelihood.names[k], maximum.statuses[k], maximum.notes[k]
    value, bounds = float(maximum.point[k]), likelihood.bounds[k]
    low, high = value - WIDE * error, value + WIDE * error
    if status == "ok" and not maximum.holds:
        status, note = "not_identified", "is not told: its maximum is not confirmed"
    if status in ("infinite", "at_bound"):
        error = float("nan")
        low, high = interval(likelihood, maximum, k, scan)
    if status == "infinite":
        value = maximum.endless[k] * np.inf
    elif status == "not_identified":
        value = error = low = high = float("nan")
    elif drawn is not None:
        one = Estimate(name, value, error, low, high, status, "", note)
        one = redrawn(one, drawn)
        error, low, high, note = one.error, one.low, one.high, one.note
    elif status == "ok" and scan is not None:
        low, high = interval(likelihood, maximum, k, scan)
    elif status == "ok" and "at_bound" in maximum.statuses:
        # The error takes numbers at a bound as known, but they may be away from it.
        ends = [*interval(likelihood, maximum, k)]
        low, high = min(low, ends[0]), max(high, ends[1])
        note = joined(note, "has an error that takes numbers at a bound as known")
    low, high = (float(x) for x in np.clip([low, high], *bounds))
    if status == "ok" and np.isfinite(bounds).all() and low <= bounds[0] and high >= bounds[1]:
        status, note = "not_identified", "may have any value within its bounds"
        value = error = float("nan")
    return Estimate(name, value, error, low, high, status, "", note)


def redrawn(one: Estimate, drawn: Array) -> Estimate:
    """Give a number the error and the interval of its bootstrap samples; NaN in lost ones."""
    own = drawn[np.isfinite(drawn)]
    error, low, high = quantiles(own)
    if one.status != "ok":
        # At a bound most samples may be: the profile says how far the number may be from it.
        low, high = float(np.fmin(one.low, low)), float(np.fmax(one.high, high))
    note = one.note
    if len(own) < len(drawn):
        lost = f"{len(drawn) - len(own)} of {len(drawn)} bootstrap samples"
        note = joined(note, f"has no maximum nearby in {lost}")
    return replace(one, error=error, low=low, high=high, note=note)


def joined(note: str, more: str) -> str:
    """Put two remarks on one number together."""
    return f"{note}; {more}" if note else more


def quantiles(drawn: Array) -> tuple[float, float, float]:
    """Give the standard error and the 95% interval of bootstrap samples; NaN of too few."""
    if len(drawn) < 2:
        return float("nan"), float("nan"), float("nan")
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) >= FEW_SAMPLES else (np.nan,) * 2
    return float(drawn.std(ddof=1)), float(low), float(high)
