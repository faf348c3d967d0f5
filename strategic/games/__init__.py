"""Games: payoffs and labels, the files they come from and go to, families to test with.

====================  ==========================================================================
`Game`                a finite game in normal form, or a batch of games of one shape
`read_game`           one game from a file, its text, or typed in place: ``"3,0;5,1 / 3,5;0,1"``
`read_games`          a whole table of games of one shape: files of any names, frames, folders
`open_games`          the same table block by block, which may be larger than memory
`rationalise`         fractions for decimals that were rounded from them, such as .333333333
`write`               games to a file, in the format of its ending
`from_nashpy`, ...    games from the objects of nashpy, Gambit, pandas, xarray, Arrow; the methods
                      ``Game.to_nashpy``, ... lead back
`families`            seeded families of games: random, zero-sum, covariant, contests, hard ones
====================  ==========================================================================

Examples
--------
>>> from strategic import games
>>> games.read_game("3,0;5,1 / 3,5;0,1")
<Game: a 2x2 game>
>>> games.families.random_games((2, 3), 1000, rng=0)
<Game: 1000 games 2x3>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.games import families
    from strategic.games.game import Game
    from strategic.games.io.interop import (
        from_arrow,
        from_gambit,
        from_nashpy,
        from_pandas,
        from_xarray,
    )
    from strategic.games.io.read import open_games, read_game, read_games
    from strategic.games.io.table import GameTable
    from strategic.games.io.write import Written, write
    from strategic.games.rationalising import Rationalisation, rationalise

_MODULE_OF = {
    "Game": "game",
    "GameTable": "io.table",
    "Rationalisation": "rationalising",
    "Written": "io.write",
    "families": "",
    "from_arrow": "io.interop",
    "from_gambit": "io.interop",
    "from_nashpy": "io.interop",
    "from_pandas": "io.interop",
    "from_xarray": "io.interop",
    "open_games": "io.read",
    "rationalise": "rationalising",
    "read_game": "io.read",
    "read_games": "io.read",
    "write": "io.write",
}
"""Where each name lives. No module may be called like a name: loading it would hide the name."""

__all__ = [
    "Game",
    "GameTable",
    "Rationalisation",
    "Written",
    "families",
    "from_arrow",
    "from_gambit",
    "from_nashpy",
    "from_pandas",
    "from_xarray",
    "open_games",
    "rationalise",
    "read_game",
    "read_games",
    "write",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
