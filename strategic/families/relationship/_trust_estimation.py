"""Trust from observed histories: what the trust engine's beliefs must have been.

On a given path the engine's log-odds are linear in its steps, so that choices with logistic noise
are a logit regression: concave, with one maximum or, where choices are separated, none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation import Estimate, Part, Request
from strategic.estimation.choice_bounds import separated_bounds
from strategic.estimation.logit_regression import Regression, independent
from strategic.estimation.maximum import Maximum
from strategic.estimation.parts import Predicted
from strategic.estimation.uncertainty import WIDE, quantiles
from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._trust_likelihood import NOISE, RISK, TrustLikelihood
from strategic.families.relationship._trust_observed import read_paths
from strategic.families.relationship._trust_regression import Design, Fitted, fit_within
from strategic.families.relationship._trust_scan import scanned_part
from strategic.families.relationship._trust_trace import (
    BELIEFS,
    SOURCES,
    Trace,
    never_decided,
    trace_of,
)

_FREE = (*BELIEFS, NOISE)
"""Estimated where nothing else is asked."""
_SIDES = {"both": (0, 1), "government": (0,), "organisation": (1,)}


def trust_part(request: Request) -> Part:
    """Estimate beliefs, steps and noise of the trust engine from observed histories.

    Raises
    ------
    MethodError
        When a parameter cannot be estimated from choices along a path, or the model does not fit.
    """
    model = request.model
    if model.mechanisms:
        rule = "estimates are those of a model without mechanisms, which may change them"
        raise MethodError(rule, where="mechanisms", value=", ".join(n for n, _ in model.mechanisms))
    paths = read_paths(request.table, model.path)
    trace = trace_of(model, paths)
    free = tuple(dict.fromkeys(request.free or _FREE))
    _check_free(free, trace)
    owners, _ = request.table.codes("relationship")
    unit_of = request.table.units(request.cluster, owners, "relationship")
    extra = []
    if RISK in free:
        risk = _incident_risk(trace, request.group)
        extra.append(risk)
        known = np.clip(np.nan_to_num(risk.estimate), 0.0, 1.0 - 1e-12)
        trace = Trace(model.change({RISK: float(known)}), paths, trace.timeline)
    likelihood = TrustLikelihood(trace, free, unit_of, _sides(request))
    if likelihood.other:
        part = scanned_part(likelihood, request, extra)
    else:
        columns, rest = (found[0] for found in likelihood.columns())
        if not np.isfinite(rest).all() or not np.isfinite(columns).all():
            raise never_decided()
        part = _linear_part(likelihood, request, extra, columns, rest)
    derived = [name for name in free if name not in model.family.parameters]
    if not derived:
        return part
    told = f"A model with these estimates keeps its own {' and '.join(derived)}"
    are = "which is no parameter" if len(derived) == 1 else "which are no parameters"
    return replace(part, notes=(*part.notes, f"{told}, {are}."))


def _check_free(free: Sequence[str], trace: Trace) -> None:
    known = trace.model.family.parameters
    named = (*known, *sorted(trace.steps - set(known)))
    for name in free:
        if name not in named:
            remedy = nearest(name, named) or f"such as {', '.join((*_FREE, *SOURCES))}"
            rule = "cannot be estimated from choices along a path"
            raise MethodError(rule, where="free", value=name, remedy=remedy)


def _sides(request: Request) -> tuple[int, ...]:
    chosen = str(request.options.get("sides") or "both")
    if chosen not in _SIDES:
        remedy = nearest(chosen, _SIDES) or f"one of {', '.join(_SIDES)}"
        raise MethodError("no such side", where="sides", value=chosen, remedy=remedy)
    return _SIDES[chosen]


def _linear_part(
    likelihood: TrustLikelihood, request: Request, extra: list[Estimate],
    columns: Array, rest: Array,
) -> Part:  # fmt: skip
    if NOISE not in likelihood.names and float(likelihood.trace.model.points[NOISE]) == 0.0:
        told = "noise is 0: choices follow thresholds"
        return _intervals(likelihood, request, extra, (columns, rest), told)
    fit = fit_within(likelihood, columns, rest)
    made, found = fit.design, fit.found
    if found.separated:
        told = "no finite maximum: beliefs without noise explain every choice"
        return _intervals(likelihood, request, extra, (columns, rest), told)
    slopes = made.slopes(found)
    covariance = slopes @ found.covariance @ slopes.T
    samples = request.bootstrap or 0
    drawn = None
    if samples and likelihood.units > 1 and not found.endless and not found.loose:
        drawn = made.resampled(
            found, likelihood.units, samples=samples, seed=request.seed, executor=request.executor
        )
    estimates = (
        *extra,
        *_estimates(made, found, covariance, drawn, request.group),
        *_at_bounds(fit, request.group),
    )
    by_name = {one.name: one for one in estimates}
    estimates = tuple(by_name[name] for name in likelihood.names)
    value = float(found.per_row.sum()) + likelihood.of_incidents
    naive = _ordered(likelihood, made, extra, slopes @ found.inverse @ slopes.T)
    maximum = _maximum(estimates, value, found.gap, naive)
    per_unit = _of_units(likelihood, found.per_row, extra)
    return Part(
        estimates, value, likelihood.uniform, likelihood.saturated, per_unit,
        {"kind": "the likelihood is concave, and its slope is 0"
         + (f", {RISK} being the share observed" if extra else ""),
         "gap": found.gap, "holds": fit.settled and found.gap <= 1e-9, "scope": "global"},
        len(rest), Predicted(partial(likelihood.predicted, maximum.point)) if maximum else (),
        free=len(likelihood.names), loose=_untold(made, extra),
        likelihood=likelihood if maximum else None, maximum=maximum,
        covariance=_ordered(likelihood, made, extra, covariance),
    )  # fmt: skip


def _untold(made: Design, extra: Sequence[Estimate]) -> int:
    """Count the directions in which numbers move no choice, and an incident risk not tried."""
    untried = sum(one.status == "not_identified" for one in extra)
    return int(len(made.names) - independent(made.columns) + untried)


def _at_bounds(fit: Fitted, group: str) -> list[Estimate]:
    """Numbers that the model's bounds hold, with the far end of their profile interval."""
    found = []
    for name, value in fit.fixed.items():
        ends = sorted((value, fit.reach(name)))
        found.append(Estimate(name, value, np.nan, ends[0], ends[1], "at_bound", group))
    return found


