"""Pairs of vertices that are equilibria of games with ties, and their indices.

Where there are few pairs of vertices, all are tested at once, as bits. Else supports are paired
first: where some vertex with the one has the other among its best replies, and the other way
round. Nearly always one vertex has that support, and it is known by the union of the best replies
to all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._minors import scratch
from strategic.equilibria.enumeration._signs import bits_at, set_bits
from strategic.equilibria.enumeration._support_tables import support_pairs
from strategic.equilibria.enumeration._vertex_labels import (
    PairLines,
    pair_lines,
    place_in_order,
    transposed_pairs,
)
from strategic.equilibria.enumeration._vertices import Side

_NUMBER = np.dtype(np.int32)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of vertices that are equilibria, by line of `PairLines`.

    Parameters
    ----------
    lines : PairLines
    line, game : arrays ``(E,)``
        Ascending by line.
    x, y : arrays ``(E,)``
        Codes of their vertices; see `VertexLabels`.
    index : array ``(E,)``
        Sum of the indices of the perturbed game's equilibria that have it as their limit; unless
        all are asked for, NaN where another pair shares one of its vertices.
    degenerate, sound : arrays ``(games,)`` of bool
        Whether there is a best reply that is not used; whether indices add up to one.
    """

    lines: PairLines
    line: Array
    game: Array
    x: Array
    y: Array
    index: Array
    degenerate: Array
    sound: Array

    def part(self, lines: slice) -> slice:
        """Find the pairs of some of the lines."""
        start, stop = np.searchsorted(self.line, (lines.start, lines.stop)).tolist()
        return slice(start, stop)

    @cached_property
    def pure_actions(self) -> tuple[Array, Array]:
        """Give the actions of the first pairs, in which both are pure."""
        lines, line = self.lines, self.line[: self.part(self.lines.mixed_x).start]
        x, y = (lines.action.take(support) for support in (lines.support_x, lines.support_y))
        return x.take(line), y.take(line)

    def order(self) -> Array:
        """Sort by game, then by supports; of equal ones by best replies."""
        by_rank = np.argsort(self.lines.rank.take(self.line), kind="stable")
        game = self.game.astype(np.uint16) if len(self.sound) <= 1 << 16 else self.game
        return by_rank.take(np.argsort(game.take(by_rank), kind="stable"))


@dataclass(frozen=True, eq=False)
class _Listed:
    """Pairs without their indices, where each is found, and which share no vertex.

    ``place`` gives the first pair of each line and game, flat.
    """

    line: Array
    game: Array
    x: Array
    y: Array
    place: Array
    alone: Array


def paired_vertices(rows: Side, columns: Side, games: int, *, every_index: bool = False) -> Pairs:
    """Pair vertices of which each support is within the best replies to the other."""
    m, n = columns.labels.actions, rows.labels.actions
    lines = pair_lines(m, n)
    found = (_by_vertices if lines.vertices else _by_supports)(rows, columns, lines)
    index, sound = _indices(rows, columns, found, games, every=every_index)
    degenerate = np.zeros(games, dtype=bool)
    swapped = (found.y & ((1 << m) - 1)) << n | found.y >> m  # a reply too many is a tie
    degenerate[found.game.take(np.flatnonzero(found.x != swapped))] = True
    return Pairs(lines, found.line, found.game, found.x, found.y, index, degenerate, sound)


def _by_vertices(rows: Side, columns: Side, lines: PairLines) -> _Listed:
    """Test all pairs of vertices at once."""
    both = columns.vertices.take(lines.x, axis=0)
    both &= rows.vertices.take(lines.y, axis=0)
    line, game = set_bits(both)
    place = scratch("place", (len(lines.x) * rows.lanes,), _NUMBER)
    place[line * rows.lanes + game] = np.arange(len(line), dtype=_NUMBER)
    alone = [
        _used_once((number * rows.lanes).take(line) + game)
        for number in (lines.number_x, lines.number_y)
    ]
    x, y = lines.x.take(line), lines.y.take(line)
    return _Listed(line, game, x, y, place, np.flatnonzero(alone[0] & alone[1]))


