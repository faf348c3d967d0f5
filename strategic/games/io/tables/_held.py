"""Games made of an Arrow table that is in memory, whatever its layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from strategic.errors import FileError
from strategic.games.game import Game
from strategic.games.io.table import GameTable, HeldGames
from strategic.games.io.tables._arrow import counts_rows, holds_lists
from strategic.games.io.tables._columns import NUMBERING, layout_of
from strategic.games.io.tables._entries import entries, in_common, whole
from strategic.games.io.tables._list_columns import games_of_lists
from strategic.games.io.tables._long import layout_of as long_layout_of
from strategic.games.io.tables._long import read_long
from strategic.games.io.tables._long_columns import long_columns
from strategic.games.io.tables._long_levels import plain
from strategic.games.io.tables._nested import NestedGames
from strategic.games.io.tables._numbers import games_of_columns


def hold_table(
    table: pa.Table,
    path: Path | str,
    names: Sequence[str] | None = None,
    *,
    header: bool = True,
    decimals: bool = False,
    notes: Sequence[str] = (),
) -> GameTable:
    """Make games of a table: one row per game, one row per payoff, or columns of nested lists.

    Parameters
    ----------
    table : pyarrow.Table
    path : Path or str
        What to call its source in errors.
    names : sequence of str, optional
        The columns, or what their names begin with, of each player's payoffs.
    header : bool
        Whether a line of names counts as a row where errors name rows.
    decimals : bool
        Whether doubles stand for the decimals that people see, as in a spreadsheet.
    notes : sequence of str, optional
        What was noted of the source.

    Raises
    ------
    FileError
        When the columns do not make games.
    """
    table = _plain(table)
    if table.num_rows == 0:
        raise FileError("must hold at least one game").in_file(path)
    columns = long_columns(table.column_names, names or ())
    if columns is not None:
        place = row_after_header if header else row_from_zero
        table = _as_written(table, columns.payoffs) if decimals else table
        found = long_layout_of(table, columns, place)
        read = read_long(table, found, place=place)
        told = (*notes, *found.notes, *(_dropped(name) for name in read.dropped))
        return held(read.games, read.extra, path, told)
    if holds_lists(table.schema):
        return hold_nested(games_of_lists(table, names), path, notes)
    layout = layout_of(table.column_names, players=names)
    batch = one_batch(_as_written(table, layout.columns) if decimals else table)
    games = games_of_columns(batch, layout.columns, layout.shape)
    return held(games, table.select(list(layout.extra)), path, (*notes, *layout.notes))


def _as_written(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """Write columns of doubles out as the shortest decimals that round to them."""
    for place, name in enumerate(table.column_names):
        if name in names and pa.types.is_floating(table.column(place).type):
            table = table.set_column(place, name, table.column(place).cast(pa.string()))
    return table


def hold_nested(nested: NestedGames, path: Path | str, notes: Sequence[str] = ()) -> GameTable:
    """Make games of nested lists."""
    columns = {name: column_of(entries) for name, entries in nested.extra.items()}
    return held(game_of(nested), pa.table(columns), path, (*notes, *nested.notes))


def game_of(nested: NestedGames, first: int = 0) -> Game:
    """Read the numbers of nested lists; ``first`` is the number of the first game."""
    cells = len(nested.payoffs[0]) // nested.count
    shape = (nested.count, *nested.shape)

    def place(entry: int) -> str:
        action = np.unravel_index(entry % cells, nested.shape)
        return f"game {first + entry // cells}, actions {', '.join(map(str, action))}"

    read = [
        entries(pa.chunked_array([column_of(flat)]), f"of player {player + 1}", place)
        for player, flat in enumerate(nested.payoffs)
    ]
    decimal, exact = in_common(read)
    payoffs = tuple(column.doubles.reshape(shape) for column in read)
    written = None if exact is None else tuple(own.reshape(shape) for own in exact)
    return Game(payoffs=payoffs, decimal=decimal, exact=written, **nested.labels)


def column_of(entries: list[Any] | pa.Array) -> pa.Array:
    """Make a column of entries of JSON: whole numbers, doubles, or else texts as written."""
    if isinstance(entries, pa.Array):
        return entries
    kinds = {type(entry) for entry in entries if entry is not None}
    if kinds <= {int}:
        try:
            return pa.array(entries, pa.int64())
        except OverflowError:
            pass
    elif kinds <= {int, float}:
        return pa.array([None if e is None else float(e) for e in entries], pa.float64())
    elif kinds == {bool}:
        return pa.array(entries, pa.bool_())
    texts = [None if e is None else str(e) for e in entries]
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError as problem:
        rule = "texts must not hold half of a surrogate pair"
        raise FileError(rule, value=problem.object) from None


def held(games: Game, extra: pa.Table, path: Path | str, notes: Sequence[str] = ()) -> GameTable:
    """Make a table of games that are in memory."""
    count = len(games.payoffs[0])
    names = tuple(
        name
        for name, column in zip(extra.column_names, extra.columns, strict=True)
        if name not in NUMBERING or not counts_rows(column.chunks, from_one=not name)
    )
    batch = one_batch(extra.select(list(names))) if names else None
    return GameTable(path, games.shape, count, HeldGames(games, batch), names, tuple(notes))


def one_batch(table: pa.Table) -> pa.RecordBatch:
    """Put the pieces of every column together."""
    return pa.RecordBatch.from_arrays([whole(c) for c in table.columns], schema=table.schema)


def row_after_header(row: int) -> str:
    """Name a row as editors and spreadsheets number it."""
    return f"row {row + 2}, counting the header"


def row_from_zero(row: int) -> str:
    """Name a row as programs number it."""
    return f"row {row}, counting from 0"


def _dropped(name: str) -> str:
    return f"column {name} changes within games and was not carried along"


def _plain(table: pa.Table) -> pa.Table:
    """Write out texts that are kept as views or categories, which not every reader knows."""
    return pa.Table.from_arrays(list(map(plain, table.columns)), names=table.column_names)
