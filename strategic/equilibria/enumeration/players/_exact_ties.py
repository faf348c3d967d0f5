"""Whether something is exactly zero at a root that is no fraction.

A share or a gain that stays below any bound is zero if the root solves one equation more. That
system has too many equations, but its equations factor or repeat one another: what is left of them
is solved, and the root of all is the root in question if it is in the same cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import solve_whole
from strategic.equilibria.enumeration.players._exact_cell import ExactCell, along_axis
from strategic.equilibria.enumeration.players._exact_systems import ExactSystem, factored, rank
from strategic.equilibria.enumeration.players._findings import Profile

_TINY = Fraction(1, 1 << 60)
_INSIDE = 16
"""Bits of a barycentric coordinate that is surely positive."""
_MOST_BRANCHES = 32


def suspects(cell: ExactCell) -> tuple[list[tuple[int, int]], list[int]]:
    """Find the shares, by player and action, and the gains, by row, that may be zero at a root."""
    shares = [
        (player, action)
        for player, (corner, bits) in enumerate(zip(cell.corners, cell.bits, strict=True))
        for action, line in enumerate(corner)
        if len(corner) > 1
        and line.min() <= 0 <= line.max()
        and Fraction(line.max(), 1 << bits) < _TINY
    ]
    gains = [
        number
        for number, row in enumerate(cell.rows)
        if number >= cell.used and row.any() and row.min() <= 0 <= row.max()
    ]
    return shares, gains


def on_a_face(
    rows: Sequence[Array], sizes: tuple[int, ...], unused: Sequence[tuple[int, int]]
) -> ExactSystem:
    """Restrict equations to the mixtures that leave some actions unused, by player and action."""
    vertices = []
    for player, k in enumerate(sizes):
        kept = [a for a in range(k) if (player, a) not in unused]
        vertices.append(np.eye(k, dtype=int).astype(object)[:, kept])
        rows = [along_axis(row, player, vertices[-1]) for row in rows]
    return ExactSystem(tuple(rows), (), tuple(vertices))


def with_a_gain(rows: Sequence[Array], sizes: tuple[int, ...], gain: Array) -> ExactSystem:
    """Add the equation that a gain is zero."""
    vertices = tuple(np.eye(k, dtype=int).astype(object) for k in sizes)
    return ExactSystem((*rows, gain), (), vertices)


def square_systems(system: ExactSystem) -> Iterator[ExactSystem]:
    """Go through systems with as many equations as unknowns, all of whose roots are roots of this.

    Some roots may be missing.
    """
    open_systems = [system]
    for _ in range(_MOST_BRANCHES):
        if not open_systems:
            return
        one = _independent(open_systems.pop())
        if any(row.min() >= 0 or row.max() <= 0 for row in one.rows):
            continue
        simpler = factored(one)
        if simpler is not None:
            open_systems += simpler
        elif len(one.rows) == sum(one.sizes) - len(one.sizes):
            yield one


def _independent(system: ExactSystem) -> ExactSystem:
    """Drop equations that follow from others."""
    kept: list[Array] = []
    flat: list[list[int]] = []
    for row in sorted(system.rows, key=lambda row: row.size):
        line = np.broadcast_to(row, system.sizes).reshape(-1).tolist()
        if rank([*flat, line]) > len(flat):
            kept.append(row)
            flat.append(line)
    return replace(system, rows=tuple(kept))


def is_inside(profile: Profile, cell: ExactCell) -> bool:
    """Whether a profile, known to many more bits than a cell is small, is surely inside."""
    for corner, mixture in zip(cell.corners, profile, strict=True):
        if len(corner) == 1:
            continue
        common = int(np.lcm.reduce([share.denominator for share in mixture]))
        point = np.array([int(share * common) for share in mixture], dtype=object)
        system = np.concatenate([corner, point[:, None]], axis=1)[None]
        weights, total = solve_whole(system)
        if total[0] == 0 or any(int(w) << _INSIDE < int(weights[0].sum()) for w in weights[0]):
            return False
    return True
