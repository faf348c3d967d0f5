"""Newton's method in bounds along logit branches: to tops of the likelihood, and down from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.estimation._branch_scan import Scan
from strategic.estimation._branch_walk import STEPS, Walk
from strategic.estimation._fits import ALIKE
from strategic.estimation.profiles import HALF

STILL, REST = 1e-13, 1e-7
"""Shares of a rationality: by less no walker can move; what is this near to a top is known of the
top as well, by derivatives."""
SHORT, SLIGHT = 1e-3, 1e-6
"""A step of Newton's method this short, as a share of where it leads, and that gains this little
log likelihood, leaves about the square of that."""
NEAR, NEARLY, LEFT = 1e-4, 1e-3, 1e-12
"""The last step towards a level: shares of the rationality that it is long and may leave, and how
much log likelihood it may be away."""
_ROUNDED = 2.0**-52
"""Share of a log likelihood that is rounding. Likelihoods that rise to a limit have tops between
nodes that are nothing else, and whose bounds it would take long to narrow."""
_FEW = 50
"""To leave fewer walkers out, when they have arrived, would take longer than to walk them on."""


@dataclass(eq=False)
class Search:
    """Groups that look for a place on their branches, within bounds.

    Parameters
    ----------
    group : array of int (walkers,)
    nodes : array of int (2, walkers)
        Lane and place of the node of the scan from which each starts.
    at : array (walkers,)
        Where it looks first.
    near, far : arrays (walkers,)
        Bounds. A top is between where the likelihood rises and where it does not, and where it
        passes a level between where it is above that and where it is not. Equal ones end a search.
    onward : array of bool (walkers,)
        Whether the place is beyond where an arm is not there, as seen from ``near``.
    seen, curvature : arrays (walkers,)
        Where the likelihood was seen before, and its second derivative there; NaN at first.
    """

    group: Array
    nodes: Array
    at: Array
    near: Array
    far: Array
    onward: Array
    seen: Array
    curvature: Array

    @classmethod
    def of(
        cls, group: Array, nodes: Array, at: Array, bounds: tuple[Array, Array], onward: Array
    ) -> Search:
        """Make a search that has seen nothing yet."""
        seen, curvature = np.full((2, len(at)), np.nan)
        return cls(group, nodes, at, *bounds, onward, seen, curvature)

    def keep(self, left: Array) -> Search:
        """Keep the chosen walkers."""
        return Search(*(part[..., left] for part in vars(self).values()))

    def joined(self, other: Search) -> Search:
        """Return these walkers and then the others."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Search(*(np.concatenate(pair, axis=-1) for pair in pairs))

    def narrowed(self, ahead: Array, values: Array, step: Array, short: Array) -> Array:
        """Narrow the bounds, and say where a step leads, which is their middle if not into them.

        Rounding may put a short step just outside the bounds.
        """
        ahead = np.where(np.isnan(values[0]), self.onward, ahead)
        self.near = np.where(ahead, self.at, self.near)
        self.far = np.where(ahead, self.far, self.at)
        moved = self.at + step
        low, high = np.minimum(self.near, self.far), np.maximum(self.near, self.far)
        inside = short | ((moved >= low) & (moved <= high))
        return np.where(inside, moved, 0.5 * (self.near + self.far))


@dataclass(frozen=True, eq=False)
class Settled:
    """Where searches ended.

    Parameters
    ----------
    at : array (walkers,)
    values : array (3, tops)
        Log likelihood of the tops and its two derivatives.
    logs : list of (games, array (2, actions, games))
        Log probabilities at the tops, and their derivatives by rationality.
    """

    at: Array
    values: Array
    logs: list[tuple[Array, Array]]


def climbed(scan: Scan, search: Search) -> tuple[Search, Array]:
    """Climb until one more step would settle every top: the search from there, and how high."""
    walk = Walk.start(scan, search.group, search.nodes)
    found = Search.of(
        search.group, search.nodes, search.at.copy(), (search.near.copy(), search.far.copy()),
        search.onward,
    )  # fmt: skip
    height, left = np.full(len(search.at), np.nan), np.arange(len(search.at))
    for _ in range(STEPS):
        at, values = search.at, walk.to(search.at)
        step, gain, short = _to_the_top(at, values)
        moved = search.narrowed(values[1] > 0.0, values, step, short)
        still = short | (np.abs(moved - at) <= STILL * at)
        flat = np.abs(values[1] * (search.far - search.near)) <= _ROUNDED * np.abs(values[0])
        first, last = scan.height[0][[0, -1]][:, search.group]
        still |= flat & (first < last) & (values[0] - last <= 0.5 * ALIKE * np.maximum(1.0, -last))
        reached = np.where(short, values[0] + gain, values[0])
        better = ~(np.isnan(values[0]) | (reached < height[left]))
        some, ready = left[better], short[better]
        height[some], found.seen[some], found.curvature[some] = (
            reached[better], at[better], values[2, better]
        )  # fmt: skip
        for part, bound in ((found.at, moved), (found.near, search.near), (found.far, search.far)):
            part[some] = np.where(ready, bound[better], at[better])
        if still.all():
            break
        go, search.at = ~still, moved
        left, search, walk = left[go], search.keep(go), walk.keep(go)
    return found, height


