"""The exact chain of a trust ladder: shares of time, survival and hitting times."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.chains import exit_times, long_run_law
from strategic.repeated.ladder.blocks import (
    BLOCK,
    IntArray,
    LadderBlock,
    cutoff_points,
    on_grid,
    path_moves,
    run_blocks,
)
from strategic.repeated.ladder.structure import Ladder

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def rung_shares(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    start: ArrayLike | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> FloatArray:
    """Compute the long-run share of time a relationship spends on every rung.

    Parameters
    ----------
    ladder : Ladder
        The points.
    cutoff : array_like of int, broadcastable to the grid
        Both cooperate on this rung and above.
    start : array_like of int, optional
        Rung of the first period; the top by default. It matters where trust can be trapped.
    workers, size : int, optional
        Threads and points a block; neither changes the answer.

    Returns
    -------
    ndarray, shape (..., rungs)
        Shares that sum to one; NaN at invalid points and where the cutoff is negative.

    Notes
    -----
    The stationary law of the chain by state elimination; of a chain that falls apart, the law of
    each closed class weighted by the probability of ending there.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1, shock=0.2, rungs=2)
    >>> rung_shares(pair, 1).round(6)
    array([0.285714, 0.714286])
    """
    cutoffs = cutoff_points(ladder, cutoff)
    starts = _starts(ladder, start)

    def kernel(block: LadderBlock) -> dict[str, FloatArray]:
        first = np.arange(block.rungs)[:, None] == starts[block.points]
        law = long_run_law(path_moves(block, cutoffs[block.points]), first.astype(float))
        return {"shares": law}

    answer = run_blocks(ladder, kernel, workers=workers, size=size)
    return on_grid(ladder, answer, "shares", ladder.most_rungs)


def cooperation_share(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    start: ArrayLike | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> FloatArray:
    """Compute the long-run share of time in which both cooperate.

    Parameters
    ----------
    ladder, cutoff, start, workers, size
        As for `rung_shares`.

    Returns
    -------
    ndarray, shape (...)
        Share of time on the cutoff rung and above; NaN at invalid points.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05, shock=0.2, rungs=2)
    >>> float(cooperation_share(pair, 1).round(6))
    0.833333
    """
    shares = rung_shares(ladder, cutoff, start=start, workers=workers, size=size)
    cutoffs = cutoff_points(ladder, cutoff).reshape((*ladder.shape, 1))
    rung = np.arange(shares.shape[-1])
    inside = (rung >= cutoffs) & (rung < ladder.rungs.reshape((*ladder.shape, 1)))
    share = np.zeros(ladder.shape)
    for k in rung:
        share += np.where(inside[..., k], shares[..., k], 0.0)
    defined = ladder.valid.reshape(ladder.shape) & (cutoffs[..., 0] >= 0)
    return np.where(defined, share, np.nan)


def hitting_times(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    target: ArrayLike = 0,
    workers: int | None = None,
    size: int = BLOCK,
) -> FloatArray:
    """Compute the expected periods until trust first stands on a rung or below it.

    Parameters
    ----------
    ladder : Ladder
        The points.
    cutoff : array_like of int, broadcastable to the grid
        Both cooperate on this rung and above.
    target : array_like of int, default 0
        Highest rung that counts as arrival.
    workers, size : int, optional
        Threads and points a block; neither changes the answer.

    Returns
    -------
    ndarray, shape (..., rungs)
        From each rung, 0 at or below the target and ``inf`` where it may never be reached; NaN
        at invalid points.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05, rungs=3)
    >>> hitting_times(pair, 1)
    array([ 0., 20., 20.])
    """
    cutoffs, targets = cutoff_points(ladder, cutoff), cutoff_points(ladder, target)

    def kernel(block: LadderBlock) -> dict[str, FloatArray]:
        chain = path_moves(block, cutoffs[block.points])
        arrived = np.arange(block.rungs)[:, None] <= targets[block.points]
        flow, leak = _staying(chain, ~arrived)
        return {"times": np.where(arrived, 0.0, exit_times(flow, leak))}

    answer = run_blocks(ladder, kernel, workers=workers, size=size)
    return on_grid(ladder, answer, "times", ladder.most_rungs)


def recovery_times(
    ladder: Ladder, cutoff: ArrayLike, *, workers: int | None = None, size: int = BLOCK
) -> FloatArray:
    """Compute the expected periods until both cooperate again.

    Parameters
    ----------
    ladder : Ladder
        The points.
    cutoff : array_like of int, broadcastable to the grid
        Both cooperate on this rung and above.
    workers, size : int, optional
        Threads and points a block; neither changes the answer.

    Returns
    -------
    ndarray, shape (..., rungs)
        From each rung, 0 from the cutoff on and ``inf`` where repair shocks may never lift trust
        so far; NaN at invalid points and where the cutoff is negative.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> recovery_times(trust_ladder(2.0, 2.0, 1.0, 0.9, shock=0.2, rungs=3), 1).round(12)
    array([5., 0., 0.])
    """
    cutoffs = cutoff_points(ladder, cutoff)

    def kernel(block: LadderBlock) -> dict[str, FloatArray]:
        here = cutoffs[block.points]
        inside = np.arange(block.rungs)[:, None] >= here
        flow, leak = _staying(path_moves(block, here), ~inside)
        return {
            "times": np.where(inside, 0.0, exit_times(flow, leak)) + np.where(here < 0, np.nan, 0.0)
        }

    answer = run_blocks(ladder, kernel, workers=workers, size=size)
    return on_grid(ladder, answer, "times", ladder.most_rungs)


def mean_survival(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    start: ArrayLike | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> FloatArray:
    """Compute the expected number of periods of cooperation before the first breakdown.

    Parameters
    ----------
    ladder, cutoff, start, workers, size
        As for `rung_shares`.

    Returns
    -------
    ndarray, shape (...)
        Expected first period below the cutoff, periods counted from 0; ``inf`` where cooperation
        may last for ever, 0 where it does not start, NaN at invalid points.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> float(mean_survival(trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05), 3))
    20.0
    """
    target = cutoff_points(ladder, cutoff).reshape(ladder.shape) - 1
    times = hitting_times(ladder, cutoff, target=target, workers=workers, size=size)
    starts = np.clip(_starts(ladder, start), 0, times.shape[-1] - 1).reshape((*ladder.shape, 1))
    return np.take_along_axis(times, starts, axis=-1)[..., 0]


def survival_curve(
    ladder: Ladder,
    cutoff: ArrayLike,
    periods: int,
    *,
    start: ArrayLike | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> FloatArray:
    """Compute the probability that cooperation has lasted through every period so far.

    Parameters
    ----------
    ladder, cutoff, start, workers, size
        As for `rung_shares`.
    periods : int
        Length of the curve.

    Returns
    -------
    ndarray, shape (..., periods)
        Probability of standing on the cutoff rung or above in each of the periods 0..t.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> survival_curve(trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1), 3, 3)
    array([1.  , 0.9 , 0.81])
    """
    cutoffs, starts = cutoff_points(ladder, cutoff), _starts(ladder, start)

    def kernel(block: LadderBlock) -> dict[str, FloatArray]:
        chain = path_moves(block, cutoffs[block.points])
        rung = np.arange(block.rungs)[:, None]
        flow, _ = _staying(chain, rung >= cutoffs[block.points])
        law = ((rung == starts[block.points]) & (rung >= cutoffs[block.points])).astype(float)
        law = np.where(cutoffs[block.points] >= 0, law, np.nan)
        return {"curve": _decay(flow, law, periods)}

    answer = run_blocks(ladder, kernel, workers=workers, size=size)
    return on_grid(ladder, answer, "curve", periods)


def descent_times(up: ArrayLike, down: ArrayLike, /) -> FloatArray:
    """Compute the expected periods to the bottom of a ladder that loses one rung at a time.

    Parameters
    ----------
    up, down : array_like, shape (n, ...)
        Probabilities u_k and d_k of a step up and down from the rungs k = 1..n; the step up from
        the top rung n is not used.

    Returns
    -------
    ndarray, shape (n, ...)
        Expected periods E_1..E_n to rung 0.

    Notes
    -----
    E_k = sum_{j=1}^k [1/d_j + sum_{i=j+1}^n (u_j ... u_{i-1})/(d_j ... d_i)], by the recursion
    m_j = (1 + u_j m_{j+1})/d_j for the time from rung j to j - 1.

    References
    ----------
    Karlin and Taylor (1975), A First Course in Stochastic Processes, chapter 4.

    Examples
    --------
    >>> times = descent_times([0.3] * 10, [0.1] * 10)
    >>> round(float(times[0])), round(float(times[-1]))
    (295240, 442810)
    """
    rise, fall = np.broadcast_arrays(np.asarray(up, float), np.asarray(down, float))
    times = np.empty_like(fall)
    following = np.zeros(fall.shape[1:])
    with np.errstate(divide="ignore", invalid="ignore"):
        for rung in range(len(fall) - 1, -1, -1):
            climb = np.where(following == 0.0, 0.0, rise[rung] * following)
            following = (1.0 + np.where(rise[rung] == 0.0, 0.0, climb)) / fall[rung]
            times[rung] = following
    return np.add.accumulate(times, axis=0)


def _starts(ladder: Ladder, start: ArrayLike | None) -> IntArray:
    return ladder.rungs - 1 if start is None else cutoff_points(ladder, start)


def _staying(chain: FloatArray, inside: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Split a chain into moves to rungs inside and the step out."""
    flow = np.where(inside[None], chain, 0.0)
    leak = np.zeros(chain.shape[1:])
    for rung in range(len(chain)):
        leak += np.where(inside[rung], 0.0, chain[:, rung])
    return flow, leak


def _decay(flow: FloatArray, law: FloatArray, periods: int) -> FloatArray:
    curve = np.zeros((periods, law.shape[1]))
    for period in range(periods):
        for rung in range(len(law)):
            curve[period] += law[rung]
        ahead = np.zeros_like(law)
        for rung in range(len(law)):
            ahead += law[rung] * flow[rung]
        law = ahead
    return curve
