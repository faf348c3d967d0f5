"""All equilibria of 2x2 games, ties included, from eight comparisons per game."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret_of_two
from strategic.equilibria.enumeration._equilibrium_blocks import (
    COUNT,
    SUPPORTS,
    Block,
    EquilibriumBlock,
    PendingBlock,
    TableForm,
    lines_of,
)
from strategic.equilibria.enumeration._extreme_equilibria import extreme_equilibria
from strategic.equilibria.enumeration._few_payoffs import Replies, payoffs_and_regret_of_few
from strategic.equilibria.enumeration._mixtures import equalising
from strategic.status import Status

_CELLS = np.arange(4).reshape(2, 2, 1)
_FEW = 200  # mixed equilibria: with fewer calls take longer than sums


@dataclass(frozen=True, eq=False)
class SignPatterns:
    """What each of the 81 sign patterns has: by code, and from ``start`` on by equilibrium.

    ``sides`` are both strategies; ``mixed`` tells whose is still to be computed, 1 the row
    player's, 2 the column player's; ``cell`` is the profile of a pure equilibrium, row action
    times two plus column action.
    """

    count: Array
    status: Array
    tied: Array
    start: Array
    sides: Array
    mixed: Array
    cell: Array
    index: Array


def two_by_two_equilibria(
    row: Array, column: Array, rounded: Array | None = None, want: str | None = None
) -> tuple[Block, Array]:
    """Find all extreme equilibria of a block of 2x2 games.

    Parameters
    ----------
    row, column : arrays ``(games, 2, 2)``
        Payoffs.
    rounded : array ``(games,)`` of bool, optional
        Games in which payoffs that are equal as doubles may differ as written; none by default.
    want : str, optional
        What of the equilibria is wanted; everything by default.

    Returns
    -------
    block : Block
        All extreme equilibria, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for rounded games with ties; nothing is listed for them.

    Notes
    -----
    Which action is better against each pure action is a comparison of two payoffs, so it is exact;
    four such signs, ties included, tell the equilibria, their indices and which are isolated.
    """
    row, column = np.ascontiguousarray(row), np.ascontiguousarray(column)
    code, patterns = _codes(row, column), _sign_patterns()
    count, status = patterns.count.take(code), patterns.status.take(code)
    if rounded is not None and rounded.any():
        doubtful = rounded & patterns.tied.take(code)
        count[doubtful], status[doubtful] = 0, Status.NOT_FINISHED
    if want == COUNT:
        return EquilibriumBlock(count, np.empty((0, 0))), status

    def fill(target: Array) -> None:
        game = np.arange(len(row)).repeat(count)
        slot = patterns.start.take(code).take(game)
        slot += _places(game)
        _fill(target, (row, column), game, slot, want)

    return PendingBlock(count, int(count.sum()), TableForm.of((2, 2), want), fill), status


def _codes(row: Array, column: Array) -> Array:
    """Write the four signs of each game as one number to base 3.

    The digits, the row player's first, are 0, 1, 2 where the second action is worse than the first,
    as good, better: against the opponent's first action, and against the second.
    """
    games, signs = len(row), np.empty((2, 4 * len(row)), dtype=np.uint8)
    # All neighbours in long lines at once, of which every second pair is a sign that is wanted:
    # quicker than to pick out the entries of 2x2 tables.
    for player, (table, apart) in enumerate(((row, 2), (column, 1))):
        payoffs, sign = table.reshape(-1), signs[player, :-apart]
        first, second = payoffs[:-apart], payoffs[apart:]
        np.greater(second, first, out=sign.view(bool))
        np.subtract(sign, second < first, out=sign)
        np.add(sign, 1, out=sign)
    # A game's four octets as one word: a row player's signs in the lowest two, a column player's
    # in the first and third. Products of words add up their multiples in the third.
    of_row, of_column = signs.view("<u4")
    of_row &= 0x0000FFFF
    of_row *= (27 << 16) + (9 << 8)
    of_column &= 0x00FF00FF
    of_column *= (3 << 16) + 1
    of_row += of_column
    return of_row.view(np.uint8).reshape(games, 4)[:, 2].astype(np.intp)


def _places(game: Array) -> Array:
    """Say which of its game's equilibria, of which there are at most four, each one is."""
    places = np.zeros(len(game), dtype=np.uint8)
    later = np.zeros(len(game), dtype=bool)
    np.equal(game[1:], game[:-1], out=later[1:])
    for _ in range(3):  # those with one before them in their game, with two, with three
        places += later
        later[1:] &= later[:-1].copy()
    return places


