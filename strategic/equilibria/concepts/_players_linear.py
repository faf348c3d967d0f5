"""Shares of equilibria in which at most two players mix, whatever their denominators, in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._cofactors import cofactors
from strategic.equilibria._whole_games import as_integers
from strategic.equilibria.concepts._players_roots import deviations

_NEAR = 1e-9
_TWO = 2


def linear_weights(tables: Array, sides: Sequence[Array]) -> tuple[list[Array], Array]:
    """Solve the equations that hold the mixtures of one or two players in place.

    Two players who use equally many actions keep each other indifferent. Whoever uses two actions
    and is not held so stands where a deviation of another player begins to pay.

    Parameters
    ----------
    tables : object array ``(players, n_1, .., n_p, E)``
        Payoffs as Python integers.
    sides : sequence of arrays ``(n_i, E)``
        Mixtures, rounded.

    Returns
    -------
    weights : list of object arrays ``(n_i, E)``
    found : array ``(E,)`` of bool
        Where there are weights for everyone; whether they make an equilibrium is not looked at.
    """
    used = [side > 0.0 for side in sides]
    sizes = np.array([mask.sum(axis=0) for mask in used])
    weights = [
        as_integers((mask & (size == 1)).astype(np.int64))
        for mask, size in zip(used, sizes, strict=True)
    ]
    held, few = sizes == 1, (sizes > 1).sum(axis=0) <= _TWO
    for mine, other in permutations(range(len(sides)), 2):
        pairs = few & (sizes[mine] > 1) & (sizes[mine] == sizes[other])
        for size in np.unique(sizes[mine, pairs]).tolist():
            lanes = np.flatnonzero(pairs & (sizes[mine] == size))
            at = [_places_in_use(used[player][:, lanes], size) for player in (other, mine)]
            own = [weight[:, lanes] for weight in weights]
            tied = _chosen(deviations(tables[other][..., lanes], own, other, mine), at)
            shares = cofactors(tied[:1] - tied[1:])
            fine = ((shares > 0).all(axis=0) | (shares < 0).all(axis=0)).astype(bool)
            weights[mine][at[1][:, fine], lanes[fine]] = np.abs(shares[:, fine])
            held[mine, lanes[fine]] = True
    for mine in range(len(sides)):
        alone = few & ~held[mine] & (held.sum(axis=0) == len(sides) - 1) & (sizes[mine] == _TWO)
        lanes = np.flatnonzero(alone)
        if lanes.size:
            places = _places_in_use(used[mine][:, lanes], _TWO)
            near = np.take_along_axis(sides[mine][:, lanes], places, axis=0)
            own = [weight[:, lanes] for weight in weights]
            shares, fine = _nearest_end(tables[..., lanes], own, mine, places, near)
            weights[mine][places[:, fine], lanes[fine]] = shares[:, fine]
            held[mine, lanes[fine]] = True
    return weights, held.all(axis=0)


def _chosen(earned: Array, places: Sequence[Array]) -> Array:
    """Keep some of the actions of both players of ``(n_i, n_j, E)``."""
    lines = np.take_along_axis(earned, places[0][:, None], axis=0)
    return np.take_along_axis(lines, places[1][None], axis=1)


def _places_in_use(mask: Array, size: int) -> Array:
    """List the actions in use: array ``(size, E)``."""
    return np.argsort(~mask, axis=0, kind="stable")[:size]


def _nearest_end(
    tables: Array, weights: Sequence[Array], mine: int, places: Array, near: Array
) -> tuple[Array, Array]:
    """Find where the deviation of another player begins to pay, nearest to a mixture of two."""
    shares, off = np.zeros(near.shape, dtype=object), np.full(near.shape[1], np.inf)
    for other in range(len(weights)):
        if other == mine:
            continue
        earned = deviations(tables[other], weights, other, mine)
        earned = np.take_along_axis(earned, places[None], axis=1)
        first = (weights[other] > 0).argmax(axis=0)
        gains = earned - np.take_along_axis(earned, first[None, None], axis=0)
        for start, end in gains:
            crossing = ((start > 0) & (end < 0)) | ((start < 0) & (end > 0))
            size = np.where(crossing, abs(start) + abs(end), 1)
            # Whole numbers beyond doubles have quotients that are not.
            quotient = np.where(crossing, abs(end), 0) / size
            distance = np.abs(quotient.astype(np.float64) - near[0])
            better = crossing.astype(bool) & (distance < off)
            off = np.where(better, distance, off)
            shares = np.where(better, np.array([abs(end), abs(start)]), shares)
    return shares, off < _NEAR
