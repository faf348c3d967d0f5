"""Symmetric equilibria of a block of symmetric games of three and more players."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._equilibrium_blocks import EquilibriumBlock
from strategic.equilibria.enumeration.symmetric._cell_search import roots_of
from strategic.equilibria.enumeration.symmetric._listed import Rows, index_sums, listed_block
from strategic.equilibria.enumeration.symmetric._systems import systems_of
from strategic.games.game import Game
from strategic.status import Status


def certified_equilibria(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Find the symmetric equilibria of games in which error bounds settle everything.

    Parameters
    ----------
    games : Game
        A batch with one axis, of symmetric games.

    Returns
    -------
    block : EquilibriumBlock
        All symmetric equilibria of the settled games, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for the games left to exact arithmetic; nothing is listed for them.
    """
    n, count = games.shape[0], len(games.payoffs[0])
    table = np.moveaxis(games.payoffs[0], 0, -1)
    left = games.rounded.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.abs(table).max(axis=tuple(range(table.ndim - 1)))
        left |= ~((size < 2.0**1000) & (size > 2.0**-900))
        scaled = np.ldexp(np.where(left, 0.0, table), -np.frexp(np.where(left, 1.0, size))[1])
    rows: Rows = []
    for k in range(1, n + 1):
        systems = systems_of(scaled, k)
        if k == 1:
            gains = systems.gains.reshape(n - 1, len(systems.game))
            kept = np.flatnonzero((gains < 0.0).all(axis=0) & ~left[systems.game])
            left[systems.game[(gains == 0.0).any(axis=0) & (gains <= 0.0).all(axis=0)]] = True
            place, shares, index = kept, np.ones((1, len(kept))), np.ones(len(kept))
        else:
            some = np.flatnonzero(~left[systems.game])
            place, shares, index, unsettled = roots_of(systems.gains[..., some])
            place = some[place]
            left[systems.game[some[unsettled]]] = True
        rows.append((systems.game[place], systems.placed(place, shares), index))
    left |= index_sums(rows, count) != 1
    status = np.where(left, Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    return listed_block(games, rows, left), status
