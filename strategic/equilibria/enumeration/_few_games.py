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

_MOST = 900  # games times actions: measured from 2x3 to 6x6
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
        status = np.full(games, Status.NOT_FINISHED, dtype=np.int8)
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
    status = np.where(left, Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    if left.any():
        kept = (~left).take(number).nonzero()[0]
        number, pair, index = number.take(kept), pair.take(kept), index.take(kept)
        count[left] = 0
    if want == COUNT:
        return EquilibriumBlock(count, form.empty(len(number))), status
    if want == SUPPORTS:
        return EquilibriumBlock(count, support_pairs(m, n).used.take(pair, axis=1)), status
    table = np.zeros((form.lines, len(number)))
    _place_strategies(table, (row, column), pair, number)
    if want is None:
        table[-2] = index
        _place_payoffs(table, (row, column), pair, number)
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
class _FewTables:
    """Static tables of one shape.

    Parameters
    ----------
    lines : array ``(tests, 2, pairs)`` of int
        For each test and player the line of the signs, of which there are plain ones and reversed
        ones of each minor: of both players in turn if the game is square, else the row player's
        first.
    parity : array ``(pairs,)``
        The factor that turns products of signs into indices.
    """

    lines: Array
    parity: Array


@lru_cache(maxsize=64)
def _few_tables(rows: int, columns: int) -> _FewTables:
    tests = sign_tests(rows, columns)
    lines = np.empty((max(rows, columns), 2, len(tests[0].minor)), dtype=np.intp)
    for player, of in enumerate(tests):
        lines[:, player] = of.positive[0]  # once more does no harm
        lines[: len(of.positive), player] = of.positive
    if rows == columns:
        lines = 2 * lines + np.arange(2)[:, None]
    else:
        lines[:, 1] += 2 * minor_layout(rows, columns).entries
    even = support_pairs(rows, columns).size % 2 == 0
    return _FewTables(np.ascontiguousarray(lines), np.where(even, -1.0, 1.0) / _SURE)


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
    found = signs.take(_few_tables(m, n).lines, axis=0)
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


def _place_strategies(table: Array, payoffs: tuple[Array, Array], pair: Array, game: Array) -> None:
    """Compute the mixtures of all equilibria; ``table`` holds zeros."""
    (row, column), (_, m, n) = payoffs, payoffs[0].shape
    pairs = support_pairs(m, n)
    first, lanes = pairs.first.tolist(), len(pair)
    pure = pair < first[2]
    at = pure.nonzero()[0]
    flat = table.reshape(-1)
    if len(at):
        number = pair.take(at)
        flat[pairs.row_lanes[1][0].take(number) * lanes + at] = 1.0
        flat[(pairs.column_lanes[1][0].take(number) + m) * lanes + at] = 1.0
    if len(at) == lanes:
        return
    size = pairs.size.take(pair)
    for k in range(2, len(first) - 1):
        at = (size == k).nonzero()[0]
        if not len(at):
            continue
        number = pair.take(at) - first[k]
        rows = pairs.row_lanes[k].take(number, axis=1)
        columns = pairs.column_lanes[k].take(number, axis=1)
        line = rows * n + game.take(at) * (m * n)
        place = line[:, None] + columns
        # Both players' payoffs cut to the supports, side by side; the column player's transposed.
        tables = np.empty((k, k, 2 * len(at)))
        tables[..., : len(at)] = row.reshape(-1).take(place)
        tables[..., len(at) :] = column.reshape(-1).take(place).swapaxes(0, 1)
        shares = equalising(tables)
        flat[(columns + m) * lanes + at] = shares[:, : len(at)]
        flat[rows * lanes + at] = shares[:, len(at) :]


def _place_payoffs(table: Array, payoffs: tuple[Array, Array], pair: Array, game: Array) -> None:
    """Compute payoffs and regrets; pure equilibria are strict, so that none has a regret."""
    (row, column), (_, m, n) = payoffs, payoffs[0].shape
    pairs = support_pairs(m, n)
    mixed = (pair >= pairs.first[2]).nonzero()[0]
    if len(mixed) < len(pair):
        actions = pairs.row_lanes[1][0] * n + pairs.column_lanes[1][0]
        cell = actions.take(pair, mode="clip") + game * (m * n)
        row.reshape(-1).take(cell, out=table[m + n], mode="clip")
        column.reshape(-1).take(cell, out=table[m + n + 1], mode="clip")
    if len(mixed):
        number = game.take(mixed)
        own = row.take(number, axis=0).transpose(1, 2, 0)
        other = column.take(number, axis=0).transpose(2, 1, 0)
        sides = table[: m + n].take(mixed, axis=1)
        earned, regret = payoffs_and_regret_of_two(own, other, sides[:m], sides[m:])
        table[m + n : m + n + 2, mixed] = earned
        table[-1, mixed] = regret
