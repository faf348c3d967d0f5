"""The replicator dynamics under white noise in every payoff: Euler-Maruyama in log-odds.

In log-odds the noise is additive: ``d ln(x_a / x_b) = (u_a - u_b) dt + s (dW_a - dW_b)``, so that
Euler-Maruyama converges in the first order, path by path (Kloeden and Platen 1992, chapter 10).
"""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.blocks import SEED_BLOCK
from strategic.errors import MethodError
from strategic.evolution._course import Course, Ends, fresh_ends
from strategic.evolution._flows import Flow
from strategic.evolution._gains import gains_of
from strategic.evolution._settling import largest_differences
from strategic.evolution._starts import Lanes
from strategic.status import Status

_PER_STEP = 0.02
"""Change of log-odds by the largest payoff difference within the longer of the two steps."""


def follow_noise(course: Course, lanes: Lanes) -> Ends:
    """Follow disturbed paths with two steps, one twice the other, under the same noise."""
    found = fresh_ends(course, lanes)
    streams = _Streams(course, lanes.numbers)
    fine: Array | None = None
    for flow, stops, places, _ in course.flows(lanes):
        if fine is None:
            fine = flow.state(lanes.shares)
            coarse = fine.copy()
        time = 0.0
        for place, stop in enumerate(stops):
            count = int(np.ceil((stop - time) / step_length(course))) if stop > time else 0
            if count:
                _advance(flow, fine, coarse, streams, count=count, length=(stop - time) / count)
                found.steps += 2 * count
            time = stop
            if place < len(places):
                _visit(found, places[place], flow, fine, coarse)
        shares = flow.shares(fine)
        found.end = [np.where(found.status == Status.INVALID, np.nan, x) for x in shares]
        found.error = np.fmax(found.error, _apart(flow, fine, coarse))
        found.status[~np.isfinite(np.concatenate(shares)).all(axis=0)] = Status.INVALID
    found.time[:] = course.horizon
    return found


def step_length(course: Course) -> float:
    """Choose the longer step, by the largest payoff difference of all games of all stages.

    Raises
    ------
    MethodError
        When the horizon is infinite, or steps would be too many.
    """
    if np.isinf(course.horizon):
        remedy = "noise never settles: give the time to stop at"
        raise MethodError("must be finite under noise", where="horizon", remedy=remedy)
    largest = 1.0 / max(course.horizon, 1e-300)
    for _, game in course.segments:
        points = max(1, int(np.prod(game.batch_shape)))
        spreads = largest_differences(gains_of(game), game.sizes, points)
        largest = max(largest, float(np.nanmax(spreads, initial=0.0)), course.noise**2)
    length = _PER_STEP / largest
    if course.horizon / length > course.max_steps:
        rule = f"needs more than {course.max_steps} steps"
        remedy = "raise max_steps or lower the horizon"
        raise MethodError(rule, where="horizon", value=course.horizon, remedy=remedy)
    return length


class _Streams:
    """Normal numbers for each path, whatever block it is in: one stream per `SEED_BLOCK` paths."""

    def __init__(self, course: Course, numbers: Array) -> None:
        sizes = course.segments[0][1].sizes
        # a population of two actions has one row, disturbed by the difference of two noises
        counts = [1 if size == 2 else size for size in sizes]
        scales = [np.sqrt(2.0) if size == 2 else 1.0 for size in sizes]
        self.scale = np.repeat(scales, counts)[:, None]
        self.noise = course.noise
        groups, self.widths = np.unique(numbers // SEED_BLOCK, return_counts=True)
        self.generators = [
            np.random.default_rng(np.random.SeedSequence(course.seed, spawn_key=(int(group),)))
            for group in groups
        ]

    def draw(self, length: float) -> Array:
        """Draw the disturbance of every row over a time."""
        rows = len(self.scale)
        parts = [
            generator.standard_normal((rows, width))
            for generator, width in zip(self.generators, self.widths, strict=True)
        ]
        return np.asarray(np.concatenate(parts, axis=1) * (self.scale * self.noise * length**0.5))


def _advance(
    flow: Flow, fine: Array, coarse: Array, streams: _Streams, *, count: int, length: float
) -> None:
    """Move both states on by ``count`` longer steps, in place."""
    slope = np.empty_like(fine)
    with np.errstate(all="ignore"):
        for _ in range(count):
            total = np.zeros_like(fine)
            for _ in range(2):
                shock = streams.draw(0.5 * length)
                flow.rates(fine, slope)
                fine += slope * (0.5 * length) + shock
                total += shock
            flow.rates(coarse, slope)
            coarse += slope * length + total
            flow.keep_in_range(fine)
            flow.keep_in_range(coarse)


def _apart(flow: Flow, fine: Array, coarse: Array) -> Array:
    pairs = zip(flow.shares(fine), flow.shares(coarse), strict=True)
    return np.asarray(np.max([np.abs(x - y).max(axis=0) for x, y in pairs], axis=0))


def _visit(found: Ends, moment: int, flow: Flow, fine: Array, coarse: Array) -> None:
    for x, share in zip(found.shares, flow.shares(fine), strict=True):
        x[:, moment] = share
    found.error = np.fmax(found.error, _apart(flow, fine, coarse))
