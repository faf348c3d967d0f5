"""Lemke-Howson for many games at once: all games of the batch make one pivot at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.pivoting._dictionaries import TIE, positive

EXACT = 2.0**52
"""Sums of two products of whole numbers up to this are exact in doubles."""
ORDERED = 2.0**50
"""Quotients order as they should where the crosswise products are at most this."""


@dataclass
class _Tables:
    """Dictionaries ``(rows, columns, games)`` of one polytope, one per game; see `Dictionary`.

    Entries are over a denominator per game, 1 unless the tables hold whole numbers; ``tied`` marks
    the games in which rows were equally good, ``lost`` those whose numbers became too large.
    """

    table: Array
    basic: Array
    column: Array
    first_slack: int
    whole: bool
    denominators: Array
    tied: Array
    lost: Array

    @classmethod
    def of(cls, matrices: Array, slack_labels: range, labels: range, *, whole: bool) -> _Tables:
        rows, columns, games = matrices.shape
        table = np.empty((rows, 1 + columns, games))  # pivoted in place
        table[:, 0], table[:, 1:] = 1.0, matrices
        column = np.zeros((rows + columns, games), dtype=np.int32)
        column[labels.start : labels.stop] = np.arange(1, columns + 1)[:, None]
        return cls(
            table,
            np.repeat(np.array(slack_labels, dtype=np.int32)[:, None], games, axis=1),
            column,
            slack_labels.start,
            whole,
            np.ones(games),
            np.zeros(games, dtype=bool),
            np.zeros(games, dtype=bool),
        )

    def keep(self, chosen: Array) -> _Tables:
        """Keep the chosen games."""
        return _Tables(
            self.table.take(chosen, axis=2),
            self.basic.take(chosen, axis=1),
            self.column.take(chosen, axis=1),
            self.first_slack,
            self.whole,
            self.denominators[chosen],
            self.tied[chosen],
            self.lost[chosen],
        )

    def pivot(self, labels: Array) -> Array:
        """Bring one label per game into the basis; return the labels that leave."""
        rows, columns, games = self.table.shape
        numbers = np.arange(games)
        flat = self.table.reshape(-1)
        place = self.column[labels, numbers]
        down = np.arange(rows)[:, None] * (columns * games) + (place * games + numbers)
        entering = flat[down]
        row = self._leaving_rows(entering)
        across = (row * (columns * games) + numbers) + np.arange(columns)[:, None] * games
        pivot = entering[row, numbers]
        # The leaving variable takes the column of the entering one: a unit column before the
        # pivot, so that one update does both.
        flat[down] = 0.0
        flat[row * (columns * games) + place * games + numbers] = self.denominators
        line = flat[across]
        if self.whole:
            self._watch(entering, line, pivot)
            self.table *= pivot
            self.table -= entering[:, None, :] * line
            self.table /= self.denominators
            self.denominators = pivot
        else:
            line /= pivot
            self.table -= entering[:, None, :] * line
        flat[across] = line
        leaving = self.basic[row, numbers]
        self.basic[row, numbers] = labels
        self.column[leaving, numbers], self.column[labels, numbers] = place, 0
        return leaving

    def _watch(self, entering: Array, line: Array, pivot: Array) -> None:
        """Mark the games in which whole numbers may become, or be compared when, too large."""
        flat = self.table.reshape(-1, len(pivot))
        sizes = np.maximum(flat.max(axis=0), -flat.min(axis=0))
        steep = np.abs(entering).max(axis=0)
        self.lost |= pivot * sizes + steep * np.abs(line).max(axis=0) > EXACT
        self.lost |= np.maximum(sizes, self.denominators) * steep > ORDERED

    def _leaving_rows(self, entering: Array) -> Array:
        """Find the rows of the lexicographically smallest ratios; see `Dictionary`."""
        least = 0.0 if self.whole else TIE
        ratios = np.full_like(entering, np.inf)
        np.divide(self.table[:, 0], entering, out=ratios, where=entering > least)
        row = ratios.argmin(axis=0)
        low = np.take_along_axis(ratios, row[None], axis=0)[0]
        tied = ratios <= low + least * np.maximum(np.abs(low), 1.0)
        games = np.flatnonzero(tied.sum(axis=0) > 1)
        if not games.size:
            return np.asarray(row)
        self.tied[games] = True
        tied, entering = tied[:, games], entering[:, games]
        rows = np.arange(len(self.table))[:, None]
        for label in range(self.first_slack, self.first_slack + rows.size):
            place = self.column[label, games]
            unit = (self.basic[:, games] == label) * self.denominators[games]
            keys = np.where(place > 0, self.table[:, place, games], unit)
            ratios = np.full_like(entering, np.inf)
            np.divide(keys, entering, out=ratios, where=tied)
            low = ratios.min(axis=0)
            tied &= ratios <= low + least * np.maximum(np.abs(low), 1.0)
            if tied.sum() == len(games):
                break
        row[games] = np.where(tied, rows, rows.size).min(axis=0)
        return np.asarray(row)


@dataclass(frozen=True, eq=False)
class PathEnds:
    """Where Lemke-Howson paths of many games ended.

    Parameters
    ----------
    rows, columns : arrays of bool ``(m, games)``, ``(n, games)``
        The final bases: the actions that may be played.
    finished : array of bool ``(games,)``
        False where the cap was reached, or whole numbers became too large.
    tied : array of bool ``(games,)``
        Whether rows were equally good somewhere on the path, so that a rule had to decide.
    """

    rows: Array
    columns: Array
    finished: Array
    tied: Array


def lemke_howson_bases(
    row: Array, column: Array, *, label: int = 0, max_pivots: int = 1000
) -> tuple[Array, Array, Array]:
    """Follow one Lemke-Howson path in every game of a batch, dropping the same label.

    Parameters
    ----------
    row, column : array (m, n, games)
        Payoffs, the batch axis last.
    label : int
        The label dropped first: 0..m-1 a row, m..m+n-1 a column.
    max_pivots : int
        Cap on the pivots per game.

    Returns
    -------
    rows, columns : array of bool (m, games), (n, games)
        The final bases: the actions that may be played, equally many for each player.
    finished : array of bool (games,)
        False where the cap was reached.

    Notes
    -----
    Ties are broken lexicographically. The ends are as good as float pivoting is: they are to be
    verified (`mixtures_on`).

    Examples
    --------
    >>> game = np.eye(2)[:, :, None]
    >>> rows, columns, finished = lemke_howson_bases(game, game)
    >>> rows[:, 0], columns[:, 0], finished
    (array([ True, False]), array([ True, False]), array([ True]))
    """
    ends = lemke_howson_ends(row, column, label=label, max_pivots=max_pivots)
    return ends.rows, ends.columns, ends.finished


def lemke_howson_ends(
    row: Array, column: Array, *, label: int = 0, max_pivots: int = 1000, whole: bool = False
) -> PathEnds:
    """Follow one path per game like `lemke_howson_bases`, and tell on which there were ties.

    With ``whole`` payoffs are whole numbers, and the path is the lexicographic one exactly: nothing
    is rounded, and a game whose numbers become too large for doubles is given up.
    """
    m, n, games = row.shape
    if whole:  # adding a constant changes no equilibrium
        row, column = (side - side.min(axis=(0, 1)) + 1.0 for side in (row, column))
    else:
        row, column = (
            np.moveaxis(positive(np.moveaxis(payoffs, 2, 0)), 0, 2) for payoffs in (row, column)
        )
    flipped = np.ascontiguousarray(column.transpose(1, 0, 2))
    pair = (
        _Tables.of(flipped, range(m, m + n), range(m), whole=whole),
        _Tables.of(row, range(m), range(m, m + n), whole=whole),
    )
    numbers = np.arange(games)
    entering, turn = np.full(games, label), (0 if label < m else 1)
    rows, columns = np.zeros((m, games), dtype=bool), np.zeros((n, games), dtype=bool)
    finished, tied = np.zeros((2, games), dtype=bool)
    for _ in range(max_pivots):
        if not numbers.size:
            break
        with np.errstate(all="ignore"):  # of lost games only
            entering = pair[turn].pivot(entering)
        lost = pair[turn].lost
        ended = (entering == label) | lost
        if ended.any():  # finished games leave the batch
            rows[:, numbers[ended]] = pair[0].column[:m, ended] == 0
            columns[:, numbers[ended]] = pair[1].column[m:, ended] == 0
            finished[numbers[ended]] = ~lost[ended]
            tied[numbers[ended]] = pair[0].tied[ended] | pair[1].tied[ended]
            left = np.flatnonzero(~ended)
            pair = (pair[0].keep(left), pair[1].keep(left))
            numbers, entering = numbers[left], entering[left]
        turn = 1 - turn
    return PathEnds(rows, columns, finished, tied)
