"""Matches of repeated games as observed, and what automata would have played in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError
from strategic.estimation.observations import Observations, spells
from strategic.repeated.strategies.automata import Automaton

_TINY = 1e-100
"""A tremble of 0 counts as this in derivatives: whoever never erred has none there."""
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
    sample : array of int (matches, rounds)
        Position in ``samples``; 0 where there is no such column.
    samples : tuple of str
        Parts of the data whose subjects may err with chances of their own.
    """

    subject: Array
    subjects: tuple[str, ...]
    own: Array
    other: Array
    outcome: Array
    sample: Array
    samples: tuple[str, ...] = ("",)

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
        what came out, where that may differ from what was chosen; ``sample`` divides the data.
    actions : sequence of two str
        Names of the actions, the cooperative one first.

    Raises
    ------
    FileError
        When a column is missing, a choice is none of the actions, or a match lacks a round or has
        one twice.
    """
    subjects, names = table.codes(table.first(*_SUBJECT))
    matches, _ = table.codes(table.first(*_MATCH))
    rounds = table.numbers(table.first(*_ROUND))
    order = np.lexsort((rounds, matches, subjects))
    pairs = np.stack([subjects, matches])[:, order]
    fresh = np.r_[True, (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)]
    number = np.cumsum(fresh) - 1
    place = spells(number)
    _check_rounds(table, order, rounds[order] - place)
    shape = (int(number[-1]) + 1, int(place.max()) + 1)

    def padded(column: str, known: Sequence[str] | None = None, beyond: int = -1) -> Array:
        whole = np.full(shape, beyond)
        whole[number, place] = table.codes(column, known)[0][order]
        return whole

    own, other = padded("choice", actions), padded("other", actions)
    seen = [
        padded(name, actions) if name in table.columns else chosen
        for name, chosen in (("observed_own", own), ("observed_other", other))
    ]
    divided = "sample" in table.columns
    return Histories(
        pairs[0][fresh], tuple(names), own, other, np.where(own < 0, 0, 2 * seen[0] + seen[1]),
        padded("sample", beyond=0) if divided else np.zeros(shape, dtype=np.int64),
        tuple(table.codes("sample")[1]) if divided else ("",),
    )  # fmt: skip


def _check_rounds(table: Observations, order: Array, begins: Array) -> None:
    """Raise an error unless every match has its rounds once, from the same first one on.

    An automaton that misses a round is in another state from there on.
    """
    wrong = np.flatnonzero(begins != begins.min())
    if len(wrong):
        column, row = table.first(*_ROUND), int(order[wrong[0]])
        rule = "must count the rounds of every match one by one, from the same first round"
        raise FileError(rule, where=table.place(column, row), value=table.columns[column][row])


@dataclass(frozen=True, eq=False)
class Fits:
    """How well each strategy describes each subject, in each sample.

    Parameters
    ----------
    mistakes, rounds : arrays (subjects, strategies, samples)
        Rounds in which a strategy that is certain of its action was not followed, of how many.
    mixed : array (subjects, strategies)
        Log likelihood of the rounds in which the strategy itself mixes.
    tremble_of : array of int (strategies, samples)
        Which tremble counts where: all the same, one per strategy, or one per sample.
    trembles : int
        How many there are.
    """

    mistakes: Array
    rounds: Array
    mixed: Array
    tremble_of: Array
    trembles: int = 1

    def logs(self, tremble: Array) -> Array:
        """Log likelihoods at trembles ``(T, trembles)``: ``(T, subjects, strategies)``."""
        e = np.asarray(tremble, float)[:, self.tremble_of]
        with np.errstate(divide="ignore"):
            wrong, right = np.log(e), np.log1p(-e)
        total = np.broadcast_to(self.mixed, (len(e), *self.mixed.shape)).copy()
        for s in range(e.shape[2]):
            errors, kept = self.mistakes[..., s], self.rounds[..., s] - self.mistakes[..., s]
            with np.errstate(invalid="ignore"):  # 0 times infinity: where nobody erred
                total += np.where(errors > 0, errors * wrong[:, None, :, s], 0.0)
                total += np.where(kept > 0, kept * right[:, None, :, s], 0.0)
        return total

    def slopes(self, tremble: Array) -> tuple[Array, Array]:
        """First and second derivatives of `logs`: ``(T, subjects, strategies, trembles)`` each."""
        e = np.maximum(np.asarray(tremble, float), _TINY)[:, self.tremble_of][:, None]
        kept = self.rounds - self.mistakes
        which = (self.tremble_of[..., None] == np.arange(self.trembles)).astype(float)
        first = self.mistakes / e - kept / (1.0 - e)
        second = -self.mistakes / e**2 - kept / (1.0 - e) ** 2
        return np.einsum("tiks,ksg->tikg", first, which), np.einsum("tiks,ksg->tikg", second, which)

    def errors(self, whose: Array) -> tuple[Array, Array]:
        """Expect mistakes and rounds of every tremble, ``(B, trembles)``.

        Parameters
        ----------
        whose : array (B, subjects, strategies)
            Weight of every strategy in every subject.
        """
        which = (self.tremble_of[..., None] == np.arange(self.trembles)).astype(float)
        shape = (len(whose), -1)
        flat = [
            np.einsum("iks,ksg->ikg", counts, which).reshape(-1, self.trembles)
            for counts in (self.mistakes, self.rounds)
        ]
        return whose.reshape(shape) @ flat[0], whose.reshape(shape) @ flat[1]


def follow(
    histories: Histories,
    strategies: Sequence[Automaton],
    *,
    tremble: str = "one",
    states: Sequence[Array] = (),
) -> Fits:
    """Let every strategy play along with every match, and count where choices differ.

    Parameters
    ----------
    histories : Histories
    strategies : sequence of Automaton
    tremble : str
        Whose tremble is a number of its own: ``one``, ``strategy`` or ``sample``.
    states : sequence of arrays, optional
        What `states_along` gives for each strategy, if that is known.

    Examples
    --------
    >>> from strategic.estimation.observations import read_observations
    >>> from strategic.repeated.strategies.named import strategy
    >>> table = read_observations(
    ...     {"subject": [1, 1], "match": [1, 1], "round": [1, 2], "choice": "CD", "other": "DD"}
    ... )
    >>> found = follow(read_histories(table, ("C", "D")), [strategy("TFT"), strategy("AllC")])
    >>> found.mistakes[..., 0].tolist(), found.rounds[..., 0].tolist()
    ([[0.0, 1.0]], [[2.0, 2.0]])
    """
    people, seen = len(histories.subjects), histories.observed
    samples = len(histories.samples) if tremble == "sample" else 1
    part = histories.sample if samples > 1 else np.zeros_like(histories.sample)
    cell = histories.subject[:, None] * samples + part
    counts = np.zeros((2, people, len(strategies), samples))
    mixed = np.zeros((people, len(strategies)))
    for k, one in enumerate(strategies):
        state = states[k] if states else states_along(histories, one)
        chance = np.array(one.cooperation)[state]
        likely = np.where(histories.own == 0, chance, 1.0 - chance)
        certain = seen & ((chance == 0.0) | (chance == 1.0))
        for count, where in zip(counts, (certain & (likely == 0.0), certain), strict=True):
            count[:, k] = np.bincount(cell[where], minlength=people * samples).reshape(people, -1)
        told = np.log(np.where(seen & ~certain, likely, 1.0)).sum(axis=1)
        mixed[:, k] = np.bincount(histories.subject, weights=told, minlength=people)
    which = np.zeros((len(strategies), samples), dtype=np.int64)
    which += np.arange(len(strategies))[:, None] * (tremble == "strategy")
    which += np.arange(samples) * (tremble == "sample")
    return Fits(counts[0], counts[1], mixed, which, int(which.max()) + 1)


def states_along(histories: Histories, strategy: Automaton) -> Array:
    """Follow the state in which a strategy would be before every round: ``(matches, rounds)``."""
    moves = np.array(strategy.following)
    states = np.zeros(histories.own.shape, dtype=np.int64)
    for t in range(1, histories.own.shape[1]):
        states[:, t] = moves[states[:, t - 1], histories.outcome[:, t - 1]]
    return states
