"""What a game is: payoffs, labels, and the files they come from."""

from strategic.games.game import Game
from strategic.games.read import open_games, read_game, read_games

__all__ = ["Game", "open_games", "read_game", "read_games"]
