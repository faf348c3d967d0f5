"""What cooperating from a rung upwards is worth on every rung of a trust ladder."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.chains import eliminate
from strategic.repeated.ladder._blocks import (
    BLOCK,
    LadderBlock,
    cutoff_points,
    on_grid,
    path_moves,
    run_blocks,
    rung_values,
)
from strategic.repeated.ladder.structure import Ladder
from strategic.whole_numbers import check_whole


@dataclass(frozen=True)
class Discounted:
    """The moves and rewards of a block, per side where the sides differ, ready to eliminate.

    Values are those of a relationship with ``|D_i| = 1``: the value scales with dependence.
    Arrays have the shape (rungs, [rungs,] sides, points), sides 1 where both sides agree.
    """

    together: Array
    apart: Array
    leak: Array
    reward: Array

    @property
    def rungs(self) -> int:
        """Number of rungs."""
        return len(self.reward)

    def values(self, cutoff: int) -> Array:
        """Value on each rung when both cooperate from rung ``cutoff`` upwards."""
        flow = np.concatenate([self.apart[:cutoff], self.together[cutoff:]])
        leak = np.broadcast_to(self.leak, self.reward.shape).copy()
        gain = np.zeros_like(self.reward)
        np.multiply(self.leak, self.reward[cutoff:], out=gain[cutoff:])
        return eliminate(flow, leak, gain)


def discounted(block: LadderBlock, together: Array, apart: Array) -> Discounted:
    """Weigh the moves by the discount factors, once for both sides where the sides agree.

    Parameters
    ----------
    block : LadderBlock
        The points.
    together, apart : ndarray, shape (rungs, rungs, points)
        Moves after cooperation by both and after any defection.

    Returns
    -------
    Discounted
        The system ``V = (1 - delta) u + delta M V`` of every cutoff.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> from strategic.repeated.ladder._blocks import moves
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, rungs=2)
    >>> top = run_blocks(ladder, lambda one: {"top": discounted(one, *moves(one)).values(1)[1]})
    >>> top["top"].round(12)
    array([[1.]])
    """
    # Only the sign of D enters the system, and |D| scales the result: where the discount factors
    # agree too, one elimination serves both sides, and is bit for bit what either would get.
    sign = np.where(block.dependence < 0.0, -1.0, 1.0)
    alike = (block.discount[0] == block.discount[1]).all() and (sign[0] == sign[1]).all()
    sides = slice(1) if alike else slice(2)
    discount = block.discount[sides]
    return Discounted(
        together=discount * together[:, :, None],
        apart=discount * apart[:, :, None],
        leak=1.0 - discount,
        reward=sign[sides] * rung_values(block)[:, None],
    )


def ladder_values(
    ladder: Ladder, cutoff: ArrayLike, *, workers: int | None = None, size: int = BLOCK
) -> Array:
    """Compute what both sides expect on every rung when both cooperate from a rung upwards.

    Parameters
    ----------
    ladder : Ladder
        The points.
    cutoff : array_like of int, broadcastable to the grid
        Both cooperate on this rung and above; the number of rungs means nowhere.
    workers, size : int, optional
        Threads and points per block; neither changes the answer.

    Returns
    -------
    ndarray, shape (2, ..., rungs)
        Average discounted payoffs; NaN at invalid points, where the cutoff is negative, and
        above a point's own top rung.

    Notes
    -----
    V_i = (1-delta_i) u_i + delta_i M V_i with u_i(k) = D_i phi_k where both cooperate, else 0.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.05, rungs=2, erosion=1)
    >>> ladder_values(pair, 1).round(6)
    array([[0.      , 1.37931],
           [0.      , 1.37931]])
    """
    check_whole(workers=workers, size=size)
    cutoffs = cutoff_points(ladder, cutoff)

    def kernel(block: LadderBlock) -> dict[str, Array]:
        here = cutoffs[block.points]
        chain = path_moves(block, here)
        system = discounted(block, chain, chain)
        cooperate = np.arange(block.rungs)[:, None, None] >= here
        values = replace(system, reward=system.reward * cooperate).values(0)
        return {"values": np.swapaxes(np.abs(block.dependence) * values, 0, 1)}

    answer = run_blocks(ladder, kernel, workers=workers, size=size)
    return on_grid(ladder, answer["values"], sides=True)
