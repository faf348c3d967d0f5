"""Follow the principal branch of the logit equations, every game of a batch at its own step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._system import LogitSystem, added, solve_together

SMALLEST_STEP = 1e-7
LARGEST_STEP = 64.0
CORRECTIONS = 3
ACCEPT = 1e-3
NEAR = 1e-4
FAR = 1.0
SHARPEST = 0.8
ARC = 1.0
STRAIGHT = 0.02
CROSSING = 0.2
POLISH = 8
SETTLED = 1e-11
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
    max_steps: int = 1000,
    watch: Watch | None = None,
    largest: float = LARGEST_STEP,
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
        Cap on steps a game.
    watch : callable, optional
        Sees ``(w, rationality)`` after every accepted step of a single game; True stops.
    largest : float
        Longest step along the branch.

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
    result = Tracked(
        np.zeros((size, games)), np.zeros(games), target <= 0.0, np.zeros(games, dtype=int)
    )
    numbers = np.flatnonzero(~result.reached)
    run = _Run.start(system.keep(numbers), target[numbers], first[numbers], largest)
    for step in range(max_steps):
        if not numbers.size:
            break
        accepted = run.advance()
        result.steps[numbers] = step + 1
        stopped = watch is not None and accepted[0] and watch(run.point[:-1], run.point[-1])
        over = run.arrived | (run.length < SMALLEST_STEP)
        if stopped or over.any():
            over |= stopped
            result.w[:, numbers[over]] = run.point[:-1, over]
            result.rationality[numbers[over]] = run.point[-1, over]
            result.reached[numbers[over]] = run.arrived[over]
            left = np.flatnonzero(~over)
            numbers, run = numbers[left], run.keep(left)
    result.w[:, numbers], result.rationality[numbers] = run.point[:-1], run.point[-1]
    return result


@dataclass(eq=False)
class _Run:
    """The games still on their way: points and tangents ``(unknowns + 1, games)``."""

    system: LogitSystem
    target: Array
    point: Array
    tangent: Array
    length: Array
    arrived: Array
    sense: Array
    largest: float

    @classmethod
    def start(cls, system: LogitSystem, target: Array, first: Array, largest: float) -> _Run:
        games, size = len(target), system.unknowns()
        point = np.zeros((size + 1, games))
        tangent = np.zeros((size + 1, games))
        tangent[size] = 1.0
        _, derivatives = system.equations(point[:size], point[size])
        tangent[:size] = -derivatives[:, size]
        length = np.sqrt(added(tangent**2))
        tangent /= length
        stride = np.minimum(first, target) * length
        here, positive = np.zeros(games, dtype=bool), np.ones(games, dtype=bool)
        return cls(system, target, point, tangent, stride, here, positive, largest)

    def keep(self, left: Array) -> _Run:
        return _Run(
            self.system.keep(left),
            self.target[left],
            self.point.take(left, axis=1),
            self.tangent.take(left, axis=1),
            self.length[left],
            self.arrived[left],
            self.sense[left],
            self.largest,
        )

    def advance(self) -> Array:
        """Take one step in every game; shrink the step where it failed."""
        size = len(self.point) - 1
        ahead = self.tangent[size] > 0.0
        room = np.where(
            ahead,
            (self.target - self.point[size]) / np.where(ahead, self.tangent[size], 1.0),
            np.inf,
        )
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
            turned_over = found.oriented != self.sense
            good = (found.move < ACCEPT * unit) & (found.point[size] > 0.0)
            # The sign changes at a bifurcation too (symmetric games): crossed in small steps.
            good &= ~turned_over | (stride < CROSSING)
            good &= last | (found.point[size] < self.target)
            good &= self._on_the_same_arc(found, start, stride)
        self.point = np.where(good, found.point, self.point)
        self.arrived = good & last
        self.sense = np.where(good, found.oriented, self.sense)
        self.tangent = np.where(good & ~last, found.tangent, self.tangent)
        first = found.first_move
        growth = np.where(first < 0.03, 4.0, np.where(first < 0.15, 2.0, 1.0))
        self.length = np.minimum(np.where(good, growth, 0.35) * stride, self.largest)
        self.length[self.arrived] = 1.0
        return np.asarray(good)

    def _on_the_same_arc(self, found: _Corrected, start: Array, stride: Array) -> Array:
        """Whether distance and turn fit one smooth arc; another branch is farther than it turns."""
        off = found.point - start
        along = added(off * self.tangent)
        across = np.sqrt(added((off - along * self.tangent) ** 2))
        turned = added(found.tangent * self.tangent)
        sine = np.sqrt(np.maximum(1.0 - turned**2, 0.0))
        length = stride + along
        fits = (turned > SHARPEST) & (length > 0.0) & (across < FAR)
        return np.asarray(fits & (across <= length * (ARC * sine + STRAIGHT)))

    def _corrected(self, start: Array, border: Array, near: Array) -> _Corrected:
        size = len(start) - 1
        point, tangent = start.copy(), np.zeros_like(start)
        first_move = move = np.full(start.shape[1], np.inf)
        oriented = np.zeros(start.shape[1], dtype=bool)
        right = np.zeros((size + 1, 2, start.shape[1]))
        right[size, 1] = 1.0
        matrix = np.empty((size + 1, size + 1, start.shape[1]))
        matrix[size] = border
        with np.errstate(all="ignore"):
            for correction in range(CORRECTIONS):
                values, matrix[:size] = self.system.equations(point[:size], point[size])
                right[:size, 0] = values
                solved, positive = solve_together(matrix, right)
                open_still = ~(move <= near)
                point -= np.where(open_still, solved[:, 0], 0.0)
                tangent = np.where(open_still, solved[:, 1], tangent)
                oriented = np.where(open_still, positive, oriented)
                move = np.where(open_still, np.abs(solved[:, 0]).max(axis=0), move)
                first_move = move if correction == 0 else first_move
                if (move <= near).all():
                    break
            tangent /= np.sqrt(added(tangent**2))
        return _Corrected(point, tangent, first_move, move, oriented)


@dataclass(frozen=True, eq=False)
class _Corrected:
    """Where Newton led: point, tangent, first and last move, and whether the sense is right."""

    point: Array
    tangent: Array
    first_move: Array
    move: Array
    oriented: Array


def polished(
    system: LogitSystem, w: Array, rationality: Array, *, farthest: float = 10 * ACCEPT
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
        step = solve_together(derivatives[:, :size], values[:, None])[0][:, 0]
        length = np.abs(step).max(axis=0)
        with np.errstate(invalid="ignore"):
            good = (length < farthest) & ~settled
            settled |= length <= SETTLED * (1.0 + np.abs(w).max(axis=0))
        w = w - np.where(good, step, 0.0)
        if (settled | ~good).all():
            break
    return w, settled
