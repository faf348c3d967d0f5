"""Logit equilibria from observed choices: rationality, and parameters of the payoffs if asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.at_one import LogitPlay
from strategic.equilibria.quantal.curves import curves_of
from strategic.errors import MethodError, nearest
from strategic.estimation._branch_scan import Family
from strategic.estimation._choices import Choices, counted, frequencies, read_choices
from strategic.estimation._fits import Fits
from strategic.estimation._logit_likelihood import PER, RATIONALITY, LogitLikelihood
from strategic.estimation._rationality import fit_groups
from strategic.estimation._told_apart import identified
from strategic.estimation._ways import Request
from strategic.estimation.maximum import GAP, Maximum, maximise
from strategic.estimation.observations import read_observations
from strategic.estimation.parts import Estimate, Part, Predicted
from strategic.estimation.payoffs_by_row import PayoffsByRow
from strategic.estimation.uncertainty import WIDE, bootstrap, part_of, redrawn

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

_TRIES = 5
"""Further starts of the payoffs' parameters, for each of three starts of rationality."""


def logit_part(request: Request) -> Part:
    """Estimate what was asked of one group of counts."""
    (part,) = logit_parts(request, None).values()
    return part


def logit_parts(request: Request, by: str | None) -> dict[str, Part]:
    """Estimate one rationality for every group of a table, all groups at once.

    Parameters
    ----------
    request : Request
    by : str, optional
        Column that divides the data.

    Notes
    -----
    ``sum n log p(rationality)`` is looked at along the branch of every game, and its highest value
    refined; of several as high, to a billionth of themselves, the one at the lowest rationality.
    Low and high bound where the likelihood falls by half the 95% quantile of chi-square (profile
    likelihood); with clusters they are 1.96 robust standard errors away.

    References
    ----------
    McKelvey, R. D. and Palfrey, T. R. (1995). Quantal response equilibria for normal form games.
    Games and Economic Behavior 10, 6-38.
    White, H. (1982). Maximum likelihood estimation of misspecified models. Econometrica 50, 1-25.
    """
    per = str(request.options.get("per", "")) or _per(request)
    if per and per not in PER:
        raise MethodError(f"must be one of {', '.join(PER)}", where="per", value=per)
    free = tuple(name for name in request.free if name.partition(".")[0] != RATIONALITY)
    choices = read_choices(
        request.models, request.table, by, request.cluster, _covariates(request, by, free)
    )
    families, units = families_of(choices)
    fits = fit_groups(families, units)
    if free or request.formulas or per:
        return _climbed(request, choices, (fits.rationality, units), free, per)
    logs = _flat(choices, fits)
    errors = _errors(choices, fits, logs, clustered=bool(request.cluster))
    parts = _parts(choices, fits, logs[0], errors, request)
    return {name: _redrawn(part, request) for name, part in parts.items()}


def _redrawn(part: Part, request: Request) -> Part:
    """Take the error of a maximum from samples of units, where these are asked for."""
    (one,), likelihood, maximum = part.estimates, part.likelihood, part.maximum
    if not request.bootstrap or likelihood is None or maximum is None or likelihood.units < 2:
        return part
    if one.status not in ("ok", "at_bound"):
        return part
    drawn = bootstrap(likelihood, maximum, request.bootstrap, request.seed, request.executor)
    one = redrawn(one, drawn[:, 0])
    return replace(part, estimates=(one,), covariance=np.array([[one.error * one.error]]))


def _per(request: Request) -> str:
    """Read off whose rationality is free where one is named, such as ``rationality.row``."""
    parts = (name.partition(".") for name in request.free)
    kinds = {kind for name, _, kind in parts if name == RATIONALITY and kind}
    return "" if not kinds else "game" if kinds <= request.models.keys() else "player"


def _covariates(request: Request, by: str | None, free: Sequence[str]) -> list[str]:
    """List the columns that change payoffs: parameters, and all others where there are formulas."""
    others = [
        name for name in request.table.columns
        if name not in {"game", "player", "action", "count", *free}
    ]  # fmt: skip
    families = [model.family for model in request.models.values()] if others else []
    known = {name for family in families for name in family.parameters}
    units = (by, request.cluster)  # columns that are parameters set them even where they divide
    return [name for name in others if name in known or (request.formulas and name not in units)]


