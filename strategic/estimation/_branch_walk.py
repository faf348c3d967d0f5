"""Groups of games that move along their logit branches, with two derivatives on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.curves import Curves, Settled
from strategic.estimation._branch_scan import Scan, add_up, log_likelihood

STEPS = 100
"""Steps after which a search ends."""


@dataclass(eq=False)
class Walk:
    """Groups that move along their curves, each from a node of the grid.

    ``places`` are the games of every family that belong to the walking groups, ``owners`` whose
    they are; ``at`` is where the settled equilibria stand.
    """

    count: int
    places: list[Array]
    owners: list[Array]
    chosen: list[Curves]
    numbers: list[tuple[Array, ...]]
    settled: list[Settled]
    at: Array

    @classmethod
    def start(cls, scan: Scan, groups: Array, nodes: Array) -> Walk:
        """Stand at nodes of the grid: lanes and places (2, walkers)."""
        at, (lane, node) = scan.rates[nodes[1], groups], nodes
        walk = cls(len(groups), [], [], [], [], [], at)
        for family, (w, slope) in zip(scan.families, scan.states, strict=True):
            owners, games = _pairs(groups, family.groups)
            curves = family.curves.keep(games)
            here = slice(None), lane[owners], node[owners], games
            start, turn = w[here], slope[here]
            walk.places.append(family.places[games])
            walk.owners.append(owners)
            walk.chosen.append(curves)
            walk.numbers.append(tuple(number[:, games] for number in family.counts))
            walk.settled.append(
                Settled(start, turn, np.zeros_like(start), (), np.ones(len(owners), dtype=bool))
            )
        return walk

    def keep(self, left: Array) -> Walk:
        """Keep the chosen walkers."""
        number = np.cumsum(left) - 1
        kept = [left[owners] for owners in self.owners]
        return Walk(
            int(left.sum()),
            [places[own] for places, own in zip(self.places, kept, strict=True)],
            [number[owners[own]] for owners, own in zip(self.owners, kept, strict=True)],
            [curves.keep(np.flatnonzero(own))
             for curves, own in zip(self.chosen, kept, strict=True)],
            [tuple(n[:, own] for n in numbers)
             for numbers, own in zip(self.numbers, kept, strict=True)],
            [one.some(own) for one, own in zip(self.settled, kept, strict=True)],
            self.at[left],
        )  # fmt: skip

    def logs(self) -> list[tuple[Array, tuple[Array, ...]]]:
        """Return games and their log probabilities with derivatives, where the walkers stand."""
        return [(p, one.logs) for p, one in zip(self.places, self.settled, strict=True)]

    def to(self, at: Array) -> Array:
        """Move every walker to a rationality: value and two derivatives, NaN where it cannot."""
        total = np.zeros((3, self.count))
        fine = np.ones(self.count, dtype=bool)
        arrived = []
        for curves, owners, numbers, old in zip(
            self.chosen, self.owners, self.numbers, self.settled, strict=True
        ):
            gap = (at - self.at)[owners]
            guess = old.w + gap * (old.slope + 0.5 * gap * old.bend)
            new = curves.settle(guess, at[owners])
            # Newton's method may have jumped to another arm where this one has ended.
            moved = np.abs(new.w - guess).max(axis=0, initial=0.0)
            sane = new.found & (moved <= 2.0 + 2.0 * np.abs(guess - old.w).max(axis=0, initial=0.0))
            arrived.append(new)
            fine[owners[~sane]] = False
            add_up(total, log_likelihood(numbers, new.logs), owners)
        if fine.all():
            self.settled, self.at = arrived, at
            return total
        for place, new in enumerate(arrived):
            old, keep = self.settled[place], fine[self.owners[place]]
            logs = old.logs or new.logs
            self.settled[place] = Settled(
                np.where(keep, new.w, old.w), np.where(keep, new.slope, old.slope),
                np.where(keep, new.bend, old.bend),
                tuple(np.where(keep, n, o) for n, o in zip(new.logs, logs, strict=True)), keep,
            )  # fmt: skip
        self.at = np.where(fine, at, self.at)
        return np.where(fine, total, np.nan)

    def reach(self, at: Array) -> Array:
        """Move to a rationality that is known to lie on the arm, in shorter steps where need be."""
        values = self.to(at)
        for _ in range(STEPS):
            far = np.isnan(values[0])
            if not far.any():
                break
            self.to(np.where(far, 0.5 * (self.at + at), self.at))
            values = self.to(at)
        return values


def _pairs(groups: Array, owned: Array) -> tuple[Array, Array]:
    """List which walker has which game: places in ``groups``, and in ``owned``."""
    order = np.argsort(owned, kind="stable")
    ordered = owned[order]
    first, last = (np.searchsorted(ordered, groups, side) for side in ("left", "right"))
    counts = last - first
    owners = np.repeat(np.arange(len(groups)), counts)
    within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owners, order[first[owners] + within]
