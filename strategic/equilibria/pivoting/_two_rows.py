"""Zero-sum games with two rows in closed form, many at a time."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array


def two_row_optima(games: Array) -> tuple[Array, Array]:
    """Solve two rows in closed form: the lowest envelope of one line per column.

    Parameters
    ----------
    games : array ``(games, 2, n)``
        What the column player pays to the row player.

    Returns
    -------
    x, y : arrays ``(games, 2)``, ``(games, n)``
        Optimal strategies, in doubles: right up to rounding.

    Notes
    -----
    With probability ``p`` of the first row a column costs a linear function of ``p``, and the row
    player seeks the top of the lower envelope. It is where two lines cross, or at an end; the two
    columns that meet there (or one of them) hold the row player down to it.

    Examples
    --------
    >>> two_row_optima(np.array([[[2.0, 0.0], [0.0, 2.0]]]))
    (array([[0.5, 0.5]]), array([[0.5, 0.5]]))
    """
    top, bottom = games[:, 0], games[:, 1]
    pairs = np.array([(j, k) for j in range(top.shape[1]) for k in range(j, top.shape[1])]).T
    left, right = top[:, pairs[0]], top[:, pairs[1]]
    under_left, under_right = bottom[:, pairs[0]], bottom[:, pairs[1]]
    across, down = left - right, under_left - under_right
    crossing = (down < 0) & (across > 0) | (down > 0) & (across < 0)
    p = np.where(crossing, down / np.where(crossing, down - across, 1.0), 0.0)
    at_cross = p * left + (1.0 - p) * under_left
    at_zero, at_one = np.minimum(under_left, under_right), np.minimum(left, right)
    at_end = np.maximum(at_zero, at_one)
    value = np.where(crossing, np.maximum(at_cross, at_end), at_end)
    p = np.where(crossing & (at_cross >= at_end), p, np.where(at_one >= at_zero, 1, 0))
    # The value is the least over the games of any two columns.
    chosen = value.argmin(axis=1)[:, None]
    best = np.take_along_axis(p, chosen, axis=1)[:, 0]
    y = _two_columns_mixture(games, pairs[:, chosen[:, 0]], best)
    # Optimal against the two columns that decide is not yet optimal against all where they tie.
    slopes = top - bottom
    limits = (value.min(axis=1)[:, None] - bottom) / np.where(slopes != 0.0, slopes, 1.0)
    low = np.where(slopes > 0.0, limits, 0.0).max(axis=1)
    high = np.where(slopes < 0.0, limits, 1.0).min(axis=1)
    best = np.clip(np.maximum(np.minimum(best, high), low), 0.0, 1.0)
    return np.stack([best, 1.0 - best], axis=1), y


def _two_columns_mixture(games: Array, pair: Array, p: Array) -> Array:
    """Mix the two columns of each game that decide it so that the row player gains nowhere."""
    numbers = np.arange(len(games))
    slopes = games[:, 0] - games[:, 1]
    first, second = slopes[numbers, pair[0]], slopes[numbers, pair[1]]
    inner = (p > 0.0) & (p < 1.0) & (first != second)
    weight = np.where(inner, second / np.where(inner, second - first, 1.0), 0.0)
    # At an end, the lower line; where both are as low, the one that does not rise inwards.
    row = np.where(p > 0.0, 0, 1)
    difference = games[numbers, row, pair[0]] - games[numbers, row, pair[1]]
    steeper = np.where(p > 0.0, first >= second, first <= second)
    lower = (difference < 0.0) | ((difference == 0.0) & steeper)
    weight = np.where(inner, weight, np.where(lower, 1.0, 0.0))
    y = np.zeros(games.shape[::2])
    y[numbers, pair[1]] = 1.0 - weight
    y[numbers, pair[0]] += weight
    return y
