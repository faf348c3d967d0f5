"""Vertices of best-reply polytopes, found by adding replies one by one, many games at once.

The mixtures x of a player with ``d`` actions, and the payoffs v at least as high as every reply of
the other earns against x and at most 2, more than any does, form a polytope in ``(x, v)``. Its
facets are its *labels*: action i is not used, v is 2, or reply j earns v. Without ties exactly
``d`` labels are tight at a vertex, and each of the ``d`` edges that leave it gives up one of them.

A new reply cuts off the vertices at which it earns more than v. A new vertex stands on each edge
between one cut off and one kept, and two new ones are neighbours if they share all labels but two
(Motzkin, Raiffa, Thompson and Thrall 1953, The double description method). All slacks there are
averages of those at the ends of the edge: a few numbers instead of the dictionary of a pivot.

Proof comes with the neighbours. The share at which an edge is cut is taken for what it is once
rounded; so a vertex made is exactly an average of two others, its slacks are off by no more than
theirs and three roundings, and those of its own labels are zero but for as much. Let that error be
E, z the vertex made, z_l its neighbours and s_l the slack of the label l given up there. Where
labels are tight indeed is ``z + sum c_l (z_l - z) / s_l``. The equations for c are those of the
identity but for ``2 E / s_l`` in column l, and their right-hand side is at most E. So with
``sum 2 E / s_l < 1/2`` there is one solution, at most 2 E each, and it moves a slack f by at most
``2 E sum |f(z_l) - f(z)| / s_l``. If all slacks but those of its labels outlast that, this is a
vertex of the true polytope, and no other label is tight there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.sizes import walked_vertices

UNIT = 2.0**-53
_ONE = np.uint64(1)
_TOP = 2.0
_STEP_ERROR = 13.5 * UNIT  # of a slack per reply: differences of at most 5, slacks of at most 3
_MOST_CHANGE = 5.0  # of a slack along an edge
_MOST_DOUBT = 0.01  # so that a slack bounded by its margin is right to 2 in 100
_CACHED = 1 << 14  # slacks computed in one go
_CELLS = 1_000_000  # of the tables of polytopes handled at once, roughly: they stay in the cache


@dataclass(frozen=True, eq=False)
class Vertices:
    """The vertices of the best-reply polytopes of some games.

    Parameters
    ----------
    game : array ``(V,)`` of int
    labels : array ``(V,)`` of uint64
        Bits of the tight labels: actions, then replies.
    certain : array ``(V,)`` of bool
        Whether it is certainly a vertex, with no other label tight.
    given_up : array ``(games,)`` of bool
        Games whose vertices do not fit together, because doubles have gone astray.
    """

    game: Array
    labels: Array
    certain: Array
    given_up: Array

    def of_games(self, start: int, stop: int) -> Vertices:
        """Select some of the games, and number them from zero."""
        here = np.flatnonzero((self.game >= start) & (self.game < stop))
        return Vertices(
            self.game[here] - start,
            self.labels[here],
            self.certain[here],
            self.given_up[start:stop],
        )

    @classmethod
    def joined(cls, parts: Sequence[Vertices]) -> Vertices:
        """Put blocks of games one after the other."""
        starts = np.cumsum([0, *(len(part.given_up) for part in parts[:-1])])
        return cls(
            np.concatenate([part.game + start for part, start in zip(parts, starts, strict=True)]),
            np.concatenate([part.labels for part in parts]),
            np.concatenate([part.certain for part in parts]),
            np.concatenate([part.given_up for part in parts]),
        )


def envelope_vertices(gains: Array, doubt: Array) -> Vertices:
    """Find all vertices of the best-reply polytopes of a block of games.

    Parameters
    ----------
    gains : array ``(games, e, d)``
        What each reply of the other player earns against each action; entries of at most 1.
    doubt : array ``(games,)``
        How far an entry may be from the true one.

    Notes
    -----
    If all vertices of a game are certain, none is missing: each of their edges leads to another of
    them, and the graph of a polytope is connected (Balinski 1961).
    """
    games, e, d = gains.shape
    # Of random games less than half of the largest number of vertices is made.
    reserve = 2 * d + walked_vertices((d, e)) // 2
    most = min(max(_CELLS // (reserve * (2 * d + e)), 1), games)
    growing, parts = _Growing(d, e, most * reserve), []
    for start in range(0, games, most):
        part = slice(start, start + most)
        growing.start(np.ascontiguousarray(gains[part].transpose(1, 2, 0)))
        for reply in range(1, e):
            growing.add(reply)
        parts.append(growing.vertices(doubt[part]))
    return Vertices.joined(parts)


class _Growing:
    """Vertices while replies are added, one per slot; those cut off keep theirs.

    The labels of a vertex are bits: actions, v at most 2, replies, then the number of the game;
    no bits once it is cut off. ``adjacent`` holds its neighbours in the order of the labels given
    up, ``slack`` the slacks of actions and replies, exactly zero where they are tight.
    """

    def __init__(self, actions: int, replies: int, room: int) -> None:
        self.actions, self.replies = actions, replies
        self.labels = np.uint64(actions + replies + 1)
        self.most = walked_vertices((actions, replies + 1))  # with the facet at the top
        self.code = np.empty(room, dtype=np.uint64)
        self.slack = np.empty((actions + replies, room))
        self.adjacent = np.empty((room, actions), dtype=np.int32)

    def start(self, gains: Array) -> None:
        """Put in the pure actions of some games, against reply 0 and at the top."""
        _, d, games = gains.shape
        self.used = used = 2 * d * games
        self.checked = len(self.code)
        self.given_up = np.zeros(games, dtype=bool)
        slack = self.slack[:, :used].reshape(-1, 2, d, games)
        slack[:d] = np.eye(d)[:, None, :, None]
        np.subtract(gains[0], gains, out=slack[d:, 0])
        np.subtract(_TOP, gains, out=slack[d:, 1])
        bits = _ONE << np.arange(d + 2, dtype=np.uint64)
        number = np.arange(games, dtype=np.uint64) << self.labels
        code = self.code[:used].reshape(2, d, games)
        unused = bits[:d].sum() - bits[:d]
        code[:] = (unused | bits[[d + 1, d]][:, None])[:, :, None] | number
        slots = np.arange(used, dtype=np.int32).reshape(2, d, games)
        adjacent = self.adjacent[:used].reshape(2, d, games, d)
        others = np.nonzero(~np.eye(d, dtype=bool))[1].reshape(d, d - 1)
        adjacent[..., :-1] = slots[:, others].swapaxes(2, 3)
        adjacent[..., -1] = slots[::-1]

    def add(self, reply: int) -> None:
        """Cut off the vertices at which a reply earns more, and close the gap."""
        if self.used > self.checked:  # more than there was room for
            # Where doubles go astray without a sign of it, vertices could come without end.
            alive = self.code[: self.used]
            alive = (alive[alive != 0] >> self.labels).view(np.intp)
            self._give_up(np.flatnonzero(np.bincount(alive) > self.most))
            self.checked = 2 * self.used
        d, slack = self.actions, self.slack[self.actions + reply, : self.used]
        cut = np.flatnonzero(slack < 0)
        ends = self.adjacent.take(cut, axis=0).reshape(-1)
        height = slack.take(ends)
        edge = np.flatnonzero(height >= 0)
        if not len(edge):
            return
        kept, gone = ends.take(edge).astype(np.intp), cut.take(edge // d)
        share = slack.take(gone)
        share /= share - height.take(edge)
        new = self._slots(len(edge))
        step = _CACHED // len(edge) + 1
        for first in range(0, len(self.slack), step):
            lines = self.slack[first : first + step]
            start, slacks = lines.take(gone, axis=1), lines.take(kept, axis=1)
            slacks -= start
            slacks *= share
            slacks += start
            lines[:, new] = slacks
        self.slack[d + reply, new] = 0.0
        for later in self.slack[d + reply + 1 :]:
            later[cut] = np.inf
        before, common = self.code.take(kept), self.code.take(gone)
        common &= before
        np.bitwise_or(common, _ONE << np.uint64(d + 1 + reply), out=self.code[new])
        self.code[cut] = 0
        # The label that the vertex kept gives up there, and how many of its labels are lower.
        before ^= common
        before -= _ONE
        before &= common
        kept *= d
        kept += np.bitwise_count(before)
        self._join(common, kept, new)

    def _slots(self, count: int) -> slice:
        """Take free slots, and make more where there are none left."""
        new = slice(self.used, self.used + count)
        self.used = new.stop
        while len(self.code) < new.stop:
            self.code = np.concatenate([self.code, np.empty_like(self.code)])
            self.slack = np.concatenate([self.slack, np.empty_like(self.slack)], axis=1)
            self.adjacent = np.concatenate([self.adjacent, np.empty_like(self.adjacent)])
        return new

    def _join(self, common: Array, kept: Array, new: slice) -> None:
        """Tell new vertices and those kept which are neighbours.

        Two new ones are if they share all labels but two.
        """
        d, adjacent = self.actions, self.adjacent.reshape(-1)
        adjacent[kept] = np.arange(new.start, new.stop, dtype=np.int32)
        self.adjacent[new, -1] = kept // d
        shift = np.uint64((d * self.used).bit_length())
        # What is left of the labels once the lowest are taken away.
        left = np.empty((d, len(common)), dtype=np.uint64)
        np.left_shift(common, shift, out=left[0])
        for q in range(1, d):
            np.subtract(left[q - 1], _ONE, out=left[q])
            left[q] &= left[q - 1]
        # All labels but one, and below them where the neighbour is to be written.
        whole = self.code[new] << shift
        whole |= np.arange(d * new.start, d * new.stop, d, dtype=np.uint64)
        keys = left[:-1]
        keys ^= left[1:]
        keys ^= whole
        keys += np.arange(d - 1, dtype=np.uint64)[:, None]
        keys = keys.reshape(-1)
        keys.sort()
        apart = _ONE << shift
        if (
            len(keys) % 2
            or ((keys[::2] ^ keys[1::2]) >= apart).any()
            or ((keys[1:-1:2] ^ keys[2::2]) < apart).any()
        ):
            keys = self._in_pairs(keys, shift)
        keys &= apart - _ONE
        slot = keys.astype(np.uint32)
        slot //= np.uint32(d)
        partner = np.empty(len(keys), dtype=np.int32)
        partner[::2], partner[1::2] = slot[1::2], slot[::2]
        adjacent[keys.view(np.intp)] = partner

    def _in_pairs(self, keys: Array, shift: np.uint64) -> Array:
        """Give up the games in which neighbours do not come in pairs."""
        edge, count = np.unique(keys >> shift, return_counts=True)
        lost = np.unique(edge[count != 2] >> self.labels)
        self._give_up(lost.view(np.intp))
        return keys[~np.isin(keys >> (shift + self.labels), lost)]

    def _give_up(self, games: Array) -> None:
        """Leave some games as they are: nothing is cut off any more."""
        self.given_up[games] = True
        number = (self.code[: self.used] >> self.labels).view(np.intp)
        self.slack[:, np.flatnonzero(np.isin(number, games))] = np.inf

    def vertices(self, doubt: Array) -> Vertices:
        """Judge the vertices that are left: first by the least slack in all of a game."""
        d, code = self.actions, self.code[: self.used]
        at_top = code & (_ONE << np.uint64(d)) != 0
        lost = self.given_up.take((code >> self.labels).view(np.intp))
        alive = np.flatnonzero((code != 0) & ~at_top & ~lost)
        # The smallest slack that is not zero. As whole numbers doubles have the same order, and
        # one less than zero is the largest of them.
        smallest = np.full(self.used, 2**64 - 1, dtype=np.uint64)
        positive = np.zeros(self.used, dtype=np.int16)
        less, above = np.empty_like(smallest), np.empty(self.used, dtype=bool)
        for line in self.slack[:, : self.used]:
            np.subtract(line.view(np.uint64), _ONE, out=less)
            np.minimum(smallest, less, out=smallest)
            np.greater(line, 0.0, out=above)
            positive += above
        smallest += _ONE
        margin = smallest.view(float)
        # Where a label beyond those of the vertex is tight, there is no margin.
        margin[positive - at_top != self.replies] = 0.0
        code, margin = code.take(alive), margin.take(alive)
        game = (code >> self.labels).view(np.intp)
        error, least = doubt + self.replies * _STEP_ERROR, np.ones(len(doubt))
        np.minimum.at(least, game, margin)
        with np.errstate(divide="ignore", over="ignore"):  # infinitely far is too far
            around = d / least
            # Twice the largest change, and what the bounds on slacks themselves may be off.
            enough = error * (2.0 + 2.2 * _MOST_CHANGE * around)
        enough[error * around >= _MOST_DOUBT] = np.inf
        certain = margin > enough.take(game)
        near = np.flatnonzero(~certain & (least > error)[game])
        step = _CELLS // (len(self.slack) * d) + 1
        for some in (near[first : first + step] for first in range(0, len(near), step)):
            certain[some] = self._certain_by_edges(alive[some], error[game[some]])
        actions = code & np.uint64((1 << d) - 1)
        replies = (code & ((_ONE << self.labels) - _ONE)) >> np.uint64(d + 1)
        return Vertices(game, actions | replies << np.uint64(d), certain, self.given_up)

    def _certain_by_edges(self, slots: Array, error: Array) -> Array:
        """Judge vertices by their own edges: along short ones no slack changes much."""
        d, lanes = self.actions, np.arange(len(slots))
        ends = self.adjacent.take(slots, axis=0).T
        here, there = self.slack.take(slots, axis=1), self.slack.take(ends, axis=1)
        bits = self.code.take(slots)[:, None] >> np.arange(self.labels, dtype=np.uint64) & _ONE
        label = np.nonzero(bits)[1].reshape(-1, d).T
        # Actions not used are out of the equations: their shares are exactly zero.
        reply = label > d
        end = there[label - reply, np.arange(d)[:, None], lanes] - 2.0 * error
        with np.errstate(divide="ignore", invalid="ignore"):
            pace = np.where(reply, np.where(end > 0, 1.0 / end, np.inf), 0.0)
            moved = np.abs(there - here[:, None]) + 2.0 * error
            far = error * (1.01 + 2.02 * (pace * moved).sum(axis=1))
            sure = 2.0 * error * pace.sum(axis=0) < 0.5
        return np.asarray(sure & ((here > far).sum(axis=0) == self.replies))
