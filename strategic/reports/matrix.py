"""A payoff matrix as people read it: actions, payoffs, best replies marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.games import Game

if TYPE_CHECKING:
    from rich.table import Table

MARK = "*"
"""Follows a payoff that is a best reply to what the others do."""


def best_replies(game: Game) -> tuple[np.ndarray[Any, Any], ...]:
    """Mark, per player and profile, whether the player's action is a best reply.

    Compares the numbers as written where the game keeps them, so decimal ties are ties.

    Examples
    --------
    >>> best_replies(Game.of([[3, 0], [5, 1]], [[3, 5], [0, 1]]))[0]
    array([[False, False],
           [ True,  True]])
    """
    payoffs = written_payoffs(game)
    first = len(game.batch_shape)
    return tuple(
        np.asarray(array == array.max(axis=first + player, keepdims=True), dtype=bool)
        for player, array in enumerate(payoffs)
    )


def written_payoffs(game: Game) -> tuple[np.ndarray[Any, Any], ...]:
    """Payoffs as the file has them: fractions where doubles cannot hold them."""
    return game.fractions() if game.rounded.any() else game.payoffs


def number_text(value: Any) -> str:
    """Write a number as short as it can be read: six digits, fractions as they are."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def cell_text(game: Game, replies: tuple[np.ndarray[Any, Any], ...], *profile: int) -> str:
    """Write one profile's payoffs, best replies marked."""
    return ", ".join(
        number_text(_plain(array[profile])) + (MARK if reply[profile] else "")
        for array, reply in zip(written_payoffs(game), replies, strict=True)
    )


def matrix_table(game: Game) -> Table:
    """Lay a single game out as a table for the terminal."""
    return _two_player_table(game) if len(game.payoffs) == 2 else _profile_table(game)


def _two_player_table(game: Game) -> Table:
    table = _table()
    table.add_column(_escaped(f"{game.players[0]} \\ {game.players[1]}"), style="bold")
    for action in game.actions[1]:
        table.add_column(_escaped(action), justify="right")
    replies = best_replies(game)
    for i, action in enumerate(game.actions[0]):
        cells = (cell_text(game, replies, i, j) for j in range(game.shape[1]))
        table.add_row(_escaped(action), *cells)
    return table


def _profile_table(game: Game) -> Table:
    table = _table()
    for player in game.players:
        table.add_column(_escaped(player))
    table.add_column("payoffs", justify="right")
    replies = best_replies(game)
    for profile in _profiles(game):
        names = (_escaped(game.actions[p][a]) for p, a in enumerate(profile))
        table.add_row(*names, cell_text(game, replies, *profile))
    return table


def _profiles(game: Game) -> Iterator[tuple[int, ...]]:
    yield from np.ndindex(*game.shape)


def _table() -> Table:
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, pad_edge=False)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value
