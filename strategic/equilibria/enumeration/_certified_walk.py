"""Equilibria of thin and larger games, proved from the vertices of one best-reply polyhedron.

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
from strategic.equilibria._regret import payoffs_and_regret
from strategic.equilibria.enumeration._best_reply_walk import walk
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    lines_of,
    table_height,
)
from strategic.equilibria.enumeration._mixtures import equalising
from strategic.equilibria.enumeration._signs import words_of
from strategic.equilibria.enumeration._verified_mixtures import (
    UNIT,
    bordered,
    certain_replies,
    certain_vertices,
    facets,
)
from strategic.games.game import Game
from strategic.status import Status

_ENTRY_ERROR = 2.5 * UNIT  # of a difference, and of its division by the largest
_SMALLEST_SCALE = 2.0**-900
_SMALLEST_DOUBLE = 2.0**-1074


def walked_equilibria(row: Array, column: Array, rounded: Array) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of games in which no sign that matters is in doubt.

    Parameters and results are those of `certified_equilibria`.
    """
    swapped = row.shape[1] > row.shape[2]  # the player with fewer actions is the one who mixes
    mixing, replying = (column.swapaxes(1, 2), row) if swapped else (row, column.swapaxes(1, 2))
    gains, doubt = _scaled(replying, rounded)
    left = ~np.isfinite(doubt)
    found, slacks = [], facets(gains)
    for chunk in walk(np.ascontiguousarray(gains.transpose(1, 2, 0)), left):
        left[chunk.game[~certain_vertices(chunk, slacks, doubt)]] = True
        found.append((chunk.game, chunk.tight))
    game = np.concatenate([number for number, _ in found])
    tight = np.sort(np.concatenate([labels for _, labels in found], axis=1), axis=0)
    scaled = _scaled(mixing, rounded)
    left |= ~np.isfinite(scaled[1])
    parts = [
        _supported(scaled, game, tight, size, left) for size in range(1, min(row.shape[1:]) + 1)
    ]
    if swapped:
        parts = [(number, columns, rows) for number, rows, columns in parts]
    return _assembled(row, column, parts, left)


def _scaled(payoffs: Array, rounded: Array) -> tuple[Array, Array]:
    """Scale differences from row 0 to at most one, per column, and bound how far they are off.

    A constant taken from a column, or a positive factor on it, changes no support: the mixtures of
    the columns are multiplied by factors of their own.
    """
    with np.errstate(all="ignore"):
        differences = payoffs - payoffs[:, :1]
        largest = np.abs(differences).max(axis=1, keepdims=True, initial=_SMALLEST_SCALE)
        differences /= largest
        # Payoffs as written may be half a unit from their doubles.
        moved = np.abs(payoffs).max(axis=1, keepdims=True) * (2 * UNIT) + _SMALLEST_DOUBLE
        relative = (moved / largest).max(axis=(1, 2))
    doubt = _ENTRY_ERROR + np.where(rounded, relative, 0.0)
    doubt[~np.isfinite(differences).all(axis=(1, 2))] = np.inf
    return np.ascontiguousarray(differences), doubt


def _supported(
    scaled: tuple[Array, Array], game: Array, tight: Array, size: int, left: Array
) -> tuple[Array, Array, Array]:
    """Decide the vertices with supports of one size; mark the games left open.

    Returns the games of the equilibria and the supports ``(E, k)`` of both players.
    """
    payoffs, doubt = scaled
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


def _assembled(
    row: Array, column: Array, parts: list[tuple[Array, Array, Array]], left: Array
) -> tuple[EquilibriumBlock, Array]:
    """Compute strategies, payoffs, regrets and indices; leave open what breaks a theorem."""
    games, m, n = row.shape
    game = np.concatenate([number for number, _, _ in parts])
    table = np.zeros((table_height((m, n)), len(game)))
    lines, end = lines_of(table, (m, n)), 0
    for size, part in enumerate(parts, start=1):
        start, end = end, end + len(part[0])
        if start == end:
            continue
        # In the order of supports, as all enumerations list them.
        order = np.lexsort((*part[2].T[::-1], *part[1].T[::-1]))
        number, rows, columns = (values[order] for values in part)
        game[start:end] = number
        lanes = np.arange(start, end)[:, None]
        lines.index[start:end] = 1.0
        if size == 1:
            lines.x[rows, lanes] = lines.y[columns, lanes] = 1.0
            continue
        cut = number[:, None, None], rows[:, :, None], columns[:, None]
        mine, theirs = row[cut], column[cut].swapaxes(1, 2)
        lines.y[columns, lanes] = equalising(np.ascontiguousarray(mine.transpose(1, 2, 0))).T
        lines.x[rows, lanes] = equalising(np.ascontiguousarray(theirs.transpose(1, 2, 0))).T
        # The index is (-1)^(k+1) times the signs of both determinants (Shapley 1974).
        signs = _sign(mine) * _sign(theirs)
        lines.index[start:end] = -signs if size % 2 == 0 else signs
    mixtures = lines.x.T, lines.y.T
    earned, lines.regret[:] = payoffs_and_regret(Game((row, column)), mixtures, game)
    lines.payoffs[:] = earned.T
    # As a check: without ties equilibria are odd in number, and their indices add up to one.
    count = np.bincount(game, minlength=games)
    total = np.bincount(game, weights=lines.index, minlength=games)
    left = left | (total != 1.0) | (count % 2 == 0)
    status = np.where(left, Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    count[left] = 0
    order = np.flatnonzero(~left[game])
    order = order[np.argsort(game[order], kind="stable")]
    return EquilibriumBlock(count, table.take(order, axis=1)), status


def _sign(tables: Array) -> Array:
    """Sign of the determinant of systems that are known not to be singular."""
    centred, _ = _scaled(tables, np.zeros(len(tables), dtype=bool))
    return np.asarray(np.linalg.slogdet(bordered(centred))[0])
