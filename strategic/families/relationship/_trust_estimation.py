"""Trust from observed histories: what the trust engine's beliefs must have been.

On a given path the engine's log-odds are linear in its steps, so that choices with logistic noise
are a logit regression: concave, with one maximum or, where choices are separated, none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, MethodError, nearest
from strategic.estimation import Observations, Request
from strategic.estimation.logit_regression import Regression, fit_regression, separated_bounds
from strategic.estimation.parts import Estimate, Part
from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._sides import SIDES
from strategic.families.relationship._trust import play
from strategic.modelling import Model, Timeline

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

BELIEFS = ("trust.government", "trust.organisation")
STEPS = ("trust.ignored", "trust.reporting", "trust.reporting_outside")
NOISE = "trust.noise"
RISK = "relation.incident_risk"
_FREE = (*BELIEFS, NOISE)
"""Estimated where nothing else is asked."""
_ACTIONS = ("C", "D")
_WIDE = 1.959963984540054
"""Standard errors on either side of a 95% interval."""


@dataclass(frozen=True, eq=False)
class Paths:
    """Observed histories of several relationships, padded: ``(periods, relationships)``.

    Parameters
    ----------
    names : tuple of str
    cooperates : array of bool (2, periods, relationships)
        Government first.
    incidents : array of bool (periods, relationships)
    observed : array of bool (periods, relationships)
        Where a relationship has a row.
    """

    names: tuple[str, ...]
    cooperates: Array
    incidents: Array
    observed: Array


def read_paths(table: Observations) -> Paths:
    """Read the layout ``relationship, period, government, organisation[, incident]``.

    Raises
    ------
    FileError
        When a relationship lacks a period, or an entry cannot be read.
    """
    table.need("relationship", "period", *SIDES)
    which, names = table.codes("relationship")
    order = _in_order(table, which)
    place = np.empty(table.rows, dtype=np.int64)
    counts = np.bincount(which, minlength=len(names))
    place[order] = np.concatenate([np.arange(count) for count in counts])
    shape = (int(counts.max()), len(names))
    cooperates = np.zeros((2, *shape), dtype=bool)
    for side, name in enumerate(SIDES):
        cooperates[side][place, which] = table.codes(name, _ACTIONS)[0] == 0
    incidents, observed = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    observed[place, which] = True
    if "incident" in table.columns:
        struck = table.numbers("incident", lowest=0.0)
        if not np.isin(struck, (0.0, 1.0)).all():
            row = int(np.flatnonzero(~np.isin(struck, (0.0, 1.0)))[0])
            where = table.place("incident", row)
            raise FileError("must be 0 or 1", where=where, value=struck[row])
        incidents[place, which] = struck == 1.0
    return Paths(tuple(names), cooperates, incidents, observed)


def _in_order(table: Observations, which: Array) -> Array:
    """Sort rows by relationship and period, quarters or numbers, and miss none."""
    texts = table.text("period").tolist()
    quarters = [text for text in texts if "Q" in text]
    if len(quarters) == len(texts):
        periods = np.array([4 * int(t[:4]) + int(t[-1]) for t in texts], dtype=float)
    else:
        periods = table.numbers("period")
    order = np.lexsort((periods, which))
    steps = np.diff(periods[order])[np.diff(which[order]) == 0]
    if len(steps) and not (steps == steps[0]).all():
        gap = np.flatnonzero((np.diff(periods[order]) != steps[0]) & (np.diff(which[order]) == 0))[
            0
        ]
        rule = "must have every period of a relationship once"
        raise FileError(rule, where=table.source, value=texts[order[gap + 1]])
    return order


def balances(model: Model, paths: Paths) -> Array:
    """Compute log-odds less threshold of both sides along observed histories: ``(2, T, N)``.

    Examples
    --------
    >>> from strategic.estimation import read_observations
    >>> from strategic.families.relationship import relationship
    >>> seen = read_observations(
    ...     {"relationship": [1, 1], "period": [0, 1], "government": "CC", "organisation": "CC"}
    ... )
    >>> model = relationship({"relation.alignment": 0.9, "relation.payment": 0.08})
    >>> balances(model, read_paths(seen)).shape
    (2, 2, 1)
    """
    periods, count = paths.observed.shape
    timeline = model.path or Timeline("2000Q1", periods)
    if timeline.periods < periods:
        rule = f"must have no more periods than the model's path, {timeline.periods}"
        raise MethodError(rule, where="period", value=periods)
    padding = ((0, timeline.periods - periods), (0, 0))
    choices = np.pad(paths.cooperates, ((0, 0), *padding))
    struck = np.pad(paths.incidents, padding)

    def observed(period: int, _beliefs: Array, _thresholds: Array) -> Array:
        return np.asarray(choices[:, period])

    path = play(model.points, timeline, choose=observed, incidents=struck, shape=(count,))
    return np.asarray((path.log_odds - path.thresholds)[:, :periods])


@dataclass(frozen=True, eq=False)
class Design:
    """The regression behind a request.

    Parameters
    ----------
    names : tuple of str
        Free steps and beliefs, in the order of the columns.
    columns : array (rows, names)
        What one unit of each adds to log-odds less threshold.
    rest : array (rows,)
        Log-odds less threshold with all free numbers at 0.
    chosen : array of bool (rows,)
        Whether the side cooperated.
    cluster, side : arrays of int (rows,)
        Which relationship, and which side.
    """

    names: tuple[str, ...]
    columns: Array
    rest: Array
    chosen: Array
    cluster: Array
    side: Array


def design(model: Model, paths: Paths, free: Sequence[str]) -> Design:
    """Take the engine's log-odds apart: it is linear in beliefs (as log-odds) and in steps."""
    zero = {name: 0.5 if name in BELIEFS else 0.0 for name in free}
    bare = model.change(zero)
    rest = balances(bare, paths)
    columns = []
    for name in free:
        one = float(logistic(np.array(1.0))) if name in BELIEFS else 1.0
        columns.append(balances(bare.change({name: one}), paths) - rest)
    kept = np.broadcast_to(paths.observed, rest.shape)
    side, _, cluster = (np.asarray(places) for places in np.indices(rest.shape))
    return Design(
        tuple(free),
        np.reshape([column[kept] for column in columns], (len(free), int(kept.sum()))).T,
        rest[kept],
        paths.cooperates[kept],
        cluster[kept],
        side[kept],
    )


