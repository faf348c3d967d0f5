"""The blocks of a sweep: where they are computed, what need not be, and where results go."""

from __future__ import annotations

import hashlib
import json
import math
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import available_cores
from strategic.errors import FileError, SweepError
from strategic.executors import local_executor, run_blocks
from strategic.sweeps._evaluate import evaluate_grid
from strategic.sweeps._grid import Grid
from strategic.sweeps._layout import Layout
from strategic.sweeps._source import Source
from strategic.sweeps._store import SweepStore, stored_attributes
from strategic.sweeps._successor import hidden, remove_successor, successor

Progress = Callable[[int, int], None]
"""Told the points done and the points in all, after every block."""
Blocks = Callable[[Sequence[int]], Iterator[tuple[int, Any]]]
"""Runs blocks: from their numbers to numbers and results, in the order in which they are done."""
_REMEDY = "a .zarr store keeps its finished blocks: run again with resume"
_Values = dict[str, Array]
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, eq=False)
class _Task:
    """A block and what to measure in it: names, and a mark at each point that needs them."""

    grid: Grid
    wanted: Sequence[tuple[Sequence[str], Array | None]]

    def done(self) -> list[_Values]:
        """Measure it."""
        return [evaluate_grid(self.grid, names, where) for names, where in self.wanted]


@dataclass(frozen=True)
class Run:
    """The blocks of a grid, where they are computed, and who hears about it.

    Parameters
    ----------
    grid : Grid
    layout : Layout
        Of the result.
    names : sequence of str
        Measures.
    executor : concurrent.futures.Executor, optional
        Forked processes or threads of this machine by default.
    workers : int, optional
        Blocks in hand at one time.
    progress : callable, optional
    source : Source, optional
        A store that holds some of the values.
    """

    grid: Grid
    layout: Layout
    names: Sequence[str]
    executor: Executor | None = None
    workers: int | None = None
    progress: Progress | None = None
    source: Source | None = None

    def in_memory(self) -> _Values:
        """Measure the whole grid."""
        whole = {v.name: np.empty(self.grid.shape, v.dtype) for v in self.layout.measured}
        with self._started(self._measured) as blocks:
            for number, results in blocks(range(self.grid.tiling.count)):
                for name, values in results.items():
                    whole[name][self.grid.tiling.region(number)] = values
        return whole

    def into_store(self, path: Path, *, resume: bool) -> None:
        """Write the blocks that a store lacks, all of them if it does not exist."""
        store = SweepStore(path, self.grid.tiling, self.layout)
        store.check(resume=resume)
        is_new = not path.exists()
        with store.held():
            store.check(resume=resume)  # again: another run may have come first
            remove_successor(path)
            try:
                self._fill(store)
            except BaseException:
                store.clear()
                with suppress(OSError):
                    store.discard_empty(folder=is_new)
                raise
            store.clear()

    def in_place_of(self, path: Path, *, stored: object, again: str) -> None:
        """Write a store beside another one and let it take the other's place.

        Parameters
        ----------
        path : Path
            Of the store.
        stored : object
            What it said of itself when the run was planned.
        again : str
            The option that goes on with a run that was stopped.
        """
        old = SweepStore(path, self.grid.tiling, self.layout, again=again)
        if not path.stat().st_mode & _WRITABLE:
            raise FileError("is read-only", where=str(path), remedy="choose another name")
        described = json.dumps(dict(self.layout.attributes))
        purpose = f"{again} {hashlib.sha256(described.encode()).hexdigest()}"
        with old.held():
            if stored_attributes(path) != stored:
                rule = "another run has changed it in the meantime"
                raise SweepError(rule, where=str(path), remedy="run again")
            try:
                with old.errors_named(), successor(path, purpose) as folder:
                    self._fill(SweepStore(folder, old.tiling, old.layout, path, again))
            except BaseException:
                with suppress(OSError):
                    if not any((hidden(path) / name / "c").exists() for name in self.names):
                        remove_successor(path)
                raise

    def _fill(self, store: SweepStore) -> None:
        """Write the blocks that a store lacks."""

        def measure_and_write(number: int) -> None:
            store.write(number, self._measured(number))

        with self._started(measure_and_write) as blocks:
            for number, results in blocks(store.open()):
                if self.executor is not None:
                    store.write(number, results)
        store.clear()

    def _measured(self, number: int) -> _Values:
        """Give the values of a block: those that are known, the others measured."""
        task, kept = self._task(number)
        return _joined(kept, task, task.done())

    def _task(self, number: int) -> tuple[_Task, _Values]:
        """Say what is to be measured in a block; give what is known, and room for the rest."""
        part = self.grid.part(number)
        if self.source is None:
            return _Task(part, [(self.names, None)]), {}
        kept = {v.name: np.full(part.shape, v.undefined, v.dtype) for v in self.layout.measured}
        held = self.source.names
        into = {name: values for name, values in kept.items() if name in held}
        there = self.source.read(self.grid.tiling.region(number), into)
        fresh = [name for name in self.names if name not in held]
        wanted = [(self.names, ~there)] if not there.all() else []
        wanted += [(fresh, there)] if fresh and there.any() else []
        return _Task(part, wanted), kept

    @contextmanager
    def _started(self, local: Callable[[int], Any]) -> Iterator[Blocks]:
        """Start the workers and give what runs blocks on them, telling the progress.

        Workers of this machine inherit the grid: they are sent numbers of blocks and apply
        ``local``, which may write to this machine's disk. Any other executor, perhaps a cluster's,
        is sent the part of the grid that a block is and what to measure there.
        """
        pool: Executor
        count: int | None
        function: Callable[[Any], Any]
        waiting: dict[int, tuple[_Task, _Values]] = {}

        def sent(number: int) -> Any:
            if self.executor is None:
                return number
            waiting[number] = self._task(number)
            return waiting[number][0]

        def blocks(numbers: Sequence[int]) -> Iterator[tuple[int, Any]]:
            region = self.grid.tiling.region
            sizes = {n: math.prod(part.stop - part.start for part in region(n)) for n in numbers}
            done = self.grid.size - sum(sizes.values())
            tell = self.progress or (lambda *_: None)
            tell(done, self.grid.size)
            tasks = ((n, sent(n)) for n in numbers)
            for number, result in run_blocks(
                function, tasks, executor=pool, workers=count, remedy=_REMEDY
            ):
                if self.executor is None:
                    yield number, result
                else:
                    task, kept = waiting.pop(number)
                    yield number, _joined(kept, task, result)
                done += sizes[number]
                tell(done, self.grid.size)

        if self.executor is not None:
            pool, function = self.executor, _Task.done
            count = self.workers
            yield blocks
        else:
            count = min(self.workers or available_cores(), self.grid.tiling.count)
            with local_executor(local, count, remedy=_REMEDY) as (pool, function):
                yield blocks


def _joined(kept: _Values, task: _Task, results: Sequence[_Values]) -> _Values:
    """Put what was measured beside what was known."""
    for (_, where), values in zip(task.wanted, results, strict=True):
        if where is None:
            return values
        for name, measured in values.items():
            kept[name][where] = measured
    return kept
