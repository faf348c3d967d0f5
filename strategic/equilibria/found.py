"""Equilibria found in blocks of games, and how the blocks are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(eq=False)
class Found:
    """Equilibria of a block of games, in the order of the games; one column an equilibrium.

    Parameters
    ----------
    count : array ``(games,)`` of int
        How many each game of the block has.
    columns : dict of arrays ``(width, E)``
        By name: x, y, payoffs, index, regret.
    """

    count: Array
    columns: dict[str, Array]


def put_together(
    first: list[Found], then: list[Found], later: Array, shape: tuple[int, ...]
) -> Found:
    """Merge blocks of all games with blocks of those that were done later.

    Parameters
    ----------
    first : list of Found
        All games, block by block; none found for those done later.
    then : list of Found
        The games done later, block by block.
    later : array of int
        Their numbers, ascending.
    shape : pair of int
        Number of actions of each player.

    Notes
    -----
    The columns are moved one at a time and taken from the blocks as they go, so that hardly more
    than one column is held twice.
    """
    count = np.concatenate([np.zeros(0, dtype=np.int64), *(block.count for block in first)])
    for start, block in zip(_starts([len(block.count) for block in then]), then, strict=True):
        count[later[start : start + len(block.count)]] = block.count
    place = _places(first, then, later, count)
    widths = {"x": shape[0], "y": shape[1], "payoffs": 2, "index": 1, "regret": 1}
    merged = {}
    for name, width in widths.items():
        merged[name] = np.empty((width, int(count.sum())))
        for block, columns in zip([*first, *then], place, strict=True):
            merged[name][:, columns] = block.columns.pop(name)
    return Found(count, merged)


def _places(
    first: list[Found], then: list[Found], later: Array, count: Array
) -> list[slice | Array]:
    """Tell which columns each block fills."""
    found = [[int(block.count.sum()) for block in blocks] for blocks in (first, then)]
    if not then:
        return [slice(s, s + k) for s, k in zip(_starts(found[0]), found[0], strict=True)]
    is_later = np.zeros(len(count), dtype=bool)
    is_later[later] = True
    is_later = np.repeat(is_later, count)
    return [
        columns[start : start + number]
        for columns, numbers in zip(map(np.flatnonzero, (~is_later, is_later)), found, strict=True)
        for start, number in zip(_starts(numbers), numbers, strict=True)
    ]


def _starts(numbers: list[int]) -> list[int]:
    return [0, *np.cumsum(numbers).tolist()][: len(numbers)]
