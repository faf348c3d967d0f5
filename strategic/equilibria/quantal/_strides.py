"""Strides along branches, predicted by parabolas, corrected by Newton's method and judged."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._branch_step import at_rest, bend_at, newton_step, way_left
from strategic.equilibria.quantal._metric import Metric, turned
from strategic.equilibria.quantal._stride_limits import (
    AIM,
    BEND,
    BENDING,
    BENT,
    CORRECTIONS,
    CROSSING,
    DROP,
    ENTER,
    EXACT,
    FALLEN,
    FAR,
    FARTHEST,
    FIRST,
    HAIR,
    LAST,
    LEAVE,
    LESS,
    LONGEST,
    MORE,
    MOVE,
    OPENING,
    REACH,
    ROUGH,
    ROUNDED,
    SETTLED,
    SHARE,
    SHORT,
    SHORTEST,
    SHRUNK,
    STEEP,
    STRICT,
    TURN,
    UNTRIED,
)
from strategic.equilibria.quantal._system import LogitSystem, added, largest


@dataclass(eq=False)
class Strides:
    """Points of branches ``(unknowns + 1, games)``, rationality's logarithm last, and trials.

    ``along`` and ``bend`` are the coefficients of the parabola that predicts, of the stride and of
    its square, ``(unknowns + 1, games)``; ``mixtures`` are those of the point, ``determinant`` is
    that of the equations there, with the sign turned where it is not ``positive``, and ``peak`` its
    largest so far. ``trial`` is being corrected at the end of a stride, or at its start where the
    stride is zero; ``fresh`` says that the next trial is to be predicted, ``last`` that it is at
    the target and ``safe`` that there is one solution there. ``move`` is Newton's last move,
    ``first`` the first one.
    Where ``turning``, the branch is followed across its tangent, with the row ``border`` below the
    equations, and lengths are those of `Metric`; elsewhere at fixed rationality, and lengths are
    differences of its logarithm.
    """

    system: LogitSystem
    goal: Array
    safe: Array
    point: Array
    along: Array
    bend: Array
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
                (slope, delta), determinant, mixtures = newton_step(system, w, at)
                w = w + delta
            move = at * turned(mixtures, system.followed(), delta)
            s, goal = np.log(at), np.log(target)
            # A second point, half way in rationality, from the cubic through uniform play.
            half = 0.5 * w + at * (outset - slope) / 8.0
            half_slope = 0.5 * at * (1.5 * w / at - 0.25 * (outset + slope))
            slope *= at
            bend = bend_at(half, half_slope, w, slope, np.log(2.0))
            bend = np.where(np.isfinite(bend), bend, 0.0)
            reach = REACH * way_left(determinant, 1.0)
        settled = at_rest(delta, w) & (move <= SETTLED)
        still = ~safe & (move > ROUGH * np.minimum(1.0, STEEP * determinant))
        return cls(
            system=system, goal=goal, safe=safe, point=_under(w, s),
            along=_under(slope, 1.0), bend=_under(bend, 0.0), mixtures=mixtures,
            positive=np.ones(games, dtype=bool), determinant=determinant,
            peak=np.maximum(determinant, 1.0), length=np.fmin(FIRST, reach),
            trial=_under(w, s), stride=zeros, fresh=~(safe | still), last=safe.copy(),
            settled=settled, move=move, first=move.copy(),
            tries=np.zeros(games, dtype=np.int8), steps=np.ones(games, dtype=int),
            turning=np.zeros(games, dtype=bool), border=np.zeros((len(w) + 1, games)),
        )  # fmt: skip

    def keep(self, left: Array) -> Strides:
        """Keep the chosen games."""
        return Strides(self.system.keep(left), *self.state(left))

    def state(self, chosen: Array) -> list[Array]:
        """Give all but the equations of the chosen games, which may be chosen several times."""
        return [getattr(self, name).take(chosen, axis=-1) for name in _STATE]

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
        return np.asarray(h * (self.along[-1] + h * self.bend[-1]))

    def advance(self) -> tuple[Array, Array]:
        """Correct every trial once: which reached their target, and which are given up."""
        with np.errstate(all="ignore"):  # games that have left may be anywhere
            self._predict()
            return self._judge()

    def _predict(self) -> None:
        """Make the trials of games that have none."""
        fresh = self.fresh
        room = self.goal - self.point[-1]
        self.stride = h = np.where(fresh, self.length, self.stride)
        rise = self._rise(h)
        last = rise >= LAST * room
        last &= fresh
        cut = last.nonzero()[0]
        if cut.size:
            h[cut] *= room[cut] / rise[cut]
        there = h * self.bend
        there += self.along
        there *= h
        there += self.point
        if cut.size:
            there[-1, cut] = self.goal[cut]
        self.last = last | (self.last & ~fresh)
        self.steps += fresh
        self.trial = np.where(fresh, there, self.trial)

    def _judge(self) -> tuple[Array, Array]:
        """Correct trials, and say what they are worth."""
        h, fresh, size = self.stride, self.fresh, len(self.point) - 1
        still, t = h == 0.0, np.exp(self.trial[size])
        ahead, limit, standing = h.copy(), 0.3 * self.move, still.nonzero()[0]
        if standing.size:
            ahead[standing], limit[standing] = self.length[standing], 0.7 * self.move[standing]
        found, determinant, mixtures = self._solved(t)
        # Slopes, Newton's moves, and how far slopes have led from where those predicted would have.
        slope, delta, gap = found
        bordered = self.turning.nonzero()[0]
        if bordered.size:
            self._border(bordered, delta, slope, determinant)
        self._leave(gap, slope)
        lengths = turned(mixtures, self.system.followed(), found[1:, :size].swapaxes(0, 1))
        lengths *= t
        move, bent = np.maximum(lengths, np.abs(found[1:, size]), out=lengths)
        longest, bound = self._bounds(ahead, still, determinant)
        near = determinant > DROP * self.determinant
        if bordered.size:
            bent[bordered] /= BEND / BENT * ahead[bordered]
            # The sign changes where two branches cross (symmetric games): in one short step.
            near |= self.turning & (h < 2.0 * CROSSING) & (determinant < 0.0)
        held = self.turning | (determinant > FALLEN * self.determinant)
        change = mixtures - self.mixtures
        near &= (largest(np.abs(change, out=change)) <= TURN) & (held | (bent <= BENDING))
        small = (move <= bound) & near & (bent <= BENT)
        again = near & (bent <= 4.0 * BENT) & (move > bound)
        again &= move < np.where(fresh, FAR * longest, limit)
        self.first = np.where(fresh, move, self.first)
        settled = self._settled(move, delta[:size])
        self.trial += delta
        small &= self.last | (self.trial[size] < self.goal)
        back = ((slope[size] < 0.0) & (self.along[size] > 0.0)).nonzero()[0]
        if back.size:
            small[back] &= ~self._passed(back, slope)
        done = settled & (small | self.safe)
        taken = small & (~self.last | still) & ~self.safe
        again = (again | self.safe | (small & self.last)) & (self.tries < CORRECTIONS)
        failed = ~(taken | done | again)
        if np.count_nonzero(taken):
            moved = taken & ~still  # who stood still keeps the bend
            self._measure(bordered[moved[bordered]])
            self._accept(taken, moved, slope, determinant, mixtures)
        lost = failed.nonzero()[0]
        if lost.size:
            self.length[lost] = np.where(still[lost], 0.0, SHRUNK * ahead[lost])
        self.fresh = taken | failed
        self.tries += 1
        self.tries *= ~self.fresh
        self.move = move
        self._change(taken, bordered)
        return done, failed & ((self.length < SHORTEST) | self.safe)

    def _solved(self, t: Array) -> tuple[Array, Array, Array]:
        """Find slopes and Newton's moves ``(3, unknowns + 1, games)``, determinants and mixtures.

        Slopes are by rationality's logarithm; the last of three has room for what else is found.
        """
        size, games = len(self.point) - 1, len(t)
        solved, determinant, mixtures = newton_step(self.system, self.trial[:size], t)
        found = np.empty((3, size + 1, games))
        np.multiply(solved[0], t, out=found[0, :size])
        found[1, :size], found[0, size], found[1, size] = solved[1], 1.0, 0.0
        if np.count_nonzero(self.positive) < games:
            determinant = np.where(self.positive, determinant, -determinant)
        return found, determinant, mixtures

    def _leave(self, gap: Array, slope: Array) -> None:
        """Find how far slopes would lead from where those predicted would, over the stride."""
        h = self.stride
        predicted = 2.0 * h * self.bend
        predicted += self.along
        np.subtract(slope, predicted, out=gap)
        gap *= h

    def _border(self, some: Array, delta: Array, slope: Array, determinant: Array) -> None:
        """Correct turning games in the hyperplane across their tangent, unless at their target."""
        part, move, border = slope.take(some, 1), delta.take(some, 1), self.border.take(some, 1)
        across = added(border * part)
        free = ~self.last[some] & (self.stride[some] > 0.0)
        rise = np.where(free, -added(border * move) / across, 0.0)
        delta[:, some] = move + part * rise
        # Along the hyperplane's normal all slopes have the length one, so that strides are lengths.
        slope[:, some] = part / across
        determinant[some] *= np.where(free, across, np.abs(across))

    def _measure(self, some: Array) -> None:
        """Measure strides of turning games across the border that they were corrected along."""
        if some.size:
            way = self.trial.take(some, 1) - self.point.take(some, 1)
            self.stride[some] = added(self.border.take(some, 1) * way)

    def _bounds(self, ahead: Array, still: Array, determinant: Array) -> tuple[Array, Array]:
        """Give the longest moves from which Newton's method may go on, and end."""
        longest = np.minimum(MOVE, SHARE * np.maximum(ahead, SHORT))
        # Where branches turn or meet, quadratic convergence begins late, and what is left of an
        # error may lead to another branch.
        longest *= np.minimum(1.0, STEEP * np.abs(determinant) / self.peak)
        bound = longest.copy()
        strict = (self.turning | ~self.positive | still).nonzero()[0]
        bound[strict] *= np.minimum(STRICT, SHARE * ahead[strict])
        # A point that is accepted just beyond a fold is on no branch.
        bound *= np.where(determinant < FALLEN * self.determinant, EXACT, 1.0)
        return longest, np.maximum(bound, ROUNDED, out=bound)

    def _settled(self, move: Array, delta: Array) -> Array:
        """Say which games have come to rest at their targets."""
        settled = self.last & (move <= SETTLED)
        some = settled.nonzero()[0]
        if some.size:
            settled[some] = at_rest(delta.take(some, 1), self.trial[:-1].take(some, 1))
        return settled

    def _passed(self, some: Array, slope: Array) -> Array:
        """Say where a branch may have met its target before it turned back within the stride."""
        h, up, down, start = (
            part[some] for part in (self.stride, self.along[-1], slope[-1], self.point[-1])
        )
        # No arc between these tangents rises higher than where they meet.
        place = (self.trial[-1, some] - start - down * h) / (up - down)
        high = start + up * place >= self.goal[some]
        return np.asarray(high & (h > HAIR))

    def _accept(
        self, taken: Array, moved: Array, slope: Array, determinant: Array, mixtures: Array
    ) -> None:
        """Move some games on to their trials, and choose their next strides."""
        # What is chosen for the others is not used: that is faster than to choose for some.
        h = self.stride
        grown = np.sqrt(np.sqrt(AIM * np.minimum(1.0, h) / self.first))
        longest = np.where(self.turning, FARTHEST, LONGEST)
        next_one = np.minimum(h * np.minimum(np.maximum(grown, LESS), MORE), longest)
        fall = (self.determinant - determinant) / h
        left = determinant / fall
        least = np.where(self.turning, left, way_left(determinant, np.fmax(self.peak, determinant)))
        reach = np.where(fall > 0.0, REACH * np.minimum(left, least), longest)
        reach = np.where(self.turning, np.maximum(reach, CROSSING), reach)
        self.length = np.where(moved, np.minimum(next_one, reach), self.length)
        bend = bend_at(self.point, self.along, self.trial, slope, h)
        self.along = np.where(taken, slope, self.along)
        self.bend = np.where(moved, bend, self.bend)
        self.point = np.where(taken, self.trial, self.point)
        self.mixtures = np.where(taken, mixtures, self.mixtures)
        self.positive ^= taken & (determinant < 0.0)
        determinant = np.abs(determinant)
        self.determinant = np.where(taken, determinant, self.determinant)
        self.peak = np.fmax(self.peak, self.determinant)

    def _change(self, taken: Array, bordered: Array) -> None:
        """Let games with short strides turn, and turning games that rise again climb."""
        enter = (self.fresh & ~self.turning & (self.length < ENTER)).nonzero()[0]
        turning = bordered[taken[bordered]]
        faced = enter
        if turning.size:
            rise = self.along[-1].take(turning)
            climbing = rise * self.length[turning] > LEAVE
            if np.count_nonzero(climbing):
                up, unit = turning[climbing], rise[climbing]
                self._rescale(up, unit)
                # The same parabola, with the rise in the place of the length.
                self.bend[:, up] -= self.along.take(up, 1) * self.bend[-1].take(up)
                self.length[up] *= UNTRIED
                self.turning[up] = False
                turning = turning[~climbing]
            faced = np.concatenate([turning, enter])
        if faced.size:
            self._face(faced)
        if enter.size:
            self.turning[enter] = True
            # They begin by standing still until Newton's method has come to rest: what is left of
            # an error, and a slope that was told elsewhere, would lead to another branch.
            self.trial[:, enter], self.stride[enter] = self.point.take(enter, 1), 0.0
            self.fresh[enter] = self.last[enter] = False
            self.move[enter] = np.inf

    def _face(self, some: Array) -> None:
        """Measure lengths by the metric at the points, and border across the tangents there."""
        t, places = np.exp(self.point[-1, some]), self.system.followed()
        metric = Metric.at(places, self.mixtures.take(some, 1), t)
        length, self.border[:, some] = metric.facing(self.along.take(some, 1))
        self._rescale(some, length)

    def _rescale(self, some: Array, unit: Array) -> None:
        """Measure lengths along the branch in other units."""
        self.along[:, some] = self.along.take(some, 1) / unit
        self.bend[:, some] = self.bend.take(some, 1) / unit**2
        for part in (self.length, self.determinant, self.peak):
            part[some] *= unit


_STATE = [field.name for field in fields(Strides)[1:]]


def _under(rows: Array, row: Array | float) -> Array:
    """One more row."""
    whole = np.empty((len(rows) + 1, rows.shape[1]))
    whole[:-1], whole[-1] = rows, row
    return whole
