"""Many differential equations side by side: Dormand-Prince 5(4), one step size per point.

Every operation works on each point by itself, in an order that does not depend on the others: a
point's path is the same to the bit whatever block it is integrated in.

References
----------
Dormand and Prince (1980), Journal of Computational and Applied Mathematics 6, 19-26.
Hairer, Norsett and Wanner (1993), Solving Ordinary Differential Equations I, II.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from strategic.arrays import Array
from strategic.evolution._flows import Flow

_STAGES: tuple[tuple[float, ...], ...] = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
_ERROR = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
_SAFETY, _LEAST, _MOST = 0.9, 0.2, 10.0
_LONGEST = 1e100
"""Of all steps, where nothing changes: time stays finite."""
_SHORTEST = 1e-15
"""Step relative to time at which a path has run into payoffs that are not finite."""
_TINY = 1e-300
LOOK_EVERY = 16
"""Steps between two looks at whether a path has settled."""
_COMPRESS = 0.8
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

    def kept(self, keep: Array) -> Lanes:
        """Take some of the columns."""
        columns = {
            entry.name: np.ascontiguousarray(getattr(self, entry.name)[..., keep])
            for entry in fields(self)
        }
        return Lanes(**columns)


def integrate(
    flow: Flow,
    start: Array,
    *,
    stops: Array,
    tolerance: float,
    max_steps: int,
    visit: Visit | None = None,
    look: Callable[[Flow, Lanes], None] | None = None,
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
    look : callable, optional
        Shown the lanes now and then; sets the code (and the state) of those that are done.
    watch : callable, optional
        Shown every step before it is taken: flow, lanes, new states, lengths, and the lanes whose
        step is refused.

    Returns
    -------
    Lanes
        All points, in order.
    """
    lanes = _started(flow, start, tolerance)
    done: list[Lanes] = []
    whole, tries = flow, 0
    work = _Work(lanes.slope)
    while True:
        if look is not None and tries % LOOK_EVERY == LOOK_EVERY // 2:
            look(flow, lanes)
        going = lanes.code == GOING
        left = np.count_nonzero(going)
        if not left:
            break
        if left <= _COMPRESS * len(going):
            done.append(lanes.kept(~going))
            lanes, flow = lanes.kept(going), flow.at(going)
            work = _Work(lanes.slope)
        _step(flow, lanes, work, stops=stops, tolerance=tolerance, visit=visit, watch=watch)
        tries += 1
        lanes.code[(lanes.code == GOING) & (lanes.tried >= max_steps)] = OUT_OF_STEPS
    ended = _in_order(done, lanes)
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
    with np.errstate(all="ignore"):
        speed = np.abs(slope / scale).max(axis=0)
        step = np.minimum(tolerance**0.2 / speed, _LONGEST)
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
        self.slopes = [slope, *(np.empty_like(slope) for _ in range(6))]
        self.state, self.term = np.empty_like(slope), np.empty_like(slope)

    def combine(self, weights: tuple[float, ...], step: Array, out: Array) -> None:
        """Write the step times the weighted sum of slopes, term by term."""
        np.multiply(self.slopes[0], weights[0], out=out)
        for weight, slope in zip(weights[1:], self.slopes[1:], strict=False):
            if weight:
                np.multiply(slope, weight, out=self.term)
                np.add(out, self.term, out=out)
        np.multiply(out, step, out=out)


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
    going = lanes.code == GOING
    left = stops[lanes.place] - lanes.time
    cut = lanes.step >= left
    length = np.minimum(lanes.step, left)
    length *= going
    new, slopes = work.state, work.slopes
    with np.errstate(all="ignore"):
        for stage, weights in enumerate(_STAGES):
            work.combine(weights, length, new)
            np.add(new, lanes.state, out=new)
            flow.rates(new, slopes[stage + 1])
        size = _error_size(flow, work, length, tolerance)
        factor = np.power(size, -0.2)
        factor *= _SAFETY
    np.fmax(factor, _LEAST, out=factor)  # also where it is NaN
    np.minimum(factor, _MOST, out=factor)
    refused = np.flatnonzero(~(size <= 1.0) | ~going)
    if watch is not None:
        watch(flow, lanes, new, length, refused)
    # Most steps are taken: new and old change places, and the few refused ones are put back.
    new[:, refused] = lanes.state[:, refused]
    slopes[6][:, refused] = slopes[0][:, refused]
    lanes.state, work.state = new, lanes.state
    slopes[0], slopes[6] = slopes[6], slopes[0]
    lanes.slope = slopes[0]
    proposal = np.minimum(length * factor, _LONGEST)
    length[refused] = 0.0
    cut[refused] = False
    # A step that was cut short to arrive somewhere says little about how long steps may be.
    np.maximum(proposal, lanes.step, out=proposal, where=cut)
    _advance(flow, lanes, length, proposal, refused)
    if cut.any():
        _arrive(lanes, cut, stops, visit)


def _error_size(flow: Flow, work: _Work, length: Array, tolerance: float) -> Array:
    """Estimate each lane's error of the step, relative to what is tolerated."""
    error = work.slopes[1]  # the second stage has no weight in the error, and is not used again
    work.combine(_ERROR, length, error)
    np.abs(error, out=error)
    flow.tolerance(work.state, work.term)
    np.divide(error, work.term, out=error)
    return np.asarray(error.max(axis=0) / tolerance)


def _advance(flow: Flow, lanes: Lanes, length: Array, proposal: Array, refused: Array) -> None:
    """Move time on and set the next step; give up where steps have become too short."""
    lanes.time += length
    lanes.tried += lanes.code == GOING
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
    work = _Work(slope.copy())
    with np.errstate(all="ignore"):
        for stage, weights in enumerate(_STAGES):
            work.combine(weights, length, work.state)
            np.add(work.state, state, out=work.state)
            flow.rates(work.state, work.slopes[stage + 1])
    return work.state


def _in_order(done: list[Lanes], rest: Lanes) -> Lanes:
    parts = [*done, rest]
    number = np.concatenate([part.number for part in parts])
    order = np.argsort(number)
    return Lanes(
        **{
            entry.name: np.concatenate([getattr(part, entry.name) for part in parts], axis=-1)[
                ..., order
            ]
            for entry in fields(Lanes)
        }
    )
