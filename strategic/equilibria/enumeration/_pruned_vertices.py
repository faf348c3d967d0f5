"""Equilibria of larger games, from the vertices of one best-reply polytope.

At an equilibrium without ties the mixture of one player is a vertex of that player's best-reply
polytope: it uses the actions I, and the best replies J to it are as many. Of most vertices some
action in I is beaten by another against all of J, which no mixture of J mends; of the others it is
judged by itself whether one does. So the second polytope is never made.
"""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._envelope import Vertices, envelope_vertices
from strategic.equilibria.enumeration._support_signs import gains, judged
from strategic.equilibria.enumeration._support_tables import support_numbers, support_sets
from strategic.equilibria.enumeration._supports import Supports, scaled

_BITS = np.uint16  # one per action


def pruned_vertices(row: Array, column: Array, rounded: Array) -> Supports:
    """Find the supports of all equilibria of games in which no sign that matters is in doubt.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs; at most 16 actions each.
    rounded : array ``(games,)`` of bool
        Games whose payoffs as written are only nearest to these doubles.
    """
    if row.shape[1] > row.shape[2]:  # the player with fewer actions has the smaller polytope
        found = pruned_vertices(column.swapaxes(1, 2), row.swapaxes(1, 2), rounded)
        return Supports([(game, i, j) for game, j, i in found.parts], found.left)
    earned, doubt = scaled(column.swapaxes(1, 2), rounded)
    left = ~np.isfinite(doubt)
    earned[left] = 0.0
    # Replies that earn much come first: most of what the others would cut off is never made.
    order = np.argsort(-earned.sum(axis=2), axis=1, kind="stable")
    vertices = envelope_vertices(np.take_along_axis(earned, order[:, :, None], axis=1), doubt)
    left |= vertices.given_up
    left[vertices.game[~vertices.certain]] = True
    # From here on columns are in that order.
    payoffs = np.ascontiguousarray(
        np.take_along_axis(row, order[:, None], axis=2).transpose(1, 2, 0)
    )
    parts = []
    for part in _judged(vertices, payoffs, rounded, left):
        # Nothing is listed of games left open, whichever lane left them so.
        game, i, j = (side[~left[part[0]]] for side in part)
        parts.append((game, i, np.sort(order[game[:, None], j], axis=1)))
    return Supports(parts, left)


def _judged(
    vertices: Vertices, payoffs: Array, rounded: Array, left: Array
) -> list[tuple[Array, Array, Array]]:
    """Find the vertices with a mixture of the replies to which what they use is a best reply.

    Marks the games left open. Gives, for each number of actions k from 1, the games, and the
    actions of both players ``(E, k)``.
    """
    m, n, _ = payoffs.shape
    used = ~vertices.labels & np.uint64((1 << m) - 1)
    best = (vertices.labels >> np.uint64(m)).astype(np.intp)
    beaten = _beaten(payoffs)[best, vertices.game]
    open_ = np.flatnonzero((beaten & used.astype(_BITS) == 0) & ~left[vertices.game])
    used, best, game = used[open_].astype(np.intp), best[open_], vertices.game[open_]
    size, of, parts = np.bitwise_count(used), gains(payoffs, rounded), []
    for k in range(1, m + 1):
        lanes = np.flatnonzero(size == k)
        rows, i = support_sets(m, k), support_numbers(m)[used[lanes]]
        columns, j = support_sets(n, k), support_numbers(n)[best[lanes]]
        verdict = judged(of, game[lanes], (columns, j), (rows, i))
        lane = verdict.lane
        left[game[lanes[lane[~verdict.sure]]]] = True
        parts.append((game[lanes[lane]], rows.inside.T[i[lane]], columns.inside.T[j[lane]]))
    return parts


def _beaten(payoffs: Array) -> Array:
    """Tell which actions some other one beats against all of a set of replies, as bits.

    Parameters
    ----------
    payoffs : array ``(actions, replies, games)``

    Returns
    -------
    array ``(2**replies, games)``
        By the set as bits.
    """
    actions, replies, games = payoffs.shape
    bits = _BITS(1) << np.arange(actions, dtype=_BITS)
    beaten: Array
    higher: Array
    beaten, higher = np.zeros((2, 1 << replies, games), dtype=_BITS)
    for action, bit in enumerate(bits):
        # Which actions do better than this one, reply by reply and then set by set.
        better = np.where(payoffs > payoffs[action], bits[:, None, None], _BITS(0)).sum(
            axis=0, dtype=_BITS
        )
        higher[0] = ~_BITS(0)
        for reply in range(replies):
            some = 1 << reply
            np.bitwise_and(higher[:some], better[reply], out=higher[some : 2 * some])
        beaten |= (higher != 0) * bit
    return beaten
