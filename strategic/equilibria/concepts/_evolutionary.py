"""Evolutionary stability of strategies of many symmetric games, in whole numbers."""

from __future__ import annotations

import math

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._cofactors import cofactors
from strategic.equilibria._exact import indifferent_mixtures
from strategic.equilibria._whole_games import SHORT, as_integers, sizes_of
from strategic.equilibria.concepts._copositive import strictly_copositive

_MOST_COFACTORS = 6


def stable_strategies(tables: Array, number: Array, strategies: Array, *, tol: float) -> Array:
    """Say which strategies of symmetric games are evolutionarily stable.

    Parameters
    ----------
    tables : array ``(games, n, n)``
        What a row action earns against a column action, in whole numbers: int64, or Python int.
    number : array ``(E,)`` of int
        The game of each strategy.
    strategies : array ``(E, n)``
        Mixtures, as doubles.
    tol : float
        How far these may be from the mixture that their support determines.

    Returns
    -------
    array of bool ``(E,)``

    Notes
    -----
    See `strategic.equilibria.concepts.refinement.evolutionarily_stable`. Strategies with equally
    many actions in use and equally many best replies are decided together.
    """
    stable, decided = np.zeros((2, len(number)), dtype=bool)
    # Shares that should be zero may be rounding: without them if they make no equilibrium.
    for used in (strategies > 0.0, strategies > tol):
        sizes = used.sum(axis=1)
        for size in np.unique(sizes[~decided & (sizes > 0)]).tolist():
            lanes = np.flatnonzero(~decided & (sizes == size))
            support = np.nonzero(used[lanes])[1].reshape(-1, size)
            weights, total, best, proved = _equilibria(tables, number[lanes], support)
            near = np.abs(weights / total[:, None] - strategies[lanes]).astype(np.float64)
            some = np.flatnonzero(proved & (near <= tol).all(axis=1))
            decided[lanes[some]] = True
            stable[lanes[some]] = _stable(tables, number[lanes[some]], support[some], best[some])
    return stable


def _equilibria(tables: Array, number: Array, support: Array) -> tuple[Array, Array, Array, Array]:
    """Find the mixtures on supports ``(E, k)`` that are best replies to themselves.

    Gives weights ``(E, n)``, totals, best replies ``(E, n)`` and which are such mixtures.
    """
    size, actions = support.shape[1], tables.shape[1]
    ranges = sizes_of(np.abs(tables).reshape(len(tables), -1).max(axis=1))[number]
    weights: Array = np.zeros((len(number), actions), dtype=tables.dtype)
    best, proved = np.zeros((len(number), actions), dtype=bool), np.zeros(len(number), dtype=bool)
    with np.errstate(over="ignore"):
        largest = math.factorial(size) * (2.0 * ranges) ** (size - 1) * np.maximum(ranges, 1.0)
        fits = (size * largest < SHORT) & (tables.dtype != object)
    for short in (True, False):
        lanes = np.flatnonzero(fits == short)
        if not lanes.size:
            continue
        own = tables[number[lanes]]
        if not short:
            own, weights = as_integers(own), as_integers(weights)
        used, row = support[lanes], np.arange(len(lanes))[:, None]
        if size <= _MOST_COFACTORS:
            tied = own[row[..., None], used[..., None], used[:, None]]
            shares = cofactors((tied[:, :1] - tied[:, 1:]).transpose(1, 2, 0)).T
            shares = np.where((shares.sum(axis=1) < 0)[:, None], -shares, shares)
        else:
            shares = indifferent_mixtures(as_integers(own), used, used)[0]
        weights[lanes[:, None], used] = shares
        earned = (own[row, :, used] * shares[..., None]).sum(axis=1)
        best[lanes] = earned == earned.max(axis=1, keepdims=True)
        proved[lanes] = (shares > 0).all(axis=1) & best[lanes[:, None], used].all(axis=1)
    return weights, np.where(proved, weights.sum(axis=1), 1), best, proved


def _stable(tables: Array, number: Array, support: Array, best: Array) -> Array:
    """Decide the form of each: mutants are ``x + z`` with sum ``z = 0``."""
    found, inside = np.zeros(len(number), dtype=bool), support.shape[1] - 1
    outside = best.copy()
    np.put_along_axis(outside, support, values=False, axis=1)
    counts = outside.sum(axis=1)
    for count in np.unique(counts).tolist():
        lanes = np.flatnonzero(counts == count)
        # One coordinate is eliminated, so that the form is in the other best replies, free in
        # sign inside the support and nonnegative outside.
        anchor = support[lanes, :1]
        more = np.nonzero(outside[lanes])[1].reshape(len(lanes), count)
        others = np.concatenate([support[lanes, 1:], more], axis=1)
        own, row = tables[number[lanes]], np.arange(len(lanes))[:, None]
        large = tables.dtype != object and np.abs(own).max(initial=0) >= SHORT / 8.0
        own = as_integers(own) if large else own
        moved = own[row, anchor, others][:, None] + own[row, others, anchor][:, :, None]
        moved = moved - own[row, anchor, anchor][..., None]
        moved = moved - own[row[..., None], others[..., None], others[:, None]]
        found[lanes] = strictly_copositive(moved + moved.swapaxes(1, 2), free=inside)
    return found
