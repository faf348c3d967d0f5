"""Follow logit equilibria of many games to falling rationality, until they end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._small_systems import solve_with_determinant
from strategic.equilibria.quantal._system import LogitSystem

TOLD, SEEN = 1e-8, 1e-5
"""Last Newton move, over which play turns, of equilibria that are told, and of those looked up."""
_STILL = 1e-12
_CONFIRMING, _SLOW, _OFF = 4, 0.5, 0.2
"""Newton moves that confirm where a stride leads, how much shorter each is than the one before, and
by how much a probability may be off."""
_SHRUNK, _SHORTEST, _LONGEST = 0.35, 0.02, 0.5
"""How long a stride is beside one that failed, and the shortest and longest beside rationality."""
_PATIENCE, _DROPPED, _JUMP = 8, 0.25, 0.35
"""Newton moves of a short step, share of equilibria at rest from which on they are put aside, and
by how much a probability may change in a step or stride."""
_RATIO, _LONG_RATIO, _STRAIGHT = 0.9, 0.75, 100.0
"""How far short steps go: farther beyond a rationality where branches are nearly straight."""


def downwards(system: LogitSystem, w: Array, at: Array, aims: Array, *, rest: float) -> Array:
    """Follow equilibria to falling rationality, until they end.

    Parameters
    ----------
    system : LogitSystem
        The equations, one game per equilibrium.
    w, at : arrays (unknowns, columns) and (columns,)
        Log-odds and rationality where they are.
    aims : array (points, columns)
        Falling in each column; NaN behind the last one that is wanted.
    rest : float
        `TOLD` or `SEEN`.

    Returns
    -------
    array (unknowns, points, columns)
        Log-odds; NaN where an equilibrium has ended.

    Notes
    -----
    Strides lead from point to point, to where a parabola predicts that the branch goes on; where
    Newton's method does not confirm that, they are shortened. Branches on which they have become
    short are put aside and taken up in short steps, all of them at once: most end there, and that
    takes Newton's method longest to find.
    """
    found = np.full((len(w), *aims.shape), np.nan)
    wanted = np.concatenate([aims, np.full((1, aims.shape[1]), np.nan)])
    columns, place = np.arange(len(at)), np.zeros(len(at), dtype=np.int64)
    while len(columns):
        run = _Run.start(system, w, at, rest)
        w, at, place = _strides(run, place, wanted[:, columns], columns, found)
        left = np.flatnonzero(~np.isnan(wanted[place, columns]))
        columns, place, system = columns[left], place[left], system.keep(left)
        w, at, there = _steps(system, w[:, left], at[left], wanted[place, columns])
        left = np.flatnonzero(there)
        columns, place, system = columns[left], place[left], system.keep(left)
        w, at = w[:, left], at[left]
        found[:, place, columns] = w
        place += 1
    return found


def _strides(
    run: _Run, place: Array, wanted: Array, columns: Array, found: Array
) -> tuple[Array, Array, Array]:
    """Go on as far as strides lead, and enter what is found: log-odds, rationality, next point."""
    w, at, place, left = run.w.copy(), run.at.copy(), place.copy(), np.arange(len(run.at))
    while len(left):
        taken, arrived = run.advance(wanted[place[left], left])
        some = left[taken]
        w[:, some], at[some] = run.w[:, taken], run.at[taken]
        some = left[arrived]
        found[:, place[some], columns[some]] = run.w[:, arrived]
        place[some] += 1
        going = (run.stride > _SHORTEST * run.at) & ~np.isnan(wanted[place[left], left])
        if not going.all():
            keep = np.flatnonzero(going)
            left, run = left[keep], run.keep(keep)
    return w, at, place


@dataclass(eq=False)
class _Run:
    """Equilibria on their way down, with what predicts the next ones.

    ``slope`` and ``bend`` are the coefficients of a parabola in rationality, ``positive`` is the
    sign of the equations' determinant, which changes beyond a fold, and no stride is longer than
    ``stride``.
    """

    system: LogitSystem
    rest: float
    w: Array
    at: Array
    slope: Array
    bend: Array
    positive: Array
    stride: Array

    @classmethod
    def start(cls, system: LogitSystem, w: Array, at: Array, rest: float) -> _Run:
        """Stand at equilibria whose branches were not seen before."""
        size, straight = len(w), np.zeros_like(w)
        _, derivatives = system.equations(w, at)
        slope, determinant = solve_with_determinant(derivatives[:, :size], -derivatives[:, size:])
        far = np.full(len(at), np.inf)
        return cls(system, rest, w, at, slope[:, 0], straight, determinant > 0.0, far)

    def keep(self, left: Array) -> _Run:
        """Keep the chosen equilibria."""
        arrays = (self.w, self.at, self.slope, self.bend, self.positive, self.stride)
        return _Run(self.system.keep(left), self.rest, *(part[..., left] for part in arrays))

    def advance(self, target: Array) -> tuple[Array, Array]:
        """Take a stride towards targets: who did, and who came there."""
        there = np.maximum(target, self.at - np.minimum(self.stride, _LONGEST * self.at))
        h = there - self.at
        with np.errstate(all="ignore"):  # a stride may be of no length, or lead anywhere
            w, slope, determinant, good = self._corrected(there, h)
            good &= ((determinant > 0.0) == self.positive) & (_turn(w, self.w) < _JUMP)
            # The curvature, at its end, of the cubic through both points.
            bend = (3.0 * (self.w - w) / h + self.slope + 2.0 * slope) / h
        self.bend = np.where(good, np.where(np.isfinite(bend), bend, 0.0), self.bend)
        self.w, self.at = np.where(good, w, self.w), np.where(good, there, self.at)
        self.slope = np.where(good, slope, self.slope)
        self.stride = np.where(good, 2.0 * self.stride, -_SHRUNK * h)
        return good, good & (there == target)

    def _corrected(self, at: Array, h: Array) -> tuple[Array, Array, Array, Array]:
        """Predict and correct: log-odds, slopes, determinants, and whether that is nearby."""
        size = len(self.w)
        start = w = self.w + h * (self.slope + h * self.bend)
        right, earlier = np.empty((size, 2, len(at))), np.full(len(at), np.inf)
        short = np.maximum(_STILL * np.maximum(1.0, at), self.rest / np.maximum(1.0, at))
        for _ in range(_CONFIRMING):
            values, derivatives = self.system.equations(w, at)
            np.negative(values, out=right[:, 0])
            np.negative(derivatives[:, size], out=right[:, 1])
            solved, determinant = solve_with_determinant(derivatives[:, :size], right)
            w = w + solved[:, 0]
            length = np.abs(solved[:, 0]).max(axis=0, initial=0.0)
            still = length <= short
            if (still | ~(length < _SLOW * earlier)).all():
                break
            earlier = length
        return w, solved[:, 1], determinant, still & (_turn(w, start) < _OFF)


def _steps(system: LogitSystem, w: Array, at: Array, target: Array) -> tuple[Array, Array, Array]:
    """Go down to a target in short steps: log-odds, rationality, and which came there."""
    w, at, alive, left = w.copy(), at.copy(), np.zeros(len(at), dtype=bool), np.arange(len(at))
    while len(left):
        ratio = np.where(at[left] > _STRAIGHT, _LONG_RATIO, _RATIO)
        there = np.maximum(at[left] * ratio, target[left])
        w[:, left], held = settled_near(system, w[:, left], there)
        at[left] = np.where(held, there, at[left])
        arrived = held & (there <= target[left])
        alive[left[arrived]] = True
        keep = np.flatnonzero(held & ~arrived)
        left, system = left[keep], system.keep(keep)
    return w, at, alive


def settled_near(
    system: LogitSystem, w: Array, at: Array, most: int = _PATIENCE, *, jump: float = _JUMP
) -> tuple[Array, Array]:
    """Correct the log-odds at one rationality; a branch that does not converge has ended.

    Neither does one go on where a probability, beside that of the first action, changes by more
    than ``jump``.
    """
    start, w = w, w.copy()
    left, some, x, t = np.arange(len(at)), system, w, at
    with np.errstate(all="ignore"):
        for _ in range(most):
            values, derivatives = some.equations(x, t)
            step, _ = solve_with_determinant(derivatives[:, : len(w)], values[:, None])
            x = x - step[:, 0]
            w[:, left] = x
            moving = np.abs(step[:, 0]).max(axis=0, initial=0.0) >= _STILL * np.maximum(1.0, t)
            going = np.count_nonzero(moving)
            if not going:
                break
            if going <= (1.0 - _DROPPED) * len(t):
                left, some, x, t = (
                    left[moving],
                    some.keep(np.flatnonzero(moving)),
                    x[:, moving],
                    t[moving],
                )
        values, _ = system.equations(w, at)
        near = np.abs(values).max(axis=0) < 1e-9 * np.maximum(1.0, np.abs(w).max(axis=0))
        # A jump to another equilibrium is no continuation.
        held = near & np.isfinite(w).all(axis=0) & (_turn(w, start) < jump)
    return np.where(held, w, start), held


def _turn(w: Array, start: Array) -> Array:
    """Say by how much probabilities differ, each beside that of the first action."""
    return np.asarray(np.abs(1.0 / (1.0 + np.exp(-w)) - 1.0 / (1.0 + np.exp(-start))).max(axis=0))
