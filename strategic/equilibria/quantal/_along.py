"""Numbers along a curve of logit equilibria: cubics between nodes, chances and how they change."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._system import added, softmax


def cubic(ends: Array, slopes: Array, length: Array, s: Array) -> tuple[Array, Array]:
    """Hermite's cubic and its slope at share ``s`` of the way."""
    left, (first, second) = ends[0], slopes * length
    gap = ends[1] - left
    c2, c3 = 3.0 * gap - 2.0 * first - second, first + second - 2.0 * gap
    return (
        left + s * (first + s * (c2 + s * c3)),
        first + s * (2.0 * c2 + 3.0 * s * c3),
    )


def log_odds_chances(scores: Array, first: Array, second: Array) -> Array:
    """Logarithms of logit probabilities and their derivatives (3, n, columns)."""
    top = scores.max(axis=0)
    logs = scores - top - np.log(added(np.exp(scores - top)))
    p = softmax(scores)
    mean = added(p * first)
    spread = added(p * (first - mean) ** 2)
    return np.array([logs, first - mean, second - added(p * second) - spread])


def chances(logs: Array) -> tuple[Array, Array, Array]:
    """Probabilities and their derivatives, from those of logarithms."""
    p = np.exp(logs[0])
    return p, p * logs[1], p * (logs[2] + logs[1] ** 2)
