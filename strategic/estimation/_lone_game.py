"""The most likely rationality of a single 2x2 game, in plain numbers.

This is the search of `_rationality` without what only several groups, or several arms, need. The
calls of arrays with one number would cost ten times what the sums in them do.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from math import copysign, exp, inf, isfinite, log1p, nan, sqrt
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.curves import SmallCurves
from strategic.equilibria.quantal.one_curve import Derivatives, LostError, OneCurve, Place
from strategic.estimation._branch_scan import Look
from strategic.estimation._branch_search import LEFT, NEAR, NEARLY, REST, SHORT, SLIGHT, STILL
from strategic.estimation._branch_walk import STEPS
from strategic.estimation._fits import ALIKE, CANDIDATES, COARSE, FLAT, Fits
from strategic.estimation.profiles import HALF


def fit_lone_game(looks: Sequence[Look], units: Array) -> Fits | None:
    """Find the most likely rationality of the only game, if it has two actions a player.

    Returns
    -------
    Fits or None
        None where there are several games, or several arms of a curve, or where its curve cannot
        be followed: `fit_groups` tells arms apart.
    """
    look, several = looks[0], looks[0].several()
    arms, curves = look.arms, look.family.curves
    alone = len(looks) == len(several) == 1
    if not alone or several[0] or not isinstance(curves, SmallCurves):
        return None
    arm = arms.principal[:, :, 0].argmax(axis=0)
    nodes = arm, np.arange(len(arm)), 0
    parts = (look.value, look.turn, arms.w[:, 0], arms.slope[:, 0])
    known, slopes, odds, turns = (part[nodes].tolist() for part in parts)
    if not isfinite(sum(known)):
        return None
    path = _Path(
        OneCurve.of(curves.games), look.family.counts[:, 0].tolist(),
        (look.grid * units[0]).tolist(), known, slopes, odds, turns, look.family.places,
    )  # fmt: skip
    try:
        return _fits(path)
    except ArithmeticError:
        return None


class _Stand(NamedTuple):
    """An equilibrium, and how likely it makes the choices, with two derivatives."""

    place: Place
    value: float
    slope: float
    bend: float

    @property
    def at(self) -> float:
        return self.place.rationality


class _Path(NamedTuple):
    """The curve of a game, and the likelihood along it at the nodes of the grid."""

    curve: OneCurve
    counts: list[float]
    rates: list[float]
    heights: list[float]
    slopes: list[float]
    odds: list[float]
    turns: list[float]
    places: Array

    def node(self, place: int) -> Place:
        """Return the equilibrium at a node, as it was looked up."""
        own = self.odds[place], self.turns[place], 0.0
        return Place(self.rates[place], own, (nan, nan, nan))

    def spacing(self, at: float) -> float:
        """Return how far the nodes around a rationality are apart."""
        after = min(max(bisect_left(self.rates, at), 1), len(self.rates) - 1)
        return self.rates[after] - self.rates[after - 1]

    def stand(self, place: Place, rationality: float) -> _Stand:
        """Walk from a place to a rationality."""
        found = self.curve.onwards(place, rationality)
        first, second, third, fourth = self.counts
        row, column = (
            _likelihood(first, second, found.row),
            _likelihood(third, fourth, found.column),
        )
        return _Stand(found, row[0] + column[0], row[1] + column[1], row[2] + column[2])

    def climbed(self, node: int, share: float) -> _Stand:
        """Climb to the top between a node and the next, by a guess of the share of the way."""
        near, far = self.rates[node : node + 2]
        at = near + min(max(share, 0.02), 0.98) * (far - near)
        place, earlier = self.node(node if self.slopes[node] > 0.0 else node + 1), inf
        for _ in range(STEPS):
            place, _, slope, bend = self.stand(place, at)
            near, far = (at, far) if slope > 0.0 else (near, at)
            step = -slope / bend if bend < 0.0 else inf
            size = abs(step)
            short = size <= SHORT * at and 0.5 * slope * step <= SLIGHT
            # Where steps do not get shorter any more, all that is left is rounding.
            if short and (size <= REST * at or size >= 0.5 * earlier):
                return self.stand(place, at + step)
            earlier = size if short else inf
            at = at + step if short or near <= at + step <= far else 0.5 * (near + far)
        raise LostError

    def passed(self, place: Place, at: float, bounds: tuple[float, float], level: float) -> float:
        """Find where the likelihood passes a level, between where it is above and where below."""
        near, far = bounds
        for _ in range(STEPS):
            place, value, slope, bend = self.stand(place, at)
            gap = value - level
            near, far = (at, far) if gap >= 0.0 else (near, at)
            step, last = _to_the_level(at, gap, slope, bend)
            moved = at + step
            if not (last or min(near, far) <= moved <= max(near, far)):
                moved = 0.5 * (near + far)
            if last or abs(moved - at) <= STILL * at:
                return moved
            at = moved
        raise LostError


def _likelihood(first: float, second: float, odds: Derivatives) -> Derivatives:
    """Log likelihood of one player's choices, and its derivatives, from those of log-odds."""
    x, x1, x2 = odds
    low = min(x, 0.0) - log1p(exp(-abs(x)))
    high = low - x
    p, other = exp(low), exp(high)
    lead = first * other - second * p
    return (
        first * low + second * high,
        lead * x1,
        lead * x2 - (first + second) * p * other * x1 * x1,
    )


