"""Logit equilibria from observed choices: rationality, and parameters of the payoffs if asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import solve
from strategic.equilibria.quantal.other_branches import logit_equilibria_from
from strategic.errors import MethodError
from strategic.estimation._logit_counts import (
    Counts,
    bounds,
    by_cluster,
    counted,
    frequencies,
    log_likelihood,
    probabilities,
    read_counts,
)
from strategic.estimation._ways import Request
from strategic.estimation.parts import Estimate, Part

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

RATIONALITY = "rationality"
_SCAN = np.r_[0.0, np.geomspace(1e-3, 3e3, 193)]
"""Rationality, in units of one over the payoff range, at which the branch is looked at first."""
_NODES = 13
_ROUNDS = 8
_CLOSEST = 0.1
HALF = 1.920729410347062
"""Half of the 95% quantile of chi-square with one degree of freedom."""
_BETTER = 1e-6
_FLAT = 1e-12


@dataclass(frozen=True, eq=False)
class _Peak:
    """The maximum along one axis, its value, second derivative, and where the scan stood."""

    at: float
    value: float
    curvature: float
    infinite: bool


def estimate_rationality(
    names: Sequence[str], counts: Sequence[Counts], *, group: str, clustered: bool
) -> Part:
    """Estimate one rationality for several games, along their principal branches.

    Parameters
    ----------
    names, counts : sequences of str and of Counts
        The games.
    group : str
        Name of the group.
    clustered : bool
        Whether errors follow clusters; else they are those of multinomial counts.

    Notes
    -----
    ``sum n log p(rationality)`` is scanned over the branch of every game and its highest value
    refined on Chebyshev nodes. Low and high bound where the likelihood falls by half the 95%
    quantile of chi-square (profile likelihood).

    References
    ----------
    McKelvey, R. and Palfrey, T. (1995). Quantal response equilibria for normal form games. Games
    and Economic Behavior 10. White, H. (1982). Maximum likelihood estimation of misspecified
    models. Econometrica 50.
    """
    unit = 1.0 / max(_range(one) for one in counts)

    def value(at: Array) -> Array:
        return log_likelihood(counts, probabilities(counts, at, {}))

    scan = _SCAN * unit
    heights = value(scan)
    peak = _highest(value, scan, heights)
    flat = bool(np.ptp(heights[np.isfinite(heights)]) <= _FLAT * max(1.0, abs(peak.value)))
    at = np.array([peak.at])
    played = probabilities(counts, at, {})
    low, high = _profile(value, scan, heights, peak)
    error = _error(counts, peak, clustered)
    status = "infinite" if peak.infinite else "at_bound" if peak.at == 0.0 else "ok"
    if flat:
        status, low, high = "not_identified", 0.0, np.inf
    shown = np.inf if peak.infinite else peak.at
    note = _note(counts, peak, scan)
    if flat:
        note = "is not identified: play is the same at every rationality"
    uniform, saturated = bounds(counts)
    estimate = Estimate(RATIONALITY, shown, error, low, high, status, group, note)
    undefined = int((~np.isfinite(heights)).sum())
    return Part(
        estimates=(estimate,),
        log_likelihood=peak.value,
        uniform=uniform,
        saturated=saturated,
        per_cluster=by_cluster(counts, played, 0),
        certificate={
            "kind": "highest point of a scan of the principal branch, refined"
            + (f"; the branch could not be followed at {undefined} values" if undefined else ""),
            "gap": 0.0 if peak.infinite else float(abs(_slope(value, peak))),
            "holds": not undefined,
        },
        observations=round(sum(float(own.sum()) for one in counts for own in one.counts)),
        predicted=frequencies(names, counts, played),
        free=1,
    )


def _range(one: Counts) -> float:
    game = one.model.game()
    width = max(float(table.max() - table.min()) for table in game.payoffs)
    return width or 1.0


def _highest(value: Callable[[Array], Array], scan: Array, heights: Array) -> _Peak:
    """Refine the highest point of a scan: a polynomial through nodes of an ever smaller bracket."""
    known = np.where(np.isfinite(heights), heights, -np.inf)
    best = int(known.argmax())
    if not np.isfinite(known[best]):
        raise MethodError("the principal branch could not be followed", where="logit")
    if best == 0 and known[0] >= known[1]:
        return _Peak(0.0, float(known[0]), np.nan, infinite=False)
    if best == len(scan) - 1:
        return _Peak(float(scan[-1]), float(known[-1]), np.nan, infinite=True)
    left, right = float(scan[max(best - 1, 0)]), float(scan[best + 1])
    at, height, curvature = float(scan[best]), float(known[best]), np.nan
    for _ in range(_ROUNDS):
        middle, half = 0.5 * (left + right), 0.5 * (right - left)
        nodes = middle + half * np.cos(np.pi * (np.arange(_NODES) + 0.5) / _NODES)
        series = np.polynomial.chebyshev.Chebyshev.fit(
            nodes, value(nodes), _NODES - 1, [left, right]
        )
        roots = series.deriv().roots()
        inside = roots[np.abs(roots.imag) < 1e-9].real
        inside = inside[(inside > left) & (inside < right)]
        if not len(inside):
            break
        found = float(inside[np.argmax(series(inside))])
        moved, at = abs(found - at), found
        height, curvature = float(value(np.array([at]))[0]), float(series.deriv(2)(at))
        if moved <= 1e-10 * max(at, 1e-300):
            break
        # Not closer: rounding of the likelihood would then move its polynomial's slope.
        width = max(10 * moved, _CLOSEST * at)
        left, right = max(0.0, at - width), at + width
    # Counts that a best reply predicts: the likelihood creeps up to its limit and never falls.
    creeping = known[-1] >= height - 1e-9 * max(1.0, abs(height)) and known[-1] > known[0]
    if creeping:
        return _Peak(float(scan[-1]), float(known[-1]), np.nan, infinite=True)
    return _Peak(at, height, curvature, infinite=False)


def _slope(value: Callable[[Array], Array], peak: _Peak) -> float:
    """Estimate how far the maximum may be missed: slope squared over curvature."""
    if not np.isfinite(peak.curvature) or peak.curvature == 0.0:
        return 0.0
    step = 1e-4 * max(peak.at, 1e-12)
    left, right = value(np.array([peak.at - step, peak.at + step]))
    return float(((right - left) / (2 * step)) ** 2 / (2 * abs(peak.curvature)))


def _profile(
    value: Callable[[Array], Array], scan: Array, heights: Array, peak: _Peak
) -> tuple[float, float]:
    """Find where the likelihood has fallen by half a chi-square, outermost on either side."""
    level = peak.value - HALF
    inside = np.isfinite(heights) & (heights >= level)
    left, right = scan[inside & (scan <= peak.at)], scan[inside & (scan >= peak.at)]
    first = int(np.searchsorted(scan, left.min() if len(left) else peak.at, "left"))
    last = int(np.searchsorted(scan, right.max() if len(right) else peak.at, "right")) - 1
    low = (
        0.0
        if inside[0]
        else _crossing(value, level, scan[max(first - 1, 0)], min(scan[first], peak.at))
    )
    top = max(float(scan[last]), peak.at)
    high = np.inf
    if last + 1 < len(scan) and not peak.infinite:
        high = _crossing(value, level, scan[last + 1], top)
    return float(low), float(high)


def _crossing(
    value: Callable[[Array], Array], level: float, outside: float, inside: float
) -> float:
    """Bisect with a dozen points at a time."""
    for _ in range(14):
        points = np.linspace(outside, inside, 14)
        above = value(points) >= level
        place = int(np.argmax(above))
        if place == 0:
            return float(outside)
        outside, inside = float(points[place - 1]), float(points[place])
        if abs(inside - outside) <= 1e-10 * max(abs(inside), 1e-300):
            break
    return 0.5 * (outside + inside)


def _error(counts: Sequence[Counts], peak: _Peak, clustered: bool) -> float:
    """Take the standard error from the curvature, or the sandwich of the clusters' scores."""
    if peak.infinite or not np.isfinite(peak.curvature) or peak.curvature >= 0.0:
        return float("nan")
    if not clustered:
        return float(1.0 / np.sqrt(-peak.curvature))
    step = 1e-4 * peak.at
    ends = np.array([peak.at - step, peak.at + step])
    played = probabilities(counts, ends, {})
    scores = (by_cluster(counts, played, 1) - by_cluster(counts, played, 0)) / (2 * step)
    units = len(scores)
    if units < 2:
        return float("nan")
    spread = units / (units - 1) * float((scores**2).sum())
    return float(np.sqrt(spread) / -peak.curvature)


