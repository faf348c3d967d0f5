"""Long tables: one row per payoff, or one row per action profile, of many games."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError
from strategic.games.game import Game, size_text
from strategic.games.io.tables._entries import Entries, entries, in_common
from strategic.games.io.tables._long_columns import LongColumns
from strategic.games.io.tables._long_levels import (
    Levels,
    Place,
    codes,
    in_column,
    levels,
    numbers_as_such,
    whole_numbers,
)

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_HOLES = 3
"""A table with a payoff in fewer than one of so many places is no table of games of one shape."""
_SHOWN = 6


@dataclass(frozen=True)
class Layout:
    """What the columns of a long table stand for, and what the players and actions are called.

    Parameters
    ----------
    columns : LongColumns
    players : Levels or None
        Of the column of players; None where each has a column of payoffs.
    actions : tuple of Levels, one per player
    """

    columns: LongColumns
    players: Levels | None
    actions: tuple[Levels, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return tuple(len(own) for own in self.actions)

    @property
    def labels(self) -> dict[str, Any]:
        """Names of players and actions where the table gives any, as a game takes them."""
        named: dict[str, Any] = {}
        if self.players is not None and not self.players.numbered:
            named["players"] = self.players.labels
        if not all(own.counted for own in self.actions):
            named["actions"] = tuple(own.labels for own in self.actions)
        return named

    @property
    def notes(self) -> tuple[str, ...]:
        """Each guess in one sentence."""
        columns = self.columns
        what = "one row per payoff" if columns.player else "one row per action profile"
        keys = [name for name in (columns.game, columns.player, *columns.actions) if name]
        told = [f"columns {_listed(keys)} and {_listed(columns.payoffs)} were read as {what}"]
        named = [(columns.player, self.players)] if columns.player and self.players else []
        for name, found in [*named, *zip(columns.actions, self.actions, strict=True)]:
            if not found.counted:
                how = "in ascending order" if found.numbered else "in this order"
                told.append(f"column {name} holds {_listed(found.labels)}, {how}")
        return tuple(told)


@dataclass(frozen=True)
class LongGames:
    """Games read from a long table, and what else it says of each.

    Parameters
    ----------
    games : Game
        A batch with one leading axis; what the table lacks is NaN.
    extra : pyarrow.Table
        One row per game: its name where games are not numbered from 0, and other columns that do
        not change within a game.
    dropped : tuple of str
        Columns that do change within games.
    last : int or None
        The last of the games' numbers, where they have numbers.
    """

    games: Game
    extra: pa.Table
    dropped: tuple[str, ...]
    last: int | None


def layout_of(table: pa.Table, columns: LongColumns, place: Place) -> Layout:
    """Find the players and their actions in a long table.

    Raises
    ------
    FileError
        When an entry is missing, or there are not as many players as columns of actions.
    """
    count = len(columns.actions)
    players = None
    if columns.player:
        players = levels(table.column(columns.player), columns.player, place)
        players = _in_order(players, columns)
        if len(players) != count:
            remedy = f"each of the {count} columns of actions belongs to one player"
            names, where = list(players.labels[:_SHOWN]), f"column {columns.player}"
            raise FileError(f"must hold {count} players", where=where, value=names, remedy=remedy)
    actions = tuple(levels(table.column(name), name, place) for name in columns.actions)
    return Layout(columns, players, actions)


def _in_order(players: Levels, columns: LongColumns) -> Levels:
    """Put players in the order of their columns of actions, or the row player first."""
    names = [name.lower() for name in players.labels]
    own = [name.lower() for name in columns.actions]
    for known in (own, ["row", "column"], ["row", "col"], ["r", "c"]):
        if sorted(known) == sorted(names):
            return players.ordered([names.index(name) for name in known])
    if columns.by_place:
        remedy = "call them i, j, or a1, a2, .. in the order of the players"
        value = list(columns.actions)
        raise FileError(
            "must say what each player does", where="columns", value=value, remedy=remedy
        )
    ends = [name[len(name.rstrip("0123456789")) :] for name in names]
    if all(ends):  # player_1, player_2
        return players.ordered(sorted(range(len(names)), key=lambda k: int(ends[k])))
    return players


def read_long(
    table: pa.Table,
    layout: Layout,
    *,
    place: Place,
    numbered: bool | None = None,
) -> LongGames:
    """Read the games of a long table, whatever the order of its rows.

    Parameters
    ----------
    table : pyarrow.Table
    layout : Layout
    place : callable
        Names a row.
    numbered : bool, optional
        Whether games are numbered from 0, so that their column says nothing; seen by default.

    Returns
    -------
    LongGames
        In the order of their numbers, or of their first rows where they have names.

    Raises
    ------
    FileError
        When a payoff stands twice, is not a number, or some games have another shape.
    """
    columns, shape = layout.columns, layout.shape
    game, first, last = _games(table, columns, place)
    own = [
        _coded(table, name, found, place)
        for name, found in zip(columns.actions, layout.actions, strict=True)
    ]
    profile = np.ravel_multi_index(tuple(own), shape) if own else np.zeros(table.num_rows, int)
    count, cells, players = len(first), math.prod(shape), len(shape)
    full = count * cells * (players if columns.player else 1)
    if full > _MOST_HOLES * table.num_rows:
        raise _unlike(game, own, first, layout, table)
    where = game * cells + profile
    if columns.player and layout.players is not None:
        player = _coded(table, columns.player, layout.players, place)
        where += player * (count * cells)
    _check_once(where, table, layout, place)
    if table.num_rows < full:
        _check_shapes(game, own, first, layout, table)
    read = [entries(table.column(name), name, in_column(place, name)) for name in columns.payoffs]
    games = _assembled(read, where, (players, count, *shape), layout)
    known = last == count - 1 if numbered is None else numbered
    extra, dropped = _extra(table, columns, game, first, numbered=known)
    return LongGames(games, extra, dropped, last)


def _games(table: pa.Table, columns: LongColumns, place: Place) -> tuple[Array, Array, int | None]:
    """Give the game of each row, the first row of each game, and the largest of their numbers."""
    rows = table.num_rows
    if columns.game is None:
        return np.zeros(rows, dtype=np.int64), np.zeros(1, dtype=np.int64), 0
    column = table.column(columns.game)
    whole = whole_numbers(column, columns.game, place)
    last: int | None = None
    if whole is not None:
        values, game = _ranked(whole)
        last = int(values[-1]) if values[0] >= 0 else None
        if last == len(values) - 1:
            game = whole
    else:
        encoded = column.combine_chunks().dictionary_encode()
        game = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        values = np.arange(len(encoded.dictionary))
    first = np.empty(len(values), dtype=np.int64)
    first[game[::-1]] = np.arange(rows)[::-1]  # the last to be written is the first row
    return game, first, last


def _ranked(whole: Array) -> tuple[Array, Array]:
    """Give the different numbers in ascending order, and the rank of each entry."""
    steps = np.diff(whole)
    if (steps >= 0).all():
        game = np.concatenate([[0], np.cumsum(steps > 0)])
        return whole[np.concatenate([[True], steps > 0])], game
    values, game = np.unique(whole, return_inverse=True)
    return values, game.reshape(-1)


def _coded(table: pa.Table, name: str, known: Levels, place: Place) -> Array:
    found = codes(table.column(name), name, known, place)
    if len(found) and found.min() < 0:
        row = int(found.argmin())
        rule = f"must be one of {_listed(known.labels)}, as in the rows before"
        value = table.column(name)[row].as_py()
        raise FileError(rule, where=f"{place(row)}, column {name}", value=value)
    return found


def _check_once(where: Array, table: pa.Table, layout: Layout, place: Place) -> None:
    """Check that no payoff stands twice; `where` says which each row holds."""
    filled = np.zeros(int(where.max()) + 1, dtype=bool)
    filled[where] = True
    if np.count_nonzero(filled) == len(where):
        return
    order = np.argsort(where, kind="stable")
    again = np.flatnonzero(np.diff(where[order]) == 0)
    later = order[again + 1]
    pick = int(later.argmin())
    row, earlier = int(later[pick]), int(order[again][pick])
    columns = layout.columns
    keys = [name for name in (columns.game, columns.player, *columns.actions) if name]
    cell = ", ".join(f"{name} {table.column(name)[row].as_py()}" for name in keys)
    remedy = "leave one of them out" if columns.game else "a column game tells games apart"
    rule = f"{cell} stands twice, first in {place(earlier)}"
    raise FileError(rule, where=place(row), remedy=remedy)


def _check_shapes(
    game: Array, own: Sequence[Array], first: Array, layout: Layout, table: pa.Table
) -> None:
    """Where payoffs are missing, check that this is not because some games are smaller."""
    count, shape = len(first), layout.shape
    used = []
    for action, size in zip(own, shape, strict=True):
        seen = np.zeros((count, size), dtype=bool)
        seen[game, action] = True
        used.append(seen.sum(axis=1))
    sizes = np.stack(used, axis=1)
    rows = np.bincount(game, minlength=count)
    each = len(shape) if layout.columns.player else 1
    smaller = (rows == sizes.prod(axis=1) * each) & (sizes < np.array(shape)).any(axis=1)
    if count > 1 and smaller.any():
        raise _unlike(game, own, first, layout, table)


def _unlike(
    game: Array, own: Sequence[Array], first: Array, layout: Layout, table: pa.Table
) -> FileError:
    """Name two games whose actions differ."""

    def actions_of(number: int) -> list[tuple[str, ...]]:
        rows = game == number
        return [
            tuple(found.labels[a] for a in np.unique(codes_[rows]))
            for found, codes_ in zip(layout.actions, own, strict=True)
        ]

    name = layout.columns.game
    one = actions_of(0)
    other = next((g for g in range(1, min(len(first), 1000)) if actions_of(g) != one), None)

    def told(number: int) -> str:
        key = table.column(name)[int(first[number])].as_py() if name else number
        used = actions_of(number)
        text = "; ".join(", ".join(names[:_SHOWN]) for names in used)
        return f"game {key} is {size_text(tuple(map(len, used)))} (actions {text})"

    if other is None:
        rule = f"holds too few of the payoffs of {size_text(layout.shape)} games"
        remedy = "each column of actions should hold numbers from 0 or 1, or names"
        return FileError(rule, remedy=remedy)
    rule = f"all games must have one shape and the same actions: {told(0)}, {told(other)}"
    remedy = "number actions alike, and put the games of each shape into a table of their own"
    return FileError(rule, remedy=remedy)


def _assembled(
    read: Sequence[Entries], where: Array, shape: tuple[int, ...], layout: Layout
) -> Game:
    """Put numbers into their places; what has none in the table is NaN."""
    size = math.prod(shape) // len(read)

    def placed(numbers: Sequence[Array], empty: Any) -> tuple[Array, ...]:
        tables = []
        for own in numbers:
            table = np.full(size, empty, dtype=own.dtype)
            table[where] = own
            tables.append(table)
        return tuple(np.concatenate(tables).reshape(shape))

    decimal, exact = in_common(read)
    payoffs = placed([column.doubles for column in read], np.nan)
    written = None if exact is None else placed(exact, "0")
    return Game(payoffs=payoffs, decimal=decimal, exact=written, **layout.labels)


def _extra(
    table: pa.Table, columns: LongColumns, game: Array, first: Array, *, numbered: bool
) -> tuple[pa.Table, tuple[str, ...]]:
    """Take the further columns that are the same in all rows of a game, one row per game."""
    kept: dict[str, pa.ChunkedArray] = {}
    dropped = []
    if columns.game and not numbered:
        kept[columns.game] = numbers_as_such(table.column(columns.game).take(first))
    for name in columns.further:
        encoded = table.column(name).combine_chunks().dictionary_encode(null_encoding="encode")
        same = encoded.indices.to_numpy(zero_copy_only=False)
        if (same == same[first][game]).all():
            kept[name] = table.column(name).take(first)
        else:
            dropped.append(name)
    import pyarrow as pa

    return pa.table(kept), tuple(dropped)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(str, names[:_SHOWN]))
    return shown if len(names) <= _SHOWN else f"{shown}, .."
