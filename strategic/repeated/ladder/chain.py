"""The exact chain of a trust ladder: shares of time, survival and hitting times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.chains import exit_times, long_run_law
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.ladder._blocks import (
    BLOCK,
    LadderBlock,
    cutoff_points,
    on_grid,
    path_moves,
    run_blocks,
)
from strategic.repeated.ladder.structure import Ladder
from strategic.whole_numbers import check_whole


@in_one_line
@dataclass(frozen=True, eq=False)
class LadderChain(Cited):
    """The Markov chain of trust when both cooperate from a rung upwards, exactly.

    Parameters
    ----------
    ladder : Ladder
        The points.
    cutoff : array_like of int, broadcastable to the grid
        Both cooperate on this rung and above. Results are NaN at invalid points and where the
        cutoff is negative.
    start : array_like of int, optional
        Rung of the first period; the top by default. Long-run shares depend on it only where trust
        can be trapped.
    workers, size : int, optional
        Threads and points per block; neither changes an answer.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1, shock=0.2, rungs=2)
    >>> chain = LadderChain(pair, 1)
    >>> chain.rung_shares().round(6), float(chain.mean_survival().round(6))
    (array([0.285714, 0.714286]), 12.5)
    """

    made_by = ("descent_times", "strategic.chains:discounted_values")

    ladder: Ladder
    cutoff: ArrayLike
    start: ArrayLike | None = None
    workers: int | None = None
    size: int = BLOCK

    def rung_shares(self) -> Array:
        """Compute the long-run share of time a relationship spends on every rung.

        Returns
        -------
        ndarray, shape (..., rungs)
            Shares that sum to one.

        Notes
        -----
        The stationary law of the chain by state elimination; of a chain that falls apart, the law
        of each closed class weighted by the probability of ending there.
        """
        return self._each(_law)

    def cooperation_share(self) -> Array:
        """Compute the long-run share of time in which both cooperate.

        Returns
        -------
        ndarray, shape (...)
            Share of time on the cutoff rung and above.

        Examples
        --------
        >>> from strategic.repeated import trust_ladder
        >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05, shock=0.2, rungs=2)
        >>> float(LadderChain(pair, 1).cooperation_share().round(6))
        0.833333
        """

        def work(chain: Array, rung: Array, cutoff: Array, start: Array) -> Array:
            inside = np.where(rung >= cutoff, _law(chain, rung, cutoff, start), 0.0)
            return np.where(cutoff >= 0, _total(inside), np.nan)

        return self._each(work)

    def hitting_times(self, target: ArrayLike = 0) -> Array:
        """Compute the expected periods until trust first stands on a rung or below it.

        Parameters
        ----------
        target : array_like of int, default 0
            Highest rung that counts as arrival.

        Returns
        -------
        ndarray, shape (..., rungs)
            From each rung, 0 at or below the target and ``inf`` where it may never be reached.

        Examples
        --------
        >>> from strategic.repeated import trust_ladder
        >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05, rungs=3)
        >>> LadderChain(pair, 1).hitting_times()
        array([ 0., 20., 20.])
        """

        def work(chain: Array, rung: Array, _: Array, __: Array, target: Array) -> Array:
            return _waits(chain, rung <= target)

        return self._each(work, cutoff_points(self.ladder, target))

    def recovery_times(self) -> Array:
        """Compute the expected periods until both cooperate again.

        Returns
        -------
        ndarray, shape (..., rungs)
            From each rung, 0 from the cutoff on and ``inf`` where repair shocks may never lift
            trust so far.

        Examples
        --------
        >>> from strategic.repeated import trust_ladder
        >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, shock=0.2, rungs=3)
        >>> LadderChain(pair, 1).recovery_times().round(12)
        array([5., 0., 0.])
        """

        def work(chain: Array, rung: Array, cutoff: Array, _: Array) -> Array:
            return np.where(cutoff >= 0, _waits(chain, rung >= cutoff), np.nan)

        return self._each(work)

    def mean_survival(self) -> Array:
        """Compute the expected number of periods of cooperation before the first breakdown.

        Returns
        -------
        ndarray, shape (...)
            Expected first period below the cutoff, periods counted from 0; ``inf`` where
            cooperation may last for ever, 0 where it does not start.

        Examples
        --------
        >>> from strategic.repeated import trust_ladder
        >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05)
        >>> float(LadderChain(pair, 3).mean_survival())
        20.0
        """

        def work(chain: Array, rung: Array, cutoff: Array, start: Array) -> Array:
            first = np.clip(start, 0, len(chain) - 1)[None]
            return np.asarray(np.take_along_axis(_waits(chain, rung < cutoff), first, axis=0)[0])

        return self._each(work)

    def survival_curve(self, periods: int) -> Array:
        """Compute the probability that cooperation has lasted through every period so far.

        Parameters
        ----------
        periods : int
            Length of the curve.

        Returns
        -------
        ndarray, shape (..., periods)
            Probability of standing on the cutoff rung or above in each of the periods 0..t.

        Examples
        --------
        >>> from strategic.repeated import trust_ladder
        >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1)
        >>> LadderChain(pair, 3).survival_curve(3)
        array([1.  , 0.9 , 0.81])
        """
        check_whole(periods=periods)

        def work(chain: Array, rung: Array, cutoff: Array, start: Array) -> Array:
            inside = rung >= cutoff
            flow = np.where(inside[None], chain, 0.0)
            law = np.where(cutoff >= 0, ((rung == start) & inside).astype(float), np.nan)
            curve = np.zeros((periods, law.shape[1]))
            for period in range(periods):
                curve[period] = _total(law)
                law = _total(law[:, None] * flow)
            return curve

        return self._each(work)

    def shares_over_time(self, periods: int) -> Array:
        """Compute the probability of standing on each rung, period by period.

        Parameters
        ----------
        periods : int
            Number of periods, the first one included.

        Returns
        -------
        ndarray, shape (..., periods, rungs)
            Probabilities that sum to one in every period; they tend to `rung_shares`, or go round
            it where the chain is periodic.

        Examples
        --------
        >>> from strategic.repeated import trust_ladder
        >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1, shock=0.2, rungs=2)
        >>> LadderChain(pair, 1).shares_over_time(3)
        array([[0.    , 1.    ],
               [0.08  , 0.92  ],
               [0.1376, 0.8624]])
        """
        check_whole(periods=periods)

        def work(chain: Array, rung: Array, cutoff: Array, start: Array) -> Array:
            law = np.where(cutoff >= 0, (rung == start).astype(float), np.nan)
            shares = np.zeros((periods, *law.shape))
            for period in range(periods):
                shares[period] = law
                law = _total(law[:, None] * chain)
            return shares

        return self._each(work)

    def _each(self, work: Callable[..., Array], *others: Array) -> Array:
        """Apply ``work(chain, rung, cutoff, start, *others)`` to the chain of every block.

        ``chain`` has the shape (rungs, rungs, points), ``rung`` numbers the rungs as a column; the
        other arrays have one entry per point.
        """
        top = self.ladder.rungs - 1
        start = top if self.start is None else cutoff_points(self.ladder, self.start)
        spread = [cutoff_points(self.ladder, self.cutoff), start, *others]

        def kernel(block: LadderBlock) -> dict[str, Array]:
            here = [values[block.points] for values in spread]
            rung = np.arange(block.rungs)[:, None]
            return {"answer": work(path_moves(block, here[0]), rung, *here)}

        answer = run_blocks(self.ladder, kernel, workers=self.workers, size=self.size)
        return on_grid(self.ladder, answer["answer"])


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
    Karlin, S. and Taylor, H. M. (1975). A First Course in Stochastic Processes, second edition.
    Academic Press.

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
