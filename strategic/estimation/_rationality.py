"""One rationality per group of games, all groups at once: scan, maximum, profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.estimation._branch_scan import GRID, Family, Look, Scan
from strategic.estimation._branch_walk import STEPS, Walk
from strategic.estimation.profiles import HALF

_STILL = 1e-13
_LAST, _SLIGHT = 1e-5, 1e-8
"""A step of Newton's method this short, as a share of where it leads, and that changes the log
likelihood this little, is the last one: it leaves about the square of that."""
_NEARLY = 1e-4
"""Log likelihood from which one more step of Newton's method leads to where a level is passed."""
_FLAT = 1e-12
_CREEPS = 1e-9
"""A likelihood this near to its limit, as a share of itself, has no finite maximum."""
_CANDIDATES, _COARSE = 3, 1e-3
"""Rises of a scan that are refined, at most, and how far its values may be off."""
_BETTER = 1e-6
"""Log likelihood by which another branch must fit better to be told."""


@dataclass(frozen=True, eq=False)
class Fits:
    """The most likely rationality of every group.

    Parameters
    ----------
    rationality, height, curvature : arrays (groups,)
        The maximum along the curves, the log likelihood there, and its second derivative.
    slope : array (groups,)
        First derivative that is left.
    low, high : arrays (groups,)
        Where the log likelihood has fallen by `HALF`, outermost on either side.
    infinite, flat : arrays of bool (groups,)
        Whether there is no finite maximum; whether play is the same at every rationality.
    missing : array of int (groups,)
        Values of the scan at which a branch could not be followed.
    off_rate, off_height : arrays (groups,)
        The best fit on all branches, where it is off the principal one; else NaN and -inf.
    logs : list of (games, tuple of arrays (3, n_i, games))
        Log probabilities at the maximum, with two derivatives.
    """

    rationality: Array
    height: Array
    curvature: Array
    slope: Array
    low: Array
    high: Array
    infinite: Array
    flat: Array
    missing: Array
    off_rate: Array
    off_height: Array
    logs: list[tuple[Array, tuple[Array, ...]]]

    @classmethod
    def empty(cls, groups: int) -> Fits:
        """Make room for results."""
        real = np.empty((8, groups))
        marks = np.empty((2, groups), dtype=bool)
        whole = np.empty(groups, dtype=np.int64)
        return cls(
            real[0], real[1], real[2], real[3], real[4], real[5], marks[0], marks[1], whole,
            real[6], real[7], [],
        )  # fmt: skip

    def put(self, part: Array, some: Fits) -> None:
        """Enter the results of some groups."""
        for name, values in vars(some).items():
            if name != "logs":
                getattr(self, name)[part] = values
        self.logs.extend(some.logs)


def fit_groups(families: Sequence[Family], units: Array) -> Fits:
    """Find the most likely rationality of every group.

    Parameters
    ----------
    families : sequence of Family
    units : array (groups,)
        One over the largest payoff range of every group.

    Returns
    -------
    Fits

    Notes
    -----
    The curves are looked up on a grid, with slopes, so that every rise that is followed by a fall
    is seen; the highest of them are refined by Newton's method on the likelihood along the curve,
    whose two derivatives are implicit ones. Where a branch turns back the most likely of its arms
    counts.
    """
    looks = [Look.at(family, units) for family in families]
    found = Fits.empty(len(units))
    # Few branches turn back, and only they need to be looked at arm by arm.
    turning = np.zeros(len(units), dtype=bool)
    for look in looks:
        turning[look.family.groups[look.several()]] = True
    for part in (np.flatnonzero(~turning), np.flatnonzero(turning)):
        if len(part):
            scan = Scan.of(_some(looks, part, len(units)), units[part], everywhere=False)
            found.put(part, _fitted(scan))
    _look_elsewhere(looks, units, found)
    return found


