"""A payoff matrix as people read it: actions, payoffs, best replies marked."""

from __future__ import annotations

from typing import Any

import numpy as np

from strategic.games import Game
from strategic.markup import Table

MARK = "*"
"""Follows a payoff that is a best reply to what the others do."""
MOST_PROFILES = 1024
"""Games with more pure profiles are summed up instead of printed."""
CAPTION = f"Payoffs, one a player; {MARK} marks a best reply"


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
    """Lay a single game out: rows by columns for two players, else one row a profile."""
    return _two_player_table(game) if len(game.payoffs) == 2 else _profile_table(game)


def _two_player_table(game: Game) -> Table:
    replies = best_replies(game)
    rows = [
        [action, *(cell_text(game, replies, i, j) for j in range(game.shape[1]))]
        for i, action in enumerate(game.actions[0])
    ]
    corner = f"{game.players[0]} \\ {game.players[1]}"
    return Table([corner, *game.actions[1]], rows, caption=CAPTION, numbers=True)


def _profile_table(game: Game) -> Table:
    replies = best_replies(game)
    rows = [
        [*(game.actions[p][a] for p, a in enumerate(profile)), cell_text(game, replies, *profile)]
        for profile in np.ndindex(*game.shape)
    ]
    return Table([*game.players, "payoffs"], rows, caption=CAPTION, names=False)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value
