"""Logit equilibria from observed choices: rationality, and parameters of the payoffs if asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.at_one import LogitPlay
from strategic.errors import MethodError, nearest
from strategic.estimation._choices import Choices, counted, read_choices
from strategic.estimation._games_apart import games_apart
from strategic.estimation._logit_likelihood import PER, RATIONALITY, LogitLikelihood
from strategic.estimation._rationality import fit_groups
from strategic.estimation._rationality_parts import errors_of, families_of, logs_of, parts_of
from strategic.estimation._told_apart import identified
from strategic.estimation._ways import Request
from strategic.estimation.maximum import maximise
from strategic.estimation.observations import read_observations
from strategic.estimation.parts import Part
from strategic.estimation.payoffs_by_row import PayoffsByRow
from strategic.estimation.uncertainty import bootstrap, part_of, redrawn

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
    likelihood); with clusters they are 1.96 robust standard errors away. With ``per="game"`` games
    are fitted alone, as groups are, where they have no other number in common.

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
    if per == "game" and not free and not request.formulas and any(choices.names):
        return games_apart(request, choices)
    families, units = families_of(choices)
    fits = fit_groups(families, units)
    if free or request.formulas or per == "player":
        return _climbed(request, choices, (fits.rationality, units), free, per)
    logs = logs_of(choices, fits)
    errors = errors_of(choices, fits, logs, clustered=bool(request.cluster))
    parts = parts_of(choices, fits, logs[0], errors, request)
    redrawn_ones = (_redrawn(part, request) for part in parts)
    return dict(zip(choices.groups, redrawn_ones, strict=True))


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
