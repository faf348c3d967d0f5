"""Numbers along a curve of logit equilibria: cubics between nodes, chances and how they change."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._system import added, largest


def cubic(ends: Array, slopes: Array, length: Array, s: Array) -> tuple[Array, Array]:
    """Hermite's cubic and its slope at share ``s`` of the way."""
    left, (first, second) = ends[0], slopes * length
    gap = ends[1] - left
    c2, c3 = 3.0 * gap - 2.0 * first - second, first + second - 2.0 * gap
    return (
        left + s * (first + s * (c2 + s * c3)),
        first + s * (2.0 * c2 + 3.0 * s * c3),
    )


def log_odds_chances(scores: Array, first: Array, second: Array | None = None) -> Array:
    """Logarithms of logit probabilities and their derivatives (2 or 3, n, ...)."""
    logs = np.empty((2 if second is None else 3, *scores.shape))
    np.subtract(scores, largest(scores), out=logs[0])
    p = np.exp(logs[0])
    total = added(p)
    logs[0] -= np.log(total)
    p /= total
    mean = added(p * first)
    np.subtract(first, mean, out=logs[1])
    if second is not None:
        spread = added(p * logs[1] ** 2)
        np.subtract(second, added(p * second), out=logs[2])
        logs[2] -= spread
    return logs


def chances(logs: Array) -> Array:
    """Probabilities and their derivatives, from those of logarithms (2 or 3, n, ...)."""
    p = np.exp(logs[0])
    if len(logs) == 2:
        return np.array([p, p * logs[1]])
    return np.array([p, p * logs[1], p * (logs[2] + logs[1] ** 2)])
