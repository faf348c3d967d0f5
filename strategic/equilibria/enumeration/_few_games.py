"""Equilibria of a few games in as few calls as possible: all minors and all tests at once.

The sums, bounds and tests are those of many games, in the same order, so that answers are the same
to the last bit; only here the calls, not the sums, take the time. So a layer of minors is gathered
in one go from static tables, for both players, and signs are whole numbers rather than bits.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from strategic.equilibria.enumeration._minors import error_bounds
from strategic.equilibria.enumeration._mixtures import equalising
from strategic.equilibria.enumeration._planes import (
    ENTRY_ERROR,
    PRECISIONS,
    scaled_differences,
    widened,
)
from strategic.equilibria.enumeration._support_tables import (
    MinorLayout,
    colex,
    minor_layout,
    prunes,
    sign_tests,
    support_pairs,
    without_each,
)
from strategic.equilibria.enumeration._tied_games import crowded
from strategic.status import Status

Shape = tuple[int, int]
_MOST = 900  # games times actions: measured from 2x3 to 6x6
_STATUS = np.array([Status.COMPLETE, Status.NOT_FINISHED], dtype=np.int8)
_UNIT = PRECISIONS[np.float64]
_SURE = 4  # the product of both players' sums of the smallest and the largest of equal signs


def are_few(games: int, shape: tuple[int, int]) -> bool:
    """Tell whether games are so few that all tests of all pairs of supports are made at once.

    Examples
    --------
    >>> are_few(200, (3, 3)), are_few(10_000, (3, 3)), are_few(1, (7, 7))
    (True, False, False)
    """
    return games * max(shape) <= _MOST and not prunes(shape)


def few_equilibria(
    row: Array, column: Array, rounded: Array, want: str | None = None
) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of games in which no sign that matters is in doubt.

    Parameters and results are those of `certified_equilibria`.
    """
    (games, m, n), form = row.shape, TableForm.of(row.shape[1:], want)
    left = crowded(row, column)
    if left.all():
        status = _STATUS.take(left)
        return EquilibriumBlock(np.zeros(games, dtype=np.intp), form.empty(0)), status
    agreed, doubtful = _tested(row, column, rounded)
    left |= doubtful
    number, pair = (np.abs(agreed.T) == _SURE).nonzero()  # in the order of games
    tables = _few_tables(m, n)
    # The index is (-1)**(k+1) times the signs of both players' minors (Shapley 1974).
    index = agreed[pair, number] * tables.parity.take(pair)
    # Without ties equilibria are odd in number, and their indices add up to one.
    count = np.bincount(number, minlength=games)
    left |= (np.bincount(number, index, games) != 1.0) | (count & 1 == 0)
    status = _STATUS.take(left)
    if left.any():
        kept = (~left).take(number).nonzero()[0]
        number, pair, index = number.take(kept), pair.take(kept), index.take(kept)
        count[left] = 0
    if want == COUNT:
        return EquilibriumBlock(count, form.empty(len(number))), status
    if want == SUPPORTS:
        return EquilibriumBlock(count, support_pairs(m, n).used.take(pair, axis=1)), status
    table = np.zeros((form.lines, len(number)))
    payoffs = np.empty((games, 2, m, n))
    payoffs[:, 0], payoffs[:, 1] = row, column
    _place_strategies(table, payoffs, (m, n), pair, number)
    if want is None:
        table[-2] = index
        _place_payoffs(table, payoffs, (m, n), pair, number)
    return EquilibriumBlock(count, table), status


@dataclass(frozen=True, eq=False)
class _Layer:
    """Which products add up to the minors of one size, and which of these to those without row 0.

    ``parents`` and ``factors`` are entries of the layer below and differences, ``(size, minors)``;
    ``terms``, ``(size + 1, minors)``, are entries of this layer; each from the first term on.
    """

    parents: Array
    factors: Array
    terms: Array
    with_row_0: slice
    without_row_0: slice


@dataclass(frozen=True, eq=False)
class _Side:
    """Where the replies of a player stand, or of both if their numbers of actions are equal.

    ``cells``, ``(actions, actions of the other, players)``, are places among the payoffs of both
    players in one game; ``own`` and ``other``, ``(actions, players)``, lines of a table.
    """

    cells: Array
    own: Array
    other: Array


