"""Blocks of trust-ladder points of one structure: how they are cut, moved and put back together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.errors import GameError
from strategic.repeated.ladder.structure import Ladder, LadderRates

Kernel = Callable[["LadderBlock"], Mapping[str, Array]]

BLOCK = 4096
"""Points per block: the arrays of one elimination then stay in the second-level cache."""
EMPTY: dict[str, Any] = {"b": False, "i": -1}
"""What stands at a point without an answer, by the kind of the numbers; NaN for the rest."""


@dataclass(frozen=True)
class LadderBlock(LadderRates):
    """Points that share one structure: what a kernel of the ladder works on.

    Attributes
    ----------
    rungs, erosion, crash, shock_rungs : int
        The structure.
    points : ndarray of int, or slice
        Which points of the ladder these are.
    """

    rungs: int
    erosion: int
    crash: int
    shock_rungs: int
    points: Array | slice


def run_blocks(
    ladder: Ladder,
    kernel: Kernel,
    *,
    workers: int | None = None,
    size: int = BLOCK,
) -> dict[str, Array]:
    """Apply a kernel to blocks of points of one structure and put the answers together.

    Parameters
    ----------
    ladder : Ladder
        Points of any structures.
    kernel : callable
        Takes a block; returns named arrays with the points last.
    workers, size : int, optional
        Threads, and points per block; neither changes the answer.

    Returns
    -------
    dict of str to ndarray
        Points last; NaN, False or -1 where a point is invalid or an axis is longer than its own.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, rungs=[2, 3, 99])
    >>> run_blocks(ladder, lambda block: {"phi": rung_values(block)})["phi"].T
    array([[0.2, 1. , nan],
           [0.2, 0.6, 1. ],
           [nan, nan, nan]])
    """
    answers: dict[str, Array] = {}
    for points in _structures(ladder):

        def work(part: slice, points: Array | slice = points) -> tuple[Any, Mapping[str, Array]]:
            chosen = part if isinstance(points, slice) else points[part]
            with np.errstate(all="ignore"):
                return chosen, kernel(_block(ladder, chosen))

        count = len(ladder.valid) if isinstance(points, slice) else len(points)
        # A kernel tells names, kinds and axes of its answer only by running: where no point is
        # valid it runs on an empty block.
        blocks = map_blocks(work, count, size=size, workers=workers) if count else [work(slice(0))]
        for chosen, named in blocks:
            for name, values in named.items():
                _scatter(answers, name, values, chosen, len(ladder.valid))
    return answers


def _structures(ladder: Ladder) -> list[Array | slice]:
    """List the valid points by structure: those that share rungs, erosion, crash and shock_rungs.

    Where all points share one, a slice leaves the arrays of the grid uncopied.
    """
    table = np.stack([ladder.rungs, ladder.erosion, ladder.crash, ladder.shock_rungs])
    if ladder.valid.size and ladder.valid.all() and (table == table[:, :1]).all():
        return [slice(None)]
    points = np.flatnonzero(ladder.valid)
    kinds, which = np.unique(table[:, points], axis=1, return_inverse=True)
    return [points[which.reshape(-1) == kind] for kind in range(kinds.shape[1])] or [points]


def _block(ladder: Ladder, chosen: Array | slice) -> LadderBlock:
    rates = {each.name: getattr(ladder, each.name)[..., chosen] for each in fields(LadderRates)}
    return LadderBlock(
        **rates,
        rungs=int(ladder.rungs[chosen].max(initial=1)),
        erosion=int(ladder.erosion[chosen].max(initial=0)),
        crash=int(ladder.crash[chosen].max(initial=0)),
        shock_rungs=int(ladder.shock_rungs[chosen].max(initial=0)),
        points=chosen,
    )


def _scatter(
    answers: dict[str, Array], name: str, values: Array, points: Array | slice, count: int
) -> None:
    """Write a block's answer to its points, after lengthening the axes that became too short."""
    old, lead = answers.get(name), values.shape[:-1]
    if old is None or any(np.less(old.shape[:-1], lead)):
        longest = lead if old is None else np.maximum(old.shape[:-1], lead)
        empty = EMPTY.get(values.dtype.kind, np.nan)
        answers[name] = np.full((*longest, count), empty, dtype=values.dtype)
        if old is not None:
            answers[name][tuple(slice(length) for length in old.shape)] = old
    answers[name][(*(slice(length) for length in lead), points)] = values


