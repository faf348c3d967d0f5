"""What a game is: payoffs, labels, and the files they come from."""

from strategic.games.game import Game

__all__ = ["Game"]