@dataclass(frozen=True, eq=False)
class _FewTables:
    """Static tables of one shape.

    Parameters
    ----------
    tests : array ``(tests, 2, pairs)`` of int
        For each test and player the line of the signs, of which there are plain ones and reversed
        ones of each minor: of both players in turn if the game is square, else the row player's
        first.
    parity : array ``(pairs,)``
        The factor that turns products of signs into indices.
    cells : dict of array ``(k, k, 2, pairs)`` of int
        By size of the supports, places among the payoffs of both players in one game: cut to the
        supports, for the row player and, transposed, the column player.
    lines : dict of array ``(k, 2, pairs)`` of int
        The lines of a table where the mixtures stand that make these rows equal.
    sides : tuple of _Side
    """

    tests: Array
    parity: Array
    cells: dict[int, Array]
    lines: dict[int, Array]
    sides: tuple[_Side, ...]


@lru_cache(maxsize=64)
def _few_tables(m: int, n: int) -> _FewTables:
    signs, pairs = sign_tests(m, n), support_pairs(m, n)
    tests = np.empty((max(m, n), 2, len(pairs.size)), dtype=np.intp)
    for player, of in enumerate(signs):
        tests[:, player] = of.positive[0]  # once more does no harm
        tests[: len(of.positive), player] = of.positive
    if m == n:
        tests = 2 * tests + np.arange(2)[:, None]
    else:
        tests[:, 1] += 2 * minor_layout(m, n).entries
    place = np.arange(2 * m * n).reshape(2, m, n)
    cells, lines = {}, {}
    for k, rows in pairs.row_lanes.items():
        columns = pairs.column_lanes[k]
        own, other = (table[rows[:, None], columns] for table in place)
        cells[k] = np.stack([own, other.swapaxes(0, 1)], axis=2)
        lines[k] = np.stack([columns + m, rows], axis=1)
    x, y = np.arange(m)[:, None], np.arange(m, m + n)[:, None]
    sides = _Side(place[0][..., None], x, y), _Side(place[1].T[..., None], y, x)
    if m == n:
        both = zip(*([side.cells, side.own, side.other] for side in sides), strict=True)
        sides = (_Side(*(np.concatenate(parts, axis=-1) for parts in both)),)  # type: ignore[assignment]
    parity = np.where(pairs.size % 2 == 0, -1.0, 1.0) / _SURE
    return _FewTables(np.ascontiguousarray(tests), parity, cells, lines, sides)


@lru_cache(maxsize=64)
def _layers(layout: MinorLayout) -> list[_Layer]:
    """Spell out for each minor beyond the differences how `minors` expands it."""
    place, found = layout.place, []
    for layer in layout.layers:
        subsets = colex(layout.columns, layer.size)
        expanded = [(rows, used) for rows in layer.rows for used in subsets]
        parents = [
            [place[(0, *rest), used[:-1]] for rest in reversed(without_each(rows))]
            for rows, used in expanded
        ]
        factors = [
            [(i - 1) * layout.columns + used[-1] for i in reversed(rows)] for rows, used in expanded
        ]
        first = layer.with_row_0.start
        terms = [
            [first + term * layer.columns + number for term in of]
            for of in layer.sums
            for number in range(layer.columns)
        ]
        found.append(
            _Layer(
                _by_term(parents, layer.size),
                _by_term(factors, layer.size),
                _by_term(terms, layer.size + 1),
                layer.with_row_0,
                layer.without_row_0,
            )
        )
    return found


def _by_term(numbers: list[list[int]], terms: int) -> Array:
    return np.ascontiguousarray(np.array(numbers, dtype=np.intp).reshape(-1, terms).T)


@lru_cache(maxsize=64)
def _bounds(layout: MinorLayout) -> Array:
    return error_bounds(layout, _UNIT, ENTRY_ERROR * _UNIT)[:, None]


def _tested(row: Array, column: Array, rounded: Array) -> tuple[Array, Array]:
    """Compare the signs of each pair of supports.

    Returns
    -------
    agreed : array ``(pairs, games)`` of int8
        4 where all signs of each player agree, -4 where those of one are reversed; else less.
    doubtful : array ``(games,)`` of bool
        Games in which some pair is neither accepted nor refused for certain.
    """
    games, m, n = row.shape
    own, other = row.transpose(1, 2, 0), column.transpose(2, 1, 0)
    doubt = rounded if rounded.any() else None
    with np.errstate(all="ignore"):
        if m == n:
            both = None if doubt is None else np.concatenate([doubt, doubt])
            signs = _signs(np.concatenate([own, other], axis=2), both).reshape(-1, games)
        else:
            signs = np.concatenate([_signs(own, doubt), _signs(other, doubt)])
    found = signs.take(_few_tables(m, n).tests, axis=0)
    low, high = np.minimum.reduce(found, axis=0), np.maximum.reduce(found, axis=0)
    total, spread = low + high, high - low
    agreed = total[0] * total[1]
    # Certain signs that differ refuse a pair whatever the other signs are.
    decided = np.maximum(spread[0], spread[1]) == 2
    decided |= np.abs(agreed) == _SURE
    return agreed, ~np.logical_and.reduce(decided, axis=0)


