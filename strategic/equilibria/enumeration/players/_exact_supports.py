"""The equilibria with one support of one game of any shape, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import solve_whole
from strategic.equilibria.enumeration.players._crossings import Eliminated
from strategic.equilibria.enumeration.players._eliminated_pairs import two_eliminated
from strategic.equilibria.enumeration.players._exact_cell import UnsettledError, along_axis
from strategic.equilibria.enumeration.players._exact_four import four_mixers
from strategic.equilibria.enumeration.players._exact_search import ExactRoot, ExactSearch
from strategic.equilibria.enumeration.players._exact_systems import (
    ExactSystem,
    jacobian_sign,
    normed,
    simplified,
)
from strategic.equilibria.enumeration.players._exact_three import three_mixers
from strategic.equilibria.enumeration.players._findings import Findings, Profile
from strategic.equilibria.enumeration.players._patterns import Pattern

MOST_CELLS_OF_A_GAME = 6000
_MOST_CELLS, _MOST_CELLS_OF_TIED = 1500, 600
"""Of one support, in a game that may be complete and in one that is tied: there, what takes more
cells mostly holds a curve or a multiple root, which no number of cells settles."""
_FEW_CELLS = 100
"""Of a support that holds a curve of roots unless it holds none, or may be solved otherwise."""
_SHORT, _LONG, _LONG_OF_FOUR = 16, 500, 200
"""Bits of numbers: up to the first players are eliminated faster than cells are cut; beyond the
others, as where payoffs are 1 and 1e200, elimination takes seconds to minutes."""
_MOST_CHOICES = 2000
"""Ways to choose the deviations that bind at an end of a piece."""
_SURE = 1 << 150
"""Roots are known to 256 bits: what is smaller is not judged."""

Listed = list[tuple[Profile, int | None]]
"""Mixtures of the actions in use, each with its index; None where it is not regular."""


def solve_support(
    found: Findings, search: ExactSearch, pattern: Pattern, gains: Sequence[Array]
) -> Listed:
    """Find the equilibria with one support.

    Parameters
    ----------
    found : Findings
        What is known of the game; what the support leaves open is noted there.
    search : ExactSearch
        The budget of the game.
    pattern : Pattern
    gains : sequence of object arrays ``(n_i - 1, k_1, .., 1, .., k_p)``
        As in `Gains`.
    """
    sizes, mixers = pattern.sizes, pattern.mixers
    if not mixers:  # nothing beats a pure profile that was not struck
        tied = any((table == 0).any() for table in gains)
        return [(((Fraction(1),),) * len(sizes), None if tied else 1)]
    if len(mixers) == 1:
        outside = [row for i, table in enumerate(gains) if i != mixers[0] for row in table]
        return _piece(found, mixers[0], outside, ((Fraction(1),),) * len(sizes), sizes)
    system = ExactSystem.of_support(gains, sizes)
    if len(mixers) == 2:
        solve = _two if max(sizes) == 2 else _linear
        solved = solve(found, pattern, gains, system)
        if solved is not None:
            return solved
    if not pattern.may_be_regular(gains):
        return _others(found, search, pattern, system)
    if len(mixers) == 3 and max(sizes) == 2:
        solved = _three(found, pattern, gains)
        if solved is not None:
            return solved
    return _any(found, search, pattern, gains, system)


def _others(found: Findings, search: ExactSearch, pattern: Pattern, system: ExactSystem) -> Listed:
    """Search where no equilibrium is regular, which matters only while the list may be complete."""
    if found.degenerate:
        return []
    free = sum(pattern.sizes) - len(pattern.sizes)
    tight: list[int] = []
    start = 0
    for size in pattern.sizes:
        if 2 * (size - 1) > free:
            tight += range(start, start + size - 1)
        start += size - 1
    rows = *system.rows, *system.outside
    try:
        roots = search.roots(
            rows, len(system.rows), pattern.sizes, most=_FEW_CELLS, deciding=tight or None
        )
    except UnsettledError:
        found.degenerate = True
        return []
    return [(root.shares, root.sign) for root in roots]


def _any(
    found: Findings,
    search: ExactSearch,
    pattern: Pattern,
    gains: Sequence[Array],
    system: ExactSystem,
) -> Listed:
    """Eliminate players, or else simplify the equations of a support and search what is left."""
    bits = max((int(abs(row).max()) for row in system.rows), default=0).bit_length()
    short = bits <= _SHORT
    solved = _eliminated(pattern, gains, system, bits) if short else None
    if solved is not None and not solved.curve:
        return sorted(solved.roots, key=lambda pair: pair[0])
    simpler, lost = simplified(system)
    if lost or solved is not None:
        # Roots that are not regular may be missing. They matter while the list may be complete.
        whole = _others(found, search, pattern, system)
        if not found.degenerate:
            return whole
    listed = None
    if not short or solved is not None:
        listed = _searched(search, simpler, pattern, gains, system, most=_FEW_CELLS)
        if listed is None and not short:
            solved = _eliminated(pattern, gains, system, bits)
    if listed is None and solved is not None:
        found.degenerate |= solved.curve
        return sorted(solved.roots, key=lambda pair: pair[0])
    if listed is None:
        most = _MOST_CELLS_OF_TIED if found.degenerate else _MOST_CELLS
        listed = _searched(search, simpler, pattern, gains, system, most=most)
        found.proved &= listed is not None
    return listed or []


def _eliminated(
    pattern: Pattern, gains: Sequence[Array], system: ExactSystem, bits: int
) -> Eliminated | None:
    """Solve the equations of three or four players by elimination, if that tells all roots."""
    if len(pattern.mixers) == 4 and max(pattern.sizes) == 2:
        return four_mixers(system.rows, system.outside) if bits <= _LONG_OF_FOUR else None
    # More equations take seconds in numbers of less length already.
    if bits <= (_LONG if len(system.rows) < 6 else _SHORT):
        return two_eliminated(gains, pattern, system.outside)
    return None


def _searched(
    search: ExactSearch,
    simpler: Sequence[ExactSystem],
    pattern: Pattern,
    gains: Sequence[Array],
    system: ExactSystem,
    *,
    most: int,
) -> Listed | None:
    """Search the simpler systems, or else the equations as they were; None where cells remain."""
    # Cells of the equations as they were may be cut more luckily.
    ways = [simpler] if any(one is system for one in simpler) else [simpler, [system]]
    for systems in ways:
        try:
            return _of_systems(search, systems, pattern, gains, system, most=most)
        except UnsettledError:
            continue
    return None


def _of_systems(
    search: ExactSearch,
    simpler: Sequence[ExactSystem],
    pattern: Pattern,
    gains: Sequence[Array],
    system: ExactSystem,
    *,
    most: int,
) -> Listed:
    """Find the equilibria with a support from the systems that its equations were split into."""
    listed: Listed = []
    for one in simpler:
        for root in _roots(search, one, most):
            shares = one.placed(root.shares)
            index = root.sign
            if index is not None and one is not system:
                sign = jacobian_sign(gains, pattern.sizes, shares, exact=not one.rows)
                if sign is None:
                    raise UnsettledError
                index = sign or None
            if not any(shares == known for known, _ in listed):
                listed.append((shares, index))
    return sorted(listed, key=lambda pair: pair[0])


def _roots(search: ExactSearch, system: ExactSystem, most: int) -> list[ExactRoot]:
    """Find the roots of a system, which may have been solved already."""
    if system.rows:
        rows = *system.rows, *system.outside
        return search.roots(rows, len(system.rows), system.sizes, most=most)
    gain = max((int(row.reshape(-1)[0]) for row in system.outside), default=-1)
    only = ((Fraction(1),),) * len(system.vertices)
    return [] if gain > 0 else [ExactRoot(only, None if gain == 0 else 1)]


def _two(
    found: Findings, pattern: Pattern, gains: Sequence[Array], system: ExactSystem
) -> Listed | None:
    """Solve two linear equations; None where both players are indifferent whatever happens."""
    first, second = pattern.mixers
    weights: dict[int, Array | None] = {}
    for mixer, other in ((first, second), (second, first)):
        low, high = gains[other][0].reshape(-1).tolist()
        # Where dominance strikes nothing, they have opposite signs, or both are zero.
        weights[mixer] = np.array([abs(high), abs(low)], dtype=object) if low else None
    free = [mixer for mixer, weight in weights.items() if weight is None]
    if len(free) == 2:
        return None
    shares: list[tuple[Fraction, ...]] = [(Fraction(1),)] * len(gains)
    outside = list(system.outside)
    for mixer, weight in weights.items():
        if weight is not None:
            outside = [along_axis(row, mixer, weight[:, None]) for row in outside]
            shares[mixer] = normed(weight)
    if free:
        return _piece(found, free[0], outside, tuple(shares), pattern.sizes)
    gain = [int(row.reshape(-1)[0]) for row in outside]
    if max(gain, default=-1) > 0:
        return []
    opposed = (gains[first][0].reshape(-1)[1] > 0) ^ (gains[second][0].reshape(-1)[1] > 0)
    index = None if max(gain, default=-1) == 0 else (1 if opposed else -1)
    return [(tuple(shares), index)]


def _linear(
    _found: Findings, pattern: Pattern, gains: Sequence[Array], system: ExactSystem
) -> Listed | None:
    """Solve linear equations in the mixtures of two players; None where they are singular."""
    first, second = pattern.mixers
    if pattern.sizes[first] != pattern.sizes[second]:
        return None
    shares: list[tuple[Fraction, ...]] = [(Fraction(1),)] * len(gains)
    for mixer, other in ((first, second), (second, first)):
        size = pattern.sizes[mixer]
        equations = np.zeros((1, size, size + 1), dtype=object)
        equations[0, 0] = 1
        for line, row in enumerate(gains[other][: size - 1], start=1):
            equations[0, line, :size] = row.reshape(-1)
        weights, total = solve_whole(equations)
        if total[0] == 0:
            return None
        if weights[0].min() <= 0:
            return []
        shares[mixer] = normed(weights[0])
    outside = list(system.outside)
    for mixer in pattern.mixers:
        weight = np.array(shares[mixer], dtype=object)
        outside = [along_axis(row, mixer, weight[:, None]) for row in outside]
    gain = max((row.reshape(-1)[0] for row in outside), default=-1)
    if gain > 0:
        return []
    sign = jacobian_sign(gains, pattern.sizes, tuple(shares), exact=True)
    return [(tuple(shares), None if gain == 0 else sign)]


def _three(found: Findings, pattern: Pattern, gains: Sequence[Array]) -> Listed | None:
    """Solve the quadratic of three players with two actions each, and judge the deviations.

    None where no player can be eliminated, or a deviation is too close to call.
    """
    solved = three_mixers([gains[i][0].reshape(2, 2).tolist() for i in pattern.mixers])
    if solved is None:
        return None
    found.degenerate |= solved.curve
    listed: Listed = []
    for seconds, sign in solved.roots:
        shares: list[tuple[Fraction, ...]] = [(Fraction(1),)] * len(gains)
        for player, second in zip(pattern.mixers, seconds, strict=True):
            shares[player] = (1 - second, second)
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


def _piece(
    found: Findings,
    mixer: int,
    outside: Sequence[Array],
    shares: Profile,
    sizes: tuple[int, ...],
) -> Listed:
    """Find the extreme points, inside the support, of what one indifferent player may do.

    The gains of actions that are not in use, for given mixtures of the others, bound the mixture
    by linear inequalities. Ends at which fewer actions are used belong to other supports.
    """
    size = sizes[mixer]
    bounds = []
    for row in outside:
        line = row.reshape(-1)
        if not line.any():
            continue
        if line.min() >= 0:
            return []
        if len(line) == size and line.max() > 0:
            bounds.append(line)
    bounds = list({tuple(line.tolist()): line for line in bounds}.values())
    if comb(len(bounds), size - 1) > _MOST_CHOICES:
        found.degenerate = True  # the ends of this piece are not listed
        return []
    ends = set()
    for chosen in combinations(range(len(bounds)), size - 1):
        system = np.zeros((1, size, size + 1), dtype=object)
        system[0, 0] = 1
        for place, number in enumerate(chosen, start=1):
            system[0, place, :size] = bounds[number]
        weights, total = solve_whole(system)
        if total[0] == 0 or weights[0].min() <= 0:
            continue
        if all(int(bound.dot(weights[0])) <= 0 for bound in bounds):
            ends.add(tuple(Fraction(int(w), int(total[0])) for w in weights[0]))
    # Without an end inside, what there is reaches supports of fewer actions.
    return [
        (tuple(end if i == mixer else share for i, share in enumerate(shares)), None)
        for end in sorted(ends)
    ]
