"""Blocks on any executor, never more in hand than there are workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

from strategic.blocks import available_cores
from strategic.errors import SweepError

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
    whatever stops the run loses at most one block a worker.

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
    """
    waiting = iter(tasks)
    running: dict[Future[Result], int] = {}
    try:
        while True:
            while len(running) < workers and (task := next(waiting, None)) is not None:
                running[executor.submit(function, task[1])] = task[0]
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
                if (task := next(waiting, None)) is not None:
                    running[executor.submit(function, task[1])] = task[0]
    finally:
        for future in running:
            future.cancel()


@contextmanager
def local_pool(workers: int | None = None) -> Iterator[tuple[Executor, int]]:
    """Open a pool of threads: numpy releases the interpreter lock, and nothing is pickled."""
    count = workers or available_cores()
    with ThreadPoolExecutor(count, thread_name_prefix="sweep") as pool:
        yield pool, count


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Open the executor of a running Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    SweepError
        When Dask is not installed, the scheduler does not answer, or it has no workers.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise SweepError(
            "a cluster needs dask.distributed",
            where="scheduler",
            value=address,
            remedy="install strategic[scale]",
        ) from None
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TypeError) as problem:
        raise SweepError(
            f"no scheduler answers there: {problem}", where="scheduler", value=address
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise SweepError("the cluster has no workers", where="scheduler", value=address)
        yield client.get_executor(pure=False), threads
