"""The verb `sweep`: measures over a grid, in memory or into a store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from strategic.errors import SweepError
from strategic.games.io.files import write_or_keep
from strategic.games.io.targets import check_new, holds_something
from strategic.modelling import Model
from strategic.sweeps._axes import Over, axes_of
from strategic.sweeps._evaluate import STATUS
from strategic.sweeps._files import check_suffix, open_sweep, write_dataset
from strategic.sweeps._grid import Grid, grid_of
from strategic.sweeps._growth import stored_sweep
from strategic.sweeps._layout import Layout, layout_of
from strategic.sweeps._run import Progress, Run
from strategic.sweeps._store import replaceable
from strategic.sweeps._successor import recover
from strategic.sweeps._tables import Points, points_axis
from strategic.whole_numbers import check_whole

if TYPE_CHECKING:
    import xarray


def sweep(
    model: Model,
    over: Over | None = None,
    measures: str | Sequence[str] = (),
    *,
    points: Points | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    grow: bool = False,
    force: bool = False,
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
        ``.zarr`` (written block by block, memory stays flat), ``.nc``, ``.parquet``, ``.xlsx``
        (small ones) or ``.csv``, where texts stand as they are, even those that a spreadsheet
        takes for formulas.
    resume : bool
        Continue a Zarr store that the very same sweep began.
    grow : bool
        Extend a Zarr store: axes may have more values, wherever they lie among the old ones, and
        there may be more measures. Only what is new is computed, and the store becomes, byte for
        byte, the one that this sweep would have made at once. Axes and measures of the store that
        are not named stay as they are. Until the end readers find the old store; whoever is
        stopped goes on with the same call. Without a store this is a sweep like any other.
    force : bool
        Replace an output that exists, at the end; otherwise it is refused.
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
    check_whole(workers=workers, block=block, seed=seed)
    target = None if out is None else Path(out)
    in_store = target is not None and check_suffix(target) == ".zarr"
    if workers is not None and workers < 1:
        raise SweepError("must be at least 1", where="workers", value=workers)
    chosen = _mode(target, in_store=in_store, resume=resume, grow=grow, force=force)
    if target is not None and not in_store:
        inputs = [points] if isinstance(points, str | Path) else []
        check_new(target, *inputs, force=force, error=SweepError)
    elif target is not None:
        recover(target)
    axes = axes_of(over) if over is not None else ()
    if points is not None:
        axes = (points_axis(model, points), *axes)
    names = _listed(measures)
    old = stored_sweep(target) if target is not None and chosen == "grow" else None
    if old is not None:
        axes, names = old.axes_with(model, axes), old.measures_with(names)
    grid = grid_of(model, axes, block)
    _check_names(grid, names)
    layout = layout_of(grid, names, seed)
    run = Run(grid, layout, names, executor, workers, progress)
    if target is None or not in_store:
        _check_memory(layout, grid)
        dataset = layout.dataset(layout.data(run.in_memory()))
        if target is not None:
            write_or_keep(target, partial(write_dataset, dataset))
        return dataset
    if old is not None and old.attributes != layout.attributes:
        source = old.source(grid, layout)
        replace(run, source=source).in_place_of(target, stored=old.attributes, again="grow")
    elif chosen == "force" and holds_something(target):
        stored = replaceable(target, layout)
        run.in_place_of(target, stored=stored, again="force")
    else:
        run.into_store(target, resume=chosen in ("resume", "grow"))
    return open_sweep(target)


def _mode(target: Path | None, *, in_store: bool, resume: bool, grow: bool, force: bool) -> str:
    """Say what is to be done about an output that exists."""
    chosen = [n for n, on in (("resume", resume), ("grow", grow), ("force", force)) if on]
    if len(chosen) > 1:
        rule = "exclude one another"
        raise SweepError(rule, where=" and ".join(chosen), remedy="choose one of them")
    if chosen and chosen != ["force"] and not in_store:
        done = "resumed" if resume else "grown"
        raise SweepError(f"only a .zarr store can be {done}", where="out", value=str(target))
    return "".join(chosen)


def _listed(measures: str | Sequence[str]) -> list[str]:
    given = measures.split(",") if isinstance(measures, str) else measures
    return list(dict.fromkeys(name.strip() for name in given if name.strip()))


def _check_names(grid: Grid, names: Sequence[str]) -> None:
    """Refuse measures that are unknown, and results of one name."""
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


def _check_memory(layout: Layout, grid: Grid) -> None:
    """Refuse a result that would fill the memory."""
    needed = grid.size * sum(v.dtype.itemsize for v in layout.measured)
    if needed > _memory() / 2:
        raise SweepError(
            f"the result takes {needed / 1e9:.1f} GB, more than half of this machine's memory",
            where="over",
            remedy="write it to a .zarr store, which takes constant memory",
        )


def _memory() -> float:
    if not hasattr(os, "sysconf"):
        return float("inf")
    return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
