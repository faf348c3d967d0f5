"""Evolutionarily stable strategies of one population, mixed ones included."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from strategic.arrays import Array

_CLEAR = 1e-9
"""How far from zero a quadratic form must stay, relative to the largest slope of payoffs."""


def resists_mutants(slopes: Array, used: tuple[int, ...], tied: Array) -> Array:
    """Tell whether rest points of one population earn more against mutants than these do.

    Parameters
    ----------
    slopes : ndarray, shape (n, n, points)
        Derivatives of payoffs by shares: the game's matrix, where payoffs are linear.
    used : tuple of int
        The actions in use.
    tied : ndarray of bool, shape (n, points)
        Which others earn as much as these.

    Returns
    -------
    ndarray of bool, shape (points,)

    Notes
    -----
    A symmetric equilibrium x of payoffs ``A x`` is evolutionarily stable exactly if ``z'Az < 0``
    for all ``z = y - x`` that use best replies only: free in sign on the support, at least zero
    outside it. That is strict copositivity (Haigh 1975, Abakuks 1980; Weibull 1995, section 2.2;
    Bomze 1992). With payoffs that are not linear it is so in the first order, near by.
    """
    found = np.zeros(slopes.shape[-1], dtype=bool)
    patterns, member = np.unique(tied.T, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        here = np.flatnonzero(member.ravel() == number)
        found[here] = _copositive(slopes[..., here], used, tuple(np.flatnonzero(pattern)))
    return found


def _copositive(slopes: Array, used: tuple[int, ...], tied: tuple[int, ...]) -> Array:
    """Whether ``-z'Az`` is positive for moves among used actions, or from these to tied ones."""
    count = len(used) - 1
    # Payoffs of about 1, so that determinants neither underflow nor overflow.
    slopes = np.ldexp(slopes, -np.frexp(np.abs(slopes).max(axis=(0, 1)))[1])
    moved = [*used[1:], *tied]
    rows = slopes[moved] - slopes[used[0]]
    form = np.moveaxis(rows[:, moved] - rows[:, [used[0]]], -1, 0)
    form = -0.5 * (form + form.swapaxes(1, 2))
    size = np.abs(slopes).max(axis=(0, 1))
    form = form - (_CLEAR * size)[:, None, None] * np.eye(len(moved))
    free, mixed, rest = form[:, :count, :count], form[:, :count, count:], form[:, count:, count:]
    sound = np.isfinite(form).all(axis=(1, 2))
    sound[sound] = np.linalg.eigvalsh(free[sound]).min(axis=1, initial=np.inf) > 0.0
    # The best mixture of moves within the support for each move out of it (Schur complement).
    left = rest[sound] - mixed[sound].swapaxes(1, 2) @ np.linalg.solve(free[sound], mixed[sound])
    good = np.ones(len(left), dtype=bool)
    for width in range(1, len(tied) + 1):
        for chosen in combinations(range(len(tied)), width):
            part = left[:, chosen][:, :, chosen]
            # Where the form is stationary on this face of the simplex, its value must be positive.
            with np.errstate(all="ignore"):
                level = np.linalg.det(part)
                part = np.where(level[:, None, None] == 0.0, np.eye(width), part)
                there = np.linalg.solve(part, np.ones((len(part), width, 1)))[..., 0]
            good &= ~((there <= 0.0).all(axis=1) | (level == 0.0))
    sound[sound] = good
    return np.asarray(sound)
