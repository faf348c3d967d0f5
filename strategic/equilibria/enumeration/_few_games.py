"""Equilibria of a few games in as few calls as possible: all minors and all tests at once.

The sums, bounds and tests are those of many games, in the same order, so that answers are the same
to the last bit; only here the calls, not the sums, take the time. So both players' minors are lines
of one table, a layer of them is gathered in one go by static numbers, and all supports are tested,
and all mixtures of up to three actions computed, together.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret_of_two
from strategic.equilibria.enumeration._equilibrium_blocks import (
    COUNT,
    SUPPORTS,
    EquilibriumBlock,
    TableForm,
)
from strategic.equilibria.enumeration._few_payoffs import Replies, payoffs_and_regret_of_few
from strategic.equilibria.enumeration._few_tables import FewTables, few_tables
from strategic.equilibria.enumeration._mixtures import equalising, padded_mixtures
from strategic.equilibria.enumeration._plain_equilibria import plain_table
from strategic.equilibria.enumeration._planes import (
    ENTRY_ERROR,
    PRECISIONS,
    SMALLEST_SCALE,
    widened,
)
from strategic.equilibria.enumeration._support_tables import prunes, support_pairs
from strategic.equilibria.enumeration._tied_games import crowded
from strategic.status import Status

Shape = tuple[int, int]
_SINGLE = 4  # equilibria: of fewer, plain numbers are added up before arrays are made
_MOST = 900  # games times actions: measured from 2x3 to 6x6
_STATUS = np.array([Status.COMPLETE, Status.NOT_FINISHED], dtype=np.int8)
_BITS = 12  # games per word, plus signs in its lower half, minus signs above: as floats hold it
_SHIFTS = np.arange(_BITS, dtype=np.int32)[:, None]


def are_few(games: int, shape: tuple[int, int]) -> bool:
    """Tell whether games are so few that all tests of all pairs of supports are made at once.

    Examples
    --------
    >>> are_few(200, (3, 3)), are_few(10_000, (3, 3)), are_few(1, (7, 7))
    (True, False, False)
    """
    return games <= _most(shape)


@lru_cache(maxsize=64)
def _most(shape: Shape) -> int:
    return 0 if prunes(shape) else _MOST // max(shape)


@np.errstate(all="ignore")
def few_equilibria(
    row: Array, column: Array, rounded: Array, want: str | None = None
) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of games in which no sign that matters is in doubt.

    Parameters and results are those of `certified_equilibria`.
    """
    (games, m, n), form = row.shape, TableForm.of(row.shape[1:], want)
    left = crowded(row, column)
    if np.count_nonzero(left) == games:
        status = _STATUS.take(left)
        return EquilibriumBlock(np.zeros(games, dtype=np.intp), form.empty(0)), status
    static, sides = few_tables(m, n), (row.reshape(games, -1), column.reshape(games, -1))
    payoffs = np.concatenate([*sides, _constants(games)], axis=1)
    differences, largest = _scaled_differences(payoffs, static)
    signs = _signs(_minors(differences, static), _bounds(payoffs, largest, rounded, static))
    number, pair, index, open_games, most = _judged(signs, games, static)
    if len(open_games):
        left[open_games] = True
    # Without ties indices add up to one, so that equilibria are odd in number.
    left |= np.bincount(number, index, games) != 1.0
    count, status = np.bincount(number, minlength=games), _STATUS.take(left)
    if np.count_nonzero(left):
        kept = (~left).take(number).nonzero()[0]
        number, pair, index = number.take(kept), pair.take(kept), index.take(kept)
        count[left] = 0
    if want == COUNT:
        return EquilibriumBlock(count, form.empty(len(number))), status
    if want == SUPPORTS:
        return EquilibriumBlock(count, support_pairs(m, n).used.take(pair, axis=1)), status
    if len(number) <= _SINGLE:
        of = support_pairs(m, n)
        supports = [(of.rows[p], of.columns[p]) for p in pair.tolist()]
        plain = plain_table(row, column, number.tolist(), supports, index.tolist())
        if plain is not None:
            return EquilibriumBlock(count, plain[: form.lines]), status
    table = np.zeros((form.lines, len(number)))
    start = number * payoffs.shape[1]
    _place_strategies(table, payoffs, static, pair, start, most=most)
    if want is None:
        table[-2] = index
        _place_payoffs(table, payoffs, static, pair, start)
    return EquilibriumBlock(count, table), status


