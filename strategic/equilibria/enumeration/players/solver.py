"""The engine that enumerates the equilibria of games with three and more players."""

from __future__ import annotations

from strategic.equilibria.enumeration._engine import Engine
from strategic.equilibria.enumeration._equilibrium_blocks import table_height
from strategic.equilibria.enumeration.players._certified import certified_equilibria
from strategic.equilibria.enumeration.players._exact import exact_equilibria
from strategic.games.game import Game

_SIZE = 4096
_EXACT_SIZE = 64
_MICROSECONDS, _EXACT_MICROSECONDS = 7.0, 1400.0


def players_engine(games: Game, block: int | None = None) -> Engine:
    """Make the engine for a batch with one axis.

    Parameters
    ----------
    games : Game
        Of a shape that `strategic.equilibria.sizes.enumerations` admits.
    block : int, optional
        Games handled at once.
    """
    return Engine(
        certify=lambda part: certified_equilibria(games.of_batch(part)),  # type: ignore[arg-type]
        exact=lambda some: exact_equilibria(games.of_batch(some)),  # type: ignore[arg-type]
        lines=table_height(games.shape),
        size=block or _SIZE,
        exact_size=block or _EXACT_SIZE,
        microseconds=_MICROSECONDS,
        exact_microseconds=_EXACT_MICROSECONDS,
    )
