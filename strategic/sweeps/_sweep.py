"""The verb `sweep`: measures over a grid, in memory or into a store."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import available_cores
from strategic.errors import SweepError
from strategic.executors import local_executor, run_blocks
from strategic.games.io.files import write_or_keep
from strategic.games.io.targets import check_target
from strategic.modelling import Model
from strategic.sweeps._axes import Over, axes_of
from strategic.sweeps._evaluate import STATUS, evaluate_grid
from strategic.sweeps._files import check_suffix, open_sweep, write_dataset
from strategic.sweeps._grid import Grid, grid_of
from strategic.sweeps._layout import layout_of
from strategic.sweeps._store import SweepStore
from strategic.sweeps._tables import Points, points_axis

if TYPE_CHECKING:
    import xarray

Progress = Callable[[int, int], None]
"""Told the points done and the points in all, after every block."""
_REMEDY = "a .zarr store keeps its finished blocks: run again with resume"
Blocks = Callable[[Sequence[int]], Iterator[tuple[int, Any]]]
"""Runs blocks: from their numbers to numbers and results, in the order in which they are done."""


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
        A CSV file or columns: one point per row, crossed with the axes of ``over`` if there are
        any.
    out : path, optional
        ``.zarr`` (written block by block, memory stays flat), ``.nc`` or ``.csv``, where texts
        stand as they are, even those that a spreadsheet takes for formulas.
    resume : bool
        Continue a Zarr store that the very same sweep began.
    workers : int, optional
        Blocks in hand at one time; by default as many as the executor can work on, or all
        available cores.
    executor : concurrent.futures.Executor, optional
        Where blocks are computed, such as what `strategic.cluster` opens; by default forked
        processes of this machine, or threads where the grid is a single block or processes
        cannot be forked.
    block : int, optional
        Most points per block. The values do not depend on it.
    seed : int
        Kept with the result.
    progress : callable, optional
        Called with the points done and the points in all.

    Returns
    -------
    xarray.Dataset
        Dimensions are parameter names, variables are measures, labels are small integers with
        ``flag_values`` and ``flag_meanings``; attributes give version, model hash and base
        parameters. Where points break a rule between parameters, or a mechanism drives one out of
        its range, their measures are undefined and the variable ``status`` says which they are.
        Values of a Zarr store are read when they are used.

    Raises
    ------
    SweepError, MeasureError
        When the grid, a measure or the store does not fit.
    FileError
        When a file cannot be read or written; a result for which the disk has no room is kept in
        the folder for temporary files, which the error names.
    WorkerError
        When a worker process has ended; finished blocks of a store are kept.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> result = sweep(model, {"relation.alignment": "0:1:3"}, "surplus")
    >>> result["surplus"].round(4).values
    array([0.3039, 0.5   , 0.6961])
    """
    axes = axes_of(over) if over is not None else ()
    grid = grid_of(model, axes if points is None else (points_axis(model, points), *axes), block)
    names = _measure_names(grid, measures)
    layout = layout_of(grid, names, seed)
    target = None if out is None else Path(out)
    in_store = target is not None and check_suffix(target) == ".zarr"
    if resume and not in_store:
        raise SweepError("only a .zarr store can be resumed", where="out", value=str(out))
    if workers is not None and workers < 1:
        raise SweepError("must be at least 1", where="workers", value=workers)
    if target is not None and not in_store:
        check_target(target, *([points] if isinstance(points, str | Path) else []))
    run = _Run(grid, names, executor, workers, progress)
    if target is not None and in_store:
        run.into_store(SweepStore(target, grid, layout), resume=resume)
        return open_sweep(target)
    needed = grid.size * sum(v.dtype.itemsize for v in layout.measured)
    if needed > _memory() / 2:
        raise SweepError(
            f"the result takes {needed / 1e9:.1f} GB, more than half of this machine's memory",
            where="over",
            remedy="write it to a .zarr store, which takes constant memory",
        )
    whole = {v.name: np.empty(grid.shape, v.dtype) for v in layout.measured}
    with run.started(run.measure) as blocks:
        for number, results in blocks(range(grid.block_count)):
            for name, values in results.items():
                whole[name][grid.region(number)] = values
    dataset = layout.dataset(layout.data(whole))
    if target is not None:
        write_or_keep(target, partial(write_dataset, dataset))
    return dataset


@dataclass(frozen=True)
class _Run:
    """The blocks of a grid, where they are computed, and who hears about it."""

    grid: Grid
    names: Sequence[str]
    executor: Executor | None
    workers: int | None
    progress: Progress | None

    def measure(self, number: int) -> dict[str, Array]:
        """Measure a block."""
        return evaluate_grid(self.grid.part(number), self.names)

    def into_store(self, store: SweepStore, *, resume: bool) -> None:
        """Write the blocks that a store lacks."""

        def measure_and_write(number: int) -> None:
            store.write(number, self.measure(number))

        store.check(resume=resume)
        is_new = not store.path.exists()
        with store.held():
            store.check(resume=resume)  # again: another run may have come first
            try:
                with self.started(measure_and_write) as blocks:
                    for number, results in blocks(store.open()):
                        if self.executor is not None:
                            store.write(number, results)
            except BaseException:
                store.clear()
                with suppress(OSError):
                    store.discard_empty(folder=is_new)
                raise
            store.clear()

    @contextmanager
    def started(self, local: Callable[[int], Any]) -> Iterator[Blocks]:
        """Start the workers and give what runs blocks on them, telling the progress.

        Workers of this machine inherit the grid: they are sent numbers of blocks and apply
        ``local``, which may write to this machine's disk. Any other executor, perhaps a cluster's,
        is sent the part of the grid that a block is, and measures it.
        """
        pool: Executor
        count: int | None
        function: Callable[[Any], Any]

        def blocks(numbers: Sequence[int]) -> Iterator[tuple[int, Any]]:
            region = self.grid.region
            sizes = {n: math.prod(part.stop - part.start for part in region(n)) for n in numbers}
            done = self.grid.size - sum(sizes.values())
            tell = self.progress or (lambda *_: None)
            tell(done, self.grid.size)
            tasks = ((n, n if self.executor is None else self.grid.part(n)) for n in numbers)
            for number, result in run_blocks(
                function, tasks, executor=pool, workers=count, remedy=_REMEDY
            ):
                yield number, result
                done += sizes[number]
                tell(done, self.grid.size)

        if self.executor is not None:
            pool, function = self.executor, partial(evaluate_grid, names=self.names)
            count = self.workers
            yield blocks
        else:
            count = min(self.workers or available_cores(), self.grid.block_count)
            with local_executor(local, count, remedy=_REMEDY) as (pool, function):
                yield blocks


def _measure_names(grid: Grid, measures: str | Sequence[str]) -> list[str]:
    given = measures.split(",") if isinstance(measures, str) else measures
    names = list(dict.fromkeys(name.strip() for name in given if name.strip()))
    if not names:
        raise SweepError("nothing to measure", where="measures", remedy="name at least one")
    for name in names:
        grid.model.family.measure(name)
    taken = {*names, *([STATUS] if grid.may_be_bad else [])}
    if grid.may_be_bad and STATUS in names:
        raise SweepError("a measure has the name of a result", where=STATUS)
    for axis in grid.axes:
        for column in axis.extra:
            if column in taken:
                raise SweepError("a column has the name of a result", where=column)
    return names


def _memory() -> float:
    if not hasattr(os, "sysconf"):
        return float("inf")
    return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
