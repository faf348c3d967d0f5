"""One rationality per group of games, all groups at once: scan, maximum, profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from strategic.arrays import Array
from strategic.estimation._branch_scan import GRID, Family, Look, Scan, add_up, log_likelihood
from strategic.estimation._branch_search import Search, climbed, settled
from strategic.estimation._fits import ALIKE, CANDIDATES, COARSE, FLAT, Fits
from strategic.estimation._lone_game import fit_lone_game
from strategic.estimation.profiles import HALF

_BETTER = 1e-6
"""Log likelihood by which another branch must fit better to be told."""
_CLOSER, _ROUNDS = 97, 8
"""Nodes around a maximum that is looked at more closely, and how often at most."""


@np.errstate(invalid="ignore", divide="ignore", over="ignore")  # where an arm is not there
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
    found = fit_lone_game(looks, units) or _fit_many(looks, units)
    settled_ones = found.gap() <= ALIKE * (1.0 + np.abs(found.height))
    for group in np.flatnonzero(~settled_ones):
        _look_closer(families, units, found, int(group))
    uniform = _uniform(looks, len(units))
    lower = np.flatnonzero(found.height < uniform - ALIKE * np.maximum(1.0, np.abs(uniform)))
    if len(lower):
        found.put(lower, _at_uniform(looks, lower, units))
    _look_elsewhere(looks, units, found)
    return found


def _look_closer(families: Sequence[Family], units: Array, found: Fits, group: int) -> None:
    """Look one group up at more and nearer nodes, where its maximum is not settled.

    That is rare. A branch that nearly forks turns within a sliver of rationality, and who walks
    past that ends on an arm that belongs to another branch.
    """
    chosen = (np.flatnonzero(family.groups == group) for family in families)
    own = [family.some(c) for family, c in zip(families, chosen, strict=True) if len(c)]
    own = [replace(family, groups=np.zeros_like(family.groups)) for family in own]
    part, unit, grid = np.array([group]), units[[group]], GRID
    for _ in range(_ROUNDS):
        after = int(np.searchsorted(grid, found.rationality[group] / unit[0]))
        low, high = grid[max(after - 2, 0)], grid[min(after + 1, len(grid) - 1)]
        nearby = np.linspace(low, high, _CLOSER)
        grid = np.concatenate([GRID[low > GRID], nearby, GRID[high < GRID]])
        found.put(part, _fit_many([Look.at(family, unit, grid) for family in own], unit))
        if found.gap()[group] <= ALIKE * (1.0 + abs(found.height[group])):
            break
    if np.isnan(found.height[group]):
        looks = [Look.at(family, unit, grid) for family in own]
        found.put(part, _best_node(Scan.of(looks, unit, several=False)))


def _uniform(looks: Sequence[Look], groups: int) -> Array:
    """Log likelihoods of uniform play, where all branches begin: (groups,)."""
    found = np.zeros(groups)
    for look in looks:
        add_up(found, np.fmax.reduce(look.value[:, 0]), look.family.groups)
    return found


def _at_uniform(looks: Sequence[Look], part: Array, units: Array) -> Fits:
    """Give uniform play to groups in which rounding of the nodes had put a top that is none.

    That is so where the likelihood falls from that of uniform play and creeps back to it.
    """
    scan = Scan.of(_some(looks, part, len(units)), units[part], several=False)
    groups, first = np.arange(len(part)), np.zeros((2, len(part)), dtype=np.int64)
    zero, never = np.zeros(len(part)), np.zeros(len(part), dtype=bool)
    rest = Search.of(groups, first, zero, (zero, zero), never)
    return _rested(scan, rest, scan.height[0, 0], never)


def _best_node(scan: Scan) -> Fits:
    """Give the best node of the scan of one group, whose search ended where branches cross."""
    node = int(scan.height[0, :, 0].argmax())
    at, height, logs = scan.rates[node], 0.0, []
    for look, likeliest in zip(scan.looks, scan.likeliest, strict=True):
        games = np.arange(len(look.family.groups))
        family, own = look.family.bare(games), np.broadcast_to(at, games.shape)
        w, slope = look.standing(likeliest[node], np.full(len(games), node), games)
        chances = family.curves.chances(w, slope, own)
        height += float(log_likelihood(family.counts, chances)[0].sum())
        logs.append((family.places, chances))
    none, known = np.array([np.nan]), np.isfinite(scan.height[0])
    return Fits(
        at, np.array([height]), none, np.array([np.inf]), scan.spacing(at), none, none,
        np.array([False]), np.array([False]), (~known).sum(axis=0), none, np.array([-np.inf]), logs,
    )  # fmt: skip


def _fit_many(looks: Sequence[Look], units: Array) -> Fits:
    """Find the most likely rationality of every group along its principal branch."""
    found = Fits.empty(len(units))
    # Few branches turn back, and only they need to be looked at arm by arm.
    turning = np.zeros(len(units), dtype=bool)
    for look in looks:
        turning[look.family.groups[look.several()]] = True
    for several in (False, True):
        part = np.flatnonzero(turning == several)
        if len(part):
            scan = Scan.of(_some(looks, part, len(units)), units[part], several=several)
            found.put(part, _fitted(scan))
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
    best, last = known.argmax(axis=0), len(known) - 1
    tops, height = _refined(scan)
    # Counts that a best reply predicts: the likelihood creeps up to its limit and never falls.
    infinite = known[last] >= height - ALIKE * np.maximum(1.0, np.abs(height))
    infinite = (infinite & (known[last] > known[0])) | (best == last)
    if infinite.any():
        tops.at = np.where(infinite, scan.rates[last], tops.at)
        tops.near, tops.far = (np.where(infinite, tops.at, end) for end in (tops.near, tops.far))
        tops.nodes = np.where(infinite, [[0], [last]], tops.nodes)
    return _rested(scan, tops, height, infinite)


def _rested(scan: Scan, tops: Search, height: Array, infinite: Array) -> Fits:
    """Let the tops of all groups come to rest, and find their intervals."""
    known = scan.height[0]
    groups, top, ended = np.arange(known.shape[1]), known.max(axis=0), infinite | (tops.at == 0.0)
    least = np.where(infinite, top, np.where(ended, known[0], -np.inf))
    ends, bounded = _ends(scan, tops, np.maximum(height, least), ended)
    found = settled(scan, tops, ends, least)
    value, slope, curvature = found.values
    profile = np.repeat([0.0, np.inf], len(groups))
    profile[bounded] = found.at[len(groups) :]
    low, high = profile.reshape(2, -1)
    height, finite = np.maximum(value, least), np.isfinite(known)
    spread, at = top - np.where(finite, known, np.inf).min(axis=0), found.at[: len(groups)]
    return Fits(
        at, height, np.where(ended, np.nan, curvature), slope, scan.spacing(at),
        low, high, infinite,
        spread <= FLAT * np.maximum(1.0, np.abs(height)), (~finite).sum(axis=0),
        np.full(len(groups), np.nan), np.full(len(groups), -np.inf), found.logs,
    )  # fmt: skip


def _look_elsewhere(looks: Sequence[Look], units: Array, found: Fits) -> None:
    """Note the best fit on the branches of other equilibria too, where one of these is better."""
    several = [look.elsewhere(units) for look in looks]
    if all(one is None for one in several):
        return
    wider, others = [], np.zeros(len(units), dtype=bool)
    for look, one in zip(looks, several, strict=True):
        left = np.ones(len(look.family.groups), dtype=bool)
        if one is not None:
            left[one[0]] = False
            wider.append(one[1])
            others[one[1].family.groups] = True
        wider.append(look.keep(np.flatnonzero(left)))
    part = np.flatnonzero(others)
    scan = Scan.of(_some(wider, part, len(units)), units[part], several=False, everywhere=True)
    height = found.height[part]
    part = part[scan.height[0].max(axis=0) > height - COARSE * (1.0 + np.abs(height))]
    if not len(part):
        return
    scan = Scan.of(_some(wider, part, len(units)), units[part], several=True, everywhere=True)
    tops, best = _refined(scan)
    better = best > found.height[part] + _BETTER
    if not better.any():
        return
    where, tops, best = part[better], tops.keep(better), best[better]
    rest = settled(scan, tops, tops.keep(np.zeros(len(where), dtype=bool)), best)
    # Where an arm ends, it is not reached from everywhere, or another one is.
    lost = ~(rest.values[0] >= best - ALIKE * np.maximum(1.0, np.abs(best)))
    found.off_rate[where] = np.where(lost, tops.at, rest.at)
    found.off_height[where] = np.where(lost, best, rest.values[0])


def _refined(scan: Scan) -> tuple[Search, Array]:
    """Climb the highest rises of all groups: to the highest of their tops, and how high it is."""
    heights, groups = scan.height, np.arange(scan.rates.shape[1])
    rises, places = _peaks(scan.rates, scan.slope, heights)
    rises = rises.reshape(-1, len(groups))
    nodes = np.argsort(-rises, axis=0)[:CANDIDATES]
    best = heights[0].argmax(axis=0)
    top, promise = heights[0, best, groups], rises[nodes, groups]
    worth = np.isfinite(promise) & (promise >= top - COARSE * (1.0 + np.abs(top)))
    _, group = np.nonzero(worth)
    node = np.array(np.divmod(nodes[worth], heights.shape[1] - 1))
    reached, height = climbed(scan, _rises(scan, group, node, places[node[0], node[1], group]))
    # The best of each group, and the best node where nothing was refined. Nodes are interpolated,
    # except for uniform play, which is exact.
    uniform, alike = heights[0, 0], ALIKE * np.maximum(1.0, np.abs(top))
    best = np.where(uniform >= top - alike, 0, best)
    at, never = scan.rates[best, groups], np.zeros(len(groups), dtype=bool)
    rest = Search.of(groups, np.array([np.zeros_like(best), best]), at, (at, at), never)
    least = np.maximum(top - COARSE * (1.0 + np.abs(top)), uniform + alike)
    highest = np.full(len(groups), -np.inf)
    np.fmax.at(highest, group, height)
    order = np.flatnonzero(height >= np.maximum(least, highest - alike)[group])
    order = order[np.argsort(-reached.at[order], kind="stable")]
    chosen = groups.copy()
    chosen[group[order]] = len(groups) + order  # later ones, which are lower, overwrite earlier
    return rest.joined(reached).keep(chosen), np.concatenate([top, height])[chosen]


def _rises(scan: Scan, group: Array, node: Array, share: Array) -> Search:
    """Bound tops between a node and the next, by a guess of the share of the way between them."""
    lane, node = node
    low, high = scan.rates[node, group], scan.rates[node + 1, group]
    first = scan.slope[lane, node, group]
    # The arm of the right node is the one to follow where that of the left one leads down or ends.
    falls = ~(first > 0.0) | ~np.isfinite(scan.height[lane, node, group])
    share = np.where(np.isfinite(share), np.minimum(np.maximum(share, 0.02), 0.98), 0.5)
    starts = np.array([lane, np.where(falls, node + 1, node)])
    return Search.of(group, starts, low + share * (high - low), (low, high), falls)


def _peaks(rates: Array, slope: Array, known: Array) -> tuple[Array, Array]:
    """Estimate the highest value between neighbouring nodes where a rise meets a fall, and where.

    The place is a share of the way from one node to the next.
    """
    left, right, rises, falls = known[:, :-1], known[:, 1:], slope[:, :-1] > 0.0, slope[:, 1:] < 0.0
    # An arm may end while the likelihood still rises along it.
    peak = np.nonzero((rises & (falls | (right < left))) | (falls & (left < right)))
    highest, shares = np.full((2, *left.shape), np.nan)
    width, left, right = np.diff(rates, axis=0)[peak[1:]], left[peak], right[peak]
    first, second = slope[:, :-1][peak] * width, slope[:, 1:][peak] * width
    gap = right - left
    c2, c3 = 3.0 * gap - 2.0 * first - second, first + second - 2.0 * gap
    place = first / (first - second)
    for _ in range(3):
        turn = first + place * (2.0 * c2 + 3.0 * place * c3)
        place = np.minimum(np.maximum(place - turn / (2.0 * c2 + 6.0 * place * c3), 0.0), 1.0)
    height = left + place * (first + place * (c2 + place * c3))
    height = np.where(np.isfinite(height), height, -np.inf)
    highest[:] = -np.inf
    highest[peak], shares[peak] = np.maximum(height, np.maximum(left, right)), place
    return highest, shares


def _ends(scan: Scan, tops: Search, height: Array, ended: Array) -> tuple[Search, Array]:
    """Bound where the likelihood has fallen by half a chi-square, outermost on either side.

    Also say who has such ends: all groups below their tops, then all groups above.
    """
    known, at, count = scan.height[0], tops.at, len(tops.at)
    last, inside = len(known) - 1, known >= height - HALF
    some = inside.any(axis=0)
    near = np.count_nonzero(scan.rates < at, axis=0)
    # The node beyond the last one inside; the maximum itself may be the only place inside.
    before = np.minimum(np.where(some, inside.argmax(axis=0), last + 1), near) - 1
    after = np.maximum(np.where(some, last - inside[::-1].argmax(axis=0), -1) + 1, near)
    outer = np.minimum(np.maximum(np.concatenate([before, after]), 0), last)
    inner = np.minimum(np.maximum(np.concatenate([before + 1, after - 1]), 0), last)
    bounded = ~np.concatenate([inside[0] | (at == 0.0), inside[last] | (ended & (at > 0.0))])
    group = np.arange(2 * count)[bounded] % count
    outer, inner = outer[bounded], inner[bounded]
    alone = ~inside[inner, group]
    start, end = scan.rates[inner, group], scan.rates[outer, group]
    start = np.where(alone, at[group], start)
    first = np.where(alone, tops.nodes[:, group], [np.zeros_like(inner), inner])
    level = height[group] - HALF
    share = _passed(known, scan.slope[0], (inner, outer, group), level, end - start)
    guess = start + np.where(alone, 0.5, share) * (end - start)
    never = np.zeros(len(group), dtype=bool)
    return Search.of(group, first, guess, (start, end), never), bounded


def _passed(
    known: Array, slope: Array, nodes: tuple[Array, Array, Array], level: Array, width: Array
) -> Array:
    """Estimate where between two nodes the likelihood passes a level, by the cubic through them."""
    inner, outer, group = nodes
    left, right = known[inner, group], known[outer, group]
    gap = right - left
    first, second = slope[inner, group] * width, slope[outer, group] * width
    c2, c3 = 3.0 * gap - 2.0 * first - second, first + second - 2.0 * gap
    place = (level - left) / gap
    for _ in range(3):
        value = left + place * (first + place * (c2 + place * c3)) - level
        turn = first + place * (2.0 * c2 + 3.0 * place * c3)
        place = np.minimum(np.maximum(place - value / turn, 0.0), 1.0)
    return np.where((place > 0.0) & (place < 1.0), place, 0.5)
