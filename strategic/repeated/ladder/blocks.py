"""Blocks of trust-ladder points of one structure: how they are cut, moved and put back together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.blocks import map_blocks
from strategic.errors import GameError
from strategic.repeated.ladder.structure import Ladder

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Kernel = Callable[["LadderBlock"], Mapping[str, NDArray[Any]]]

BLOCK = 4096
"""Points a block: the arrays of one elimination then stay in the second-level cache."""

_ARRAYS = (
    *("dependence", "temptation", "loss", "discount"),
    *("incident_risk", "up", "down", "floor", "shock"),
)


@dataclass(frozen=True)
class LadderBlock:
    """Points that share one structure: what a kernel of the ladder works on.

    Attributes
    ----------
    rungs, erosion, crash, shock_rungs : int
        The structure.
    points : ndarray of int, or slice
        Which points of the ladder these are.
    dependence, temptation, loss, discount : ndarray, shape (2, points)
        As in `strategic.repeated.ladder.structure.Ladder`; so are the others, of shape (points,).
    """

    rungs: int
    erosion: int
    crash: int
    shock_rungs: int
    points: IntArray | slice
    dependence: FloatArray
    temptation: FloatArray
    loss: FloatArray
    discount: FloatArray
    incident_risk: FloatArray
    up: FloatArray
    down: FloatArray
    floor: FloatArray
    shock: FloatArray


def run_blocks(
    ladder: Ladder,
    kernel: Kernel,
    *,
    workers: int | None = None,
    size: int = BLOCK,
) -> dict[str, NDArray[Any]]:
    """Apply a kernel to blocks of points of one structure and put the answers together.

    Parameters
    ----------
    ladder : Ladder
        Points of any structures.
    kernel : callable
        Takes a block; returns named arrays with the points last.
    workers, size : int, optional
        Threads, and points a block; neither changes the answer.

    Returns
    -------
    dict of str to ndarray
        Points last; NaN, False or -1 where a point is invalid or an axis is longer than its own.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, rungs=[2, 3, 99])
    >>> run_blocks(ladder, lambda block: {"phi": rung_values(block)})["phi"].T
    array([[0.2, 1. , nan],
           [0.2, 0.6, 1. ],
           [nan, nan, nan]])
    """
    answers: dict[str, NDArray[Any]] = {}
    for points in _structures(ladder):
        cut = _cutter(ladder, points)
        count = len(ladder.valid) if isinstance(points, slice) else len(points)
        work = partial(_answered, kernel, cut)
        for block, named in map_blocks(work, count, size=size, workers=workers):
            for name, values in named.items():
                _scatter(answers, name, values, block.points, ladder)
    return answers


def _answered(
    kernel: Kernel, cut: Callable[[slice], LadderBlock], part: slice
) -> tuple[LadderBlock, Mapping[str, NDArray[Any]]]:
    block = cut(part)
    with np.errstate(all="ignore"):
        return block, kernel(block)


def _structures(ladder: Ladder) -> Iterator[IntArray | slice]:
    """Yield the valid points that share rungs, erosion, crash and shock_rungs."""
    table = np.stack([ladder.rungs, ladder.erosion, ladder.crash, ladder.shock_rungs])
    if ladder.valid.all() and (table == table[:, :1]).all():
        yield slice(None)
        return
    points = np.flatnonzero(ladder.valid)
    kinds, which = np.unique(table[:, points], axis=1, return_inverse=True)
    for kind in range(kinds.shape[1]):
        yield points[which.reshape(-1) == kind]


def _cutter(ladder: Ladder, points: IntArray | slice) -> Callable[[slice], LadderBlock]:
    def cut(part: slice) -> LadderBlock:
        chosen = part if isinstance(points, slice) else points[part]
        first = chosen.start if isinstance(chosen, slice) else chosen[0]
        arrays: dict[str, Any] = {name: getattr(ladder, name)[..., chosen] for name in _ARRAYS}
        return LadderBlock(
            rungs=int(ladder.rungs[first]),
            erosion=int(ladder.erosion[first]),
            crash=int(ladder.crash[first]),
            shock_rungs=int(ladder.shock_rungs[first]),
            points=chosen,
            **arrays,
        )

    return cut


def _scatter(
    answers: dict[str, NDArray[Any]],
    name: str,
    values: NDArray[Any],
    points: IntArray | slice,
    ladder: Ladder,
) -> None:
    lead = values.shape[:-1]
    if name not in answers or any(np.less(answers[name].shape[:-1], lead)):
        answers[name] = _longer(answers.get(name), values, len(ladder.valid))
    answers[name][(*(slice(length) for length in lead), points)] = values


def _longer(old: NDArray[Any] | None, values: NDArray[Any], count: int) -> NDArray[Any]:
    lead = values.shape[:-1] if old is None else np.maximum(old.shape[:-1], values.shape[:-1])
    empty = {"b": False, "i": -1, "u": 0}.get(values.dtype.kind, np.nan)
    new = np.full((*lead, count), empty, dtype=values.dtype)
    if old is not None:
        new[tuple(slice(length) for length in old.shape)] = old
    return new


def rung_values(block: LadderBlock) -> FloatArray:
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
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, rungs=3)
    >>> run_blocks(ladder, lambda block: {"phi": rung_values(block)})["phi"].ravel()
    array([0.2, 0.6, 1. ])
    """
    if block.rungs == 1:
        return np.ones((1, len(block.floor)))
    steps = np.arange(block.rungs)[:, None] / (block.rungs - 1)
    return block.floor + (1.0 - block.floor) * steps


