"""Which of several equilibria of a market is played: the rules that have closed forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest

SELECTION = "selection"
MIXED = "selection.mixed"
RULES = {
    "share": "a free share goes to the equilibrium in which player 1 takes its first action most",
    "equal": "every equilibrium is played equally often",
    "welfare": "free logit weight on what all players expect together",
    "payoff.PLAYER": "free logit weight on what one player expects",
    "none": "nothing is assumed: bounds instead of numbers",
}
"""Rules of selection, and what they assume."""


def checked_rule(text: str, players: tuple[str, ...], *, share: bool = True) -> str:
    """Check the name of a rule of selection; a share is none of many firms that know all shocks.

    Raises
    ------
    MethodError
        When there is none of this name.

    Examples
    --------
    >>> checked_rule("payoff.row", ("row", "column"))
    'payoff.row'
    """
    known = [rule for rule in RULES if "." not in rule and (share or rule != "share")]
    known += [f"payoff.{name}" for name in players]
    if text not in known:
        remedy = nearest(text, known) or f"one of {', '.join(known)}"
        if text == "share":
            remedy = f"a share is of two players' equilibria; one of {', '.join(known)}"
        raise MethodError("no such rule of selection", where=SELECTION, value=text, remedy=remedy)
    return text


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of listed equilibria, each with its derivative by the number of the rule."""

    values: Array
    slopes: Array


def weights_of(rule: str, game: Array, worth: Array | None, own: Array) -> Weights:
    """Weigh equilibria listed by game, highest chance of player 1's first action first.

    Parameters
    ----------
    rule : str
        ``share``, ``equal``, or a logit weight on ``worth``.
    game : array of int (E,)
        Ascending.
    worth : array (E,), optional
        What the logit weight is on.
    own : array (E,)
        The number of the rule, for each equilibrium's game.

    Examples
    --------
    >>> weights_of("share", np.array([0, 1, 1]), None, np.full(3, 0.8)).values
    array([1. , 0.8, 0.2])
    """
    if not len(game):
        return Weights(np.zeros(0), np.zeros(0))
    starts = np.flatnonzero(np.r_[True, game[1:] != game[:-1]])
    counts = np.diff(np.r_[starts, len(game)])
    number = np.repeat(counts, counts)
    if rule == "equal":
        return Weights(1.0 / number, np.zeros(len(game)))
    if rule == "share":
        first = np.zeros(len(game), dtype=bool)
        first[starts] = True
        others = 1.0 / np.maximum(number - 1, 1)
        values = np.where(first, own, (1.0 - own) * others)
        slopes = np.where(first, 1.0, -others)
        return Weights(np.where(number > 1, values, 1.0), np.where(number > 1, slopes, 0.0))
    value = np.asarray(worth)
    heights = own * value
    raised = np.exp(heights - np.repeat(np.maximum.reduceat(heights, starts), counts))
    shares = raised / np.repeat(np.add.reduceat(raised, starts), counts)
    mean = np.repeat(np.add.reduceat(shares * value, starts), counts)
    return Weights(shares, shares * (value - mean))
