"""Fourth-order Runge-Kutta for two populations that move together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError

Pair = tuple[Array, Array]


def integrate(
    slope: Callable[[Array, Array], Pair],
    start: Pair,
    times: ArrayLike,
    steps: int,
    settle: Callable[[Array], Array] = np.asarray,
) -> list[Pair]:
    """Integrate from the first time on, and give the states at all times.

    Parameters
    ----------
    slope : callable
        Takes both states; returns how they change.
    start : pair of ndarray
        States at the first time.
    times : array_like, shape (t,)
        Times at which states are wanted, in order.
    steps : int
        Steps between two times.
    settle : callable, optional
        What to do to each state after a step, where only part of it matters.

    Returns
    -------
    list of pairs of ndarray
        One pair per time.

    Raises
    ------
    GameError
        When there is no time or no step.
    """
    moments = np.asarray(times, float)
    if moments.ndim != 1 or not len(moments) or steps < 1:
        raise GameError("needs at least one time and one step", where="times")
    u, v = start
    states = [(u, v)]
    for length in np.diff(moments):
        h = length / steps
        for _ in range(steps):
            a1, b1 = slope(u, v)
            a2, b2 = slope(u + h / 2 * a1, v + h / 2 * b1)
            a3, b3 = slope(u + h / 2 * a2, v + h / 2 * b2)
            a4, b4 = slope(u + h * a3, v + h * b3)
            u = settle(u + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4))
            v = settle(v + h / 6 * (b1 + 2 * b2 + 2 * b3 + b4))
        states.append((u, v))
    return states
