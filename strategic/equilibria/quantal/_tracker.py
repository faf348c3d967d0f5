"""Follow the principal branch of the logit equations, every game of a batch at its own step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._small_systems import solve_with_determinant
from strategic.equilibria.quantal._system import LogitSystem, added

SMALLEST_STEP = 1e-7
LARGEST_STEP = 64.0
CORRECTIONS = 3
ACCEPT = 1e-3
"""Longest last Newton move of an accepted step, in units over which replies turn."""
NEAR = 1e-4
"""Newton moves no longer than this end the correction."""
FAR = 1.0
"""Largest distance between the predicted and the corrected point."""
SHARPEST = 0.8
"""Least cosine of the turn of an accepted step."""
ARC, STRAIGHT = 1.0, 0.02
"""A smooth arc of length L that turns by an angle a lies within L (ARC sin a + STRAIGHT)."""
CROSSING = 1e-3
"""Longest step over a change of orientation: none at a fold, a short one where branches cross.
Longer steps would also pass from a branch to another one that comes near and turns off."""
RESUMED = 0.01
"""First step from a point where the branch rose, in logarithms of rationality."""
POLISH = 8
SETTLED = 1e-11
_NODES = 32
DENSE = 0.5
"""Longest step of a branch that is kept, as a share of one plus its rationality: cubics through its
nodes are then as good as the nodes."""
Watch = Callable[[Array, Array], bool]


@dataclass(frozen=True, eq=False)
class Tracked:
    """Where the branch was when every game stopped.

    Parameters
    ----------
    w : array (unknowns, games)
        Log-odds.
    rationality : array (games,)
        Where the branch is; the target, if it was reached.
    reached : array of bool (games,)
        Whether the target was reached.
    steps : array of int (games,)
        Steps taken, rejected ones included.
    """

    w: Array
    rationality: Array
    reached: Array
    steps: Array


def follow(
    system: LogitSystem,
    target: Array,
    *,
    first: Array,
    max_steps: int | Array = 1000,
    watch: Watch | None = None,
    largest: float = LARGEST_STEP,
    start: tuple[Array, Array] | None = None,
) -> Tracked:
    """Follow the branch that starts at uniform play until each game reaches its target.

    Parameters
    ----------
    system : LogitSystem
        The equations; payoffs scaled so that differences are about one.
    target : array (games,)
        Rationality to reach.
    first : array (games,)
        Rationality up to which the solution is known to be unique: reached in one stride.
    max_steps : int
        Cap on steps per game.
    watch : callable, optional
        Sees ``(w, rationality)`` after every accepted step of a single game; True stops.
    largest : float
        Longest step along the branch.
    start : arrays (unknowns, games) and (games,), optional
        Log-odds and rationality of points on the branch from where to go on: where it has risen so
        far, and met no other branch. A rationality of zero stands for uniform play.

    Returns
    -------
    Tracked

    Notes
    -----
    Predictor-corrector in pseudo-arclength (Keller 1977): the branch may turn back in
    rationality, so the step is along the tangent of the branch, and Newton's method corrects in
    the hyperplane across it. The step that would pass the target is cut to end on it. A step
    is taken back and shortened where Newton was slow, where the branch turned sharply, or where
    the determinant or the distance says that another branch was hit.
    """
    games, size = len(target), system.unknowns()
    w, rationality = (np.zeros((size, games)), np.zeros(games)) if start is None else start
    result = Tracked(w.copy(), rationality.copy(), target <= 0.0, np.zeros(games, dtype=int))
    most = np.broadcast_to(max_steps, (games,))
    numbers = np.flatnonzero(~result.reached & (most > 0))
    run = _Run.start(system.keep(numbers), target[numbers], first[numbers], largest)
    if start is not None:
        run.resume(start[0][:, numbers], start[1][numbers])
    while numbers.size:
        accepted = run.advance()
        result.steps[numbers] += 1
        over = run.arrived | (run.length < SMALLEST_STEP) | (result.steps[numbers] >= most[numbers])
        stopped = watch is not None and accepted[0] and watch(run.point[:-1], run.point[-1])
        if stopped or over.any():
            over |= stopped
            result.w[:, numbers[over]] = run.point[:-1, over]
            result.rationality[numbers[over]] = run.point[-1, over]
            result.reached[numbers[over]] = run.arrived[over]
            left = np.flatnonzero(~over)
            numbers, run = numbers[left], run.keep(left)
    return result


def trace(
    system: LogitSystem, target: Array, *, first: Array, max_steps: int, largest: float
) -> tuple[Array, Array]:
    """Follow as `follow` does, and keep every point and tangent.

    Returns
    -------
    points, tangents : arrays (unknowns + 1, nodes, games)
        Log-odds, and rationality last; NaN behind the last node of a game. Tangents have length
        one and point along the branch.
    """
    games = len(target)
    numbers = np.arange(games)
    run = _Run.start(system, target, np.minimum(first, DENSE), largest)
    count = np.ones(games, dtype=np.int64)
    points, tangents = (np.full((len(run.point), _NODES, games), np.nan) for _ in range(2))
    points[:, 0], tangents[:, 0] = run.point, run.tangent
    for _ in range(max_steps):
        if not numbers.size:
            break
        run.largest = np.minimum(largest, DENSE * (1.0 + run.point[-1]))
        taken = np.flatnonzero(run.advance())
        if (count[numbers[taken]] == points.shape[1]).any():
            more = np.full_like(points, np.nan)
            points, tangents = (np.concatenate([old, more], axis=1) for old in (points, tangents))
        there = numbers[taken]
        points[:, count[there], there] = run.point[:, taken]
        tangents[:, count[there], there] = run.tangent[:, taken]
        count[there] += 1
        over = run.arrived | (run.length < SMALLEST_STEP)
        if over.any():
            left = np.flatnonzero(~over)
            numbers, run = numbers[left], run.keep(left)
    most = int(count.max(initial=1))
    return points[:, :most], tangents[:, :most]


@dataclass(frozen=True, eq=False)
class _Corrected:
    """Where Newton led: point, tangent, first and last move, and the sign of the determinant."""

    point: Array
    tangent: Array
    first_move: Array
    move: Array
    positive: Array


@dataclass(eq=False)
class _Run:
    """The games still on their way: points and tangents ``(unknowns + 1, games)``.

    The last coordinate of a point is the rationality. ``positive`` is the sign of the determinant
    of the equations bordered by the tangent; it is constant along a branch without bifurcations.
    """

    system: LogitSystem
    target: Array
    point: Array
    tangent: Array
    length: Array
    arrived: Array
    positive: Array
    largest: Array | float

    @classmethod
    def start(cls, system: LogitSystem, target: Array, first: Array, largest: float) -> _Run:
        """Stand at uniform play, with a first stride to where the solution is still unique."""
        games, size = len(target), system.unknowns()
        point, tangent = np.zeros((2, size + 1, games))
        tangent[size] = 1.0
        tangent[:size] = -system.equations(point[:size], point[size])[1][:, size]
        length = np.sqrt(added(tangent**2))
        tangent /= length
        stride = np.minimum(first, target) * length
        here, positive = np.zeros(games, dtype=bool), np.ones(games, dtype=bool)
        return cls(system, target, point, tangent, stride, here, positive, largest)

    def resume(self, w: Array, rationality: Array) -> None:
        """Stand at these points instead, unless Newton's method leads away from them."""
        size = len(w)
        w, settled = polished(self.system, w, rationality)
        there = (rationality > 0.0) & settled
        _, derivatives = self.system.equations(w, rationality)
        slope, determinant = solve_with_determinant(derivatives[:, :size], -derivatives[:, size:])
        tangent = np.concatenate([slope[:, 0], np.ones((1, len(rationality)))])
        length = np.sqrt(added(tangent**2))
        there &= np.isfinite(length)  # singular equations have no slope
        length[~there] = 1.0
        self.point = np.where(there, np.concatenate([w, rationality[None]]), self.point)
        self.tangent = np.where(there, tangent / length, self.tangent)
        self.positive = np.where(there, determinant > 0.0, self.positive)
        self.length = np.where(there, RESUMED * rationality * length, self.length)

    def keep(self, left: Array) -> _Run:
        """Keep the chosen games."""
        arrays = ("target", "point", "tangent", "length", "arrived", "positive")
        chosen = {name: getattr(self, name).take(left, axis=-1) for name in arrays}
        return replace(self, system=self.system.keep(left), **chosen)

    def advance(self) -> Array:
        """Take one step in every game, and shrink the step where it failed; True where taken."""
        size = len(self.point) - 1
        ahead = self.tangent[size] > 0.0
        room = np.where(
            ahead,
            (self.target - self.point[size]) / np.where(ahead, self.tangent[size], 1.0),
            np.inf,
        )
        # A step that would pass the target ends on it, and is then corrected at that rationality.
        last = self.length >= room
        stride = np.where(last, room, self.length)
        start = self.point + stride * self.tangent
        start[size, last] = self.target[last]
        border = np.where(last, 0.0, self.tangent)
        border[size, last] = 1.0
        # Replies turn over log-odds of 1 / rationality, so that is what a correction is held to.
        unit = 1.0 / np.maximum(start[size], 1.0)
        found = self._corrected(start, border, NEAR * unit)
        with np.errstate(invalid="ignore"):
            turned_over = found.positive != self.positive
            good = (found.move < ACCEPT * unit) & (found.point[size] > 0.0)
            # The sign changes at a bifurcation too (symmetric games): crossed in small steps.
            good &= ~turned_over | (stride < CROSSING)
            good &= last | (found.point[size] < self.target)
            # Distance and turn must fit one smooth arc: another branch is farther than it turns.
            off = found.point - start
            along = added(off * self.tangent)
            across = np.sqrt(added((off - along * self.tangent) ** 2))
            cosine, length = added(found.tangent * self.tangent), stride + along
            sine = np.sqrt(np.maximum(1.0 - cosine**2, 0.0))
            good &= (cosine > SHARPEST) & (length > 0.0) & (across < FAR)
            good &= across <= length * (ARC * sine + STRAIGHT)
        self.point = np.where(good, found.point, self.point)
        self.arrived = good & last
        self.positive = np.where(good, found.positive, self.positive)
        self.tangent = np.where(good, found.tangent, self.tangent)
        first = found.first_move
        growth = np.where(first < 0.03, 4.0, np.where(first < 0.15, 2.0, 1.0))
        self.length = np.minimum(np.where(good, growth, 0.35) * stride, self.largest)
        self.length[self.arrived] = 1.0
        return np.asarray(good)

    def _corrected(self, start: Array, border: Array, near: Array) -> _Corrected:
        """Correct by Newton's method in the hyperplane across ``border``; find the tangent too."""
        size = len(start) - 1
        point, tangent = start.copy(), np.zeros_like(start)
        first_move = move = np.full(start.shape[1], np.inf)
        positive = np.zeros(start.shape[1], dtype=bool)
        right = np.empty((size, 2, start.shape[1]))
        delta = np.empty_like(start)
        with np.errstate(all="ignore"):
            for correction in range(CORRECTIONS):
                right[:, 0], derivatives = self.system.equations(point[:size], point[size])
                right[:, 1] = derivatives[:, size]
                solved, determinant = solve_with_determinant(derivatives[:, :size], right)
                # The bordered system, eliminated block by block: its determinant is that of the
                # equations times `pivot`. At a fold the former vanishes and the latter is infinite,
                # but no step ends there to the last digit.
                across, along = solved[:, 0], solved[:, 1]
                pivot = border[size] - added(border[:size] * along)
                delta[size] = -added(border[:size] * across) / pivot
                delta[:size] = across - along * delta[size]
                open_still = ~(move <= near)  # NaN stays open
                point -= np.where(open_still, delta, 0.0)
                tangent[:size] = np.where(open_still, -along / pivot, tangent[:size])
                tangent[size] = np.where(open_still, 1.0 / pivot, tangent[size])
                positive = np.where(open_still, (determinant > 0.0) == (pivot > 0.0), positive)
                move = np.where(open_still, np.abs(delta).max(axis=0), move)
                first_move = move if correction == 0 else first_move
                if (move <= near).all():
                    break
            tangent /= np.sqrt(added(tangent**2))
        return _Corrected(point, tangent, first_move, move, positive)


def polished(
    system: LogitSystem, w: Array, rationality: Array, *, farthest: Array | float = 10 * ACCEPT
) -> tuple[Array, Array]:
    """Take Newton steps at fixed rationality until nothing moves.

    Returns
    -------
    w : array (unknowns, games)
        Steps longer than ``farthest`` are not taken.
    settled : array of bool (games,)
        Whether the last step was no longer than rounding.
    """
    size, settled = len(w), np.zeros(w.shape[1], dtype=bool)
    for _ in range(POLISH):
        values, derivatives = system.equations(w, rationality)
        step = solve_with_determinant(derivatives[:, :size], values[:, None])[0][:, 0]
        length = np.abs(step).max(axis=0)
        with np.errstate(invalid="ignore"):
            good = (length < farthest) & ~settled
            settled |= length <= SETTLED * (1.0 + np.abs(w).max(axis=0))
        w = w - np.where(good, step, 0.0)
        if (settled | ~good).all():
            break
    return w, settled