def settled(scan: Scan, tops: Search, ends: Search, least: Array) -> Settled:
    """Let tops come to rest, and find where the likelihood has fallen by `HALF` from them.

    Parameters
    ----------
    scan : Scan
    tops : Search
    ends : Search
        Of groups that have a top.
    least : array (tops,)
        What is known to be reached, other than by walking.
    """
    count, search = len(tops.at), tops.joined(ends)
    walk, left = Walk.start(scan, search.group, search.nodes), np.arange(len(search.at))
    found = Settled(np.empty(len(left)), np.empty((3, count)), [])
    height, earlier = np.empty(scan.rates.shape[1]), np.full(count, np.inf)
    for _ in range(STEPS):
        at, top = search.at, left < count
        values, n = walk.reach(at, top), len(least)
        step, gain, short = _to_the_top(at[:n], values[:, :n])
        short &= search.near[:n] != search.far[:n]
        own = values[:, :n] + np.where(
            short, [gain, np.zeros(n), _turned(search, values, step)], 0.0
        )
        height[search.group[:n]] = np.maximum(own[0], least)
        level = height[search.group[n:]] - HALF
        down, last = _to_the_level(at[n:], values[:, n:], level)
        moved = search.narrowed(
            np.concatenate([values[1, :n] > 0.0, values[0, n:] >= level]), values,
            np.concatenate([step, down]), np.concatenate([short, last]),
        )  # fmt: skip
        way = np.abs(moved - at)
        still = way <= STILL * at
        still[:n] |= short & (way[:n] <= REST * at[:n])
        still[:n] |= short & (way[:n] >= 0.5 * earlier)  # all that is left is rounding
        still[n:] |= last
        found.at[left], found.values[:, left[:n]] = moved, own
        go = ~still
        if go.any() and np.count_nonzero(still) < _FEW:
            go[:] = True
        if not go[:n].all():
            found.logs.extend(walk.logs(top & ~go, moved - at))
        if not go.any():
            break
        left, least, earlier = left[go], least[go[:n]], np.where(short, way[:n], np.inf)[go[:n]]
        search.seen, search.curvature, search.at = at, values[2], moved
        search, walk = search.keep(go), walk.keep(go)
    return found


def _turned(search: Search, values: Array, step: Array) -> Array:
    """How much the curvature of the tops changes by a step, as it did since it was seen before."""
    n = len(step)
    width, change = search.at[:n] - search.seen[:n], values[2, :n] - search.curvature[:n]
    turned = change / width * step
    return np.where(np.isfinite(turned), turned, 0.0)


def _to_the_top(at: Array, values: Array) -> tuple[Array, Array, Array]:
    """Step to where the slope vanishes, what it gains, and whether it is as good as the last."""
    _, slope, curvature = values
    step = np.where(curvature < 0.0, -slope / curvature, np.nan)
    gain = 0.5 * slope * step
    return step, gain, (np.abs(step) <= SHORT * at) & (gain <= SLIGHT)


def _to_the_level(at: Array, values: Array, level: Array) -> tuple[Array, Array]:
    """Step along a parabola to a level, or along the tangent; and whether that is the last step.

    What the parabola adds to the tangent, squared and as a share of the step, is about what it
    still leaves.
    """
    gap, slope, bend = values[0] - level, values[1], values[2]
    inner = slope**2 - 2.0 * bend * gap
    root = np.copysign(np.sqrt(np.where(inner > 0.0, inner, np.nan)), slope)
    step, tangent = -2.0 * gap / (slope + root), -gap / slope
    size = np.abs(step)
    last = (step - tangent) ** 2 <= LEFT * at * size
    last &= (size <= NEAR * at) & (np.abs(gap) <= NEARLY)
    return np.where(np.isfinite(step), step, tangent), last
