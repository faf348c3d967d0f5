"""The indifference equations of every set of actions that all players may use alike."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array


class Systems(NamedTuple):
    """Equations of all sets of ``k`` actions in all games of a block.

    Parameters
    ----------
    gains : array ``(n - 1, k, .., k, sets * games)``
        See `_cells.Cells`.
    actions : array of int ``(n, sets * games)``
        The actions in use, ascending, then the others.
    game : array of int ``(sets * games,)``
    """

    gains: Array
    actions: Array
    game: Array

    def placed(self, place: Array, shares: Array) -> Array:
        """Write shares of the actions in use out for all actions, ``(n, rows)``."""
        mixtures = np.zeros((len(self.actions), len(place)))
        np.put_along_axis(mixtures, self.actions[: len(shares), place], shares, axis=0)
        return mixtures


def systems_of(table: Array, k: int) -> Systems:
    """Set up the equations of every set of ``k`` actions.

    Parameters
    ----------
    table : array ``(n, n, .., n, games)``
        Payoff of one player by the own action and those of the opponents.
    k : int
    """
    n, count = len(table), table.shape[-1]
    gains, actions = [], []
    for used in combinations(range(n), k):
        order = [*used, *(a for a in range(n) if a not in used)]
        among = table
        for axis in range(1, table.ndim - 1):
            among = among.take(used, axis=axis)
        gains.append(among[order[1:]] - among[order[0]])
        actions.append(np.repeat(np.array(order)[:, None], count, axis=1))
    return Systems(
        np.concatenate(gains, axis=-1),
        np.concatenate(actions, axis=-1),
        np.tile(np.arange(count), len(actions)),
    )
