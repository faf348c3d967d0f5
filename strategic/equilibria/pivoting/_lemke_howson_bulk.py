"""The ends of Lemke-Howson paths of many games, each proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import short_integer_mixtures
from strategic.equilibria.pivoting._lemke_howson_batch import lemke_howson_ends
from strategic.equilibria.pivoting._support_check import NINE_DIGITS, mixtures_on
from strategic.equilibria.programs.written import as_written
from strategic.games.game import Game

Check = Callable[..., tuple[Array, Array, Array]]
_MOST_TOTAL = 2.0**26
"""Quotients of smaller whole numbers are different doubles if they differ."""


def different_ends(
    games: Game, numbers: slice, labels: range, max_pivots: int
) -> tuple[Array, Array, Array, Array, Array]:
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
    tied : array of bool ``(games,)``
        Where a rule had to decide between rows that are equally good.
    """
    # Decimals are taken as the doubles they are, as in paths followed one by one.
    written = as_written(replace(games, decimal=False), numbers, most_scaled=1000)
    tables, doubles = written.payoffs, games.exact is None
    if doubles and not written.held.all():  # what cannot be scaled is taken as it is
        raw = np.stack([np.moveaxis(table[numbers], 0, -1) for table in games.payoffs])
        tables = np.where(written.held, tables, raw)
    m, n = games.shape
    count = tables.shape[-1]
    bases = np.zeros((len(labels), m + n, count), dtype=bool)
    tied = np.zeros(count, dtype=bool)
    for place, label in enumerate(labels):
        some = np.flatnonzero(written.whole)
        left = _follow(tables, some, bases[place], tied, label, max_pivots, whole=True)
        if doubles:
            left = np.concatenate([left, np.flatnonzero(~written.whole)])
            _follow(tables, left, bases[place], tied, label, max_pivots, whole=False)
    x, y = np.zeros((len(labels), count, m)), np.zeros((len(labels), count, n))
    regular, proved = np.zeros((2, len(labels), count), dtype=bool)
    first = _first_alike(bases)
    ends = np.nonzero((first == np.arange(len(labels))[:, None]) & bases.any(axis=1))
    x[ends], y[ends], regular[ends], proved[ends] = _prove(
        tables[0][..., ends[1]],
        tables[1][..., ends[1]],
        bases[ends[0], :, ends[1]],
        # Whole numbers first: their shares are rounded once, whatever the unit.
        (short_integer_mixtures, *[partial(mixtures_on, accuracy=NINE_DIGITS)] * doubles),
    )
    x, y, regular, proved = (part[first, np.arange(count)] for part in (x, y, regular, proved))
    kept = first == np.arange(len(labels))[:, None]
    for later in range(1, len(labels)):
        for earlier in range(later):
            pairs = [(side[later], side[earlier]) for side in (x, y)]
            supports = [((a > 0) == (b > 0)).all(axis=1) for a, b in pairs]
            mixtures = [(a == b).all(axis=1) for a, b in pairs]
            # A regular equilibrium is the only one on its supports.
            same = mixtures[0] & mixtures[1] | regular[later] | regular[earlier]
            kept[later] &= ~(supports[0] & supports[1] & same)
    return x, y, np.asarray(kept), np.asarray(proved.all(axis=0)), tied


def _follow(  # noqa: PLR0917 - what is noted comes before what is followed
    tables: Array,
    some: Array,
    bases: Array,
    tied: Array,
    label: int,
    max_pivots: int,
    *,
    whole: bool,
) -> Array:
    """Follow one path in some games; note bases ``(m + n, games)`` and ties; give those left."""
    row, column = tables[..., some]
    m, n, _ = row.shape
    cap = min(max_pivots, 20 * (m + n))
    ends = lemke_howson_ends(row, column, label=label, max_pivots=cap, whole=whole)
    usable = ends.finished & (ends.rows.sum(axis=0) == ends.columns.sum(axis=0))
    if not whole:  # ties are no matter of rounding
        usable &= ~ends.tied
    tied[some] |= ends.tied
    bases[:, some[usable]] = np.concatenate([ends.rows, ends.columns])[:, usable]
    return np.asarray(some[~usable])


def _first_alike(bases: Array) -> Array:
    """For every label and game, the first label whose path ends in the same basis."""
    first = np.repeat(np.arange(len(bases))[:, None], bases.shape[2], axis=1)
    for later in range(1, len(bases)):
        for earlier in range(later - 1, -1, -1):
            same = (bases[later] == bases[earlier]).all(axis=0)
            first[later] = np.where(same, first[earlier], first[later])
    return first


def _prove(
    row: Array, column: Array, bases: Array, checks: Sequence[Check]
) -> tuple[Array, Array, Array, Array]:
    """Give both mixtures on bases ``(ends, m + n)``, which are regular, and which are proved.

    Payoffs have the ends last.
    """
    m, n, ends = row.shape
    row, column = (np.ascontiguousarray(np.moveaxis(side, -1, 0)) for side in (row, column))
    x, y = np.zeros((ends, m)), np.zeros((ends, n))
    regular, proved = np.zeros((2, ends), dtype=bool)
    sizes = bases[:, :m].sum(axis=1)
    with np.errstate(over="ignore"):
        ranges = np.maximum(*(np.ptp(side.reshape(ends, m * n), axis=1) for side in (row, column)))
    for size in range(1, min(m, n) + 1):
        alike = np.flatnonzero(sizes == size)
        pair = [np.nonzero(s[alike])[1].reshape(-1, size) for s in (bases[:, :m], bases[:, m:])]
        with np.errstate(over="ignore"):
            short = size ** (size / 2) * ranges ** (size - 1) * size < _MOST_TOTAL
        for check in checks:
            if alike.size:
                mine, theirs, sure = check(row[alike], column[alike], *pair)
                if check is short_integer_mixtures:
                    sure = sure & short[alike]
                else:
                    regular[alike] = sure
                x[alike], y[alike], proved[alike] = mine, theirs, sure
                alike, pair = alike[~sure], [basis[~sure] for basis in pair]
    return x, y, regular, proved