def _some(looks: Sequence[Look], part: Array, groups: int) -> list[Look]:
    """Keep some groups, numbered anew."""
    if len(part) == groups:
        return list(looks)
    number = np.full(groups, -1)
    number[part] = np.arange(len(part))
    return [look for look in (one.some(number) for one in looks) if len(look.family.groups)]


def _fitted(scan: Scan) -> Fits:
    """Find the maximum and the interval of every group of a scan."""
    known = scan.height[0]
    groups, last = np.arange(known.shape[1]), len(known) - 1
    best = known.argmax(axis=0)
    top = known[best, groups]
    at, height, nodes = _refined(scan, groups)
    # Counts that a best reply predicts: the likelihood creeps up to its limit and never falls.
    infinite = known[last] >= height - _CREEPS * np.maximum(1.0, np.abs(height))
    infinite = (infinite & (known[last] > known[0])) | (best == last)
    at = np.where(infinite, scan.rates[last], at)
    nodes = np.where(infinite, [[0], [last]], nodes)
    walk = Walk.start(scan, groups, nodes)
    value, slope, curvature = walk.reach(at)
    ended = infinite | (at == 0.0)
    height = np.where(ended, np.maximum(value, top), value)
    finite = np.isfinite(known)
    spread = np.where(finite, known, -np.inf).max(axis=0) - np.where(finite, known, np.inf).min(
        axis=0
    )
    low, high = _profiles(scan, at, height, infinite, nodes)
    return Fits(
        at, height, np.where(ended, np.nan, curvature), slope, low, high, infinite,
        spread <= _FLAT * np.maximum(1.0, np.abs(height)), (~finite).sum(axis=0),
        np.full(len(at), np.nan), np.full(len(at), -np.inf), walk.logs(),
    )  # fmt: skip


def _look_elsewhere(looks: Sequence[Look], units: Array, found: Fits) -> None:
    """Note the best fit on all branches, where one off the principal branch fits better."""
    wider, others = [], np.zeros(len(units), dtype=bool)
    for look in looks:
        several = look.elsewhere(units)
        left = np.ones(len(look.family.groups), dtype=bool)
        if several is not None:
            left[several[0]] = False
            wider.append(several[1])
            others[several[1].family.groups] = True
        wider.append(look.keep(np.flatnonzero(left)))
    part = np.flatnonzero(others)
    if not len(part):
        return
    scan = Scan.of(_some(wider, part, len(units)), units[part], everywhere=True)
    height = found.height[part]
    promise = scan.height.max(axis=(0, 1)) > height - _COARSE * (1.0 + np.abs(height))
    some = np.flatnonzero(promise)
    if not len(some):
        return
    at, best, _ = _refined(scan, some)
    better = best > height[some] + _BETTER
    where = part[some[better]]
    found.off_rate[where], found.off_height[where] = at[better], best[better]


def _refined(scan: Scan, some: Array) -> tuple[Array, Array, Array]:
    """Refine the highest rises of some groups: where, how high, and from which lanes and nodes."""
    heights = scan.height[:, :, some]
    rises, places = _peaks(scan.rates[:, some], scan.slope[:, :, some], heights)
    rises = rises.reshape(-1, len(some))
    nodes = np.argsort(-rises, axis=0)[:_CANDIDATES]
    best, order = heights[0].argmax(axis=0), np.arange(len(some))
    top = heights[0, best, order]
    promise = np.take_along_axis(rises, nodes, axis=0)
    worth = np.isfinite(promise) & (promise >= top - _COARSE * (1.0 + np.abs(top)))
    _, group = np.nonzero(worth)
    node = np.array(np.divmod(nodes[worth], heights.shape[1] - 1))
    at, height, starts = _climb(scan, some[group], node, places[node[0], node[1], group])
    # The best of each group, and the best node where nothing was refined.
    found = scan.rates[best, some], top.copy(), np.array([np.zeros_like(best), best])
    # Nodes are interpolated, except for uniform play, which is exact.
    least = np.maximum(top - _COARSE * (1.0 + np.abs(top)), heights[0, 0])
    order = np.argsort(height, kind="stable")
    order = order[height[order] >= least[group[order]]]
    where = group[order]  # later ones, which are higher, overwrite earlier ones
    found[0][where], found[1][where], found[2][:, where] = (
        at[order],
        height[order],
        starts[:, order],
    )
    return found


