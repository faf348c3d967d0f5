"""Equilibria whose signs floating-point arithmetic can prove, for a block of games."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._equilibrium_blocks import EquilibriumBlock
from strategic.equilibria.enumeration._minors import error_bounds
from strategic.equilibria.enumeration._mixtures import place_mixtures
from strategic.equilibria.enumeration._signs import (
    WORD,
    Verdict,
    bits_at,
    judge_supports,
    set_bits,
    sign_planes,
)
from strategic.equilibria.enumeration._support_tables import Bases, bases_of, layout_of
from strategic.equilibria.regret import payoffs_and_regret_of_pure, payoffs_and_regret_of_two
from strategic.status import Status

_UNIT = 2.0**-53
_ENTRY_ERROR = 2.5 * _UNIT  # of a difference, and of its division by the largest
_MOST_ERROR = 1e-4  # the bounds are linear in it to first order
_SMALLEST_SCALE = 2.0**-900
_SMALLEST_DOUBLE = 2.0**-1074


def certified_equilibria(
    row: Array, column: Array, rounded: Array
) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of games in which no sign that matters is in doubt.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs.
    rounded : array ``(games,)`` of bool
        Games whose payoffs as written are only nearest to these doubles.

    Returns
    -------
    found : EquilibriumBlock
        All equilibria of the settled games, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for the games left to exact arithmetic; nothing is found for them.
    """
    row, column = np.ascontiguousarray(row), np.ascontiguousarray(column)
    games, m, n = row.shape
    with np.errstate(all="ignore"):
        planes = (
            _planes(row.transpose(1, 2, 0), rounded),
            _planes(column.transpose(2, 1, 0), rounded),
        )
    verdict = judge_supports(m, n, *planes)
    basis, game = set_bits(verdict.accepted & ~verdict.unsettled)
    index = _index(verdict, bases_of(m, n), basis, game)
    count = np.bincount(game, minlength=len(verdict.unsettled) * WORD)
    open_games = _open_games(verdict, game, index, count)
    status = np.where(open_games[:games], Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    open_games[games:] = True
    count[open_games] = 0
    if open_games.any():
        kept = np.flatnonzero(~open_games[game])
        basis, game, index = basis[kept], game[kept], index[kept]
    table = _described(row, column, basis, game)
    table[-2] = index
    by_game = np.argsort(game.astype(np.uint16), kind="stable")
    return EquilibriumBlock(count[:games], table, by_game), status


def _planes(payoffs: Array, rounded: Array) -> Array:
    """Scale differences to at most one (which changes no sign) and take the signs of minors."""
    layout = layout_of(payoffs.shape[0], payoffs.shape[1])
    games = payoffs.shape[2]
    differences = np.empty((layout.rows - 1, layout.columns, -(-games // WORD) * WORD))
    np.subtract(payoffs[1:], payoffs[0], out=differences[..., :games])
    differences[..., games:] = 0.0
    largest = np.abs(differences).max(axis=0, initial=_SMALLEST_SCALE)
    differences /= largest
    bounds = error_bounds(layout, _UNIT, _ENTRY_ERROR)
    if not rounded.any():
        return sign_planes(differences, layout, bounds)
    return sign_planes(differences, layout, bounds, widening=_widening(payoffs, largest, rounded))


def _widening(payoffs: Array, largest: Array, rounded: Array) -> Array:
    """Tell how much further minors can be off where payoffs were rounded to doubles."""
    moved = np.abs(payoffs).max(axis=0) * (2 * _UNIT) + _SMALLEST_DOUBLE
    relative = (moved / largest[:, : len(rounded)]).max(axis=0)
    factor = np.ones(largest.shape[1])
    factor[: len(rounded)] += np.where(rounded, relative / _ENTRY_ERROR, 0.0)
    factor[factor * _ENTRY_ERROR > _MOST_ERROR] = np.inf
    return factor


def _index(verdict: Verdict, bases: Bases, basis: Array, game: Array) -> Array:
    """Multiply the signs of both players' minors; pure equilibria have index 1."""
    index = np.ones(len(game))
    mixed = slice(int(np.searchsorted(basis, bases.first[2])), None)
    opposed = bits_at(verdict.opposed, basis[mixed], game[mixed])
    even = (bases.size % 2 == 0)[basis[mixed]]
    index[mixed] -= 2.0 * (opposed ^ even)
    return index


def _open_games(verdict: Verdict, game: Array, index: Array, count: Array) -> Array:
    """Find games in doubt: by their signs, or because count and indices do not add up."""
    unsettled = np.unpackbits(verdict.unsettled.view(np.uint8), bitorder="little").view(bool)
    total = np.bincount(game, weights=index, minlength=len(unsettled))
    open_games: Array = unsettled | (total != 1.0) | (count % 2 == 0)
    return open_games


def _described(row: Array, column: Array, basis: Array, game: Array) -> Array:
    """Compute strategies, payoffs and regrets, by basis; the index is left open."""
    _, m, n = row.shape
    bases = bases_of(m, n)
    table = np.zeros((m + n + 4, len(game)))
    x, y, payoffs, regret = table[:m], table[m : m + n], table[m + n : -2], table[-1]
    place_mixtures((x, y), (row, column), bases, basis, game)
    ends = np.searchsorted(basis, bases.first)
    pure, mixed = slice(0, int(ends[2])), slice(int(ends[2]), None)
    i, j = (lanes[1][0].take(basis[pure]) for lanes in (bases.row_lanes, bases.column_lanes))
    payoffs[:, pure], regret[pure] = payoffs_and_regret_of_pure(row, column, i, j, game[pure])
    payoffs[:, mixed], regret[mixed] = payoffs_and_regret_of_two(
        row.take(game[mixed], axis=0).transpose(1, 2, 0).copy(),
        column.take(game[mixed], axis=0).transpose(2, 1, 0).copy(),
        x[:, mixed],
        y[:, mixed],
    )
    return table
