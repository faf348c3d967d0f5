"""A walk over all vertices of best-reply polyhedra, many games at once.

The mixtures x of a player with ``d`` actions, and the payoff v at least as high as every reply of
the other earns against x, form a polyhedron in ``(x, v)``. It has ``d + e`` facets, the *labels*:
action i is not used (label i), or reply j earns v (label d + j). Without ties exactly ``d`` labels
are tight at a vertex, and each of the ``d`` edges that leave it gives up one of them for another.

A vertex comes as a *dictionary*: the slacks of all labels, and v, as affine functions of the slacks
of the tight ones. The walk goes from a pure action over all edges, level by level. It is in plain
doubles and proves nothing: `_verified_mixtures` checks each vertex by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log2

import numpy as np

from strategic.arrays import Array

_CODE_BITS = 63
_CELLS = 1 << 18  # of the dictionaries of a chunk
_FEWEST = 16  # vertices of a chunk
_TERMS = 1 << 13  # numbers that a pivot makes at once
_ONE = np.uint64(1)


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some vertices at one distance from the start, as many as stay in the cache.

    Parameters
    ----------
    game : array ``(F,)`` of int
        The game of each vertex.
    tight : array ``(d, F)`` of int
        The labels of its basis.
    table : array ``(d + e + 1, d + 1, F)``
        The slack of each label, and v in the last row: the constant, then the coefficients of the
        slacks of the tight labels.
    """

    game: Array
    tight: Array
    table: Array

    def edges(self) -> tuple[Array, Array, Array]:
        """Find which label each edge leads to, whether it leads to any, and whether it must."""
        d = len(self.tight)
        entering, ends = _ratio_test(self.table)
        # The one edge that ends nowhere gives up the last reply: v grows and x stays.
        replies = self.tight >= d
        return entering, ends, ~(replies & (replies.sum(axis=0) == 1))


@dataclass(frozen=True)
class Numbering:
    """Numbers for the vertices of a block of games: the game, then the tight labels below it.

    Labels are a set of bits or, where that is shorter, sorted digits.
    """

    actions: int
    replies: int

    @property
    def bits(self) -> int:
        """How many bits tell the vertices of a game apart."""
        return min(self.actions + self.replies, self.actions * self._digit)

    @property
    def games(self) -> int:
        """How many games can be numbered together."""
        return 1 << max(_CODE_BITS - self.bits, 0)

    @property
    def _digit(self) -> int:
        return ceil(log2(self.actions + self.replies))

    @property
    def _by_bits(self) -> bool:
        return self.bits == self.actions + self.replies

    def of(self, game: Array, tight: Array) -> Array:
        """Give the numbers of vertices."""
        if self._by_bits:
            labels = (_ONE << tight.astype(np.uint64)).sum(axis=0, dtype=np.uint64)
        else:
            labels = np.zeros(len(game), dtype=np.uint64)
            for label in np.sort(tight, axis=0):
                labels = labels << np.uint64(self._digit) | label.astype(np.uint64)
        return np.asarray(game.astype(np.uint64) << np.uint64(self.bits) | labels)

    def after(self, game: Array, tight: Array, place: Array, entering: Array) -> Array:
        """Give the numbers once one label of each vertex has given way to another."""
        tight[place, np.arange(len(game))] = entering
        return self.of(game, tight)


