"""The verb `batch`: every game of a table solved, into one file or a folder of parts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from strategic.batches._folder import Folder
from strategic.batches._jobs import PartJob, PartResult
from strategic.batches._manifest import (
    asked_for,
    method_described,
)
from strategic.batches._one_file import check_files, form_of, one_file
from strategic.batches._parts import GAMES
from strategic.batches._plan import Asked, default_part, planned
from strategic.batches._running import Workers, into_file, into_folder
from strategic.batches._source import files_of, seen_from_anywhere, source_described
from strategic.batches._summary import BatchSummary, Tally
from strategic.equilibria import Method, method_for_batches
from strategic.errors import UsageError
from strategic.games import GameTable, open_games
from strategic.games.io.files import errors_named
from strategic.whole_numbers import check_whole

Progress = Callable[[int, int | None], None]
"""Told the games done and the games in all (None if nobody knows), after every part."""


def batch(
    source: Any,
    out: str | os.PathLike[str],
    *,
    method: str | Method = "all",
    want: str | None = None,
    rationalise: int | None = None,
    names: Sequence[str] | None = None,
    part: int | None = None,
    resume: bool = False,
    force: bool = False,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
    shared: bool = False,
    progress: Progress | None = None,
    **options: Any,
) -> BatchSummary:
    """Solve every game of a table, of any length, part by part.

    Parameters
    ----------
    source : path, or what else `strategic.games.open_games` opens
        The games, all of one shape.
    out : path
        ``OUT.parquet``, ``OUT.csv``, ``OUT.feather``: one row per equilibrium, and beside it
        ``OUT.games.*`` with one row per game; ``OUT.npz`` holds both. A name without ending, or
        with a slash behind it, is a folder of parquet files: ``equilibria/part-000000.parquet``
        and so on, and ``games/part-000000.parquet``.
    method : str or Method
        How to solve them: any method of `strategic.solve` but ``"logit_path"``. What it lists are
        the rows, what else it tells of a game stands in the table of games.
    want : str, optional
        Of method ``"all"``: ``"count"``, ``"supports"`` or ``"strategies"`` and no more.
    rationalise : int, optional
        Read rounded decimals as fractions of denominators up to this.
    names : sequence of str, optional
        Names of the arrays or columns of each player, in their order.
    part : int, optional
        Games per part; a million by default, fewer where games are large or slow. What is killed
        loses the part that each worker has in hand.
    resume : bool
        Go on with a folder that the very same call began.
    force : bool
        Replace what is there.
    limit : int, optional
        Solve the first games only.
    sample : int, optional
        Solve so many games, drawn at random without replacement; they keep their order and their
        numbers. A table that does not tell how many games it holds is read twice.
    seed : int
        Of the sample.
    workers : int, optional
        Processes of this machine, each of which reads, solves and writes parts; all available
        cores by default. No byte of the results depends on it.
    executor : concurrent.futures.Executor, optional
        Where parts are solved instead; this process then reads the games and writes the results.
    shared : bool
        Whether the workers of the executor see the same files, under the same absolute paths, and
        so read the games, and write into the folder, themselves.
    progress : callable, optional
        Called with the games done and the games in all (None if unknown).
    **options
        Options of the method; several values of ``rationality`` (``[0.5, 1, 2]``) solve every game
        at each of them.

    Returns
    -------
    BatchSummary
        Counts of games, equilibria and statuses. A game that lacks payoffs is ``invalid``, has no
        equilibrium, and changes nothing for the others.

    Raises
    ------
    FileError
        When the games cannot be read or the results not be written, or something is there already.
    MethodError, UsageError
        When a method, an option or a number does not fit.
    WorkerError
        When a worker process has ended; finished parts of a folder are kept.

    Examples
    --------
    >>> import tempfile
    >>> import strategic as st
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     games = st.games.families.random_games((2, 2), 100, rng=0)
    ...     _ = st.games.write(games, f"{folder}/games.npz")
    ...     found = st.batch(f"{folder}/games.npz", f"{folder}/found.parquet", workers=1)
    >>> found.games, found.statuses
    (100, {'complete': 100})
    """
    check_whole(
        rationalise=rationalise, part=part, limit=limit, sample=sample, seed=seed, workers=workers
    )
    began = perf_counter()
    if workers is not None and workers < 1:
        raise UsageError("must be at least 1", where="workers", value=workers)
    if shared and executor is None:
        remedy = "name a scheduler, or an executor in Python, or leave it out"
        raise UsageError("is about workers elsewhere", where="shared", remedy=remedy)
    if want is not None:
        options["want"] = want
    solver = method_for_batches(method, **options)
    table = open_games(seen_from_anywhere(source) if shared else source, names=names)
    asked = Asked(part=part, limit=limit, sample=sample, seed=seed, rationalise=rationalise)
    asked.check()
    solver.check_shape(table.shape)
    there = Workers(workers, executor, shared)
    divided = _divided(table, there, asked, resume=resume)
    run = _Run(divided, solver, asked, there, progress or _nobody)
    inputs = files_of(source, Path(out))
    if _is_folder(out):
        manifest = run.manifest(source_described(source, inputs, table), names)
        tallies, kept = run.into_folder(Path(out), manifest, inputs, resume=resume, force=force)
    else:
        if resume:
            rule, remedy = "only a folder can be continued", "give a folder as the output"
            raise UsageError(rule, where="resume", value=os.fspath(out), remedy=remedy)
        tallies, kept = run.into_file(Path(out), inputs, force=force), 0
    total = sum(tallies, Tally())
    return BatchSummary(
        os.fspath(out),
        total.games,
        total.equilibria,
        total.statuses,
        total.largest_regret,
        perf_counter() - began,
        len(tallies),
        kept,
        (*table.notes, *run.renamed(table.extra)),
        solver.rows_are,
    )


def _divided(table: GameTable, workers: Workers, asked: Asked, *, resume: bool) -> GameTable:
    """Look for places in a csv file from which workers may read it, and runs go on.

    Of a sample the number of games must be known anyway; for a limited number it would take long.
    """
    several = workers.most > 1 and (workers.executor is None or workers.shared)
    wanted = asked.limit is None and (several or resume or asked.sample is not None)
    return table.indexed() if wanted else table


def _nobody(_done: int, _total: int | None) -> None:
    """Hear of the progress and say nothing."""


@dataclass(frozen=True)
class _Run:
    """The games of a batch, who solves them, and who hears about it."""

    table: GameTable
    method: Method
    asked: Asked
    workers: Workers
    progress: Progress
    columns: list[str] = field(default_factory=list)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables of results, that with a row per game last."""
        return PartJob(0, self.method).tables

    def manifest(self, source: Mapping[str, Any], names: Sequence[str] | None) -> dict[str, Any]:
        """Say all that the results depend on."""
        asked = self.asked
        return asked_for(
            source=source,
            shape=self.table.shape,
            extra=self.table.extra,
            names=names,
            method=method_described(self.method),
            rationalise=asked.rationalise,
            part=asked.part or default_part(self.table.shape, self.method),
            limit=asked.limit,
            sample=asked.sample,
            seed=None if asked.sample is None else asked.seed,
            tables=self.tables,
        )

    def into_folder(
        self,
        path: Path,
        manifest: Mapping[str, Any],
        inputs: Sequence[Path],
        *,
        resume: bool,
        force: bool,
    ) -> tuple[list[Tally], int]:
        """Solve the parts that a folder lacks; give what all hold, and how many were there."""
        if resume and force:
            rule = "either continue a folder or replace it"
            raise UsageError(rule, where="resume and force")
        folder = Folder(path, self.tables)
        folder.check(manifest, inputs, resume=resume, force=force)
        is_new = not path.exists()
        with folder.held():
            # Again: another run may have come first.
            folder.check(manifest, inputs, resume=resume, force=force)
            try:
                games = folder.open(manifest, force=force)
                tallies = folder.done()
                kept = dict(tallies)
                plan = planned(self.table, self.method, self.asked, games=games)
                # Closed before the folder is cleared: no worker writes there any more.
                with closing(into_folder(plan, folder, kept, self.workers)) as results:
                    for result in self._told(results, kept.values(), plan.games):
                        tallies[result.number] = result.tally
                folder.finish(manifest, sum(tally.games for tally in tallies.values()))
            except OSError as problem:
                raise folder.unwritten(problem) from problem
            finally:
                with suppress(OSError):
                    folder.clear()
                    folder.discard_empty(folder=is_new)
        return [tallies[number] for number in sorted(tallies)], len(kept)

    def into_file(self, path: Path, inputs: Sequence[Path], *, force: bool) -> list[Tally]:
        """Solve all parts into one file; give what was found in each."""
        form = form_of(path)
        check_files(path, self.tables, inputs, force=force)
        # The parts leave no trace in one file, so they are as many as keep all workers busy.
        few = 2 * self.workers.most
        plan = planned(self.table, self.method, self.asked, least_parts=few)
        with (
            one_file(path, self.tables) as file,
            errors_named(path, "write"),
            closing(into_file(plan, file, form, path, self.workers)) as results,
        ):
            return [result.tally for result in self._told(results, (), plan.games)]

    def renamed(self, extra: Sequence[str]) -> list[str]:
        """Say which columns of the games have another name among the results of this run."""
        # they stand behind the number of the game
        names = zip(extra, self.columns[1:], strict=False)
        return [f"the column {n} of the games is written as {m}" for n, m in names if n != m]

    def _told(
        self, results: Iterable[PartResult], done: Iterable[Tally], total: int | None
    ) -> Iterator[PartResult]:
        """Tell the games done after every part, those of an earlier run included."""
        games = sum(tally.games for tally in done)
        self.progress(games, total)
        for result in results:
            self.columns[:] = result.schemas[GAMES].names
            yield result
            games += result.tally.games
            self.progress(games, total)


def _is_folder(out: str | os.PathLike[str]) -> bool:
    """Whether an output is a folder: it is one, ends like one, or has no ending."""
    text = os.fspath(out)
    return text.endswith(("/", os.sep)) or Path(text).is_dir() or not Path(text).suffix
