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
from strategic.equilibria.enumeration._mixtures import equalising
from strategic.status import Status

Signs = tuple[int, ...]
_MIXED = 2
_SUPPORTS = ({0}, {1}, {0, 1})
_REPLIES = {-1: {0}, 0: {0, 1}, 1: {1}}


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
    patterns = list(product((-1, 0, 1), repeat=4))
    found = [_equilibria(signs[:2], signs[2:]) for signs in patterns]
    count = np.array([len(equilibria) for equilibria, _ in found])
    every = [equilibrium for equilibria, _ in found for equilibrium in equilibria]
    shares = np.array([[1.0, 0.0, np.nan], [0.0, 1.0, np.nan]])
    return SignPatterns(
        count=count,
        tied=np.array([0 in signs for signs in patterns]),
        status=np.where(
            [degenerate for _, degenerate in found], Status.COMPONENTS, Status.COMPLETE
        ).astype(np.int8),
        start=np.cumsum(count) - count,
        x=shares[:, [x for x, _, _ in every]],
        y=shares[:, [y for _, y, _ in every]],
        index=np.array([index for _, _, index in every]),
    )


def _equilibria(row: Signs, column: Signs) -> tuple[list[tuple[int, int, float]], bool]:
    """List strategies and indices (NaN where not isolated), and whether the game is degenerate.

    Ties are broken in favour of action 1, which leaves a game without ties. As the perturbation
    vanishes a mixture goes to the action with the tie, and its index goes with it.
    """
    pairs = _compatible(row, column)
    index = dict.fromkeys(pairs, 0)
    unequal_row, unequal_column = (tuple(sign or 1 for sign in side) for side in (row, column))
    for x, y in _compatible(unequal_row, unequal_column):
        sign = -unequal_row[1] * unequal_column[1] if _MIXED in (x, y) else 1
        limit_x = column.index(0) if x == _MIXED and 0 in column else x
        limit_y = row.index(0) if y == _MIXED and 0 in row else y
        index[limit_x, limit_y] += sign
    alone = {(x, y): sum(a == x or b == y for a, b in pairs) == 1 for x, y in pairs}
    degenerate = any(
        len(_SUPPORTS[x]) != len(_best(row, y)) or len(_SUPPORTS[y]) != len(_best(column, x))
        for x, y in pairs
    )
    found = [(x, y, float(index[x, y]) if alone[x, y] else np.nan) for x, y in pairs]
    return found, degenerate


def _compatible(row: Signs, column: Signs) -> list[tuple[int, int]]:
    """Find the pairs of vertices with each support within the other's best replies."""
    xs, ys = ((0, 1, _MIXED) if side[0] * side[1] < 0 else (0, 1) for side in (column, row))
    return [
        (x, y)
        for x in xs
        for y in ys
        if _SUPPORTS[x] <= _best(row, y) and _SUPPORTS[y] <= _best(column, x)
    ]


def _best(signs: Signs, vertex: int) -> set[int]:
    return {0, 1} if vertex == _MIXED else _REPLIES[signs[vertex]]
