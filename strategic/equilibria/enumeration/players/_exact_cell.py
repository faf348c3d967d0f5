"""A cell in whole numbers: what `_cells` is to doubles, one at a time and without rounding.

Each player's corners share one denominator, and every gain is known up to a positive factor, since
nothing but its sign matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import solve_whole
from strategic.equilibria.enumeration.players._findings import Profile

STEP_BITS = 32
"""Of the lower bounds of barycentric coordinates that a cell is shrunk to."""
DEEPEST = 700
"""Bits to which a root is enclosed before it is taken to lie on a tie."""
_CUT = 31, 33  # half itself would hit the mixtures of simple games
_CUT_BITS = 6
_WIDE_BITS = 3


class UnsettledError(Exception):
    """Cells remain that exact arithmetic cannot settle: a curve, or a multiple root."""


@dataclass(frozen=True, eq=False)
class ExactCell:
    """A product of simplices.

    Parameters
    ----------
    rows : tuple of object arrays ``(k_1 or 1, .., k_p or 1)``
        What must be zero at a root, one for every free share, and then what must not be positive;
        multilinear, by vertices, an axis of length one where nothing depends on a player.
    used : int
        How many of them must be zero.
    corners : tuple of object arrays ``(k_i, k_i)``
        Shares by action and vertex, over ``2**bits[i]``.
    bits : tuple of int
    sign : int
        Sign of the Jacobian at the one root that a certain cell holds.
    widened : bool
    """

    rows: tuple[Array, ...]
    used: int
    corners: tuple[Array, ...]
    bits: tuple[int, ...]
    sign: int = 0
    widened: bool = False

    def diameter_bits(self) -> int:
        """Give how many times the largest range of a share can be doubled below one."""
        least = DEEPEST * 2
        for corner, bits in zip(self.corners, self.bits, strict=True):
            width = int((corner.max(axis=1) - corner.min(axis=1)).max())
            if width:
                least = min(least, bits - width.bit_length())
        return least

    def transformed(self, player: int, weights: Array, bits: int) -> ExactCell:
        """Take mixtures of a player's vertices: ``weights`` ``(old, new)`` over ``2**bits``."""
        corners, denominators = list(self.corners), list(self.bits)
        corners[player] = corners[player].dot(weights)
        denominators[player] += bits
        rows = tuple(along_axis(row, player, weights) for row in self.rows)
        return replace(self, rows=rows, corners=tuple(corners), bits=tuple(denominators))


def along_axis(row: Array, player: int, weights: Array) -> Array:
    """Mix the axis of a player; a row that has none is left as it is."""
    if row.shape[player] == 1:
        return row
    mixed: Array = row.swapaxes(player, -1).dot(weights).swapaxes(player, -1)
    return mixed


def shrunk(cell: ExactCell, least: Sequence[Sequence[int]]) -> ExactCell:
    for player, low in enumerate(least):
        if any(low):
            rest = (1 << STEP_BITS) - sum(low)
            weights = np.array(
                [[v + rest * (a == b) for b in range(len(low))] for a, v in enumerate(low)],
                dtype=object,
            )
            cell = cell.transformed(player, weights, STEP_BITS)
    return cell


def widened(cell: ExactCell) -> ExactCell:
    """Widen a cell about its centre: a root on its boundary is then inside."""
    for player, corner in enumerate(cell.corners):
        size = len(corner)
        if size > 1:
            # Each new vertex is 9 times the old one less the mean of all, over 8.
            weights = np.full((size, size), -(1 << _WIDE_BITS), dtype=object)
            for a in range(size):
                weights[a, a] += size * (1 + (1 << _WIDE_BITS))
            total = size
            # Over `total`, which need not be a power of two: scale it up to the next.
            bits = total.bit_length()
            weights = weights * (1 << bits) // total
            for b in range(size):
                weights[b, b] += (1 << bits) - int(weights[:, b].sum())
            cell = cell.transformed(player, weights, bits)
    return replace(cell, widened=True)


def halves(cell: ExactCell, deciding: Sequence[int]) -> list[ExactCell]:
    """Cut a cell across the edge along which the rows that decide change most."""
    best, chosen = -1.0, None
    rows = [cell.rows[number] for number in deciding]
    largest = [int(abs(row).max()) or 1 for row in rows]
    for player, corner in enumerate(cell.corners):
        for first, second in combinations(range(len(corner)), 2):
            effect = 0.0
            for row, size in zip(rows, largest, strict=True):
                if row.shape[player] > 1:
                    lines = row.swapaxes(player, 0)
                    effect += int(abs(lines[first] - lines[second]).max()) / size
            if effect > best:
                best, chosen = effect, (player, first, second)
    if chosen is None or best <= 0:
        raise UnsettledError
    player, first, second = chosen
    halves = []
    for kept, moved, share in ((first, second, _CUT[0]), (second, first, _CUT[1])):
        weights = np.eye(len(cell.corners[player]), dtype=int).astype(object) * (1 << _CUT_BITS)
        weights[moved, moved], weights[kept, moved] = share, (1 << _CUT_BITS) - share
        halves.append(cell.transformed(player, weights, _CUT_BITS))
    return halves


def rational_root(cell: ExactCell) -> ExactCell | None:
    """Guess the root of a tiny cell as fractions and check that it is one."""
    result, most = cell, 1 << (cell.diameter_bits() // 3)
    whole = []
    for corner, bits in zip(cell.corners, cell.bits, strict=True):
        middle = [Fraction(int(line.sum()), len(line) << bits) for line in corner]
        guess = [share.limit_denominator(most) for share in middle]
        if sum(guess) != 1:
            return None
        common = int(np.lcm.reduce([g.denominator for g in guess]))
        whole.append([int(g * common) for g in guess])
    inverse = _barycentric(cell, whole)
    if inverse is None:
        return None
    for player, weights in enumerate(inverse):
        if len(weights) > 1:
            result = result.transformed(player, weights, 0)
    if any(row.any() for row in result.rows[: result.used]):
        return None
    corners = tuple(
        np.array([[share] * len(shares) for share in shares], dtype=object) for shares in whole
    )
    return replace(result, corners=corners)


def _barycentric(cell: ExactCell, whole: list[list[int]]) -> list[Array] | None:
    """Write a profile as mixtures of the vertices of a cell, up to a positive factor.

    Gives matrices that move every vertex to the profile.
    """
    moves = []
    for corner, shares in zip(cell.corners, whole, strict=True):
        systems = np.concatenate([corner, np.array(shares, dtype=object)[:, None]], axis=1)[None]
        weights, total = solve_whole(systems)
        if total[0] <= 0:
            return None
        moves.append(np.repeat(weights[0][:, None], len(shares), axis=1))
    return moves


def centre(cell: ExactCell) -> Profile:
    shares = []
    for corner in cell.corners:
        weights = [int(line.sum()) for line in corner]
        shares.append(tuple(Fraction(weight, sum(weights)) for weight in weights))
    return tuple(shares)
