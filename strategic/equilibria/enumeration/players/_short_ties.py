"""Supports of tied games in which at most two players mix two actions each, in bulk.

Payoffs of a few digits make whole numbers so short that 64 bits hold all that is compared, so ties
are told exactly, for all games of a block at once. Longer ones are Python integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import whole_payoffs
from strategic.equilibria.enumeration.players._patterns import Pattern
from strategic.equilibria.enumeration.players._tensors import ScaledGames
from strategic.games.game import Game

_BITS = 14
"""Of a gain: ends of pieces compare products of two sums of two products of two gains."""
_LARGEST = 2.0**52
_MOST_PLACES = 4
_ONE, _TWO = 1, 2


@np.errstate(over="ignore", invalid="ignore")  # payoffs beyond what can be scaled do not fit
def short_payoffs(games: Game, scaled: ScaledGames) -> tuple[Array, Array]:
    """Write payoffs as short whole numbers, by one factor per game and player.

    Returns
    -------
    whole : int64 array ``(players, profiles, games)``
    fits : array ``(games,)`` of bool
        Whether the gains of a game are short enough.
    """
    count = len(games.payoffs[0])
    fits = np.ones(count, dtype=bool)
    whole = np.zeros(scaled.payoffs.shape, dtype=np.int64)
    for player, own in enumerate(games.payoffs):
        table = own.reshape(count, -1).T
        if games.exact is not None:
            numbers = whole_payoffs(games.fractions()[player].reshape(count, -1).T[None])[0]
            known = np.abs(numbers).max(axis=0) < int(_LARGEST)
            numbers = np.where(known, numbers, 0).astype(np.float64)
        elif games.decimal:
            numbers, known = _whole_decimals(table)
        else:
            numbers = np.ldexp(scaled.payoffs[player], _BITS)
            known = (np.rint(numbers) == numbers).all(axis=0)
        known &= np.abs(numbers).max(axis=0) < _LARGEST
        lines = np.moveaxis(numbers.reshape(*games.shape, count), player, 0)
        known &= (np.ptp(lines, axis=0) <= 2**_BITS).reshape(-1, count).all(axis=0)
        fits &= known
        whole[player] = np.where(known, numbers, 0).astype(np.int64)
    return whole, fits & scaled.sound


def _whole_decimals(numbers: Array) -> tuple[Array, Array]:
    """Find the fewest places after the point that write all payoffs of a game."""
    found, known = np.zeros_like(numbers), np.zeros(numbers.shape[1], dtype=bool)
    with np.errstate(over="ignore", invalid="ignore"):
        for places in range(_MOST_PLACES + 1):
            power = 10.0**places
            shifted = np.rint(numbers * power)
            # Up to 15 digits, the decimal nearest to a double is the one that was written.
            held = (shifted / power == numbers).all(axis=0)
            held &= (np.abs(shifted) < 1e15).all(axis=0)
            found = np.where(held & ~known, shifted, found)
            known |= held
    return found, known


@dataclass(frozen=True, eq=False)
class Settled:
    """What is known exactly about the columns of one pattern.

    Parameters
    ----------
    place : int array ``(R,)``
        Column of each equilibrium.
    shares : tuple of arrays ``(k_i, R)``
    index : array ``(R,)``
        NaN where the equilibrium is not regular.
    tied : array ``(E,)`` of bool
        Where an equilibrium that is not regular was found, listed or not.
    left : array ``(E,)`` of bool
        What is left to others.
    """

    place: Array
    shares: tuple[Array, ...]
    index: Array
    tied: Array
    left: Array


def is_settled(pattern: Pattern) -> bool:
    """Whether `settled_columns` solves the supports of a pattern."""
    return len(pattern.mixers) <= _TWO and max(pattern.sizes) <= _TWO


def settled_columns(pattern: Pattern, tables: Sequence[Array]) -> Settled | None:
    """Solve the columns of a pattern exactly; None where it takes more than this.

    Parameters
    ----------
    pattern : Pattern
    tables : sequence of arrays ``(n_i - 1, k_1, .., 1, .., k_p, E)``
        Gains in whole numbers, as in `Gains`; interior dominance struck nothing of them.
    """
    if not is_settled(pattern):
        return None
    if not pattern.mixers:
        return _pure(tables)
    return _one(pattern, tables) if len(pattern.mixers) == _ONE else _two(pattern, tables)


def _pure(tables: Sequence[Array]) -> Settled:
    every = np.arange(tables[0].shape[-1])
    tied = np.zeros(len(every), dtype=bool)
    for table in tables:
        tied |= (table == 0).reshape(-1, len(every)).any(axis=0)
    index = np.where(tied, np.nan, 1.0)
    shares = (np.ones((1, len(every))),) * len(tables)
    return Settled(every, shares, index, tied, np.zeros_like(tied))


def _one(pattern: Pattern, tables: Sequence[Array]) -> Settled:
    """Bound what one indifferent player may do by what the pure ones would gain."""
    [mixer] = pattern.mixers
    count = tables[0].shape[-1]
    rows = [
        row.reshape(_TWO, count)
        for player, table in enumerate(tables)
        if player != mixer
        for row in table
    ]
    place, second, tied = _ends(rows, np.arange(count), count)
    shares = [np.ones((1, len(place)))] * len(tables)
    shares[mixer] = second
    no_index = np.full(len(place), np.nan)
    return Settled(place, tuple(shares), no_index, tied, np.zeros_like(tied))


def _two(pattern: Pattern, tables: Sequence[Array]) -> Settled:
    """Solve two linear equations; or bound what one does where nobody is upset by it."""
    first, second = pattern.mixers
    count = tables[0].shape[-1]
    gain = {player: tables[player][0].reshape(_TWO, count) for player in pattern.mixers}
    free = {player: (gain[player] == 0).all(axis=0) for player in pattern.mixers}
    # Where dominance strikes nothing, the gain has opposite signs, or is zero against both.
    weight = {
        mixer: np.abs(gain[other][::-1]) for mixer, other in ((first, second), (second, first))
    }
    regular = np.flatnonzero(~free[first] & ~free[second])
    refused = np.zeros(len(regular), dtype=bool)
    tied = np.zeros(count, dtype=bool)
    for row in _outside(pattern, tables):
        mean = row.take(regular, axis=-1)
        for mixer in (second, first):
            mean = _mixed(mean, mixer, weight[mixer].take(regular, axis=1))
        mean = mean.reshape(len(regular))
        refused |= mean > 0
        tied[regular] |= mean == 0
    kept = regular[~refused]
    tied[regular[refused]] = False
    opposed = (gain[first][1, kept] > 0) ^ (gain[second][1, kept] > 0)
    index = np.where(tied[kept], np.nan, np.where(opposed, 1.0, -1.0))
    shares = {m: _normed(weight[m][:, kept]) for m in pattern.mixers}
    parts = [(kept, shares, index)]
    for mixer, bound in ((first, second), (second, first)):
        # The other's gain does not bind `mixer`, whose own gain binds the other.
        place = np.flatnonzero(free[bound] & ~free[mixer])
        rows = []
        for row in _outside(pattern, tables):
            mean = _mixed(row.take(place, axis=-1), bound, weight[bound].take(place, axis=1))
            pair = mean.reshape(mean.shape[mixer], len(place))
            rows.append(np.broadcast_to(pair, (_TWO, len(place))))
        ends, moving, some = _ends(rows, place, count)
        tied |= some
        fixed = _normed(weight[bound][:, ends])
        parts.append((ends, {mixer: moving, bound: fixed}, np.full(len(ends), np.nan)))
    place = np.concatenate([part[0] for part in parts])
    joined = tuple(
        np.concatenate([part[1][player] for part in parts], axis=1)
        if player in pattern.mixers
        else np.ones((1, len(place)))
        for player in range(len(tables))
    )
    index = np.concatenate([part[2] for part in parts])
    return Settled(place, joined, index, tied, free[first] & free[second])


def _outside(pattern: Pattern, tables: Sequence[Array]) -> list[Array]:
    """List the gains of actions that are not in use: arrays ``(k_1, .., 1, .., k_p, E)``."""
    return [row for table, k in zip(tables, pattern.sizes, strict=True) for row in table[k - 1 :]]


def _mixed(row: Array, player: int, weight: Array) -> Array:
    """Mix along the axis of a player by whole weights; the total of weights is a factor."""
    lines = np.moveaxis(row, player, 0)
    total = lines[:1] * weight[0] + lines[-1:] * weight[1]  # one line is both
    mean: Array = np.moveaxis(total, 0, player)
    return mean


def _normed(weights: Array) -> Array:
    """Divide whole weights by their sums, rounded once."""
    return np.asarray(weights / weights.sum(axis=0), dtype=np.float64)


def _ends(rows: Sequence[Array], place: Array, count: int) -> tuple[Array, Array, Array]:
    """Find the ends, inside, of the segment on which no gain in ``rows`` is positive.

    Parameters
    ----------
    rows : sequence of arrays ``(2, P)``
        Gains at both pure actions.
    place : int array ``(P,)``
        Column of each.
    count : int
        Number of columns.

    Returns
    -------
    place : int array ``(R,)``
    shares : array ``(2, R)``
    some : array ``(count,)`` of bool
        Where the segment is not empty.
    """
    low = np.stack([np.zeros_like(place), np.ones_like(place)])  # numerator, denominator
    high = np.ones_like(low)
    empty = np.zeros(len(place), dtype=bool)
    for start, end in rows:
        rises, falls = (start <= 0) & (end > 0), (start > 0) & (end <= 0)
        empty |= (start >= 0) & (end >= 0) & ((start > 0) | (end > 0))
        size = np.abs(start - end)
        more = falls & (np.abs(start) * low[1] > low[0] * size)
        low = np.where(more, np.stack([np.abs(start), size]), low)
        less = rises & (np.abs(start) * high[1] < high[0] * size)
        high = np.where(less, np.stack([np.abs(start), size]), high)
    order = np.sign(low[0] * high[1] - high[0] * low[1])
    empty |= order > 0
    lower = ~empty & (low[0] > 0)
    upper = ~empty & (high[0] < high[1]) & (order < 0)
    ends = np.concatenate([high[:, upper], low[:, lower]], axis=1)
    shares = _normed(np.stack([ends[1] - ends[0], ends[0]]))
    some = np.zeros(count, dtype=bool)
    some[place[~empty]] = True
    return np.concatenate([place[upper], place[lower]]), shares, some
