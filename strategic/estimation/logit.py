"""Logit equilibria from observed choices: rationality, and parameters of the payoffs if asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import solve
from strategic.equilibria.quantal.curves import curves_of
from strategic.errors import MethodError
from strategic.estimation._branch_scan import Family
from strategic.estimation._choices import Choices, Predicted, read_choices
from strategic.estimation._logit_counts import counted
from strategic.estimation._rationality import Fits, fit_groups
from strategic.estimation._ways import Request
from strategic.estimation.parts import Estimate, Part

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

RATIONALITY = "rationality"


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
    refined. Low and high bound where the likelihood falls by half the 95% quantile of chi-square
    (profile likelihood).

    References
    ----------
    McKelvey, R. and Palfrey, T. (1995). Quantal response equilibria for normal form games. Games
    and Economic Behavior 10. White, H. (1982). Maximum likelihood estimation of misspecified
    models. Econometrica 50.
    """
    if request.free:
        raise MethodError("payoffs cannot be estimated yet", where="free", value=request.free)
    choices = read_choices(request.models, request.table, by, request.cluster)
    families, units = families_of(choices)
    fits = fit_groups(families, units)
    logs = _flat(choices, fits)
    errors = _errors(choices, fits, logs, clustered=bool(request.cluster))
    return _parts(choices, fits, logs[0], errors, request.group)


def families_of(choices: Choices) -> tuple[list[Family], Array]:
    """Put games of one shape together; also one over the largest payoff range of every group."""
    families, totals, width = [], choices.totals, np.zeros(len(choices.groups))
    for shape, which in choices.shapes().items():
        games = [choices.games[place].payoffs for place in which.tolist()]
        tables = [
            np.stack([game[i] for game in games], axis=-1).astype(float) for i in range(len(shape))
        ]
        ranges = [np.ptp(table.reshape(-1, len(games)), axis=0) for table in tables]
        np.maximum.at(width, choices.group[which], np.max(ranges, axis=0))
        counts = np.split(totals[choices.cells(which)], np.cumsum(shape)[:-1])
        family = Family(curves_of(tables), tuple(counts), choices.group[which], which)
        families += family.sorted_by_curves()
    return families, 1.0 / np.where(width > 0.0, width, 1.0)


def _flat(choices: Choices, fits: Fits) -> Array:
    """Log probabilities of all cells, with two derivatives: (3, cells)."""
    flat = np.zeros((3, int(choices.offsets[-1])))
    for places, logs in fits.logs:
        flat[:, choices.cells(places)] = np.concatenate(logs, axis=1)
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


def _parts(choices: Choices, fits: Fits, logs: Array, errors: Array, group: str) -> dict[str, Part]:
    """Lay the results out, one part per group."""
    per_unit = choices.per_unit(logs)
    order = np.argsort(choices.owner, kind="stable")
    ends = np.searchsorted(choices.owner[order], np.arange(len(choices.groups) + 1))
    uniform, saturated, observed = choices.uniform(), choices.saturated(), choices.observed()
    chances, games = np.exp(logs), np.argsort(choices.group, kind="stable")
    firsts = np.searchsorted(choices.group[games], np.arange(len(choices.groups) + 1))
    parts = {}
    for number, name in enumerate(choices.groups):
        missing = int(fits.missing[number])
        infinite = bool(fits.infinite[number])
        parts[name] = Part(
            estimates=(_estimate(fits, number, float(errors[number]), name or group),),
            log_likelihood=float(fits.height[number]),
            uniform=float(uniform[number]),
            saturated=float(saturated[number]),
            per_cluster=per_unit[order[ends[number] : ends[number + 1]]],
            certificate={
                "kind": "highest point of a scan of the principal branch, refined"
                + (f"; the branch could not be followed at {missing} values" if missing else ""),
                "gap": 0.0 if infinite else _gap(fits, number),
                "holds": not missing,
            },
            observations=round(float(observed[number])),
            predicted=Predicted(choices, chances, games[firsts[number] : firsts[number + 1]]),
            free=1,
        )
    return parts


def _gap(fits: Fits, number: int) -> float:
    """How far the maximum may be missed: slope squared over curvature."""
    slope, curvature = float(fits.slope[number]), float(fits.curvature[number])
    return slope**2 / (2.0 * abs(curvature)) if curvature < 0.0 else 0.0


def _estimate(fits: Fits, number: int, error: float, group: str) -> Estimate:
    at, low, high = (float(part[number]) for part in (fits.rationality, fits.low, fits.high))
    infinite = bool(fits.infinite[number])
    status = "infinite" if infinite else "at_bound" if at == 0.0 else "ok"
    told = _note(fits, number)
    if fits.flat[number]:
        status, low, high = "not_identified", 0.0, np.inf
        error, told = np.nan, "is not identified: play is the same at every rationality"
    shown = np.inf if infinite and not fits.flat[number] else at
    return Estimate(RATIONALITY, shown, error, low, high, status, group, told)


def _note(fits: Fits, number: int) -> str:
    """Say what is at a bound, and how much better equilibria off the principal branch would fit."""
    told = ""
    if fits.infinite[number]:
        told = "has no finite maximum: the choices are those of perfect rationality"
    if np.isfinite(fits.off_height[number]):
        better = (
            f"is on the principal branch, although an equilibrium off it would fit better: by "
            f"{fits.off_height[number] - fits.height[number]:.4g} in log likelihood at rationality "
            f"{fits.off_rate[number]:.4g}"
        )
        told = f"{told}; it {better}" if told else better
    return told


def draw_counts(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw counts of choices from the logit equilibrium of a rationality."""
    game = plan.model.game()
    found = solve(game, method="logit", rationality=plan.take(RATIONALITY), workers=1)
    return counted(game, list(found.strategies), plan.size, rng)
