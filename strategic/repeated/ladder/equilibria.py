"""Every cutoff of a trust ladder that is self-enforcing, Markov perfect or by Nash reversion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strategic.repeated.ladder.blocks import (
    BLOCK,
    LadderBlock,
    moves,
    on_grid,
    run_blocks,
)
from strategic.repeated.ladder.structure import Ladder
from strategic.repeated.ladder.values import Discounted, discounted
from strategic.status import Status

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

_TIE = 1e-12
_ROUNDING = 2e-15


@dataclass(frozen=True)
class LadderEquilibria:
    """The self-enforcing cutoffs of trust ladders: cooperate on rung c and above.

    Attributes
    ----------
    equilibria : ndarray of bool, shape (..., K + 1)
        Which cutoffs c = 0..K are Markov perfect equilibria; K is mutual defection everywhere.
    best : ndarray of int, shape (...)
        The Pareto-best of them, -1 where there is none or values do not order them.
    value : ndarray, shape (..., 2)
        Average payoff of each side at full trust in the best equilibrium.
    reversion : ndarray of bool, shape (..., K + 1)
        Which cutoffs the threat of no cooperation ever again sustains.
    reversion_best : ndarray of int, shape (...)
        The smallest of them: the largest region of cooperation.
    reversion_value : ndarray, shape (..., 2)
        Average payoff of each side at full trust with that cutoff.
    status, reversion_status : ndarray of int, shape (...)
        ``Status`` of each point: ``ok``, ``unenforceable`` (only mutual defection),
        ``self_enforcing``, ``no_value``, ``no_equilibrium`` or ``invalid``.
    rungs : ndarray of int, shape (...)
        Number of rungs K of each point.
    """

    equilibria: BoolArray
    best: IntArray
    value: FloatArray
    reversion: BoolArray
    reversion_best: IntArray
    reversion_value: FloatArray
    status: IntArray
    reversion_status: IntArray
    rungs: IntArray


def solve_ladder(
    ladder: Ladder, *, workers: int | None = None, size: int = BLOCK
) -> LadderEquilibria:
    """Find every threshold equilibrium of trust ladders, and what Nash reversion adds.

    Parameters
    ----------
    ladder : Ladder
        The points.
    workers, size : int, optional
        Threads and points a block; neither changes the answer.

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
    Maskin and Tirole (2001), Markov perfect equilibrium, Journal of Economic Theory 100, 191-219.
    Friedman (1971), A non-cooperative equilibrium for supergames, Review of Economic Studies 38.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, [[0.4], [0.6]], rungs=2, erosion=1)
    >>> answer = solve_ladder(pair)
    >>> answer.best.tolist(), answer.equilibria.tolist()
    ([2, 1], [[False, False, True], [False, True, True]])
    """
    answer = run_blocks(ladder, _kernel, workers=workers, size=size) or _nothing(ladder)
    for name in ("status", "reversion_status"):
        answer[name] = np.where(ladder.valid, answer[name], Status.INVALID)
    answer["rungs"] = ladder.rungs
    return LadderEquilibria(**{name: on_grid(ladder, answer, name) for name in answer})


def _nothing(ladder: Ladder) -> dict[str, NDArray[Any]]:
    """Answer where no point is valid."""
    count = len(ladder.valid)
    empty = {
        "best": np.full(count, -1, dtype=np.intp),
        "equilibria": np.zeros((2, count), dtype=bool),
        "value": np.full((2, count), np.nan),
        "status": np.zeros(count, dtype=np.intp),
    }
    return empty | {
        f"reversion{'' if name == 'equilibria' else '_' + name}": values
        for name, values in empty.items()
    }


def _kernel(block: LadderBlock) -> dict[str, NDArray[Any]]:
    matrices = discounted(block, *moves(block))
    shape = (block.rungs + 1, len(block.floor))
    markov, reversion = np.ones(shape, dtype=bool), np.ones(shape, dtype=bool)
    top = np.zeros((block.rungs + 1, 2, len(block.floor)))
    limits = _limits(block)
    for cutoff in range(block.rungs):
        values = matrices.values(cutoff)
        top[cutoff] = values[-1]
        markov[cutoff] = _enforced(block, _smallest_loss(block, values, cutoff), limits)
        reversion[cutoff] = _enforced(block, _stake(matrices, values, cutoff), limits)
    markov[1:] &= _both(block.loss >= 0.0)
    best = _first(markov)
    best = np.where(_both(block.dependence >= 0.0), best, _only_defection(markov))
    smallest = _first(reversion)
    top *= np.abs(block.dependence)
    return {
        "equilibria": markov,
        "best": best,
        "value": _pick(top, best),
        "reversion": reversion,
        "reversion_best": smallest,
        "reversion_value": _pick(top, smallest),
        "status": _status(block, best),
        "reversion_status": _status(block, smallest),
    }


def _limits(block: LadderBlock) -> FloatArray:
    """Gain from breaking cooperation once, less what rounding may hide, per side."""
    gain = (1.0 - block.discount) * block.temptation
    return gain - _TIE * np.abs(gain) - _ROUNDING * np.abs(block.dependence)


def _enforced(block: LadderBlock, loss: FloatArray, limits: FloatArray) -> BoolArray:
    return _both(np.abs(block.dependence) * loss >= limits)


def _both(sides: BoolArray) -> BoolArray:
    both: BoolArray = np.logical_and(sides[0], sides[1])
    return both


def _smallest_loss(block: LadderBlock, values: FloatArray, cutoff: int) -> FloatArray:
    """Smallest future loss from breaking cooperation once, over the rungs from the cutoff."""
    lifted = np.minimum(np.arange(block.rungs) + block.shock_rungs, block.rungs - 1)
    ahead = (1.0 - block.shock) * values + block.shock * values[lifted]
    smallest = np.full(values.shape[1:], np.inf)
    for rung in range(cutoff, block.rungs):
        gained = block.up * (ahead[min(rung + 1, block.rungs - 1)] - ahead[rung])
        lost = block.down * (ahead[rung] - ahead[max(rung - block.erosion, 0)])
        np.minimum(smallest, gained + lost, out=smallest)
    weighted: FloatArray = block.discount[: len(smallest)] * (1.0 - block.incident_risk) * smallest
    return weighted


def _stake(matrices: Discounted, values: FloatArray, cutoff: int) -> FloatArray:
    """Smallest future value at stake, over rungs from the cutoff."""
    smallest = np.full(values.shape[1:], np.inf)
    for rung in range(cutoff, matrices.rungs):
        np.minimum(smallest, values[rung] - matrices.leak * matrices.reward[rung], out=smallest)
    return smallest


def _first(passing: BoolArray) -> IntArray:
    return np.where(passing.any(axis=0), passing.argmax(axis=0), -1)


def _only_defection(markov: BoolArray) -> IntArray:
    return np.where(markov[-1], len(markov) - 1, -1)


def _pick(top: FloatArray, cutoff: IntArray) -> FloatArray:
    value = np.take_along_axis(top, np.maximum(cutoff, 0)[None, None], axis=0)[0]
    return np.where(cutoff >= 0, value, np.nan)


def _status(block: LadderBlock, best: IntArray) -> IntArray:
    status = np.where(best == block.rungs, Status.UNENFORCEABLE, Status.OK)
    status = np.where(best >= 0, status, Status.NO_EQUILIBRIUM)
    status = np.where(_both(block.temptation <= 0.0), Status.SELF_ENFORCING, status)
    return np.where(~_both(block.dependence > 0.0), Status.NO_VALUE, status)
