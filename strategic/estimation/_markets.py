"""Markets with two actions per player: profiles as numbers, gains, pure equilibria as bits.

A profile of n players is a number from 0 to 2^n - 1, its place in a payoff table written out row by
row: 0 when everybody takes the first action ("enter"), the first player being the highest bit. A
set of profiles is then an unsigned integer of 2^n bits, at most 64, and whether a profile is an
equilibrium for all players is a logical "and" of one such integer per player.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError

if TYPE_CHECKING:
    from strategic.estimation.payoffs_by_row import PayoffsByRow

MOST_PLAYERS = 6
"""Sets of profiles are bits of one word."""


@dataclass(frozen=True, eq=False)
class Markets:
    """Observed markets, one per row of a table.

    Parameters
    ----------
    players : tuple of str
        Two to six.
    payoffs : PayoffsByRow
        Payoffs before shocks, as functions of the free numbers.
    observed : array of int (rows,)
        Number of the profile that was played.
    units : array of int (rows,)
        Number of the independent unit, such as a region, of every row.
    """

    players: tuple[str, ...]
    payoffs: PayoffsByRow
    observed: Array
    units: Array

    def __post_init__(self) -> None:
        count = len(self.players)
        if not 2 <= count <= MOST_PLAYERS:
            rule = f"estimates games of 2 to {MOST_PLAYERS} players"
            raise MethodError(rule, where="play", value=count)

    def by_unit(self, values: Array) -> Array:
        """Add rows up to units along the last axis."""
        count = int(self.units.max()) + 1
        if count == len(self.units) and (self.units == np.arange(count)).all():
            return values
        order = np.argsort(self.units, kind="stable")
        starts = np.searchsorted(self.units[order], np.arange(count))
        return np.asarray(np.add.reduceat(values[..., order], starts, axis=-1))


def profile_numbers(first: Array) -> Array:
    """Give profiles their numbers.

    Parameters
    ----------
    first : array of bool (..., players)
        Who takes the first action.

    Examples
    --------
    >>> profile_numbers(np.array([[True, True], [True, False], [False, True]])).tolist()
    [0, 1, 2]
    """
    players = first.shape[-1]
    return np.asarray((~first.astype(bool)) @ (1 << np.arange(players)[::-1]))


def first_actions(numbers: Array, players: int) -> Array:
    """Tell who takes the first action in numbered profiles; the inverse of `profile_numbers`.

    Examples
    --------
    >>> first_actions(np.array([1, 3]), 2).tolist()
    [[True, False], [False, False]]
    """
    return np.asarray((np.asarray(numbers)[..., None] >> np.arange(players)[::-1]) & 1 == 0)


def entry_gains(payoffs: Sequence[Array]) -> Array:
    """Compute what every player gains from the first action rather than the second.

    Parameters
    ----------
    payoffs : one array (..., 2, ..., 2) per player

    Returns
    -------
    array (players, 2^(players - 1), ...)
        By the rivals' choice, numbered as profiles of the rivals alone; batch axes last.

    Examples
    --------
    >>> entry_gains([np.array([[-1.0, 2], [0, 0]]), np.array([[-1.0, 0], [3, 0]])]).tolist()
    [[-1.0, 2.0], [-1.0, 3.0]]
    """
    players = len(payoffs)
    rows = []
    for player, table in enumerate(payoffs):
        first, second = np.moveaxis(table, table.ndim - players + player, 0)
        gain = (first - second).reshape(*table.shape[: table.ndim - players], -1)
        rows.append(np.moveaxis(gain, -1, 0))
    return np.stack(rows)


@cache
def rivals_of(players: int) -> Array:
    """Give the number of the rivals' choice in every profile: array (players, 2^players)."""
    numbers = np.arange(1 << players)
    places = np.arange(players)[::-1, None]  # of every player's bit
    return ((numbers >> (places + 1)) << places) | (numbers & ((1 << places) - 1))


@cache
def reply_bits(players: int) -> Array:
    """Give bits of the profiles in which a player acts against given rivals.

    Returns
    -------
    array of uint64 (players, 2, 2^(players - 1))
        By player, own action and choice of the rivals.
    """
    bits = np.zeros((players, 2, 1 << (players - 1)), dtype=np.uint64)
    numbers = np.arange(1 << players)
    own = (numbers >> np.arange(players)[::-1, None]) & 1
    for player, rivals in enumerate(rivals_of(players)):
        bits[player, own[player], rivals] = np.uint64(1) << numbers.astype(np.uint64)
    return bits


def pure_equilibria(gains: Array) -> Array:
    """Find all pure equilibria of many games with two actions each.

    Parameters
    ----------
    gains : array (players, 2^(players - 1), ...)
        From `entry_gains`, shocks included; a gain of zero makes both actions best replies.

    Returns
    -------
    array of uint64 (...)
        Bit z is set where profile z is an equilibrium.

    Examples
    --------
    >>> int(pure_equilibria(np.array([[-1.0, 2], [-1, 2]])))  # either enters: profiles 1 and 2
    6
    """
    players = len(gains)
    found = np.full(gains.shape[2:], ~np.uint64(0))
    none = np.uint64(0)
    for own, (first, second) in zip(gains, reply_bits(players), strict=True):
        best = np.zeros(gains.shape[2:], dtype=np.uint64)
        for gain, one, other in zip(own, first, second, strict=True):
            best |= np.where(gain >= 0, one, none) | np.where(gain <= 0, other, none)
        found &= best
    return found


def members(sets: Array, players: int) -> Array:
    """Spread sets of profiles: array of bool (..., 2^players)."""
    numbers = np.arange(1 << players, dtype=np.uint64)
    return np.asarray((sets[..., None] >> numbers) & np.uint64(1) == 1)
