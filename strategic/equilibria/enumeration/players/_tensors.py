"""Payoffs scaled for doubles, and what actions gain against the profiles of a support."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._patterns import Pattern

UNIT = 2.0**-53
"""The largest relative error of one operation on doubles."""
_SMALLEST = 2.0**-900
_SMALLEST_DOUBLE = 2.0**-1074


@dataclass(frozen=True, eq=False)
class ScaledGames:
    """A block of games, each player's payoffs times a power of two.

    Parameters
    ----------
    payoffs : array ``(players, profiles, games)``
        The largest difference between two actions of a player is from .5 to 1.
    noise : array ``(players, games)``
        What such a difference may be off besides its own rounding: zero unless payoffs were
        rounded when they were read.
    sound : array ``(games,)`` of bool
        Whether scaling lost nothing.
    """

    payoffs: Array
    noise: Array
    sound: Array

    @classmethod
    def of(cls, payoffs: Array, shape: tuple[int, ...], rounded: Array) -> ScaledGames:
        """Scale payoffs ``(players, profiles, games)`` as given."""
        games = payoffs.shape[2]
        scaled, noise = np.empty_like(payoffs), np.zeros((len(shape), games))
        sound = np.ones(games, dtype=bool)
        with np.errstate(all="ignore"):
            for player, own in enumerate(payoffs):
                table = own.reshape(*shape, games)
                lines = np.moveaxis(table, player, 0)
                most, least = lines[0].copy(), lines[0].copy()
                for line in lines[1:]:
                    np.maximum(most, line, out=most)
                    np.minimum(least, line, out=least)
                spread = (most - least).reshape(-1, games).max(axis=0)
                _, exponent = np.frexp(spread)
                # Nothing that a player without a choice earns matters.
                scaled[player] = np.where(spread > 0, np.ldexp(own, -exponent), 0.0)
                size = np.abs(scaled[player])
                tiny = ((size > 0) & (size < _SMALLEST)).any(axis=0)
                sound &= np.isfinite(spread) & np.isfinite(size).all(axis=0) & ~tiny
                if rounded.any():
                    moved = 2 * UNIT * size.max(axis=0) + np.ldexp(_SMALLEST_DOUBLE, -exponent)
                    noise[player] = np.where(rounded, moved, 0.0)
        return cls(scaled, noise, sound)


@dataclass(frozen=True, eq=False)
class Gains:
    """What every action gains over the reference action, at the profiles of a support.

    Parameters
    ----------
    pattern : Pattern
    support : int array ``(E,)``
        Which support of the pattern; a game may stand here with several.
    game : int array ``(E,)``
        Number within the block.
    tables : tuple of arrays ``(n_i - 1, k_1, .., 1, .., k_p, E)``
        Per player: first the other actions in use, which must gain nothing in an equilibrium,
        then those not in use. The gain against a mixed profile is multilinear, so the entries
        bound it.
    noise : array ``(players, E)``
        See `ScaledGames`.
    """

    pattern: Pattern
    support: Array
    game: Array
    tables: tuple[Array, ...]
    noise: Array

    @classmethod
    def of(cls, games: ScaledGames, pattern: Pattern, support: Array, game: Array) -> Gains:
        """Gather the gains for pairs of a support and a game."""
        tables = gathered(games.payoffs, pattern, support, game)
        return cls(pattern, support, game, tables, games.noise.take(game, axis=1))

    def of_some(self, chosen: Array) -> Gains:
        """Keep the chosen columns."""
        return Gains(
            self.pattern,
            self.support[chosen],
            self.game[chosen],
            tuple(table[..., chosen] for table in self.tables),
            self.noise[:, chosen],
        )

    def of_binary(self, player: int, *others: int) -> Array:
        """Gain of a player's second action in use, with an axis for each of the others named.

        Nobody else mixes.
        """
        table: Array = self.tables[player][0]
        return table.reshape(*(self.pattern.sizes[j] for j in others), table.shape[-1])

    @cached_property
    def not_in_use(self) -> tuple[Array, ...]:
        """The gains of actions that are not in use."""
        sizes = self.pattern.sizes
        return tuple(t[k - 1 :] for t, k in zip(self.tables, sizes, strict=True))


def gathered(payoffs: Array, pattern: Pattern, support: Array, game: Array) -> tuple[Array, ...]:
    """Gather gains from payoffs ``(players, profiles, games)`` of any type, as in `Gains`."""
    count, tables = payoffs.shape[2], []
    for own, profiles in zip(payoffs, pattern.profiles, strict=True):
        place = profiles.take(support, axis=-1)
        place *= count
        place += game
        earned = own.reshape(-1).take(place)
        tables.append(earned[1:] - earned[0])
    return tuple(tables)


@dataclass(frozen=True, eq=False)
class Roots:
    """Mixed profiles at which all actions in use earn the same, each proved to be there.

    Parameters
    ----------
    place : int array ``(R,)``
        Column of the gains each belongs to.
    shares : tuple of arrays ``(k_i, R)``
        The mixtures, within the support.
    radius : array ``(players, R)``
        How far any share of a player may be from the true one.
    index : array ``(R,)``
        Sign of the Jacobian, which is the index if this is an equilibrium.
    """

    place: Array
    shares: tuple[Array, ...]
    radius: Array
    index: Array

    def of_some(self, chosen: Array) -> Roots:
        """Keep the chosen roots."""
        return Roots(
            self.place[chosen],
            tuple(share[:, chosen] for share in self.shares),
            self.radius[:, chosen],
            self.index[chosen],
        )

    def joined(self, more: Roots, columns: Array) -> Roots:
        """Add roots found for some of the columns."""
        return Roots(
            np.concatenate([self.place, columns[more.place]]),
            tuple(
                np.concatenate(pair, axis=1) for pair in zip(self.shares, more.shares, strict=True)
            ),
            np.concatenate([self.radius, more.radius], axis=1),
            np.concatenate([self.index, more.index]),
        )


def expected(table: Array, shares: tuple[Array, ...]) -> Array:
    """Mix ``(n, k_1, .., k_p, E)`` by the shares of everyone, an axis of length one apart.

    The order of the sums is fixed, so the bits do not depend on the batch.
    """
    for share in shares:
        if table.shape[1] == 1:
            table = table[:, 0]
            continue
        total = table[:, 0] * share[0]
        for action in range(1, table.shape[1]):
            total += table[:, action] * share[action]
        table = total
    return table


def judged(gains: Gains, roots: Roots) -> tuple[Array, Array]:
    """Tell which roots are strict equilibria, and which doubles cannot judge.

    Returns
    -------
    accepted, doubtful : arrays ``(R,)`` of bool
    """
    sizes = gains.pattern.sizes
    accepted = np.ones(len(roots.place), dtype=bool)
    refused = np.zeros(len(roots.place), dtype=bool)
    # A share off by r moves a mean of entries up to 1 by r; each operation adds one unit.
    moved = sum(k * r for k, r in zip(sizes, roots.radius, strict=True) if k > 1)
    relative = 1.01 * moved + (8 + 4 * sum(sizes)) * UNIT
    for player, table in enumerate(gains.not_in_use):
        if not len(table) or not len(accepted):
            continue
        table = table.take(roots.place, axis=-1)  # noqa: PLW2901 - the columns of the roots
        gain = expected(table, roots.shares)
        largest = np.abs(table).reshape(len(table), -1, table.shape[-1]).max(axis=1)
        margin = largest * relative + gains.noise[player].take(roots.place)
        accepted &= (gain < -margin).all(axis=0)
        refused |= (gain > margin).any(axis=0)
    return accepted & ~refused, ~(accepted | refused)
