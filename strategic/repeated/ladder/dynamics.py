"""The exact chain of a trust ladder: shares of time, survival and hitting times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.chains import exit_times, long_run_law
from strategic.repeated.ladder._blocks import (
    BLOCK,
    LadderBlock,
    cutoff_points,
    on_grid,
    path_moves,
    run_blocks,
)
from strategic.repeated.ladder.structure import Ladder


def rung_shares(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    start: ArrayLike | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> Array:
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
        Threads and points per block; neither changes the answer.

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
    >>> from strategic.repeated import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1, shock=0.2, rungs=2)
    >>> rung_shares(pair, 1).round(6)
    array([0.285714, 0.714286])
    """
    return _on_chain(ladder, cutoff, _law, _starts(ladder, start), workers=workers, size=size)


def ladder_share(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    start: ArrayLike | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> Array:
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
    >>> from strategic.repeated import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05, shock=0.2, rungs=2)
    >>> float(ladder_share(pair, 1).round(6))
    0.833333
    """

    def work(chain: Array, rung: Array, cutoff: Array, start: Array) -> Array:
        inside = np.where(rung >= cutoff, _law(chain, rung, cutoff, start), 0.0)
        return np.where(cutoff >= 0, _total(inside), np.nan)

    return _on_chain(ladder, cutoff, work, _starts(ladder, start), workers=workers, size=size)


def hitting_times(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    target: ArrayLike = 0,
    workers: int | None = None,
    size: int = BLOCK,
) -> Array:
    """Compute the expected periods until trust first stands on a rung or below it.

    Parameters
    ----------
    ladder, cutoff, workers, size
        As for `rung_shares`.
    target : array_like of int, default 0
        Highest rung that counts as arrival.

    Returns
    -------
    ndarray, shape (..., rungs)
        From each rung, 0 at or below the target and ``inf`` where it may never be reached; NaN
        at invalid points.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05, rungs=3)
    >>> hitting_times(pair, 1)
    array([ 0., 20., 20.])
    """

    def work(chain: Array, rung: Array, _: Array, target: Array) -> Array:
        return _waits(chain, rung <= target)

    targets = cutoff_points(ladder, target)
    return _on_chain(ladder, cutoff, work, targets, workers=workers, size=size)


def recovery_times(
    ladder: Ladder, cutoff: ArrayLike, *, workers: int | None = None, size: int = BLOCK
) -> Array:
    """Compute the expected periods until both cooperate again.

    Parameters
    ----------
    ladder, cutoff, workers, size
        As for `rung_shares`.

    Returns
    -------
    ndarray, shape (..., rungs)
        From each rung, 0 from the cutoff on and ``inf`` where repair shocks may never lift trust
        so far; NaN at invalid points and where the cutoff is negative.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> recovery_times(trust_ladder(2.0, 2.0, 1.0, 0.9, shock=0.2, rungs=3), 1).round(12)
    array([5., 0., 0.])
    """

    def work(chain: Array, rung: Array, cutoff: Array) -> Array:
        return np.where(cutoff >= 0, _waits(chain, rung >= cutoff), np.nan)

    return _on_chain(ladder, cutoff, work, workers=workers, size=size)


def ladder_survival(
    ladder: Ladder,
    cutoff: ArrayLike,
    *,
    start: ArrayLike | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> Array:
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
    >>> from strategic.repeated import trust_ladder
    >>> float(ladder_survival(trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05), 3))
    20.0
    """

    def work(chain: Array, rung: Array, cutoff: Array, start: Array) -> Array:
        first = np.clip(start, 0, len(chain) - 1)
        return np.asarray(np.take_along_axis(_waits(chain, rung < cutoff), first[None], axis=0)[0])

    return _on_chain(ladder, cutoff, work, _starts(ladder, start), workers=workers, size=size)


def ladder_survival_curve(
    ladder: Ladder,
    cutoff: ArrayLike,
    periods: int,
    *,
    start: ArrayLike | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> Array:
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
    >>> from strategic.repeated import trust_ladder
    >>> ladder_survival_curve(trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1), 3, 3)
    array([1.  , 0.9 , 0.81])
    """

    def work(chain: Array, rung: Array, cutoff: Array, start: Array) -> Array:
        inside = rung >= cutoff
        flow = np.where(inside[None], chain, 0.0)
        law = np.where(cutoff >= 0, ((rung == start) & inside).astype(float), np.nan)
        curve = np.zeros((periods, law.shape[1]))
        for period in range(periods):
            curve[period] = _total(law)
            law = _total(law[:, None] * flow)
        return curve

    return _on_chain(ladder, cutoff, work, _starts(ladder, start), workers=workers, size=size)


def descent_times(up: ArrayLike, down: ArrayLike, /) -> Array:
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
            # 0 times inf counts as 0: a rung above that is never entered costs no time.
            empty = (following == 0.0) | (rise[rung] == 0.0)
            following = (1.0 + np.where(empty, 0.0, rise[rung] * following)) / fall[rung]
            times[rung] = following
    return np.add.accumulate(times, axis=0)


def _on_chain(
    ladder: Ladder,
    cutoff: ArrayLike,
    work: Callable[..., Array],
    *others: Array,
    workers: int | None,
    size: int,
) -> Array:
    """Apply ``work(chain, rung, cutoff, *others)`` to the chain on the path, block by block.

    ``chain`` has the shape (rungs, rungs, points), ``rung`` numbers the rungs as a column; the
    cutoff and the other arrays have one entry per point.
    """
    spread = [cutoff_points(ladder, cutoff), *others]

    def kernel(block: LadderBlock) -> dict[str, Array]:
        here = [values[block.points] for values in spread]
        rung = np.arange(block.rungs)[:, None]
        return {"answer": work(path_moves(block, here[0]), rung, *here)}

    answer = run_blocks(ladder, kernel, workers=workers, size=size)
    return on_grid(ladder, answer["answer"])


def _starts(ladder: Ladder, start: ArrayLike | None) -> Array:
    return ladder.rungs - 1 if start is None else cutoff_points(ladder, start)


def _law(chain: Array, rung: Array, _: Array, start: Array) -> Array:
    return long_run_law(chain, (rung == start).astype(float))


def _waits(chain: Array, arrived: Array) -> Array:
    """Find the expected periods until a chain first stands on a rung that counts as arrival."""
    flow = np.where(arrived[None], 0.0, chain)
    leak = _total(np.where(arrived[:, None], np.swapaxes(chain, 0, 1), 0.0))
    return np.where(arrived, 0.0, exit_times(flow, leak))


def _total(terms: Array) -> Array:
    """Add along the first axis one by one: the order never depends on the number of points."""
    total = np.zeros(terms.shape[1:])
    for term in terms:
        total += term
    return total
