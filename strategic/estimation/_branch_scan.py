"""Log likelihoods of groups of games along their logit branches, at the nodes of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.curves import FARTHEST, Arms, Curves

GRID = np.r_[0.0, np.geomspace(0.03, 100.0, 37), np.geomspace(100.0, FARTHEST, 9)[1:]]
"""Rationality, in units of one over the payoff range, at which branches are looked at first."""


@dataclass(frozen=True, eq=False)
class Family:
    """Games of one shape, with the counts of their choices.

    Parameters
    ----------
    curves : Curves
    counts : tuple of arrays (n_i, games)
        How often every action was chosen, one array per player.
    groups : array of int (games,)
        The group whose rationality each game has.
    places : array of int (games,)
        What the games are numbered by elsewhere.
    """

    curves: Curves
    counts: tuple[Array, ...]
    groups: Array
    places: Array

    def sorted_by_curves(self) -> list[Family]:
        """Divide games whose equilibria are looked up in different ways."""
        kinds = self.curves.kinds()
        parts = [np.flatnonzero(kinds == kind) for kind in np.unique(kinds)]
        return [self] if len(parts) == 1 else [self.some(part) for part in parts]

    def some(self, chosen: Array) -> Family:
        """Keep the chosen games."""
        counts = tuple(number[:, chosen] for number in self.counts)
        return Family(self.curves.keep(chosen), counts, self.groups[chosen], self.places[chosen])


@dataclass(frozen=True, eq=False)
class Look:
    """Every equilibrium of a family's games over the grid, and how likely it makes the choices."""

    family: Family
    arms: Arms
    value: Array
    turn: Array

    @classmethod
    def at(cls, family: Family, units: Array) -> Look:
        """Look the games of a family up."""
        own = (GRID[:, None] * units)[:, family.groups]
        return cls.of(family, family.curves.arms(own), own)

    @classmethod
    def of(cls, family: Family, arms: Arms, own: Array) -> Look:
        """Say how likely the choices are at these equilibria, one rationality per game."""
        chances = family.curves.chances(arms.w, arms.slope, own)
        value, turn = log_likelihood(family.counts, chances)
        there = np.isfinite(arms.slope).all(axis=1)
        return cls(family, arms, np.where(there, value, np.nan), turn)

    def some(self, number: Array) -> Look:
        """Keep some groups, which get new numbers: -1 for those that are left out."""
        kept = self.keep(np.flatnonzero(number[self.family.groups] >= 0))
        return replace(kept, family=replace(kept.family, groups=number[kept.family.groups]))

    def keep(self, chosen: Array) -> Look:
        """Keep the chosen games."""
        return Look(
            self.family.some(chosen), self.arms.some(chosen),
            self.value[..., chosen], self.turn[..., chosen],
        )  # fmt: skip

    def elsewhere(self, units: Array) -> tuple[Array, Look] | None:
        """Look up games with equilibria off the principal branch: which, and all of these."""
        own = (GRID[:, None] * units)[:, self.family.groups]
        found = self.family.curves.elsewhere(own, self.arms)
        if found is None:
            return None
        games, arms = found
        return games, Look.of(self.family.some(games), arms, own[:, games])

    def several(self) -> Array:
        """Say whose principal branch has several equilibria at some rationality: (games,)."""
        if len(self.value) == 1:
            return np.zeros(self.value.shape[-1], dtype=bool)
        allowed = np.isfinite(self.value) & self.arms.principal
        low, high = (np.where(allowed, self.arms.w[:, 0], fill) for fill in (np.inf, -np.inf))
        with np.errstate(invalid="ignore"):
            return np.asarray((high.max(axis=0) > low.min(axis=0)).any(axis=0))


@dataclass(frozen=True, eq=False)
class Scan:
    """Log likelihoods over the grid (lanes, nodes, groups), and the equilibria that give them.

    In lane 0 every game is on its most likely arm. Where a game has several and is alone in its
    group, each further lane holds one of its arms: between two nodes the most likely one may be
    none of those that are so at the nodes.
    """

    families: Sequence[Family]
    rates: Array
    height: Array
    slope: Array
    states: list[tuple[Array, Array]]

    @classmethod
    def of(cls, looks: Sequence[Look], units: Array, *, everywhere: bool) -> Scan:
        """Add games up to groups, on the arms of the principal branch or of all branches."""
        rates = GRID[:, None] * units
        several = everywhere or any(look.several().any() for look in looks)
        lanes = 1 + max(len(look.value) for look in looks) * several
        height, slope = np.zeros((2, lanes, *rates.shape))
        games = np.concatenate([look.family.groups for look in looks])
        alone = np.bincount(games, minlength=len(units)) == 1
        states = []
        for look in looks:
            groups = look.family.groups
            value = np.where(everywhere | look.arms.principal, look.value, np.nan)
            value = np.where(np.isfinite(value), value, -np.inf)
            arm = np.repeat(value.argmax(axis=0)[None], lanes, axis=0)
            for lane in range(1, lanes):
                arm[lane] = min(lane, len(value)) - 1
            places = (arm, *np.indices(arm.shape[1:], sparse=True))
            own = value[places]
            own[len(value) + 1 :] = -np.inf
            own[1:, :, ~alone[groups]] = -np.inf
            add_up(height, own, groups)
            add_up(slope, look.turn[places], groups)
            w, turn = (np.moveaxis(part, 1, 0) for part in (look.arms.w, look.arms.slope))
            states.append((w[(slice(None), *places)], turn[(slice(None), *places)]))
        families = [look.family for look in looks]
        return cls(families, rates, np.where(np.isfinite(height), height, -np.inf), slope, states)


def add_up(total: Array, values: Array, groups: Array) -> None:
    """Add what games contribute to their groups, on the last axis."""
    if len(groups) == total.shape[-1] and (groups == np.arange(len(groups))).all():
        total += values
    else:
        np.add.at(total.T, groups, values.T)


def log_likelihood(counts: Sequence[Array], logs: Sequence[Array]) -> Array:
    """Sum ``n log p`` over players and actions, and its derivatives: (derivatives, ..., games)."""
    total: Array | float = 0.0
    for number, own in zip(counts, logs, strict=True):
        times = number.reshape(len(number), *(1,) * (own.ndim - 3), -1)
        if (number > 0.0).all():
            total = total + (times * own).sum(axis=1)
        else:  # nobody took an action: it does not matter that its logarithm is infinite
            with np.errstate(invalid="ignore"):
                total = total + np.where(times > 0.0, times * own, 0.0).sum(axis=1)
    return np.asarray(total)