def _once_and_twice(bits: Array) -> tuple[Array, Array]:
    """Tell where some, and where several, bits are set along the middle axis, a power of two."""
    once, twice = bits, None
    while once.shape[1] > 1:
        half = once.shape[1] // 2
        first, second = once[:, :half], once[:, half:]
        both = first & second
        twice = both if twice is None else twice[:, :half] | twice[:, half:] | both
        once = first | second
    return once[:, 0], np.zeros_like(once[:, 0]) if twice is None else twice[:, 0]


def _by_supports(rows: Side, columns: Side, lines: PairLines) -> _Listed:
    """Test pairs of supports first."""
    m, n, lanes = columns.labels.actions, rows.labels.actions, rows.lanes
    (held_x, of_x), (held_y, of_y) = (_by_support(side) for side in (columns, rows))
    both = held_x.take(lines.support_x << n | lines.support_y, axis=0)
    both &= held_y.take(lines.support_y << m | lines.support_x, axis=0)
    line, game = set_bits(both)
    at_x, at_y = (
        (support * lanes).take(line) + game for support in (lines.support_x, lines.support_y)
    )
    of_x, of_y = of_x.take(at_x), of_y.take(at_y)
    x, y = lines.x.take(line) | of_x, lines.y.take(line) | of_y
    first = np.arange(len(line), dtype=_NUMBER)
    place = scratch("place", (len(lines.x) * lanes,), _NUMBER)
    at, several = line * lanes + game, np.flatnonzero((of_x >> n) | (of_y >> m))
    unsure = []
    if len(several):  # more than one vertex has that support
        own = line.take(several)
        every, count = _every_pair(
            rows, columns, lines.support_x[own], lines.support_y[own], game.take(several)
        )
        counts = np.ones(len(line), dtype=_NUMBER)
        counts[several] = count
        source = np.repeat(first, counts)
        first = np.cumsum(counts, dtype=_NUMBER) - counts
        line, game, x, y, at_x, at_y = (a.take(source) for a in (line, game, x, y, at_x, at_y))
        again = np.repeat(first.take(several) - np.cumsum(count) + count, count)
        again += np.arange(len(again))
        x[again], y[again] = every
        unsure = [
            again[np.repeat(of.take(several) >> replies != 0, count)]
            for of, replies in ((of_x, n), (of_y, m))
        ]
    place[at] = first
    alone = [_used_once(at) for at in (at_x, at_y)]
    for once, code, some in zip(alone, (x, y), unsure, strict=False):
        _, number, count = np.unique(
            code[some] * lanes + game[some], return_inverse=True, return_counts=True
        )
        once[some] = count[number] == 1
    return _Listed(line, game, x, y, place, np.flatnonzero(alone[0] & alone[1]))


def _every_pair(
    rows: Side, columns: Side, x: Array, y: Array, game: Array
) -> tuple[tuple[Array, Array], Array]:
    """List all pairs of vertices with these supports; and how many there are of each."""
    first, of_x = _with_replies(columns, x, y, game)
    second, of_y = _with_replies(rows, y, x, game)
    count = of_x * of_y
    number = np.repeat(np.arange(len(count)), count)
    of_first, of_second = np.divmod(
        np.arange(len(number)) - (np.cumsum(count) - count)[number], of_y[number]
    )
    return (
        first[(np.cumsum(of_x) - of_x)[number] + of_first],
        second[(np.cumsum(of_y) - of_y)[number] + of_second],
    ), count


def _with_replies(side: Side, support: Array, within: Array, game: Array) -> tuple[Array, Array]:
    """Find the vertices with a support that have a set within their best replies.

    Returns their codes, by question in the order of listings, and how many each question has.
    """
    replies, lanes = side.labels.replies, side.lanes
    asked = np.flatnonzero(np.bincount(support, minlength=1))
    wanted = np.zeros((len(asked), side.held.shape[1]), dtype=np.uint64)
    line = np.searchsorted(asked, support)
    np.bitwise_or.at(wanted, (line, game >> 6), np.uint64(1) << (game & 63).astype(np.uint64))
    some = side.vertices.reshape(-1, 1 << replies, wanted.shape[1])[asked] & wanted[:, None]
    code, where = set_bits(some.reshape(-1, wanted.shape[1]))
    # Those of one support and game together, by their best replies.
    key = (code >> replies) * lanes + where
    order = np.lexsort((place_in_order(replies).take(code & ((1 << replies) - 1)), key))
    key, code = key.take(order), code.take(order)
    question = line * lanes + game
    first = np.searchsorted(key, question)
    count = np.searchsorted(key, question, side="right") - first
    number = np.repeat(np.arange(len(count)), count)
    found = np.arange(len(number)) + (first - np.cumsum(count) + count).take(number)
    right = code.take(found) & within.take(number) == within.take(number)
    number, found = number[right], found[right]
    code = (asked << replies).take(code.take(found) >> replies) | code.take(found) & (
        (1 << replies) - 1
    )
    return code, np.bincount(number, minlength=len(count))