def _of_units(likelihood: TrustLikelihood, per_row: Array, extra: Sequence[Estimate]) -> Array:
    """Log likelihood of every unit, that of its incidents included where their risk is free."""
    found = np.bincount(likelihood.rows["unit"], weights=per_row, minlength=likelihood.units)
    for risk in extra:
        for count, chance in zip(
            likelihood.incidents, (risk.estimate, 1.0 - risk.estimate), strict=True
        ):
            found[count > 0] += count[count > 0] * np.log(chance)
    return found


def _estimates(
    made: Design, found: Regression, covariance: Array, drawn: Array | None, group: str
) -> tuple[Estimate, ...]:
    """Lay out numbers with errors: by curvature, by unit, or of the bootstrap.

    Intervals by unit are as wide as Student's t with one degree of freedom per unit but one.
    """
    from scipy.special import stdtrit

    units = int(np.count_nonzero(np.bincount(made.unit)))
    many = float(stdtrit(units - 1, 0.975)) if units > 1 else WIDE
    values, estimates = made.numbers(found.coefficients), []
    for k, name in enumerate(made.names):
        status, note = made.standing(k, found)
        value, error = float(values[k]), float(np.sqrt(covariance[k, k]))
        if status == "infinite":
            value = found.endless[k] * np.inf
            value = float(logistic(np.array(value))) if name in BELIEFS else value
        elif status == "not_identified":
            value = np.nan
        low, high = value - many * error, value + many * error
        if name in BELIEFS:  # in log-odds, so that it stays between 0 and 1
            own = value * (1.0 - value)
            odds = np.log(value) - np.log1p(-value) if 0.0 < value < 1.0 else np.nan
            wide = many * error / own if own > 0 else np.nan
            low, high = (float(logistic(np.array(odds + sign * wide))) for sign in (-1, 1))
        elif name == NOISE:
            low = max(low, 0.0)
        if drawn is not None:
            own_draws = drawn[np.isfinite(drawn[:, k]), k]
            error, low, high = quantiles(own_draws)
            lost = len(drawn) - len(own_draws)
            if lost:
                note = f"has no finite maximum in {lost} of {len(drawn)} bootstrap samples"
        estimates.append(Estimate(name, value, error, float(low), float(high), status, group, note))
    return tuple(estimates)


