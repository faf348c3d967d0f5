"""Pairs of vertices that are equilibria of games with ties, and their indices.

Where there are few pairs of vertices, all are tested at once, as bits. Else supports are paired
first: where some vertex with the one has the other among its best replies, and the other way
round. Nearly always one vertex has that support, and it is known by the union of the best replies
to all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria.enumeration._minors import scratch
from strategic.equilibria.enumeration._signs import bit_keys, bits_at, games_in_order, set_bits
from strategic.equilibria.enumeration._support_tables import support_pairs
from strategic.equilibria.enumeration._vertex_labels import (
    PairLines,
    pair_lines,
    sets_in_order,
    transposed_pairs,
)
from strategic.equilibria.enumeration._vertices import Side

_NUMBER = np.dtype(np.int32)
_WORDS_AT_ONCE = 1 << 14  # for the cache
_NEAR = 3  # pairs

ISOLATED, EVERY = "isolated", "every"
"""Indices that may be asked for: of pairs that share no vertex with another, or of all."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of vertices that are equilibria, by game, then by supports, then by best replies.

    Parameters
    ----------
    game : array ``(E,)``
    x, y : arrays ``(E,)``
        Codes of their vertices; see `VertexLabels`.
    index : array ``(E,)``, optional
        Sum of the indices of the perturbed game's equilibria that have it as their limit; unless
        all are asked for, NaN where another pair shares one of its vertices.
    degenerate, sound : arrays ``(games,)`` of bool
        Whether there is a best reply that is not used; whether indices add up to one.
    """

    game: Array
    x: Array
    y: Array
    index: Array | None
    degenerate: Array
    sound: Array


@dataclass(frozen=True, eq=False)
class _Listed:
    """Pairs without their indices, ascending by ``key``, which is the game above the line.

    ``tied`` tells where some best reply is not used. Where lines are pairs of supports, equal
    numbers in ``vertices`` are the same vertex of either player in the same game; else lines tell.
    """

    key: Array
    line: Array
    game: Array
    x: Array
    y: Array
    tied: Array
    vertices: tuple[Array, Array] | None = None


class _Perturbed(NamedTuple):
    """Equilibria of perturbed games: their bases, their games and their indices, 1 or -1."""

    basis: Array
    game: Array
    sign: Array

    @classmethod
    def of(cls, feasible: Array, negative: Array) -> _Perturbed:
        """Read them from bits by basis: where one is feasible, and where its index is -1."""
        bases = len(feasible)
        digits = (2 * bases).bit_length()
        key = bit_keys([feasible & ~negative, feasible & negative], digits)
        basis = (key & ((1 << digits) - 1)).astype(np.intp)
        below = basis >= bases
        basis[below] -= bases
        return cls(basis, (key >> digits).astype(np.intp), 1.0 - 2.0 * below)


def paired_vertices(rows: Side, columns: Side, games: int, *, indices: str | None) -> Pairs:
    """Pair vertices of which each support is within the best replies to the other."""
    m, n = columns.labels.actions, rows.labels.actions
    lines = pair_lines(m, n)
    found = (_by_vertices if lines.vertices else _by_supports)(rows, columns, lines)
    index, sound = _indices(rows, columns, found, games, indices)
    degenerate = np.zeros(games, dtype=bool)
    degenerate[found.game.take(found.tied.nonzero()[0])] = True
    return Pairs(found.game, found.x, found.y, index, degenerate, sound)


def _by_vertices(rows: Side, columns: Side, lines: PairLines) -> _Listed:
    """Test all pairs of vertices at once."""

    def parts() -> Iterator[Array]:
        step = max(_WORDS_AT_ONCE // rows.held.shape[1], 1)
        for part in block_slices(len(lines.x), step):
            both = columns.vertices.take(lines.x[part], axis=0)
            both &= rows.vertices.take(lines.y[part], axis=0)
            yield both

    key, line, game = _sorted(bit_keys(parts(), lines.digits), lines)
    x, y, tied = (of.take(line) for of in (lines.x, lines.y, lines.tied))
    return _Listed(key, line, game, x, y, tied)


def _sorted(key: Array, lines: PairLines) -> tuple[Array, Array, Array]:
    """Sort keys that are in order of their lines; gives their lines and games as well."""
    key = key.take(games_in_order(key >> lines.digits))
    line = (key & ((1 << lines.digits) - 1)).astype(np.intp)
    return key, line, (key >> lines.digits).astype(np.intp)


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
    key, line, game = _sorted(bit_keys([both], lines.digits), lines)
    at_x, at_y = (
        (support * lanes).take(line) + game for support in (lines.support_x, lines.support_y)
    )
    of_x, of_y = of_x.take(at_x), of_y.take(at_y)
    x, y = lines.x.take(line) | of_x, lines.y.take(line) | of_y
    several = ((of_x >> n) | (of_y >> m)).nonzero()[0]
    if len(several):  # more than one vertex has that support
        own = line.take(several)
        every, count = _every_pair(
            rows, columns, lines.support_x[own], lines.support_y[own], game.take(several)
        )
        counts = np.ones(len(line), dtype=_NUMBER)
        counts[several] = count
        source = np.repeat(np.arange(len(line), dtype=_NUMBER), counts)
        first = np.cumsum(counts, dtype=_NUMBER) - counts
        key, line, game, x, y, at_x, at_y = (
            a.take(source) for a in (key, line, game, x, y, at_x, at_y)
        )
        again = np.repeat(first.take(several) - np.cumsum(count) + count, count)
        again += np.arange(len(again))
        x[again], y[again] = every
        for at, code, of, actions, replies in ((at_x, x, of_x, m, n), (at_y, y, of_y, n, m)):
            some = again[np.repeat(of.take(several) >> replies != 0, count)]
            number = np.unique(code[some] * lanes + game[some], return_inverse=True)[1]
            at[some] = number + (lanes << actions)
    tied = x != ((y & ((1 << m) - 1)) << n | y >> m)
    return _Listed(key, line, game, x, y, tied, (at_x, at_y))


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
    replies, words, lanes = side.labels.replies, side.held.shape[1], side.lanes
    asked = np.bincount(support).nonzero()[0]
    line = np.searchsorted(asked, support)
    wanted = np.zeros(len(asked) * words, dtype=np.uint64)
    np.bitwise_or.at(
        wanted, line * words + (game >> 6), np.uint64(1) << (game & 63).astype(np.uint64)
    )
    sets = sets_in_order(replies)
    some = side.vertices.take((asked[:, None] << replies | sets).reshape(-1), axis=0)
    some.reshape(len(asked), len(sets), words)[:] &= wanted.reshape(len(asked), 1, words)
    code, where = set_bits(some)
    own, best = np.divmod(code, len(sets))
    # Those of one support and game together; of these every question finds some.
    key = own * lanes + where
    order = np.argsort(key, kind="stable")
    key, best = key.take(order), sets.take(best.take(order))
    starts = np.diff(key, prepend=-1).nonzero()[0]
    at = scratch("starts", (2, len(asked) * lanes), _NUMBER)
    at[:, key.take(starts)] = starts, np.diff(starts, append=len(key))
    first, count = (numbers.take(line * lanes + game) for numbers in at)
    number = np.repeat(np.arange(len(count)), count)
    best = best.take(np.arange(len(number)) + np.repeat(first - np.cumsum(count) + count, count))
    within = within.take(number)
    right = (best & within == within).nonzero()[0]
    number = number.take(right)
    code = support.take(number) << replies | best.take(right)
    return code, np.bincount(number, minlength=len(count))


def _indices(
    rows: Side, columns: Side, found: _Listed, games: int, wanted: str | None
) -> tuple[Array | None, Array]:
    """Add up the indices of the perturbed games by their limits, if wanted, and check their sum.

    Notes
    -----
    The perturbed game is not degenerate, so each of its equilibria has one basis and an index; as
    ``eps`` vanishes its strategies go to the vertices of the same basis. The index of a component
    is the sum over the equilibria that go there (Govindan and Wilson 1997). An equilibrium without
    ties is the limit of one only, that of its own supports; and it shares no vertex, as neither
    player has another answer to the other's mixture.
    """
    m, n = columns.labels.actions, rows.labels.actions
    lines, transposed = pair_lines(m, n), transposed_pairs(m, n)
    feasible = rows.feasible & columns.feasible.take(transposed, axis=0)
    # The index is (-1)**(k+1) times both players' signs.
    negative = rows.positive ^ columns.positive.take(transposed, axis=0)
    even = support_pairs(m, n).size % 2 == 0
    np.bitwise_not(negative, out=negative, where=even[:, None])
    perturbed = _Perturbed.of(feasible, negative)
    # That they add up to one makes their number odd.
    sound = np.bincount(perturbed.game, weights=perturbed.sign, minlength=games) == 1.0
    if wanted is None:
        return None, sound
    if wanted == EVERY:
        return _by_limits(rows, columns, found, perturbed), sound
    index, plain = np.full(len(found.x), np.nan), (~found.tied).nonzero()[0]
    index[plain] = 1.0
    of = lines.basis.take(found.line.take(plain))
    mixed = (of >= m * n).nonzero()[0]  # pure ones, which come first, have index 1
    plain, of = plain.take(mixed), of.take(mixed)
    index[plain] -= 2.0 * bits_at(negative, of, found.game.take(plain))
    others = _alone(found, lines, games)
    if len(others):
        asked = np.zeros(games, dtype=bool)
        asked[found.game.take(others)] = True
        some = asked.take(perturbed.game).nonzero()[0]
        perturbed = _Perturbed(*(numbers.take(some) for numbers in perturbed))
        index[others] = _by_limits(rows, columns, found, perturbed).take(others)
    return index, sound


def _by_limits(rows: Side, columns: Side, found: _Listed, perturbed: _Perturbed) -> Array:
    """Add up indices at the pairs of vertices that are the limits of perturbed equilibria."""
    basis, game, sign = perturbed
    m, n = columns.labels.actions, rows.labels.actions
    lines = pair_lines(m, n)
    x, y = columns.limits(transposed_pairs(m, n).take(basis), game), rows.limits(basis, game)
    key = lines.number.take(x << (m + n) | y if lines.vertices else x >> n << n | y >> m)
    key += game.astype(np.uint32) << lines.digits
    at = found.key.searchsorted(key)
    left = ((found.x.take(at) != x) | (found.y.take(at) != y)).nonzero()[0]
    while len(left):
        at[left] += 1
        left = left[(found.x[at[left]] != x[left]) | (found.y[at[left]] != y[left])]
    return np.bincount(at, weights=sign, minlength=len(found.x))


def _alone(found: _Listed, lines: PairLines, games: int) -> Array:
    """Find the pairs with ties that share no vertex with another pair of their game."""
    left = found.tied.copy()
    for apart in range(1, _NEAR + 1):  # nearly all others share one with a pair listed near them
        same = found.x[apart:] == found.x[:-apart]
        same |= found.y[apart:] == found.y[:-apart]
        same &= found.game[apart:] == found.game[:-apart]
        np.logical_not(same, out=same)
        left[apart:] &= same
        left[:-apart] &= same
    lanes = left.nonzero()[0]
    asked = np.zeros(games, dtype=bool)
    asked[found.game.take(lanes)] = True
    some = asked.take(found.game).nonzero()[0]
    if found.vertices is None:
        line, game = found.line.take(some), found.game.take(some)
        numbers = lines.number_x, lines.number_y
        vertices = [number.take(line) + game * len(number) for number in numbers]
    else:
        vertices = [vertex.take(some) for vertex in found.vertices]
    once, other = (_used_once(vertex) for vertex in vertices)
    once &= other
    once &= found.tied.take(some)
    alone: Array = some[once]
    return alone


def _used_once(key: Array) -> Array:
    """Tell which keys occur once; no memory is touched but for those that occur."""
    last = scratch("last", (int(key.max(initial=0)) + 1,), _NUMBER)
    place = np.arange(len(key), dtype=_NUMBER)
    last[key] = place
    winner = last.take(key)
    again = (winner != place).nonzero()[0]
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
    words = union.view(np.uint64)
    for action in range(replies + 1):
        bits = np.ascontiguousarray(twice if action == replies else held[:, 1 << action])
        some = np.unpackbits(bits.view(np.uint8), axis=-1, bitorder="little").astype(
            kind, copy=False
        )
        # Several at once: no bit leaves its number.
        words |= some.view(np.uint64) << np.uint64(action)
    return held.reshape(-1, held.shape[-1]), union.reshape(-1)
