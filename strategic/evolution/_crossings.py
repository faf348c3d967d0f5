"""Where a function along a piece of a path first falls below zero; points last."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from strategic.arrays import Array

_SAMPLES = 64
"""Places of a piece at which a function that is no polynomial of low degree is looked at."""
_HALVINGS = 60


def first_root(polynomials: Array, tolerance: Array) -> Array:
    """Smallest length within (0, 1) after which one of the polynomials is negative."""
    start = np.where(np.abs(polynomials[0]) <= 4 * tolerance, 0.0, polynomials[0])
    if len(polynomials) == 3:
        slope, bend = polynomials[1:]
        # the root of c + b s + a s^2 in the form that does not cancel; 0 / 0 is no root
        root = 2.0 * start / (-slope + np.sqrt(slope**2 - 4.0 * bend * start))
        root = np.where(start == 0.0, np.where(slope > 0.0, -slope / bend, np.inf), root)
        root = np.where((root > 0.0) & (root < 1.0), root, np.inf)
        return np.asarray(root.min(axis=0))

    def least(length: Array) -> Array:
        value = polynomials[-1]
        for coefficient in (*polynomials[-2:0:-1], start):
            value = value * length + coefficient
        return np.asarray(value.min(axis=0))

    return first_fall(least, tolerance)


def first_fall(least: Callable[[Array], Array], tolerance: Array) -> Array:
    """Find where a function of the length first falls below zero, by samples and bisection."""
    points = len(tolerance)
    low, high = np.full(points, np.inf), np.full(points, np.inf)
    for sample in range(1, _SAMPLES + 1):
        behind = least(np.full(points, sample / _SAMPLES)) < -tolerance
        first = behind & np.isinf(high)
        low[first], high[first] = (sample - 1) / _SAMPLES, sample / _SAMPLES
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        behind = least(np.where(np.isinf(middle), 1.0, middle)) < -tolerance
        high, low = np.where(behind, middle, high), np.where(behind, low, middle)
    return np.where(np.isfinite(low), high, np.inf)
