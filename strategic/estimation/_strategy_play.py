"""What subjects did beside what strategies would have done: saturated and predicted frequencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.estimation._histories import Fits, Histories, states_along
from strategic.estimation.likelihood import of_frequencies
from strategic.repeated.strategies.automata import Automaton

TREMBLES = {
    "one": "of everybody",
    "strategy": "of the followers of each strategy",
    "sample": "of each part of the data that the column 'sample' names",
}
"""Whose chance of erring is a number of its own."""
_ROUNDS_SHOWN = 20
_MANY = 1 << 30
"""Joint states are numbered anew from here on, lest they overflow."""


@dataclass(frozen=True, eq=False)
class Play:
    """What is estimated from what: histories, strategies, and who is independent of whom.

    Parameters
    ----------
    histories : Histories
    strategies : sequence of Automaton
        Of different names.
    tremble : str
        One of `TREMBLES`.
    cluster : array of int (subjects,)
        Independent unit of every subject, numbered as they come.
    group : str
        Name of the part of the data.
    """

    histories: Histories
    strategies: Sequence[Automaton]
    tremble: str
    cluster: Array
    group: str = ""

    @cached_property
    def states(self) -> list[Array]:
        """The state of every strategy before every round: ``(matches, rounds)`` each."""
        return [states_along(self.histories, one) for one in self.strategies]

    @property
    def names(self) -> list[str]:
        """Names of the shares and the trembles."""
        shares = [f"share.{one.name}" for one in self.strategies]
        if self.tremble == "one":
            return [*shares, "tremble"]
        whose = [one.name for one in self.strategies]
        whose = [*self.histories.samples] if self.tremble == "sample" else whose
        return [*shares, *(f"tremble.{name}" for name in whose)]


def saturated(play: Play) -> float:
    """Log likelihood of each subject's own frequencies in each joint state of all strategies.

    No strategy of the list, nor any mixture of them, can do better.
    """
    histories, seen = play.histories, play.histories.observed
    joint = np.zeros_like(histories.own)
    for one, states in zip(play.strategies, play.states, strict=True):
        joint = joint * one.states + states
        if joint.max() >= _MANY:  # small numbers, whatever the list
            joint = np.unique(joint, return_inverse=True)[1].reshape(joint.shape)
    joint = np.unique(joint, return_inverse=True)[1].reshape(joint.shape)
    whole = histories.subject[:, None] * (joint.max() + 1) + joint
    _, cells = np.unique(whole[seen], return_inverse=True)
    return of_frequencies(cells.ravel(), (histories.own != 0)[seen])


def predicted(play: Play, fits: Fits, shares: Array, tremble: Array) -> list[Mapping[str, Any]]:
    """Compare the first action's frequency by round with what the mixture predicts."""
    histories = play.histories
    seen = histories.observed[:, :_ROUNDS_SHOWN]
    sample = np.minimum(histories.sample, fits.tremble_of.shape[1] - 1)
    chance = np.zeros(histories.own.shape)
    for k, (one, states) in enumerate(zip(play.strategies, play.states, strict=True)):
        own = np.array(one.cooperation)[states]
        e = tremble[fits.tremble_of[k]][sample]
        certain = (own == 0) | (own == 1)
        chance += shares[k] * np.where(certain, own * (1 - e) + (1 - own) * e, own)
    return [
        {
            "round": t + 1,
            "matches": int(here.sum()),
            "observed": float((histories.own[here, t] == 0).mean()),
            "predicted": float(chance[here, t].mean()),
        }
        for t, here in enumerate(seen.T)
    ]
