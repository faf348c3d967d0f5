"""All equilibria of 2x2 games, ties included, from eight comparisons per game."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret_of_two
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    lines_of,
    table_height,
)
from strategic.equilibria.enumeration._extreme_equilibria import extreme_equilibria
from strategic.equilibria.enumeration._mixtures import equalising
from strategic.status import Status


@dataclass(frozen=True, eq=False)
class SignPatterns:
    """What each of the 81 sign patterns has: by code, and from ``start`` on by equilibrium.

    ``x`` and ``y`` are the strategies, NaN where they are mixed.
    """

    count: Array
    status: Array
    tied: Array
    start: Array
    x: Array
    y: Array
    index: Array


def two_by_two_equilibria(
    row: Array, column: Array, rounded: Array
) -> tuple[EquilibriumBlock, Array]:
    """Find all extreme equilibria of a block of 2x2 games.

    Parameters
    ----------
    row, column : arrays ``(games, 2, 2)``
        Payoffs.
    rounded : array ``(games,)`` of bool
        Games in which payoffs that are equal as doubles may differ as written.

    Returns
    -------
    block : EquilibriumBlock
        All extreme equilibria, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for rounded games with ties; nothing is listed for them.

    Notes
    -----
    Which action is better against each pure action is a comparison of two payoffs, so it is exact;
    four such signs, ties included, tell the equilibria, their indices and which are isolated.
    """
    payoffs = np.empty((2, 2, 2, len(row)))
    payoffs[0] = row.transpose(1, 2, 0)
    payoffs[1] = column.transpose(2, 1, 0)
    # One digit to base 3 per player and opponent action: 0, 1, 2 for worse, tied, better.
    code = np.zeros(len(row), dtype=np.uint8)
    for table in payoffs:
        for against in range(2):
            code *= 3
            code += table[1, against] >= table[0, against]
            code += table[1, against] > table[0, against]
    patterns = _sign_patterns()
    count, status = patterns.count.take(code), patterns.status.take(code)
    if rounded.any():
        doubtful = rounded & patterns.tied.take(code)
        count[doubtful], status[doubtful] = 0, Status.NOT_FINISHED
    game = np.repeat(np.arange(len(row)), count)
    slot = np.arange(len(game))
    slot += (patterns.start.take(code) - np.cumsum(count) + count).take(game)
    tables = payoffs.reshape(8, -1).take(game, axis=1).reshape(2, 2, 2, -1)
    found = np.empty((table_height((2, 2)), len(game)))
    lines = lines_of(found, (2, 2))
    for strategy, shares, opponent in (
        (lines.x, patterns.x, tables[1]),
        (lines.y, patterns.y, tables[0]),
    ):
        shares.take(slot, axis=1, out=strategy, mode="clip")
        mixed = np.flatnonzero(np.isnan(strategy[0]))
        strategy[:, mixed] = equalising(opponent.take(mixed, axis=2))
    lines.payoffs[:], lines.regret[:] = payoffs_and_regret_of_two(
        tables[0], tables[1], lines.x, lines.y
    )
    patterns.index.take(slot, out=lines.index, mode="clip")
    return EquilibriumBlock(count, found), status


@lru_cache(maxsize=1)
def _sign_patterns() -> SignPatterns:
    """Solve one game per pattern: its differences are the signs themselves."""
    signs = np.array(list(product((-1.0, 0.0, 1.0), repeat=4))).T
    found = extreme_equilibria(signs[None, :2], signs[None, 2:])
    count = np.bincount(found.game)
    return SignPatterns(
        count=count,
        tied=(signs == 0).any(axis=0),
        status=np.where(found.degenerate, Status.COMPONENTS, Status.COMPLETE).astype(np.int8),
        start=np.cumsum(count) - count,
        x=np.where(found.x == 0.5, np.nan, found.x),
        y=np.where(found.y == 0.5, np.nan, found.y),
        index=found.isolated_index,
    )
