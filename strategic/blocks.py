"""Blocks of points, threads over blocks, and random streams that depend on neither.

Processes are started by `strategic.workers`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

import numpy as np

from strategic.whole_numbers import check_whole

Result = TypeVar("Result")
_LARGE_BLOCK = 24 << 20  # glibc goes no further than 32 MB
_SHORT_BUFFER = 512
SEED_BLOCK = 4096
"""Points that share one random stream; fixed, so results do not depend on compute blocks."""


@lru_cache(maxsize=1)
def keep_freed_memory() -> None:
    """Let what one block frees be there for the next.

    The C library gives freed memory back to the system beyond twice the largest block that was
    freed so far; and to take it again costs as much as the sums of a block. So one large block is
    freed at the start. It is never written, so that it takes no memory.

    Examples
    --------
    >>> keep_freed_memory()
    """
    np.empty(_LARGE_BLOCK, dtype=np.uint8)


@contextmanager
def short_buffers() -> Iterator[None]:
    """Let numpy compute where rows stand.

    It copies rows that are spread over others into a buffer first if two or more of them fit, which
    takes as long as the sum: up to 4096 numbers a row, with the buffer it has by default.

    Examples
    --------
    >>> with short_buffers():
    ...     bool((np.ones((2, 3, 9)) + np.ones((2, 1, 9)) == 2.0).all())
    True
    """
    before = np.setbufsize(_SHORT_BUFFER)
    try:
        yield
    finally:
        np.setbufsize(before)


def available_cores() -> int:
    """Count the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def block_slices(count: int, size: int) -> Iterator[slice]:
    """Cut ``range(count)`` into slices of at most ``size``.

    Examples
    --------
    >>> list(block_slices(5, 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def map_blocks(
    function: Callable[[slice], Result], count: int, *, size: int, workers: int | None = None
) -> Generator[Result]:
    """Apply ``function`` to every block on a thread pool; results come in block order.

    Parameters
    ----------
    function : callable
        Takes a slice of the points; numpy releases the interpreter lock inside it.
    count, size : int
        Points in all, and points per block.
    workers : int, optional
        Threads; all available cores by default.
    """
    if workers is not None:
        check_whole(workers=workers)
    slices = list(block_slices(count, size))
    threads = min(workers or available_cores(), len(slices))
    if threads <= 1:
        yield from map(function, slices)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(function, slices)


def seed_stream(seed: int, number: int) -> np.random.Generator:
    """Make the generator of one seed block alone, the same as `seed_streams` makes.

    Examples
    --------
    >>> seed_stream(7, 1).random() == seed_streams(7, 2 * SEED_BLOCK)[1].random()
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number,))))


def seed_streams(seed: int, count: int) -> list[np.random.Generator]:
    """Make one generator per fixed-size seed block of ``count`` points, from one seed."""
    children = np.random.SeedSequence(seed).spawn(-(-count // SEED_BLOCK))
    return [np.random.Generator(np.random.PCG64(child)) for child in children]