def _scaled_differences(payoffs: Array, static: FewTables) -> tuple[Array, Array]:
    """Do what `scaled_differences` does for both players at once, games first."""
    differences = payoffs.take(static.replies, axis=1)
    differences -= payoffs.take(static.first_replies, axis=1)
    sizes = np.abs(differences)
    largest = np.maximum(sizes.take(static.of_column[0], axis=1), SMALLEST_SCALE)
    for line in static.of_column[1:]:
        np.maximum(largest, sizes.take(line, axis=1), out=largest)
    differences /= largest.take(static.column_of, axis=1)
    return differences, largest


def _minors(differences: Array, static: FewTables) -> Array:
    """Compute the minors of both players, ``(games, lines)``."""
    table = np.empty((len(differences), static.lines))
    table[:, 0] = 1.0
    for layer in static.layers:
        values = table[:, layer.with_row_0]
        if len(layer.parents) == 1:
            values[:] = differences
        else:
            products = table.take(layer.parents, axis=1)
            products *= differences.take(layer.factors, axis=1)
            _alternate(products, values)
        if layer.terms.size:
            _alternate(table.take(layer.terms, axis=1), table[:, layer.without_row_0])
    return table


def _alternate(terms: Array, total: Array) -> None:
    """Write into ``total`` the first term less the second plus the third, and so on."""
    np.subtract(terms[:, 0], terms[:, 1], out=total)
    for place in range(2, terms.shape[1]):
        (np.add if place % 2 == 0 else np.subtract)(total, terms[:, place], out=total)


def _bounds(
    payoffs: Array, largest: Array, rounded: Array, static: FewTables
) -> tuple[Array, Array]:
    """Give the bounds on the errors of the minors, and their negatives."""
    if not np.count_nonzero(rounded):
        return static.bounds
    sides, ends = [], (static.shape[1], sum(static.shape))
    for tables, end in zip(static.tables, ends, strict=True):
        own = payoffs.take(tables, axis=1).transpose(1, 2, 0)
        scale = largest[:, end - own.shape[1] : end].T
        sides.append(widened(own, scale, rounded, ENTRY_ERROR * PRECISIONS[np.float64]))
    wide = static.bounds[0] * np.stack(sides, axis=1).take(static.player, axis=1)
    wide[:, 0] = 0.0  # the number one
    return wide, -wide


@lru_cache(maxsize=256)
def _constants(games: int) -> Array:
    """Give the zero and the one that stand after the payoffs of each game."""
    return np.tile([0.0, 1.0], (games, 1))


