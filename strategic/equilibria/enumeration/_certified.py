"""Equilibria whose signs floating-point arithmetic can prove, for a block of games."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret_of_pure, payoffs_and_regret_of_two
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    lines_of,
    table_height,
)
from strategic.equilibria.enumeration._minors import error_bounds
from strategic.equilibria.enumeration._mixtures import place_mixtures
from strategic.equilibria.enumeration._signs import (
    WORD,
    bits_at,
    classify_supports,
    set_bits,
    sign_planes,
)
from strategic.equilibria.enumeration._support_tables import (
    SupportPairs,
    minor_layout,
    support_pairs,
)
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
    block : EquilibriumBlock
        All equilibria of the settled games, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for the games left to exact arithmetic; nothing is listed for them.
    """
    row, column = np.ascontiguousarray(row), np.ascontiguousarray(column)
    games, m, n = row.shape
    with np.errstate(all="ignore"):
        row_planes = _planes(row.transpose(1, 2, 0), rounded)
        column_planes = _planes(column.transpose(2, 1, 0), rounded)
    signs = classify_supports(m, n, row_planes, column_planes)
    pairs = support_pairs(m, n)
    pair, game = set_bits(signs.accepted & ~signs.undecided)
    # The index of an equilibrium with k actions each is (-1)**(k+1) times the signs of both
    # players' minors (Shapley 1974); a pure equilibrium without ties has index +1.
    index = np.ones(len(game))
    mixed = slice(int(np.searchsorted(pair, pairs.first[2])), None)
    opposed = bits_at(signs.opposed, pair[mixed], game[mixed])
    index[mixed] -= 2.0 * (opposed ^ (pairs.size % 2 == 0)[pair[mixed]])
    # Two theorems check the arithmetic: without ties equilibria are odd in number (Lemke and
    # Howson 1964), and their indices add up to one. A game that breaks them is left open as well.
    lanes = len(signs.undecided) * WORD
    count = np.bincount(game, minlength=lanes)
    open_games = np.unpackbits(signs.undecided.view(np.uint8), bitorder="little").view(bool)
    total = np.bincount(game, weights=index, minlength=lanes)
    open_games = open_games | (total != 1.0) | (count % 2 == 0)
    status = np.where(open_games[:games], Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    count[open_games] = 0
    if open_games[:games].any():
        kept = np.flatnonzero(~open_games[game])
        pair, game, index = pair[kept], game[kept], index[kept]
    table = _filled_table(row, column, pairs, pair, game)
    lines_of(table, (m, n)).index[:] = index
    by_game = np.argsort(game.astype(np.uint16), kind="stable")  # a radix sort, on 16 bits
    return EquilibriumBlock(count[:games], table, by_game), status


def _planes(payoffs: Array, rounded: Array) -> Array:
    """Scale differences to at most one (which changes no sign) and take the signs of minors."""
    layout = minor_layout(payoffs.shape[0], payoffs.shape[1])
    differences = np.empty((layout.rows - 1, layout.columns, payoffs.shape[2]))
    np.subtract(payoffs[1:], payoffs[0], out=differences)
    # Each column by its own largest: a positive factor on a column of a determinant.
    largest = np.abs(differences).max(axis=0, initial=_SMALLEST_SCALE)
    differences /= largest
    bounds = error_bounds(layout, _UNIT, _ENTRY_ERROR)
    if not rounded.any():
        return sign_planes(differences, layout, bounds)
    # Where payoffs were rounded to doubles, the entries are off by that much more.
    moved = np.abs(payoffs).max(axis=0) * (2 * _UNIT) + _SMALLEST_DOUBLE
    relative = (moved / largest).max(axis=0)
    widening = 1.0 + np.where(rounded, relative / _ENTRY_ERROR, 0.0)
    widening[widening * _ENTRY_ERROR > _MOST_ERROR] = np.inf
    return sign_planes(differences, layout, bounds, widening=widening)


def _filled_table(
    row: Array, column: Array, pairs: SupportPairs, pair: Array, game: Array
) -> Array:
    """Compute strategies, payoffs and regrets, by pair of supports; the index is left open."""
    _, m, n = row.shape
    table = np.zeros((table_height((m, n)), len(game)))
    lines = lines_of(table, (m, n))
    place_mixtures((lines.x, lines.y), (row, column), pairs, pair, game)
    first_mixed = int(np.searchsorted(pair, pairs.first[2]))
    pure, mixed = slice(0, first_mixed), slice(first_mixed, None)
    i, j = pairs.row_lanes[1][0].take(pair[pure]), pairs.column_lanes[1][0].take(pair[pure])
    lines.payoffs[:, pure], lines.regret[pure] = payoffs_and_regret_of_pure(
        row, column, i, j, game[pure]
    )
    lines.payoffs[:, mixed], lines.regret[mixed] = payoffs_and_regret_of_two(
        row.take(game[mixed], axis=0).transpose(1, 2, 0).copy(),
        column.take(game[mixed], axis=0).transpose(2, 1, 0).copy(),
        lines.x[:, mixed],
        lines.y[:, mixed],
    )
    return table
