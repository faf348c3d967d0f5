"""Tables whose columns hold a matrix in every row, as polars and parquet keep nested lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from strategic.games.io.tables._entries import whole
from strategic.games.io.tables._nested import NestedGames, games_of, note_of, player_fields


def games_of_lists(table: pa.Table, names: Sequence[str] | None = None) -> NestedGames:
    """Read games from columns of nested lists, one column per player or one of all.

    Parameters
    ----------
    table : pyarrow.Table
    names : sequence of str, optional
        The columns of the players' payoffs.

    Raises
    ------
    FileError
        When a row holds no game, or one of another shape.

    Examples
    --------
    >>> found = games_of_lists(pa.table({"A": [[[1, 2]]], "B": [[[3, 4]]], "id": ["x"]}))
    >>> found.shape, [payoffs.to_pylist() for payoffs in found.payoffs]
    ((1, 2), [[1, 2], [3, 4]])
    """
    own = player_fields(table.slice(0, 1).to_pylist()[0], names)
    columns = own or ("payoffs",)
    known = set(columns) <= set(table.column_names)
    read = [_rectangle(whole(table.column(name))) for name in columns] if known else [None]
    first = read[0]
    if first is None or any(found is None or found[0] != first[0] for found in read):
        return games_of(table.to_pylist(), names)  # which says what is wrong, or finds a way
    shape, payoffs = first[0], [found[1] for found in read if found is not None]
    if own is None:
        players, shape = shape[0], shape[1:]
        payoffs = _by_player(payoffs[0], table.num_rows, players)
    if len(shape) != len(payoffs):
        return games_of(table.to_pylist(), names)
    extra = {n: whole(table.column(n)) for n in table.column_names if n not in columns}
    return NestedGames(shape, payoffs, extra, notes=note_of(own))


def _rectangle(column: pa.Array) -> tuple[tuple[int, ...], pa.Array] | None:
    """Give the shape of the lists in all rows, and their entries; None where shapes differ."""
    import pyarrow.compute as pc

    shape: list[int] = []
    while pa.types.is_nested(column.type):
        if column.null_count or not _is_list(column.type):
            return None
        lengths = pc.unique(pc.list_value_length(column))
        if len(lengths) != 1:
            return None
        shape.append(lengths[0].as_py())
        column = column.flatten()
    return (tuple(shape), column) if shape and 0 not in shape else None


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _by_player(entries: pa.Array, games: int, players: int) -> list[pa.Array]:
    places = np.arange(len(entries)).reshape(games, players, -1)
    return [entries.take(pa.array(places[:, player].reshape(-1))) for player in range(players)]
