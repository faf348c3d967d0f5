"""How far replies turn when log-odds move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._system import added

_CAP = 500.0
"""Largest exponent: longer moves count as that long."""


@dataclass(frozen=True, eq=False)
class Metric:
    """Lengths of moves of log-odds and of the logarithm ``s`` of rationality.

    A move is as long as ``(t dp, ds)``, where ``dp`` is to first order what it does to the mixtures
    of the players whose log-odds are followed: payoffs are within 0..1, so replies turn over
    changes ``t dp`` of about one. Log-odds of actions that are hardly played count little.

    Parameters
    ----------
    places : sequence of slices
        Where the log-odds of each player stand.
    mixtures : list of arrays (n_i, games)
    rationality : array (games,)
    """

    places: Sequence[slice]
    mixtures: list[Array]
    rationality: Array

    @classmethod
    def at(cls, places: Sequence[slice], mixtures: Array, rationality: Array) -> Metric:
        """Measure at mixtures ``(actions of all players, games)``, followed players first."""
        ends = np.cumsum([place.stop - place.start + 1 for place in places])
        return cls(places, np.split(mixtures[: ends[-1]], ends[:-1]), rationality)

    def length(self, move: Array) -> Array:
        """Lengths of moves (unknowns + 1, games)."""
        return np.asarray(np.sqrt(move[-1] ** 2 + sum(added(g**2) for g in self._turns(move))))

    def across(self, tangent: Array) -> Array:
        """Row vectors whose products with moves are inner products of these with the tangent."""
        border = np.empty_like(tangent)
        border[-1] = tangent[-1]
        for place, p, g in zip(self.places, self.mixtures, self._turns(tangent), strict=True):
            border[place] = self.rationality * p[1:] * (g[1:] - added(p * g))
        return border

    def _turns(self, move: Array) -> list[Array]:
        """Turn moves into changes of mixtures times rationality: (n_i, games) per player."""
        turns = []
        for place, p in zip(self.places, self.mixtures, strict=True):
            mine = move[place]
            mean = added(p[1:] * mine)
            turns.append(self.rationality * np.concatenate([-p[:1] * mean, p[1:] * (mine - mean)]))
        return turns


def turned(mixtures: Sequence[Array], places: Sequence[slice], move: Array) -> Array:
    """Find the largest change of a probability when log-odds (unknowns, games) move so far.

    Examples
    --------
    >>> half = np.array([[0.5], [0.5]])
    >>> turned([half], [slice(0, 1)], np.array([[0.2]])).round(3)
    array([0.053])
    """
    worst = np.zeros(move.shape[1])
    for p, place in zip(mixtures, places, strict=False):  # a player who replies has no log-odds
        mine = move[place]
        mean = added(p[1:] * mine)
        change = np.abs(np.exp(np.minimum(mine - mean, _CAP)) - 1.0)
        change *= p[1:]
        here = p[0] * np.abs(np.exp(np.minimum(-mean, _CAP)) - 1.0)
        np.maximum(worst, np.maximum(here, change.max(axis=0)), out=worst)
    return worst
