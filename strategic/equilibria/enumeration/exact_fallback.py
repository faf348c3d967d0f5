"""The exact judge: games that floating-point signs could not settle, and degenerate games."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._equilibrium_blocks import EquilibriumBlock
from strategic.equilibria.enumeration._minors import exact_range
from strategic.equilibria.enumeration._signs import WORD
from strategic.equilibria.enumeration._support_tables import layout_of
from strategic.equilibria.enumeration._vertices import extreme_equilibria
from strategic.equilibria.regret import payoffs_and_regret_of_two
from strategic.games.game import Game
from strategic.status import Status

_MANTISSA = 53


def judged_equilibria(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Enumerate all extreme equilibria of a block of games exactly.

    Parameters
    ----------
    games : Game
        A batch with one axis. Doubles are taken as they are, rounded payoffs as written.

    Returns
    -------
    found : EquilibriumBlock
        All extreme equilibria, numbered within the block.
    status : array ``(games,)`` of int8
    """
    tables = games.row.transpose(1, 2, 0), games.column.transpose(2, 1, 0)
    status = np.empty(len(games.row), dtype=np.int8)
    parts = []
    for number, differences, proved in _exact_differences(games, tables):
        extremes = extreme_equilibria(*(_padded(side) for side in differences))
        lanes, kept = slice(len(number)), extremes.game < len(number)
        game = number[extremes.game[kept]]
        x, y = extremes.x[:, kept], extremes.y[:, kept]
        parts.append((game, _described(tables, game, (x, y), extremes.index[kept])))
        verdict = np.where(extremes.degenerate[lanes], Status.COMPONENTS, proved)
        status[number] = np.where(extremes.sound[lanes], verdict, Status.NOT_FINISHED)
    return _merged(parts, len(status)), status


def _exact_differences(
    games: Game, tables: tuple[Array, Array]
) -> Iterator[tuple[Array, list[Array], Status]]:
    """Sort games by the arithmetic they need: doubles with few bits, integers, fractions."""
    rounded = games.rounded
    scaled = [_short_differences(table) for table in tables]
    short = ~rounded & scaled[0][1] & scaled[1][1]
    number = np.flatnonzero(short)
    if len(number):
        yield number, [table[..., number] for table, _ in scaled], Status.COMPLETE
    number = np.flatnonzero(~rounded & ~short)
    if len(number):
        whole = [_whole_doubles(table[..., number]) for table in tables]
        yield number, whole, Status.COMPLETE_EXACT
    number = np.flatnonzero(rounded)
    if len(number):
        row, column = games.of_batch(number).fractions()  # type: ignore[arg-type]
        written = row.transpose(1, 2, 0), column.transpose(2, 1, 0)
        yield number, [_whole_fractions(table) for table in written], Status.COMPLETE_EXACT


def _merged(parts: list[tuple[Array, Array]], games: int) -> EquilibriumBlock:
    game = np.concatenate([number for number, _ in parts])
    table = np.concatenate([found for _, found in parts], axis=1)
    if len(parts) > 1:
        table = table[:, np.argsort(game, kind="stable")]
    return EquilibriumBlock(np.bincount(game, minlength=games), table)


def _described(
    payoffs: tuple[Array, Array], game: Array, strategies: tuple[Array, Array], index: Array
) -> Array:
    row, column = (table.take(game, axis=2) for table in payoffs)
    earned, regret = payoffs_and_regret_of_two(row, column, *strategies)
    return np.concatenate([*strategies, earned, index[None], regret[None]])


def _short_differences(payoffs: Array) -> tuple[Array, Array]:
    """Make differences from row 0 whole by a power of two, and tell where no minor can round."""
    widest = exact_range(layout_of(payoffs.shape[0], payoffs.shape[1]), _MANTISSA)
    first, others = payoffs[0], payoffs[1:]
    with np.errstate(all="ignore"):
        differences = others - first
        virtual = differences - others
        error = (others - (differences - virtual)) - (first + virtual)
        spread = np.ptp(payoffs, axis=0).max(axis=0)
        power = np.floor(np.log2(widest / spread))
        power = np.where(np.isfinite(power), power, 0).astype(np.int64)
        whole = np.ldexp(differences, power)
        short = (error == 0) & (whole == np.rint(whole)) & ((whole == 0) == (differences == 0))
        short &= np.abs(whole) <= widest
    return whole, short.all(axis=(0, 1))


def _whole_doubles(payoffs: Array) -> Array:
    """Take differences from row 0 as Python integers, each game scaled by a power of two."""
    mantissa, exponent = np.frexp(payoffs)
    exponent = np.where(mantissa == 0, np.iinfo(np.int32).max, exponent)
    shift = exponent - exponent.min(axis=(0, 1))
    digits = np.ldexp(mantissa, _MANTISSA).astype(np.int64).astype(object)
    whole = digits << np.where(mantissa == 0, 0, shift).astype(object)
    differences: Array = whole[1:] - whole[0]
    return differences


def _whole_fractions(payoffs: Array) -> Array:
    """Take differences from row 0 as Python integers, each game scaled by its denominators."""
    whole = np.empty(payoffs.shape, dtype=object)
    for game in range(payoffs.shape[2]):
        numbers = [Fraction(value) for value in payoffs[..., game].flat]
        scale = math.lcm(*(number.denominator for number in numbers))
        whole[..., game] = np.array(
            [int(number * scale) for number in numbers], dtype=object
        ).reshape(payoffs.shape[:2])
    differences: Array = whole[1:] - whole[0]
    return differences


def _padded(differences: Array) -> Array:
    """Repeat the last game until the games fill whole words."""
    games = differences.shape[2]
    lanes = np.minimum(np.arange(-(-games // WORD) * WORD), games - 1)
    padded: Array = differences.take(lanes, axis=2)
    return padded
