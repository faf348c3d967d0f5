"""The engine that enumerates the equilibria of games with three and more players."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from strategic.arrays import Array
from strategic.equilibria.enumeration._engine import Engine
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    TableForm,
)
from strategic.equilibria.enumeration.players._certified import certified_equilibria
from strategic.equilibria.enumeration.players._exact import exact_equilibria
from strategic.games.game import Game

Kernel = Callable[[Game], tuple[EquilibriumBlock, Array]]
_LARGEST = 4096  # games per block
_MANY = 2_400_000  # games per block times the work of each: measured at six shapes
_SMALLEST, _SMALLEST_EXACT = 8, 4


def players_engine(games: Game, block: int | None = None, want: str | None = None) -> Engine:
    """Make the engine for a batch with one axis.

    Parameters
    ----------
    games : Game
        Of a shape that `strategic.equilibria.sizes.enumerations` admits.
    block : int, optional
        Games handled at once.
    want : str, optional
        What of the equilibria is kept; everything by default.
    """
    supports = prod(2**n - 1 for n in games.shape)
    work = supports * prod(games.shape)
    size = block or min(max(_MANY // work, _SMALLEST), _LARGEST)
    beside_binary = work / 216  # the work of a 2x2x2 game

    def kept(solve: Kernel, some: slice | Array) -> tuple[EquilibriumBlock, Array]:
        block, status = solve(games.of_batch(some))  # type: ignore[arg-type]
        return block.cut(games.shape, want), status

    return Engine(
        certify=lambda part: kept(certified_equilibria, part),
        exact=lambda some: kept(exact_equilibria, some),
        form=TableForm.of(games.shape, want),
        size=size,
        exact_size=block or size,
        microseconds=3.0 * beside_binary**2,  # roughly
        exact_microseconds=1400.0 * beside_binary**1.3,
    )
