"""What likelihoods of one group's counts of choices have in common."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.estimation._choices import Choices


class Counted:
    """Entries, units and reference values of a likelihood of one group's counts.

    A subclass has ``choices``, ``group`` and ``clustered``.
    """

    choices: Choices
    group: int
    clustered: bool

    @cached_property
    def games(self) -> Array:
        """Games of the group."""
        return np.flatnonzero(self.choices.group == self.group)

    def shapes(self) -> list[Array]:
        """Games of the group, those of one shape together."""
        found: dict[tuple[int, ...], list[int]] = {}
        for place in self.games.tolist():
            found.setdefault(self.choices.games[place].shape, []).append(place)
        return [np.array(places) for places in found.values()]

    @cached_property
    def _entries(self) -> tuple[Array, Array, Array]:
        """Cells, counts and units of the group's entries, as they are summed."""
        mine = self.choices.owner[self.choices.unit] == self.group
        mine &= self.choices.count > 0.0
        cell, count = self.choices.cell[mine], self.choices.count[mine]
        if not self.clustered:
            cells, place = np.unique(cell, return_inverse=True)
            return cells, np.bincount(place, count), np.arange(len(cells))
        _, unit = np.unique(self.choices.unit[mine], return_inverse=True)
        return cell, count, unit

    @property
    def units(self) -> int:
        """Clusters, or observed actions."""
        return int(self._entries[2].max()) + 1

    @property
    def repeats(self) -> Array | None:
        """Choices that each unit stands for, where these are independent."""
        return None if self.clustered else self._entries[1]

    @property
    def uniform(self) -> float:
        """Log likelihood of uniform play."""
        return float(self.choices.uniform()[self.group])

    @property
    def saturated(self) -> float:
        """Log likelihood of the observed frequencies."""
        return float(self.choices.saturated()[self.group])

    @property
    def observed(self) -> int:
        """Number of choices."""
        return round(float(self.choices.observed()[self.group]))

    @property
    def missing(self) -> tuple[str, ...]:
        """Sentences about players of whom no choice was counted."""
        return self.choices.missing(self.group)

    def summed(self, cells: Array) -> Array:
        """Add ``count * value`` up over the entries of every unit: (..., cells) to (..., units)."""
        cell, count, unit = self._entries
        with np.errstate(invalid="ignore"):
            terms = cells[..., cell] * count
        if not self.clustered:
            return np.asarray(terms)
        total = np.zeros((*terms.shape[:-1], self.units))
        np.add.at(np.moveaxis(total, -1, 0), unit, np.moveaxis(terms, -1, 0))
        return total
