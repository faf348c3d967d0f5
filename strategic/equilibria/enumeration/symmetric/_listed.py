"""What was found of a block of symmetric games, written out for all players."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret_of_many
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    profile_lines,
    table_height,
)
from strategic.games.game import Game

Rows = list[tuple[Array, Array, Array]]
"""Per set size: numbers of games, common mixtures ``(n, rows)``, and their symmetric indices."""


def index_sums(rows: Rows, count: int) -> Array:
    """Add up the indices of each game; NaN where one of them is not known."""
    total = np.zeros(count)
    for game, _, index in rows:
        np.add.at(total, game, index)
    return total


def listed_block(games: Game, rows: Rows, left: Array) -> EquilibriumBlock:
    """Write out what was found, with the indices that equilibria have in the game itself.

    The Jacobian at a symmetric profile is a Kronecker product of the game's, ``B`` per opponent,
    with the matrix that has zeros on its diagonal and ones elsewhere.
    """
    shape, count = games.shape, len(left)
    players = len(shape)
    game = np.concatenate([part[0] for part in rows]).astype(np.int64)
    mixtures = np.concatenate([part[1] for part in rows], axis=1)
    index = np.concatenate([part[2] for part in rows])
    order = np.flatnonzero(~left[game])
    order = order[np.argsort(game[order], kind="stable")]
    game, mixtures, index = game[order], mixtures[:, order], index[order]
    parity = ((mixtures > 0.0).sum(axis=0) - 1) * (players - 1) % 2
    table = np.empty((table_height(shape), len(game)))
    lines = profile_lines(table, shape)
    for strategy in lines.strategies:
        strategy[:] = mixtures
    lines.index[:] = index**players * (1 - 2 * parity)
    own = np.stack([np.moveaxis(payoffs[game], 0, -1) for payoffs in games.payoffs])
    lines.payoffs[:], lines.regret[:] = payoffs_and_regret_of_many(own, lines.strategies)
    return EquilibriumBlock(np.bincount(game, minlength=count), table)