def _peaks(rates: Array, slope: Array, known: Array) -> tuple[Array, Array]:
    """Estimate the highest value between neighbouring nodes where a rise meets a fall, and where.

    The place is a share of the way from one node to the next.
    """
    width, left, right = np.diff(rates, axis=0), known[:, :-1], known[:, 1:]
    rises, falls = slope[:, :-1] > 0.0, slope[:, 1:] < 0.0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        first, second = slope[:, :-1] * width, slope[:, 1:] * width
        gap = right - left
        c2, c3 = 3.0 * gap - 2.0 * first - second, first + second - 2.0 * gap
        place = first / (first - second)
        for _ in range(3):
            turn = first + place * (2.0 * c2 + 3.0 * place * c3)
            place = np.clip(place - turn / (2.0 * c2 + 6.0 * place * c3), 0.0, 1.0)
        height = left + place * (first + place * (c2 + place * c3))
    height = np.where(np.isfinite(height), height, -np.inf)
    # An arm may end while the likelihood still rises along it.
    peak = (rises & (falls | (right < left))) | (falls & (left < right))
    return np.where(peak, np.maximum(height, np.maximum(left, right)), -np.inf), place


def _climb(scan: Scan, group: Array, node: Array, share: Array) -> tuple[Array, Array, Array]:
    """Find where the slope vanishes between a node and the next, by Newton's method in bounds.

    The first guess is a share of the way between them.
    """
    lane, node = node
    low, high = scan.rates[node, group], scan.rates[node + 1, group]
    first = scan.slope[lane, node, group]
    # The arm of the right node is the one to follow where that of the left one leads down or ends.
    falls = ~(first > 0.0) | ~np.isfinite(scan.height[lane, node, group])
    starts = np.array([lane, np.where(falls, node + 1, node)])
    walk = Walk.start(scan, group, starts)
    share = np.clip(share, 0.02, 0.98)
    at = low + np.where(np.isfinite(share), share, 0.5) * (high - low)
    best, left = np.full((2, len(group)), np.nan), np.arange(len(group))
    for _ in range(STEPS):
        values = walk.to(at)
        known = ~np.isnan(values[0])
        rises = np.where(known, values[1] > 0.0, falls)
        low, high = np.where(rises, at, low), np.where(rises, high, at)
        with np.errstate(invalid="ignore", divide="ignore"):
            moved = at - values[1] / values[2]
        # Rounding may put the last, shortest step just outside the bounds.
        near = np.abs(moved - at) <= _LAST * at
        near &= ~(np.abs(values[1] * (moved - at)) > _SLIGHT)
        good = known & (values[2] < 0.0) & (near | ((moved >= low) & (moved <= high)))
        moved = np.where(good, moved, 0.5 * (low + high))
        still = (near & good) | (np.abs(moved - at) <= _STILL * at)
        # What the last step still gains, along the tangent and back.
        reached = np.where(
            still & good, [moved, values[0] + 0.5 * values[1] * (moved - at)], [at, values[0]]
        )
        better = known & ~(reached[1] < best[1, left])
        best[:, left] = np.where(better, reached, best[:, left])
        if still.all():
            break
        go = ~still
        left, low, high, at, falls = left[go], low[go], high[go], moved[go], falls[go]
        walk = walk if go.all() else walk.keep(go)
    return best[0], best[1], starts


