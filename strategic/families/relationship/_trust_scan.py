"""Numbers in which log-odds are not linear: scanned, with a regression at every value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.estimation import Estimate, Part, Request
from strategic.estimation.logit_regression import fit_regression
from strategic.estimation.maximum import maximise
from strategic.estimation.uncertainty import part_of
from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._trust_likelihood import NOISE, RISK, TrustLikelihood
from strategic.families.relationship._trust_trace import BELIEFS, never_decided

_SCAN = 41
_CYCLES = 3
_REACH = 30.0
_STARTS = 3
_GAIN = 1e-6
_FLAT = 1e-6
"""Next to columns of length 1: derivatives of payoffs are differences."""
_PART = 1e-3
_TRADED = "log-odds stay the same along a curve through"


def scanned_part(likelihood: TrustLikelihood, request: Request, extra: list[Estimate]) -> Part:
    """Estimate where forgetting, the risk under hostility or payoffs are free too.

    Notes
    -----
    Given these, the rest is a logit regression with one maximum. Each is scanned over its range
    while the others stay, until no scan finds anything better; the best values and the other peaks
    of the scans are starts of a climb over everything.
    """
    points = likelihood.trace.model.points
    now = {name: np.array([float(points[name])]) for name in likelihood.other}
    best, starts = -np.inf, []
    for _ in range(_CYCLES):
        before = best
        for name in likelihood.other:
            values = _range(likelihood, name, float(now[name][0]))
            at = {key: np.full(len(values), value[0]) for key, value in now.items()}
            heights, rows = _heights(likelihood, {**at, name: values})
            peaks = _peaks(heights)
            starts += [rows[k] for k in peaks]
            top = int(peaks[0])
            if heights[top] > best:
                best, now[name] = float(heights[top]), values[top : top + 1]
        if best - before < _GAIN or len(likelihood.other) == 1:
            break
    return climbed_part(likelihood, request, extra, np.array(starts))


def _range(likelihood: TrustLikelihood, name: str, own: float) -> Array:
    """Values of one number: all over its range, or far around its own value."""
    low, high = likelihood.bounds[likelihood.names.index(name)]
    if np.isfinite(low) and np.isfinite(high):
        inner = low + (high - low) * (np.arange(_SCAN) + 0.5) / _SCAN
        return np.unique(np.append(inner, np.clip(own, low, high)))
    size = max(abs(own), 1e-2)
    wide = size * np.geomspace(1.0 / _REACH, _REACH, _SCAN)
    both = wide if np.isfinite(low) and low >= 0.0 else np.concatenate([-wide, wide])
    return np.unique(np.clip(np.append(both, own), low, high))


def _heights(likelihood: TrustLikelihood, values: dict[str, Array]) -> tuple[Array, Array]:
    """Find the best log likelihood at each value, and all numbers there."""
    columns, rest = likelihood.columns(values)
    scaled = NOISE in likelihood.names
    first, chosen, many = _cells(likelihood)
    noise = float(likelihood.trace.model.points[NOISE])
    if not scaled and noise == 0.0:
        remedy = f"--free {NOISE}, or set it above 0"
        raise MethodError("needs noise where numbers are not linear", where=NOISE, remedy=remedy)
    names = (*likelihood.linear, *((NOISE,) if scaled else ()))
    heights = np.full(len(rest), -np.inf)
    found = np.empty((len(rest), len(likelihood.names)))
    for k, (own, known) in enumerate(zip(columns[:, first], rest[:, first], strict=True)):
        if not (np.isfinite(own).all() and np.isfinite(known).all()):
            continue  # an infinite threshold: somebody never cooperates there
        fit = fit_regression(
            np.column_stack([own, known]) if scaled else own / noise,
            np.zeros(len(known)) if scaled else known / noise, chosen, np.zeros(len(known), int),
            many,
        )  # fmt: skip
        if fit.separated:
            told = ", ".join(f"{name} = {value[k]:.6g}" for name, value in values.items())
            rule = f"no finite maximum: at {told} beliefs without noise explain every choice"
            raise MethodError(rule, where="free", remedy="free fewer numbers")
        b = fit.coefficients
        unit = b[-1] if scaled and b[-1] > 0 else 1.0
        numbers = dict(zip(names, b / unit, strict=True))
        if scaled:
            numbers[NOISE] = 1.0 / unit
        numbers |= {name: value[k] for name, value in values.items()}
        heights[k] = fit.per_row.sum()
        found[k] = [_number(likelihood, name, numbers) for name in likelihood.names]
    if not np.isfinite(heights).any():
        raise never_decided()
    return heights, np.clip(found, *likelihood.bounds.T)


def _cells(likelihood: TrustLikelihood) -> tuple[Array, Array, Array]:
    """Rows that stand for all choices alike: the first of each kind, what was chosen, how many."""
    chosen = likelihood.rows["chosen"]
    kinds = 2 * likelihood.cells + chosen
    _, first, many = np.unique(kinds, return_index=True, return_counts=True)
    return first, chosen[first], many.astype(float)


def _number(likelihood: TrustLikelihood, name: str, numbers: dict[str, float]) -> float:
    if name == RISK:
        return float(likelihood.trace.model.points[RISK])
    return float(logistic(np.array(numbers[name]))) if name in BELIEFS else float(numbers[name])


def _peaks(heights: Array) -> Array:
    """Find the highest local maxima of a scan, the best first."""
    low = np.r_[-np.inf, heights, -np.inf]
    peaks = np.flatnonzero((heights >= low[:-2]) & (heights >= low[2:]) & np.isfinite(heights))
    return peaks[np.argsort(-heights[peaks], kind="stable")][:_STARTS]


def climbed_part(
    likelihood: TrustLikelihood, request: Request, extra: list[Estimate], starts: Array
) -> Part:
    """Climb over all numbers from some starts, within the model's bounds."""
    found = maximise(likelihood, starts)
    if found is None:
        raise MethodError("has no likelihood at the start", where="free")
    part = part_of(
        likelihood, found, observations=len(likelihood.rows["unit"]), group=request.group,
        clustered=likelihood.units > 1, samples=request.bootstrap or 0, seed=request.seed,
        executor=request.executor,
    )  # fmt: skip
    apart = {one.name: one for one in extra}  # the incident risk has its exact interval
    loose, flat = _ridge(likelihood, found.point, starts[0])
    estimates = [apart.get(one.name, one) for one in part.estimates]
    for k in np.flatnonzero(loose):
        note = f"cannot be told from others: {_TRADED} {_listed(likelihood, loose)}"
        estimates[k] = Estimate(
            likelihood.names[k], np.nan, np.nan, np.nan, np.nan, "not_identified",
            request.group, note,
        )  # fmt: skip
    return replace(part, estimates=tuple(estimates), loose=max(part.loose, flat))


def _listed(likelihood: TrustLikelihood, loose: Array) -> str:
    return ", ".join(name for name, one in zip(likelihood.names, loose, strict=True) if one)


def _ridge(likelihood: TrustLikelihood, *points: Array) -> tuple[Array, int]:
    """Find numbers that can move together without moving any log-odds, along a curve too.

    There is a curve where log-odds keep still to first order at one point and at another. Gives
    also how many such directions there are.
    """
    loose, fewest = np.ones(len(likelihood.names), dtype=bool), len(likelihood.names)
    for point in points:
        moved = likelihood.jacobian(point)
        width = np.linalg.norm(moved, axis=0)
        scaled = moved / np.where(width > 0, width, 1.0)
        _, sizes, directions = np.linalg.svd(np.linalg.qr(scaled, mode="r"))
        none = directions[(sizes < _FLAT) & (width > 0).any()]
        loose &= (np.abs(none) > _PART).any(axis=0) & (width > 0)
        fewest = min(fewest, len(none))
    return loose, fewest if loose.any() else 0
