"""Groups of games that move along their logit branches, with two derivatives on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.curve_points import Settled
from strategic.equilibria.quantal.curves import Curves
from strategic.estimation._branch_scan import Scan, add_up, log_likelihood

STEPS = 100
"""Steps after which a search ends."""


@dataclass(eq=False)
class Band:
    """Games of one family that belong to walking groups.

    Parameters
    ----------
    places, owners : arrays of int (games,)
        What the games are numbered by elsewhere, and which walker each belongs to.
    curves : Curves
    counts : array (actions, games)
    settled : Settled
        Where they stand; without logarithms as long as they stand where they started.
    """

    places: Array
    owners: Array
    curves: Curves
    counts: Array
    settled: Settled

    def keep(self, number: Array) -> Band:
        """Keep the games of some walkers, which get new numbers: -1 for those that are left out."""
        kept = np.flatnonzero(number[self.owners] >= 0)
        return Band(
            self.places[kept], number[self.owners[kept]], self.curves.bare(kept),
            self.counts[:, kept], self.settled.some(kept),
        )  # fmt: skip

    def moved(self, gap: Array, at: Array) -> tuple[Settled, Array]:
        """Settle farther along the curves, and say which games are still on their arm."""
        old, gap = self.settled, gap[self.owners]
        away = gap * (old.slope + 0.5 * gap * old.bend)
        new = self.curves.settle(old.w + away, at[self.owners])
        # Newton's method may have jumped to another arm where this one has ended.
        wrong = np.abs(new.w - old.w - away)
        sane = wrong.max(axis=0, initial=0.0) <= 2.0 + 2.0 * np.abs(away).max(axis=0, initial=0.0)
        return new, new.found & sane

    def stay(self, new: Settled, fine: Array) -> None:
        """Take over what is settled anew for the walkers that are fine, and nothing else."""
        old, keep = self.settled, fine[self.owners]
        self.settled = Settled(
            np.where(keep, new.w, old.w), np.where(keep, new.slope, old.slope),
            np.where(keep, new.bend, old.bend), np.where(keep, new.logs, old.logs), keep,
        )  # fmt: skip


@dataclass(eq=False)
class Walk:
    """Groups that move along their curves, each from a node of the grid.

    ``at`` is where the games of every band stand.
    """

    bands: Sequence[Band]
    at: Array

    @classmethod
    def start(cls, scan: Scan, groups: Array, nodes: Array) -> Walk:
        """Stand at nodes of the grid: lanes and places (2, walkers)."""
        bands, (lane, node) = [], nodes
        for look, likeliest, (owners, games) in zip(
            scan.looks, scan.likeliest, scan.members(groups), strict=True
        ):
            family, mine, at = look.family, lane[owners], node[owners]
            own = np.minimum(mine, len(look.value)) - 1
            arm = np.where(mine == 0, likeliest[at, games], own)
            start, slope = look.standing(arm, at, games)
            none = np.full((3, len(family.counts), len(games)), np.nan)
            settled = Settled(
                start, slope, np.zeros_like(start), none, np.ones(len(games), dtype=bool)
            )
            counts = family.counts[:, games]
            bands.append(
                Band(family.places[games], owners, family.curves.bare(games), counts, settled)
            )
        return cls(bands, scan.rates[node, groups])

    def keep(self, left: Array) -> Walk:
        """Keep the chosen walkers."""
        if left.all():
            return self
        number = np.where(left, np.cumsum(left) - 1, -1)
        return Walk([band.keep(number) for band in self.bands], self.at[left])

    def logs(self, chosen: Array, step: Array) -> list[tuple[Array, Array]]:
        """Return games of some walkers, and log probabilities and slopes a small step farther."""
        found = []
        for band in self.bands:
            own = np.flatnonzero(chosen[band.owners])
            if len(own):
                logs, slopes, bends = band.settled.logs[..., own]
                gap = step[band.owners[own]]
                there = np.array([logs + gap * (slopes + 0.5 * gap * bends), slopes + gap * bends])
                found.append((band.places[own], there))
        return found

    def to(self, at: Array) -> Array:
        """Move every walker to a rationality: value and two derivatives, NaN where it cannot."""
        total, fine = np.zeros((3, len(at))), np.ones(len(at), dtype=bool)
        arrived = []
        for band in self.bands:
            new, there = band.moved(at - self.at, at)
            arrived.append(new)
            fine[band.owners[~there]] = False
            add_up(total, log_likelihood(band.counts, new.logs), band.owners)
        if fine.all():
            for band, new in zip(self.bands, arrived, strict=True):
                band.settled = new
            self.at = at
            return total
        for band, new in zip(self.bands, arrived, strict=True):
            band.stay(new, fine)
        self.at = np.where(fine, at, self.at)
        return np.where(fine, total, np.nan)

    def reach(self, at: Array, sure: Array) -> Array:
        """Move, and in shorter steps where the arm is sure to lead there but one is too long."""
        values = self.to(at)
        for _ in range(STEPS):
            far, before = np.isnan(values[0]) & sure, self.at
            if not far.any():
                break
            self.to(np.where(far, 0.5 * (before + at), before))
            values = np.where(sure, self.to(np.where(sure, at, self.at)), values)
            if not (far & (self.at != before)).any():  # half the way was too long as well
                break
        return values
