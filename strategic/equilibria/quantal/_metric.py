"""How far replies turn when log-odds move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._system import added, largest

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
        return cls(places, _of_each(places, mixtures), rationality)

    def facing(self, tangent: Array) -> tuple[Array, Array]:
        """Give the lengths of tangents, and rows that border the equations across them.

        The products of a row with moves are their inner products with the tangent made one long.
        """
        border, square = np.empty_like(tangent), tangent[-1] ** 2
        border[-1] = tangent[-1]
        for place, p in zip(self.places, self.mixtures, strict=True):
            mine, scaled = tangent[place], self.rationality * p
            mean = added(p[1:] * mine)
            first, others = -scaled[0] * mean, scaled[1:] * (mine - mean)
            square = square + first**2 + added(others**2)
            border[place] = scaled[1:] * (others - (p[0] * first + added(p[1:] * others)))
        length = np.sqrt(square)
        return length, border / length


def turned(mixtures: Array, places: Sequence[slice], move: Array) -> Array:
    """Find the largest change of a probability when log-odds move so far.

    Parameters
    ----------
    mixtures : array (actions of all players, games)
        Followed players first.
    places : sequence of slices
    move : array (unknowns, games) or (unknowns, moves, games)

    Examples
    --------
    >>> half = np.array([[0.5], [0.5]])
    >>> turned(half, [slice(0, 1)], np.array([[0.2]])).round(3)
    array([0.053])
    """
    worst = None
    for part, place in zip(_of_each(places, mixtures), places, strict=True):
        p = part if move.ndim == part.ndim else part[:, None]
        mine = move[place]
        mean = added(p[1:] * mine)
        # The first action's log-odds are zero, and do not move.
        change = np.empty((len(p), *move.shape[1:]))
        np.negative(mean, out=change[0])
        np.subtract(mine, mean, out=change[1:])
        if not change.max(initial=0.0) <= _CAP:  # also where one is NaN
            np.minimum(change, _CAP, out=change)
        np.exp(change, out=change)
        change -= 1.0
        np.abs(change, out=change)
        change *= p
        longest = largest(change)
        worst = longest if worst is None else np.maximum(worst, longest, out=worst)
    return np.zeros(move.shape[1:]) if worst is None else worst


def _of_each(places: Sequence[slice], mixtures: Array) -> list[Array]:
    """Divide mixtures among the players who are followed."""
    parts, start = [], 0
    for place in places:  # a player who replies has no log-odds
        end = start + place.stop - place.start + 1
        parts.append(mixtures[start:end])
        start = end
    return parts
