"""Blocks on any executor, never more in hand than there are workers."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
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
                yield running.pop(future), _result(future)
                if (task := next(waiting, None)) is not None:
                    running[executor.submit(function, task[1])] = task[0]
    finally:
        for future in running:
            future.cancel()


def _result(future: Future[Result]) -> Result:
    try:
        return future.result()
    except BrokenExecutor as problem:
        raise SweepError(
            "a worker was killed, perhaps for want of memory",
            where="workers",
            remedy="use fewer workers or smaller blocks; a .zarr store can be resumed",
        ) from problem


@contextmanager
def local_pool(task: object, *, workers: int | None, blocks: int) -> Iterator[tuple[Executor, int]]:
    """Open the pool for a sweep on this machine.

    Processes where there is work for several and tasks can be sent to them: threads would wait for
    the interpreter lock between array operations. Threads for the rest.

    Parameters
    ----------
    task : object
        One of the tasks, to see whether it can be pickled.
    workers : int, optional
        All available cores by default.
    blocks : int
        Blocks in all.
    """
    count = workers or available_cores()
    if min(count, blocks) > 1 and _can_fork() and _can_send(task):
        with _processes(min(count, blocks)) as pool:
            yield pool, count
    else:
        with ThreadPoolExecutor(count, thread_name_prefix="sweep") as pool:
            yield pool, count


def _processes(count: int) -> ProcessPoolExecutor:
    """Start forked workers at once, before this process opens stores and has threads of its own.

    Forked, because other ways of starting run the user's script again from its top.
    """
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_become_worker)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        pool.submit(int).result()
    return pool


def _become_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent does, even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _can_fork() -> bool:
    return sys.platform == "linux"


def _can_send(task: object) -> bool:
    try:
        pickle.dumps(task)
    except Exception:  # noqa: BLE001 - whatever an object raises that cannot be pickled
        return False
    return True


@contextmanager
def cluster(address: str, *, timeout: float = 10.0) -> Iterator[tuple[Executor, int]]:
    """Open the executor of a running Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    timeout : float
        Seconds to wait for an answer.

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
        client = Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError, TypeError) as problem:
        raise SweepError(
            f"no scheduler answers there: {problem}", where="scheduler", value=address
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise SweepError("the cluster has no workers", where="scheduler", value=address)
        yield client.get_executor(pure=False), threads
