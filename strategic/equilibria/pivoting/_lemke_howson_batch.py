"""Lemke-Howson for many games at once: all games of the batch make one pivot at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.pivoting._dictionaries import TIE, positive


@dataclass
class _Tables:
    """Dictionaries ``(rows, columns, games)`` of one polytope, one per game; see `Dictionary`."""

    table: Array
    basic: Array
    column: Array
    first_slack: int

    @classmethod
    def of(cls, matrices: Array, slack_labels: range, labels: range) -> _Tables:
        rows, columns, games = matrices.shape
        table = np.concatenate([np.ones((rows, 1, games)), matrices], axis=1)
        column = np.zeros((rows + columns, games), dtype=np.int32)
        column[labels.start : labels.stop] = np.arange(1, columns + 1)[:, None]
        return cls(
            table,
            np.repeat(np.array(slack_labels, dtype=np.int32)[:, None], games, axis=1),
            column,
            slack_labels.start,
        )

    def keep(self, chosen: Array) -> _Tables:
        """Keep the chosen games."""
        return _Tables(
            self.table.take(chosen, axis=2),
            self.basic.take(chosen, axis=1),
            self.column.take(chosen, axis=1),
            self.first_slack,
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
        # The leaving variable takes the column of the entering one: a unit column before the
        # pivot, so that one update does both.
        flat[down] = 0.0
        flat[row * (columns * games) + place * games + numbers] = 1.0
        line = flat[across] / entering[row, numbers]
        self.table -= entering[:, None, :] * line
        flat[across] = line
        leaving = self.basic[row, numbers]
        self.basic[row, numbers] = labels
        self.column[leaving, numbers], self.column[labels, numbers] = place, 0
        return leaving

    def _leaving_rows(self, entering: Array) -> Array:
        """Find the rows of the lexicographically smallest ratios; see `Dictionary`."""
        ratios = np.full_like(entering, np.inf)
        np.divide(self.table[:, 0], entering, out=ratios, where=entering > TIE)
        row = ratios.argmin(axis=0)
        low = np.take_along_axis(ratios, row[None], axis=0)[0]
        tied = ratios <= low + TIE * np.maximum(np.abs(low), 1.0)
        games = np.flatnonzero(tied.sum(axis=0) > 1)
        if not games.size:
            return np.asarray(row)
        tied, entering = tied[:, games], entering[:, games]
        rows = np.arange(len(self.table))[:, None]
        for label in range(self.first_slack, self.first_slack + rows.size):
            place = self.column[label, games]
            keys = np.where(place > 0, self.table[:, place, games], self.basic[:, games] == label)
            ratios = np.full_like(entering, np.inf)
            np.divide(keys, entering, out=ratios, where=tied)
            low = ratios.min(axis=0)
            tied &= ratios <= low + TIE * np.maximum(np.abs(low), 1.0)
            if tied.sum() == len(games):
                break
        row[games] = np.where(tied, rows, rows.size).min(axis=0)
        return np.asarray(row)


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
    m, n, games = row.shape
    row, column = (
        np.moveaxis(positive(np.moveaxis(payoffs, 2, 0)), 0, 2) for payoffs in (row, column)
    )
    pair = (
        _Tables.of(np.ascontiguousarray(column.transpose(1, 0, 2)), range(m, m + n), range(m)),
        _Tables.of(row, range(m), range(m, m + n)),
    )
    numbers = np.arange(games)
    entering, turn = np.full(games, label), (0 if label < m else 1)
    rows, columns = np.zeros((m, games), dtype=bool), np.zeros((n, games), dtype=bool)
    finished = np.zeros(games, dtype=bool)
    for _ in range(max_pivots):
        if not numbers.size:
            break
        entering = pair[turn].pivot(entering)
        ended = entering == label
        if ended.any():  # finished games leave the batch
            rows[:, numbers[ended]] = pair[0].column[:m, ended] == 0
            columns[:, numbers[ended]] = pair[1].column[m:, ended] == 0
            finished[numbers[ended]] = True
            left = np.flatnonzero(~ended)
            pair = (pair[0].keep(left), pair[1].keep(left))
            numbers, entering = numbers[left], entering[left]
        turn = 1 - turn
    return rows, columns, finished