@lru_cache(maxsize=256)
def _every_game(games: int) -> Array:
    """Give words in which the bits of all games are set."""
    bits = np.minimum(games - _BITS * np.arange(-(-games // _BITS)), _BITS)
    return ((1 << bits) - 1).astype(np.int32)


@lru_cache(maxsize=256)
def _weights(games: int) -> Array:
    """Put signs into words: for each word those of plain minors and those of reversed ones."""
    words = -(-games // _BITS)
    weights, (word, bit) = (
        np.zeros((words, 2, 2, games), dtype=np.float32),
        np.divmod(np.arange(games), _BITS),
    )
    for side in range(2):
        weights[word, side, side, np.arange(games)] = 2.0**bit
        weights[word, side, 1 - side, np.arange(games)] = 2.0 ** (bit + _BITS)
    return weights.reshape(2 * words, 2 * games)


def _signs(minors: Array, bounds: tuple[Array, Array]) -> Array:
    """Give the certain signs of all minors and the reversed ones, ``(words, 2 * lines)``."""
    games, lines = minors.shape
    signs = np.empty((2, games, lines), dtype=bool)
    np.greater(minors, bounds[0], out=signs[0])
    np.less(minors, bounds[1], out=signs[1])
    words: Array = np.dot(_weights(games), signs.reshape(2 * games, lines))
    return words.astype(np.int32).reshape(-1, 2 * lines)


def _judged(signs: Array, games: int, static: FewTables) -> tuple[Array, Array, Array, Array, int]:
    """Compare the signs of each pair of supports.

    Returns
    -------
    number, pair, index : arrays ``(E,)``
        The game, the supports and the index of each equilibrium, in the order of games.
    open_games : array of int
        Games in which some pair is neither accepted nor refused for certain.
    most : int
        Actions in the largest support, or more.
    """
    found = signs.take(static.tests, axis=1)
    every = np.bitwise_and.reduce(found, axis=1)
    some = np.bitwise_or.reduce(found[:, :, :2], axis=1)
    # Plus and plus or minus and minus; and, where the column player's are reversed, the others.
    accepted = every[:, :1] & every[:, 1:]
    accepted |= accepted >> _BITS
    some &= some >> _BITS
    # Certain signs that differ refuse a pair whatever the other signs are.
    some |= accepted
    doubtful = ~np.bitwise_and.reduce(some[:, 0] | some[:, 1], axis=1) & _every_game(games)
    open_games = doubtful.nonzero()[0]
    if len(open_games):
        open_games = (doubtful[:, None] >> _SHIFTS[:, 0] & 1).reshape(-1).nonzero()[0]
    pairs = np.bitwise_or.reduce(accepted, axis=(0, 1)).nonzero()[0]
    words = accepted.take(pairs, axis=2).swapaxes(1, 2).reshape(len(signs), 1, -1)
    bits = words >> _SHIFTS[:games] & 1  # by game, pair, and whether signs are unlike
    number, place = np.divmod(bits.reshape(-1).nonzero()[0], words.shape[2])
    pair, most = pairs.take(place >> 1), int(static.size[pairs[-1]]) if len(pairs) else 0
    return number, pair, static.index.take(2 * pair + (place & 1)), open_games, most


def _place_strategies(
    table: Array, payoffs: Array, static: FewTables, pair: Array, start: Array, *, most: int
) -> None:
    """Compute the mixtures of all equilibria; ``table`` holds zeros.

    Parameters
    ----------
    payoffs : array ``(games, 2 m n + 2)``
    pair, start : arrays ``(E,)``
        The supports, and where the payoffs of its game begin.
    most : int
        Actions in the largest support, or more.
    """
    flat, lanes, done = table.reshape(-1), len(pair), 0
    if most > 1:
        place = static.small_cells.take(pair, axis=3)
        place += start
        shares, sure = padded_mixtures(payoffs.take(place), static.used.take(pair, axis=2))
        if sure:
            line = static.small_lines.take(pair, axis=2)
            line *= lanes
            line += np.arange(lanes)
            flat[line] = shares
            done = len(shares)
    for k in range(done + 1, most + 1):
        at = (static.size.take(pair) == k).nonzero()[0]
        number = pair.take(at) - static.first[k]
        line = static.cell_lines[k].take(number, axis=2) * lanes + at
        if k == 1:
            flat[line] = 1.0
            continue
        place = static.cells[k].take(number, axis=3)
        place += start.take(at)
        flat[line] = equalising(payoffs.take(place).reshape(k, k, -1)).reshape(k, 2, -1)


def _place_payoffs(
    table: Array, payoffs: Array, static: FewTables, pair: Array, start: Array
) -> None:
    """Compute payoffs and regrets; pure equilibria are strict, so that none has a regret.

    Parameters are those of `_place_strategies`.
    """
    end, pures = sum(static.shape), static.cells[1][0, 0]
    earned = table[end : end + 2]
    at = (pair < pures.shape[1]).nonzero()[0]
    if len(at) < len(pair):  # the pure ones as well, which is no more calls
        earned[:], table[-1] = _of_mixed(table, payoffs, static, start)
        if np.count_nonzero(earned) == earned.size:
            return
        start = start.take(at)  # negative zeros and all
    earned[:, at] = payoffs.take(pures.take(pair.take(at), axis=1) + start)


def _of_mixed(table: Array, payoffs: Array, static: FewTables, start: Array) -> tuple[Array, Array]:
    """Compute payoffs and regrets of the strategies in a table."""
    sides = [
        Replies(payoffs.take(s.cells + start), table.take(s.own, 0), table.take(s.other, 0))
        for s in static.sides
    ]
    found = payoffs_and_regret_of_few(sides)
    if found is None:  # rare: payoffs near the largest double, or near each other
        own, other = (payoffs.take(cells[..., None] + start) for cells in static.tables)
        x, y = np.split(table[: sum(static.shape)], [static.shape[0]])
        found = payoffs_and_regret_of_two(own, other, x, y)
    return found
