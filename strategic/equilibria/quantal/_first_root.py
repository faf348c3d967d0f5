"""Where the principal branch of a 2x2 game first meets a rationality, without following it."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.two_by_two import (
    TwoByTwo,
    inwards,
    logistic,
    single_root,
    three_roots,
)

_APART = 1e-8
"""Roots nearer to the place of a minimum are on no certain side of it."""
_BISECTIONS = 52
_STEEPEST = 1.1996786402577337
"""The largest value of ``tanh u + u / cosh(u)^2``, taken at ``u`` of this size (u tanh u = 1)."""
_ALIKE_DEPTH = 1e-9
"""Share of their size up to which the depths of two minima are not told apart."""


def first_root(games: TwoByTwo, rationality: Array) -> tuple[Array, Array]:
    """Find where the curve that starts at uniform play first meets a rationality.

    Parameters
    ----------
    games : TwoByTwo
    rationality : array (games,)

    Returns
    -------
    x : array (games,)
        Log-odds of the first player's first action.
    told : array of bool (games,)
        Whether it is proved that this is the root of three.

    Notes
    -----
    Write ``x = t (alpha + A/2 tanh(y/2))`` and ``y = t (beta + B/2 tanh(x/2))`` where both
    slopes are positive. If ``alpha`` and ``beta`` are of one sign, say positive, the curve
    never leaves ``x, y > 0``, where the composed reply is concave and positive at zero, so that
    there is one root: the highest. If ``alpha > 0 > beta``, eliminating ``t`` leaves
    ``f(x) = g(y)`` with ``f(x) = x (beta + B/2 tanh(x/2))`` and ``g`` alike. For ``x > 0 > y``
    each falls to one minimum and rises again, if ``|beta| < B/2`` and ``alpha < A/2``. The
    curve falls along both until it comes to the higher minimum, passes that, and goes back on
    the other side: if ``f`` has the lower one, ``x`` never passes its place and ``y`` falls all
    the way, so the curve has the roots below that place and meets the highest one first. If
    ``g`` has, ``x`` rises all the way, and the first root is the lowest one beyond its place.
    """
    x, told = np.zeros(len(rationality)), np.ones(len(rationality), dtype=bool)
    with np.errstate(all="ignore"):
        terms = rationality * games.terms
        alone = np.flatnonzero(~games.rising)
        x[alone] = single_root(terms[:, alone])
        a, slope_a, b, slope_b = games.terms
        sides = np.array([a + 0.5 * slope_a, b + 0.5 * slope_b])
        for sign, end in ((1.0, 1), (-1.0, 0)):
            inside = (sign * sides >= 0.0).all(axis=0) & (sides != 0.0).any(axis=0)
            some = np.flatnonzero(games.rising & inside)
            own = terms[:, some]
            ends = own[0] + end * own[1]
            x[some] = inwards(ends[None], own[:, None], np.full(len(some), -sign))[0]
        mixed = np.flatnonzero(games.rising & (sides[0] * sides[1] < 0.0))
        if len(mixed):
            roots = three_roots(terms[:, mixed])
            x[mixed] = roots[0]
            several = roots[0] != roots[2]
            more = mixed[several]
            chosen, told[more] = _of_three(roots[:, several], games.keep(more), rationality[more])
            x[more] = chosen
    # At uniform play itself, and where rounding was lost at a fold, nothing is told.
    return x, told & np.isfinite(x)


def _of_three(roots: Array, games: TwoByTwo, rationality: Array) -> tuple[Array, Array]:
    """Choose the root that the curve meets first, and say whether it is proved."""
    a, slope_a, b, slope_b = games.terms
    # Mirrored, if need be, so that the first player's side is the positive one.
    sign = np.sign(a + 0.5 * slope_a)
    x = np.sort(sign * roots, axis=0)
    y = sign * rationality * (b + slope_b * logistic(sign * x))
    own = np.array([-sign * (b + 0.5 * slope_b), sign * (a + 0.5 * slope_a)])  # |beta|, alpha
    half = 0.5 * np.array([slope_b, slope_a])
    share = own / half
    place = _lowest(share)
    depth = np.where(place < np.inf, half * place * (np.tanh(0.5 * place) - share), -np.inf)
    falling = depth[0] < depth[1]
    below, beyond = x < place[0], y > -place[1]
    none = ~np.where(falling, below, beyond).any(axis=0)
    last_below, first_beyond = below.sum(axis=0) - 1, 3 - beyond.sum(axis=0)
    arm = np.where(falling, np.where(none, 0, last_below), np.where(none, 2, first_beyond))
    strict = (share < 1.0).sum(axis=0)
    clear = (strict == 2) & ~none | (strict == 1)
    clear &= np.abs(depth[0] - depth[1]) > _ALIKE_DEPTH * np.abs(half).max(axis=0)
    near = np.minimum(np.abs(x - place[0]).min(axis=0), np.abs(y + place[1]).min(axis=0))
    clear &= (near > _APART) & (np.abs(share - _STEEPEST) > _APART).all(axis=0)
    chosen = sign * np.take_along_axis(x, arm[None], axis=0)[0]
    return np.where(games.mirrored, roots[1], chosen), clear | games.mirrored


def _lowest(share: Array) -> Array:
    """Find where ``s (tanh(s/2) - share)`` is lowest first, by bisection; infinite if it falls."""
    low, high = np.zeros_like(share), np.full_like(share, 2.0 * _STEEPEST)
    for _ in range(_BISECTIONS):
        s = 0.5 * (low + high)
        tanh = np.tanh(0.5 * s)
        above = tanh + 0.5 * s * (1.0 - tanh**2) > share
        low, high = np.where(above, low, s), np.where(above, s, high)
    return np.where(share < _STEEPEST, 0.5 * (low + high), np.inf)