def _profiles(
    scan: Scan, at: Array, height: Array, infinite: Array, nodes: Array
) -> tuple[Array, Array]:
    """Find where the likelihood has fallen by half a chi-square, outermost on either side."""
    known = scan.height[0]
    groups, last = np.arange(len(at)), len(known) - 1
    inside = known >= height - HALF
    some = inside.any(axis=0)
    near = np.searchsorted(GRID, at / scan.rates[1] * GRID[1])
    # The node beyond the last one inside; the maximum itself may be the only place inside.
    before = np.minimum(np.where(some, inside.argmax(axis=0), last + 1), near) - 1
    after = np.maximum(np.where(some, last - inside[::-1].argmax(axis=0), -1) + 1, near)
    outer = np.clip(np.concatenate([before, after]), 0, last)
    inner = np.clip(np.concatenate([before + 1, after - 1]), 0, last)
    both = np.tile(groups, 2)
    bounded = ~np.concatenate([inside[0] | (at == 0.0), inside[last] | infinite])
    ends = np.repeat([0.0, np.inf], len(at))
    if bounded.any():
        outer, inner, group = outer[bounded], inner[bounded], both[bounded]
        alone = ~inside[inner, group]
        start, end = scan.rates[inner, group], scan.rates[outer, group]
        start = np.where(alone, at[group], start)
        first = np.where(alone, nodes[:, group], [np.zeros_like(inner), inner])
        level = height[group] - HALF
        share = _passed(known, scan.slope[0], (inner, outer, group), level, end - start)
        guess = start + np.where(alone, 0.5, share) * (end - start)
        walk = Walk.start(scan, group, first)
        ends[bounded] = _crossing(walk, guess, level, start, end)
    low, high = ends.reshape(2, -1)
    return low, high


def _passed(
    known: Array, slope: Array, nodes: tuple[Array, Array, Array], level: Array, width: Array
) -> Array:
    """Estimate where between two nodes the likelihood passes a level, by the cubic through them."""
    inner, outer, group = nodes
    left, right = known[inner, group], known[outer, group]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        gap = right - left
        first, second = slope[inner, group] * width, slope[outer, group] * width
        c2, c3 = 3.0 * gap - 2.0 * first - second, first + second - 2.0 * gap
        place = np.clip((level - left) / gap, 0.0, 1.0)
        for _ in range(3):
            value = left + place * (first + place * (c2 + place * c3)) - level
            turn = first + place * (2.0 * c2 + 3.0 * place * c3)
            place = np.clip(place - value / turn, 0.0, 1.0)
    return np.where((place > 0.0) & (place < 1.0), place, 0.5)


def _crossing(walk: Walk, at: Array, level: Array, inside: Array, outside: Array) -> Array:
    """Find where the likelihood passes a level, by Newton's method in bounds from a guess."""
    found, left = np.empty(len(level)), np.arange(len(level))
    for _ in range(STEPS):
        values = walk.to(at)
        above = values[0] >= level  # where an arm has ended nothing is above
        inside, outside = np.where(above, at, inside), np.where(above, outside, at)
        with np.errstate(invalid="ignore", divide="ignore"):
            moved = at - _way_down(values, level)
        low, high = np.minimum(inside, outside), np.maximum(inside, outside)
        # One side of the bracket is where the step starts: rounding may lead just beyond it.
        near = np.abs(moved - at) <= _LAST * at
        near &= ~(np.abs(values[0] - level) > _NEARLY)
        moved = np.where(near | ((moved > low) & (moved < high)), moved, 0.5 * (low + high))
        still = near | (np.abs(moved - at) <= _STILL * np.maximum(at, 1e-300))
        found[left] = moved
        if still.all():
            break
        go = ~still
        left, level, inside, outside, at = left[go], level[go], inside[go], outside[go], moved[go]
        walk = walk if go.all() else walk.keep(go)
    return found


def _way_down(values: Array, level: Array) -> Array:
    """How far back along a parabola the level lies; along the tangent where it is not met."""
    gap, slope, bend = values[0] - level, values[1], values[2]
    inner = slope**2 - 2.0 * bend * gap
    root = np.sqrt(np.where(inner > 0.0, inner, np.nan))
    step = 2.0 * gap / (slope + np.copysign(root, slope))
    return np.asarray(np.where(np.isfinite(step), step, gap / slope))
