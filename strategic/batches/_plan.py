"""Which games a batch solves, and how they are cut into parts."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count as counted
from itertools import islice, takewhile
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.batches._jobs import PartJob, block_size
from strategic.batches._reading import count_games, portions
from strategic.equilibria.method import Method
from strategic.errors import UsageError
from strategic.games import GameTable

_MOST_GAMES, _MOST_PAYOFFS, _MOST_MICROSECONDS = 2**20, 2**23, 6e7
_GROUPS_EACH = 4
"""Groups of parts for each worker, at least, so that all of them are busy to the end."""
_A_FEW = 4
"""Parts in a group where each begins in the midst of rows that are read in vain for it."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The games of a run, cut into parts.

    Parameters
    ----------
    table : GameTable
        Where they are.
    method : Method
        How they are solved.
    size : int
        Games per part; only the last part may have fewer.
    games : int or None
        How many there are; None where only reading to the end tells.
    stop : int, optional
        The game of the table to stop before.
    chosen : array of int, optional
        The numbers of the games of a sample.
    rationalise : int, optional
        Read rounded decimals as fractions of denominators up to this.
    """

    table: GameTable
    method: Method
    size: int
    games: int | None
    stop: int | None = None
    chosen: Array | None = None
    rationalise: int | None = None

    @property
    def parts(self) -> int | None:
        """How many parts there are, if that is known."""
        return None if self.games is None else -(-self.games // self.size)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables of results, that with a row per game last."""
        return self._empty(0).tables

    @property
    def reads_itself(self) -> bool:
        """Whether who solves a part can read it, without all the games before it."""
        return self.table.seekable and self.games is not None

    def job(self, number: int, **where: Any) -> PartJob:
        """Make a part that reads its own games."""
        start = number * self.size
        stop = min(start + self.size, self.games or 0)
        job = self._empty(number, **where)
        if self.chosen is None:
            return replace(job, table=self.table, start=start, stop=stop)
        return replace(job, table=self.table, chosen=self.chosen[start:stop])

    def stretches(self, done: Container[int], workers: int) -> Iterator[range]:
        """Group the parts that are not done: each group is read at once, by one worker.

        Some games of a group of rows of a parquet file are read no faster than all of them. So
        whoever reads one part goes on with the next, as long as there are enough for everybody.
        """
        step, parts = self._step, self.parts or 0
        apart = self.chosen is not None or self.size % step != 0
        together = self.table.reader.together
        near = 1 if apart else together // self.size
        if not apart and self.size % together:  # parts end in the midst of groups of rows
            near = max(near, _A_FEW)
        enough = max(parts // (_GROUPS_EACH * workers), 1)
        most = max(near // -(-near // enough), 1) if near else 1  # some groups make a group of rows
        first = 0
        while first < parts:
            after = min(first - first % most + most, parts)
            wanted = takewhile(lambda number: number not in done, range(first, after))
            count = sum(1 for _ in wanted)
            if count:
                yield range(first, first + count)
            first += max(count, 1)

    def jobs(self, numbers: range, **where: Any) -> Iterator[PartJob]:
        """Make parts one after the other, which are solved in this order and read at once."""
        if len(numbers) == 1:
            yield self.job(numbers[0], **where)
            return
        first, last = self.job(numbers[0]), self.job(numbers[-1])
        blocks = portions(self.table, self._step, start=first.start, stop=last.stop)
        for number in numbers:
            yield replace(self.job(number, **where), begun=islice(blocks, self.size // self._step))

    @property
    def _step(self) -> int:
        return min(self.size, block_size(self.table.shape, self.method))

    def read(self, done: Container[int] = (), **where: Any) -> Iterator[PartJob]:
        """Read the games from the first to the last; give the parts that are not done.

        What is done is passed over where the table allows that.
        """
        size = block_size(self.table.shape, self.method)
        for numbers, start, stop in self._to_read(done):
            chosen = self.chosen
            if chosen is not None and self.reads_itself:
                chosen = chosen[start:stop]
            blocks = portions(
                self.table, size, part=self.size, start=start, stop=stop, chosen=chosen
            )
            for number in numbers:
                part, held = [], 0
                while held < self.size and (block := next(blocks, None)) is not None:
                    part.append(block)
                    held += len(block.numbers)
                if part and number not in done:
                    yield replace(self._empty(number, **where), portions=tuple(part))
                if held < self.size:
                    break

    def _to_read(self, done: Container[int]) -> Iterator[tuple[Iterable[int], int, int | None]]:
        """Group the parts that are read at once, with the games where a group begins and ends."""
        parts, games = self.parts, self.games or 0
        if self.reads_itself:
            first = 0
            while first < (parts or 0):
                missing = takewhile(lambda number: number not in done, range(first, parts or 0))
                after = first + sum(1 for _ in missing)
                if after > first:
                    yield range(first, after), first * self.size, min(after * self.size, games)
                first = after + 1
            return
        stop = self.stop
        if parts is not None and self.chosen is None:  # nothing is read behind the last one
            last = next((n for n in range(parts - 1, -1, -1) if n not in done), None)
            if last is None:
                return
            stop = min((last + 1) * self.size, games)
        yield counted(), 0, stop

    def _empty(self, number: int, **where: Any) -> PartJob:
        return PartJob(number, self.method, rationalise=self.rationalise, **where)


@dataclass(frozen=True)
class Asked:
    """Which games are wanted, and how they are cut into parts: as the verb has them."""

    part: int | None = None
    limit: int | None = None
    sample: int | None = None
    seed: int = 0
    rationalise: int | None = None

    def check(self) -> None:
        """Check what can be checked without a table.

        Raises
        ------
        UsageError
            When a number is too small.
        """
        for name in ("part", "limit", "sample", "rationalise"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError("must be at least 1", where=name, value=value)


def planned(
    table: GameTable,
    method: Method,
    asked: Asked,
    *,
    games: int | None = None,
    least_parts: int = 1,
) -> Plan:
    """Choose the games and the parts.

    Parameters
    ----------
    table : GameTable
    method : Method
    asked : Asked
    games : int, optional
        How many games an earlier run has counted.
    least_parts : int
        How many parts there should be, if they need not have the size that is asked for.

    Raises
    ------
    UsageError
        When a sample is larger than the table.
    """
    size, limit, sample = asked.part or default_part(table.shape, method), asked.limit, asked.sample
    chosen, stop = None, limit
    if sample is not None:
        count = table.count
        count = count_games(table, limit) if count is None else min(count, limit or count)
        if sample > count:
            rule = f"must be at most the {count:,} games there are"
            raise UsageError(rule, where="sample", value=sample)
        chosen, stop, games = drawn(count, sample, asked.seed), None, sample
    elif table.count is not None:
        games = table.count if limit is None else min(limit, table.count)
    if asked.part is None and least_parts > 1 and games is not None:
        # whole blocks, which alone are seen in a file
        block = block_size(table.shape, method)
        if table.seekable:  # no part waits in memory; the fewer, the less is read twice
            size = max(size, _games_a_minute(table.shape, method))
        size = min(size, -(-games // least_parts))
        size = max(1, size // block) * block
    return Plan(table, method, size, games, stop, chosen, asked.rationalise)


def drawn(games: int, sample: int, seed: int) -> Array:
    """Draw numbers of games uniformly without replacement, in ascending order.

    They depend on the seed, the size of the sample and the number of games, and on nothing else.

    Examples
    --------
    >>> drawn(10, 4, seed=0).tolist()
    [2, 5, 6, 8]
    """
    rng, fewer = np.random.default_rng(seed), min(sample, games - sample)
    chosen = np.empty(0, dtype=np.int64)
    # Every draw is uniform among the games, so those that are new are uniform among the others.
    while len(chosen) < fewer:
        chosen = np.union1d(chosen, rng.integers(games, size=fewer - len(chosen)))
    if fewer == sample:
        return chosen
    kept = np.ones(games, dtype=bool)
    kept[chosen] = False
    return np.flatnonzero(kept)


def default_part(shape: tuple[int, ...], method: Method) -> int:
    """Choose the games per part: a million, or fewer where they are large, or about a minute long.

    Whole blocks: a smaller one at the end of each part would be a group of rows of its own.

    Examples
    --------
    >>> from strategic.equilibria import method_of
    >>> pure, every = method_of("pure"), method_of("all")
    >>> default_part((2, 2), every), default_part((3, 3, 3), pure), default_part((3, 3, 3), every)
    (1048576, 77672, 2544)
    """
    held = _MOST_PAYOFFS // (len(shape) * math.prod(shape))
    size = max(1, min(held, _games_a_minute(shape, method)))
    block = block_size(shape, method)
    return size // block * block if size > block else size


def _games_a_minute(shape: tuple[int, ...], method: Method) -> int:
    return min(_MOST_GAMES, int(_MOST_MICROSECONDS / method.microseconds(shape)))
