"""The ends of Lemke-Howson paths of many games, each proved."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import short_integer_mixtures
from strategic.equilibria.pivoting._lemke_howson_batch import lemke_howson_ends
from strategic.equilibria.pivoting._support_check import NINE_DIGITS, mixtures_on
from strategic.equilibria.programs.written import as_written
from strategic.games.game import Game

_MOST_TOTAL = 2.0**26
"""Quotients of smaller whole numbers are different doubles if they differ."""


def different_ends(
    games: Game, numbers: slice, labels: range, max_pivots: int
) -> tuple[Array, Array, Array, Array]:
    """Follow the paths from some labels in a block of games, and keep the different ends.

    Parameters
    ----------
    games : Game
        With one batch axis.
    numbers : slice
    labels : range
    max_pivots : int

    Returns
    -------
    x, y : arrays ``(labels, games, m)``, ``(labels, games, n)``
    kept : array of bool ``(labels, games)``
        Whether the end is an equilibrium that no label before has.
    solved : array of bool ``(games,)``
        False where something is left to arithmetic on longer numbers: some path was not
        proved, or its ties could not be broken in whole numbers.
    """
    # Decimals are taken as the doubles they are, as in paths followed one by one.
    written = as_written(replace(games, decimal=False), numbers)
    doubles = games.exact is None
    tables = (
        [table[numbers] for table in games.payoffs]
        if doubles
        else [np.moveaxis(table, -1, 0) for table in written.payoffs]
    )
    m, n = games.shape
    count = len(tables[0])
    x, y = np.zeros((len(labels), count, m)), np.zeros((len(labels), count, n))
    regular, proved = np.zeros((2, len(labels), count), dtype=bool)
    for place, label in enumerate(labels):
        some = np.arange(count)
        if doubles:
            found = _proved_ends(tables, some, label, max_pivots, whole=False)
            x[place], y[place], regular[place], proved[place] = found
        some = np.flatnonzero(~proved[place] & written.whole)
        if some.size:
            whole = [np.moveaxis(table, -1, 0) for table in written.payoffs]
            found = _proved_ends(whole, some, label, max_pivots, whole=True)
            x[place, some], y[place, some], regular[place, some], proved[place, some] = found
    kept = np.ones_like(proved)
    for later in range(1, len(labels)):
        for earlier in range(later):
            mine, theirs = (
                (x[place] > 0, y[place] > 0, x[place], y[place]) for place in (later, earlier)
            )
            alike = [(a == b).all(axis=1) for a, b in zip(mine, theirs, strict=True)]
            # A regular equilibrium is the only one on its supports.
            same = alike[2] & alike[3] | regular[later] | regular[earlier]
            kept[later] &= ~(alike[0] & alike[1] & same)
    return x, y, np.asarray(kept), np.asarray(proved.all(axis=0))


def _proved_ends(
    tables: list[Array], some: Array, label: int, max_pivots: int, *, whole: bool
) -> tuple[Array, Array, Array, Array]:
    """Follow one path per game; give both mixtures, which are regular, and which are proved."""
    row, column = (table[some] for table in tables)
    games, m, n = row.shape
    x, y = np.zeros((games, m)), np.zeros((games, n))
    regular, proved = np.zeros((2, games), dtype=bool)
    ends = lemke_howson_ends(
        *(np.ascontiguousarray(side.transpose(1, 2, 0)) for side in (row, column)),
        label=label,
        max_pivots=min(max_pivots, 20 * (m + n)),
        whole=whole,
    )
    sizes = ends.rows.sum(axis=0)
    usable = ends.finished & (sizes == ends.columns.sum(axis=0)) & (whole | ~ends.tied)
    ranges = [np.ptp(side.reshape(games, -1), axis=1) for side in (row, column)]
    for size in range(1, min(m, n) + 1):
        alike = np.flatnonzero(usable & (sizes == size))
        bases = [np.nonzero(s[:, alike].T)[1].reshape(-1, size) for s in (ends.rows, ends.columns)]
        with np.errstate(over="ignore"):
            largest = size ** (size / 2) * np.maximum(*ranges) ** (size - 1) * size
        for check in (partial(mixtures_on, accuracy=NINE_DIGITS), short_integer_mixtures):
            if alike.size:
                found = check(row[alike], column[alike], *bases)
                sure = found[2]
                if check is short_integer_mixtures:
                    sure = sure & (largest[alike] < _MOST_TOTAL)
                else:
                    regular[alike] = sure
                x[alike], y[alike], proved[alike] = found[0], found[1], sure
                alike, bases = alike[~sure], [basis[~sure] for basis in bases]
    return x, y, regular, proved
