"""What a game is: payoffs, labels, and the files they come from."""

from strategic.games.game import Game
from strategic.games.io.interop import from_gambit, from_nashpy, from_pandas, from_xarray
from strategic.games.io.read import open_games, read_game, read_games

__all__ = [
    "Game",
    "from_gambit",
    "from_nashpy",
    "from_pandas",
    "from_xarray",
    "open_games",
    "read_game",
    "read_games",
]
