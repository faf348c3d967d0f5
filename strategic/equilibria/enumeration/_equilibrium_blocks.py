"""Equilibria of blocks of games as packed tables, and how the blocks are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, Self

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret_of_pure, payoffs_and_regret_of_two
from strategic.status import Status

Columns = tuple[Array | None, Array | None]
"""Counts and statuses of all games, to be written in place; None for new ones."""
NEW: Columns = (None, None)
_OPEN = int(Status.NOT_FINISHED)
_RESERVE = 1.05
_SPARE = 1 << 14  # numbers, over all lines


COUNT, SUPPORTS, STRATEGIES = "count", "supports", "strategies"
"""What may be wanted instead of everything: nothing of an equilibrium but that it is there; the
actions in use; the mixtures, without payoffs, index and regret."""


@dataclass(frozen=True, eq=False)
class TableLines:
    """The lines of a packed table by name: views, so that they can be filled.

    A table has one column per equilibrium. It is one array, so that it is sorted, appended and
    passed between processes in one go; nothing but `lines_of` knows the order of its lines.
    """

    x: Array
    y: Array
    payoffs: Array
    index: Array
    regret: Array


def table_height(shape: tuple[int, ...]) -> int:
    """Count the lines of a table for games of ``shape``: strategies, payoffs, index, regret."""
    return sum(shape) + len(shape) + 2


@dataclass(frozen=True)
class TableForm:
    """Number of lines of a table, and what stands in them: doubles, or flags for supports."""

    lines: int
    kind: type = float

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, shape: tuple[int, ...], want: str | None = None) -> TableForm:
        """Say which lines are kept for games of ``shape``: none for a count.

        Examples
        --------
        >>> TableForm.of((2, 3)), TableForm.of((2, 3), "count")
        (TableForm(lines=9, kind=<class 'float'>), TableForm(lines=0, kind=<class 'float'>))
        """
        if want is None:
            return cls(table_height(shape))
        return cls(0 if want == COUNT else sum(shape), bool if want == SUPPORTS else float)

    def empty(self, equilibria: int) -> Array:
        """Reserve a table of this form."""
        return np.empty((self.lines, equilibria), dtype=self.kind)


@dataclass(frozen=True, eq=False)
class ProfileLines:
    """The same for any number of players: one strategy ``(n_i, E)`` each."""

    strategies: tuple[Array, ...]
    payoffs: Array
    index: Array
    regret: Array


def profile_lines(table: Array, shape: tuple[int, ...]) -> ProfileLines:
    """Name the lines of a packed table of games with any number of players."""
    strategies, end = [], 0
    for actions in shape:
        strategies.append(table[end : end + actions])
        end += actions
    return ProfileLines(tuple(strategies), table[end:-2], table[-2], table[-1])


def lines_of(table: Array, shape: tuple[int, ...]) -> TableLines:
    """Name the lines of a packed table ``(m + n + 4, E)``."""
    m, n = shape
    return TableLines(
        x=table[:m],
        y=table[m : m + n],
        payoffs=table[m + n : m + n + 2],
        index=table[m + n + 2],
        regret=table[m + n + 3],
    )


def fill_payoffs(
    lines: TableLines, payoffs: tuple[Array, Array], pure: tuple[Array, Array], game: Array
) -> None:
    """Compute payoffs and regrets of equilibria whose strategies are there.

    Parameters
    ----------
    lines : TableLines
        Filled in place.
    payoffs : arrays ``(games, m, n)``, contiguous
        Payoffs of the row player and of the column player.
    pure : arrays ``(P,)`` of int
        The actions of the first P equilibria, which are pure; the others are mixed.
    game : array ``(E,)`` of int
        The game of each equilibrium.
    """
    (row, column), few = payoffs, len(pure[0])
    lines.payoffs[:, :few], lines.regret[:few] = payoffs_and_regret_of_pure(
        row, column, *pure, game[:few]
    )
    if few == len(game):  # as in many single games
        return
    own, other = tables_of(row, game[few:]), tables_of(column, game[few:]).swapaxes(0, 1)
    lines.payoffs[:, few:], lines.regret[few:] = payoffs_and_regret_of_two(
        own, other, lines.x[:, few:], lines.y[:, few:]
    )


def tables_of(payoffs: Array, game: Array) -> Array:
    """Take the payoffs of games ``(games, m, n)``, entry by entry, as ``(m, n, E)``.

    Long lines of one entry each; whole games would be taken in one go, and turned around at ten
    times the cost.
    """
    tables = np.empty((*payoffs.shape[1:], len(game)))
    flat, cell = payoffs.reshape(-1), game * payoffs[0].size
    for line in tables.reshape(payoffs[0].size, len(game)):
        flat.take(cell, out=line, mode="clip")
        cell += 1
    return tables


class Block(Protocol):
    """Equilibria of a block of games: how many, and a table that is written where it is to be."""

    @property
    def count(self) -> Array:
        """How many each game of the block has."""

    @property
    def equilibria(self) -> int:
        """How many there are in all."""

    def write_to(self, target: Array) -> None:
        """Write the table into ``target``, in the order of the games."""

    def sorted(self) -> EquilibriumBlock:
        """Give the block with its table, in the order of the games."""


@dataclass(frozen=True, eq=False)
class PendingBlock:
    """A block whose table is computed only when its place is known, so that no copy is made.

    Parameters
    ----------
    count : array ``(games,)`` of int
    equilibria : int
    form : TableForm
        Of what is wanted.
    fill : callable
        Fills a table of this form.
    """

    count: Array
    equilibria: int
    form: TableForm
    fill: Callable[[Array], None]

    def write_to(self, target: Array) -> None:
        """Write the table into ``target``, in the order of the games."""
        self.fill(target)

    def sorted(self) -> EquilibriumBlock:
        """Give the block with its table, in the order of the games."""
        table = self.form.empty(self.equilibria)
        self.fill(table)
        return EquilibriumBlock(self.count, table)


@dataclass(frozen=True, eq=False)
class EquilibriumBlock:
    """A block whose table is there.

    Parameters
    ----------
    count : array ``(games,)`` of int
        How many each game of the block has.
    table : array ``(lines, E)``
        One column per equilibrium; see `TableLines`.
    order : array ``(E,)`` of int, optional
        Columns of the table in the order of the games; as they are by default.
    """

    count: Array
    table: Array
    order: Array | None = None

    @property
    def equilibria(self) -> int:
        """How many there are in all."""
        return int(self.table.shape[1])

    def write_to(self, target: Array) -> None:
        """Write the table into ``target``, in the order of the games."""
        if self.order is None:
            target[:] = self.table
            return
        for line, unsorted in zip(target, self.table, strict=True):
            unsorted.take(self.order, out=line, mode="clip")

    def sorted(self) -> EquilibriumBlock:
        """Give the same in the order of the games."""
        if self.order is None:
            return self
        return EquilibriumBlock(self.count, self.table.take(self.order, axis=1))

    def cut(self, shape: tuple[int, ...], want: str | None) -> EquilibriumBlock:
        """Keep the lines of a whole table that are wanted."""
        if want is None:
            return self
        sides = self.table[: 0 if want == COUNT else sum(shape)]
        return EquilibriumBlock(self.count, sides > 0 if want == SUPPORTS else sides, self.order)

    def completed(self, games: Array, found: EquilibriumBlock) -> EquilibriumBlock:
        """Add what was found of some of the games, of which nothing is listed so far."""
        count = self.count.copy()
        count[games] = found.count
        game = np.concatenate(
            [np.repeat(np.arange(len(count)), self.count), np.repeat(games, found.count)]
        )
        table = np.concatenate([self.sorted().table, found.sorted().table], axis=1)
        return EquilibriumBlock(count, table, np.argsort(game, kind="stable"))


def _placed(found: Array, into: Array | None, kind: type) -> Array:
    if into is None:
        return np.asarray(found, dtype=kind)
    into[:] = found
    return into


class Collector:
    """Takes blocks of games one after the other into one table that grows.

    Parameters
    ----------
    form : TableForm
        Of the table.
    count, status : arrays ``(games,)`` of whole numbers
        Of all games, also of those to come; written in place.
    table : array ``(lines, E)``
        Equilibria so far.
    """

    def __init__(self, form: TableForm, count: Array, status: Array, table: Array) -> None:
        self.form, self.count, self.status = form, count, status
        self._reserved, self._used, self._games = table, table.shape[1], 0
        self._open: list[Array] = []

    @classmethod
    def expecting(cls, games: int, form: TableForm, into: Columns = NEW) -> Self:
        """Begin with nothing."""
        count, status = into
        return cls(
            form,
            np.empty(games, dtype=np.int64) if count is None else count,
            np.empty(games, dtype=np.int8) if status is None else status,
            form.empty(0),
        )

    @classmethod
    def of_block(cls, block: Block, status: Array, form: TableForm, into: Columns = NEW) -> Self:
        """Take all games in one block, of which nothing is copied but what has its place."""
        count = _placed(block.count, into[0], np.int64)
        found = cls(form, count, _placed(status, into[1], np.int8), block.sorted().table)
        found._note_open(status)
        return found

    @property
    def table(self) -> Array:
        """All equilibria so far."""
        return self._reserved[:, : self._used]

    def add(self, block: Block, status: Array) -> None:
        """Append a block."""
        games = slice(self._games, self._games + len(status))
        self._games = games.stop
        end = self._used + block.equilibria
        self.put(block, status, games)
        if end > self._reserved.shape[1]:
            # Reserve what the games still to come will need at this rate, and some more:
            # pages that are never written are never taken.
            share, spare = len(self.count) / self._games, _SPARE // max(self.form.lines, 1)
            larger = self.form.empty(max(end, int(end * share * _RESERVE) + spare))
            larger[:, : self._used] = self.table
            self._reserved = larger
        block.write_to(self._reserved[:, self._used : end])
        self._used = end

    def undecided(self) -> Array:
        """Give the numbers of the games that are not finished, ascending."""
        return np.sort(np.concatenate(self._open)) if self._open else np.empty(0, dtype=np.intp)

    def _note_open(self, status: Array, first: int = 0) -> None:
        """Remember them while their block is in the cache."""
        some = (status == _OPEN).nonzero()[0]
        if len(some):
            self._open.append(some + first)

    def put(self, block: Block, status: Array, games: slice) -> None:
        """Write the counts and statuses of some games."""
        self.count[games], self.status[games] = block.count, status
        self._note_open(status, games.start)

    def insert(self, later: Collector, games: Array) -> None:
        """Put the equilibria of ``games``, done later, between those of the others.

        Parameters
        ----------
        later : Collector
            What was found for the games done later.
        games : array of int
            Their numbers, ascending; nothing has been found for them before.
        """
        self.count[games], self.status[games] = later.count, later.status
        if not self._used:  # nothing lies between
            self._reserved, self._used = later._reserved, later._used
            return
        merged = self.form.empty(self._used + later._used)
        if self.form.lines:
            is_later = np.zeros(len(self.count), dtype=bool)
            is_later[games] = True
            is_later = np.repeat(is_later, self.count)
            for line, mine, theirs in zip(merged, self.table, later.table, strict=True):
                line[~is_later], line[is_later] = mine, theirs
        self._reserved, self._used = merged, merged.shape[1]
