"""Exact enumeration of the games that error bounds leave open, one game after the other."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles, whole_payoffs
from strategic.equilibria._regret import payoffs_and_regret_of_many
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    profile_lines,
    table_height,
)
from strategic.equilibria.enumeration.players._exact_binary import (
    Findings,
    exact_equilibria_of_binary,
)
from strategic.games.game import Game
from strategic.status import Status


def exact_equilibria(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of a block of games in whole numbers.

    Parameters
    ----------
    games : Game
        A batch with one axis. Doubles are taken as they are, rounded payoffs as written.

    Returns
    -------
    block : EquilibriumBlock
        The equilibria, numbered within the block.
    status : array ``(games,)`` of int8
        ``found_some`` marks degenerate games.
    """
    shape, count = games.shape, len(games.payoffs[0])
    status, numbers = np.empty(count, dtype=np.int8), np.zeros(count, dtype=np.int64)
    written = games.fractions() if games.rounded.any() else games.payoffs
    whole = [whole_payoffs(t.reshape(count, -1).T[None])[0].T.reshape(t.shape) for t in written]
    profiles, indices = [], []
    for number in range(count):
        gains = [
            np.diff(table[number], axis=player).squeeze(axis=player).tolist()
            for player, table in enumerate(whole)
        ]
        found = exact_equilibria_of_binary(gains)
        status[number], numbers[number] = _status(found), len(found.profiles)
        profiles += [profile for profile, _ in found.profiles]
        indices += [np.nan if index is None else index for _, index in found.profiles]
    second = np.array(profiles, dtype=object).reshape(-1, len(shape))
    table = np.empty((table_height(shape), len(second)))
    lines = profile_lines(table, shape)
    for player, strategy in enumerate(lines.strategies):
        strategy[0], strategy[1] = (
            nearest_doubles(1 - second[:, player]),
            nearest_doubles(second[:, player]),
        )
    lines.index[:] = indices
    game = np.repeat(np.arange(count), numbers)
    own = np.stack([np.moveaxis(table[game], 0, -1) for table in games.payoffs])
    lines.payoffs[:], lines.regret[:] = payoffs_and_regret_of_many(own, lines.strategies)
    return EquilibriumBlock(numbers, table), status


def _status(found: Findings) -> Status:
    if found.degenerate and found.proved:
        return Status.FOUND_SOME
    total = sum(index or 0 for _, index in found.profiles)
    return Status.COMPLETE_EXACT if found.proved and total == 1 else Status.NOT_FINISHED
