"""The unit of work: one part of a batch, as a picklable job with a picklable result."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.batches._parts import GAMES, PARQUET, PartWriter, part_files
from strategic.batches._reading import Portion, portions
from strategic.batches._summary import Tally
from strategic.batches._tables import LABELS, row_table_name, solution_tables
from strategic.equilibria.method import Method
from strategic.games import GameTable
from strategic.games.io.arrow_columns import array_of

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK_GAMES, _BLOCK_ENTRIES, _LEAST = 2**17, 2**20, 64
_BLOCK_MICROSECONDS = 5e6


@dataclass(frozen=True, eq=False)
class PartJob:
    """One part of a batch: which games, how they are solved, and where the result goes.

    Parameters
    ----------
    number : int
        Of the part, from 0.
    method : Method
        How the games are solved.
    portions : tuple of Portion, optional
        The games in blocks, where somebody else has read them.
    table : GameTable, optional
        Where to read them otherwise.
    start, stop : int
        The games of the table to read.
    chosen : array of int, optional
        Those of them that belong to a sample, by their numbers in the table.
    begun : iterator of Portion, optional
        Their blocks, where this process is already reading: the next ones are theirs.
    rationalise : int, optional
        Read rounded decimals as fractions of denominators up to this.
    workers : int, optional
        Threads of the solver.
    folder : Path, optional
        Write the files of the part there; otherwise the result holds them.
    form : str
        ``"parquet"``; what is held may also be ``"csv"`` (lines) or ``"arrow"`` (a stream).

    Examples
    --------
    >>> from strategic.equilibria import method_of
    >>> from strategic.games import families
    >>> games = Portion(np.arange(10, 13), families.random_games((2, 2), 3, rng=0))
    >>> PartJob(0, method_of("all"), (games,), form="csv").tables
    ('equilibria', 'games')
    """

    number: int
    method: Method
    portions: tuple[Portion, ...] | None = None
    table: GameTable | None = None
    start: int = 0
    stop: int | None = None
    chosen: Array | None = None
    begun: Iterator[Portion] | None = None
    rationalise: int | None = None
    workers: int | None = 1
    folder: Path | None = None
    form: str = PARQUET

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of its tables, that with a row per game last."""
        name = row_table_name(self.method)
        return (GAMES,) if name is None else (name, GAMES)

    def blocks(self) -> Iterator[Portion]:
        """Give the games, read if need be, in blocks that a processor has at hand."""
        if self.portions is not None:
            yield from self.portions
        elif self.begun is not None:
            yield from self.begun
        elif self.table is not None:
            size = block_size(self.table.shape, self.method)
            yield from portions(
                self.table, size, start=self.start, stop=self.stop, chosen=self.chosen
            )


@dataclass(frozen=True, eq=False)
class PartResult:
    """What came of one part.

    Parameters
    ----------
    number : int
        Of the part.
    tally : Tally
        What was found, in numbers.
    schemas : mapping of str to pyarrow.Schema
        Columns of each table.
    files : mapping of str to bytes
        The file of each table, unless it was written.

    Examples
    --------
    >>> PartResult(3, Tally(games=5)).tally.games
    5
    """

    number: int
    tally: Tally
    schemas: Mapping[str, pa.Schema] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def solve_part(job: PartJob) -> PartResult:
    """Read the games of a part unless they are given, solve them, and write or give the result.

    Parameters
    ----------
    job : PartJob

    Returns
    -------
    PartResult
        The same bytes wherever and whenever it runs.

    Raises
    ------
    FileError
        When the games cannot be read.
    OSError
        When the files cannot be written.

    Examples
    --------
    >>> from strategic.equilibria import method_of
    >>> from strategic.games import families
    >>> games = Portion(np.arange(7, 9), families.random_games((2, 2), 2, rng=0))
    >>> result = solve_part(PartJob(4, method_of("all"), (games,), form="csv"))
    >>> print(result.files["games"].decode())
    7,1,complete
    8,1,complete
    <BLANKLINE>
    """
    if job.folder is not None:
        with part_files(job.folder, job.tables, job.number) as files:
            return solve_into(job, files)
    sinks = {name: io.BytesIO() for name in job.tables}
    result = solve_into(job, sinks)
    files_of = {name: sink.getvalue() for name, sink in sinks.items()}
    return PartResult(job.number, result.tally, result.schemas, files_of)


def solve_into(job: PartJob, sinks: Mapping[str, IO[bytes]]) -> PartResult:
    """Do the same into open files."""
    writer, tally = PartWriter(job.form, sinks), Tally()
    for portion in job.blocks():
        games = portion.games
        if job.rationalise is not None:
            games = games.rationalised(job.rationalise)
        solution = job.method.solve(games, workers=job.workers)
        rows, of_games = solution_tables(solution, portion.numbers, portion.extra)
        if rows is not None:
            writer.append(job.tables[0], rows)
        writer.append(GAMES, of_games)
        tally += _tally(rows, of_games)
    writer.finish(tally)
    return PartResult(job.number, tally, writer.schemas)


def block_size(shape: tuple[int, ...], method: Method) -> int:
    """Choose how many games are solved at one time: what fits a processor's caches, in seconds.

    Examples
    --------
    >>> from strategic.equilibria import method_of
    >>> every, slow = method_of("all"), method_of("polytopes")
    >>> block_size((2, 2), every), block_size((2, 2), slow), block_size((12, 12), slow)
    (131072, 4996, 15)
    """
    kept = max(_LEAST, min(_BLOCK_GAMES, _BLOCK_ENTRIES // math.prod(shape)) // method.answers)
    return max(1, min(kept, int(_BLOCK_MICROSECONDS / method.microseconds(shape))))


def _tally(rows: pa.Table | None, games: pa.Table) -> Tally:
    codes = array_of(games["status"].chunk(0).indices)
    if (codes == codes[0]).all():  # as most often, and quicker to see than to count
        statuses = {LABELS[codes[0]]: len(codes)}
    else:
        counts = np.bincount(codes, minlength=len(LABELS))
        statuses = {label: int(n) for label, n in zip(LABELS, counts, strict=True) if n}
    regret = None
    if rows is not None and "regret" in rows.schema.names:
        column = rows["regret"].chunk(0)
        known = column.drop_null() if column.null_count else column  # which loads no functions
        # NaN, where a method gave up, would equal nothing when the part is looked at again
        regret = float(np.fmax.reduce(array_of(known), initial=0.0))
    equilibria = int(array_of(games["count"].chunk(0)).sum(dtype=np.int64))
    return Tally(len(games), equilibria, statuses, regret)
