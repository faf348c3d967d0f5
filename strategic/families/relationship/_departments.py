"""Departments of one government: each with its own views and belief, deciding together (K6).

The sources name departments that differ; the rules of joint decision and their numbers are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np

from strategic.arrays import Array

DECISIONS = ("all", "majority", "lead", "weights")
"""Who must agree: every department, more than half, the leading one, more than half the weight."""


@dataclass(frozen=True)
class Department:
    """One department of the government.

    Parameters
    ----------
    name : str
        What events, reports and errors call it.
    set : mapping of str to float
        Parameters that it sees its own way; its initial belief is ``trust.government``.
    weight : float
        Its weight where weights decide.
    lead : bool
        Whether it decides where one department leads.
    says : str
        Who it is, in words.

    Examples
    --------
    >>> Department("health", {"trust.government": 0.3}).weight
    1.0
    """

    name: str
    set: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0
    lead: bool = False
    says: str = ""


@dataclass(frozen=True)
class Departments:
    """The departments of a government and how they decide together.

    Parameters
    ----------
    members : tuple of Department
        At least one.
    decision : str
        One of `DECISIONS`.

    Examples
    --------
    >>> both = Departments((Department("health"), Department("police")), "majority")
    >>> both.decide(np.array([[True, True], [True, False]])).tolist()
    [True, False]
    """

    members: tuple[Department, ...]
    decision: str = "all"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the departments, in order."""
        return tuple(member.name for member in self.members)

    @property
    def variants(self) -> dict[str, Mapping[str, float]]:
        """The parameters each department sees its own way, by its name."""
        return {member.name: member.set for member in self.members}

    @property
    def votes(self) -> tuple[Array, int]:
        """Whole-number votes of the departments, and how many carry cooperation.

        Weights are the decimals that were written, so that exactly half never decides by rounding.
        """
        count = len(self.members)
        if self.decision == "all":
            return np.ones(count, dtype=np.int64), count
        if self.decision == "majority":
            return np.ones(count, dtype=np.int64), count // 2 + 1
        if self.decision == "lead":
            return np.array([member.lead for member in self.members], dtype=np.int64), 1
        weights = [Fraction(repr(float(member.weight))) for member in self.members]
        scale = lcm(*(weight.denominator for weight in weights))
        whole = [int(weight * scale) for weight in weights]
        exact = max(whole) * count < 2**62
        return np.array(whole, dtype=np.int64 if exact else object), sum(whole) // 2 + 1

    def decide(self, votes: Array) -> Array:
        """Tell whether the government cooperates, from one vote per department (first axis)."""
        weights, needed = self.votes
        shaped = weights.reshape(-1, *(1,) * (votes.ndim - 1))
        return np.asarray((shaped * votes).sum(axis=0) >= needed)

    def pivot(self, margins: Array, odds: Array) -> Array:
        """Find which department decides, from each one's margin of trust on the first axis.

        Ordered by margin (infinite ones by log-odds), the first whose vote carries cooperation:
        the government cooperates iff this department does.  Where all must agree it is the most
        cautious one.
        """
        weights, needed = self.votes
        order = np.lexsort((-odds, -margins), axis=0)
        carried = np.cumsum(weights[order], axis=0) >= needed
        first = carried.argmax(axis=0)
        return np.asarray(np.take_along_axis(order, first[None], axis=0)[0])


def margin(odds: Array, thresholds: Array) -> Array:
    """Subtract thresholds from log-odds; either may be infinite.

    Examples
    --------
    >>> margin(np.array([0.5, -np.inf]), np.array([0.25, -np.inf])).tolist()
    [0.25, inf]
    """
    with np.errstate(invalid="ignore"):
        difference = odds - thresholds
    limit = np.where(np.isneginf(thresholds), np.inf, -np.inf)
    return np.where(np.isinf(thresholds), limit, difference)
