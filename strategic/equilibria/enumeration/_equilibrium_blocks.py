"""Equilibria found in blocks of games, and how the blocks are put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

_RESERVE = 1.05
_SPARE = 1024


@dataclass(frozen=True, eq=False)
class EquilibriumBlock:
    """Equilibria of a block of games; one column an equilibrium.

    Parameters
    ----------
    count : array ``(games,)`` of int
        How many each game of the block has.
    table : array ``(m + n + 4, E)``
        Lines: the row player's strategy, the column player's, both payoffs, index, regret.
    order : array ``(E,)`` of int, optional
        Columns of the table in the order of the games; as they are by default.
    """

    count: Array
    table: Array
    order: Array | None = None

    def write_to(self, room: Array) -> None:
        """Write the table into ``room``, in the order of the games."""
        if self.order is None:
            room[:] = self.table
            return
        for line, unsorted in zip(room, self.table, strict=True):
            unsorted.take(self.order, out=line, mode="clip")

    def sorted(self) -> EquilibriumBlock:
        """Give the same in the order of the games."""
        if self.order is None:
            return self
        return EquilibriumBlock(self.count, self.table.take(self.order, axis=1))


class Collector:
    """Takes blocks of games one after the other into one table that grows.

    Parameters
    ----------
    lines : int
        Height of the table.
    games : int
        Games to come.
    """

    def __init__(self, lines: int, games: int) -> None:
        self.count = np.zeros(games, dtype=np.int64)
        self.status = np.zeros(games, dtype=np.int8)
        self._room = np.empty((lines, 0))
        self._games = self._used = 0

    @property
    def table(self) -> Array:
        """All equilibria so far."""
        return self._room[:, : self._used]

    def add(self, found: EquilibriumBlock, status: Array) -> None:
        """Append a block."""
        games = slice(self._games, self._games + len(status))
        self._games = games.stop
        self.count[games], self.status[games] = found.count, status
        end = self._used + found.table.shape[1]
        if end > self._room.shape[1]:
            self._grow(end)
        found.write_to(self._room[:, self._used : end])
        self._used = end

    def replace(self, table: Array) -> None:
        """Put another table in place of this one."""
        self._room, self._used = table, table.shape[1]

    def _grow(self, end: int) -> None:
        """Make room for what the games still to come will need at this rate, and some more."""
        share = len(self.count) / self._games
        room = np.empty((len(self._room), max(end, int(end * share * _RESERVE) + _SPARE)))
        room[:, : self._used] = self.table
        self._room = room


def interleave(first: Collector, later: Collector, games: Array) -> None:
    """Put the equilibria of ``games``, done later, between those of the others.

    Parameters
    ----------
    first : Collector
        All games; changed in place.
    later : Collector
        The games done later.
    games : array of int
        Their numbers, ascending.
    """
    if not len(games):
        return
    first.count[games], first.status[games] = later.count, later.status
    is_later = np.zeros(len(first.count), dtype=bool)
    is_later[games] = True
    is_later = np.repeat(is_later, first.count)
    merged = np.empty((len(first.table), len(is_later)))
    for line, one, other in zip(merged, first.table, later.table, strict=True):
        line[~is_later], line[is_later] = one, other
    first.replace(merged)
