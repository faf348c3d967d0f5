"""What a step of Newton's method tells of a branch: its slope and bend, and how far it may rise."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._small_systems import solve_with_determinant
from strategic.equilibria.quantal._stride_limits import SETTLED, TINY
from strategic.equilibria.quantal._system import LogitSystem


def newton_step(system: LogitSystem, w: Array, t: Array) -> tuple[Array, Array, Array]:
    """Find slopes at fixed rationality and Newton's move, in this order, determinant and mixtures.

    Slopes are by rationality; both are ``(2, unknowns, games)``.
    """
    size = len(w)
    values, derivatives, mixtures = system.evaluate(w, t)
    right = np.empty((size, 2, w.shape[1]))
    np.negative(derivatives[:, size], out=right[:, 0])
    np.negative(values, out=right[:, 1])
    solved, determinant = solve_with_determinant(derivatives[:, :size], right)
    return solved.swapaxes(0, 1), determinant, mixtures


def way_left(determinant: Array, peak: Array | float) -> Array:
    """Foretell how far a branch rises until the determinant vanishes, in logarithms of rationality.

    What it has lost since its peak is taken to grow like the square of rationality, as it does near
    uniform play.
    """
    # Logarithms of zero, which most determinants would need that have not fallen yet, are slow.
    return np.asarray(-0.5 * np.log(np.maximum(1.0 - determinant / peak, TINY)))


def at_rest(delta: Array, w: Array) -> Array:
    """Whether Newton's move was so short that the next one would be rounding."""
    longest = np.maximum(1.0, np.abs(w).max(axis=0))
    return np.asarray(np.abs(delta).max(axis=0) <= SETTLED * longest)


def bend_at(before: Array, slope_before: Array, w: Array, slope: Array, h: Array | float) -> Array:
    """Second coefficient at ``w`` of the cubic through two points with their slopes."""
    bend = before - w
    bend *= 3.0
    bend /= h
    bend += slope_before
    bend += 2.0 * slope
    bend /= h
    return bend