def rung_values(block: LadderBlock) -> Array:
    """Compute phi_k, the share of its full value the relationship has on each rung.

    Parameters
    ----------
    block : LadderBlock
        The points.

    Returns
    -------
    ndarray, shape (rungs, points)
        ``phi_0 + (1 - phi_0) k/(K-1)``, and 1 on the only rung of a ladder of one.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, rungs=3)
    >>> run_blocks(ladder, lambda block: {"phi": rung_values(block)})["phi"].ravel()
    array([0.2, 0.6, 1. ])
    """
    if block.rungs == 1:
        return np.ones((1, len(block.floor)))
    steps = np.arange(block.rungs)[:, None] / (block.rungs - 1)
    return block.floor + (1.0 - block.floor) * steps


def moves(block: LadderBlock) -> tuple[Array, Array]:
    """Compute where trust goes from each rung, after cooperation by both and after any defection.

    Parameters
    ----------
    block : LadderBlock
        The points.

    Returns
    -------
    together, apart : ndarray, shape (rungs, rungs, points)
        Transition probabilities, rows the rung left.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, incident_risk=0.1, rungs=3)
    >>> run_blocks(ladder, lambda block: {"together": moves(block)[0]})["together"][1, :, 0]
    array([0.1, 0. , 0.9])
    """
    # Two events per period: incident or step first, then the shock. Rows sum to one up to rounding
    # because every arrival is split by the shock, and targets that coincide add up.
    h = block.incident_risk
    together, apart = np.zeros((2, block.rungs, block.rungs, len(h)))
    for rung in range(block.rungs):
        crashed = max(rung - block.crash, 0)
        higher = min(rung + 1, block.rungs - 1)
        lower = max(rung - block.erosion, 0)
        for row, target, chance in (
            (together[rung], higher, block.up),
            (apart[rung], lower, block.down),
        ):
            _arrive(block, row, crashed, h)
            _arrive(block, row, target, (1.0 - h) * chance)
            _arrive(block, row, rung, (1.0 - h) * (1.0 - chance))
    return together, apart


def _arrive(block: LadderBlock, row: Array, rung: int, weight: Array) -> None:
    """Add the arrival at a rung before the shock, split by whether a shock follows."""
    row[rung] += weight * (1.0 - block.shock)
    row[min(rung + block.shock_rungs, block.rungs - 1)] += weight * block.shock


def path_moves(block: LadderBlock, cutoff: Array) -> Array:
    """Compute where trust goes when both cooperate from a rung upwards, per point.

    Parameters
    ----------
    block : LadderBlock
        The points.
    cutoff : ndarray of int, shape (points,)
        Both cooperate on this rung and above.

    Returns
    -------
    ndarray, shape (rungs, rungs, points)
        Transition probabilities, rows the rung left; NaN where the cutoff is negative.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, rungs=3)
    >>> chain = run_blocks(ladder, lambda block: {"chain": path_moves(block, np.array([1]))})
    >>> chain["chain"][:, :, 0].argmax(axis=1).tolist()
    [0, 2, 2]
    """
    together, apart = moves(block)
    chain = np.where(np.arange(block.rungs)[:, None, None] >= cutoff, together, apart)
    return np.where(cutoff >= 0, chain, np.nan)


def cutoff_points(ladder: Ladder, cutoff: ArrayLike) -> Array:
    """Spread cutoffs, or any rung per point, over the points of a ladder.

    Parameters
    ----------
    ladder : Ladder
        The points.
    cutoff : array_like of int
        Broadcastable to the grid.

    Returns
    -------
    ndarray of int, shape (points,)
        One each.

    Raises
    ------
    GameError
        When they do not broadcast to the grid.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> cutoff_points(trust_ladder(1.0, 1.0, 1.0, 0.9, shock=[0.1, 0.2]), 3)
    array([3, 3])
    """
    try:
        return np.broadcast_to(np.asarray(cutoff, np.intp), ladder.shape).reshape(-1)
    except ValueError:
        raise GameError(
            "must broadcast to the grid of the ladder", where="cutoff", value=np.shape(cutoff)
        ) from None


def on_grid(ladder: Ladder, values: Array, *, sides: bool = False) -> Array:
    """Put an answer of `run_blocks` on the grid of the ladder.

    Parameters
    ----------
    ladder : Ladder
        The points.
    values : ndarray, shape ([2,] *lead, points)
        Points last.
    sides : bool, default False
        Whether the first axis is the side, which then stays first.

    Returns
    -------
    ndarray, shape ([2,] ..., *lead)
        Contiguous.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, shock=[[0.1, 0.2]])
    >>> on_grid(ladder, 2 * ladder.shock).shape, on_grid(ladder, ladder.loss, sides=True).shape
    ((1, 2), (2, 1, 2))
    """
    first = int(sides)
    moved = np.ascontiguousarray(np.moveaxis(values, -1, first))
    return moved.reshape((*values.shape[:first], *ladder.shape, *values.shape[first:-1]))
