"""The one-shot game that is played again and again."""

from __future__ import annotations

from numpy.typing import ArrayLike

from strategic.errors import GameError
from strategic.games.game import Game


def stage_game(row: ArrayLike | Game, column: ArrayLike | None = None) -> Game:
    """Make one two-player game of two payoff arrays, or check that a Game is one."""
    if isinstance(row, Game):
        game = row
    elif column is None:
        raise GameError("payoffs of two players are needed", remedy="pass row and column")
    else:
        game = Game.from_payoffs(row, column)
    if len(game.payoffs) != 2 or game.batch_shape:
        raise GameError(
            "payoff sets are found for one game of two players at a time",
            where="payoffs",
            value=tuple(payoffs.shape for payoffs in game.payoffs),
            remedy="loop over the games" if game.batch_shape else "",
        )
    return game
