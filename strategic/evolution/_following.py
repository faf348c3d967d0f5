"""Follow a block of paths from their starts to the horizon, through all stages."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.evolution import _dormand_prince as stepping
from strategic.evolution._best_response import follow_pieces
from strategic.evolution._course import Course, Ends, fresh_ends
from strategic.evolution._dormand_prince import integrate
from strategic.evolution._flows import Flow, LogOdds
from strategic.evolution._settling import Settling
from strategic.evolution._starts import Lanes
from strategic.evolution._white_noise import follow_noise
from strategic.status import Status

PER_STEP = 0.05
"""Error of one step relative to the one asked for: errors of steps add up."""
_STATUS = {
    stepping.AT_END: Status.MOVING,
    stepping.OUT_OF_STEPS: Status.NOT_FINISHED,
    stepping.UNDEFINED: Status.INVALID,
}


def follow(course: Course, lanes: Lanes) -> Ends:
    """Follow paths to their ends."""
    if course.dynamic.exact_pieces:
        return follow_pieces(course, lanes)
    if course.noisy:
        return follow_noise(course, lanes)
    return _follow_smooth(course, lanes)


def _follow_smooth(course: Course, lanes: Lanes) -> Ends:
    found = fresh_ends(course, lanes)
    state: Array | None = None
    for (flow, stops, places, last), (start, _) in zip(
        course.flows(lanes), course.segments, strict=True
    ):
        state = flow.state(lanes.shares) if state is None else state
        ended = _stage(course, flow, state, found, stops=stops, places=places, last=last)
        state = ended.state
        found.steps += ended.tried
        alive = found.status == Status.MOVING
        found.time[alive] = start + ended.time[alive]
        found.status[alive] = _statuses(ended.code[alive])
        if last or (found.status != Status.MOVING).any():
            _stop(found, flow.shares(state), alive)
    return found


def _stage(
    course: Course,
    flow: Flow,
    state: Array,
    found: Ends,
    *,
    stops: Array,
    places: Array,
    last: bool,
) -> stepping.Lanes:
    """Follow one stage, and write the shares at its moments."""

    def visit(place: int, numbers: Array, states: Array) -> None:
        if place < len(places):
            for x, share in zip(found.shares, flow.shares(states), strict=True):
                x[:, places[place], numbers] = share

    watch = settling(course, flow, state.shape[1])
    # In log-odds nothing rests before the last stage: how small a share has become decides how
    # long it takes to come back.
    looks = last or not isinstance(flow, LogOdds)
    ended = integrate(
        flow,
        state,
        stops=stops,
        tolerance=PER_STEP * course.rtol,
        max_steps=course.max_steps,
        visit=visit if len(places) else None,
        look=watch if looks else None,
        foresee=(lambda flow, lanes: watch.foresee(flow, lanes, stops)) if last else None,
    )
    # What has settled stays; what was lost has no shares.
    rest = flow.shares(ended.state)
    lost = ended.code < stepping.AT_END
    ended.state[:, lost & (not last)] = np.nan
    for place, moment in enumerate(places):
        ahead = (ended.place <= place) & (ended.code != stepping.AT_END)
        for x, share in zip(found.shares, rest, strict=True):
            x[:, moment, ahead] = np.where(lost[ahead], np.nan, share[:, ahead])
    if not last:
        rests = ended.code > stepping.GOING
        ended.code[rests], ended.time[rests] = stepping.AT_END, stops[-1]
    return ended


def settling(course: Course, flow: Flow, points: int) -> Settling:
    """Make the watch over paths that settle."""
    sizes = course.segments[0][1].sizes
    return Settling(flow, sizes, points, noise=course.noise if course.dynamic.takes_noise else None)


def _statuses(codes: Array) -> Array:
    found = codes.copy()
    for code, status in _STATUS.items():
        found[codes == code] = status
    return found


def _stop(found: Ends, shares: list[Array], alive: Array) -> None:
    for x, share in zip(found.end, shares, strict=True):
        x[:, alive] = share[:, alive]
    for x in found.end:
        x[:, found.status == Status.INVALID] = np.nan