def _fill(
    target: Array, payoffs: tuple[Array, Array], game: Array, slot: Array, want: str | None
) -> None:
    """Write the equilibria ``slot`` of the patterns, in these games."""
    patterns = _sign_patterns()
    if want == SUPPORTS:
        for line, shares in zip(target, patterns.sides > 0, strict=True):
            shares.take(slot, out=line, mode="clip")
        return
    for line, shares in zip(target[:4], patterns.sides, strict=True):
        shares.take(slot, out=line, mode="clip")
    mixed = patterns.mixed.take(slot).nonzero()[0]
    if len(mixed):
        tables = _tables(payoffs, game.take(mixed))
        _mix(target[:4], tables, mixed, patterns.mixed.take(slot.take(mixed)))
    if want is not None:
        return
    lines = lines_of(target, (2, 2))
    patterns.index.take(slot, out=lines.index, mode="clip")
    cell = patterns.cell.take(slot)
    cell += game << 2
    _fill_pure(lines.payoffs, lines.regret, payoffs, cell)
    if not len(mixed):  # as in most single games
        return
    earned, gains = _of_mixed(tables, target[:4].take(mixed, axis=1))
    for line, found in zip((*lines.payoffs, lines.regret), (*earned, gains), strict=True):
        line[mixed] = found


def _of_mixed(tables: Array, mixtures: Array) -> tuple[Array, Array]:
    """Compute payoffs and regrets; the column player's tables come first."""
    if mixtures.shape[1] <= _FEW:
        sides = mixtures.reshape(2, 2, -1)
        replies = Replies(tables, sides[::-1].swapaxes(0, 1), sides.swapaxes(0, 1))
        with np.errstate(over="ignore", invalid="ignore"):
            found = payoffs_and_regret_of_few([replies])
        if found is not None:
            return found[0][::-1], found[1]
    return payoffs_and_regret_of_two(tables[:, :, 1], tables[:, :, 0], mixtures[:2], mixtures[2:])


def _tables(payoffs: tuple[Array, Array], game: Array) -> Array:
    """Take the tables ``(own actions, others' actions, player, E)``, the column player's first."""
    tables, first = np.empty((2, 2, 2, len(game))), game << 2
    if len(game) <= _FEW:
        cells = _CELLS + first
        tables[:, :, 1] = payoffs[0].reshape(-1).take(cells)
        tables[:, :, 0] = payoffs[1].reshape(-1).take(cells).swapaxes(0, 1)
        return tables
    for i, j in product(range(2), repeat=2):
        cell = first + (2 * i + j)
        payoffs[0].reshape(-1).take(cell, out=tables[i, j, 1], mode="clip")
        payoffs[1].reshape(-1).take(cell, out=tables[j, i, 0], mode="clip")
    return tables


def _mix(sides: Array, tables: Array, mixed: Array, whose: Array) -> None:
    """Write the mixtures that are not in the patterns: each makes the other player's actions equal.

    With ties one side may be mixed and the other pure.
    """
    systems, of_row, of_column = tables.reshape(2, 2, -1), mixed, mixed
    if np.count_nonzero(whose == 3) < len(mixed):
        first, second = ((whose & mixes).nonzero()[0] for mixes in (1, 2))
        systems = systems.take(np.concatenate([first, second + len(mixed)]), axis=2)
        of_row, of_column = mixed.take(first), mixed.take(second)
    shares = equalising(systems)
    end = len(of_row)
    for line, found in zip(sides[:2], shares[:, :end], strict=True):
        line[of_row] = found
    for line, found in zip(sides[2:], shares[:, end:], strict=True):
        line[of_column] = found


def _fill_pure(earned: Array, regret: Array, payoffs: tuple[Array, Array], cell: Array) -> None:
    """Look up payoffs, and what the other action would have earned, at pure profiles."""
    other = np.empty(len(cell))
    regret[:] = 0.0
    with np.errstate(over="ignore"):  # a loss may be beyond the doubles
        for line, table, action in zip(earned, payoffs, (2, 1), strict=True):
            flat = table.reshape(-1)
            flat.take(cell, out=line, mode="clip")
            flat.take(cell ^ action, out=other, mode="clip")
            other -= line
            np.maximum(regret, other, out=regret)
    earned += 0.0  # no negative zeros
    regret += 0.0


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
        sides=np.vstack([found.x, found.y]),
        mixed=(found.x[0] == 0.5) + 2 * (found.y[0] == 0.5),
        cell=2 * (found.x[1] == 1.0) + (found.y[1] == 1.0),
        index=found.isolated_index,
    )
