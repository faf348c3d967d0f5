"""Worker processes: forked, each on one pipe, and none left behind.

Threads share one interpreter lock: where a block of work is thousands of short array operations,
two threads that hand the lock to each other are hardly faster than one. A forked worker has the
function and its data from the start, so only tasks and results travel.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from strategic.errors import WorkerError


def can_fork() -> bool:
    """Tell whether workers can be forked here: on Linux, outside of daemons.

    Other ways of starting a process run the user's script again from its top.
    """
    return sys.platform == "linux" and not multiprocessing.current_process().daemon


def lost() -> WorkerError:
    """Make the one error that says that a worker is gone."""
    return WorkerError(
        "a worker process ended before its work was done, perhaps killed for lack of memory",
        where="workers",
        remedy="use fewer workers or smaller blocks; a .zarr store can be resumed",
    )


@dataclass(frozen=True, eq=False)
class Worker:
    """One process and this side's end of its pipe.

    A worker takes its tasks in the order in which they were sent; several may wait in the pipe.
    """

    process: Any
    pipe: Any

    def send(self, task: object) -> None:
        """Hand over a task."""
        with suppress(OSError):  # a worker that is gone is reported by `receive`
            self.pipe.send(task)

    def receive(self) -> Any:
        """Wait for the result of the oldest task; raise what the worker raised.

        Raises
        ------
        WorkerError
            When the worker has ended.
        """
        try:
            succeeded, value = self.pipe.recv()
        except (EOFError, OSError):
            raise lost() from None
        if not succeeded:
            raise value
        return value


@contextmanager
def forked(function: Callable[[Any], object], count: int) -> Iterator[list[Worker]]:
    """Start workers that apply one function to what they are sent; end them when the block is left.

    Parameters
    ----------
    function : callable
        Need not be picklable: every worker inherits it. Its results and errors must be.
    count : int
        Number of workers.

    Examples
    --------
    >>> with forked(lambda number: number**2, 2) as (first, second):
    ...     first.send(3)
    ...     second.send(4)
    ...     first.receive() + second.receive()
    25
    """
    fork = multiprocessing.get_context("fork")
    team: list[Worker] = []
    try:
        for _ in range(count):
            ours, theirs = fork.Pipe()
            process = fork.Process(target=_serve, args=(function, theirs), daemon=True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
                process.start()
            # The worker must hold the only copy of its end: a copy here, inherited by the next
            # worker, would keep the pipe open after the first one has died.
            theirs.close()
            team.append(Worker(process, ours))
        yield team
    finally:
        for worker in team:
            worker.process.terminate()
        for worker in team:
            worker.process.join()
        # The pipes close when nothing refers to them: a thread may still wait at one for its end.


def _serve(function: Callable[[Any], object], pipe: Any) -> None:
    """Be a worker: leave Ctrl-C to the parent, end with it, and answer every task in turn."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):  # the parent has gone
        while True:
            task = pipe.recv()
            try:
                answer = pickle.dumps((True, function(task)))
            except Exception as problem:  # noqa: BLE001 - raised again by the parent
                problem.add_note(traceback.format_exc())
                answer = pickle.dumps((False, problem))
            pipe.send_bytes(answer)


def _end_with_parent() -> None:
    """End in the middle of a task when the parent dies, even if it is killed outright."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
