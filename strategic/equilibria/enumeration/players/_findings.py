"""What is known about the equilibria of one game of three or more players."""

from __future__ import annotations

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
    degenerate : bool
        Whether payoffs are tied where that matters: equilibria that are not regular may exist
        besides those listed.
    proved : bool
        Whether every pure and every regular equilibrium is listed.
    index : int
        Sum of the indices of the regular ones.
    profiles : list of (profile, int or None)
        The equilibria with their indices, where they are asked for.
    """

    degenerate: bool = False
    proved: bool = True
    index: int = 0
    profiles: list[tuple[Profile, int | None]] = field(default_factory=list)

    def add(self, index: int | None) -> None:
        """Count an equilibrium by its index, None where it is not regular."""
        self.degenerate |= index is None
        self.index += index or 0

    @property
    def status(self) -> Status:
        """Complete only if nothing is tied, and the indices add up to one."""
        if not self.proved:
            return Status.NOT_FINISHED
        if self.degenerate:
            return Status.FOUND_SOME
        return Status.COMPLETE_EXACT if self.index == 1 else Status.NOT_FINISHED
