"""Sign planes of payoffs as given: scaled, in one precision, with the errors of both."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._minors import error_bounds
from strategic.equilibria.enumeration._signs import sign_planes
from strategic.equilibria.enumeration._support_tables import minor_layout

PRECISIONS: dict[type[np.floating], float] = {np.float32: 2.0**-24, np.float64: 2.0**-53}
"""Each with its unit. Single precision settles nearly all games, and moves half of the memory."""
ENTRY_ERROR = 2.5
"""Units by which a difference, and its division by the largest, may be off."""
_MOST_ERROR = 1e-4  # the bounds are linear in it to first order
_STEPS = 1.5 * 2.0**29  # added and taken off again, leaves a double whole steps of 2**-23
SMALLEST_SCALE = 2.0**-900
"""What differences are divided by at least."""
_SMALLEST_DOUBLE = 2.0**-1074


def payoff_planes(payoffs: Array, rounded: Array, precision: type[np.floating]) -> Array:
    """Scale differences to at most one (which changes no sign) and take the signs of minors.

    Parameters
    ----------
    payoffs : array ``(rows, columns, games)``
    rounded : array ``(games,)`` of bool
        Games whose payoffs as written are only nearest to these doubles.
    precision : type
        One of `PRECISIONS`.

    Returns
    -------
    array ``(2 * entries, words)`` of uint64
        See `sign_planes`.
    """
    unit = PRECISIONS[precision]
    entry = ENTRY_ERROR * unit
    layout = minor_layout(payoffs.shape[0], payoffs.shape[1])
    differences, largest = scaled_differences(payoffs)
    widening: np.floating | Array = precision(1.0)
    if rounded.any():
        widening = widened(payoffs, largest, rounded, entry).astype(precision)
    bounds = error_bounds(layout, unit, entry).astype(precision)
    return sign_planes(in_precision(differences, precision), layout, bounds, widening=widening)


def scaled_differences(payoffs: Array) -> tuple[Array, Array]:
    """Take row 0 off, and divide each column by its own largest: a positive factor of minors.

    Parameters
    ----------
    payoffs : array ``(rows, columns, games)``

    Returns
    -------
    differences : array ``(rows - 1, columns, games)``
        At most one; off by 2.5 units.
    largest : array ``(columns, games)``
        What they were divided by.
    """
    differences = np.empty((len(payoffs) - 1, *payoffs.shape[1:]))
    np.subtract(payoffs[1:], payoffs[0], out=differences)
    largest = np.abs(differences).max(axis=0, initial=SMALLEST_SCALE)
    differences /= largest
    return differences, largest


def widened(payoffs: Array, largest: Array, rounded: Array, entry: float) -> Array:
    """Say how much larger errors are, by game, where payoffs were rounded to doubles.

    Bounds are linear in the error of an entry, ``entry`` for payoffs that are doubles themselves.
    """
    moved = np.abs(payoffs).max(axis=0) * (2 * PRECISIONS[np.float64]) + _SMALLEST_DOUBLE
    relative = (moved / largest).max(axis=0)
    widening: Array = 1.0 + np.where(rounded, relative / entry, 0.0)
    widening[widening * entry > _MOST_ERROR] = np.inf
    return widening


def in_precision(differences: Array, precision: type[np.floating]) -> Array:
    """Round differences of at most 1 to a precision; those given may be written over."""
    if precision is np.float64:
        return differences
    # Off by half a step, within the error of an entry. Products do not underflow so, which would
    # take many times as long.
    differences += _STEPS
    differences -= _STEPS
    return differences.astype(precision)
