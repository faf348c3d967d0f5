"""Many differential equations side by side: Dormand-Prince 5(4), one step size per point.

Every operation works on each point by itself, in an order that does not depend on the others: a
point's path is the same to the bit whatever block it is integrated in.

References
----------
Dormand, J. R. and Prince, P. J. (1980). A family of embedded Runge-Kutta formulae. Journal of
Computational and Applied Mathematics 6, 19-26.
Hairer, E., Nørsett, S. P. and Wanner, G. (1993). Solving Ordinary Differential Equations I:
Nonstiff Problems, second edition. Springer. Section II.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

import numpy as np

from strategic.arrays import Array
from strategic.evolution._flows import Flow

_STAGES = tuple(
    np.array(weights)
    for weights in (
        (1 / 5,),
        (3 / 40, 9 / 40),
        (44 / 45, -56 / 15, 32 / 9),
        (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
        (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
        (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
    )
)
_ERROR = np.array((71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40))
_SAFETY, _LEAST, _MOST = 0.9, 0.2, 10.0
_FIRST = 4.0
"""First step, relative to the one that changes a row by the fifth root of the tolerance. The error
mostly allows ten times as much."""
_LONGEST = 1e100
"""Of all steps, where nothing changes: time stays finite."""
_SHORTEST = 1e-15
"""Step relative to time at which a path has run into payoffs that are not finite."""
_TINY = 1e-300
_BUFFER = 256
"""Numbers that fit into NumPy's buffer for operands while paths are followed."""
LOOK_EVERY = 32
"""Steps between two looks at whether a path has settled."""
FORESEE_EVERY = 5
"""Steps between two attempts to tell where a path will end."""
_COMPRESS = 0.9
"""Finished points are dropped when no more than this share is left."""

GOING, AT_END, OUT_OF_STEPS, UNDEFINED = 0, -1, -2, -3
"""How a point stands; positive numbers are the caller's, by its ``look``."""

Visit = Callable[[int, Array, Array], None]
Watch = Callable[[Flow, "Lanes", Array, Array, Array], None]


@dataclass(eq=False)
class Lanes:
    """Points under way: column k of every array belongs to point ``number[k]``."""

    number: Array
    state: Array
    slope: Array
    time: Array
    step: Array
    tried: Array
    place: Array
    """Of the next stop."""
    code: Array

    def kept(self, places: Array) -> Lanes:
        """Take some of the columns."""
        return Lanes(
            **{
                entry.name: np.take(getattr(self, entry.name), places, axis=-1)
                for entry in fields(self)
            }
        )

    def put(self, part: Lanes) -> None:
        """Write columns back to where they were taken from, by number."""
        for entry in fields(self):
            getattr(self, entry.name)[..., part.number] = getattr(part, entry.name)


@contextmanager
def _quick() -> Iterator[None]:
    """Ignore what is not finite, and let NumPy read rows where they are.

    Where an operand is repeated along the rows, NumPy copies rows shorter than half its buffer
    into that buffer first, which takes three times as long.
    """
    with np.errstate(all="ignore"):
        usual = np.setbufsize(_BUFFER)
        try:
            yield
        finally:
            np.setbufsize(usual)


@_quick()
def integrate(
    flow: Flow,
    start: Array,
    *,
    stops: Array,
    tolerance: float,
    max_steps: int,
    visit: Visit | None = None,
    look: Callable[[Flow, Lanes], None] | None = None,
    foresee: Callable[[Flow, Lanes], None] | None = None,
    watch: Watch | None = None,
) -> Lanes:
    """Follow every point from time 0 through its stops.

    Parameters
    ----------
    flow : Flow
        The differential equation.
    start : ndarray, shape (rows, points)
        States at time 0.
    stops : ndarray, shape (s,)
        Times to stop at exactly, in order; the last one, which may be infinite, is the end.
    tolerance : float
        Largest error of a step in any row, relative to the flow's scale.
    max_steps : int
        Steps per point, rejected ones included.
    visit : callable, optional
        Told the place of a stop, the points that have reached it, and their states.
    look, foresee : callable, optional
        Shown the lanes now and then, the latter more often; set the code (and state and time) of
        those that are done.
    watch : callable, optional
        Shown every step before it is taken: flow, lanes, new states, lengths, and the lanes whose
        step is refused.

    Returns
    -------
    Lanes
        All points, in order.
    """
    lanes = _started(flow, start, tolerance)
    ended, whole = lanes, flow
    tries = 0
    work = _Work(lanes.slope)
    while True:
        if look is not None and tries % LOOK_EVERY == LOOK_EVERY // 2:
            look(flow, lanes)
        if foresee is not None and tries % FORESEE_EVERY == FORESEE_EVERY - 1:
            foresee(flow, lanes)
        going = lanes.code == GOING
        left = np.count_nonzero(going)
        if not left:
            break
        if left <= _COMPRESS * len(going):
            if lanes is not ended:
                ended.put(lanes.kept(np.flatnonzero(~going)))
            places = np.flatnonzero(going)
            lanes, flow = lanes.kept(places), flow.at(places)
            work = _Work(lanes.slope)
        _step(flow, lanes, work, stops=stops, tolerance=tolerance, visit=visit, watch=watch)
        tries += 1
        if tries >= max_steps:
            lanes.code[lanes.code == GOING] = OUT_OF_STEPS
    if lanes is not ended:
        ended.put(lanes)
    if look is not None and (ended.code == AT_END).any():
        # a long last step may have gone past where the path has settled
        ended.code[ended.code == AT_END] = GOING
        look(whole, ended)
        ended.code[ended.code == GOING] = AT_END
    return ended


