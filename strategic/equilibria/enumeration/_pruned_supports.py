"""Supports of equilibria from one player's signs of minors, and the other's only where needed.

The signs of one player's minors leave of each game few pairs of supports, as many as a best-reply
polytope has vertices. Of these most have a reply that another beats against all actions mixed,
which is a comparison of payoffs. What is left, one pair in two hundred at 8x8, is judged by itself,
in double precision: so the larger table of minors is never made. All of it but the last is done in
single precision, 64 games at a time.

A conditionally dominated action is in no equilibrium of these supports (Porter, Nudelman and Shoham
2008, Simple search methods for finding a Nash equilibrium, Games and Economic Behavior 63).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._planes import payoff_planes
from strategic.equilibria.enumeration._signs import WORD, bits_at, compared, set_bits, words_of
from strategic.equilibria.enumeration._support_signs import gains, judged
from strategic.equilibria.enumeration._support_tables import (
    Actions,
    SupportSets,
    colex,
    minor_layout,
    support_sets,
)

_PAIRS_AT_ONCE = 1024


class SizedSupports(NamedTuple):
    """Equilibria with ``k`` actions each, by supports, then by game: arrays ``(E,)``.

    ``rows`` and ``columns`` number the supports of the size in the order of `combinations`;
    ``opposed`` tells whether the signs of both players' minors differ.
    """

    game: Array
    rows: Array
    columns: Array
    opposed: Array


@dataclass(frozen=True, eq=False)
class SizedPairs:
    """The pairs of supports with ``k`` actions each, and the signs of minors to be compared.

    Parameters
    ----------
    rows, columns : SupportSets
        R supports of the player with the table, C of the other.
    row_masks : array ``(R,)``
        Actions as bits.
    plus, minus : arrays ``(tests, R)``
    places : array ``(tests, C)``
        The line of the sign planes that says whether a sign is plus is the sum of ``plus`` and
        ``places``; likewise for minus.
    """

    rows: SupportSets
    columns: SupportSets
    row_masks: Array
    plus: Array
    minus: Array
    places: Array


def pruned_supports(row: Array, column: Array, rounded: Array) -> tuple[list[SizedSupports], Array]:
    """Find the supports of all equilibria of games in which no sign that matters is in doubt.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs.
    rounded : array ``(games,)`` of bool
        Games whose payoffs as written are only nearest to these doubles.

    Returns
    -------
    parts : list of SizedSupports
        For each number of actions, from 1.
    left : array ``(games,)`` of bool
        Games with a sign in doubt that matters; what is listed of them does not count.
    """
    if row.shape[1] > row.shape[2]:  # the player with fewer actions has the smaller table
        sides = column.swapaxes(1, 2), row.swapaxes(1, 2)
        parts, left = pruned_supports(*sides, rounded)
        return [_swapped(part) for part in parts], left
    with np.errstate(all="ignore"):
        planes = payoff_planes(row.transpose(1, 2, 0), rounded, np.float32)
    replies = np.ascontiguousarray(column.transpose(2, 1, 0))
    beaten, of = _beaten(replies), gains(replies, rounded)
    left, parts = np.zeros(len(row), dtype=bool), []
    for size in range(1, row.shape[1] + 1):
        pairs, found = sized_pairs(*row.shape[1:], size), []
        for lanes in _candidates(pairs, planes, beaten, len(row)):
            verdict = judged(
                of, lanes.game, (pairs.rows, lanes.rows), (pairs.columns, lanes.columns)
            )
            standing = lanes.taken(verdict.lane)
            kept, known, positive = _table_signs(pairs, standing, row, rounded)
            left[standing.game[kept][~(known & verdict.sure[kept])]] = True
            opposed = positive ^ verdict.positive[kept]
            found.append((*(values[kept] for values in standing[:3]), opposed))
        parts.append(SizedSupports(*(np.concatenate(some) for some in zip(*found, strict=True))))
    return parts, left


def _swapped(part: SizedSupports) -> SizedSupports:
    """Name the players the other way round; the order is by supports of the first again."""
    order = np.lexsort((part.game, part.rows, part.columns))
    return SizedSupports(
        part.game[order], part.columns[order], part.rows[order], part.opposed[order]
    )


class _Lanes(NamedTuple):
    """Pairs of supports that the signs of the table and dominance leave, one lane each.

    ``known``: all signs of the table are certain. ``positive``: they are positive.
    """

    game: Array
    rows: Array
    columns: Array
    known: Array
    positive: Array

    def taken(self, lane: Array) -> _Lanes:
        return _Lanes(*(values.take(lane) for values in self))


def _candidates(pairs: SizedPairs, planes: Array, beaten: Array, games: int) -> Iterator[_Lanes]:
    """Give the pairs not refused yet, some supports of the table's player at a time."""
    width, (n, words) = pairs.columns.inside.shape[1], beaten.shape[1:]
    last = np.uint64((1 << (games - 1) % WORD + 1) - 1)
    beaten = beaten.reshape(-1, words)
    step = max(_PAIRS_AT_ONCE // width, 1)
    for start in range(0, len(pairs.row_masks), step):
        part = slice(start, start + step)
        signs = compared(planes, _lines(pairs, part))
        struck = n * pairs.row_masks[part, None]
        open_ = beaten.take((struck + pairs.columns.inside[0]).reshape(-1), axis=0)
        for action in pairs.columns.inside[1:]:
            open_ |= beaten.take((struck + action).reshape(-1), axis=0)
        np.invert(open_, out=open_)
        open_ &= signs.compatible
        open_[:, -1] &= last
        pair, game = set_bits(open_)
        rows = pair // width
        yield _Lanes(
            game,
            rows + start,
            pair - rows * width,
            bits_at(signs.known, pair, game),
            bits_at(signs.positive, pair, game),
        )


def _lines(pairs: SizedPairs, part: slice) -> Iterator[tuple[Array, Array]]:
    """Give the lines of the sign planes for plus and for minus, test by test."""
    for plus, minus, place in zip(pairs.plus, pairs.minus, pairs.places, strict=True):
        yield tuple((line[part, None] + place).reshape(-1) for line in (plus, minus))


def _table_signs(
    pairs: SizedPairs, lanes: _Lanes, row: Array, rounded: Array
) -> tuple[Array, Array, Array]:
    """Judge by themselves, in double precision, the lanes whose signs the table does not tell.

    Returns the lanes that stand, and for these whether the signs are certain, and positive.
    """
    kept = np.ones(len(lanes.game), dtype=bool)
    again = np.flatnonzero(~lanes.known)
    if len(again):
        some, game = np.unique(lanes.game[again], return_inverse=True)
        of = gains(row[some].transpose(1, 2, 0), rounded[some])
        rows, columns = lanes.rows[again], lanes.columns[again]
        verdict = judged(of, game, (pairs.columns, columns), (pairs.rows, rows))
        kept[again] = False
        again = again[verdict.lane]
        kept[again], lanes.known[again], lanes.positive[again] = (
            True,
            verdict.sure,
            verdict.positive,
        )
    lane = np.flatnonzero(kept)
    return lane, lanes.known[lane], lanes.positive[lane]


def _beaten(payoffs: Array) -> Array:
    """Tell which replies some other one beats against all of a set of actions.

    Parameters
    ----------
    payoffs : array ``(replies, actions, games)``

    Returns
    -------
    array ``(2**actions, replies, words)`` of uint64
        By the set as bits.

    Notes
    -----
    A payoff as written is higher if its double is: rounding keeps the order.
    """
    replies, actions, games = payoffs.shape
    higher = words_of((payoffs[None] > payoffs[:, None]).reshape(-1, games))
    higher = higher.reshape(replies, replies, actions, -1)
    by_set = np.empty((1 << actions, replies, replies, higher.shape[-1]), dtype=np.uint64)
    by_set[0] = ~np.uint64(0)
    for action in range(actions):
        some = 1 << action
        np.bitwise_and(by_set[:some], higher[:, :, action], out=by_set[some : 2 * some])
    beaten: Array = np.bitwise_or.reduce(by_set, axis=2)
    return beaten


@lru_cache(maxsize=256)
def sized_pairs(rows: int, columns: int, size: int) -> SizedPairs:
    """List the pairs of supports of one size, and where the signs to be compared stand.

    The minors are those of the player of the rows: without each column the weights, with each
    other row what it falls short.
    """
    layout = minor_layout(rows, columns)
    row_sets = list(combinations(range(rows), size))
    column_sets = list(combinations(range(columns), size))
    others = [[row for row in range(rows) if row not in i] for i in row_sets]
    first, flips, places = [], [], []
    starts, ranks = _row_starts(rows, columns, size - 1), _ranks(columns, size - 1)
    for place in range(size):
        first.append([starts[i] for i in row_sets])
        flips.append([place % 2] * len(row_sets))
        places.append([ranks[j[:place] + j[place + 1 :]] for j in column_sets])
    if size < rows:
        starts, ranks = _row_starts(rows, columns, size), _ranks(columns, size)
    for number in range(rows - size):
        joined = [tuple(sorted((*i, o[number]))) for i, o in zip(row_sets, others, strict=True)]
        first.append([starts[i] for i in joined])
        flips.append([i.index(o[number]) % 2 for i, o in zip(joined, others, strict=True)])
        places.append([ranks[j] for j in column_sets])
    flipped, line = np.array(flips), np.array(first)
    return SizedPairs(
        rows=support_sets(rows, size),
        columns=support_sets(columns, size),
        row_masks=np.array([sum(1 << action for action in i) for i in row_sets]),
        plus=line + layout.entries * flipped,
        minus=line + layout.entries * (1 - flipped),
        places=np.array(places),
    )


def _row_starts(rows: int, columns: int, size: int) -> dict[Actions, int]:
    """Say where the minors with so many columns begin, by their rows."""
    if size == 0:
        return {(row,): 0 for row in range(rows)}
    layer = minor_layout(rows, columns).layers[size - 1]
    outer = combinations(range(1, rows), size + 1)
    sets = [*((0, *inner) for inner in layer.rows), *outer]
    return {i: layer.with_row_0.start + at * layer.columns for at, i in enumerate(sets)}


def _ranks(columns: int, size: int) -> dict[Actions, int]:
    return {subset: rank for rank, subset in enumerate(colex(columns, size))}
