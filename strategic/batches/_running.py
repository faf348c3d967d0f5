"""Who solves the parts of a run: this process, others that it forks, or an executor's workers."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Container, Generator, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from strategic.batches._folder import Folder
from strategic.batches._jobs import PartJob, PartResult, solve_into, solve_part
from strategic.batches._one_file import OneFile
from strategic.batches._plan import Plan
from strategic.batches._spools import Spool, spools
from strategic.blocks import available_cores
from strategic.executors import local_executor, places, run_blocks, run_in_order

_AGAIN = "finished parts are kept; run again with --resume"
_NOTHING = "nothing was written"


@dataclass(frozen=True, eq=False)
class Workers:
    """Those who may work on a run.

    Parameters
    ----------
    count : int, optional
        How many; all available cores, or all that the executor has, by default.
    executor : Executor, optional
        Instead of processes of this machine.
    shared : bool
        Whether the executor's workers see the files that this process sees.
    """

    count: int | None = None
    executor: Executor | None = None
    shared: bool = False

    @property
    def most(self) -> int:
        """How many parts may be in hand at one time."""
        if self.executor is not None:
            return self.count or places(self.executor)
        return self.count or available_cores()


def into_folder(
    plan: Plan, folder: Folder, done: Container[int], workers: Workers
) -> Generator[PartResult]:
    """Solve the parts that are not done; give each once its files are in the folder."""
    if workers.executor is not None:
        where = {"folder": folder.path.resolve()} if workers.shared else {}
        function, errands = _errands(plan, done, where, workers)
        for _, results in run_blocks(
            function, errands, executor=workers.executor, workers=workers.count, remedy=_AGAIN
        ):
            for result in results:
                folder.write(result)
                yield result
        return
    here: dict[str, Any] = {"folder": folder.path.resolve()}
    jobs, count = _helpers(plan, _jobs(plan, done, here), workers)
    # The games of parts that others read stay where they are: a forked process has the plan.
    here["workers"] = _threads_each(workers, count)
    tasks: Iterator[range] | Iterator[PartJob] = jobs
    if plan.reads_itself:
        tasks = plan.stretches(done, count)
    if count == 1:
        for task in tasks:
            yield from map(solve_part, _parts(plan, here, task))
        return
    # One part more than there are workers: it is read while they are busy.
    ahead = 0 if plan.reads_itself else 1
    with local_executor(partial(_solved_here, plan, here), count, remedy=_AGAIN) as (pool, send):
        for _, results in run_blocks(
            send, enumerate(tasks), executor=pool, workers=count + ahead, remedy=_AGAIN
        ):
            yield from results


def _solved_here(plan: Plan, where: Mapping[str, Any], task: range | PartJob) -> list[PartResult]:
    return [solve_part(job) for job in _parts(plan, where, task)]


def _parts(plan: Plan, where: Mapping[str, Any], task: range | PartJob) -> Iterator[PartJob]:
    """Give the parts of a stretch, which are read here, or one that somebody else has read."""
    if isinstance(task, range):
        return plan.jobs(task, **where)
    return iter((replace(task, **where),))


def into_file(
    plan: Plan, file: OneFile, form: str, path: Path, workers: Workers
) -> Generator[PartResult]:
    """Solve all parts; give each once it is at the end of the file."""
    where: dict[str, Any] = {"form": form}
    if workers.executor is not None:
        errand, tasks = _errands(plan, (), where, workers)
        for found in run_in_order(
            errand, (task for _, task in tasks), executor=workers.executor,
            workers=workers.count, remedy=_NOTHING,
        ):  # fmt: skip
            for result in found:
                file.take(result, {name: io.BytesIO(f) for name, f in result.files.items()})
                yield result
        return
    jobs, count = _helpers(plan, _jobs(plan, (), where), workers)
    # Where this process reads, a part in hand is a part in memory.
    places = 1 if count == 1 else count + 2 if plan.reads_itself else count
    with spools(path.resolve().parent, plan.tables, places) as held:
        if count == 1:
            results = (_spooled(held[0], replace(job, workers=workers.count)) for job in jobs)
            for result in results:
                with held[0].reading() as files:
                    file.take(result, files)
                yield result
        else:
            threads = _threads_each(workers, count)
            function = partial(_solved_at, plan, {**where, "workers": threads}, held)
            yield from _in_turn(function, jobs, count, held, file)


def _in_turn(
    function: Callable[[Any], PartResult],
    jobs: Iterator[PartJob],
    count: int,
    held: list[Spool],
    file: OneFile,
) -> Generator[PartResult]:
    """Solve parts on forked workers, write them in their order; as many in hand as spools."""
    free = list(range(len(held)))
    running: deque[tuple[int, Future[PartResult]]] = deque()

    def finished() -> PartResult:
        place, future = running.popleft()
        result = future.result()
        with held[place].reading() as files:
            file.take(result, files)
        free.append(place)
        return result

    with local_executor(function, count, remedy=_NOTHING) as (pool, submitted):
        try:
            for job in jobs:
                if not free:
                    yield finished()
                place = free.pop()
                running.append((place, pool.submit(submitted, (place, _light(job)))))
            while running:
                yield finished()
        finally:
            for _, future in running:
                future.cancel()


def _errands(
    plan: Plan, done: Container[int], where: Mapping[str, Any], workers: Workers
) -> tuple[Callable[[Any], list[PartResult]], Iterator[tuple[int, Any]]]:
    """Give what an executor's workers are to do, and with what: parts that they read, or games."""
    if workers.shared and plan.reads_itself:
        # The plan travels once, and of the parts their numbers.
        return partial(_solved_here, plan, where), enumerate(plan.stretches(done, workers.most))
    return _solved_alone, enumerate(plan.read(done, **where))


def _solved_alone(job: PartJob) -> list[PartResult]:
    return [solve_part(job)]


def _jobs(plan: Plan, done: Container[int], where: Mapping[str, Any]) -> Iterator[PartJob]:
    """Give the parts that are not done: to be read by who solves them, if that is possible."""
    if not plan.reads_itself:
        return plan.read(done, **where)
    numbers = (number for number in range(plan.parts or 0) if number not in done)
    return (plan.job(number, **where) for number in numbers)


def _helpers(
    plan: Plan, jobs: Iterator[PartJob], workers: Workers
) -> tuple[Iterator[PartJob], int]:
    """Tell how many processes are worth it: no more than there are parts to solve."""
    count = workers.most
    first = list(islice(jobs, 2))
    if len(first) < 2:
        count = 1
    elif plan.parts is not None:  # the games are counted
        count = min(count, plan.parts)
    return chain(first, jobs), count


def _threads_each(workers: Workers, count: int) -> int:
    """Share the cores out where there are fewer parts than cores."""
    return max(1, workers.most // count)


def _light(job: PartJob) -> PartJob | int:
    """Give what travels: the number of a part that its solver reads, else the part."""
    return job.number if job.portions is None else job


def _solved_at(
    plan: Plan, where: Mapping[str, Any], held: list[Spool], task: tuple[int, PartJob | int]
) -> PartResult:
    place, job = task
    return _spooled(held[place], _heavy(plan, where, job))


def _spooled(spool: Spool, job: PartJob) -> PartResult:
    with spool.writing() as files:
        return solve_into(job, files)


def _heavy(plan: Plan, where: Mapping[str, Any], task: PartJob | int) -> PartJob:
    return plan.job(task, **where) if isinstance(task, int) else replace(task, **where)
