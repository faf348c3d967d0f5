"""Work on all cores: sections of a report, figures of a page, models to be checked.

What is done where makes no difference to the result. Where there is one core, or processes cannot
be forked, this process does it all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from strategic.blocks import available_cores

Result = TypeVar("Result")
_MOST_HELPERS = 3


def _helpers(tasks: int) -> int:
    """Count the processes that may help this one with so many tasks."""
    helpers = min(available_cores() - 1, tasks - 1, _MOST_HELPERS)
    if helpers < 1:
        return 0
    from strategic.workers import can_fork

    return helpers if can_fork() else 0


@contextmanager
def beside(work: Callable[[], Result]) -> Iterator[Callable[[], Result]]:
    """Do some work while the block does other work; the block calls what it gets for the result.

    Parameters
    ----------
    work : callable
        Its result must be picklable.

    Examples
    --------
    >>> with beside(lambda: sum(range(10))) as found:
    ...     other = 2
    ...     found() + other
    47
    """
    if not _helpers(2):
        yield work
        return
    from strategic.workers import forked

    with forked(lambda _: work(), 1) as [helper]:
        helper.send(None)
        yield helper.receive


def shared(work: Callable[[int], Result], count: int) -> list[Result]:
    """Do ``count`` numbered tasks, and give their results in order.

    Helpers take the tasks from the first one on, this process from the last one backwards.

    Parameters
    ----------
    work : callable
        From the number of a task to a picklable result.
    count : int
        Number of tasks.

    Examples
    --------
    >>> shared(lambda number: number**2, 5)
    [0, 1, 4, 9, 16]
    """
    helpers = _helpers(count)
    if not helpers:
        return [work(number) for number in range(count)]
    from strategic.workers import forked

    made: dict[int, Result] = {}
    waiting = deque(range(count))
    with forked(work, helpers) as team:
        busy = []
        for helper in team:
            busy.append((helper, waiting.popleft()))
            helper.send(busy[-1][1])
        while busy or waiting:
            if waiting:
                number = waiting.pop()
                made[number] = work(number)
            for helper, number in [one for one in busy if not waiting or one[0].pipe.poll()]:
                busy.remove((helper, number))
                made[number] = helper.receive()
                if waiting:
                    busy.append((helper, waiting.popleft()))
                    helper.send(busy[-1][1])
    return [made[number] for number in range(count)]
