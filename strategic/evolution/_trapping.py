"""Paths whose end is certain long before they are there: boxes that lead to a corner.

Take all mixtures in which every population plays some action at least as often as it does now. If
that action is best at every vertex of this box, by rates of at least r, then, payoff differences
being multilinear, it is best by as much everywhere in the box: no path leaves it, and the odds of
every other action fall at least as fast as e^(-r t).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from strategic.arrays import Array
from strategic.evolution._flows import LogOdds
from strategic.evolution._gains import Polynomials
from strategic.evolution.dynamics import summed

_MOST_VERTICES = 64


def time_to_corner(
    flow: LogOdds, state: Array, slope: Array, *, left: Array, least: Array, log_odds: float
) -> Array:
    """Bound how long it takes until the odds of all actions but one are below a number.

    Parameters
    ----------
    flow : LogOdds
        A replicator dynamic.
    state, slope : ndarray, shape (rows, points)
        Where the paths are, and how it changes.
    left : ndarray, shape (points,)
        Longest time of interest.
    least : ndarray, shape (points,)
        Smallest rate that counts as one.
    log_odds : float
        Logarithm of that number.

    Returns
    -------
    ndarray, shape (points,)
        Infinite where a box certifies no such time, or it is longer than what is left.
    """
    needed = np.full(state.shape[1], np.inf)
    if not isinstance(flow.gains, Polynomials) or prod(flow.sizes) > _MOST_VERTICES:
        return needed
    # what is left must do even at the rates of this moment, before a box is worth its vertices
    odds = flow.behind(state, state)
    time = _time(odds, flow.behind(state, slope), least, log_odds)
    found = np.flatnonzero((time <= left) & (time < np.inf))
    if not found.size:
        return needed
    flow, state = flow.at(found), np.take(state, found, axis=1)
    worst, rates = np.full_like(state, -np.inf), np.empty_like(state)
    for vertex in _vertices(flow, state):
        flow.rates(vertex, rates)
        np.maximum(worst, flow.behind(state, rates), out=worst)
    time = _time(np.take(odds, found, axis=1), worst, least[found], log_odds)
    needed[found] = np.where(time <= left[found], time, np.inf)
    return needed


def _time(odds: Array, rates: Array, least: Array, log_odds: float) -> Array:
    """Time until odds that change at these rates are below a number; infinite unless all fall."""
    gone = odds == -np.inf
    if gone.any():
        rates = np.where(gone, -np.finfo(float).max, rates)
    time = np.subtract(log_odds, odds)
    np.divide(time, rates, out=time)
    longest = np.maximum(time.max(axis=0), 0.0)
    return np.asarray(np.where((rates < -least).all(axis=0), longest, np.inf))


def _vertices(flow: LogOdds, state: Array) -> Iterator[Array]:
    """Give the states at vertices of the box of each path, so that each face has all of its own.

    What an action gains depends on the other populations' shares. Of 0 and 1 per population the
    rows of even sums hold every combination of all but one.
    """
    halves = len(flow.sizes) > 1 and set(flow.sizes) == {2}
    parts = [
        [_vertex(state[rows], action) for action in range(size)]
        for rows, size in zip(flow.rows, flow.sizes, strict=True)
    ]
    for actions in np.ndindex(*flow.sizes):
        if not (halves and sum(actions) % 2):
            yield np.concatenate([part[a] for part, a in zip(parts, actions, strict=True)])


def _vertex(state: Array, action: int) -> Array:
    """Give one action all that is left by the most frequent one."""
    if len(state) == 1:
        return np.copysign(np.inf, state) if action == 0 else state
    top = state.argmax(axis=0)[None]
    shares = np.exp(state - np.take_along_axis(state, top, axis=0))
    shares /= summed(shares)
    vertex = np.zeros_like(state)
    vertex[action] = 1.0 - np.take_along_axis(shares, top, axis=0)[0]
    most = np.where(top == action, 1.0, np.take_along_axis(shares, top, axis=0))
    np.put_along_axis(vertex, top, most, axis=0)
    return np.log(vertex)