def _climbed(
    request: Request, choices: Choices, usual: tuple[Array, Array], free: Sequence[str], per: str
) -> dict[str, Part]:
    """Estimate several numbers of every group by climbing from many starts."""
    payoffs, instances = [], []
    for name, model in request.models.items():
        mine = np.array([own == name for own in choices.names])
        own_free = [one for one in free if one in model.family.parameters]
        formulas = {k: v for k, v in request.formulas.items() if k in model.family.parameters}
        if mine.any() and (own_free or formulas):
            rows = request.table.some(choices.first[mine])
            taken = {"game", "player", "action", "count"}
            payoffs.append(PayoffsByRow.of(model, rows, own_free, formulas, taken=taken))
            instances.append(np.flatnonzero(mine))
    _known(request, free)
    parts = {}
    for number, name in enumerate(choices.groups):
        likelihood = LogitLikelihood(
            choices, number, payoffs, instances, per, clustered=bool(request.cluster)
        )
        starts = _starts(likelihood, *(float(one[number]) for one in usual))
        maximum = maximise(likelihood, starts)
        if maximum is None:
            raise MethodError("no start gives the choices a likelihood", where="free", value=free)
        maximum = identified(likelihood, maximum)
        part = part_of(
            likelihood, maximum, observations=likelihood.observed,
            group=name or request.group, clustered=bool(request.cluster),
            samples=request.bootstrap or 0, seed=request.seed, executor=request.executor,
            notes=likelihood.missing,
        )  # fmt: skip
        parts[name] = replace(part, repeats=likelihood.repeats)
    return parts


def _known(request: Request, free: Sequence[str]) -> None:
    """Raise an error where a number is no parameter of any game."""
    known = {name for model in request.models.values() for name in model.family.parameters}
    for name in (*free, *request.formulas):
        if name not in known:
            remedy = nearest(name, known) or f"one of {', '.join(sorted(known)) or 'none'}"
            raise MethodError("no such parameter", where="free", value=name, remedy=remedy)


def _starts(likelihood: LogitLikelihood, best: float, unit: float) -> Array:
    """Start from the rationality of the payoffs as they are, and from some other numbers."""
    rates = len(likelihood.names) - len(likelihood.starts)
    best = best if 0.0 < best < 100.0 * unit else unit
    rng = np.random.default_rng(0)
    own, (low, high) = likelihood.starts, likelihood.bounds[rates:].T
    size = np.where(own == 0.0, 1.0, np.abs(own))
    starts = []
    for times in (1.0, 0.25, 4.0):
        starts.append([*rates * [times * best], *own])
        for _ in range(_TRIES if len(own) else 0):
            moved = np.clip(own + size * rng.normal(size=len(own)), low, high)
            starts.append([*rates * [times * best], *moved])
    return np.array(starts)


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


def _flat(choices: Choices, fits: Fits) -> Array:
    """Log probabilities of all cells, and their slopes: (2, cells)."""
    flat = np.zeros((2, int(choices.offsets[-1])))
    for places, logs in fits.logs:
        flat[:, choices.cells(places)] = logs
    return flat


def _errors(choices: Choices, fits: Fits, logs: Array, *, clustered: bool) -> Array:
    """Take standard errors from the curvature, or the sandwich of the clusters' scores."""
    bread = np.where(fits.curvature < 0.0, -fits.curvature, np.nan)
    if not clustered:
        return np.asarray(1.0 / np.sqrt(bread))
    scores = choices.per_unit(logs[1])
    groups = len(choices.groups)
    units = np.bincount(choices.owner, minlength=groups)
    spread = np.bincount(choices.owner, scores**2, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(spread * units / (units - 1.0)) / bread)


