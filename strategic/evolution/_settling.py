"""When has a path settled? Looks at paths under way, and says which have come to rest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, product

import numpy as np

from strategic.arrays import Array
from strategic.evolution._dormand_prince import GOING, Lanes
from strategic.evolution._flows import Flow, LogOdds, TwoActions, payoffs_of
from strategic.evolution._gains import Gains, Polynomials
from strategic.evolution._trapping import time_to_corner
from strategic.evolution.dynamics import summed
from strategic.status import Status

CLOSE = 1e-9
"""A share below this is as good as gone, once nothing can bring it back."""
_LOG_CLOSE = np.log(CLOSE)
NEAR = 3e-7
"""Distance to a rest point that attracts within which a path has settled."""
_NEAR_NOISE, _LINEAR = 2e-5, 0.2
"""The same under logit choice: at most; and relative to the noise over the largest payoff
difference, within which choice probabilities are linear in shares."""
_STILL = 1e-8
"""A path that has not moved by more than this while time grew a thousandfold is at rest."""
_LONG = 1e3
_CLEAR = 1e-6
"""Rates count as negative when they are below minus this times the largest payoff difference."""
_SLOW = 1e-5
"""Velocity, relative to that difference, below which a path may be next to a rest point."""
_FAR = 6.0
"""Log-odds beyond which ``x (1 - x)`` is below `_SLOW` to the power .4 or so."""
_CORNER = 1e-4
_BARELY = 1e-12
"""Growth of a vanishing share, relative to that difference, that may be rounding."""
_CIRCLING = 1e9
"""Time, in inverse rates, after which a path that keeps coming back from corners is given up."""
_MOST_CORNERS = 64
_DIFFERENCE = 1e-6
"""Of shares, for derivatives of velocities."""


class Settling:
    """Watches paths; one object per block of them.

    A path has settled

    - at a corner (under imitative dynamics), when every share that is not the corner's is below
      `CLOSE` and its action earns clearly less: a box around a strict corner is never left;
    - at a corner, too, when a larger box around it leads there before the horizon for certain;
    - at any rest point, when Newton's method finds one within `NEAR` at which all eigenvalues of
      the linearised dynamics are clearly negative (in the directions in which it can move);
    - at rest, when nothing moves: its rate is zero, or time has grown a thousandfold while no
      share moved by more than a hundred millionth, and no vanishing share is growing; where one
      grows so slowly that it may be rounding, it is undecided whether that is rest.

    It is given up, unsettled, where shares below the smallest number still grow after a long time:
    it goes round corners and stays longer at each, so that time soon outgrows its own digits.
    """

    def __init__(
        self, flow: Flow, sizes: tuple[int, ...], points: int, *, noise: float | None
    ) -> None:
        self.spread = largest_differences(flow.gains, sizes, points)
        self.rate, self.near = self.spread, np.full(points, NEAR)
        self.slow = _SLOW * self.rate
        if noise is not None:
            # Logit choices are revised once per unit of time, whatever the payoffs. Where noise is
            # little, play next to a rest point turns fast: velocities are large at small distances,
            # and errors of the integration, once per turn, keep it from coming nearer.
            sharp = self.spread / noise
            self.rate = np.ones(points)
            self.slow = _SLOW * (1.0 + sharp)
            self.near = np.clip(_LINEAR / sharp, NEAR, _NEAR_NOISE)
        self.seen = np.full((sum(sizes), points), np.inf)
        self.since = np.zeros(points)

    def __call__(self, flow: Flow, lanes: Lanes) -> None:
        """Set code and state of the lanes that have settled."""
        with np.errstate(all="ignore"):
            if not isinstance(flow, TwoActions):
                self._look(flow, lanes)
                return
            # Most paths are plainly under way: x (1 - x) and the gain are both above these bounds,
            # so that velocities exceed those of all candidates below.
            slow = np.abs(lanes.slope) <= _SLOW**0.4 * self.spread[lanes.number]
            slow |= np.abs(lanes.state) >= _FAR
            quiet = np.flatnonzero(slow.all(axis=0) & (lanes.code == GOING))
            if quiet.size:
                part = lanes.kept(quiet)
                self._look(flow.at(quiet), part)
                lanes.state[:, quiet], lanes.code[quiet] = part.state, part.code

    def foresee(self, flow: Flow, lanes: Lanes, stops: Array) -> None:
        """Settle those that a box leads to a corner for certain, and before their next stop."""
        if not isinstance(flow, LogOdds):
            return
        left = stops[lanes.place] - lanes.time
        left[lanes.code != GOING] = -1.0
        needed = time_to_corner(
            flow,
            lanes.state,
            lanes.slope,
            left=left,
            least=_CLEAR * self.spread[lanes.number],
            log_odds=_LOG_CLOSE,
        )
        found = np.flatnonzero(needed < np.inf)
        if found.size:
            lanes.time[found] += needed[found]
            lanes.state[:, found] = flow.corner(lanes.state[:, found])
            lanes.code[found] = Status.SETTLED

    def _look(self, flow: Flow, lanes: Lanes) -> None:
        shares = flow.shares(lanes.state)
        payoffs = payoffs_of(flow, shares)
        spread, rate = self.spread[lanes.number], self.rate[lanes.number]
        going = lanes.code == GOING
        lanes.code[going & (lanes.slope == 0.0).all(axis=0)] = Status.AT_REST
        growing, doubtful = np.zeros((2, len(going)), dtype=bool)
        if isinstance(flow, LogOdds):
            growth = [u - summed(x * u) for x, u in zip(shares, payoffs, strict=True)]
            played = flow.played(lanes.state)
            settled = _in_a_trap(shares, growth, played, spread) & going
            growing = _coming_back(shares, growth, played, _BARELY * spread)
            doubtful = _coming_back(shares, growth, played, 0.0 * spread)
            self._round(flow, lanes, shares, settled)
            late = (lanes.code == GOING) & (lanes.time * rate > _CIRCLING)
            lanes.code[late & _out_of_sight(shares, growth, played)] = Status.NOT_FINISHED
        candidates = lanes.code == GOING
        candidates &= _speed(flow.velocities(shares)) <= self.slow[lanes.number]
        if isinstance(flow, LogOdds):  # for corners the box above is quicker
            candidates &= np.min([x.max(axis=0) for x in shares], axis=0) < 1.0 - _CORNER
        self._newton(flow, lanes, shares, rate, np.flatnonzero(candidates))
        still = self._still(lanes, np.concatenate(shares), rate) & ~growing
        still &= lanes.code == GOING
        lanes.code[still] = np.where(doubtful[still], Status.UNDECIDED, Status.AT_REST)

    def _round(self, flow: Flow, lanes: Lanes, shares: list[Array], settled: Array) -> None:
        if settled.any():
            corners = [np.round(x[:, settled]) for x in shares]
            lanes.state[:, settled] = flow.state(corners)
            lanes.code[settled] = Status.SETTLED

    def _still(self, lanes: Lanes, shares: Array, rate: Array) -> Array:
        """Whether shares have not moved for most of the time; remember those that have."""
        number = lanes.number
        moved = np.abs(shares - self.seen[:, number]).max(axis=0) > _STILL
        self.seen[:, number[moved]] = shares[:, moved]
        self.since[number[moved]] = lanes.time[moved]
        return np.asarray(
            ~moved & (lanes.time > _LONG * np.maximum(self.since[number], 1.0 / rate))
        )

    def _newton(
        self, flow: Flow, lanes: Lanes, shares: list[Array], rate: Array, found: Array
    ) -> None:
        """Settle the candidates that are next to a rest point that attracts."""
        if not found.size:
            return
        part = flow.at(found)
        given = [x[:, found] for x in shares]
        chart = _Chart(part, given, lanes.state[:, found])
        slopes = chart.jacobian(rate[found])
        sound = np.isfinite(slopes).all(axis=(1, 2))
        slopes[~sound] = 0.0
        values = np.linalg.eigvals(slopes)
        attracts = sound & (values.real.max(axis=1) < -_CLEAR * rate[found])
        slopes[~attracts] = np.eye(slopes.shape[1])
        distance = np.zeros(len(found))
        for _ in range(3):
            move = np.linalg.solve(slopes, -chart.velocity()[..., None])[..., 0]
            chart.move(move)
            distance = distance + np.abs(move).max(axis=1, initial=0.0)
        settled = attracts & (distance <= self.near[lanes.number[found]])
        here = found[settled]
        if here.size:
            lanes.state[:, here] = flow.state([x[:, settled] for x in chart.shares])
            lanes.code[here] = Status.SETTLED


def largest_differences(gains: Gains, sizes: tuple[int, ...], points: int) -> Array:
    """Bound what an action gains over another one anywhere; by corners where that is no bound."""
    if isinstance(gains, Polynomials):
        sums = [np.abs(c).sum(axis=tuple(range(1, c.ndim - 1))) for c in gains.coefficients]
        return np.broadcast_to(2.0 * np.max(np.concatenate(sums), axis=0), (points,))
    corners = [np.eye(size)[:, :, None] * np.ones(points) for size in sizes]
    centre = [np.full((size, points), 1.0 / size) for size in sizes]
    found = np.zeros(points)
    for profile in [None, *islice(product(*map(range, sizes)), _MOST_CORNERS)]:
        at = centre if profile is None else [c[a] for c, a in zip(corners, profile, strict=True)]
        read = at if gains.of_all else [share[1:] for share in at]
        with np.errstate(all="ignore"):
            for gain in gains(read):
                found = np.fmax(found, 2.0 * np.abs(gain).max(axis=0, initial=0.0))
    return found


class _Chart:
    """Shares of every population but its most frequent action's, as coordinates."""

    def __init__(self, flow: Flow, shares: list[Array], state: Array) -> None:
        self.flow, self.shares = flow, shares
        order = [np.argsort(x, axis=0, kind="stable") for x in shares]
        self.others = [places[:-1] for places in order]
        self.main = [places[-1:] for places in order]
        # Under imitation nobody takes up what nobody plays: such directions do not count.
        if isinstance(flow, LogOdds):
            self.fixed = ~np.concatenate(self._others_of(flow.played(state)))
        else:
            self.fixed = np.zeros((sum(map(len, self.others)), state.shape[1]), dtype=bool)

    def _others_of(self, arrays: Sequence[Array]) -> list[Array]:
        return [
            np.take_along_axis(array, places, axis=0)
            for array, places in zip(arrays, self.others, strict=True)
        ]

    def velocity(self) -> Array:
        """Velocity along the coordinates, (points, coordinates)."""
        found = np.concatenate(self._others_of(self.flow.velocities(self.shares)))
        return np.asarray(np.where(self.fixed, 0.0, found).T)

    def jacobian(self, rate: Array) -> Array:
        """Its derivatives, (points, coordinates, coordinates), by central differences."""
        columns = []
        for population, places in enumerate(self.others):
            for place in range(len(places)):
                sides = [self._shifted(population, place, d) for d in (_DIFFERENCE, -_DIFFERENCE)]
                columns.append((sides[0] - sides[1]) / (2 * _DIFFERENCE))
        slopes = np.stack(columns, axis=-1) if columns else np.zeros((len(rate), 0, 0))
        fixed = self.fixed.T
        slopes[fixed[:, :, None] | fixed[:, None, :]] = 0.0
        row, column = np.nonzero(fixed)
        slopes[row, column, column] = -rate[row]
        return np.asarray(slopes)

    def _shifted(self, population: int, place: int, distance: float) -> Array:
        kept = self.shares
        moved = kept[population].copy()
        for places, step in (
            (self.others[population][place : place + 1], distance),
            (self.main[population], -distance),
        ):
            values = np.take_along_axis(moved, places, axis=0)
            np.put_along_axis(moved, places, values + step, axis=0)
        self.shares = [*kept[:population], moved, *kept[population + 1 :]]
        found = self.velocity()
        self.shares = kept
        return found

    def move(self, step: Array) -> None:
        """Move along the coordinates, within the simplex."""
        first, moved = 0, []
        for x, others, main in zip(self.shares, self.others, self.main, strict=True):
            part = step.T[first : first + len(others)]
            first += len(others)
            new = x.copy()
            values = np.take_along_axis(new, others, axis=0) + part
            values = np.clip(values, 0.0, 1.0)
            np.put_along_axis(new, others, values, axis=0)
            rest = 1.0 - summed(values) if len(values) else np.ones_like(new[0])
            np.put_along_axis(new, main, rest[None], axis=0)
            moved.append(new)
        self.shares = moved


