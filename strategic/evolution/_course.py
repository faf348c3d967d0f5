"""What paths follow, and how a block of them ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.evolution._flows import Flow, flow_of
from strategic.evolution._gains import gains_of
from strategic.evolution._starts import Lanes
from strategic.evolution.dynamics import Dynamic
from strategic.evolution.populations import PopulationGame
from strategic.status import Status


@dataclass(frozen=True, eq=False)
class Course:
    """What paths follow: dynamics, games and the times from which they hold, where to stop."""

    dynamic: Dynamic
    noise: float
    segments: tuple[tuple[float, PopulationGame], ...]
    """The games have one batch axis, or none."""
    moments: Array
    horizon: float
    rtol: float
    max_steps: int
    seed: int

    def behind(self) -> list[str]:
        """Name the dynamic, and what follows it."""
        integrated = [] if self.dynamic.exact_pieces else ["strategic.evolution._dormand_prince:"]
        return [self.dynamic.reference, *integrated]

    @property
    def noisy(self) -> bool:
        """Whether paths are disturbed by white noise."""
        return self.noise > 0.0 and self.dynamic.imitative

    def flows(self, lanes: Lanes) -> Iterator[tuple[Flow, Array, Array, bool]]:
        """Give each stage's equation, its stops from its beginning, and which are moments."""
        ends = [time for time, _ in self.segments[1:]] + [self.horizon]
        for (start, game), end in zip(self.segments, ends, strict=True):
            last = end == self.horizon
            inside = (self.moments >= start) & ((self.moments < end) | last)
            places = np.flatnonzero(inside)
            stops = np.append(self.moments[places], end)
            gains = gains_of(game)
            flow = flow_of(self.dynamic, self.noise, gains.at(lanes.game), game.sizes)
            yield flow, stops - start, places, last


@dataclass(eq=False)
class Ends:
    """How a block of paths ends; points last."""

    end: list[Array]
    time: Array
    steps: Array
    status: Array
    shares: list[Array]
    error: Array


def fresh_ends(course: Course, lanes: Lanes) -> Ends:
    """Begin where the paths do."""
    points = len(lanes.numbers)
    return Ends(
        end=[x.copy() for x in lanes.shares],
        time=np.zeros(points),
        steps=np.zeros(points, dtype=np.int64),
        status=np.full(points, Status.MOVING, dtype=np.int64),
        shares=[np.empty((len(x), len(course.moments), points)) for x in lanes.shares],
        error=np.zeros(points),
    )
