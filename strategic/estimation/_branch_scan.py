"""Log likelihoods of groups of games along their logit branches, at the nodes of a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria.quantal.curve_points import Arms
from strategic.equilibria.quantal.curves import AT_ONCE, FARTHEST, Curves

GRID = np.r_[0.0, np.geomspace(0.03, 100.0, 37), np.geomspace(100.0, FARTHEST, 9)[1:]]
"""Rationality, in units of one over the payoff range, at which branches are looked at first."""


@dataclass(frozen=True, eq=False)
class Family:
    """Games of one shape, with the counts of their choices.

    Parameters
    ----------
    curves : Curves
    counts : array (actions, games)
        How often every action was chosen: all of the first player, then of the second, and so on.
    groups : array of int (games,)
        The group whose rationality each game has.
    places : array of int (games,)
        What the games are numbered by elsewhere.
    """

    curves: Curves
    counts: Array
    groups: Array
    places: Array

    def sorted_by_curves(self) -> list[Family]:
        """Divide games whose equilibria are looked up in different ways."""
        kinds = self.curves.kinds()
        if (kinds == kinds[0]).all():
            return [self]
        return [self.some(np.flatnonzero(kinds == kind)) for kind in np.unique(kinds)]

    def some(self, chosen: Array) -> Family:
        """Keep the chosen games."""
        return Family(
            self.curves.keep(chosen), self.counts[:, chosen],
            self.groups[chosen], self.places[chosen],
        )  # fmt: skip

    def bare(self, chosen: Array) -> Family:
        """Keep the chosen games, for all but to look their equilibria up."""
        return Family(
            self.curves.bare(chosen), self.counts[:, chosen],
            self.groups[chosen], self.places[chosen],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Look:
    """Every equilibrium of a family's games over a grid, and how likely it makes the choices.

    Parameters
    ----------
    family : Family
    arms : Arms
        Of all games that were looked up.
    value, turn : arrays (arms, nodes, games)
        Log likelihood, and its slope along the arm; NaN where an arm is not there.
    grid : array (nodes,)
        Rationality, in units of one over the payoff range.
    places : array of int (games,)
        Which of the games of ``arms`` are those of the family.
    """

    family: Family
    arms: Arms
    value: Array
    turn: Array
    grid: Array
    places: Array

    @classmethod
    def at(cls, family: Family, units: Array, grid: Array = GRID) -> Look:
        """Look the games of a family up."""
        own = (grid[:, None] * units)[:, family.groups]
        return cls.of(family, family.curves.arms(own), own, grid)

    @classmethod
    def of(cls, family: Family, arms: Arms, own: Array, grid: Array) -> Look:
        """Say how likely the choices are at these equilibria, one rationality per game."""
        there = np.asarray(np.isfinite(arms.slope).all(axis=1))
        value, turn = found = np.full((2, *there.shape), np.nan)
        whole = np.asarray(there.all(axis=1))
        if whole.all():
            found[:] = _likely(family, arms.w.swapaxes(0, 1), arms.slope.swapaxes(0, 1), own)
        else:
            for number in np.flatnonzero(whole.any(axis=1)).tolist():
                some = np.flatnonzero(whole[number])
                w, slope = (part[number].take(some, axis=-1) for part in (arms.w, arms.slope))
                found[:, number][..., some] = _likely(family.bare(some), w, slope, own[:, some])
            arm, point, game = np.nonzero(there & ~whole[:, None])
            w, slope = (part[arm, :, point, game].T for part in (arms.w, arms.slope))
            logs = family.curves.bare(game).chances(w, slope, own[point, game])
            found[:, arm, point, game] = log_likelihood(family.counts[:, game], logs)
        return cls(family, arms, value, turn, grid, np.arange(own.shape[1]))

    def some(self, number: Array) -> Look:
        """Keep some groups, which get new numbers: -1 for those that are left out."""
        kept = self.keep(np.flatnonzero(number[self.family.groups] >= 0))
        return replace(kept, family=replace(kept.family, groups=number[kept.family.groups]))

    def keep(self, chosen: Array) -> Look:
        """Keep the chosen games, with what is known of them."""
        return replace(
            self, family=self.family.bare(chosen), value=self.value.take(chosen, axis=-1),
            turn=self.turn.take(chosen, axis=-1), places=self.places[chosen],
        )  # fmt: skip

    def elsewhere(self, units: Array) -> tuple[Array, Look] | None:
        """Look up games with equilibria off the principal branch: which, and all of these."""
        own = (self.grid[:, None] * units)[:, self.family.groups]
        found = self.family.curves.elsewhere(own, self.arms)
        if found is None:
            return None
        games, arms = found
        return games, Look.of(self.family.bare(games), arms, own[:, games], self.grid)

    def principal(self) -> Array:
        """Say which equilibria are on the principal branch: (arms, nodes, games)."""
        return self.arms.principal.take(self.places, axis=-1)

    def standing(self, arm: Array, node: Array, games: Array) -> tuple[Array, Array]:
        """Give log-odds and their slopes at nodes of some games, one arm each: (unknowns, some)."""
        here = slice(None), arm, node, self.places[games]
        return self.arms.w.swapaxes(0, 1)[here], self.arms.slope.swapaxes(0, 1)[here]

    def several(self) -> Array:
        """Say whose principal branch has several equilibria at some rationality: (games,)."""
        if len(self.value) == 1:
            return np.zeros(self.value.shape[-1], dtype=bool)
        allowed, w = np.isfinite(self.value) & self.principal(), self.arms.w[:, 0]
        low, high = (np.where(allowed, w[..., self.places], fill) for fill in (np.inf, -np.inf))
        with np.errstate(invalid="ignore"):
            return np.asarray((high.max(axis=0) > low.min(axis=0)).any(axis=0))


@dataclass(frozen=True, eq=False)
class Scan:
    """Log likelihoods over a grid (lanes, nodes, groups), and the equilibria that give them.

    In lane 0 every game is on its most likely arm. Where a game has several and is alone in its
    group, each further lane holds one of its arms: between two nodes the most likely one may be
    none of those that are so at the nodes.

    Parameters
    ----------
    looks : sequence of Look
    likeliest : list of arrays of int (nodes, games)
        The most likely arm of every game of each look.
    rates : array (nodes, groups)
    height, slope : arrays (lanes, nodes, groups)
    """

    looks: Sequence[Look]
    likeliest: Sequence[Array]
    rates: Array
    height: Array
    slope: Array

    @classmethod
    def of(
        cls, looks: Sequence[Look], units: Array, *, several: bool, everywhere: bool = False
    ) -> Scan:
        """Add games up to groups, on the arms of the principal branch or of all branches.

        ``several`` says whether there are lanes of single arms.
        """
        rates = looks[0].grid[:, None] * units
        lanes = 1 + max(len(look.value) for look in looks) * several
        height, slope = np.zeros((2, lanes, *rates.shape))
        games = np.concatenate([look.family.groups for look in looks])
        alone = np.bincount(games, minlength=len(units)) == 1
        likeliest = []
        for look in looks:
            groups = look.family.groups
            there = np.isfinite(look.value)
            if not everywhere:
                there &= look.principal()
            value = np.where(there, look.value, -np.inf)
            best = value.argmax(axis=0)
            own, turn = np.empty((2, lanes, *best.shape))
            own[0] = value.max(axis=0)
            turn[0] = np.take_along_axis(look.turn, best[None], axis=0)[0]
            for lane in range(1, lanes):
                arm = min(lane, len(value)) - 1
                own[lane], turn[lane] = value[arm], look.turn[arm]
            own[len(value) + 1 :] = -np.inf
            own[1:, :, ~alone[groups]] = -np.inf
            add_up(height, own, groups)
            add_up(slope, turn, groups)
            likeliest.append(best)
        height = np.where(np.isfinite(height), height, -np.inf)
        return cls(looks, likeliest, rates, height, slope)

    def spacing(self, at: Array) -> Array:
        """Say how far the nodes around a rationality of every group are apart."""
        after = np.clip(np.count_nonzero(self.rates < at, axis=0), 1, len(self.rates) - 1)
        groups = np.arange(len(at))
        return np.asarray(self.rates[after, groups] - self.rates[after - 1, groups])

    @cached_property
    def _members(self) -> list[tuple[Array, Array]]:
        """The games of every family in the order of their groups, and where each group begins."""
        found = []
        for look in self.looks:
            groups = look.family.groups
            sizes = np.bincount(groups, minlength=self.rates.shape[1])
            order = np.argsort(groups, kind="stable")
            found.append((order, np.concatenate([[0], np.cumsum(sizes)])))
        return found

    def members(self, groups: Array) -> Iterator[tuple[Array, Array]]:
        """List the games of these groups, family by family: places in ``groups``, and games."""
        for order, begins in self._members:
            first, counts = begins[groups], begins[groups + 1] - begins[groups]
            owners = np.repeat(np.arange(len(groups)), counts)
            shift = first - np.cumsum(counts) + counts
            yield owners, order[np.arange(len(owners)) + shift[owners]]


def _likely(family: Family, w: Array, slope: Array, own: Array) -> Array:
    """Log likelihoods and slopes (2, ..., points, games) at (unknowns, ..., points, games)."""
    found = np.empty((2, *w.shape[1:]))
    points = max(AT_ONCE * len(own) * len(w) // max(w.size, 1), 1)
    for part in block_slices(len(own), points):
        logs = family.curves.chances(w[..., part, :], slope[..., part, :], own[part])
        found[..., part, :] = log_likelihood(family.counts, logs)
    return found


def add_up(total: Array, values: Array, groups: Array) -> None:
    """Add what games contribute to their groups, on the last axis."""
    if len(groups) == total.shape[-1] and (groups == np.arange(len(groups))).all():
        total += values
    else:
        np.add.at(total.T, groups, values.T)


def log_likelihood(counts: Array, logs: Array) -> Array:
    """Sum ``n log p`` over all actions, and its derivatives: (derivatives, ..., games)."""
    total = np.zeros((len(logs), *logs.shape[2:]))
    for own, log in zip(counts, logs.swapaxes(0, 1), strict=True):
        if (own > 0.0).all():
            total += own * log
        else:  # actions nobody took may have infinite logarithms
            np.add(total, own * log, out=total, where=own > 0.0)
    return total