def _to_the_level(at: float, gap: float, slope: float, bend: float) -> tuple[float, bool]:
    """Step along a parabola to a level, or along the tangent; and whether that is the last step.

    What the parabola adds to the tangent, squared and as a share of the step, is about what it
    still leaves.
    """
    tangent, inner = -gap / slope, slope * slope - 2.0 * bend * gap
    if inner <= 0.0:
        return tangent, False
    step = -2.0 * gap / (slope + copysign(sqrt(inner), slope))
    size = abs(step)
    close = size <= NEAR * at and abs(gap) <= NEARLY
    return step, close and (step - tangent) ** 2 <= LEFT * at * size


def _fits(path: _Path) -> Fits:
    """Find the maximum and the interval."""
    heights = path.heights
    highest = max(heights)
    top, infinite = _top(path, highest)
    ended = infinite or top.at == 0.0
    height = max(top.value, highest if infinite else heights[0] if ended else -inf)
    flat = highest - min(heights) <= FLAT * max(1.0, abs(height))
    bend = nan if ended else top.bend
    real = np.array([
        top.at, height, bend, top.slope, path.spacing(top.at), *_ends(path, top, height, infinite)
    ])[:, None]  # fmt: skip
    marks = np.array([infinite, flat])[:, None]
    nowhere, missing = np.array([nan, -inf])[:, None], np.zeros(1, dtype=np.int64)
    return Fits(
        real[0], real[1], real[2], real[3], real[4], real[5], real[6], marks[0], marks[1], missing,
        nowhere[0], nowhere[1], [(path.places, _logs(top.place))],
    )  # fmt: skip


def _top(path: _Path, highest: float) -> tuple[_Stand, bool]:
    """Climb the highest rises of the scan, and say whether the likelihood rises for ever."""
    heights, last = path.heights, len(path.heights) - 1
    least, alike = highest - COARSE * (1.0 + abs(highest)), ALIKE * max(1.0, abs(highest))
    worth = sorted((rise for rise in _rises(path) if rise[0] >= least), reverse=True)
    tops = [path.climbed(node, share) for _, node, share in worth[:CANDIDATES]]
    best = max((top.value for top in tops), default=-inf)
    # Nodes are interpolated, except for uniform play, which is exact.
    if best >= max(least, heights[0] + alike):
        top = min((top for top in tops if top.value >= best - alike), key=lambda top: top.at)
    else:
        node = 0 if heights[0] >= highest - alike else heights.index(highest)
        top = path.stand(path.node(node), path.rates[node])
    # Counts that a best reply predicts: the likelihood creeps up to its limit and never falls.
    creeps = heights[last] >= top.value - ALIKE * max(1.0, abs(top.value))
    if heights.index(highest) == last or (creeps and heights[last] > heights[0]):
        return path.stand(path.node(last), path.rates[last]), True
    return top, False