def moves(block: LadderBlock) -> tuple[FloatArray, FloatArray]:
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
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, incident_risk=0.1, rungs=3)
    >>> run_blocks(ladder, lambda block: {"together": moves(block)[0]})["together"][1, :, 0]
    array([0.1, 0. , 0.9])
    """
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


def _arrive(block: LadderBlock, row: FloatArray, rung: int, weight: FloatArray) -> None:
    """Add the arrival at a rung before the shock, split by whether a shock follows."""
    row[rung] += weight * (1.0 - block.shock)
    row[min(rung + block.shock_rungs, block.rungs - 1)] += weight * block.shock


def path_moves(block: LadderBlock, cutoff: IntArray) -> FloatArray:
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
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, rungs=3)
    >>> chain = run_blocks(ladder, lambda block: {"chain": path_moves(block, np.array([1]))})
    >>> chain["chain"][:, :, 0].argmax(axis=1).tolist()
    [0, 2, 2]
    """
    together, apart = moves(block)
    chain = np.where(np.arange(block.rungs)[:, None, None] >= cutoff, together, apart)
    return np.where(cutoff >= 0, chain, np.nan)


def cutoff_points(ladder: Ladder, cutoff: ArrayLike) -> IntArray:
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
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> cutoff_points(trust_ladder(1.0, 1.0, 1.0, 0.9, shock=[0.1, 0.2]), 3)
    array([3, 3])
    """
    try:
        return np.broadcast_to(np.asarray(cutoff, np.intp), ladder.shape).reshape(-1)
    except ValueError:
        raise GameError(
            "must broadcast to the grid of the ladder", where="cutoff", value=np.shape(cutoff)
        ) from None


def on_grid(
    ladder: Ladder, answer: Mapping[str, NDArray[Any]], name: str, *lead: int
) -> NDArray[Any]:
    """Put an answer of `run_blocks` on the grid, points first.

    Parameters
    ----------
    ladder : Ladder
        The points.
    answer : mapping of str to ndarray
        Arrays with the points last.
    name : str
        Which of them.
    *lead : int
        Shape before the points where no point was valid, and the answer is all NaN.

    Returns
    -------
    ndarray, shape (..., *lead)
        Contiguous.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, shock=[[0.1, 0.2]])
    >>> on_grid(ladder, {"twice": 2 * ladder.shock}, "twice").shape
    (1, 2)
    """
    values = answer.get(name, np.full((*lead, len(ladder.valid)), np.nan))
    points_first = np.ascontiguousarray(np.moveaxis(values, -1, 0))
    return points_first.reshape((*ladder.shape, *values.shape[:-1]))
