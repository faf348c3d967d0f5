"""Equilibria of a few games in as few calls as possible: all minors and all tests at once.

The sums, bounds and tests are those of many games, in the same order, so that answers are the same
to the last bit; only here the calls, not the sums, take the time. So both players' minors are lines
of one table, a layer of them is gathered in one go by static numbers, and all supports are tested,
and all mixtures of up to three actions computed, together.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from strategic.equilibria.enumeration._few_signs import judged, lanes_of
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
_MOST = 3000  # games times actions: measured from 2x3 to 6x6
_STATUS = np.array([Status.COMPLETE, Status.NOT_FINISHED], dtype=np.int8)
_ENTRY = ENTRY_ERROR * PRECISIONS[np.float64]


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
    lanes = _in_lanes(sides, static)
    minors, largest = _differences(lanes, static)
    _fill(minors, static)
    wide = _widened(lanes, largest, rounded, static) if np.count_nonzero(rounded) else None
    number, place, open_games = judged(minors, wide, games, static)
    pair, index = place >> 1, static.index.take(place)
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
    payoffs = np.concatenate([*sides, _constants(games)], axis=1)
    table = np.zeros((form.lines, len(number)))
    start = number * payoffs.shape[1]
    _place_strategies(table, payoffs, static, pair, start)
    if want is None:
        table[-2] = index
        _place_payoffs(table, payoffs, static, pair, start)
    return EquilibriumBlock(count, table), status


def _in_lanes(sides: Sequence[Array], static: FewTables) -> Array:
    """Give each payoff a line and each game a lane; zero and one follow.

    Lanes past the last game repeat it.
    """
    games, cells = sides[0].shape
    lanes = np.empty((2 * cells + 2, lanes_of(games, static)))
    lanes[:cells, :games] = sides[0].T
    lanes[cells:-2, :games] = sides[1].T
    lanes[:, games:] = lanes[:, games - 1 : games]
    lanes[-2], lanes[-1] = 0.0, 1.0
    return lanes


def _differences(lanes: Array, static: FewTables) -> tuple[Array, Array]:
    """Do what `scaled_differences` does for both players at once, into a table for all minors."""
    table = np.empty((static.lines, lanes.shape[1]))
    table[0] = lanes[-1]  # the minor without lines
    differences = table[static.layers[0].with_row_0]
    lanes.take(static.replies, axis=0, out=differences, mode="clip")
    differences -= lanes.take(static.first_replies, axis=0)
    sizes = np.abs(differences).take(static.of_column, axis=0)
    largest = np.maximum.reduce(sizes, axis=0, initial=SMALLEST_SCALE)
    differences /= largest.take(static.column_of, axis=0)
    return table, largest


def _fill(table: Array, static: FewTables) -> None:
    """Compute the minors of both players, ``(lines, lanes)``, from the differences."""
    differences = table[static.layers[0].with_row_0]
    for layer in static.layers:
        if len(layer.parents) > 1:
            products = table.take(layer.parents, axis=0)
            products *= differences.take(layer.factors, axis=0)
            _alternate(products, table[layer.with_row_0])
        if layer.terms.size:
            _alternate(table.take(layer.terms, axis=0), table[layer.without_row_0])


def _alternate(terms: Array, total: Array) -> None:
    """Write into ``total`` the first term less the second plus the third, and so on."""
    np.subtract(terms[0], terms[1], out=total)
    for place in range(2, len(terms)):
        (np.add if place % 2 == 0 else np.subtract)(total, terms[place], out=total)


def _widened(
    lanes: Array, largest: Array, rounded: Array, static: FewTables
) -> tuple[Array, Array]:
    """Give the bounds on the errors of the minors of payoffs that were rounded."""
    doubtful = np.zeros(lanes.shape[1], dtype=bool)
    doubtful[: len(rounded)] = rounded
    doubtful[len(rounded) :] = rounded[-1]
    sides, ends = [], (static.shape[1], sum(static.shape))
    for cells, end in zip(static.tables, ends, strict=True):
        scale = largest[end - cells.shape[1] : end]
        sides.append(widened(lanes.take(cells, axis=0), scale, doubtful, _ENTRY))
    wide = static.bounds[:, None] * np.stack(sides).take(static.player, axis=0)
    wide[0] = 0.0  # the number one
    return wide, -wide


@lru_cache(maxsize=256)
def _constants(games: int) -> Array:
    """Give the zero and the one that stand after the payoffs of each game."""
    return np.tile([0.0, 1.0], (games, 1))


def _place_strategies(
    table: Array, payoffs: Array, static: FewTables, pair: Array, start: Array
) -> None:
    """Compute the mixtures of all equilibria; ``table`` holds zeros.

    Parameters
    ----------
    payoffs : array ``(games, 2 m n + 2)``
    pair, start : arrays ``(E,)``
        The supports, and where the payoffs of its game begin.
    """
    flat, lanes, done = table.reshape(-1), len(pair), 0
    most = int(static.size[np.maximum.reduce(pair)]) if lanes else 0
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
