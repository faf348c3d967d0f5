"""Random paths of a trust ladder: the spread around the exact chain."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import SEED_BLOCK, seed_stream
from strategic.errors import GameError
from strategic.executors import map_slices
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.ladder._blocks import cutoff_points
from strategic.repeated.ladder.structure import Ladder
from strategic.whole_numbers import check_whole


@in_one_line
@dataclass(frozen=True)
class LadderPaths(Cited):
    """What happened on each random path of each point.

    Attributes
    ----------
    cooperation : ndarray, shape (..., paths)
        Share of the periods in which both cooperated.
    breakdown : ndarray, shape (..., paths)
        First period without cooperation, periods counted from 0; ``inf`` if there was none.
    payoff : ndarray, shape (2, ..., paths)
        Discounted average payoff of each side over the periods, ``sum delta^t u_t / sum delta^t``.
    final_rung : ndarray of int, shape (..., paths)
        Rung after the last period; -1 at invalid points.
    periods, seed : int
        What the paths were drawn with.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> simulate_ladder(trust_ladder(1.0, 1.0, 1.0, 0.9), 3, paths=4, periods=10)
    <LadderPaths: cooperation [1 1 1 1], breakdown [inf inf inf inf], payoff 1 (2x4), ..., seed 0>
    """

    cooperation: Array
    breakdown: Array
    payoff: Array
    final_rung: Array
    periods: int
    seed: int


def simulate_ladder(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    paths: int = 1000,
    periods: int = 200,
    start: ArrayLike | None = None,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
) -> LadderPaths:
    """Draw random paths of trust ladders on which both cooperate from a rung upwards.

    Parameters
    ----------
    ladder : Ladder
        The points.
    cutoff : array_like of int, broadcastable to the grid
        Both cooperate on this rung and above.
    paths, periods : int, default 1000, 200
        Paths per point, and their length.
    start : array_like of int, optional
        Rung of the first period; the top by default.
    seed : int, default 0
        Seed of the random numbers. Every fixed block of paths has a stream of its own, so the
        number of workers never changes the answer.
    workers : int, optional
        Threads, or blocks in hand on the executor; all available cores by default.
    executor : concurrent.futures.Executor, optional
        Where paths are drawn, such as what `strategic.cluster` opens; here by default.

    Returns
    -------
    LadderPaths
        One entry per path; NaN at invalid points and where the cutoff is negative.

    Raises
    ------
    GameError
        When there is nothing to draw.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> drawn = simulate_ladder(trust_ladder(1.0, 1.0, 1.0, 0.9), 3, paths=4, periods=10)
    >>> drawn.cooperation.tolist(), drawn.breakdown.tolist()
    ([1.0, 1.0, 1.0, 1.0], [inf, inf, inf, inf])
    """
    check_whole(paths=paths, periods=periods, seed=seed, workers=workers)
    if paths < 1 or periods < 1 or not ladder.valid.size:
        raise GameError("needs a point and a path of one period", where="simulate_ladder")
    count = len(ladder.valid) * paths
    cutoffs = cutoff_points(ladder, cutoff)
    starts = ladder.rungs - 1 if start is None else cutoff_points(ladder, start)
    draws = _Draws(ladder, cutoffs, starts, paths, periods, seed)
    blocks = map_slices(draws.block, count, size=SEED_BLOCK, workers=workers, executor=executor)
    drawn = zip(*blocks, strict=True)
    cooperation, breakdown, payoff, rung = (np.concatenate(part, axis=-1) for part in drawn)
    defined = np.repeat(ladder.valid & (cutoffs >= 0), paths)
    grid = (*ladder.shape, paths)
    return LadderPaths(
        cooperation=np.where(defined, cooperation, np.nan).reshape(grid),
        breakdown=np.where(defined, breakdown, np.nan).reshape(grid),
        payoff=np.where(defined, payoff, np.nan).reshape((2, *grid)),
        final_rung=np.where(defined, rung, -1).reshape(grid),
        periods=periods,
        seed=seed,
    )


@dataclass(frozen=True)
class _Draws:
    """What is drawn; a block of it may be drawn anywhere."""

    ladder: Ladder
    cutoffs: Array
    starts: Array
    paths: int
    periods: int
    seed: int

    def block(self, items: slice) -> list[Array]:
        """Draw one seed block of paths."""
        points = np.arange(items.start, items.stop) // self.paths
        stream = seed_stream(self.seed, items.start // SEED_BLOCK)
        here, cutoffs = self.ladder.at(points), self.cutoffs[points]
        with np.errstate(invalid="ignore"):
            return _draw(here, cutoffs, self.starts[points], self.periods, stream)


def _draw(
    here: Ladder, cutoff: Array, start: Array, periods: int, stream: np.random.Generator
) -> list[Array]:
    """Draw one path per point: its cooperation, breakdown, payoffs and final rung."""
    top = np.maximum(here.rungs - 1, 0)
    floor = np.where(top == 0, 1.0, here.floor)
    slope = (1.0 - floor) / np.maximum(top, 1)
    rung = np.clip(start, 0, top)
    cooperation, breakdown = np.zeros(len(top)), np.full(len(top), np.inf)
    payoff, total, weight = np.zeros((3, 2, len(top)))
    weight += 1.0
    h = here.incident_risk
    for period in range(periods):
        together = rung >= cutoff
        cooperation += together
        breakdown = np.where(together, breakdown, np.minimum(breakdown, period))
        payoff += weight * np.where(together, floor + slope * rung, 0.0)
        total += weight
        weight *= here.discount
        # One uniform number decides between incident (below h), step (below h + (1-h) a or b) and
        # rest; the other decides the repair shock, which acts on wherever the first one led.
        moving, shocked = stream.random((2, len(top)))
        step = h + (1.0 - h) * np.where(together, here.up, here.down)
        stepped = np.where(together, rung + 1, rung - here.erosion)
        moved = np.where(moving < step, stepped, rung)
        moved = np.clip(np.where(moving < h, rung - here.crash, moved), 0, top)
        rung = np.where(shocked < here.shock, np.minimum(moved + here.shock_rungs, top), moved)
    return [cooperation / periods, breakdown, payoff * (here.dependence / total), rung]
