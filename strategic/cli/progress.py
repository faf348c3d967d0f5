"""A progress bar on standard error: points done, their rate, the time that is left."""

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
    with Progress(*columns, console=console, disable=output.is_quiet()) as bar:
        task = bar.add_task(what, total=None, rate="")

        def move(done: int, total: int | None) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(task, completed=done, total=total, rate=rate)

        yield move
