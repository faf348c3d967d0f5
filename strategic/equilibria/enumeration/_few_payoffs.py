"""Payoffs and regrets of a few mixed profiles in few calls, to the last bit as of many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import LEVEL, payoffs_and_regret_of_two
from strategic.equilibria.enumeration._few_tables import FewTables


class Replies(NamedTuple):
    """Tables of one player, or of both side by side where they have equally many actions.

    ``tables`` is ``(actions, actions of the other, players, E)``; ``own`` and ``other``, the
    mixtures, ``(actions, players, E)``.
    """

    tables: Array
    own: Array
    other: Array


def payoffs_of_few(
    table: Array, payoffs: Array, static: FewTables, start: Array
) -> tuple[Array, Array]:
    """Compute payoffs ``(2, E)`` and regrets ``(E,)`` of the strategies in a table.

    Parameters
    ----------
    table : array ``(lines, E)``
        A packed table; its first lines are the strategies.
    payoffs : array ``(games, 2 m n + 2)``
        Those of both players in turn, zero and one.
    static : FewTables
    start : array ``(E,)`` of int
        Where the payoffs of the game of each equilibrium begin.
    """
    sides = [
        Replies(payoffs.take(s.cells + start), table.take(s.own, 0), table.take(s.other, 0))
        for s in static.sides
    ]
    found = payoffs_and_regret_of_few(sides)
    if found is None:  # rare: payoffs near the largest double, or near each other
        own, other = (payoffs.take(cells[..., None] + start) for cells in static.tables)
        x, y = np.split(table[: sum(static.shape)], [static.shape[0]])
        found = payoffs_and_regret_of_two(own, other, x, y)
    return found


def payoffs_and_regret_of_few(sides: Sequence[Replies]) -> tuple[Array, Array] | None:
    """Add up in the order of `payoffs_and_regret_of_two`, both players at once.

    The caller ignores overflows and what is not valid, unless payoffs are small.

    Returns
    -------
    payoffs : array ``(2, E)``
    regret : array ``(E,)``
        None instead of both where sums overflow, or payoffs may differ by far less than their size:
        those need a closer look.
    """
    earned, best = [], []
    for tables, own, other in sides:
        level = np.abs(tables[0, 0]) * LEVEL
        for corner in (tables[-1, -1], tables[0, -1]):
            near = np.abs(corner - tables[0, 0]) < level
            if not np.count_nonzero(near):
                break
            level[~near] = 0.0
        else:  # corners that are equal are not yet a level
            spread = np.maximum.reduce(tables, axis=(0, 1))
            spread -= np.minimum.reduce(tables, axis=(0, 1))
            if np.count_nonzero(spread < level):
                return None
        replies = _total((tables * other).swapaxes(0, 1))
        best.append(np.maximum.reduce(replies, axis=0))
        earned.append(_total(replies * own))
    payoffs, reply = (e[0] if len(e) == 1 else np.concatenate(e) for e in (earned, best))
    payoffs += 0.0  # no negative zeros
    if not math.isfinite(np.add.reduce(payoffs, axis=None)):
        return None
    reply -= payoffs
    return payoffs, np.maximum.reduce(reply, axis=0, initial=0.0)


def _total(terms: Array) -> Array:
    """Add up one after the other; of single terms `reduce` would add up pairs."""
    if terms.shape[-1] * terms.shape[-2] > 1:
        return np.asarray(np.add.reduce(terms, axis=0))
    return np.asarray(np.add.accumulate(terms, axis=0)[-1])
