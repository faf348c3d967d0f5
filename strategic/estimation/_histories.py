"""Matches of repeated games as observed, and what automata would have played in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.estimation.observations import Observations, spells
from strategic.repeated.strategies.automata import Automaton

_SUBJECT, _MATCH, _ROUND = ("subject", "id"), ("match", "game"), ("round", "period")
"""Names of the columns, as they are called here and elsewhere."""


@dataclass(frozen=True, eq=False)
class Histories:
    """Matches padded to one length: ``(matches, rounds)``.

    Parameters
    ----------
    subject : array of int (matches,)
        Whose match it is: position in ``subjects``.
    subjects : tuple of str
    own, other : arrays of int (matches, rounds)
        0 where the first action was chosen, 1 where the second was, -1 beyond the end of a match.
    outcome : array of int (matches, rounds)
        What the player saw come out: ``2 own + other``; differs from the choices where actions are
        implemented with noise.
    """

    subject: Array
    subjects: tuple[str, ...]
    own: Array
    other: Array
    outcome: Array

    @property
    def observed(self) -> Array:
        """Where a match has a round: ``(matches, rounds)``."""
        return np.asarray(self.own >= 0)


def read_histories(table: Observations, actions: Sequence[str]) -> Histories:
    """Read the layout ``subject, match, round, choice, other`` of repeated games.

    Parameters
    ----------
    table : Observations
        One row per subject, match and round. Columns ``observed_own`` and ``observed_other`` say
        what came out, where that may differ from what was chosen.
    actions : sequence of two str
        Names of the actions, the cooperative one first.

    Raises
    ------
    FileError
        When a column is missing or a choice is none of the actions.
    """
    subjects, names = table.codes(table.first(*_SUBJECT))
    matches, _ = table.codes(table.first(*_MATCH))
    rounds = table.numbers(table.first(*_ROUND))
    order = np.lexsort((rounds, matches, subjects))
    pairs = np.stack([subjects, matches])[:, order]
    fresh = np.r_[True, (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)]
    number = np.cumsum(fresh) - 1
    place = spells(number)
    shape = (int(number[-1]) + 1, int(place.max()) + 1)

    def padded(column: str) -> Array:
        whole = np.full(shape, -1)
        whole[number, place] = table.codes(column, actions)[0][order]
        return whole

    own, other = padded("choice"), padded("other")
    seen = [
        padded(name) if name in table.columns else chosen
        for name, chosen in (("observed_own", own), ("observed_other", other))
    ]
    return Histories(
        pairs[0][fresh], tuple(names), own, other, np.where(own < 0, 0, 2 * seen[0] + seen[1])
    )


@dataclass(frozen=True, eq=False)
class Fits:
    """How well each strategy describes each subject: ``(subjects, strategies)``.

    Parameters
    ----------
    mistakes, rounds : arrays
        Rounds in which a strategy that is certain of its action was not followed, of how many.
    mixed : array
        Log likelihood of the rounds in which the strategy itself mixes.
    """

    mistakes: Array
    rounds: Array
    mixed: Array

    def logs(self, tremble: Array) -> Array:
        """Log likelihoods at trembles ``(T,)``: ``(T, subjects, strategies)``."""
        e = np.asarray(tremble, float)[:, None, None]
        right = self.rounds - self.mistakes
        with np.errstate(divide="ignore", invalid="ignore"):
            wrong = np.where(self.mistakes > 0, self.mistakes * np.log(e), 0.0)
            kept = np.where(right > 0, right * np.log1p(-e), 0.0)
        return np.asarray(wrong + kept + self.mixed)


def follow(histories: Histories, strategies: Sequence[Automaton]) -> Fits:
    """Let every strategy play along with every match, and count where choices differ.

    Examples
    --------
    >>> from strategic.estimation.observations import read_observations
    >>> from strategic.repeated.strategies.named import strategy
    >>> table = read_observations(
    ...     {"subject": [1, 1], "match": [1, 1], "round": [1, 2], "choice": "CD", "other": "DD"}
    ... )
    >>> found = follow(read_histories(table, ("C", "D")), [strategy("TFT"), strategy("AllC")])
    >>> found.mistakes.tolist(), found.rounds.tolist()
    ([[0.0, 1.0]], [[2.0, 2.0]])
    """
    people, seen = len(histories.subjects), histories.observed
    totals = np.zeros((3, people, len(strategies)))
    for k, one in enumerate(strategies):
        chances, moves = np.array(one.cooperation), np.array(one.following)
        state = np.zeros(len(seen), dtype=np.int64)
        tally = np.zeros((3, len(seen)))
        for t in range(seen.shape[1]):
            here, chance = seen[:, t], chances[state]
            likely = np.where(histories.own[:, t] == 0, chance, 1.0 - chance)
            certain = (chance == 0.0) | (chance == 1.0)
            tally[0] += here & certain & (likely == 0.0)
            tally[1] += here & certain
            tally[2] += np.where(here & ~certain, np.log(np.where(certain, 1.0, likely)), 0.0)
            state = np.where(here, moves[state, histories.outcome[:, t]], state)
        for total, counted in zip(totals, tally, strict=True):
            np.add.at(total[:, k], histories.subject, counted)
    return Fits(*totals)
