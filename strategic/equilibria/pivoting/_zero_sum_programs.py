"""Zero-sum games solved exactly: strategies, values, and whether there are other optima."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._exact_program import GaveUp, best_mixture
from strategic.equilibria._two_players import exact_tables
from strategic.equilibria.programs.mixtures import HELD, BestMixtures, Programs, best_mixtures
from strategic.equilibria.programs.written import Written, as_written
from strategic.games.game import Game

LARGEST = 400
"""Profiles up to which games are solved together."""


def exact_optima(games: Game, numbers: Array) -> tuple[Array, Array, Array]:
    """Solve some games of a batch with one axis, as written.

    Returns
    -------
    x, y : arrays ``(games, m)``, ``(games, n)``
        Strategies rounded once; NaN where a game is too large.
    earned : array ``(2, games)``
        The value, and the gap between what both guarantee, computed from payoffs and strategies.
    """
    m, n = games.shape
    x, y, earned = (
        np.empty((len(numbers), m)),
        np.empty((len(numbers), n)),
        np.empty((2, len(numbers))),
    )
    left = np.arange(len(numbers))
    if m * n <= LARGEST and left.size:
        written = as_written(games, numbers)
        best = _row_programs(written.payoffs[0], written)
        weights = best.weights.sum(axis=0)
        with np.errstate(all="ignore"):
            value, sure = best.rounded_mean(_least_aims(written.payoffs[0], best), written.unit)
            sure &= best.whole & best.proved & written.held & (weights < HELD)
            sure &= _guaranteed_alike(written.payoffs[0], best)
            x[:], y[:] = best.shares()[0].T, (best.weights / weights).T
        earned[0], earned[1] = value, 0.0
        left = np.flatnonzero(~sure)
    for number, (table, _) in zip(left, exact_tables(games, numbers[left]), strict=True):
        x[number], y[number], earned[:, number] = _exactly(table)
    return x, y, earned


def _row_programs(payoffs: Array, written: Written) -> BestMixtures:
    """Maximise what the row player gets for sure, payoffs ``(m, n, games)``: an aim per column."""
    aims = np.ascontiguousarray(payoffs.swapaxes(0, 1))
    return best_mixtures(Programs(aims, None, len(aims), written.whole))


def _least_aims(payoffs: Array, best: BestMixtures) -> Array:
    return payoffs[:, best.first, np.arange(payoffs.shape[2])]


def _guaranteed_alike(payoffs: Array, best: BestMixtures) -> Array:
    """Check in whole numbers that both strategies guarantee the same."""
    low = (best.high[:, None] * payoffs).sum(axis=0).min(axis=0)
    high = (best.weights * payoffs).sum(axis=1).max(axis=0)
    weights, sizes = best.weights.sum(axis=0), np.abs(payoffs).max(axis=(0, 1))
    exact = sizes * np.maximum(best.total, weights) * np.maximum(best.total, weights) < HELD
    return np.asarray(exact & (low * weights == high * best.total))


def only_optima(games: Game, numbers: Array) -> Array:
    """Whether each player of some games has one optimal strategy only: ``(2, games)``.

    Games are given by a batch with one axis.
    """
    unique, left = np.zeros((2, len(numbers)), dtype=bool), np.arange(len(numbers))
    if games.shape[0] * games.shape[1] <= LARGEST and left.size:
        written = as_written(games, numbers)
        table = written.payoffs[0]
        best = _row_programs(table, written)
        unique[:] = best.only
        known = best.only | (best.whole & best.proved)
        other = _row_programs(
            -table.swapaxes(0, 1), written
        )  # in doubles, where ties leave it open
        unique[1] |= other.only[0]
        known[1] |= other.only[0]
        for side in (0, 1):
            some = np.flatnonzero(known[side] & ~unique[side])
            if some.size:
                payoffs, strategy, total = _side(table, best, side, some)
                unique[side, some], known[side, some] = _no_other(payoffs, strategy, total)
        known &= written.held
        left = np.flatnonzero(~known.all(axis=0))
    for number, (fractions, _) in zip(left, exact_tables(games, numbers[left]), strict=True):
        unique[:, number] = _only_optima_of_one(fractions)
    return unique


def _side(table: Array, best: BestMixtures, side: int, some: Array) -> tuple[Array, Array, Array]:
    """Give a player's payoffs, with the own actions first, and the strategy over its total."""
    if side == 0:
        return table[:, :, some], best.high[:, some], best.total[some]
    weights = best.weights[:, some]
    return -table[:, :, some].swapaxes(0, 1), weights, weights.sum(axis=0)


def _no_other(payoffs: Array, strategy: Array, total: Array) -> tuple[Array, Array]:
    """Whether there is no other optimal strategy, in whole numbers; and where that is known.

    See `_only_optima_of_one`.
    """
    with np.errstate(all="ignore"):
        value = (strategy[:, None] * payoffs).sum(axis=0).min(axis=0)
        excess = payoffs * total - value
        sizes = np.abs(payoffs).max(axis=(0, 1)) * total * total
        exact = sizes * 2.0 * (len(payoffs) + payoffs.shape[1]) < HELD
    excess[:, :, ~exact] = 0.0
    tight = (strategy[:, None] * excess).sum(axis=0) == 0.0
    otherwise = (strategy == 0.0) + (excess * tight).sum(axis=1)
    rows = np.concatenate([otherwise[None], -excess.swapaxes(0, 1)])
    found = best_mixtures(Programs(rows, None, 1, exact))
    none = (otherwise * found.high).sum(axis=0) == 0.0
    return none & exact, found.whole & found.proved & exact


def _exactly(table: Array) -> tuple[Array, Array, tuple[float, float]]:
    """Solve one game in fractions: strategies, value and gap rounded once; NaN if it is too large.

    The gap is computed from the payoffs and the strategies found.
    """
    try:
        best = best_mixture(table.T)
    except GaveUp:
        best = None
    if best is None:
        rows, columns = (np.full(n, np.nan) for n in table.shape)
        return rows, columns, (np.nan, np.nan)
    gap = (table @ best.weights).max() - (best.mixture @ table).min()
    value, apart = nearest_doubles(np.array([best.value, gap], dtype=object))
    return nearest_doubles(best.mixture), nearest_doubles(best.weights), (value, apart)


def _only_optima_of_one(table: Array) -> tuple[bool, bool]:
    """Whether each player of one game, in fractions, has one optimal strategy only.

    Where the one found, an extreme one, plays an action with probability zero, or is worth no more
    than the value against an action of the opponent, others may do otherwise. The sum of what
    they do otherwise is zero on all optimal strategies if and only if there are no others, for
    those equations determine an extreme strategy.
    """
    try:
        best = best_mixture(table.T)
        if best is None:
            return False, False
        found = []
        for payoffs, value, strategy in (
            (table, best.value, best.mixture),
            (-table.T, -best.value, best.weights),
        ):
            excess = payoffs - value
            tight = strategy @ excess == 0
            otherwise = (strategy == 0).astype(int) + excess[:, tight].sum(axis=1)
            other = best_mixture(otherwise[None], -excess.T)
            found.append(other is not None and other.value == 0)
    except GaveUp:
        return False, False
    return found[0], found[1]
