"""Equilibria of larger games, proved from the vertices of both best-reply polytopes.

At an equilibrium without ties the mixture of each player is a vertex of that player's best-reply
polytope, and the actions used at one are the best replies to the other. So once both polytopes are
certainly complete, equilibria are pairs of vertices with matching labels.
"""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._envelope import Vertices, envelope_vertices
from strategic.equilibria.enumeration._supports import Supports, scaled

_ONE = np.uint64(1)


def matched_supports(row: Array, column: Array, rounded: Array) -> Supports:
    """Find the supports of all equilibria of games in which no sign that matters is in doubt.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs.
    rounded : array ``(games,)`` of bool
        Games whose payoffs as written are only nearest to these doubles.
    """
    games, m, n = row.shape
    (of_x, doubt_of_x), (of_y, doubt_of_y) = (
        scaled(payoffs, rounded) for payoffs in (column.swapaxes(1, 2), row)
    )
    left = ~(np.isfinite(doubt_of_x) & np.isfinite(doubt_of_y))
    of_x[left] = of_y[left] = 0.0
    # Replies that earn much come first: most of what the others would cut off is never made.
    columns, rows = (
        np.argsort(-gains.sum(axis=2), axis=1, kind="stable") for gains in (of_x, of_y)
    )
    lanes = np.arange(games)[:, None, None]
    of_x = of_x[lanes, columns[:, :, None], rows[:, None]]
    of_y = of_y[lanes, rows[:, :, None], columns[:, None]]
    if m == n:
        gains, doubt = np.concatenate([of_x, of_y]), np.concatenate([doubt_of_x, doubt_of_y])
        both = envelope_vertices(gains, doubt)
        x, y = both.of_games(0, games), both.of_games(games, 2 * games)
    else:
        x, y = envelope_vertices(of_x, doubt_of_x), envelope_vertices(of_y, doubt_of_y)
    for vertices in (x, y):
        left |= vertices.given_up
        left[vertices.game[~vertices.certain]] = True
    number, used, best = _matched(x, y, (m, n))
    kept = ~left[number]
    number, used, best = number[kept], used[kept], best[kept]
    return Supports(
        _by_size(number, _actions(used, rows[number]), _actions(best, columns[number])), left
    )


def _matched(x: Vertices, y: Vertices, shape: tuple[int, int]) -> tuple[Array, Array, Array]:
    """Pair vertices whose labels complete each other: games, rows used, columns used, as bits."""
    m, n = (np.uint64(actions) for actions in shape)
    every_row, every_column = ((_ONE << actions) - _ONE for actions in (m, n))
    # Of x: rows not used, then columns that are best replies. Of y the other way round.
    rows, columns = ~x.labels & every_row, x.labels >> m
    mine = (x.game.astype(np.uint64) << n | columns) << m | rows
    rows, columns = y.labels >> n, ~y.labels & every_column
    theirs = (y.game.astype(np.uint64) << n | columns) << m | rows
    both = np.intersect1d(mine, theirs, assume_unique=True)
    return (both >> (m + n)).astype(np.intp), both & every_row, both >> m & every_column


def _actions(bits: Array, order: Array) -> Array:
    """Tell which actions are used ``(E, actions)``, from bits in an order of their own."""
    used = np.empty(order.shape, dtype=bool)
    places = np.arange(order.shape[1], dtype=np.uint64)
    np.put_along_axis(used, order, bits[:, None] >> places & _ONE != 0, axis=1)
    return used


def _by_size(game: Array, rows: Array, columns: Array) -> list[tuple[Array, Array, Array]]:
    size = rows.sum(axis=1)
    parts = []
    for k in range(1, min(rows.shape[1], columns.shape[1]) + 1):
        lanes = np.flatnonzero(size == k)
        i, j = (np.nonzero(used[lanes])[1].reshape(-1, k) for used in (rows, columns))
        parts.append((game[lanes], i, j))
    return parts
