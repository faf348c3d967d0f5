"""Random paths of a trust ladder: the spread around the exact chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.blocks import SEED_BLOCK, map_blocks, seed_streams
from strategic.errors import GameError
from strategic.repeated.ladder.blocks import IntArray, cutoff_points
from strategic.repeated.ladder.structure import Ladder

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class LadderPaths:
    """What happened on each random path of each point.

    Attributes
    ----------
    cooperation : ndarray, shape (..., paths)
        Share of the periods in which both cooperated.
    breakdown : ndarray, shape (..., paths)
        First period without cooperation, periods counted from 0; ``inf`` if there was none.
    payoff : ndarray, shape (..., 2, paths)
        Discounted average payoff of each side over the periods, ``sum delta^t u_t / sum delta^t``.
    final_rung : ndarray of int, shape (..., paths)
        Rung after the last period; -1 at invalid points.
    periods, seed : int
        What the paths were drawn with.
    """

    cooperation: FloatArray
    breakdown: FloatArray
    payoff: FloatArray
    final_rung: IntArray
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
) -> LadderPaths:
    """Draw random paths of trust ladders on which both cooperate from a rung upwards.

    Parameters
    ----------
    ladder : Ladder
        The points.
    cutoff : array_like of int, broadcastable to the grid
        Both cooperate on this rung and above.
    paths, periods : int, default 1000, 200
        Paths a point, and their length.
    start : array_like of int, optional
        Rung of the first period; the top by default.
    seed : int, default 0
        Seed of the random numbers. Every fixed block of paths has a stream of its own, so the
        number of workers never changes the answer.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    LadderPaths
        One entry a path; NaN at invalid points and where the cutoff is negative.

    Raises
    ------
    GameError
        When there is nothing to draw.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> drawn = simulate_ladder(trust_ladder(1.0, 1.0, 1.0, 0.9), 3, paths=4, periods=10)
    >>> drawn.cooperation.tolist(), drawn.breakdown.tolist()
    ([1.0, 1.0, 1.0, 1.0], [inf, inf, inf, inf])
    """
    if paths < 1 or periods < 1 or not ladder.valid.size:
        raise GameError("needs a point and a path of one period", where="simulate_ladder")
    count = len(ladder.valid) * paths
    cutoffs = cutoff_points(ladder, cutoff)
    starts = ladder.rungs - 1 if start is None else cutoff_points(ladder, start)
    streams = seed_streams(seed, count)

    def draw(items: slice) -> _Drawn:
        points = np.arange(items.start, items.stop) // paths
        with np.errstate(invalid="ignore"):
            stream = streams[items.start // SEED_BLOCK]
            return _draw(
                _at(ladder, points), cutoffs[points], starts[points], periods=periods, stream=stream
            )

    drawn = list(map_blocks(draw, count, size=SEED_BLOCK, workers=workers))
    defined = ladder.valid & (cutoffs >= 0)
    return _gathered(ladder, drawn, defined, periods=periods, seed=seed)


def _at(ladder: Ladder, points: IntArray) -> Ladder:
    """Take one point a path."""
    arrays = {name: value[..., points] for name, value in vars(ladder).items() if name != "shape"}
    return Ladder(**arrays, shape=points.shape)


@dataclass(frozen=True)
class _Drawn:
    cooperation: FloatArray
    breakdown: FloatArray
    payoff: FloatArray
    rung: IntArray


def _draw(
    here: Ladder,
    cutoff: IntArray,
    start: IntArray,
    *,
    periods: int,
    stream: np.random.Generator,
) -> _Drawn:
    top = np.maximum(here.rungs - 1, 0)
    floor = np.where(top == 0, 1.0, here.floor)
    slope = (1.0 - floor) / np.maximum(top, 1)
    rung = np.clip(start, 0, top)
    cooperation, breakdown = np.zeros(len(top)), np.full(len(top), np.inf)
    payoff, total, weight = np.zeros((3, 2, len(top)))
    weight += 1.0
    for period in range(periods):
        together = rung >= cutoff
        cooperation += together
        breakdown = np.where(together, breakdown, np.minimum(breakdown, period))
        payoff += weight * np.where(together, floor + slope * rung, 0.0)
        total += weight
        weight *= here.discount
        rung = _next_rung(here, rung, together, stream.random((2, len(top))))
    payoff *= here.dependence / total
    return _Drawn(cooperation / periods, breakdown, payoff, rung)


def _next_rung(
    here: Ladder, rung: IntArray, together: NDArray[np.bool_], chance: FloatArray
) -> IntArray:
    """Move every path one period on: incident or step, then shock."""
    h, top = here.incident_risk, np.maximum(here.rungs - 1, 0)
    step = h + (1.0 - h) * np.where(together, here.up, here.down)
    stepped = np.where(together, rung + 1, rung - here.erosion)
    moved = np.where(chance[0] < step, stepped, rung)
    moved = np.clip(np.where(chance[0] < h, rung - here.crash, moved), 0, top)
    lifted = np.minimum(moved + here.shock_rungs, top)
    return np.where(chance[1] < here.shock, lifted, moved)


def _gathered(
    ladder: Ladder,
    drawn: list[_Drawn],
    defined: NDArray[np.bool_],
    *,
    periods: int,
    seed: int,
) -> LadderPaths:
    paths = sum(len(d.rung) for d in drawn) // len(defined)
    valid = np.repeat(defined, paths)
    grid = (*ladder.shape, paths)
    payoff = np.where(valid, np.concatenate([d.payoff for d in drawn], axis=1), np.nan)
    sides_last = np.moveaxis(payoff.reshape((2, *grid)), 0, -2)
    cooperation = np.concatenate([d.cooperation for d in drawn])
    breakdown = np.concatenate([d.breakdown for d in drawn])
    rung = np.concatenate([d.rung for d in drawn])
    return LadderPaths(
        cooperation=np.where(valid, cooperation, np.nan).reshape(grid),
        breakdown=np.where(valid, breakdown, np.nan).reshape(grid),
        payoff=np.ascontiguousarray(sides_last),
        final_rung=np.where(valid, rung, -1).reshape(grid),
        periods=periods,
        seed=seed,
    )


def survival_band(
    breakdown: ArrayLike, periods: int, /, *, level: float = 0.95
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Estimate a survival curve from breakdowns, with a confidence band.

    Parameters
    ----------
    breakdown : array_like, shape (..., paths)
        First period without cooperation on each path; ``inf`` if there was none.
    periods : int
        Length of the curve.
    level : float, default 0.95
        Probability that the band covers the truth, period by period.

    Returns
    -------
    estimate, lower, upper : ndarray, shape (..., periods)
        Share of paths with cooperation in every period 0..t, and Wilson's interval.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> estimate, lower, upper = survival_band([1.0, 2.0, float("inf"), float("inf")], 3)
    >>> estimate.tolist(), lower.round(3).tolist(), upper.round(3).tolist()
    ([1.0, 0.75, 0.5], [0.51, 0.301, 0.15], [1.0, 0.954, 0.85])
    """
    from scipy.stats import norm

    first = np.asarray(breakdown, float)
    paths = first.shape[-1]
    estimate = np.stack([(first > t).mean(axis=-1) for t in range(periods)], axis=-1)
    z2 = float(norm.ppf(0.5 + level / 2)) ** 2 / paths
    centre = (estimate + z2 / 2) / (1 + z2)
    half = np.sqrt(z2 * (estimate * (1 - estimate) + z2 / 4)) / (1 + z2)
    return estimate, np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
