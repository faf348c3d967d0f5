"""Profile likelihoods: the best that the other numbers can do at each value of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation.climbing import Climbed, climb
from strategic.estimation.likelihood import Likelihood
from strategic.estimation.maximum import Maximum
from strategic.papers import Cited

HALF = 1.920729410347062
"""Half of the 95% quantile of chi-square with one degree of freedom."""
_NODES = 41
_ROUNDS = 60
_CLOSE = 1e-8
_CLIMBS = 50
_CLOSER, _BETWEEN = 4, np.linspace(0.0, 1.0, 9)
_STILL = 1e-10
_FARTHEST = 1e6


@dataclass(frozen=True, eq=False)
class Profile(Cited):
    """A profile likelihood of one number.

    Parameters
    ----------
    name : str
    values, heights : arrays (n,)
        Values of the number, and the highest log likelihood at each; NaN where it was not found.
    others : array (n, K)
        All numbers there.
    peak, maximum : float
        The estimate and its log likelihood.
    low, high : float
        Where the log likelihood has fallen by half the 95% quantile of chi-square: a confidence
        interval. Infinite, or the number's bound, where it never does.

    Examples
    --------
    >>> Profile("x", np.zeros(1), np.zeros(1), np.zeros((1, 1)), 0.0, 0.0, -1.0, 1.0).name
    'x'
    """

    name: str
    values: Array = field(repr=False)
    heights: Array = field(repr=False)
    others: Array = field(repr=False)
    peak: float
    maximum: float
    low: float
    high: float


def profile(
    likelihood: Likelihood, maximum: Maximum, name: str, values: ArrayLike | None = None
) -> Profile:
    """Compute the profile likelihood of one number.

    Parameters
    ----------
    likelihood : Likelihood
    maximum : Maximum
    name : str
        One of the likelihood's names.
    values : array_like (n,), optional
        Where; by default 41 values a little beyond its 95% interval.

    Raises
    ------
    MethodError
        When there is no such number.

    Examples
    --------
    >>> from strategic.estimation import Differenced, maximise
    >>> class Coin(Differenced):
    ...     names, units, bounds = ("heads",), 1, np.array([[0.0, 1.0]])
    ...     uniform = saturated = 0.0
    ...     def per_unit(self, points):
    ...         return 3 * np.log(points) + 7 * np.log1p(-points)
    >>> coin = Coin()
    >>> found = profile(coin, maximise(coin, [[0.5]]), "heads")
    >>> round(found.low, 4), round(found.high, 4)
    (0.0846, 0.6065)
    """
    # Of shares that add up to 1 one is left out: a likelihood that does so may leave out another.
    showing = getattr(likelihood, "showing", None)
    if name not in likelihood.names and showing is not None:
        likelihood, maximum = showing(name, maximum) or (likelihood, maximum)
    names = likelihood.names
    if name not in names:
        remedy = nearest(name, names) or f"one of {', '.join(names)}"
        raise MethodError("no such estimated number", where="profile", value=name, remedy=remedy)
    k = names.index(name)
    low, high = interval(likelihood, maximum, k)
    if values is None:
        values = _around(float(maximum.point[k]), low, high, likelihood.bounds[k])
    at = np.atleast_1d(np.asarray(values, dtype=float))
    heights, others = _highest(likelihood, maximum, k, at)
    return Profile(name, at, heights, others, float(maximum.point[k]), maximum.value, low, high)


def _around(peak: float, low: float, high: float, bounds: Array) -> Array:
    left = low if np.isfinite(low) else peak - 2.0 * max(high - peak, 1.0)
    right = high if np.isfinite(high) else peak + 2.0 * max(peak - low, 1.0)
    if not np.isfinite(left):
        left = peak - 2.0
    if not np.isfinite(right):
        right = peak + 2.0
    wide = 0.25 * (right - left)
    return np.linspace(max(left - wide, bounds[0]), min(right + wide, bounds[1]), _NODES)


def _highest(
    likelihood: Likelihood, maximum: Maximum, k: int, values: Array, near: Array | None = None
) -> tuple[Array, Array]:
    """Climb with one number fixed at each of some values, all at once.

    They start at the maximum's ridge, or where there is none at the numbers found nearby.
    """
    own = getattr(likelihood, "highest", None)  # of a likelihood that knows better than to climb
    if own is not None:
        return own(maximum, k, values)  # type: ignore[no-any-return]
    fixed = np.arange(len(maximum.point)) == k
    first = maximum.point if near is None else near
    starts = np.repeat(first[None], len(values), axis=0)
    # Along the ridge of the quadratic model, which is where the others go first.
    spread = maximum.covariance
    if maximum.statuses[k] == "ok" and spread[k, k] > 0.0 and np.isfinite(spread[k]).all():
        starts = maximum.point + (values - maximum.point[k])[:, None] * spread[k] / spread[k, k]
    starts[:, k] = values

    def climbs(starts: Array) -> Climbed:
        return climb(
            likelihood, starts, scale=maximum.scale, fixed=fixed, prove=False, still=_STILL,
            steps=_CLIMBS,
        )  # fmt: skip

    climbed = climbs(starts)
    bare = np.repeat(maximum.point[None], len(values), axis=0)
    bare[:, k] = values
    lost = ~climbed.converged
    if lost.any():
        again = climbs(bare[lost])
        points, found = climbed.points.copy(), climbed.values.copy()
        better = ~(found[lost] >= again.values)
        where = np.flatnonzero(lost)[better]
        points[where], found[where] = again.points[better], again.values[better]
        return np.where(np.isfinite(found), found, np.nan), points
    return np.where(np.isfinite(climbed.values), climbed.values, np.nan), climbed.points


def interval(
    likelihood: Likelihood, maximum: Maximum, k: int, scan: Array | None = None
) -> tuple[float, float]:
    """Find where the profile likelihood of number k has fallen by half a chi-square.

    Parameters
    ----------
    likelihood : Likelihood
    maximum : Maximum
    k : int
    scan : array (n,), optional
        Values to look at first, rising, where the profile may rise again farther out.

    Returns
    -------
    tuple of float
        Low and high; the number's bound, or infinite, where it does not fall so far.
    """
    if scan is None:
        return _end(likelihood, maximum, k, -1.0), _end(likelihood, maximum, k, 1.0)
    values = np.unique(np.r_[scan, maximum.point[k]])
    level = maximum.value - HALF
    heights = _highest(likelihood, maximum, k, values)[0] - level
    heights[values == maximum.point[k]] = HALF
    inside = np.flatnonzero(heights > 0.0)
    ends = np.clip([inside[0] - 1, inside[-1] + 1], 0, len(values) - 1)
    bounded = ends != inside[[0, -1]]
    places = np.stack([inside[[0, -1]], ends], axis=1)
    near, fallen = values[places], heights[places]  # the last value inside, and the next
    for _ in range(_CLOSER if bounded.any() else 0):
        nodes = near[:, :1] + (near[:, 1:] - near[:, :1]) * _BETWEEN
        own = _highest(likelihood, maximum, k, nodes[:, 1:-1].ravel())[0] - level
        own = np.c_[fallen[:, :1], own.reshape(2, -1), fallen[:, 1:]]
        last = own.shape[1] - 2 - (own[:, -2::-1] > 0.0).argmax(axis=1)
        rows = np.arange(2)
        near = np.stack([nodes[rows, last], nodes[rows, last + 1]], axis=1)
        fallen = np.stack([own[rows, last], own[rows, last + 1]], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(fallen[:, 0] / (fallen[:, 0] - fallen[:, 1]), 0.0, 1.0)
    share = np.where(np.isfinite(share), share, 0.5)
    low, high = np.where(bounded, near[:, 0] + share * np.diff(near)[:, 0], likelihood.bounds[k])
    return float(low), float(high)


def _end(likelihood: Likelihood, maximum: Maximum, k: int, sign: float) -> float:
    """Go out in growing steps until the profile has fallen, and then between, by regula falsi."""
    bound = float(likelihood.bounds[k, int(sign > 0)])
    level = maximum.value - HALF
    peak = float(maximum.point[k])
    if peak == bound or maximum.endless.get(k, 0.0) == sign:
        return bound
    told = maximum.statuses[k] == "ok" and maximum.covariance[k, k] > 0
    error = float(np.sqrt(maximum.covariance[k, k])) if told else 0.0
    step = 2.0 * error if error > 0 else max(abs(peak), 1.0) * 0.5

    near = maximum.point

    def drop(value: float) -> float:
        nonlocal near
        found, points = _highest(likelihood, maximum, k, np.array([value]), near)
        if not np.isfinite(found[0]):
            return -np.inf
        near = points[0]
        return float(found[0] - level)

    inside, outside, left, right = peak, peak, HALF, HALF
    while right > 0.0:
        inside, left = outside, right
        outside = peak + sign * step
        if (outside - bound) * sign >= 0.0:
            outside = bound
        right = drop(outside)
        if right > 0.0 and (outside == bound or abs(step) > _FARTHEST * max(abs(peak), 1.0)):
            return bound
        step *= 2.0
    return _between(drop, inside, outside, left, right)


def _between(
    drop: Callable[[float], float], inside: float, outside: float, left: float, right: float
) -> float:
    """Find where a function falls to zero, between a point where it is above and one below."""
    for _ in range(_ROUNDS):
        share = 0.5 if not np.isfinite(right) else left / (left - right)
        middle = inside + min(max(share, 0.02), 0.98) * (outside - inside)
        if abs(outside - inside) <= _CLOSE * max(abs(outside), abs(inside)) or middle == inside:
            break
        height = drop(middle)
        if abs(height) <= _CLOSE:
            return float(middle)
        if height > 0.0:
            # The other end's weight is halved, or it would stay for ever (Illinois rule).
            inside, left, right = middle, height, 0.5 * right
        else:
            outside, right, left = middle, height, 0.5 * left
    return float(0.5 * (inside + outside))