def _note(counts: Sequence[Counts], peak: _Peak, scan: Array) -> str:
    """Say what is at a bound, and how much better equilibria off the principal branch would fit."""
    told = ""
    if peak.infinite:
        told = "has no finite maximum: the choices are those of perfect rationality"
    elsewhere = _off_branch(counts, scan)
    if elsewhere is not None and elsewhere[1] > peak.value + _BETTER:
        at, height = elsewhere
        better = (
            f"is on the principal branch, although an equilibrium off it would fit better: by "
            f"{height - peak.value:.4g} in log likelihood at rationality {at:.4g}"
        )
        told = f"{told}; it {better}" if told else better
    return told


def _off_branch(counts: Sequence[Counts], scan: Array) -> tuple[float, float] | None:
    """Find the best fit among all branches that lead to a Nash equilibrium, game by game."""
    total = np.zeros(len(scan) - 1)
    try:
        single = all(len(solve(one.model.game())) == 1 for one in counts)
    except MethodError:  # all equilibria cannot be listed
        return None
    if single:  # every branch for large rationality is the principal one
        return None
    for one in counts:
        sides = logit_equilibria_from(one.model.game(), scan[1:])
        heights = np.zeros(sides[0].shape[:2])
        for number, chance in zip(one.total, sides, strict=True):
            chosen = number > 0
            with np.errstate(divide="ignore", invalid="ignore"):
                heights += (number[chosen] * np.log(chance[:, :, chosen])).sum(axis=2)
        total += np.where(np.isnan(heights), -np.inf, heights).max(axis=0, initial=-np.inf)
    if not np.isfinite(total).any():
        return None
    best = int(total.argmax())
    return float(scan[1:][best]), float(total[best])


def logit_part(request: Request) -> Part:
    """Estimate what was asked of one group of counts."""
    counts, _ = read_counts(request.models, request.table, request.cluster)
    names = list(counts)
    if request.free:
        raise MethodError("payoffs cannot be estimated yet", where="free", value=request.free)
    return estimate_rationality(
        names, list(counts.values()), group=request.group, clustered=bool(request.cluster)
    )


def draw_counts(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw counts of choices from the logit equilibrium of a rationality."""
    game = plan.model.game()
    one = Counts(plan.model, tuple(np.zeros((1, size)) for size in game.shape))
    (played,) = probabilities([one], np.array([plan.take(RATIONALITY)]), {})
    return counted(game, [side[0] for side in played], plan.size, rng)
