"""All equilibria of one game of any shape, support by support, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import solve_whole
from strategic.equilibria.enumeration.players._exact_binary import add_three
from strategic.equilibria.enumeration.players._exact_cell import UnsettledError
from strategic.equilibria.enumeration.players._exact_search import ExactSearch
from strategic.equilibria.enumeration.players._findings import Findings, Profile
from strategic.equilibria.enumeration.players._patterns import Pattern, patterns

_MOST_CELLS, _MOST_CELLS_A_GAME = 800, 3000
_MOST_CHOICES = 2000
"""Ways to choose the deviations that bind at an end of a piece."""
_SURE = 1 << 150
"""Roots are known to 256 bits: what is smaller is not judged."""


def exact_equilibria_of_supports(
    payoffs: Sequence[Array], shape: tuple[int, ...], alive: Array
) -> Findings:
    """Enumerate the equilibria of one game.

    Parameters
    ----------
    payoffs : sequence of object arrays ``(profiles,)`` of int
        One per player, by the flat number of the profile.
    shape : tuple of int
    alive : array of bool ``(2**n_1 - 1, .., 2**n_p - 1)``
        From `surviving_supports`.
    """
    found, search = Findings(), ExactSearch(_MOST_CELLS_A_GAME)
    for pattern in patterns(shape):
        for number in np.flatnonzero(alive[tuple(pattern.subsets)]):
            gains = []
            for own, profiles in zip(payoffs, pattern.profiles, strict=True):
                earned = own[profiles[..., number]]
                gains.append(earned[1:] - earned[0])
            support = [
                actions[:k, number]
                for actions, k in zip(pattern.actions, pattern.sizes, strict=True)
            ]
            for shares, index in _equilibria(found, search, pattern, gains):
                found.add(_placed(shares, support, shape), index)
    return found


def _equilibria(
    found: Findings, search: ExactSearch, pattern: Pattern, gains: Sequence[Array]
) -> list[tuple[Profile, int | None]]:
    """Solve one support; what it leaves open is noted."""
    sizes, mixers = pattern.sizes, pattern.mixers
    if not mixers:  # nothing beats a pure profile that was not struck
        tied = any((table == 0).any() for table in gains)
        return [(((Fraction(1),),) * len(sizes), None if tied else 1)]
    if len(mixers) == 1:
        return [(piece, None) for piece in _ends(found, pattern, gains)]
    if len(mixers) == 3 and max(sizes) == 2:
        solved = _three(found, pattern, gains)
        if solved is not None:
            return solved
    used = [table[: k - 1] for table, k in zip(gains, sizes, strict=True)]
    if not pattern.is_regular or any(not row.any() for table in used for row in table):
        # There is no regular equilibrium; others matter only while the list may be complete.
        if found.degenerate:
            return []
        try:
            roots = search.roots(gains, sizes, most=_MOST_CELLS)
        except UnsettledError:
            found.degenerate = True
            return []
    else:
        try:
            roots = search.roots(gains, sizes, most=_MOST_CELLS)
        except UnsettledError:
            found.proved = False
            return []
    return [(root.shares, root.index) for root in roots]


def _three(
    found: Findings, pattern: Pattern, gains: Sequence[Array]
) -> list[tuple[Profile, int | None]] | None:
    """Solve the quadratic of three players with two actions each, and judge the deviations.

    None where no player can be eliminated, or a deviation is too close to call.
    """
    inner = Findings()
    add_three(inner, [gains[i][0].reshape(2, 2).tolist() for i in pattern.mixers])
    if not inner.proved:
        return None
    # A curve of roots, or a player who is indifferent throughout; roots are judged below.
    found.degenerate |= inner.degenerate and not inner.profiles
    listed = []
    for mixtures, sign in inner.profiles:
        shares: list[tuple[Fraction, ...]] = [(Fraction(1),)] * len(gains)
        for player, mixture in zip(pattern.mixers, mixtures, strict=True):
            shares[player] = mixture
        verdict, index = 1, sign
        for table, size in zip(gains, pattern.sizes, strict=True):
            for row in table[size - 1 :]:
                gain: Any = row
                for share in reversed(shares):
                    gain = gain[..., 0] if gain.shape[-1] == 1 else gain.dot(np.array(share))
                largest = int(abs(row).max())
                if abs(gain) * _SURE < largest and gain != 0:
                    return None
                if gain >= 0:
                    verdict, index = verdict * (gain == 0), None
        if verdict:
            listed.append((tuple(shares), index))
    return listed


def _ends(found: Findings, pattern: Pattern, gains: Sequence[Array]) -> list[Profile]:
    """Find the extreme points, inside the support, of what one indifferent player may do.

    Each pure player's deviations bound the mixture by linear inequalities.
    """
    mixer = pattern.mixers[0]
    size = pattern.sizes[mixer]
    bounds = [
        row.reshape(-1)
        for player, table in enumerate(gains)
        if player != mixer
        for row in table
        if row.any()
    ]
    if comb(len(bounds), size - 1) > _MOST_CHOICES:
        found.degenerate = True  # the ends of this piece are not listed
        return []
    ends = set()
    for chosen in combinations(range(len(bounds)), size - 1):
        system = np.zeros((1, size, size + 1), dtype=object)
        system[0, 0] = 1
        for line, number in enumerate(chosen, start=1):
            system[0, line, :size] = bounds[number]
        weights, total = solve_whole(system)
        if total[0] == 0 or weights[0].min() <= 0:
            continue
        if all(int(bound.dot(weights[0])) <= 0 for bound in bounds):
            ends.add(tuple(Fraction(int(w), int(total[0])) for w in weights[0]))
    pure = (Fraction(1),)
    return [
        tuple(end if player == mixer else pure for player in range(len(gains)))
        for end in sorted(ends)
    ]


def _placed(shares: Profile, support: Sequence[Array], shape: tuple[int, ...]) -> Profile:
    """Write mixtures of the actions in use as mixtures of all."""
    profile = []
    for used, actions, n in zip(shares, support, shape, strict=True):
        mixture = [Fraction(0)] * n
        for share, action in zip(used, actions.tolist(), strict=True):
            mixture[action] = share
        profile.append(tuple(mixture))
    return tuple(profile)
