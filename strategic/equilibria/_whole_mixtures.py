"""Exact shares and payoffs of listed equilibria of two players, for whole batches.

A listed equilibrium is known by its support already. What is left is one system of linear equations
per player and equilibrium, solved in whole numbers: in 64 bits wherever no product can overflow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._cofactors import cofactors
from strategic.equilibria._exact import solve_whole
from strategic.equilibria._whole_games import (
    SHORT,
    WholeGames,
    as_integers,
    blocks_of,
    occurring,
    payoffs_of,
    whole_games,
)
from strategic.equilibria._whole_numbers import WholeNumbers, stacked, whole_numbers
from strategic.equilibria.enumeration.exact_fallback import exact_strategies
from strategic.games.game import Game

_NEAR = 1e-9
_MANTISSA = 2.0**53
_MOST_COFACTORS = 6


def listed_mixtures(
    games: Game, strategies: Sequence[Array], game: Array
) -> tuple[WholeNumbers, ...]:
    """Give the exact shares of all equilibria of a proved list of two players.

    Parameters
    ----------
    games : Game
        Of one batch axis.
    strategies : pair of arrays ``(E, n_i)``
        As listed, in doubles.
    game : array ``(E,)`` of int
        Flat number of the game of each; all equilibria of a game are there, in order.

    Notes
    -----
    Most are solved for from their supports, see `whole_mixtures`; games in which that settles
    nothing are enumerated again.
    """
    parts = [
        whole_mixtures(games, strategies, game, np.arange(len(game))[part])
        for part in blocks_of(max(len(game), 1), games)
    ]
    mixtures = tuple(stacked([found[player] for found, _ in parts]) for player in (0, 1))
    proved = np.concatenate([np.empty(0, dtype=bool), *(part for _, part in parts)])
    if proved.all():
        return mixtures
    open_games = np.unique(game[~proved])
    rows = np.flatnonzero(np.isin(game, open_games))
    again = exact_strategies(games.of_batch(open_games))  # type: ignore[arg-type]
    return tuple(
        side.replaced(rows, whole_numbers(exact))
        for side, exact in zip(mixtures, again, strict=True)
    )


def whole_mixtures(
    games: Game, strategies: Sequence[Array], game: Array, rows: Array
) -> tuple[tuple[WholeNumbers, ...], Array]:
    """Give the exact shares of some listed equilibria of two players.

    Parameters
    ----------
    games : Game
        Of one batch axis.
    strategies : pair of arrays ``(E, n_i)``
        Extreme equilibria of a list that is proved, as doubles.
    game : array ``(E,)`` of int
        The game of each.
    rows : array of int
        Which of them, ascending.

    Returns
    -------
    mixtures : pair of WholeNumbers
        Their shares, ``(rows, n_i)``.
    proved : array ``(rows,)`` of bool
        False where the support and its best replies do not settle the shares: there the numbers
        mean nothing. So it is in tied games with long payoffs.

    Notes
    -----
    In an equilibrium the actions one player uses are tied against the other's mixture, so that as
    many equations as there are shares hold for it; where they have one solution, and that is
    positive, they are the shares. In degenerate games there may be more actions in use, or other
    best replies are needed to hold the mixture in place: with payoffs so short that doubles tell
    ties from other payoffs, all best replies are put into the equations.
    """
    sides = [side[rows] for side in strategies]
    used = [side > 0.0 for side in sides]
    sizes = np.stack([mask.sum(axis=1) for mask in used])
    weights = [mask.astype(np.int64) for mask in used]
    totals = [np.ones(len(rows), dtype=np.int64) for _ in used]
    proved = (sizes == 1).all(axis=0)
    mixed = np.flatnonzero(~proved)
    if not mixed.size:
        return _joined(weights, totals), proved
    proved[mixed] = True
    numbers = game[rows[mixed]]
    for part in whole_games(games, occurring(numbers, len(games.payoffs[0]))):
        lanes, number = part.lanes_of(numbers)
        lanes = mixed[lanes]
        for mine in (0, 1):
            for size in np.unique(sizes[mine, lanes]).tolist():
                if size == 1:
                    continue
                some = np.flatnonzero(sizes[mine, lanes] == size)
                at = lanes[some]
                found = _held(part, mine, number[some], sides[mine][at], used[1 - mine][at])
                if found[0].dtype == object and weights[mine].dtype != object:
                    weights[mine] = as_integers(weights[mine])
                    totals[mine] = as_integers(totals[mine])
                weights[mine][at], totals[mine][at] = found[0], found[1]
                proved[at] &= found[2]
    return _joined(weights, totals), proved


def _joined(weights: Sequence[Array], totals: Sequence[Array]) -> tuple[WholeNumbers, ...]:
    return tuple(WholeNumbers(w, t) for w, t in zip(weights, totals, strict=True))


def _held(
    part: WholeGames, mine: int, number: Array, mixture: Array, other: Array
) -> tuple[Array, Array, Array]:
    """Solve for mixtures of one size that keep the other player indifferent.

    ``mixture`` ``(E, c)`` is one player's, ``other`` ``(E, r)`` marks what the other uses. Gives
    weights ``(E, c)``, totals and which are proved.
    """
    size = int((mixture[0] > 0.0).sum())
    columns = np.nonzero(mixture > 0.0)[1].reshape(-1, size)
    regular = other.sum(axis=1) == size
    ranges = part.ranges[number]
    weights = np.zeros(columns.shape, dtype=np.int64)
    total, proved = np.zeros(len(number), dtype=np.int64), np.zeros(len(number), dtype=bool)
    for exact in (False, True):  # in 64 bits where no product overflows
        with np.errstate(over="ignore"):
            fits = math.factorial(size) * ranges ** (size - 1) < SHORT
        some = np.flatnonzero(regular & (fits != exact) & (size <= _MOST_COFACTORS))
        if some.size:
            rows = np.nonzero(other[some])[1].reshape(-1, size).T
            tied = payoffs_of(part.tables, 1 - mine, number[some], rows[:, None], columns[some].T)
            tied = as_integers(tied) if exact and tied.dtype != object else tied
            shares = _tied_shares(tied)
            if shares.dtype == object:
                weights, total = as_integers(weights), as_integers(total)
            weights[some], total[some] = shares, shares.sum(axis=1)
            proved[some] = (shares > 0).all(axis=1)
    rest = np.flatnonzero(~proved)
    if rest.size:
        every = np.arange(other.shape[1])[:, None, None]
        against = payoffs_of(part.tables, 1 - mine, number[rest], every, columns[rest].T)
        found = _held_by_ties(against, ranges[rest], mixture[rest[:, None], columns[rest]])
        if found[0].dtype == object and weights.dtype != object:
            weights, total = as_integers(weights), as_integers(total)
        weights[rest], total[rest], proved[rest] = found
    placed = np.zeros(mixture.shape, dtype=weights.dtype)
    placed[np.arange(len(number))[:, None], columns] = weights
    return placed, np.where(proved, total, 1), proved


def _tied_shares(tied: Array) -> Array:
    """Weights ``(E, k)`` that make all rows of ``(k, k, E)`` earn the same, with a positive sum."""
    shares = cofactors(tied[:1] - tied[1:]).T
    return np.where((shares.sum(axis=1) < 0)[:, None], -shares, shares)


def _held_by_ties(against: Array, ranges: Array, shares: Array) -> tuple[Array, Array, Array]:
    """Solve from all best replies, of games in which doubles tell these from the others.

    Two different payoffs ``(r, c, E)`` against a mixture differ by at least one over its total.
    """
    _, size, count = against.shape
    weights, total = np.zeros((count, size), dtype=np.int64), np.zeros(count, dtype=np.int64)
    with np.errstate(over="ignore"):
        largest = math.factorial(size) * ranges ** (size - 1)
        told = np.flatnonzero(ranges * largest * (size + 2) * 8.0 < _MANTISSA)
    told = told if against.dtype != object else told[:0]
    proved = np.zeros(count, dtype=bool)
    if not told.size:
        return weights, total, proved
    some, near, lanes = against[..., told], shares[told], np.arange(len(told))
    earned = ((some - some[:1, :1]) * near.T).sum(axis=1)
    best = earned >= earned.max(axis=0) - 0.5 / largest[told]
    first = best.argmax(axis=0)
    apart = (some[first, :, lanes].T - some) * best[:, None]
    if size == 2:  # any two tied replies that differ
        found = apart[np.abs(apart[:, 0]).argmax(axis=0), :, lanes]
        weights[told] = np.abs(found[:, ::-1])
        total[told], proved[told] = weights[told].sum(axis=1), np.sign(found).prod(axis=1) < 0
        return weights, total, proved
    systems = np.zeros((len(told), len(some), size + 1), dtype=np.int64)
    systems[..., :-1] = apart.transpose(2, 0, 1)
    systems[lanes, first] = 1
    with np.errstate(over="ignore"):
        minor = size ** (size / 2) * np.maximum(ranges[told], 1.0) ** (size - 1)
        fits = 2.0 * minor * minor < SHORT
    for exact in (False, True):
        lane = np.flatnonzero(fits != exact)
        if lane.size:
            rows = as_integers(systems[lane]) if exact else systems[lane]
            numbers, sums = solve_whole(rows)
            close = np.abs(numbers / np.where(sums > 0, sums, 1)[:, None] - near[lane])
            good = (sums > 0) & (numbers > 0).all(axis=1) & (close <= _NEAR).all(axis=1)
            if exact:
                weights, total = as_integers(weights), as_integers(total)
            weights[told[lane]], total[told[lane]], proved[told[lane]] = numbers, sums, good
    return weights, total, proved
