"""The verb `sweep`: measures over a grid, in memory or into a store."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.modelling import Model
from strategic.sweeps.axes import Axis, Over, axes_of
from strategic.sweeps.executor import local_pool, run_blocks
from strategic.sweeps.files import check_suffix, open_sweep, write_dataset
from strategic.sweeps.grid import Grid, evaluate, grid_of
from strategic.sweeps.layout import Layout, layout_of
from strategic.sweeps.points import Points, points_axis
from strategic.sweeps.store import Block, open_store

if TYPE_CHECKING:
    import xarray

Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Told the points done and the points in all, after every block."""


def sweep(
    model: Model,
    over: Over | None = None,
    measures: str | Sequence[str] = (),
    *,
    points: Points | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    workers: int | None = None,
    executor: Executor | None = None,
    block: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> xarray.Dataset:
    """Measure a model over a grid of its parameters.

    Parameters
    ----------
    model : Model
        A single model; what the grid does not move keeps its values.
    over : mapping or sequence of str, optional
        Axes: values by parameter name (or ``mechanism.NAME`` for an intensity), as lists, arrays
        or texts such as ``"0:1:31"``, ``"1:100:21:log"``, ``"0,.5,1"``; or ``NAME=SPEC`` texts.
    measures : str or sequence of str
        Names of measures; one string may hold several with commas between.
    points : path or mapping, optional
        A CSV file or columns: one point a row, crossed with the axes of ``over`` if there are any.
    out : path, optional
        ``.zarr`` (written block by block, memory stays flat), ``.nc`` or ``.csv``.
    resume : bool
        Continue a Zarr store that the very same sweep began.
    workers : int, optional
        Blocks in hand at one time; all available cores by default.
    executor : concurrent.futures.Executor, optional
        Where blocks are computed; by default processes of this machine, or threads where the grid
        is a single block or the model cannot be sent to a process (functions without a name).
    block : int, optional
        Most points a block. The values do not depend on it.
    seed : int
        Kept with the result.
    progress : callable, optional
        Called with the points done and the points in all.

    Returns
    -------
    xarray.Dataset
        Dimensions are parameter names, variables are measures, labels are small integers with
        ``flag_values`` and ``flag_meanings``; attributes tell version, model hash and base
        parameters. Values of a Zarr store are read when they are used.

    Raises
    ------
    SweepError, MeasureError
        When the grid, a measure or the store does not fit.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> result = sweep(model, {"relation.alignment": "0:1:3"}, "surplus")
    >>> result["surplus"].round(4).values
    array([0.3039, 0.5   , 0.6961])
    """
    grid = grid_of(model, _axes(model, over, points), block)
    names = _measure_names(grid, measures)
    layout = layout_of(grid, names, seed)
    target = None if out is None else Path(out)
    in_store = target is not None and check_suffix(target) == ".zarr"
    if resume and not in_store:
        raise SweepError("only a .zarr store can be resumed", where="out", value=str(out))
    with _pool(grid, executor, workers) as (pool, count):
        job = _Job(grid, pool, count, progress or _silent)
        if target is not None and in_store:
            # workers of this machine write their own blocks; others may not see its disk
            _into_store(job, names, target, layout, resume=resume, here=executor is None)
            return open_sweep(target)
        dataset = layout.dataset(_in_memory(job, names, layout))
    if target is not None:
        write_dataset(dataset, target)
    return dataset


@dataclass(frozen=True)
class _Job:
    """One run over blocks of a grid: where it is computed, and who hears about it."""

    grid: Grid
    pool: Executor
    workers: int
    progress: Progress

    def results(
        self,
        numbers: Sequence[int],
        function: Callable[[Any], Result],
        task: Callable[[int], object],
    ) -> Iterator[tuple[int, Result]]:
        """Compute the blocks of these numbers, telling the progress after each is dealt with."""
        done = self.grid.size - sum(self._points(number) for number in numbers)
        self.progress(done, self.grid.size)
        tasks = ((number, task(number)) for number in numbers)
        for number, result in run_blocks(function, tasks, executor=self.pool, workers=self.workers):
            yield number, result
            done += self._points(number)
            self.progress(done, self.grid.size)

    def part(self, number: int) -> Grid:
        """Take the part of the grid that is a block."""
        return self.grid.cut(self.grid.region(number))

    def _points(self, number: int) -> int:
        return math.prod(part.stop - part.start for part in self.grid.region(number))


def _into_store(
    job: _Job, names: Sequence[str], path: Path, layout: Layout, *, resume: bool, here: bool
) -> None:
    fresh = not path.exists()
    store = open_store(path, job.grid, layout, resume=resume)
    numbers = range(job.grid.block_count)
    missing = list(numbers) if fresh else [n for n in numbers if not store.holds(n)]
    if here:
        run = uuid4().hex
        for _ in job.results(
            missing,
            methodcaller("compute_and_write", names),
            lambda number: Block(path, run, job.grid.region(number), job.part(number)),
        ):
            pass
    else:
        for number, results in job.results(missing, partial(evaluate, names=names), job.part):
            store.write(number, results)
    store.close()


def _in_memory(job: _Job, names: Sequence[str], layout: Layout) -> dict[str, Array]:
    _check_room(job.grid.size * sum(v.dtype.itemsize for v in layout.measured))
    whole = {v.name: np.empty(layout.shape, v.dtype) for v in layout.measured}
    numbers = range(job.grid.block_count)
    for number, results in job.results(numbers, partial(evaluate, names=names), job.part):
        for name, values in results.items():
            whole[name][job.grid.region(number)] = values
    return whole


def _check_room(needed: int) -> None:
    if needed > _memory() / 2:
        raise SweepError(
            f"the result takes {needed / 1e9:.1f} GB, more than half of this machine's memory",
            where="over",
            remedy="write it to a .zarr store, which takes no memory to speak of",
        )


def _memory() -> float:
    if not hasattr(os, "sysconf"):
        return float("inf")
    return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")


def _axes(model: Model, over: Over | None, points: Points | None) -> tuple[Axis, ...]:
    axes = axes_of(over) if over is not None else ()
    return axes if points is None else (points_axis(model, points), *axes)


def _measure_names(grid: Grid, measures: str | Sequence[str]) -> list[str]:
    given = measures.split(",") if isinstance(measures, str) else measures
    names = list(dict.fromkeys(name.strip() for name in given if name.strip()))
    if not names:
        raise SweepError("nothing to measure", where="measures", remedy="name at least one")
    for name in names:
        grid.model.family.measure(name)
    taken = {*names, *(["status"] if grid.may_be_bad else [])}
    for axis in grid.axes:
        for column in axis.extra:
            if column in taken:
                raise SweepError("a column has the name of a result", where=column)
    return names


@contextmanager
def _pool(
    grid: Grid, executor: Executor | None, workers: int | None
) -> Iterator[tuple[Executor, int]]:
    if workers is not None and workers < 1:
        raise SweepError("must be at least 1", where="workers", value=workers)
    if executor is None:
        task = grid.cut(grid.region(0))
        with local_pool(task, workers=workers, blocks=grid.block_count) as opened:
            yield opened
    else:
        yield executor, workers or _places(executor)


def _places(executor: Executor) -> int:
    return int(getattr(executor, "_max_workers", 0)) or 1


def _silent(done: int, total: int) -> None:
    """Tell nobody."""
    del done, total