def _maximum(own: Sequence[Estimate], value: float, gap: float, naive: Array) -> Maximum | None:
    """Describe the maximum for profiles and posteriors; none where some number has no value."""
    if any(one.status not in ("ok", "at_bound") for one in own):
        return None
    point = np.array([one.estimate for one in own])
    # The slope is 0 there, so that curvature is a matter of the delta method.
    return Maximum(
        point, value, gap, gap <= 1e-9, -np.linalg.pinv(naive, hermitian=True), naive,
        tuple(one.status for one in own), tuple(one.note for one in own), {},
        np.sqrt(np.maximum(np.diagonal(naive), 1e-24)), 1, 1,
    )  # fmt: skip


def _ordered(
    likelihood: TrustLikelihood, made: Design, extra: Sequence[Estimate], covariance: Array
) -> Array:
    """Put a covariance into the order of the likelihood's names."""
    whole = np.zeros((len(likelihood.names), len(likelihood.names)))
    for one in extra:
        k = likelihood.names.index(one.name)
        whole[k, k] = one.error**2
    order = [likelihood.names.index(name) for name in made.names]
    whole[np.ix_(order, order)] = covariance
    return whole


def _intervals(
    likelihood: TrustLikelihood,
    request: Request,
    extra: list[Estimate],
    design: tuple[Array, Array],
    told: str,
) -> Part:
    """Bound every number by a linear programme: all values under which each choice is best."""
    columns, rest = design
    bounds = separated_bounds(columns, rest, likelihood.rows["chosen"])
    if bounds is None:
        rule = "no beliefs explain every choice without noise"
        raise MethodError(rule, where=NOISE, remedy=f"--free {NOISE}, or set it above 0")
    estimates = []
    for name, least, most in zip(likelihood.linear, *bounds, strict=True):
        low, high = least, most
        if name in BELIEFS:
            low, high = (float(logistic(np.array(end))) for end in (least, most))
        middle = 0.5 * (low + high) if np.isfinite(low + high) else float("nan")
        note = f"lies in [{low:.6f}, {high:.6f}): {told}"
        estimates.append(
            Estimate(name, middle, float("nan"), low, high, "interval", request.group, note)
        )
    return Part(
        (*extra, *estimates), likelihood.of_incidents, likelihood.uniform, likelihood.saturated,
        np.zeros(likelihood.units),
        {"kind": "every choice is explained, as a linear programme proves", "gap": 0.0,
         "holds": True, "scope": "global"},
        len(rest), free=len(extra) + len(estimates),
    )  # fmt: skip


def _incident_risk(trace: Trace, group: str) -> Estimate:
    """Share of periods of cooperation with an incident, with the exact interval of a binomial."""
    from scipy.stats import beta

    together = trace.paths.together
    trials, struck = int(together.sum()), int((together & trace.paths.incidents).sum())
    if not trials:
        note = "was never put to the test: the sides never cooperated"
        return Estimate(RISK, np.nan, np.nan, 0.0, 1.0, "not_identified", group, note)
    share = struck / trials
    low = float(beta.ppf(0.025, struck, trials - struck + 1)) if struck else 0.0
    high = float(beta.ppf(0.975, struck + 1, trials - struck)) if struck < trials else 1.0
    error = float(np.sqrt(share * (1 - share) / trials))
    inside = 0 < struck < trials
    note = "is the share of incidents in periods of cooperation; the others hold it fixed"
    return Estimate(RISK, share, error, low, high, "ok" if inside else "at_bound", group, note)