def trust_part(request: Request) -> Part:
    """Estimate beliefs, steps and noise of the trust engine from observed histories.

    Raises
    ------
    MethodError
        When a parameter cannot be estimated from choices along a path.
    """
    free = request.free or _FREE
    for name in free:
        if name not in (*BELIEFS, *STEPS, NOISE, RISK):
            known = (*BELIEFS, *STEPS, NOISE, RISK)
            remedy = nearest(name, known) or f"one of {', '.join(known)}"
            rule = "cannot be estimated from choices along a path"
            raise MethodError(rule, where="free", value=name, remedy=remedy)
    model, paths = request.model, read_paths(request.table)
    extra = []
    if RISK in free:
        risk = _incident_risk(paths, request.group)
        extra.append(risk)
        model = model.change({RISK: min(max(risk.estimate, 0.0), 1 - 1e-12)})
    made = design(model, paths, [name for name in free if name not in (NOISE, RISK)])
    noise = None if NOISE in free else float(model.points[NOISE])
    if not np.isfinite(made.rest).all() or not np.isfinite(made.columns).all():
        rule = "has an infinite threshold somewhere on the path: a side never cooperates"
        raise MethodError(rule, where="model", remedy="see 'strategic report'")
    return _part(made, noise, paths, request, extra)


def _part(
    made: Design, noise: float | None, paths: Paths, request: Request, extra: list[Estimate]
) -> Part:
    signs = np.where(made.chosen, 1.0, -1.0)
    if noise == 0.0:
        return _intervals(made, paths, request, extra, "noise is 0: choices follow thresholds")
    scaled = noise is None
    columns = np.column_stack([made.columns, made.rest]) if scaled else made.columns / noise
    offset = np.zeros(len(signs)) if scaled else made.rest / noise
    names = (*made.names, NOISE) if scaled else made.names
    found = fit_regression(columns, offset, made.chosen, made.cluster)
    if found.separated:
        told = "no finite maximum: beliefs without noise explain every choice"
        return _intervals(made, paths, request, extra, told)
    estimates = _numbers(names, found, scaled=scaled, group=request.group)
    return _finished(made, (*extra, *estimates), found.per_row, gap=found.gap, paths=paths)


def _numbers(
    names: Sequence[str], found: Regression, *, scaled: bool, group: str
) -> tuple[Estimate, ...]:
    """Turn coefficients into beliefs, steps and noise, errors by the delta method."""
    b, estimates = found.coefficients, []
    known = not scaled or b[-1] > 0.0
    for k, name in enumerate(names):
        status, note = _standing(k, names, found, known=known)
        slope, value = np.zeros(len(b)), float("nan")
        if k in found.endless:
            value = found.endless[k] * np.inf
        elif known:
            unit = b[-1] if scaled else 1.0
            value, slope[k] = b[k] / unit, 1.0 / unit
            if scaled:
                slope[-1] = -b[k] / unit**2
            if name == NOISE:
                value, slope[k] = 1.0 / unit, -1.0 / unit**2
        error = float(np.sqrt(slope @ found.covariance @ slope)) if status == "ok" else float("nan")
        low, high = value - _WIDE * error, value + _WIDE * error
        if name in BELIEFS:
            value, low, high = (float(logistic(np.array(end))) for end in (value, low, high))
            error *= value * (1 - value)
        estimates.append(Estimate(name, float(value), error, low, high, status, group, note))
    return tuple(estimates)


