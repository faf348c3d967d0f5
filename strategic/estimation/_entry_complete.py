"""Entry by two players who know each other's shocks, with a rule of selection in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.estimation._entry_likelihood import Chances, Tables
from strategic.estimation._entry_pairs import Pairs, pair_chances
from strategic.estimation._entry_selection import MIXED, SELECTION


@dataclass(frozen=True, eq=False)
class KnownShocks:
    """Equilibria of two players with complete information; a `Rule` of `EntryLikelihood`.

    Parameters
    ----------
    labels : tuple of str
        Of the four outcomes.
    selection : str
        ``share`` or ``equal``.
    mixed : bool
        Whether the mixed equilibrium is played where there are pure ones. It always is where there
        are none.
    """

    labels: tuple[str, ...]
    selection: str = "share"
    mixed: bool = False
    needs_payoffs: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The share of player 1's equilibrium among the pure ones, and that of the mixed one."""
        if self.selection == "equal":
            return ()
        return (SELECTION, MIXED) if self.mixed else (SELECTION,)

    @property
    def bounds(self) -> Array:
        """All are shares."""
        return np.array([(0.0, 1.0)] * len(self.names)).reshape(-1, 2)

    @property
    def starts(self) -> Array:
        """As for ``equal``."""
        return np.array([0.5, 1.0 / 3.0][: len(self.names)])

    def observed(
        self, gains: Array, own: Array, seen: Array, tables: Tables = None, *, slopes: bool = False
    ) -> Chances:
        """Give the chances of observed outcomes, and their derivatives if wanted."""
        del tables
        found = self._pairs(gains, own, seen, slopes=slopes)
        if found.by_gain is None or found.by_share is None or found.by_mixed is None:
            return Chances(found.chance)
        by_own = np.stack([found.by_share, found.by_mixed], axis=-1)[..., : len(self.names)]
        return Chances(found.chance, found.by_gain, by_own)

    def every(self, gains: Array, own: Array, tables: Tables = None) -> Array:
        """Give the chances of all outcomes."""
        del tables
        return self._pairs(gains[:, :, None], own[:, None], np.arange(4)).chance

    def several(self, gains: Array) -> Array:
        """Give the chance that there are several equilibria."""
        own = np.zeros((len(gains), len(self.names)))
        return self._pairs(gains, own, np.zeros(gains.shape[1], dtype=np.int64)).several

    def proved(self, gains: Array) -> Array:
        """Know them all: the formulas do."""
        return np.ones(gains.shape[:2], dtype=bool)

    def _pairs(self, gains: Array, own: Array, seen: Array, *, slopes: bool = False) -> Pairs:
        equal = 1.0 / 3.0 if self.mixed else 0.0
        share = own[..., 0] if self.names else np.full(own.shape[:-1], 0.5)
        mixed = own[..., 1] if MIXED in self.names else np.full(own.shape[:-1], equal)
        return pair_chances(gains, seen, share[..., None], mixed[..., None], slopes=slopes)
