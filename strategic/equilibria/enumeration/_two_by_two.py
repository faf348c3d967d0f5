"""All equilibria of 2x2 games, ties included, from eight comparisons a game."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._equilibrium_blocks import EquilibriumBlock
from strategic.equilibria.enumeration._mixtures import equalising
from strategic.equilibria.regret import payoffs_and_regret_of_two
from strategic.status import Status

_MIXED = 2
_REPLIES = {-1: (0,), 0: (0, 1), 1: (1,)}


@dataclass(frozen=True, eq=False)
class Patterns:
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
    found : EquilibriumBlock
        All extreme equilibria, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for rounded games with ties; nothing is found for them.

    Notes
    -----
    Which action is better against each pure action is a comparison of two payoffs, so it is exact;
    four such signs, ties included, tell the equilibria, their indices and which are isolated.
    """
    payoffs = np.empty((2, 2, 2, len(row)))
    payoffs[0] = row.transpose(1, 2, 0)
    payoffs[1] = column.transpose(2, 1, 0)
    patterns = _patterns()
    code = _codes(payoffs)
    count, status = patterns.count.take(code), patterns.status.take(code)
    if rounded.any():
        doubtful = rounded & patterns.tied.take(code)
        count[doubtful], status[doubtful] = 0, Status.NOT_FINISHED
    game = np.repeat(np.arange(len(row)), count)
    slot = np.arange(len(game))
    slot += (patterns.start.take(code) - np.cumsum(count) + count).take(game)
    tables = payoffs.reshape(8, -1).take(game, axis=1).reshape(2, 2, 2, -1)
    found = np.empty((8, len(game)))
    _strategy(patterns.x, slot, tables[1], found[0:2])
    _strategy(patterns.y, slot, tables[0], found[2:4])
    found[4:6], found[7] = payoffs_and_regret_of_two(tables[0], tables[1], found[0:2], found[2:4])
    patterns.index.take(slot, out=found[6], mode="clip")
    return EquilibriumBlock(count, found), status


def _codes(payoffs: Array) -> Array:
    """Give each sign pattern a number: one digit to base 3 a player and opponent action."""
    code = np.zeros(payoffs.shape[3], dtype=np.uint8)
    for table in payoffs:
        for against in range(2):
            code *= 3
            code += table[1, against] >= table[0, against]
            code += table[1, against] > table[0, against]
    return code


def _strategy(shares: Array, slot: Array, opponent: Array, out: Array) -> None:
    """Place pure strategies as they are; mixtures from what the opponent earns."""
    shares.take(slot, axis=1, out=out, mode="clip")
    mixed = np.flatnonzero(np.isnan(out[0]))
    out[:, mixed] = equalising(opponent.take(mixed, axis=2))


@lru_cache(maxsize=1)
def _patterns() -> Patterns:
    codes = list(product((-1, 0, 1), repeat=4))
    found = [_equilibria(signs[:2], signs[2:]) for signs in codes]
    count = np.array([len(pattern) for pattern in found])
    degenerate = [_matters(signs) for signs in codes]
    every = [item for pattern in found for item in pattern]
    return Patterns(
        count=count,
        tied=np.array([0 in signs for signs in codes]),
        status=np.where(degenerate, Status.COMPONENTS, Status.COMPLETE).astype(np.int8),
        start=np.cumsum(count) - count,
        x=_shares([x for x, _, _ in every]),
        y=_shares([y for _, y, _ in every]),
        index=np.array([index for _, _, index in every]),
    )


def _equilibria(row: tuple[int, ...], column: tuple[int, ...]) -> list[tuple[int, int, float]]:
    """List strategies and indices, in the order of supports; NaN where not isolated."""
    pairs = _pairs(row, column)
    index = dict.fromkeys(pairs, 0)
    for pair in _pairs(*(tuple(sign or 1 for sign in side) for side in (row, column))):
        sign = -(row[1] or 1) * (column[1] or 1) if _MIXED in pair else 1
        index[_limit(pair[0], column), _limit(pair[1], row)] += sign
    alone = {(x, y): sum(a == x or b == y for a, b in pairs) == 1 for x, y in pairs}
    return [(x, y, float(index[x, y]) if alone[x, y] else np.nan) for x, y in pairs]


def _shares(vertices: list[int]) -> Array:
    shares = np.array([[1.0, 0.0], [0.0, 1.0], [np.nan, np.nan]])[vertices]
    return np.ascontiguousarray(shares.T)


def _pairs(row: tuple[int, ...], column: tuple[int, ...]) -> list[tuple[int, int]]:
    """Find the compatible vertices: supports within the other's best replies."""
    return [
        (x, y)
        for x in _vertices(column)
        for y in _vertices(row)
        if set(_support(x)) <= set(_best(row, y)) and set(_support(y)) <= set(_best(column, x))
    ]


def _vertices(signs: tuple[int, ...]) -> tuple[int, ...]:
    return (0, 1, _MIXED) if signs[0] * signs[1] < 0 else (0, 1)


def _support(vertex: int) -> tuple[int, ...]:
    return (0, 1) if vertex == _MIXED else (vertex,)


def _best(signs: tuple[int, ...], vertex: int) -> tuple[int, ...]:
    return (0, 1) if vertex == _MIXED else _REPLIES[signs[vertex]]


def _limit(vertex: int, signs: tuple[int, ...]) -> int:
    """Where a strategy goes when the perturbation does: to the action with the tie."""
    return signs.index(0) if vertex == _MIXED and 0 in signs else vertex


def _matters(signs: tuple[int, ...]) -> bool:
    row, column = signs[:2], signs[2:]
    return any(
        len(_support(x)) != len(_best(row, y)) or len(_support(y)) != len(_best(column, x))
        for x, y in _pairs(row, column)
    )
