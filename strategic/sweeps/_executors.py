"""Blocks on any executor, never more in hand than there are workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, TypeVar

from strategic.sweeps._cluster import LOST_REMEDY, Watch
from strategic.workers import Worker, can_fork, forked

Task = TypeVar("Task")
Result = TypeVar("Result")


def run_blocks(
    function: Callable[[Any], Result],
    tasks: Iterable[tuple[int, Task]],
    *,
    executor: Executor,
    workers: int,
) -> Iterator[tuple[int, Result]]:
    """Apply a function to numbered tasks on an executor; results come as they are done.

    A worker gets its next task only after the caller has taken care of the last result, so that
    whatever stops the run loses at most one block per worker.

    Parameters
    ----------
    function : callable
        From a task to a result; must be picklable where the executor needs that.
    tasks : iterable of (int, task)
        Made one by one as workers come free.
    executor : concurrent.futures.Executor
        Threads, processes, or a cluster's.
    workers : int
        Most tasks in hand at one time.

    Raises
    ------
    WorkerError
        When a worker has ended, or a cluster is lost.
    """
    waiting, watch = iter(tasks), Watch(executor)
    running: dict[Future[Result], int] = {}

    def submit_next() -> None:
        for number, task in waiting:
            running[executor.submit(function, task)] = number
            return

    try:
        for _ in range(workers):
            submit_next()
        while running:
            done, _ = wait(running, timeout=watch.interval, return_when=FIRST_COMPLETED)
            watch.look()
            for future in done:
                # The caller stores the result before this generator goes on to the next task.
                yield running.pop(future), future.result()
                submit_next()
    except Exception as problem:
        if error := watch.error(problem):
            raise error from problem
        raise
    finally:
        for future in running:
            future.cancel()


@contextmanager
def local_executor(
    function: Callable[[Task], Result], workers: int
) -> Iterator[tuple[Executor, Callable[[Task], Result]]]:
    """Open an executor on this machine, and give what to submit to it in place of a function.

    Where several workers can be forked, each thread of the executor only hands its task on to one
    of them and waits for the result.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="sweep") as pool:
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
                    result: Result = worker.receive(LOST_REMEDY)
                finally:
                    idle.put(worker)
                return result

            yield pool, hand_on
