"""What is known about the equilibria of one game of three or more players."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from strategic.status import Status

Profile = tuple[tuple[Fraction, ...], ...]
"""A mixture per player; shares that are no fractions are given to some hundred bits."""


@dataclass
class Findings:
    """What exact enumeration found out about one game.

    Parameters
    ----------
    profiles : list of (profile, int or None)
        Equilibria and their indices, None where the equilibrium is not regular.
    degenerate : bool
        Whether payoffs are tied where that matters: equilibria that are not regular may exist
        besides those listed.
    proved : bool
        Whether every pure and every regular equilibrium is listed.
    """

    profiles: list[tuple[Profile, int | None]] = field(default_factory=list)
    degenerate: bool = False
    proved: bool = True

    def add(self, profile: Profile, index: int | None) -> None:
        """List an equilibrium."""
        self.profiles.append((profile, index))
        self.degenerate |= index is None

    def add_second(self, shares: Sequence[Fraction | int], index: int | None) -> None:
        """List an equilibrium by the shares of the second of two actions each."""
        self.add(tuple((1 - Fraction(s), Fraction(s)) for s in shares), index)

    @property
    def status(self) -> Status:
        """Complete only if nothing is tied, and the indices add up to one."""
        if not self.proved:
            return Status.NOT_FINISHED
        if self.degenerate:
            return Status.FOUND_SOME
        total = sum(index or 0 for _, index in self.profiles)
        return Status.COMPLETE_EXACT if total == 1 else Status.NOT_FINISHED
