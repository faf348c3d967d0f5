"""What was found of the rationality of groups of games, laid out: numbers, statuses and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.curves import curves_of
from strategic.estimation._branch_scan import Family
from strategic.estimation._choices import Choices, frequencies
from strategic.estimation._fits import Fits
from strategic.estimation._logit_likelihood import RATIONALITY, LogitLikelihood
from strategic.estimation._ways import Request
from strategic.estimation.maximum import GAP, Maximum
from strategic.estimation.parts import Estimate, Part, Predicted
from strategic.estimation.uncertainty import INDEPENDENT, WIDE

BRANCH = "the branch from uniform play, refined where the likelihood is highest"
"""What is looked at for a maximum."""


def families_of(choices: Choices) -> tuple[list[Family], Array]:
    """Put games of one shape together; also one over the largest payoff range of every group."""
    families, totals, width = [], choices.totals, np.zeros(len(choices.groups))
    for shape, which in choices.shapes().items():
        games = [choices.games[place].payoffs for place in which.tolist()]
        sides = [np.array([game[i] for game in games], dtype=float) for i in range(len(shape))]
        flat = np.array([side.reshape(len(games), -1) for side in sides])
        ranges = (flat.max(axis=2) - flat.min(axis=2)).max(axis=0)
        np.maximum.at(width, choices.group[which], ranges)
        tables = [side.transpose(*range(1, side.ndim), 0).copy() for side in sides]
        counts = totals[choices.cells(which)]
        family = Family(curves_of(tables), counts, choices.group[which], which)
        families += family.sorted_by_curves()
    return families, 1.0 / np.where(width > 0.0, width, 1.0)


def logs_of(choices: Choices, fits: Fits) -> Array:
    """Log probabilities of all cells, and their slopes: (2, cells)."""
    flat = np.zeros((2, int(choices.offsets[-1])))
    for places, logs in fits.logs:
        flat[:, choices.cells(places)] = logs
    return flat


def bread_of(fits: Fits) -> Array:
    """Curvature of every group's log likelihood, its sign turned; NaN where it is not bent down."""
    return np.where(fits.curvature < 0.0, -fits.curvature, np.nan)


def errors_of(choices: Choices, fits: Fits, logs: Array, *, clustered: bool) -> Array:
    """Take standard errors from the curvature, or the sandwich of the clusters' scores."""
    bread = bread_of(fits)
    if not clustered:
        return np.asarray(1.0 / np.sqrt(bread))
    scores = choices.per_unit(logs[1])
    groups = len(choices.groups)
    units = np.bincount(choices.owner, minlength=groups)
    spread = np.bincount(choices.owner, scores**2, groups)
    spread[units < 2] = np.nan  # nothing tells how much clusters differ
    return np.asarray(np.sqrt(spread * units / np.maximum(units - 1.0, 1.0)) / bread)


def parts_of(
    choices: Choices, fits: Fits, logs: Array, errors: Array, request: Request
) -> list[Part]:
    """Lay the results out, one part per group.

    Parameters
    ----------
    choices : Choices
    fits : Fits
    logs : array (cells,)
        Log probabilities, as `logs_of` lays them out.
    errors : array (groups,)
        Standard errors.
    request : Request
    """
    clustered, numbers = bool(request.cluster), np.arange(len(choices.groups) + 1)
    chances, observed = np.exp(logs), choices.observed().round().astype(np.int64)
    games, places = np.searchsorted(choices.group, numbers), np.arange(len(choices.group))
    if clustered:
        per_unit, ends = choices.per_unit(logs), np.searchsorted(choices.owner, numbers)
    else:  # every choice is a unit; those of one action are alike
        cells = np.flatnonzero(choices.totals > 0.0)
        repeats, ends = choices.totals[cells], np.searchsorted(cells, choices.offsets[games])
        per_unit = repeats * logs[cells]
    estimates = _estimates(choices, fits, errors, request)
    gap, shown = fits.gap(), np.array([one.error for one in estimates])
    holds = (fits.missing == 0) & _confirmed(fits)
    with np.errstate(over="ignore"):
        covariance = (shown * shown)[:, None, None]
    columns = zip(
        estimates, _maxima(fits, estimates, gap, holds), _slices(ends),
        _slices(games), observed.tolist(), choices.uniform().tolist(),
        choices.saturated().tolist(), fits.missing.tolist(), fits.flat.tolist(), strict=True,
    )  # fmt: skip
    parts = []
    for number, row in enumerate(columns):
        estimate, maximum, units, own, count, uniform, saturated, missing, flat = row
        part = Part(
            estimates=(estimate,),
            log_likelihood=maximum.value,
            uniform=uniform,
            saturated=saturated,
            per_cluster=per_unit[units],
            certificate={
                "kind": BRANCH
                + (f"; the branch could not be followed at {_values(missing)}" if missing else ""),
                "gap": maximum.gap,
                "holds": maximum.holds,
                "scope": "scan",
            },
            observations=count,
            predicted=Predicted(partial(frequencies, choices, chances, places[own])),
            free=1,
            loose=int(flat),
            likelihood=LogitLikelihood(choices, number, clustered=clustered),
            maximum=maximum,
            covariance=covariance[number],
            repeats=None if clustered else repeats[units],
            notes=choices.missing(number),
        )
        parts.append(part)
    return parts