def walk(gains: Array, given_up: Array) -> Iterator[Chunk]:
    """Visit all vertices of the best-reply polyhedra of a block of games.

    Parameters
    ----------
    gains : array ``(e, d, games)``
        What each reply of the other player earns against each action of the player who mixes; one
        best reply to action 0. At most as many games as `Numbering` can tell apart.
    given_up : array ``(games,)`` of bool
        Games to leave out from here on; set here and outside while the walk goes on. Doubles that
        have gone astray may lead to vertices that are none, without end.

    Notes
    -----
    An edge leads one level down, up, or to the same level. So a vertex reached is new unless it is
    on this level or on the one before, and nothing else has to be remembered.
    """
    e, d, _ = gains.shape
    numbering, lanes = Numbering(d, e), max(_CELLS // ((d + e + 1) * (d + 1)), _FEWEST)
    start = _start(gains)
    level = [_part(start, slice(k, k + lanes)) for k in range(0, len(start.game), lanes)]
    code = numbering.of(start.game, start.tight)
    known, before = np.sort(code), np.empty(0, dtype=np.uint64)
    while level:
        edges = []
        for chunk in level:
            entering, ends, must = chunk.edges()
            given_up[chunk.game[(must & ~ends).any(axis=0)]] = True
            yield chunk
            place, parent = np.nonzero(must & ends & ~given_up[chunk.game])
            by_parent = np.argsort(parent, kind="stable")
            place, parent = place[by_parent], parent[by_parent]
            edges.append((place, parent, entering[place, parent]))
        after = np.concatenate(
            [
                numbering.after(
                    chunk.game[parent], chunk.tight.take(parent, axis=1), place, entering
                )
                for chunk, (place, parent, entering) in zip(level, edges, strict=True)
            ]
        )
        code, first = _different(after)
        fresh = ~(_among(code, before) | _among(code, known))
        before, known, first = known, code[fresh], np.sort(first[fresh])
        below: list[Chunk] = []
        end = 0
        for chunk, some in zip(level, edges, strict=True):
            begin, end = end, end + len(some[0])
            chosen = first[np.searchsorted(first, begin) : np.searchsorted(first, end)] - begin
            below += [
                _next(chunk, *(values[chosen[k : k + lanes]] for values in some))
                for k in range(0, len(chosen), lanes)
            ]
        level = below


def _part(chunk: Chunk, part: slice) -> Chunk:
    return Chunk(chunk.game[part], chunk.tight[:, part], chunk.table[:, :, part].copy())


def _next(chunk: Chunk, place: Array, parent: Array, entering: Array) -> Chunk:
    """Follow some edges to the vertices at their other ends."""
    tight = chunk.tight.take(parent, axis=1)
    tight[place, np.arange(len(parent))] = entering
    return Chunk(chunk.game[parent], tight, _pivoted(chunk.table, parent, entering, place))


def _start(gains: Array) -> Chunk:
    """Give the vertex of every game at which action 0 is played and its best reply is tight."""
    e, d, games = gains.shape
    best, lanes = gains[:, 0].argmax(axis=0), np.arange(games)
    tight = np.empty((d, games), dtype=np.intp)
    tight[:-1], tight[-1] = np.arange(1, d)[:, None], d + best
    table = np.zeros((d + e + 1, d + 1, games))
    # With x_0 = 1 - sum x_i, a reply is worth its gain against action 0 plus the rest times x_i.
    table[0, 0], table[0, 1:-1] = 1.0, -1.0
    table[np.arange(1, d), np.arange(1, d)] = 1.0
    top = gains[best, :, lanes].T
    lost = top - gains
    table[d:-1, 0], table[d:-1, 1:-1], table[d:-1, -1] = lost[:, 0], lost[:, 1:] - lost[:, :1], 1.0
    table[-1, 0], table[-1, 1:-1], table[-1, -1] = top[0], top[1:] - top[0], 1.0
    return Chunk(lanes, tight, table)


def _ratio_test(table: Array) -> tuple[Array, Array]:
    """Find which label's slack vanishes first on each edge, and whether one does."""
    # The smallest constant / -slope is the largest -slope / constant: one product per slope. The
    # slack of a tight label is itself, and never vanishes. A constant of zero elsewhere is a tie,
    # and what becomes of it here does not matter, as no tie is certified.
    labels = len(table) - 1
    with np.errstate(all="ignore"):
        speed = table[:-1, 1:] * (-1.0 / table[:-1, :1])
    # The largest in one pass, with its place: the last bits of a number give way to its label, and
    # as integers numbers are in the same order (negative ones in some order below zero).
    low = np.int64((1 << (labels - 1).bit_length()) - 1)
    keys = speed.view(np.int64)
    keys &= ~low
    keys |= np.arange(labels)[:, None, None]
    largest = keys.max(axis=0)
    return largest & low, largest > low


def _pivoted(table: Array, parent: Array, entering: Array, place: Array) -> Array:
    """Exchange one tight label for another in the dictionaries of some vertices."""
    table, lanes, column = table.take(parent, axis=2), np.arange(len(parent)), place + 1
    line, factor = table[entering, :, lanes].T.copy(), table[:, column, lanes]
    factor = factor / line[column, lanes]
    rows = max(_TERMS // max(line.size, 1), 1)
    terms = np.empty((min(rows, len(table)), *line.shape))
    for start in range(0, len(table), rows):
        part, shares = table[start : start + rows], factor[start : start + rows, None]
        part -= np.multiply(line, shares, out=terms[: len(part)])
    table[:, column, lanes] = factor
    # What must be zero or one is: rounding there would be taken for a slope.
    table[entering, :, lanes] = 0.0
    table[entering, column, lanes] = 1.0
    return table


def _different(codes: Array) -> tuple[Array, Array]:
    """List the different codes, ascending, and one place of each."""
    shift = max(len(codes) - 1, 1).bit_length()
    if len(codes) and int(codes.max()) >> (64 - shift):
        return np.unique(codes, return_index=True)
    # With the place below the code, plain numbers are sorted, which is several times faster.
    keys = np.sort(codes << np.uint64(shift) | np.arange(len(codes), dtype=np.uint64))
    sorted_codes = keys >> np.uint64(shift)
    new = np.ones(len(codes), dtype=bool)
    new[1:] = sorted_codes[1:] != sorted_codes[:-1]
    places = keys[new] & np.uint64((1 << shift) - 1)
    return sorted_codes[new], places.astype(np.intp)


def _among(values: Array, ascending: Array) -> Array:
    """Tell which values occur in an ascending array."""
    if not len(ascending):
        return np.zeros(len(values), dtype=bool)
    at = np.searchsorted(ascending, values).clip(max=len(ascending) - 1)
    return np.asarray(ascending[at] == values)
