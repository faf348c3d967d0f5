"""The verb `batch`: every game of a table solved, into one file or a folder of parts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import IO, Any

from strategic.batches._folder import Folder
from strategic.batches._jobs import PartResult, solve_into, solve_part
from strategic.batches._manifest import asked_for, method_described, source_described
from strategic.batches._one_file import check_new, form_of, one_file
from strategic.batches._parts import GAMES
from strategic.batches._plan import Plan, planned
from strategic.batches._summary import BatchSummary, Tally
from strategic.batches._tables import row_table_name
from strategic.equilibria import Method, method_of
from strategic.errors import UsageError
from strategic.games import open_games
from strategic.games.io.files import errors_named

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
        How to solve them; see `strategic.solve`.
    want : str, optional
        Of method ``"all"``: ``"count"``, ``"supports"`` or ``"strategies"`` and no more.
    rationalise : int, optional
        Read rounded decimals as fractions of denominators up to this.
    names : sequence of str, optional
        Names of the arrays or columns of each player, in their order.
    part : int, optional
        Games per part; a million by default, fewer where games are large. What is killed loses the
        part that each worker has in hand.
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
        Whether the workers of the executor see the same files, and so read and write themselves.
    progress : callable, optional
        Called with the games done and the games in all (None if unknown).
    **options
        Options of the method.

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
    began = perf_counter()
    if executor is not None or shared:
        raise UsageError("parts cannot be sent away yet", where="executor")
    if workers is not None and workers < 1:
        raise UsageError("must be at least 1", where="workers", value=workers)
    if want is not None:
        options["want"] = want
    run = _Run(
        planned(
            open_games(source, names=names),
            method_of(method, **options),
            part=part,
            limit=limit,
            sample=sample,
            seed=seed,
            rationalise=rationalise,
        ),
        workers,
        progress or (lambda *_: None),
    )
    inputs = _files_of(source)
    if _is_folder(out):
        asked = asked_for(
            source=source_described(source, inputs, run.plan.table.count),
            method=method_described(run.plan.method),
            rationalise=rationalise,
            names=names,
            part=run.plan.size,
            limit=limit,
            sample=sample,
            seed=seed if sample is not None else None,
        )
        tallies, kept = run.into_folder(Path(out), asked, resume=resume, force=force)
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
        tuple(getattr(run.plan.table, "notes", ())),
    )


@dataclass(frozen=True)
class _Run:
    """The parts of a batch, who solves them, and who hears about it."""

    plan: Plan
    workers: int | None
    progress: Progress

    @property
    def tables(self) -> tuple[str, ...]:
        name = row_table_name(self.plan.method)
        return (GAMES,) if name is None else (name, GAMES)

    def into_folder(
        self, path: Path, asked: Mapping[str, Any], *, resume: bool, force: bool
    ) -> tuple[list[Tally], int]:
        """Solve the parts that a folder lacks."""
        if resume and force:
            rule = "either continue a folder or replace it"
            raise UsageError(rule, where="resume and force")
        folder = Folder(path, self.tables)
        folder.check(asked, resume=resume, force=force)
        is_new = not path.exists()
        with folder.held():
            folder.check(
                asked, resume=resume, force=force
            )  # again: another run may have come first
            try:
                folder.open(asked, force=force)
                tallies = folder.done()
                kept = len(tallies)
                for result in self._solved(folder, tallies):
                    tallies[result.number] = result.tally
            except OSError as problem:
                raise folder.unwritten(problem) from problem
            finally:
                folder.clear()
                folder.discard_empty(folder=is_new)
        return [tallies[number] for number in sorted(tallies)], kept

    def _solved(self, folder: Folder, done: Mapping[int, Tally]) -> Iterator[PartResult]:
        finished = sum(tally.games for tally in done.values())
        self.progress(finished, self.plan.games)
        for job in self.plan.read(done, folder=folder.path, workers=self.workers):
            result = solve_part(job)
            yield result
            finished += result.tally.games
            self.progress(finished, self.plan.games)

    def into_file(self, path: Path, inputs: tuple[Path, ...], *, force: bool) -> list[Tally]:
        """Solve all parts into one file."""
        form = form_of(path)
        check_new(path, self.tables, inputs, force=force)
        tallies: list[Tally] = []
        finished = 0
        with ExitStack() as stack:
            sinks: dict[str, IO[bytes]] = {
                name: stack.enter_context(TemporaryFile(dir=path.resolve().parent))
                for name in self.tables
            }
            file = stack.enter_context(one_file(path, self.tables))
            for job in self.plan.read(form=form, workers=self.workers):
                with errors_named(path, "write"):
                    result = solve_into(job, sinks)
                for sink in sinks.values():
                    sink.seek(0)
                file.take(result, sinks)
                for sink in sinks.values():
                    sink.seek(0)
                    sink.truncate()
                tallies.append(result.tally)
                finished += result.tally.games
                self.progress(finished, self.plan.games)
        return tallies


def _is_folder(out: str | os.PathLike[str]) -> bool:
    """Whether an output is a folder: it is one, ends like one, or has no ending."""
    text = os.fspath(out)
    return text.endswith(("/", os.sep)) or Path(text).is_dir() or not Path(text).suffix


def _files_of(source: Any) -> tuple[Path, ...]:
    """Give the files that a source is, as far as it is one."""
    try:
        path = Path(source)
        return (path,) if path.is_file() else ()
    except (TypeError, OSError, ValueError):
        return ()