def _indices(
    rows: Side, columns: Side, found: _Listed, games: int, *, every: bool
) -> tuple[Array, Array]:
    """Add up the indices of the perturbed games by their limits, and check them.

    Notes
    -----
    The perturbed game is not degenerate, so each of its equilibria has one basis and an index; as
    ``eps`` vanishes its strategies go to the vertices of the same basis. The index of a component
    is the sum over the equilibria that go there (Govindan and Wilson 1997).
    """
    m, n = columns.labels.actions, rows.labels.actions
    transposed, pairs, lines = transposed_pairs(m, n), support_pairs(m, n), pair_lines(m, n)
    basis, game = set_bits(rows.feasible & columns.feasible.take(transposed, axis=0))
    opposed = bits_at(rows.positive ^ columns.positive.take(transposed, axis=0), basis, game)
    sign = 1.0 - 2.0 * (opposed ^ (pairs.size % 2 == 0).take(basis))
    # That they add up to one makes their number odd.
    sound = np.bincount(game, weights=sign, minlength=games) == 1.0
    if not every:
        asked = np.zeros(games, dtype=bool)
        asked[found.game.take(found.alone)] = True
        some = np.flatnonzero(asked.take(game))
        basis, game, sign = basis.take(some), game.take(some), sign.take(some)
    x, y = columns.limits(transposed.take(basis), game), rows.limits(basis, game)
    both = x << (m + n) | y if lines.vertices else x >> n << n | y >> m
    at = found.place.take(lines.number.take(both) * rows.lanes + game)
    left = np.flatnonzero((found.x.take(at) != x) | (found.y.take(at) != y))
    while len(left):
        at[left] += 1
        left = left[(found.x[at[left]] != x[left]) | (found.y[at[left]] != y[left])]
    total = np.bincount(at, weights=sign, minlength=len(found.x))
    if every:
        return total, sound
    index = np.full(len(total), np.nan)
    index[found.alone] = total.take(found.alone)
    return index, sound


def _used_once(key: Array) -> Array:
    """Tell which keys occur once; no memory is touched but for those that occur."""
    last = scratch("last", (int(key.max(initial=0)) + 1,), _NUMBER)
    place = np.arange(len(key), dtype=_NUMBER)
    last[key] = place
    winner = last.take(key)
    again = np.flatnonzero(winner != place)
    once = np.ones(len(key), dtype=bool)
    once[again] = once[winner.take(again)] = False
    return once


def _by_support(side: Side) -> tuple[Array, Array]:
    """Tell where some vertex with a support has a set within its best replies, and which it is.

    Returns words by support and set, and per support and game the union of the best replies to
    all vertices that have it, with one more bit where these are several.
    """
    replies, supports = side.labels.replies, 1 << side.labels.actions
    held = side.vertices.reshape(supports, 1 << replies, -1).copy()
    _, twice = _once_and_twice(held)
    for action in range(replies):
        halves = held.reshape(supports, -1, 2, 1 << action, held.shape[-1])
        halves[:, :, 0] |= halves[:, :, 1]
    kind = np.uint8 if replies < 8 else np.uint16
    union = np.zeros((supports, side.lanes), dtype=kind)
    for action in range(replies + 1):
        words = twice if action == replies else held[:, 1 << action]
        octets = np.ascontiguousarray(words).view(np.uint8)
        some = np.unpackbits(octets, axis=-1, bitorder="little").astype(kind, copy=False)
        union |= np.left_shift(some, action, out=some)
    return held.reshape(-1, held.shape[-1]), union.reshape(-1)
