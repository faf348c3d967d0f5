"""Payoffs and regrets of a few mixed profiles in few calls, to the last bit as of many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import LEVEL


class Replies(NamedTuple):
    """Tables of one player, or of both side by side where they have equally many actions.

    ``tables`` is ``(actions, actions of the other, players, E)``; ``own`` and ``other``, the
    mixtures, ``(actions, players, E)``.
    """

    tables: Array
    own: Array
    other: Array


def payoffs_and_regret_of_few(sides: Sequence[Replies]) -> tuple[Array, Array] | None:
    """Add up in the order of `payoffs_and_regret_of_two`, both players at once.

    Returns
    -------
    payoffs : array ``(2, E)``
    regret : array ``(E,)``
        None instead of both where sums overflow, or payoffs may differ by far less than their size:
        those need a closer look.
    """
    earned, best = [], []
    with np.errstate(over="ignore", invalid="ignore"):
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
