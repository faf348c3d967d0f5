"""A progress bar on standard error, if it is a terminal: points done, their rate, time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from strategic.cli import output


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Open a bar and give the function that moves it: ``(done, total)``, total None if not known.

    The rate counts what this run did, not what a resumed store already held.
    """
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
    console = output.console(stderr=True)
    # A log or a pipe would keep one long line of a bar that nobody saw move.
    hidden = output.is_quiet() or not console.is_terminal
    bar = Progress(*columns, console=console, disable=hidden)

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
