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
            first = tables[0, 0]
            apart = np.maximum(np.abs(tables[-1, -1] - first), np.abs(tables[0, -1] - first))
            if (apart < LEVEL * np.abs(first)).any():
                return None
            # Accumulated one after the other; `sum` would add up in pairs where it can.
            replies = np.add.accumulate(tables * other, axis=1)[:, -1]
            best.append(np.maximum.reduce(replies, axis=0))
            replies = replies * own
            earned.append(np.add.accumulate(replies, axis=0)[-1])
        payoffs, reply = (e[0] if len(e) == 1 else np.concatenate(e) for e in (earned, best))
        payoffs += 0.0  # no negative zeros
        gains = reply - payoffs
        if not math.isfinite(np.add.reduce(payoffs, axis=None)):
            return None
    return payoffs, np.maximum(np.maximum(gains[0], gains[1]), 0.0)