def _rises(path: _Path) -> Iterator[tuple[float, int, float]]:
    """List where the likelihood rises and then falls between two nodes.

    Gives the highest value of the cubic through them, the first node, and the share of the way.
    """
    known, slopes = path.heights, path.slopes
    for node, (left, right, rise, fall) in enumerate(
        zip(known, known[1:], slopes, slopes[1:], strict=False)
    ):
        # The likelihood may still rise at a node and be lower at the next.
        if (rise > 0.0 and (fall < 0.0 or right < left)) or (fall < 0.0 and left < right):
            cubic = _Cubic.of(path, node, node + 1)
            share = cubic.first / (cubic.first - cubic.second)
            for _ in range(3):
                share -= cubic.turn(share) / (2.0 * cubic.c2 + 6.0 * share * cubic.c3)
                share = min(max(share, 0.0), 1.0)
            yield max(left, right, cubic.at(share)), node, share


def _ends(path: _Path, top: _Stand, height: float, infinite: bool) -> tuple[float, float]:
    """Find where the likelihood has fallen by half a chi-square, outermost on either side."""
    level, last = height - HALF, len(path.heights) - 1
    inside = [node for node, known in enumerate(path.heights) if known >= level]
    # The maximum itself, between two nodes, may be the only place inside.
    first, final = (inside[0], inside[-1]) if inside else (last + 1, -1)
    beyond = bisect_left(path.rates, top.at)
    low, high = min(first, beyond) - 1, max(final + 1, beyond)
    return (
        0.0 if first == 0 or top.at == 0.0 else _end(path, top, (low + 1, low), level),
        inf if final == last or infinite else _end(path, top, (high - 1, high), level),
    )


def _end(path: _Path, top: _Stand, nodes: tuple[int, int], level: float) -> float:
    """Find where the likelihood passes a level between a node inside and the next one outside."""
    inner, outer = nodes
    end = path.rates[outer]
    if path.heights[inner] < level:
        return path.passed(top.place, 0.5 * (top.at + end), (top.at, end), level)
    cubic, start = _Cubic.of(path, inner, outer), path.rates[inner]
    share = (level - cubic.left) / cubic.gap
    for _ in range(3):
        share -= (cubic.at(share) - level) / cubic.turn(share)
        share = min(max(share, 0.0), 1.0)
    share = share if 0.0 < share < 1.0 else 0.5
    return path.passed(path.node(inner), start + share * (end - start), (start, end), level)


class _Cubic(NamedTuple):
    """Hermite's cubic of the likelihood between two nodes, over the share of the way."""

    left: float
    gap: float
    first: float
    second: float
    c2: float
    c3: float

    @classmethod
    def of(cls, path: _Path, start: int, end: int) -> _Cubic:
        width, left = path.rates[end] - path.rates[start], path.heights[start]
        gap = path.heights[end] - left
        first, second = path.slopes[start] * width, path.slopes[end] * width
        c2, c3 = 3.0 * gap - 2.0 * first - second, first + second - 2.0 * gap
        return cls(left, gap, first, second, c2, c3)

    def at(self, share: float) -> float:
        return self.left + share * (self.first + share * (self.c2 + share * self.c3))

    def turn(self, share: float) -> float:
        return self.first + share * (2.0 * self.c2 + 3.0 * share * self.c3)


def _logs(place: Place) -> Array:
    """Log probabilities of all actions, and their slopes: (2, actions, 1)."""
    logs, slopes = [], []
    for x, turn, _ in (place.row, place.column):
        low = min(x, 0.0) - log1p(exp(-abs(x)))
        logs += [low, low - x]
        slopes += [exp(low - x) * turn, -exp(low) * turn]
    return np.array([logs, slopes])[..., None]
