"""Every cutoff of a trust ladder that is self-enforcing, Markov perfect or by Nash reversion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.ladder._blocks import BLOCK, LadderBlock, moves, on_grid, run_blocks
from strategic.repeated.ladder.structure import Ladder
from strategic.repeated.ladder.values import discounted
from strategic.status import Status
from strategic.whole_numbers import check_whole

TIE = 1e-12
"""Share of the gain from a deviation within which cooperation counts as kept."""
ROUNDING = 2e-15
"""Rounding of a value at ``|D_i| = 1``; it decides only where 1 - delta_i is below 1e-3."""


@in_one_line
@dataclass(frozen=True)
class LadderEquilibria(Cited):
    """The self-enforcing cutoffs of trust ladders: cooperate on rung c and above.

    Attributes
    ----------
    equilibria : ndarray of bool, shape (..., K + 1)
        Which cutoffs c = 0..K are Markov perfect equilibria; K is mutual defection everywhere.
    best : ndarray of int, shape (...)
        The Pareto-best of them, -1 where there is none or values do not order them.
    value : ndarray, shape (2, ...)
        Average payoff of each side at full trust in the best equilibrium.
    reversion : ndarray of bool, shape (..., K + 1)
        Which cutoffs the threat of no cooperation ever again sustains.
    reversion_best : ndarray of int, shape (...)
        The smallest of them: the largest region of cooperation.
    reversion_value : ndarray, shape (2, ...)
        Average payoff of each side at full trust with that cutoff.
    status, reversion_status : ndarray of int, shape (...)
        ``Status`` of each point: ``ok``, ``unenforceable`` (only mutual defection),
        ``self_enforcing``, ``no_value``, ``no_equilibrium`` or ``invalid``.
    rungs : ndarray of int, shape (...)
        Number of rungs K of each point.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> solve_ladder(trust_ladder(2.0, 2.0, 1.0, 0.6, rungs=2, erosion=1)).equilibria.tolist()
    [False, True, True]
    """

    made_by = ("solve_ladder",)

    equilibria: Array
    best: Array
    value: Array
    reversion: Array
    reversion_best: Array
    reversion_value: Array
    status: Array
    reversion_status: Array
    rungs: Array


def solve_ladder(
    ladder: Ladder, *, workers: int | None = None, size: int = BLOCK
) -> LadderEquilibria:
    """Find every threshold equilibrium of trust ladders, and what Nash reversion adds.

    Parameters
    ----------
    ladder : Ladder
        The points.
    workers, size : int, optional
        Threads and points per block; neither changes the answer.

    Returns
    -------
    LadderEquilibria
        The sets, their best members and a status per point.

    Notes
    -----
    With W the value of cutoff c at ``D_i = 1`` and
    W'(k) = (1-rho) W(k) + rho W(min(k + shock_rungs, K-1)), breaking cooperation once on rung
    k >= c is unprofitable iff
    ``D_i delta_i (1-h) [a W'(min(k+1,K-1)) + (1-a) W'(k) - b W'(max(k-erosion,0)) - (1-b) W'(k)]
    >= (1-delta_i) g_i``; cooperating below c is unprofitable iff l_i >= 0. Under Nash reversion
    the condition is ``D_i [W(k) - (1-delta_i) phi_k] >= (1-delta_i) g_i``. Ties count as kept,
    up to 1e-12 of the gain and 2e-15 D_i, the rounding of W (it decides only where
    1 - delta_i < 1e-3). For phi_0 >= 0 and D_i >= 0 values fall in c, so the
    smallest equilibrium cutoff is the Pareto-best; where a D_i < 0 mutual defection is named
    instead. With a fine ladder and one-rung erosion the set is almost always mutual defection and
    cooperation only at the top: a small loss of trust is a small threat, and one incident ends it.

    References
    ----------
    Maskin, E. and Tirole, J. (2001). Markov perfect equilibrium: I. Observable actions. Journal of
    Economic Theory 100, 191-219.
    Friedman, J. W. (1971). A non-cooperative equilibrium for supergames. Review of Economic Studies
    38, 1-12.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, [[0.4, 0.6]], rungs=2, erosion=1)
    >>> answer = solve_ladder(pair)
    >>> answer.best.tolist(), answer.equilibria.tolist()
    ([2, 1], [[False, False, True], [False, True, True]])
    """
    check_whole(workers=workers, size=size)
    answer = run_blocks(ladder, _kernel, workers=workers, size=size)
    for name in ("status", "reversion_status"):
        answer[name] = np.where(ladder.valid, answer[name], Status.INVALID)
    per_side = ("value", "reversion_value")
    return LadderEquilibria(
        **{name: on_grid(ladder, found, sides=name in per_side) for name, found in answer.items()},
        rungs=on_grid(ladder, ladder.rungs),
    )


def _kernel(block: LadderBlock) -> dict[str, Array]:
    system = discounted(block, *moves(block))
    shape = (block.rungs + 1, len(block.floor))
    # Nobody cooperating (the last row) is an equilibrium of both kinds wherever l_i >= 0.
    markov, reversion = np.ones(shape, dtype=bool), np.ones(shape, dtype=bool)
    top = np.zeros((block.rungs + 1, 2, len(block.floor)))
    scale = np.abs(block.dependence)
    gain = (1.0 - block.discount) * block.temptation
    tempting = gain - TIE * np.abs(gain) - ROUNDING * scale
    for cutoff in range(block.rungs):
        values = system.values(cutoff)
        top[cutoff] = values[-1]
        markov[cutoff] = _both(scale * _smallest_loss(block, values, cutoff) >= tempting)
        stake = np.full(values.shape[1:], np.inf)
        for rung in range(cutoff, block.rungs):
            np.minimum(stake, values[rung] - system.leak * system.reward[rung], out=stake)
        reversion[cutoff] = _both(scale * stake >= tempting)
    markov[1:] &= _both(block.loss >= 0.0)
    top *= scale
    # The smallest cutoff is the Pareto-best only where cooperation is worth having to both.
    only_defection = np.where(markov[-1], block.rungs, -1)
    best = np.where(_both(block.dependence >= 0.0), _first(markov), only_defection)
    largest = _first(reversion)
    return {
        "equilibria": markov,
        "best": best,
        "value": _pick(top, best),
        "reversion": reversion,
        "reversion_best": largest,
        "reversion_value": _pick(top, largest),
        "status": _status(block, best),
        "reversion_status": _status(block, largest),
    }


def _smallest_loss(block: LadderBlock, values: Array, cutoff: int) -> Array:
    """Smallest future loss from breaking cooperation once, over the rungs from the cutoff."""
    lifted = np.minimum(np.arange(block.rungs) + block.shock_rungs, block.rungs - 1)
    ahead = (1.0 - block.shock) * values + block.shock * values[lifted]
    smallest = np.full(values.shape[1:], np.inf)
    for rung in range(cutoff, block.rungs):
        gained = block.up * (ahead[min(rung + 1, block.rungs - 1)] - ahead[rung])
        lost = block.down * (ahead[rung] - ahead[max(rung - block.erosion, 0)])
        np.minimum(smallest, gained + lost, out=smallest)
    # An incident happens whatever anyone did, so only the periods without one tell them apart.
    weighted: Array = block.discount[: len(smallest)] * (1.0 - block.incident_risk) * smallest
    return weighted


def _both(sides: Array) -> Array:
    return np.asarray(np.logical_and(sides[0], sides[1]))


def _first(passing: Array) -> Array:
    return np.where(passing.any(axis=0), passing.argmax(axis=0), -1)


def _pick(top: Array, cutoff: Array) -> Array:
    value = np.take_along_axis(top, np.maximum(cutoff, 0)[None, None], axis=0)[0]
    return np.where(cutoff >= 0, value, np.nan)


def _status(block: LadderBlock, best: Array) -> Array:
    status = np.where(best == block.rungs, Status.UNENFORCEABLE, Status.OK)
    status = np.where(best >= 0, status, Status.NO_EQUILIBRIUM)
    status = np.where(_both(block.temptation <= 0.0), Status.SELF_ENFORCING, status)
    return np.where(~_both(block.dependence > 0.0), Status.NO_VALUE, status)
