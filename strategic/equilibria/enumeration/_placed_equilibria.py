"""Equilibria given by their supports, computed where they are to stand, game by game.

Each line of the table is written once, in its place. The numbers are those of
`payoffs_and_regret_of_two` to the last bit: actions that are not in use add zeros to its sums, and
only these are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import LEVEL, payoffs_and_regret_of_two
from strategic.equilibria.enumeration._equilibrium_blocks import (
    SUPPORTS,
    TableLines,
    lines_of,
    tables_of,
)
from strategic.equilibria.enumeration._mixtures import equalising
from strategic.equilibria.enumeration._signs import games_in_order
from strategic.equilibria.enumeration._support_tables import support_pairs


@dataclass(frozen=True, eq=False)
class Placed:
    """Equilibria in the order of the games, and of supports within a game: arrays ``(E,)``.

    Parameters
    ----------
    pair : array of int
        The pair of supports, as `support_pairs` numbers them.
    game : array of int
    negative : array of bool
        Where the index is -1.
    """

    pair: Array
    game: Array
    negative: Array

    @classmethod
    def of(cls, pair: Array, game: Array, negative: Array) -> Placed:
        """Bring equilibria of at most 2^16 games, in order within each, into that of the games."""
        if (game[1:] < game[:-1]).any():
            order = games_in_order(game)
            pair, game, negative = pair.take(order), game.take(order), negative.take(order)
        return cls(pair, game, negative)

    def write_to(
        self, target: Array, payoffs: tuple[Array, Array], want: str | None = None
    ) -> None:
        """Write strategies, payoffs, indices and regrets.

        Parameters
        ----------
        target : array ``(lines, E)``
            A table of the form that is wanted.
        payoffs : arrays ``(games, m, n)``, contiguous
            Payoffs of the row player and of the column player.
        want : str, optional
            What is wanted of the equilibria; everything by default.
        """
        tables = _pair_tables(*payoffs[0].shape[1:])
        sides = tables.used if want == SUPPORTS else tables.sides
        for line, shares in zip(target, sides, strict=False):
            shares.take(self.pair, out=line, mode="clip")
        if want == SUPPORTS:
            return
        if want is None:
            lines = lines_of(target, payoffs[0].shape[1:])
            np.subtract(1.0, 2.0 * self.negative, out=lines.index)
            # Certain signs say that a pure equilibrium earns more than all other replies: its
            # regret is 0. The mixed ones are written over.
            lines.regret[:] = 0.0
            cell = tables.cell.take(self.pair)
            cell += self.game * payoffs[0][0].size
            for line, table in zip(lines.payoffs, payoffs, strict=True):
                table.reshape(-1).take(cell, out=line, mode="clip")
        size = tables.size.take(self.pair)
        for number in tables.orders:
            lanes = (size == number).nonzero()[0]
            if len(lanes):
                self._mix(target, payoffs, lanes, number, want)

    def _mix(
        self,
        target: Array,
        payoffs: tuple[Array, Array],
        lanes: Array,
        size: int,
        want: str | None,
    ) -> None:
        """Write the mixed equilibria ``lanes``, whose supports have ``size`` actions each."""
        shape, count = payoffs[0].shape[1:], len(lanes)
        game, orders = self.game.take(lanes), _pair_tables(*shape).orders[size]
        number = self.pair.take(lanes) - orders.first
        rows, columns = orders.rows.take(number, axis=1), orders.columns.take(number, axis=1)
        needed = shape if want is None else (size, size)
        tables = _tables(payoffs, game, (rows, columns), (needed, size))
        # Of the first lanes a mixture of columns, that makes rows equal; then one of rows.
        shares = equalising(tables[:size])
        y, x = shares[:, :count], shares[:, count:]
        target[rows[:size], lanes] = x
        target[columns[:size] + shape[0], lanes] = y
        if want is not None:
            return
        lines = lines_of(target, shape)
        with np.errstate(over="ignore", invalid="ignore"):
            earned, gains, finite = _earned(tables, shares, (x, y), shape)
        for line, values in zip((*lines.payoffs, lines.regret), (*earned, gains), strict=True):
            line[lanes] = values
        doubtful = _levelled(tables[:size]) % count
        if not finite:
            beyond = ~np.isfinite(earned).all(axis=0) | ~np.isfinite(gains)
            doubtful = np.append(doubtful, beyond.nonzero()[0])
        if len(doubtful):
            _mend(lines, payoffs, lanes[doubtful], game[doubtful])


@dataclass(frozen=True, eq=False)
class _Orders:
    """The actions of pairs of supports of one size, those in use first: ``(m, pairs)``."""

    first: int
    rows: Array
    columns: Array


@dataclass(frozen=True, eq=False)
class _PairTables:
    """What is looked up by pair of supports.

    ``used`` flags the actions of both players, ``sides`` is the same in doubles: the strategies of
    a pure pair, whose profile is ``cell``. ``orders`` has those of each size from two on.
    """

    used: Array
    sides: Array
    size: Array
    cell: Array
    orders: dict[int, _Orders]


@lru_cache(maxsize=64)
def _pair_tables(rows: int, columns: int) -> _PairTables:
    pairs = support_pairs(rows, columns)
    orders = {}
    used = pairs.used[:rows], pairs.used[rows:]
    for size in range(2, len(pairs.first) - 1):
        some = slice(int(pairs.first[size]), int(pairs.first[size + 1]))
        sides = (np.argsort(~side[:, some], axis=0, kind="stable") for side in used)
        orders[size] = _Orders(some.start, *(np.ascontiguousarray(side) for side in sides))
    return _PairTables(
        used=pairs.used,
        sides=pairs.used.astype(float),
        size=pairs.size.astype(np.uint8),
        cell=used[0].argmax(axis=0) * columns + used[1].argmax(axis=0),
        orders=orders,
    )


def _tables(
    payoffs: tuple[Array, Array],
    game: Array,
    orders: tuple[Array, Array],
    needed: tuple[tuple[int, ...], int],
) -> Array:
    """Take both players' payoffs side by side, ``(own actions, others' actions, 2 E)``.

    All own actions that are needed, those in use first, against the others' actions in use.
    """
    (own, other), size = needed
    count, (_, _, n) = len(game), payoffs[0].shape
    tables = np.empty((max(own, other), size, 2 * count))
    start = game * payoffs[0][0].size
    line = orders[0] * n
    line += start
    place = np.empty_like(start)
    # One player after the other, whose payoffs stay in the cache meanwhile.
    row, column = (table.reshape(-1) for table in payoffs)
    for p, q in product(range(own), range(size)):
        np.add(line[p], orders[1][q], out=place)
        row.take(place, out=tables[p, q, :count], mode="clip")
    for q, p in product(range(other), range(size)):
        np.add(line[p], orders[1][q], out=place)
        column.take(place, out=tables[q, p, count:], mode="clip")
    return tables


def _earned(
    tables: Array, shares: Array, own: tuple[Array, Array], actions: tuple[int, ...]
) -> tuple[Array, Array, bool]:
    """Compute payoffs ``(2, E)``, regrets ``(E,)``, and whether all sums were finite."""
    size, count = len(shares), shares.shape[1] // 2
    earned, gains, finite = np.empty((2, count)), np.zeros(count), True
    for player, lanes in enumerate((slice(0, count), slice(count, None))):
        table, share = tables[: actions[player], :, lanes], shares[:, lanes]
        replies = table[:, 0] * share[0]
        for action in range(1, size):
            replies += table[:, action] * share[action]
        best = replies.max(axis=0)
        finite &= bool(np.isfinite(replies.sum()))
        replies[:size] *= own[player]
        np.add(replies[0], 0.0, out=earned[player])  # no negative zeros
        for reply in replies[1:size]:
            earned[player] += reply
        best -= earned[player]
        np.maximum(gains, best, out=gains)
    return earned, gains, finite


def _levelled(tables: Array) -> Array:
    """Find the lanes whose payoffs may differ by far less than their size, from three of them."""
    first = tables[0, 0]
    with np.errstate(over="ignore"):
        near = np.abs(first - tables[-1, -1]) < (2.0 * LEVEL) * np.abs(first)
        lanes = near.nonzero()[0]
        first = first.take(lanes)
        apart = np.abs(first - tables[0, -1].take(lanes))
    found: Array = lanes[apart < (2.0 * LEVEL) * np.abs(first)]
    return found


def _mend(lines: TableLines, payoffs: tuple[Array, Array], lanes: Array, game: Array) -> None:
    """Do again, in whole tables, the few in which sums overflow or a level hides differences."""
    own, other = (tables_of(table, game) for table in payoffs)
    lines.payoffs[:, lanes], lines.regret[lanes] = payoffs_and_regret_of_two(
        own, other.swapaxes(0, 1), lines.x[:, lanes], lines.y[:, lanes]
    )
