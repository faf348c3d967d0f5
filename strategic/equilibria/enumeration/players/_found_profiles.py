"""Equilibria found support by support, written out as the table of a block of games."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret_of_many
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    profile_lines,
    table_height,
)
from strategic.equilibria.enumeration.players._patterns import Pattern


@dataclass(frozen=True, eq=False)
class FoundProfiles:
    """Equilibria with the supports of one pattern.

    Parameters
    ----------
    pattern : Pattern
    support, game : int arrays ``(R,)``
        Number of the support within the pattern, and of the game within the block.
    shares : tuple of arrays ``(k_i, R)``
        Of the actions in use.
    index : array ``(R,)``
        NaN where an equilibrium is not regular.
    """

    pattern: Pattern
    support: Array
    game: Array
    shares: tuple[Array, ...]
    index: Array


def index_sums(found: Sequence[FoundProfiles], games: int) -> Array:
    """Add the indices of each game up, NaN apart."""
    total = np.zeros(games)
    for part in found:
        np.add.at(total, part.game, np.nan_to_num(part.index))
    return total


def block_of(
    found: Sequence[FoundProfiles], payoffs: Array, shape: tuple[int, ...], kept: Array
) -> EquilibriumBlock:
    """Write out the equilibria of the games that are kept.

    Parameters
    ----------
    found : sequence of FoundProfiles
        Patterns in the order of the list.
    payoffs : array ``(players, profiles, games)``
        For expected payoffs and regrets.
    shape : tuple of int
    kept : array ``(games,)`` of bool
    """
    none = np.empty(0, dtype=np.int64)
    game, support = (
        np.concatenate([none, *(getattr(part, name) for part in found)])
        for name in ("game", "support")
    )
    rank = np.repeat(np.arange(len(found)), [len(part.game) for part in found])
    strategies = [np.zeros((n, len(game))) for n in shape]
    start = 0
    for part in found:
        columns = np.arange(start, start + len(part.game))
        for strategy, actions, share in zip(
            strategies, part.pattern.actions, part.shares, strict=True
        ):
            strategy[actions[: len(share), part.support], columns] = share
        start += len(columns)
    chosen = np.flatnonzero(kept[game])
    order = chosen[np.lexsort((support[chosen], rank[chosen], game[chosen]))]
    game = game[order]
    table = np.empty((table_height(shape), len(game)))
    lines = profile_lines(table, shape)
    for line, strategy in zip(lines.strategies, strategies, strict=True):
        line[:] = strategy[:, order]
    lines.index[:] = np.concatenate([np.empty(0), *(part.index for part in found)])[order]
    own = payoffs.take(game, axis=2).reshape(len(shape), *shape, -1)
    lines.payoffs[:], lines.regret[:] = payoffs_and_regret_of_many(own, lines.strategies)
    return EquilibriumBlock(np.bincount(game, minlength=len(kept)), table)
