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
from types import FrameType
from typing import Any

from strategic.errors import WorkerError

_LOOK_AROUND = 0.5
"""Seconds between two looks at whether a parent or a worker still lives."""
_INTERRUPTS = (
    signal.SIGINT,
    signal.SIGTERM,
    *((signal.SIGHUP,) if sys.platform != "win32" else ()),
)
"""They reach whole groups of processes, of which the parent alone decides."""

_LOCKING = {"strategic", "importlib", "_frozen_importlib"}


def can_fork() -> bool:
    """Tell whether workers can be forked here: on Linux, outside of daemons, with nobody else busy.

    Other ways of starting a process run the user's script again from its top. A fork copies the
    locks that other threads hold, but not the threads that would release them, and a worker that
    needs one waits for ever. So only the main thread forks, and only while no other thread is
    inside this package or imports a module; work is then shared by threads.
    """
    return (
        sys.platform == "linux"
        and not multiprocessing.current_process().daemon
        and threading.current_thread() is threading.main_thread()
        and not any(map(_holds_our_locks, _other_threads()))
    )


def _other_threads() -> list[FrameType]:
    here = threading.get_ident()
    frames = sys._current_frames()  # noqa: SLF001 - the only way to see what threads do
    return [frame for number, frame in frames.items() if number != here]


def _holds_our_locks(frame: FrameType | None) -> bool:
    """Whether a thread is somewhere in this package, its progress bars aside, or imports."""
    while frame is not None:
        package, _, rest = frame.f_globals.get("__name__", "").partition(".")
        if package in _LOCKING and not rest.startswith("cli."):
            return True
        frame = frame.f_back
    return False


def lost(remedy: str = "use fewer workers") -> WorkerError:
    """Make the one error that says that a worker is gone."""
    rule = "a worker process ended before its work was done, perhaps killed for lack of memory"
    return WorkerError(rule, where="workers", remedy=remedy)


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

    def receive(self, *remedy: str) -> Any:
        """Wait for the result of the oldest task; raise what the worker raised.

        Parameters
        ----------
        *remedy : str
            What to do about a lost worker, instead of `lost`'s advice.

        Raises
        ------
        WorkerError
            When the worker has ended.
        """
        try:
            # Asked again and again, because the end of the pipe need not show: a process that
            # another thread forked in the wrong moment may hold a copy of the worker's side.
            while not self.pipe.poll(_LOOK_AROUND):
                if self.process.exitcode is not None and not self.pipe.poll():
                    raise EOFError
            succeeded, value = self.pipe.recv()
        except (EOFError, OSError):
            raise lost(*remedy) from None
        if not succeeded:
            raise value
        return value

    def end(self) -> None:
        """End the process, whatever it is doing and whatever signals it ignores."""
        if self.process.pid is not None:  # it was started
            self.process.kill()

    def wait(self) -> None:
        """Wait until an ended process has gone."""
        if self.process.pid is not None:
            self.process.join()


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
            try:
                _add_worker(team, fork, function)
            except OSError as problem:
                rule = f"cannot be started: {problem.strerror or problem}"
                remedy = "use fewer workers"
                raise WorkerError(rule, where="workers", remedy=remedy) from problem
        yield team
    finally:
        with _signals_held():
            for worker in team:
                worker.end()
            for worker in team:
                worker.wait()
        # The pipes close when nothing refers to them: a thread may still wait at one for its end.


def _add_worker(team: list[Worker], fork: Any, function: Callable[[Any], object]) -> None:
    """Start one more worker, which is of the team before it runs: whoever ends the team ends it."""
    ours, theirs = fork.Pipe()
    process = fork.Process(target=_serve, args=(function, theirs), daemon=True)
    team.append(Worker(process, ours))
    try:
        with warnings.catch_warnings(), _signals_held():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
            process.start()
    finally:
        # The worker must hold the only copy of its end: a copy here, inherited by the next
        # worker, would keep the pipe open after the first one has died.
        theirs.close()


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold back what would interrupt between a step and the next that belongs to it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(function: Callable[[Any], object], pipe: Any) -> None:
    """Be a worker: leave interrupts to the parent, end with it, and answer every task in turn."""
    for number in _INTERRUPTS:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    # Held since before the fork, so that the parent's handlers never run here.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        end_with(parent.pid, parent.sentinel)
    with suppress(EOFError, OSError):  # the parent has gone
        while True:
            task = pipe.recv()
            try:
                answer = pickle.dumps((True, function(task)))
            except Exception as problem:  # noqa: BLE001 - raised again by the parent
                problem.add_note(traceback.format_exc())
                answer = pickle.dumps((False, _portable(problem)))
            pipe.send_bytes(answer)


def _portable(problem: Exception) -> Exception:
    """Give an error that survives the way to the parent: itself, or its text."""
    try:
        pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - whatever classes of users raise when they are copied
        told = RuntimeError(f"{type(problem).__name__}: {problem}")
        told.__notes__ = [str(note) for note in problem.__notes__]
        return told
    return problem


def end_with(parent: int, *sentinels: int) -> None:
    """End this process as soon as its parent has, even if that is killed outright.

    Parameters
    ----------
    parent : int
        Number of the parent.
    *sentinels : int
        Pipes that close with it. They show its end at once, unless a process that was forked
        later holds a copy: so its number is looked at besides.
    """

    def watch() -> None:
        while os.getppid() == parent:
            multiprocessing.connection.wait(sentinels, _LOOK_AROUND)
        os._exit(1)

    if sys.platform != "win32":  # where a process keeps the number of a parent that is gone
        threading.Thread(target=watch, daemon=True).start()
