"""Equilibria of thin games, proved from the vertices of one best-reply polyhedron.

At an equilibrium without ties, one player's mixture is a vertex of that player's best-reply
polyhedron: it uses the actions I, and the best replies J to it are as many. The other player mixes
J so that I are best replies, which one linear system per vertex decides. So one polyhedron has to
be walked, that of the player with fewer actions, and 2 x n games have but a few vertices.

The list is complete if every vertex visited is certainly a vertex without ties: each edge then
leads to a vertex visited, and the graph of a polyhedron is connected (Balinski 1961).
"""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._best_reply_walk import walk
from strategic.equilibria.enumeration._signs import words_of
from strategic.equilibria.enumeration._supports import Supports, scaled
from strategic.equilibria.enumeration._verified_mixtures import (
    certain_replies,
    certain_vertices,
    facets,
)


def walked_supports(row: Array, column: Array, rounded: Array) -> Supports:
    """Find the supports of all equilibria of games in which no sign that matters is in doubt.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs.
    rounded : array ``(games,)`` of bool
        Games whose payoffs as written are only nearest to these doubles.
    """
    swapped = row.shape[1] > row.shape[2]  # the player with fewer actions is the one who mixes
    mixing, replying = (column.swapaxes(1, 2), row) if swapped else (row, column.swapaxes(1, 2))
    gains, doubt = scaled(replying, rounded)
    left = ~np.isfinite(doubt)
    found, slacks = [], facets(gains)
    for chunk in walk(np.ascontiguousarray(gains.transpose(1, 2, 0)), left):
        left[chunk.game[~certain_vertices(chunk, slacks, doubt)]] = True
        found.append((chunk.game, chunk.tight))
    game = np.concatenate([number for number, _ in found])
    tight = np.sort(np.concatenate([labels for _, labels in found], axis=1), axis=0)
    mixed = scaled(mixing, rounded)
    left |= ~np.isfinite(mixed[1])
    parts = [
        _supported(mixed, game, tight, size, left) for size in range(1, min(row.shape[1:]) + 1)
    ]
    if swapped:
        parts = [(number, columns, rows) for number, rows, columns in parts]
    return Supports(parts, left)


def _supported(
    mixed: tuple[Array, Array], game: Array, tight: Array, size: int, left: Array
) -> tuple[Array, Array, Array]:
    """Decide the vertices with supports of one size; mark the games left open.

    Returns the games of the equilibria and the supports ``(E, k)`` of both players.
    """
    payoffs, doubt = mixed
    m = payoffs.shape[1]
    chosen = np.flatnonzero(((tight >= m).sum(axis=0) == size) & ~left[game])
    game, tight = game[chosen], tight[:, chosen]
    columns = tight[m - size :].T - m
    used = np.ones((len(game), m), dtype=bool)
    np.put_along_axis(used, tight[: m - size].T, values=False, axis=1)
    rows = np.nonzero(used)[1].reshape(-1, size)
    standing = np.flatnonzero(~_dominated(payoffs, game, rows, columns))
    game, rows, columns = game[standing], rows[standing], columns[standing]
    against = payoffs[game[:, None, None], np.arange(m)[:, None], columns[:, None]]
    held, refused = certain_replies(against, doubt[game], rows)
    left[game[~held & ~refused]] = True
    kept = np.flatnonzero(held)
    return game[kept], rows[kept], columns[kept]


def _dominated(payoffs: Array, game: Array, rows: Array, columns: Array) -> Array:
    """Tell where a row in use earns less than another against every column in use.

    No mixture of the columns makes such a row a best reply. That is a comparison of doubles, as
    bits of words, and strikes most supports.
    """
    games, m, n = payoffs.shape
    # Where row i does not lose to row r, by game.
    holds = words_of((payoffs[:, :, None] >= payoffs[:, None]).reshape(-1, n))
    mixed = np.zeros((len(game), n), dtype=bool)
    np.put_along_axis(mixed, columns, values=True, axis=1)
    lost = np.ones((len(game), rows.shape[1], m), dtype=bool)
    for held, used in zip(holds.T, words_of(mixed).T, strict=True):
        lost &= held.reshape(games, m, m)[game[:, None], rows] & used[:, None, None] == 0
    return np.asarray(lost.any(axis=(1, 2)))