def _in_a_trap(
    shares: list[Array], growth: list[Array], played: list[Array], spread: Array
) -> Array:
    """Whether all shares but the largest are tiny and clearly shrinking, or nobody's."""
    inside = np.ones(len(spread), dtype=bool)
    for x, g, some in zip(shares, growth, played, strict=True):
        large = x > 0.5
        tiny = ~some | ((x < CLOSE) & (g < -_CLEAR * spread))
        inside &= (large | tiny).all(axis=0)
    return inside


def _coming_back(
    shares: list[Array], growth: list[Array], played: list[Array], least: Array
) -> Array:
    """Whether some tiny share is growing by more than the least rate."""
    growing = np.zeros(len(least), dtype=bool)
    for x, g, some in zip(shares, growth, played, strict=True):
        growing |= (some & (x < CLOSE) & (g > least)).any(axis=0)
    return growing


def _out_of_sight(shares: list[Array], growth: list[Array], played: list[Array]) -> Array:
    """Whether some share grows that is too small for a number."""
    hidden = [
        (some & (x == 0.0) & (g > 0.0)).any(axis=0)
        for x, g, some in zip(shares, growth, played, strict=True)
    ]
    return np.asarray(np.any(hidden, axis=0))


def _speed(velocities: Sequence[Array]) -> Array:
    return np.asarray(np.max([np.abs(v).max(axis=0) for v in velocities], axis=0))
