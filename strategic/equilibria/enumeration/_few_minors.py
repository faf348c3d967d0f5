"""Minors of both players of a few games: lines of one table, and each game in a lane."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._few_tables import FewTables
from strategic.equilibria.enumeration._planes import SMALLEST_SCALE

_ENDS = np.array([0.0, 1.0])


def side_by_side(row: Array, column: Array) -> Array:
    """Put payoffs of both players, zero and one in a line for each game.

    Returns
    -------
    array ``(games, 2 m n + 2)``
    """
    games, cells = len(row), row[0].size
    payoffs = np.empty((games, 2 * cells + 2))
    payoffs[:, :cells] = row.reshape(games, -1)
    payoffs[:, cells:-2] = column.reshape(games, -1)
    payoffs[:, -2:] = _ENDS
    return payoffs


def in_lanes(payoffs: Array, number: int) -> Array:
    """Give each payoff a line and each game a lane.

    Parameters
    ----------
    payoffs : array ``(games, 2 m n + 2)``
    number : int
        How many lanes there are to be; those past the last game repeat it.
    """
    games, lines = payoffs.shape
    if games == number:
        return np.ascontiguousarray(payoffs.T)
    lanes = np.empty((lines, number))
    lanes[:, :games] = payoffs.T
    lanes[:, games:] = lanes[:, games - 1 : games]
    return lanes


def differences(lanes: Array, static: FewTables) -> tuple[Array, Array]:
    """Take the replies with action 0 off all others, into a table for all minors.

    Returns
    -------
    table : array ``(lines, lanes)``
    differences : array
        The part of it that is filled.
    """
    table = np.empty((static.lines, lanes.shape[1]))
    table[: static.abreast] = lanes[-1]  # the minor without lines
    own = abreast(table, static)[static.layers[0].with_row_0].reshape(-1, lanes.shape[1])
    lanes.take(static.replies, axis=0, out=own, mode="clip")
    own -= lanes.take(static.first_replies, axis=0)
    return table, own


def scaled(lanes: Array, static: FewTables) -> tuple[Array, Array]:
    """Do what `scaled_differences` does for both players at once, into a table for all minors."""
    table, own = differences(lanes, static)
    sizes = np.abs(own).take(static.of_column, axis=0)
    largest = np.maximum.reduce(sizes, axis=0, initial=SMALLEST_SCALE)
    own /= largest.take(static.column_of, axis=0)
    return table, largest


def fill(table: Array, static: FewTables) -> None:
    """Compute the minors of both players, ``(lines, lanes)``, from the differences."""
    table = abreast(table, static)  # half as many places to gather from
    own = table[static.layers[0].with_row_0]
    for layer in static.layers:
        if len(layer.parents) > 1:
            products = table.take(layer.parents, axis=0)
            products *= own.take(layer.factors, axis=0)
            _alternate(products, table[layer.with_row_0])
        if layer.terms.size:
            _alternate(table.take(layer.terms, axis=0), table[layer.without_row_0])


def _alternate(terms: Array, total: Array) -> None:
    """Write into ``total`` the first term less the second plus the third, and so on."""
    np.subtract(terms[0], terms[1], out=total)
    for place in range(2, len(terms)):
        (np.add if place % 2 == 0 else np.subtract)(total, terms[place], out=total)


def abreast(table: Array, static: FewTables) -> Array:
    """Put the lines of both players side by side where they stand abreast."""
    return table.reshape(-1, static.abreast * table.shape[1])