def _confirmed(fits: Fits) -> Array:
    """Say of which maxima next to nothing is missing."""
    return np.asarray(fits.gap() <= GAP * (1.0 + np.abs(fits.height)))


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def _slices(ends: Array) -> list[slice]:
    return [slice(*pair) for pair in pairwise(ends.tolist())]


def _maxima(
    fits: Fits, estimates: Sequence[Estimate], gap: Array, holds: Array
) -> Iterator[Maximum]:
    """Say the same as maxima among several numbers would be told."""
    with np.errstate(over="ignore"):
        spread = np.divide(
            -1.0, fits.curvature, out=np.full(len(gap), np.nan), where=fits.curvature < 0.0
        )
    scale = np.where(spread > 0.0, np.sqrt(spread), np.maximum(fits.rationality, 1e-3))
    points, scales = fits.rationality[:, None], scale[:, None]
    hessians, covariances = fits.curvature[:, None, None], spread[:, None, None]
    columns = zip(estimates, fits.height.tolist(), gap.tolist(), holds.tolist(), strict=True)
    for number, (estimate, value, missed, proved) in enumerate(columns):
        yield Maximum(
            point=points[number],
            value=value,
            gap=missed,
            holds=proved,
            hessian=hessians[number],
            covariance=covariances[number],
            statuses=(estimate.status,),
            notes=(estimate.note,),
            endless={0: 1.0} if estimate.status == "infinite" else {},
            scale=scales[number],
            starts=1,
            reached=1,
        )


def _estimates(choices: Choices, fits: Fits, errors: Array, request: Request) -> list[Estimate]:
    """Lay the numbers out, one per group, with their statuses and notes."""
    at, flat, infinite = fits.rationality, fits.flat, fits.infinite & ~fits.flat
    unsettled = ~(_confirmed(fits) | flat)
    ok = ~(flat | infinite | unsettled | (at == 0.0))
    status = np.full(len(at), "at_bound", dtype=object)
    status[ok], status[infinite], status[flat | unsettled] = "ok", "infinite", "not_identified"
    low, high = np.where(flat, 0.0, fits.low), np.where(flat, np.inf, fits.high)
    low, high = (np.where(unsettled, np.nan, end) for end in (low, high))
    errors = np.where(flat | unsettled, np.nan, errors)
    if request.cluster:  # a profile likelihood knows of no clusters
        with np.errstate(over="ignore"):
            down, up = at - WIDE * errors, at + WIDE * errors
        low, high = np.where(ok, np.maximum(0.0, down), low), np.where(ok, up, high)
    lost, alone = ok & (fits.curvature == 0.0), ~(ok | flat | unsettled) & bool(request.cluster)
    notes = [""] * len(at)
    told = flat | infinite | lost | unsettled | alone | np.isfinite(fits.off_height)
    for number in np.flatnonzero(told).tolist():
        notes[number] = _note(
            fits, number, missed=bool(unsettled[number]), lost=bool(lost[number]),
            alone=bool(alone[number]),
        )  # fmt: skip
    for number in np.flatnonzero(choices.observed() == 0.0).tolist():
        notes[number] = "is not identified: no choice is counted"
    names = [name or request.group for name in choices.groups]
    columns = (np.where(infinite, np.inf, at), errors, low, high, status)
    rows = zip(*(column.tolist() for column in columns), names, notes, strict=True)
    return [Estimate(RATIONALITY, *row) for row in rows]


def _note(fits: Fits, number: int, *, missed: bool, lost: bool, alone: bool) -> str:
    """Say what is at a bound, and how much better equilibria off the principal branch would fit."""
    if fits.flat[number]:
        return "is not identified: play is the same at every rationality"
    told = []
    if fits.slope[number] == np.inf:
        told.append(
            "is only the most likely of the values scanned: its maximum is not confirmed, as "
            "branches cross or nearly cross there"
        )
    elif missed:
        told.append("is only the best that was found: its maximum is not confirmed")
    if lost:
        told.append(
            "has no standard error: the likelihood's curvature is below the smallest double; "
            "give payoffs in other units"
        )
    if fits.infinite[number]:
        told.append(
            "has no finite maximum: choices are ever more likely towards perfect rationality"
        )
    if np.isfinite(fits.off_height[number]):
        told.append(
            f"is on the principal branch, although an equilibrium off it would fit better: by "
            f"{fits.off_height[number] - fits.height[number]:.4g} in log likelihood at rationality "
            f"{fits.off_rate[number]:.4g}"
        )
    if alone:
        told.append(INDEPENDENT)
    return "; it ".join(told)
