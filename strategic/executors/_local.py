"""Forked processes of this machine behind the interface of an executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

from strategic.whole_numbers import check_whole
from strategic.workers import Worker, can_fork, forked

Task = TypeVar("Task")
Result = TypeVar("Result")
FEWER = "use fewer workers or smaller blocks"
"""What helps where a worker had too little memory."""


@contextmanager
def local_executor(
    function: Callable[[Task], Result], workers: int, *, remedy: str = ""
) -> Iterator[tuple[Executor, Callable[[Task], Result]]]:
    """Open an executor on this machine, and give what to submit to it in place of a function.

    Where several workers can be forked, each thread of the executor only hands its task on to one
    of them and waits for the result.

    Parameters
    ----------
    function : callable
        Need not be picklable: every worker inherits it. Its tasks, results and errors must be.
    workers : int
        Number of processes.
    remedy : str, optional
        What becomes of finished work when a worker is lost, and how to go on.

    Yields
    ------
    executor : concurrent.futures.Executor
    submitted : callable
        What to submit to it in place of ``function``.

    Examples
    --------
    >>> with local_executor(abs, 2) as (executor, submitted):
    ...     executor.submit(submitted, -3).result()
    3
    """
    check_whole(workers=workers)
    with ThreadPoolExecutor(workers, thread_name_prefix="strategic") as pool:
        if workers == 1 or not can_fork():
            yield pool, function
            return
        # Forked before the pool starts its threads and before this process opens a store; ended
        # before the pool waits for its threads, so that an interrupt need not wait for a block.
        with forked(function, workers) as team:
            idle: SimpleQueue[Worker] = SimpleQueue()
            for worker in team:
                idle.put(worker)

            def hand_on(task: Task) -> Result:
                worker = idle.get()
                worker.send(task)
                try:
                    result: Result = worker.receive("; ".join(filter(None, (FEWER, remedy))))
                finally:
                    idle.put(worker)
                return result

            yield pool, hand_on