def _started(flow: Flow, start: Array, tolerance: float) -> Lanes:
    points = start.shape[1]
    slope, scale = np.empty_like(start), np.empty_like(start)
    flow.rates(start, slope)
    flow.tolerance(start, scale)
    speed = np.abs(slope / scale).max(axis=0)
    step = np.minimum(_FIRST * tolerance**0.2 / speed, _LONGEST)
    whole = np.isfinite(slope).all(axis=0)
    return Lanes(
        number=np.arange(points),
        state=start.copy(),
        slope=slope,
        time=np.zeros(points),
        step=np.where(whole, step, 1.0),
        tried=np.zeros(points, dtype=np.int64),
        place=np.zeros(points, dtype=np.int64),
        code=np.where(whole, GOING, UNDEFINED),
    )


class _Work:
    """Arrays for the stages of a step, made once for a number of points."""

    def __init__(self, slope: Array) -> None:
        # Sums of slopes run along single rows of numbers. Of rows of one number NumPy would add up
        # in another order, hence the second one.
        width = max(slope.size, 2)
        self.rows, self.sum_row = np.empty((7, width)), np.empty(width)
        self.slopes = self.rows[:, : slope.size].reshape(7, *slope.shape)
        self.sum = self.sum_row[: slope.size].reshape(slope.shape)
        self.slopes[0] = slope
        self.state, self.scale = np.empty_like(slope), np.empty_like(slope)

    def combine(self, weights: Array) -> Array:
        """Give the weighted sum of the first slopes, which holds until the next one."""
        np.einsum("s,sn->n", weights, self.rows[: len(weights)], out=self.sum_row)
        return self.sum

    def take_stages(self, flow: Flow, state: Array, length: Array) -> None:
        """Fill in slopes and the new state."""
        for stage, weights in enumerate(_STAGES, start=1):
            move = self.combine(weights)
            np.multiply(move, length, out=move)
            np.add(state, move, out=self.state)
            flow.rates(self.state, self.slopes[stage])

    def error_size(self, flow: Flow, length: Array, tolerance: float) -> Array:
        """Estimate each lane's error of the step, relative to what is tolerated."""
        error = np.abs(self.combine(_ERROR), out=self.sum)
        flow.tolerance(self.state, self.scale)
        np.divide(error, self.scale, out=error)
        size = error.max(axis=0)
        np.multiply(size, length, out=size)
        return np.asarray(np.divide(size, tolerance, out=size))


def _step(
    flow: Flow,
    lanes: Lanes,
    work: _Work,
    *,
    stops: Array,
    tolerance: float,
    visit: Visit | None,
    watch: Watch | None,
) -> None:
    """Try one step of every lane; those that are done do not move."""
    done = np.flatnonzero(lanes.code != GOING)
    left = (stops[lanes.place] if len(stops) > 1 else stops[0]) - lanes.time
    cut = lanes.step >= left
    length = np.minimum(lanes.step, left)
    length[done] = 0.0
    work.take_stages(flow, lanes.state, length)
    size = work.error_size(flow, length, tolerance)
    size[done] = np.inf
    factor = np.power(size, -0.2)
    np.multiply(factor, _SAFETY, out=factor)
    np.fmax(factor, _LEAST, out=factor)  # also where it is NaN
    np.minimum(factor, _MOST, out=factor)
    taken = size <= 1.0
    refused = np.flatnonzero(~taken)
    if watch is not None:
        watch(flow, lanes, work.state, length, refused)
    # Most steps are taken: new and old change places, and the few refused ones are put back.
    work.state[:, refused] = lanes.state[:, refused]
    work.slopes[6][:, refused] = lanes.slope[:, refused]
    lanes.state, work.state = work.state, lanes.state
    np.copyto(work.slopes[0], work.slopes[6])
    lanes.slope = work.slopes[0]
    proposal = np.multiply(factor, length, out=factor)
    np.minimum(proposal, _LONGEST, out=proposal)
    length[refused] = 0.0
    cut &= taken
    # A step that was cut short to arrive somewhere says little about how long steps may be.
    np.maximum(proposal, lanes.step, out=proposal, where=cut)
    _advance(flow, lanes, length, proposal, refused=refused, done=done)
    if cut.any():
        _arrive(lanes, cut, stops, visit)


def _advance(
    flow: Flow, lanes: Lanes, length: Array, proposal: Array, *, refused: Array, done: Array
) -> None:
    """Move time on and set the next step; give up where steps have become too short."""
    lanes.time += length
    lanes.tried += 1
    lanes.tried[done] -= 1
    lanes.step = proposal
    stuck = refused[
        (lanes.code[refused] == GOING)
        & (proposal[refused] <= np.maximum(_SHORTEST * lanes.time[refused], _TINY))
    ]
    lanes.code[stuck] = UNDEFINED
    flow.keep_in_range(lanes.state)


def _arrive(lanes: Lanes, arrived: Array, stops: Array, visit: Visit | None) -> None:
    """Stop the lanes that have reached their next stop."""
    places = lanes.place[arrived]
    lanes.time[arrived] = stops[places]
    if visit is not None:
        for place in np.unique(places):
            here = arrived & (lanes.place == place)
            visit(int(place), lanes.number[here], lanes.state[:, here])
    lanes.place[arrived] = np.minimum(places + 1, len(stops) - 1)
    lanes.code[np.flatnonzero(arrived)[places == len(stops) - 1]] = AT_END


def single_steps(flow: Flow, state: Array, slope: Array, length: Array) -> Array:
    """Take one step of given length from every state, whatever its error."""
    work = _Work(slope)
    with _quick():
        work.take_stages(flow, state, length)
    return work.state
