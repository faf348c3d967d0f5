"""Strides along branches, predicted by cubics, corrected by Newton's method and judged."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._metric import Metric, turned
from strategic.equilibria.quantal._small_systems import solve_with_determinant
from strategic.equilibria.quantal._system import LogitSystem, added

MOVE, SHARE = 0.15, 0.5
"""Longest last Newton move of an accepted stride, in units over which replies turn, and as a share
of the stride."""
FAR = 2.0
"""Times these: the longest first move."""
SHORT = 0.1
"""Strides below it are held to no shorter moves: the point they start from is no better."""
STEEP = 4.0
"""Times the determinant, as a share of the largest one so far: what of these is left to a move."""
STRICT = 0.05
"""Share of these that is left to the last move where branches turn, or have met another one."""
ROUGH = 1e-3
"""The last move of the opening after which nothing is left to correct before the first stride."""
AIM = 0.2
"""First Newton move, as a share of the stride, for which the next stride is made."""
BENT = 2.0
"""Largest gap between the slope that was predicted and the one found, over the stride."""
BEND = 0.5
"""The same where branches turn, as a share of the stride."""
TURN = 0.33
"""No probability changes by more in one stride."""
DROP, REACH = 0.3, 0.6
"""The determinant must keep this share over a stride; strides end within this share of the distance
at which it would vanish."""
FALLEN, EXACT = 0.7, 0.1
"""Where the determinant kept less than this share, the last move may be this share as long."""
FIRST, SHORTEST, LONGEST = 0.6, 1e-6, 1.2
"""Strides, in logarithms of rationality."""
FARTHEST = 4.0
"""The longest one where branches turn, in the units of `Metric`."""
ENTER, LEAVE = 0.05, 0.1
"""Strides below which branches are followed where they lead, and above which they climb again."""
HAIR = 1e-4
"""Strides up to which a fold and the target are not told apart."""
CROSSING = 1e-3
"""Stride over a change of orientation."""
LAST = 0.999
"""A stride that is predicted to rise by this share of what is left to the target ends there."""
OPENING, CORRECTIONS = 3, 8
SETTLED = 1e-7
"""Newton move at the target, of log-odds as a share of them and of replies in units over which they
turn, after which the next one would be rounding."""


@dataclass(eq=False)
class Strides:
    """Points of branches ``(unknowns + 1, games)``, rationality's logarithm last, and trials.

    ``slope``, ``bend`` and ``twist`` are the coefficients of the cubic that predicts; ``mixtures``
    are those of the point, ``determinant`` is that of the equations there, with the sign turned
    where it is not ``positive``, and ``peak`` its largest so far. ``trial`` is being
    corrected at the end of a stride, or at its start where the stride is zero; ``fresh`` says that
    the next trial is to be predicted, ``last`` that it is at the target and ``safe`` that there is
    one solution there. ``move`` is Newton's last move, ``first`` the first one.
    Where ``turning``, the branch is followed across its tangent, with the row ``border`` below the
    equations, and lengths are those of `Metric`; elsewhere at fixed rationality, and lengths are
    differences of its logarithm.
    """

    system: LogitSystem
    goal: Array
    safe: Array
    point: Array
    slope: Array
    bend: Array
    twist: Array
    mixtures: Array
    positive: Array
    determinant: Array
    peak: Array
    length: Array
    trial: Array
    stride: Array
    fresh: Array
    last: Array
    settled: Array
    move: Array
    first: Array
    tries: Array
    steps: Array
    turning: Array
    border: Array

    @classmethod
    def begin(cls, system: LogitSystem, at: Array, target: Array) -> Strides:
        """Stand at the end of the first stride, where the solution is unique."""
        games, zeros = len(at), np.zeros(len(at))
        outset = system.outset()
        w, safe = at * outset, at >= target
        with np.errstate(all="ignore"):
            for _ in range(OPENING):
                delta, slope, determinant, mixtures = _newton(system, w, at)
                w = w + delta
            move = at * turned(mixtures, system.followed(), delta)
            s, goal = np.log(at), np.log(target)
            # A second point, half way in rationality, from the cubic through uniform play.
            half = 0.5 * w + at * (outset - slope) / 8.0
            half_slope = 0.5 * at * (1.5 * w / at - 0.25 * (outset + slope))
            slope *= at
            cubic = _cubic(half, half_slope, w, slope, np.log(2.0))
            bend, twist = (np.where(np.isfinite(part), part, 0.0) for part in cubic)
            reach = REACH * determinant / np.maximum(1.0 - determinant, 1e-300)
        settled = _settled(delta, w) & (move <= SETTLED)
        still = ~safe & (move > ROUGH * np.minimum(1.0, STEEP * determinant))
        return cls(
            system=system, goal=goal, safe=safe, point=_under(w, s), slope=_under(slope, 1.0),
            bend=_under(bend, 0.0), twist=_under(twist, 0.0), mixtures=np.concatenate(mixtures),
            positive=np.ones(games, dtype=bool), determinant=determinant,
            peak=np.maximum(determinant, 1.0), length=np.minimum(FIRST, reach),
            trial=_under(w, s), stride=zeros, fresh=~(safe | still), last=safe.copy(),
            settled=settled, move=move, first=move.copy(),
            tries=zeros.astype(int), steps=np.ones(games, dtype=int),
            turning=np.zeros(games, dtype=bool), border=np.zeros((len(w) + 1, games)),
        )  # fmt: skip

    def keep(self, left: Array) -> Strides:
        """Keep the chosen games."""
        return Strides(self.system.keep(left), *self.state(left))

    def state(self, chosen: Array) -> list[Array]:
        """Give all but the equations of the chosen games, which may be chosen several times."""
        arrays = [getattr(self, field.name) for field in fields(self)[1:]]
        return [part.take(chosen, axis=-1) for part in arrays]

    @classmethod
    def joined(cls, states: list[list[Array]], system: LogitSystem, target: Array) -> Strides:
        """Go on from states of several games, to other targets."""
        parts = [np.concatenate(part, axis=-1) for part in zip(*states, strict=True)]
        return cls(system, np.log(target), *parts[1:])

    def would_pass(self, goals: Array) -> Array:
        """Say which goals ``(goals, games)``, in logarithms, the next stride is predicted to reach.

        None where no stride is next.
        """
        with np.errstate(invalid="ignore", over="ignore"):  # games that have left may be anywhere
            passed = self._rise(self.length) >= LAST * (goals - self.point[-1])
            return np.asarray(self.fresh & passed)

    def _rise(self, h: Array) -> Array:
        """Predict how far a stride rises."""
        return np.asarray(h * (self.slope[-1] + h * (self.bend[-1] + h * self.twist[-1])))

    def advance(self) -> tuple[Array, Array]:
        """Correct every trial once: which reached their target, and which are given up."""
        self._predict()
        h, size = self.stride, len(self.point) - 1
        still = h == 0.0
        ahead = np.where(still, self.length, h)
        with np.errstate(all="ignore"):
            t = np.exp(self.trial[size])
            delta, slope, determinant, mixtures = _newton(self.system, self.trial[:size], t)
            slope *= t
            delta, slope = _under(delta, 0.0), _under(slope, 1.0)
            determinant = np.where(self.positive, determinant, -determinant)
            bordered = np.flatnonzero(self.turning)
            if bordered.size:
                self._border(bordered, delta, slope, determinant)
            places, together = self.system.followed(), np.concatenate(mixtures)
            move = np.maximum(t * turned(mixtures, places, delta), np.abs(delta[size]))
            predicted = self.slope + h * (2.0 * self.bend + 3.0 * h * self.twist)
            gap = (slope - predicted) * h
            bent = np.maximum(t * turned(mixtures, places, gap), np.abs(gap[size]))
            bent /= np.where(self.turning, BEND * ahead, BENT)
            longest, bound = self._bounds(ahead, still, determinant)
            near = determinant > DROP * self.determinant
            # The sign changes where two branches cross (symmetric games): in one short step.
            near |= self.turning & (h < 2.0 * CROSSING) & (determinant < 0.0)
            near &= np.abs(together - self.mixtures).max(axis=0) <= TURN
            small = (move <= bound) & near & (bent <= 1.0)
            settled = _settled(delta, self.trial[:size]) & (move <= SETTLED)
            again = near & (bent <= 4.0) & (move > bound)
            again &= move < np.where(
                self.fresh, FAR * longest, np.where(still, 0.7, 0.3) * self.move
            )
            self.first = np.where(self.fresh, move, self.first)
        self.trial += delta
        small &= self.last | (self.trial[size] < self.goal)
        if bordered.size:
            small &= ~self._passed(slope)
        done = self.last & settled & (small | self.safe)
        taken = small & (~self.last | still) & ~self.safe
        again = (again | self.safe | (small & self.last)) & (self.tries < CORRECTIONS)
        failed = ~(taken | done | again)
        gone = bordered[(taken & ~still)[bordered]]
        if gone.size:  # the last cubic had another border
            way = self.trial[:, gone] - self.point[:, gone]
            h[gone] = added(self.border[:, gone] * way)
        if taken.any():
            self._accept(np.flatnonzero(taken), slope, determinant, together)
        self.length = np.where(failed, np.where(still, 0.0, 0.4 * ahead), self.length)
        self.fresh = taken | failed
        self.tries = np.where(self.fresh, 0, self.tries + 1)
        self.move = move
        self._change(taken)
        return done, failed & ((self.length < SHORTEST) | self.safe)

    def _predict(self) -> None:
        """Make the trials of games that have none."""
        fresh = self.fresh
        with np.errstate(invalid="ignore"):  # games that have left may be anywhere
            room = self.goal - self.point[-1]
            h = np.where(fresh, self.length, self.stride)
            rise = self._rise(h)
            last = rise >= LAST * room
            cut = fresh & last
            h[cut] *= room[cut] / rise[cut]
            there = self.point + h * (self.slope + h * (self.bend + h * self.twist))
        there[-1, last] = self.goal[last]
        self.last = np.where(fresh, last, self.last)
        self.stride = h
        self.steps += fresh
        self.trial = np.where(fresh, there, self.trial)

    def _border(self, some: Array, delta: Array, slope: Array, determinant: Array) -> None:
        """Correct turning games in the hyperplane across their tangent, unless at their target."""
        part, border = slope[:, some], self.border[:, some]
        across = added(border * part)
        free = ~self.last[some] & (self.stride[some] > 0.0)
        rise = np.where(free, -added(border * delta[:, some]) / across, 0.0)
        delta[:, some] += part * rise
        # Along the hyperplane's normal all slopes have the length one, so that strides are lengths.
        slope[:, some] = part / across
        determinant[some] *= np.where(free, across, np.abs(across))

    def _bounds(self, ahead: Array, still: Array, determinant: Array) -> tuple[Array, Array]:
        """Give the longest moves from which Newton's method may go on, and end."""
        longest = np.minimum(MOVE, SHARE * np.maximum(ahead, SHORT))
        # Where branches turn or meet, quadratic convergence begins late, and what is left of an
        # error may lead to another branch.
        longest *= np.minimum(1.0, STEEP * np.abs(determinant) / self.peak)
        strict = self.turning | ~self.positive | still
        bound = np.where(strict, np.minimum(STRICT, SHARE * ahead) * longest, longest)
        # A point that is accepted just beyond a fold is on no branch.
        bound = np.where(determinant < FALLEN * self.determinant, EXACT * bound, bound)
        return longest, bound

    def _passed(self, slope: Array) -> Array:
        """Say where a branch turns back within the stride and may have met its target before."""
        h, up, down = self.stride, self.slope[-1], slope[-1]
        with np.errstate(all="ignore"):
            # No arc between these tangents rises higher than where they meet.
            place = (self.trial[-1] - self.point[-1] - down * h) / (up - down)
            high = self.point[-1] + up * place >= self.goal
        return np.asarray(self.turning & (up > 0.0) & (down < 0.0) & high & (h > HAIR))

    def _accept(self, some: Array, slope: Array, determinant: Array, mixtures: Array) -> None:
        """Move some games on to their trials, and choose their next strides."""
        h, trial, point = self.stride[some], self.trial.take(some, 1), self.point.take(some, 1)
        slope, determinant = slope.take(some, 1), determinant[some]
        before, length, turning = self.determinant[some], self.length[some], self.turning[some]
        with np.errstate(all="ignore"):
            grown = np.sqrt(np.sqrt(AIM * np.minimum(1.0, h) / self.first[some]))
            longest = np.where(turning, FARTHEST, LONGEST)
            next_one = np.minimum(h * np.clip(grown, 0.3, 2.5), longest)
            fall = (before - determinant) / h
            reach = np.where(fall > 0.0, REACH * determinant / fall, longest)
            reach = np.where(turning, np.maximum(reach, CROSSING), reach)
            bend, twist = _cubic(point, self.slope.take(some, 1), trial, slope, h)
        self.length[some] = np.where(h == 0.0, length, np.minimum(next_one, reach))
        if (h == 0.0).any():  # who stood still keeps the cubic
            stood = np.flatnonzero(h == 0.0)
            bend[:, stood] = self.bend[:, some[stood]]
            twist[:, stood] = self.twist[:, some[stood]]
        self.bend[:, some], self.twist[:, some] = bend, twist
        self.point[:, some], self.slope[:, some] = trial, slope
        self.mixtures[:, some] = mixtures.take(some, 1)
        self.positive[some] ^= determinant < 0.0
        determinant = np.abs(determinant)
        self.determinant[some] = determinant
        self.peak[some] = np.fmax(self.peak[some], determinant)

    def _change(self, taken: Array) -> None:
        """Let games with short strides turn, and turning games that rise again climb."""
        turning = np.flatnonzero(self.turning & taken)
        if turning.size:
            rise = self.slope[-1, turning]
            up = rise * self.length[turning] > LEAVE
            self._face(turning[~up])
            up = turning[up]
            self._rescale(up, self.slope[-1, up])
            self.bend[:, up], self.twist[:, up], self.turning[up] = 0.0, 0.0, False
        enter = np.flatnonzero(self.fresh & ~self.turning & (self.length < ENTER))
        if enter.size:
            self._face(enter)
            self.turning[enter] = True
            # They begin by standing still until Newton's method has come to rest: what is left of
            # an error, and a slope that was told elsewhere, would lead to another branch.
            self.trial[:, enter], self.stride[enter] = self.point[:, enter], 0.0
            self.fresh[enter] = self.last[enter] = False
            self.move[enter] = np.inf

    def _face(self, some: Array) -> None:
        """Measure lengths by the metric at the points, and border across the tangents there."""
        if some.size:
            t, places = np.exp(self.point[-1, some]), self.system.followed()
            metric = Metric.at(places, self.mixtures[:, some], t)
            length, self.border[:, some] = metric.facing(self.slope[:, some])
            self._rescale(some, length)

    def _rescale(self, some: Array, unit: Array) -> None:
        """Measure lengths along the branch in other units."""
        for power, part in enumerate((self.slope, self.bend, self.twist)):
            part[:, some] /= unit ** (power + 1)
        self.length[some] *= unit
        self.determinant[some] *= unit
        self.peak[some] *= unit


