"""Exact enumeration of the games that error bounds leave open, one game after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles, ordinal_payoffs, whole_payoffs
from strategic.equilibria._regret import payoffs_and_regret_of_many
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    profile_lines,
    table_height,
)
from strategic.equilibria.enumeration.players._exact_binary import exact_equilibria_of_binary
from strategic.equilibria.enumeration.players._exact_supports import exact_equilibria_of_supports
from strategic.equilibria.enumeration.players._findings import Findings
from strategic.equilibria.enumeration.players._striking import surviving_supports
from strategic.games.game import Game


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
    findings = exact_findings(games)
    status = np.array([found.status for found in findings], dtype=np.int8)
    numbers = np.array([len(found.profiles) for found in findings], dtype=np.int64)
    listed = [pair for found in findings for pair in found.profiles]
    profiles = [profile for profile, _ in listed]
    indices = [np.nan if index is None else index for _, index in listed]
    table = np.empty((table_height(shape), len(profiles)))
    lines = profile_lines(table, shape)
    for player, strategy in enumerate(lines.strategies):
        shares = np.array([profile[player] for profile in profiles], dtype=object)
        strategy[:] = nearest_doubles(shares.reshape(-1, shape[player]).T)
    lines.index[:] = indices
    game = np.repeat(np.arange(count), numbers)
    own = np.stack([np.moveaxis(table[game], 0, -1) for table in games.payoffs])
    lines.payoffs[:], lines.regret[:] = payoffs_and_regret_of_many(own, lines.strategies)
    return EquilibriumBlock(numbers, table), status


def exact_findings(games: Game) -> list[Findings]:
    """Find out about the equilibria of every game of a block, in whole numbers."""
    shape, count = games.shape, len(games.payoffs[0])
    written = games.fractions() if games.rounded.any() else games.payoffs
    whole = [whole_payoffs(table.reshape(count, -1).T[None])[0] for table in written]
    ranks = np.stack([table.reshape(count, -1).T for table in ordinal_payoffs(games)])
    alive = surviving_supports(ranks, shape)
    listed = []
    for number in range(count):
        payoffs = [table[:, number] for table in whole]
        found = Findings(proved=False)
        if shape == (2, 2, 2):
            found = exact_equilibria_of_binary(_binary_gains(payoffs), alive[..., number])
        if not found.proved:
            found = exact_equilibria_of_supports(payoffs, shape, alive[..., number])
        listed.append(found)
    return listed


def _binary_gains(payoffs: list[Array]) -> list[Any]:
    tables = [table.reshape(2, 2, 2) for table in payoffs]
    return [np.diff(t, axis=i).squeeze(axis=i).tolist() for i, t in enumerate(tables)]