def _signs(payoffs: Array, rounded: Array | None) -> Array:
    """Give the certain signs of all minors and the reversed ones, ``(2 * entries, lanes)``."""
    layout = minor_layout(*payoffs.shape[:2])
    differences, largest = scaled_differences(payoffs)
    lanes, entries = payoffs.shape[2], layout.entries
    flat, table = differences.reshape(-1, lanes), np.empty((entries, lanes))
    table[0] = 1.0
    for layer in _layers(layout):
        values = table[layer.with_row_0]
        if len(layer.parents) == 1:
            values[:] = flat
        else:
            products = table.take(layer.parents, axis=0)
            products *= flat.take(layer.factors, axis=0)
            _alternate(products, values)
        if layer.terms.size:
            _alternate(table.take(layer.terms, axis=0), table[layer.without_row_0])
    bounds = _bounds(layout)
    if rounded is not None:
        bounds = bounds * widened(payoffs, largest, rounded, ENTRY_ERROR * _UNIT)
    plus, minus = (table > bounds).view(np.int8), (table < -bounds).view(np.int8)
    plus[0], minus[0] = 1, 0
    signs = np.empty((2 * entries, lanes), dtype=np.int8)
    np.subtract(plus, minus, out=signs[:entries])
    np.subtract(minus, plus, out=signs[entries:])
    return signs


def _alternate(terms: Array, total: Array) -> None:
    """Write into ``total`` the first term less the second plus the third, and so on."""
    np.subtract(terms[0], terms[1], out=total)
    for place, term in enumerate(terms[2:]):
        (np.add if place % 2 == 0 else np.subtract)(total, term, out=total)


def _place_strategies(table: Array, payoffs: Array, shape: Shape, pair: Array, game: Array) -> None:
    """Compute the mixtures of all equilibria; ``table`` holds zeros.

    Parameters
    ----------
    payoffs : array ``(games, 2, m, n)``
    pair, game : arrays ``(E,)``
    """
    static, pairs = _few_tables(*shape), support_pairs(*shape)
    flat, lanes, size = table.reshape(-1), len(pair), pairs.size.take(pair)
    for k in np.bincount(size).nonzero()[0].tolist():
        at = (size == k).nonzero()[0]
        number = pair.take(at) - pairs.first[k]
        shares: float | Array = 1.0
        if k > 1:
            place = static.cells[k].take(number, axis=3)
            place += game.take(at) * payoffs[0].size
            shares = equalising(payoffs.take(place).reshape(k, k, -1)).reshape(k, 2, -1)
        line = static.lines[k].take(number, axis=2)
        line *= lanes
        line += at
        flat[line] = shares


def _place_payoffs(table: Array, payoffs: Array, shape: Shape, pair: Array, game: Array) -> None:
    """Compute payoffs and regrets; pure equilibria are strict, so that none has a regret.

    Parameters are those of `_place_strategies`.
    """
    (m, n), static, start = shape, _few_tables(*shape), game * payoffs[0].size
    pures, earned = static.cells[1][0, 0], table[m + n : m + n + 2]
    at = (pair < pures.shape[1]).nonzero()[0]
    if len(at) < len(pair):  # the pure ones as well, which is no more calls
        earned[:], table[-1] = _of_mixed(payoffs, shape, table, game, start)
    if len(at):  # negative zeros and all
        earned[:, at] = payoffs.take(pures.take(pair.take(at), axis=1) + start.take(at))


def _of_mixed(
    payoffs: Array, shape: Shape, table: Array, game: Array, start: Array
) -> tuple[Array, Array]:
    """Compute payoffs and regrets of the strategies in a table."""
    sides = [
        Replies(
            payoffs.take(s.cells[..., None] + start), table.take(s.own, 0), table.take(s.other, 0)
        )
        for s in _few_tables(*shape).sides
    ]
    found = payoffs_and_regret_of_few(sides)
    if found is None:  # rare: payoffs near the largest double, or near each other
        own, other = payoffs.take(game, axis=0).transpose(1, 2, 3, 0)
        x, y = np.split(table[: sum(shape)], [shape[0]])
        found = payoffs_and_regret_of_two(own, other.swapaxes(0, 1), x, y)
    return found