def _standing(k: int, names: Sequence[str], found: Regression, *, known: bool) -> tuple[str, str]:
    """Say whether a number is identified, and the direction in which it is not."""
    if k in found.endless:
        return "infinite", "has no finite value: all it moves are choices that it explains"
    if k in found.loose:
        together = ", ".join(names[j] for j in found.loose)
        return "not_identified", f"{found.loose[k]} ({together})"
    if not known:
        return "not_identified", "has no scale: choices do not follow the steps, the noise is all"
    return "ok", ""


def _intervals(
    made: Design, paths: Paths, request: Request, extra: list[Estimate], told: str
) -> Part:
    """Bound every number by a linear programme: all values under which each choice is best."""
    bounds = separated_bounds(made.columns, made.rest, made.chosen)
    if bounds is None:
        rule = "no beliefs explain every choice without noise"
        raise MethodError(rule, where=NOISE, remedy=f"--free {NOISE}, or set it above 0")
    estimates = []
    for name, least, most in zip(made.names, *bounds, strict=True):
        low, high = least, most
        if name in BELIEFS:
            low, high = (float(logistic(np.array(end))) for end in (least, most))
        middle = 0.5 * (low + high) if np.isfinite(low + high) else float("nan")
        note = f"lies in [{low:.6f}, {high:.6f}): {told}"
        estimates.append(
            Estimate(name, middle, float("nan"), low, high, "interval", request.group, note)
        )
    per_row = np.zeros(len(made.chosen))
    return _finished(made, (*extra, *estimates), per_row, gap=0.0, paths=paths)


def _finished(
    made: Design, estimates: tuple[Estimate, ...], per_row: Array, *, gap: float, paths: Paths
) -> Part:
    # Whatever the free numbers, choices at one state of the engine have one probability.
    states = np.column_stack([made.side, made.columns, made.rest]).round(9)
    _, cells = np.unique(states, axis=0, return_inverse=True)
    count = np.bincount(cells.ravel()).astype(float)
    yes = np.bincount(cells.ravel(), weights=made.chosen)
    saturated = 0.0
    for part in (yes, count - yes):
        there = part > 0
        saturated += float((part[there] * np.log(part[there] / count[there])).sum())
    return Part(
        estimates=estimates,
        log_likelihood=float(per_row.sum()),
        uniform=float(-len(per_row) * np.log(2.0)),
        saturated=saturated,
        per_cluster=np.bincount(made.cluster, weights=per_row, minlength=len(paths.names)),
        certificate={
            "kind": "the likelihood is concave, and its slope is 0",
            "gap": gap,
            "holds": gap <= 1e-9,
        },
        observations=len(per_row),
        free=len(estimates),
    )


def _incident_risk(paths: Paths, group: str) -> Estimate:
    """Share of periods of cooperation with an incident, with the exact interval of a binomial."""
    from scipy.stats import beta

    together = paths.cooperates.all(axis=0) & paths.observed
    trials, struck = int(together.sum()), int((together & paths.incidents).sum())
    if not trials:
        note = "was never put to the test: the sides never cooperated"
        return Estimate(RISK, np.nan, np.nan, 0.0, 1.0, "not_identified", group, note)
    share = struck / trials
    low = float(beta.ppf(0.025, struck, trials - struck + 1)) if struck else 0.0
    high = float(beta.ppf(0.975, struck + 1, trials - struck)) if struck < trials else 1.0
    error = float(np.sqrt(share * (1 - share) / trials))
    return Estimate(RISK, share, error, low, high, "ok" if struck else "at_bound", group)


def draw_paths(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw histories of relationships: logistic choices on the engine's beliefs, and incidents."""
    truth = {
        name: value for name, value in plan.truth.items() if name in plan.model.family.parameters
    }
    model = plan.model.change(truth)
    noise = float(model.points[NOISE])
    path = model.path or Timeline("2000Q1", int(plan.options.get("periods", 32)))
    shape = (path.periods, plan.size)
    struck = rng.random(shape) < float(model.points[RISK])
    uniform = rng.random((path.periods, 2, plan.size))

    def choose(period: int, beliefs: Array, thresholds: Array) -> Array:
        margin = beliefs - thresholds
        if noise == 0.0:
            return np.asarray(margin >= 0.0)
        return np.asarray(uniform[period] < logistic(margin / noise))

    played = play(model.points, path, choose=choose, incidents=struck, shape=(plan.size,))
    periods, which = np.indices(shape)
    words = np.array(["D", "C"])
    regimes = played.regimes.reshape(-1).astype(int)
    return {
        "relationship": which.reshape(-1).tolist(),
        "period": periods.reshape(-1).tolist(),
        "government": words[regimes // 2].tolist(),
        "organisation": words[regimes % 2].tolist(),
        "incident": played.incidents.reshape(-1).astype(int).tolist(),
    }
