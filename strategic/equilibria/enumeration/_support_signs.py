"""Whether one player mixes so that others' actions are best replies: a pair of supports per lane.

Where few pairs of supports are left, the minors of each are cheaper than a table of all. For the
actions I that are mixed and the replies J, as many, these are the minors of the differences from
the first reply in J: all but one of I give the weight of the one left out, with its sign, and one
row more gives what another reply falls short of J. They are expanded along their last row, so that
all weights share the smaller ones.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._minors import error_bounds
from strategic.equilibria.enumeration._planes import PRECISIONS, scaled_differences, widened
from strategic.equilibria.enumeration._support_tables import (
    SupportSets,
    minor_layout,
    without_each,
)

_UNIT = PRECISIONS[np.float64]
_ENTRY_ERROR = 4.0  # units of half the difference of two entries that are off by 2.5
_CELLS = 1 << 14  # minors of one size at once, roughly: they stay in the cache
_FEWEST, _MOST = 256, 2048  # lanes at once


class Gains(NamedTuple):
    """What each reply earns more than reply 0, per action: scaled, and how far that may be off.

    ``scaled``, flat, runs over games, actions, replies; entries are at most a half. ``widening``
    is the factor on error bounds, by game.
    """

    actions: int
    replies: int
    scaled: Array
    widening: Array


class Verdict(NamedTuple):
    """What the signs say: arrays ``(E,)`` for the lanes that stand.

    ``lane``: their numbers. ``positive``: whether the minors of weights are, with their signs.
    ``sure``: whether all signs are certain.
    """

    lane: Array
    positive: Array
    sure: Array


def gains(payoffs: Array, rounded: Array) -> Gains:
    """Prepare the payoffs ``(replies, actions, games)`` of the player who replies."""
    with np.errstate(all="ignore"):
        differences, largest = scaled_differences(payoffs)
        widening = np.ones(payoffs.shape[2])
        if rounded.any():
            widening = widened(payoffs, largest, rounded, _ENTRY_ERROR * _UNIT)
        differences *= 0.5
    replies, actions, games = payoffs.shape
    scaled = np.zeros((games, actions, replies))
    scaled[:, :, 1:] = differences.transpose(2, 1, 0)
    return Gains(actions, replies, scaled.reshape(-1), widening)


def judged(
    of: Gains, game: Array, mixed: tuple[SupportSets, Array], replies: tuple[SupportSets, Array]
) -> Verdict:
    """Find the lanes in which the mixture has positive weights and no other reply earns more.

    Parameters
    ----------
    of : Gains
    game : array ``(L,)``
    mixed, replies : pairs of SupportSets and array ``(L,)``
        All supports of the player who mixes, and of the one who replies, and which of them.

    Returns
    -------
    Verdict
        Lanes left out are refused for certain.
    """
    (rows, row), (columns, column) = mixed, replies
    size, parts = len(rows.inside), []
    step = min(max(_CELLS // comb(size, size // 2), _FEWEST), _MOST)
    for start in range(0, max(len(game), 1), step):
        part = slice(start, start + step)
        with np.errstate(all="ignore"):
            lane, *signs = _judged(of, game[part], (rows, row[part]), (columns, column[part]))
        parts.append((lane + start, *signs))
    return Verdict(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def _judged(
    of: Gains, game: Array, mixed: tuple[SupportSets, Array], replies: tuple[SupportSets, Array]
) -> Verdict:
    (rows, row), (columns, column) = mixed, replies
    bounds, size = _bounds(of.replies, of.actions), len(rows.inside)
    line = (rows.inside * of.replies).take(row, axis=1)
    line += game * (of.actions * of.replies)
    used = columns.inside.take(column, axis=1)
    first = of.scaled.take(line + used[0])
    differences = of.scaled.take(line + used[1:, None])
    differences -= first
    weights = _weights(differences)
    bound = bounds[size - 1] * of.widening.take(game) if size > 1 else 0.0
    least, most = weights.min(axis=0), weights.max(axis=0)
    # A sign that is not a number refuses nothing.
    lane = np.flatnonzero(~((least < -bound) & (most > bound)))
    plus, minus = (most > bound).take(lane), (least < -bound).take(lane)
    sure = ((least > bound) | (most < -bound)).take(lane)
    if not len(columns.outside):
        return Verdict(lane, plus, sure)
    weights, line, first = (values.take(lane, axis=1) for values in (weights, line, first))
    np.negative(weights, out=weights, where=minus)
    most = np.full(len(lane), -np.inf)
    more, others = np.empty_like(first), columns.outside.take(column.take(lane), axis=1)
    for reply in others:
        of.scaled.take(line + reply, out=more, mode="clip")
        more -= first
        more *= weights
        np.maximum(most, more.sum(axis=0), out=most)
    bound = bounds[size] * of.widening.take(game.take(lane))
    # Where no weight is certain to have a sign, it is not known who earns more.
    kept = np.flatnonzero(~((most > bound) & (plus | minus)))
    sure &= most < -bound
    return Verdict(lane[kept], plus[kept], sure[kept])


def _weights(differences: Array) -> Array:
    """Expand the minors of ``(k - 1, k, L)`` without each column, with alternating signs."""
    size = differences.shape[1]
    if size == 1:
        return np.ones(differences.shape[1:])
    minors: Array = differences[0]
    for height, row in enumerate(differences[1:], start=1):
        (column, parent), *others = _expansion(size, height)
        total = row.take(column, axis=0)
        total *= minors.take(parent, axis=0)
        for turn, (column, parent) in enumerate(others):
            term = row.take(column, axis=0)
            term *= minors.take(parent, axis=0)
            combine = np.subtract if turn % 2 == 0 else np.add
            combine(total, term, out=total)
        minors = total
    weights: Array = minors[::-1].copy()  # the last minor is without the first column
    np.negative(weights[1::2], out=weights[1::2])
    return weights


@lru_cache(maxsize=256)
def _expansion(size: int, height: int) -> list[tuple[Array, Array]]:
    """Say which entry of the last row and which smaller minor make each term, the last first."""
    sets = list(combinations(range(size), height + 1))
    below = {columns: number for number, columns in enumerate(combinations(range(size), height))}
    smaller = [without_each(columns) for columns in sets]
    return [
        (np.array([i[place] for i in sets]), np.array([below[i[place]] for i in smaller]))
        for place in range(height, -1, -1)
    ]


@lru_cache(maxsize=64)
def _bounds(replies: int, actions: int) -> list[float]:
    """Bound the errors of minors of differences of at most 1, by size; that of none is 1."""
    layout = minor_layout(replies, actions)
    bounds = error_bounds(layout, _UNIT, _ENTRY_ERROR * _UNIT)
    return [0.0, *(float(bounds[layer.with_row_0.start]) for layer in layout.layers)]
