"""Equilibria of a few games in as few calls as possible: all minors and all tests at once.

The sums, bounds and tests are those of many games, in the same order, so that answers are the same
to the last bit; only here the calls, not the sums, take the time. So both players' minors are lines
of one table, a layer of them is gathered in one go by static numbers, and all supports are tested,
and all mixtures of up to four actions computed, together.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._equilibrium_blocks import (
    COUNT,
    SUPPORTS,
    EquilibriumBlock,
    TableForm,
)
from strategic.equilibria.enumeration._few_minors import fill, in_lanes, scaled, side_by_side
from strategic.equilibria.enumeration._few_payoffs import payoffs_of_few
from strategic.equilibria.enumeration._few_signs import judged, lanes_of
from strategic.equilibria.enumeration._few_tables import FewTables, few_tables
from strategic.equilibria.enumeration._mixtures import equal_shares, padded_mixtures
from strategic.equilibria.enumeration._plain_equilibria import plain_table
from strategic.equilibria.enumeration._planes import (
    ENTRY_ERROR,
    PRECISIONS,
    widened,
)
from strategic.equilibria.enumeration._support_tables import prunes, support_pairs
from strategic.equilibria.enumeration._tied_games import crowded
from strategic.status import Status

Shape = tuple[int, int]
_SINGLE = 7  # equilibria: of fewer, plain numbers are added up before arrays are made
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
    static, payoffs = few_tables(m, n), side_by_side(row, column)
    lanes = in_lanes(payoffs, lanes_of(games, static))
    minors, largest = scaled(lanes, static)
    fill(minors, static)
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
    table = np.zeros((form.lines, len(number)))
    start = number * payoffs.shape[1]
    pures = _place_strategies(table, payoffs, static, pair, start)
    if want is None:
        table[-2] = index
        _place_payoffs(table, payoffs, static, pair, start, mixed=pures < len(number))
    return EquilibriumBlock(count, table), status


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
    wide[: static.abreast] = 0.0  # the number one
    return wide, -wide


def _place_strategies(
    table: Array, payoffs: Array, static: FewTables, pair: Array, start: Array
) -> int:
    """Compute the mixtures of all equilibria; ``table`` holds zeros.

    Parameters
    ----------
    payoffs : array ``(games, 2 m n + 2)``
    pair, start : arrays ``(E,)``
        The supports, and where the payoffs of its game begin.

    Returns
    -------
    int
        How many of them are pure.
    """
    flat, lanes, done = table.reshape(-1), len(pair), 0
    size = static.size.take(pair)
    of_size = np.bincount(size, minlength=2).tolist()
    if len(of_size) > 2:
        most = len(static.small_cells)
        used = sum(count * (k if k <= most else 1) for k, count in enumerate(of_size))
        place = static.small_cells.take(pair, axis=3)
        place += start
        shares, sure = padded_mixtures(payoffs.take(place), 2 * used)
        if sure:
            line = static.small_lines.take(pair, axis=2)
            line *= lanes
            line += np.arange(lanes)
            flat[line] = shares
            done = most
    for k in range(done + 1, len(of_size)):
        if not of_size[k]:
            continue
        at = (size == k).nonzero()[0]
        number = pair.take(at)
        number -= static.first[k]
        line = static.cell_lines[k].take(number, axis=2)
        line *= lanes
        line += at
        if k == 1:
            flat[line] = 1.0
            continue
        place = static.cells[k].take(number, axis=3)
        place += start.take(at)
        flat[line] = equal_shares(payoffs.take(place).reshape(k, k, -1)).reshape(k, 2, -1)
    return int(of_size[1])


def _place_payoffs(
    table: Array, payoffs: Array, static: FewTables, pair: Array, start: Array, *, mixed: bool
) -> None:
    """Compute payoffs and regrets; pure equilibria are strict, so that none has a regret.

    Other parameters are those of `_place_strategies`; ``mixed`` says whether some are not pure.
    """
    end, pures = sum(static.shape), static.cells[1][0, 0]
    earned = table[end : end + 2]
    if mixed:  # the pure ones as well, which is no more calls
        earned[:], table[-1] = payoffs_of_few(table, payoffs, static, start)
        if np.count_nonzero(earned) == earned.size:
            return
    at = (pair < pures.shape[1]).nonzero()[0]  # negative zeros and all
    earned[:, at] = payoffs.take(pures.take(pair.take(at), axis=1) + start.take(at))
