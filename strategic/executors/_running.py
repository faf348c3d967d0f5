"""Blocks on any executor, never more in hand than it can work on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from strategic.executors._sent import Sending
from strategic.executors._watch import Watch, places
from strategic.whole_numbers import check_whole

AGAIN = "nothing is kept: run it again"
"""What to do about a short run that was lost."""
Task = TypeVar("Task")
Result = TypeVar("Result")


class NothingSent(UserWarning):
    """Warns that an executor was given, and that there was nothing to divide.

    Parameters
    ----------
    told : str
        What would be divided.

    Examples
    --------
    >>> str(NothingSent("a fit is one search"))
    'a fit is one search'
    """

    def __init__(self, told: str) -> None:
        super().__init__(told)


_RUNS: WeakKeyDictionary[Executor, int] = WeakKeyDictionary()


def runs_on(executor: Executor | None) -> int:
    """Count the runs that an executor was given, so that one that got nothing can be told of.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(1) as pool:
    ...     _ = list(each_in_order(abs, [-3], executor=pool))
    ...     runs_on(pool)
    1
    """
    return 0 if executor is None else _RUNS.get(executor, 0)


def run_blocks(
    function: Callable[[Any], Result],
    tasks: Iterable[tuple[int, Task]],
    *,
    executor: Executor,
    workers: int | None = None,
    remedy: str = "",
    held: Callable[[], int] = int,
) -> Iterator[tuple[int, Result]]:
    """Apply a function to numbered tasks on an executor; results come as they are done.

    A worker gets its next task only after the caller has taken care of the last result, so that
    whatever stops the run loses at most one block per worker.

    Parameters
    ----------
    function : callable
        From a task to a result; picklable where the executor needs that. Data that all tasks
        share belong into it (as a `functools.partial` of a function of a module): a cluster gets
        them once.
    tasks : iterable of (int, task)
        Made one by one as workers come free.
    executor : concurrent.futures.Executor
        Threads, processes, or a cluster's.
    workers : int, optional
        Most tasks in hand at one time; by default as many as the executor can work on, workers
        that join a cluster later included.
    remedy : str, optional
        What becomes of finished work when the run is lost, and how to go on: the end of the
        error.
    held : callable, optional
        Tells how many results the caller keeps for later: when they are more than the tasks in
        hand may be, no more are begun.

    Raises
    ------
    WorkerError
        When a worker has ended, or a cluster is lost.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:
    ...     sorted(run_blocks(abs, enumerate([-3, 4, -5]), executor=pool))
    [(0, 3), (1, 4), (2, 5)]
    """
    check_whole(workers=workers)
    _RUNS[executor] = runs_on(executor) + 1
    waiting, watch = iter(tasks), Watch(executor, remedy=remedy)
    running: dict[Future[Result], int] = {}
    try:
        submit = Sending(executor, function).submit

        def fill() -> None:
            width = workers or places(executor)
            for _ in range(width - len(running) - max(0, held() - width)):
                for number, task in waiting:
                    running[submit(task)] = number
                    break

        fill()
        while running:
            done, _ = wait(running, timeout=watch.interval, return_when=FIRST_COMPLETED)
            watch.look()
            for future in done:
                # The caller stores the result before this generator goes on to the next task.
                yield running.pop(future), future.result()
                fill()
            if not done:
                fill()  # workers may have come
    except Exception as problem:
        if error := watch.error(problem):
            raise error from problem
        raise
    finally:
        for future in running:
            future.cancel()


def each_in_order(
    function: Callable[[Any], Result], tasks: Iterable[Any], *, executor: Executor | None
) -> Iterator[Result]:
    """Apply a function to tasks, one after the other here or on an executor; results in order.

    Examples
    --------
    >>> list(each_in_order(abs, [-3, 4], executor=None))
    [3, 4]
    """
    if executor is None:
        return map(function, tasks)
    return run_in_order(function, tasks, executor=executor, remedy=AGAIN)


def run_in_order(
    function: Callable[[Any], Result],
    tasks: Iterable[Any],
    *,
    executor: Executor,
    workers: int | None = None,
    remedy: str = "",
) -> Iterator[Result]:
    """Apply a function to tasks on an executor; results come in the order of the tasks.

    Results that are early wait, at most as many as there may be tasks in hand.

    Parameters
    ----------
    function, tasks, executor, workers, remedy
        As for `run_blocks`; tasks without numbers.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:
    ...     list(run_in_order(abs, [-3, 4, -5], executor=pool))
    [3, 4, 5]
    """
    check_whole(workers=workers)
    early: dict[int, Result] = {}
    following = 0
    blocks = run_blocks(
        function, enumerate(tasks), executor=executor, workers=workers, remedy=remedy,
        held=lambda: len(early),
    )  # fmt: skip
    for number, result in blocks:
        early[number] = result
        while following in early:
            yield early.pop(following)
            following += 1
