"""Progress on standard error: points done, their rate, time left.

A terminal shows a bar that moves; a log gets a line now and then, if the work takes long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from strategic.cli import output

LINE_EVERY = 30.0
"""Seconds between two lines where standard error is no terminal; short work says nothing there."""


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Open a bar and give the function that moves it: ``(done, total)``, total None if not known.

    The rate counts what this run did, not what a resumed store already held.
    """
    if output.is_quiet() or not output.errors_are_on_a_terminal():
        yield _Lines(what).move
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
    )
    bar = Progress(*columns, console=output.console(stderr=True))

    def move(done: int, total: int | None) -> None:
        if not bar.tasks:  # nothing shows before there is something to do
            bar.start()
            bar.add_task(what, total=total, completed=done, rate="")
        speed = bar.tasks[0].speed
        rate = f"{speed:,.0f}/s" if speed else ""
        bar.update(bar.tasks[0].id, completed=done, total=total, rate=rate)

    try:
        yield move
    finally:
        if bar.tasks:
            bar.stop()


@dataclass
class _Lines:
    """A line every half minute, the first after as long: what is over by then need not be told.

    Parameters
    ----------
    what : str
        What is counted.
    """

    what: str
    before: int = -1

    def __post_init__(self) -> None:
        self.began = self.last = monotonic()

    def move(self, done: int, total: int | None) -> None:
        """Take note of what is done; say so if nothing was said for long."""
        now = monotonic()
        if self.before < 0:
            self.before, self.began = done, now  # an earlier run did these
        if now - self.last < LINE_EVERY or done == total:
            return
        self.last = now
        rate = (done - self.before) / max(now - self.began, 1e-9)
        text = f"{self.what}: {done:,}"
        if total is not None:
            text += f" of {total:,} ({done / total:.0%})"
        text += f", {rate:,.3g}/s" if rate < 1000 else f", {rate:,.0f}/s"
        if total is not None and rate > 0:
            text += f", {_duration((total - done) / rate)} left"
        output.note(text)


def _duration(seconds: float) -> str:
    """Write a duration in its two largest units.

    Examples
    --------
    >>> _duration(42), _duration(754), _duration(12_345), _duration(200_000)
    ('42 s', '12 min 34 s', '3 h 26 min', '2 d 8 h')
    """
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    first = next((k for k, (_, size) in enumerate(units) if seconds >= size), len(units) - 1)
    shown = units[first : first + 2]
    whole = round(seconds / shown[-1][1]) * shown[-1][1]
    pieces = []
    for name, size in shown:
        pieces.append(f"{whole // size} {name}")
        whole %= size
    return " ".join(pieces)