def _under(rows: Array, row: Array | float) -> Array:
    """One more row."""
    whole = np.empty((len(rows) + 1, rows.shape[1]))
    whole[:-1], whole[-1] = rows, row
    return whole


def _newton(
    system: LogitSystem, w: Array, t: Array
) -> tuple[Array, Array, Array, tuple[Array, ...]]:
    """Newton's move at fixed rationality, the slope by it, the determinant and the mixtures."""
    size = len(w)
    values, derivatives, mixtures = system.evaluate(w, t)
    right = np.empty((size, 2, w.shape[1]))
    np.negative(values, out=right[:, 0])
    np.negative(derivatives[:, size], out=right[:, 1])
    solved, determinant = solve_with_determinant(derivatives[:, :size], right)
    return solved[:, 0], solved[:, 1], determinant, mixtures


def _settled(delta: Array, w: Array) -> Array:
    """Whether Newton's move was so short that the next one would be rounding."""
    longest = np.maximum(1.0, np.abs(w).max(axis=0))
    return np.asarray(np.abs(delta).max(axis=0) <= SETTLED * longest)


def _cubic(
    before: Array, slope_before: Array, w: Array, slope: Array, h: Array | float
) -> tuple[Array, Array]:
    """Second and third coefficients at ``w`` of the cubic through two points with their slopes."""
    chord = (w - before) / h
    twist = (slope - 2.0 * chord + slope_before) / h
    return (slope - chord) / h + twist, twist / h