def _parts(
    choices: Choices, fits: Fits, logs: Array, errors: Array, request: Request
) -> dict[str, Part]:
    """Lay the results out, one part per group."""
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
    holds = (fits.missing == 0) & (gap <= GAP * (1.0 + np.abs(fits.height)))
    with np.errstate(over="ignore"):
        covariance = (shown * shown)[:, None, None]
    columns = zip(
        choices.groups, estimates, _maxima(fits, estimates, gap, holds), _slices(ends),
        _slices(games), observed.tolist(), choices.uniform().tolist(),
        choices.saturated().tolist(), fits.missing.tolist(), fits.flat.tolist(), strict=True,
    )  # fmt: skip
    parts = {}
    for number, row in enumerate(columns):
        name, estimate, maximum, units, own, count, uniform, saturated, missing, flat = row
        parts[name] = Part(
            estimates=(estimate,),
            log_likelihood=maximum.value,
            uniform=uniform,
            saturated=saturated,
            per_cluster=per_unit[units],
            certificate={
                "kind": "the branch from uniform play, refined where the likelihood is highest"
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
    return parts


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
    unsettled = fits.unsettled()
    ok = ~(flat | infinite | unsettled | (at == 0.0))
    status = np.full(len(at), "at_bound", dtype=object)
    status[ok], status[infinite], status[flat | unsettled] = "ok", "infinite", "not_identified"
    low, high = np.where(flat, 0.0, fits.low), np.where(flat, np.inf, fits.high)
    errors = np.where(flat, np.nan, errors)
    if request.cluster:  # a profile likelihood knows of no clusters
        with np.errstate(over="ignore"):
            down, up = at - WIDE * errors, at + WIDE * errors
        low, high = np.where(ok, np.fmax(0.0, down), low), np.where(ok, up, high)
    lost = ok & (fits.curvature == 0.0)
    notes = [""] * len(at)
    told = flat | infinite | lost | unsettled | np.isfinite(fits.off_height)
    for number in np.flatnonzero(told).tolist():
        notes[number] = _note(fits, number, lost=bool(lost[number]))
    names = [name or request.group for name in choices.groups]
    columns = (np.where(infinite, np.inf, at), errors, low, high, status)
    rows = zip(*(column.tolist() for column in columns), names, notes, strict=True)
    return [Estimate(RATIONALITY, *row) for row in rows]


def _note(fits: Fits, number: int, *, lost: bool) -> str:
    """Say what is at a bound, and how much better equilibria off the principal branch would fit."""
    if fits.flat[number]:
        return "is not identified: play is the same at every rationality"
    told = []
    if fits.slope[number] == np.inf:
        told.append(
            "is only the most likely of the values scanned: its maximum is not confirmed, as "
            "branches cross or nearly cross there"
        )
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
    return "; it ".join(told)


def draw_counts(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw counts of choices from logit equilibria, one table of them per row of covariates."""
    names = plan.model.family.parameters
    free = [name for name in plan.truth if name in names]
    formulas = dict(plan.options.get("formulas") or {})
    plan.only(RATIONALITY, *names)
    given = plan.options.get("covariates") or {"row": [1]}
    table = read_observations(given)
    own = {name: table.numbers(name) for name in table.columns if name in names}
    if free or formulas:
        payoffs = PayoffsByRow.of(plan.model, table, free, formulas)
        point = np.array([[plan.take(name) for name in payoffs.names]])
        game, tables = plan.model.game(), [side[0] for side in payoffs.at(point)]
    else:
        game = plan.model.change(own).game()
        tables = [np.broadcast_to(side, (table.rows, *game.shape)) for side in game.payoffs]
    rates = [
        plan.take(name if name in plan.truth else RATIONALITY)
        for name in (f"{RATIONALITY}.{player}" for player in game.players)
    ]
    scaled = [rate * np.moveaxis(side, 0, -1) for rate, side in zip(rates, tables, strict=True)]
    play = LogitPlay.of(scaled)
    drawn: dict[str, list[Any]] = {}
    for row in range(table.rows):
        one = counted(game, [side[:, row] for side in play.mixtures], plan.size, rng)
        if plan.options.get("covariates"):
            one |= {
                name: [column[row]] * len(one["count"]) for name, column in table.columns.items()
            }
        for name, column in one.items():
            drawn.setdefault(name, []).extend(column)
    return drawn
