"""When paths come within a distance of where they settle, and stay: they are followed once more."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.evolution import _dormand_prince as stepping
from strategic.evolution._best_response import follow_pieces
from strategic.evolution._course import Course
from strategic.evolution._dormand_prince import integrate, single_steps
from strategic.evolution._flows import Flow
from strategic.evolution._following import PER_STEP, settling
from strategic.evolution._starts import Lanes

_HALVINGS = 40


def arrivals(course: Course, lanes: Lanes, ends: list[Array], within: float) -> Array:
    """Find when paths come within a distance of where they settle, and stay.

    The last step in which one comes near is remembered, and the moment within it is found by
    bisection of that step's length; in a straight piece of a best-response path, exactly.
    """
    found = np.full(len(lanes.numbers), np.nan)
    found[_apart(lanes.shares, ends) <= within] = 0.0
    if course.dynamic.exact_pieces:
        pieces = _Pieces(ends, within, found)
        with np.errstate(all="ignore"):
            follow_pieces(course, lanes, pieces)
        return pieces.moment
    state: Array | None = None
    with np.errstate(all="ignore"):
        for (flow, stops, _, last), (start, _) in zip(
            course.flows(lanes), course.segments, strict=True
        ):
            state = flow.state(lanes.shares) if state is None else state
            watch = _Crossings(flow, state, ends, within)
            ended = integrate(
                flow,
                state,
                stops=stops[-1:],
                tolerance=PER_STEP * course.rtol,
                max_steps=course.max_steps,
                look=settling(course, flow, len(found)) if last else None,
                watch=watch,
            )
            state = ended.state
            found[watch.left | watch.came] = np.nan
            found[watch.came] = start + watch.moments()
    return found


def _apart(shares: list[Array], ends: list[Array]) -> Array:
    gaps = [np.abs(x - end).max(axis=0) for x, end in zip(shares, ends, strict=True)]
    return np.asarray(np.max(gaps, axis=0))


class _Crossings:
    """Remembers the last step in which each path came within a distance of its end."""

    def __init__(self, flow: Flow, state: Array, ends: list[Array], within: float) -> None:
        self.flow, self.ends, self.within = flow, ends, within
        points = state.shape[1]
        self.state, self.slope = np.zeros_like(state), np.zeros_like(state)
        self.time, self.length = np.zeros(points), np.zeros(points)
        self.came, self.left = np.zeros(points, dtype=bool), np.zeros(points, dtype=bool)

    def __call__(
        self, flow: Flow, lanes: stepping.Lanes, new: Array, length: Array, refused: Array
    ) -> None:
        """Look at a step."""
        taken = np.ones(len(length), dtype=bool)
        taken[refused] = False
        ends = [end[:, lanes.number] for end in self.ends]
        far = _apart(flow.shares(lanes.state), ends) > self.within
        stays_far = _apart(flow.shares(new), ends) > self.within
        away = taken & stays_far
        self.left[lanes.number[away]] = True
        self.came[lanes.number[away]] = False
        came = taken & far & ~stays_far
        numbers = lanes.number[came]
        self.came[numbers] = True
        self.state[:, numbers], self.slope[:, numbers] = lanes.state[:, came], lanes.slope[:, came]
        self.time[numbers], self.length[numbers] = lanes.time[came], length[came]

    def moments(self) -> Array:
        """Find the moments of the crossings that were not undone."""
        flow, state, slope = (
            self.flow.at(self.came),
            self.state[:, self.came],
            self.slope[:, self.came],
        )
        length, ends = self.length[self.came], [end[:, self.came] for end in self.ends]
        low, high = np.zeros_like(length), np.ones_like(length)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            there = flow.shares(single_steps(flow, state, slope, middle * length))
            near = _apart(there, ends) <= self.within
            high, low = np.where(near, middle, high), np.where(near, low, middle)
        return np.asarray(self.time[self.came] + high * length)


class _Pieces:
    """Remembers when each path last came within a distance of its end, along straight pieces."""

    def __init__(self, ends: list[Array], within: float, moment: Array) -> None:
        self.ends, self.within, self.moment = ends, within, moment
        self.near = np.isfinite(moment)

    def __call__(
        self,
        number: Array,
        time: Array,
        shares: list[Array],
        target: list[Array],
        part: Array,
    ) -> None:
        """Look at a piece of each path."""
        ends = [end[:, number] for end in self.ends]
        begin = np.concatenate([x - end for x, end in zip(shares, ends, strict=True)])
        change = np.concatenate([b - x for b, x in zip(target, shares, strict=True)])
        moves = part > 0.0
        near = np.abs(begin + part * change).max(axis=0) <= self.within
        # every gap is linear in the part of the way: each row is near from some part on
        enters = (np.abs(begin) - self.within) / np.abs(change)
        first = np.where(np.abs(begin) <= self.within, 0.0, enters).max(axis=0)
        came = moves & near & ~(np.abs(begin).max(axis=0) <= self.within)
        self.moment[number[came]] = (time - np.log1p(-np.minimum(first, 1.0)))[came]
        self.moment[number[moves & ~near]] = np.nan
        self.near[number[moves]] = near[moves]
