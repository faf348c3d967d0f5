"""Blocks of points in their order, on threads here or on any executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TypeVar

from strategic.blocks import block_slices, map_blocks
from strategic.executors._running import AGAIN, run_in_order
from strategic.executors._watch import places
from strategic.whole_numbers import check_whole

Result = TypeVar("Result")
_ROUNDS = 4
"""Tasks per worker, so that none waits long for the slowest one."""


def map_slices(
    function: Callable[[slice], Result],
    count: int,
    *,
    size: int,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Iterator[Result]:
    """Apply a function to every block of points; results come in the order of the blocks.

    Parameters
    ----------
    function : callable
        Takes a slice of the points. Picklable where an executor needs that, such as a method of a
        dataclass that holds the data; a cluster gets it once.
    count, size : int
        Points in all, and points per block. Several blocks may travel together.
    workers : int, optional
        Threads, or tasks in hand; all there are by default.
    executor : concurrent.futures.Executor, optional
        Where blocks are computed; by default threads of this process.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:
    ...     list(map_slices(lambda part: part.stop - part.start, 5, size=2, executor=pool))
    [2, 2, 1]
    """
    check_whole(count=count, size=size, workers=workers)
    if executor is None:
        yield from map_blocks(function, count, size=size, workers=workers)
        return
    slices = list(block_slices(count, size))
    group = -(-len(slices) // (_ROUNDS * (workers or places(executor))))
    tasks = (slices[first : first + group] for first in range(0, len(slices), group))
    work = partial(_each, function)
    for results in run_in_order(work, tasks, executor=executor, workers=workers, remedy=AGAIN):
        yield from results


def _each(function: Callable[[slice], Result], slices: Sequence[slice]) -> list[Result]:
    return [function(part) for part in slices]
