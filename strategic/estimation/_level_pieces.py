"""What levels of reasoning play between the values of their mean at which a best reply changes.

On a piece nobody's best reply changes, so play is a sum of fixed mixtures, weighted by a Poisson
distribution. All of that depends on the games only: groups that play the same ones share it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

Look = Callable[[Array], tuple[list[Array], list[Array]]]
"""From means to play and to who replies how, one array per shape of games."""
_BISECTIONS = 60
_REFINED, _NARROW = 40, 1e-9


@dataclass(frozen=True, eq=False)
class Pieces:
    """Play at many means, among them both sides of every jump.

    Parameters
    ----------
    means : array (points,)
        Rising.
    logs : sequence of arrays (points, actions of all players, games)
        Logarithms of play, one array per shape of games.
    replies : sequence of arrays of bool (points, games, levels, actions of all players)
        Best replies of every level from the first on.
    shapes : sequence of tuples of int
        Numbers of actions.
    """

    means: Array
    logs: Sequence[Array]
    replies: Sequence[Array]
    shapes: Sequence[tuple[int, ...]]

    @classmethod
    def of(cls, look: Look, scan: Array, shapes: Sequence[tuple[int, ...]]) -> Pieces:
        """Look at a scan, and at neighbouring doubles wherever a best reply changes."""
        played, replies = look(scan)
        more = _jumps(look, scan, replies)
        means = np.concatenate([scan, more])
        order = np.unique(means, return_index=True)[1]
        if len(more):
            further = look(more)
            played, replies = (
                [np.concatenate(pair)[order] for pair in zip(*sides, strict=True)]
                for sides in ((played, further[0]), (replies, further[1]))
            )
        with np.errstate(divide="ignore"):
            return cls(means[order], [np.log(own) for own in played], replies, shapes)

    def heights(self, counts: Sequence[Array]) -> Array:
        """Sum ``n log p`` over all games, from counts (actions, games) of every shape."""
        return _heights(counts, self.logs)

    def peaks(self, counts: Sequence[Array]) -> list[tuple[float, float]]:
        """List the local maxima: of the pieces between jumps, refined, and at their ends."""
        heights = self.heights(counts)
        alike = [(own[1:] == own[:-1]).all(axis=(1, 2, 3)) for own in self.replies]
        same = np.r_[False, np.all(alike, axis=0), False]
        known = np.where(np.isnan(heights), -np.inf, heights)
        padded = np.r_[-np.inf, known, -np.inf]
        left = ~same[:-1] | (padded[1:-1] >= padded[:-2])
        right = ~same[1:] | (padded[1:-1] >= padded[2:])
        inner = left & right & same[:-1] & same[1:]
        ends = left & right & ~inner & np.isfinite(known)
        # An end of a piece counts only where the piece beyond the jump does not start higher.
        beyond = np.maximum(
            np.where(same[:-1], -np.inf, padded[:-2]), np.where(same[1:], -np.inf, padded[2:])
        )
        found = [
            (float(self.means[k]), float(known[k]))
            for k in np.flatnonzero(ends & (known >= beyond))
        ]
        return found + [self._refined(int(k), counts) for k in np.flatnonzero(inner)]

    def _refined(self, place: int, counts: Sequence[Array]) -> tuple[float, float]:
        """Find the highest point between the neighbours of one, on the same piece."""
        low, high = float(self.means[place - 1]), float(self.means[place + 1])
        mixtures = [
            _mixtures(own[place], shape)
            for own, shape in zip(self.replies, self.shapes, strict=True)
        ]
        for _ in range(_REFINED):
            points = np.linspace(low, high, 9)
            with np.errstate(divide="ignore"):
                logs = [np.log(_averaged(points, own)) for own in mixtures]
            values = _heights(counts, logs)
            best = int(values.argmax())
            low, high = float(points[max(best - 1, 0)]), float(points[min(best + 1, 8)])
            if high - low <= _NARROW:
                break
        return float(points[best]), float(values[best])


def _heights(counts: Sequence[Array], logs: Sequence[Array]) -> Array:
    """Sum ``n log p``; what nobody chose does not matter, even where it is never played."""
    total: Array | float = 0.0
    for number, own in zip(counts, logs, strict=True):
        chosen = number > 0.0
        total = total + (number[chosen] * own[:, chosen]).sum(axis=1)
    return np.asarray(total)


def _mixtures(replies: Array, shape: Sequence[int]) -> Array:
    """Mixtures of all levels, ties split: (levels, actions of all players, games)."""
    games, levels, _ = replies.shape
    found = np.empty((levels + 1, sum(shape), games))
    ends = np.cumsum(shape)
    for first, last in zip(ends - shape, ends, strict=True):
        best = replies[:, :, first:last]
        found[0, first:last] = 1.0 / (last - first)
        found[1:, first:last] = np.moveaxis(best / best.sum(axis=2, keepdims=True), 0, -1)
    return found


def _averaged(means: Array, mixtures: Array) -> Array:
    """Average mixtures of levels in Poisson shares: (means, actions of all players, games)."""
    steps = means[:, None] / np.arange(1.0, len(mixtures))
    weights = np.exp(-means)[:, None] * np.cumprod(np.c_[np.ones(len(means)), steps], axis=1)
    shares = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray(np.tensordot(shares, mixtures, axes=1))


def _jumps(look: Look, scan: Array, replies: Sequence[Array]) -> Array:
    """Find both sides of every value at which a best reply changes: neighbouring doubles."""
    changed = [(own[1:] != own[:-1]).any(axis=(1, 2, 3)) for own in replies]
    changes = np.flatnonzero(np.any(changed, axis=0))
    left, right = scan[changes], scan[changes + 1]
    before = [own[changes] for own in replies]
    for _ in range(_BISECTIONS):
        middle = 0.5 * (left + right)
        if not len(middle) or ((middle <= left) | (middle >= right)).all():
            break
        there = look(middle)[1]
        same = np.all(
            [(own == old).all(axis=(1, 2, 3)) for own, old in zip(there, before, strict=True)],
            axis=0,
        )
        left, right = np.where(same, middle, left), np.where(same, right, middle)
    return np.concatenate([left, right])
