"""Roots of one support of one game, enclosed in whole numbers.

The same cells as in `_enclosures`, one after the other and without rounding: gains and corners are
Python integers, of which each player's corners share one denominator and every gain is known up to
a positive factor, since nothing but its sign matters. Only the preconditioner is approximate, and
it may be anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import solve_whole

Profile = tuple[tuple[Fraction, ...], ...]
"""Shares of the actions in use, by player."""
_CUT = 31, 33
_CUT_BITS = 6
_STEP_BITS = 32
_CONDITIONER_BITS = 48
_MANTISSA = 60
_WIDE_BITS = 3
_TINY = 40
"""A cell of less than 2**-40 that nothing settles is widened, and then given up."""
_PRECISE = 90
_DEEPEST = 700
"""Bits to which a root is enclosed before it is taken to lie on a tie."""


class UnsettledError(Exception):
    """Cells remain that exact arithmetic cannot settle: a curve, or a multiple root."""


@dataclass(frozen=True, eq=False)
class _Cell:
    """A product of simplices.

    ``corners[i]`` is ``(k_i, k_i)`` by action and vertex, over ``2**bits[i]``; ``sign`` is the
    index of the one root that a certain cell holds.
    """

    tables: tuple[Array, ...]
    corners: tuple[Array, ...]
    bits: tuple[int, ...]
    sign: int = 0
    widened: bool = False

    def diameter_bits(self) -> int:
        """Give how many times the largest range of a share can be doubled below one."""
        least = _DEEPEST * 2
        for corner, bits in zip(self.corners, self.bits, strict=True):
            width = int((corner.max(axis=1) - corner.min(axis=1)).max())
            if width:
                least = min(least, bits - width.bit_length())
        return least

    def transformed(self, player: int, weights: Array, bits: int) -> _Cell:
        """Take mixtures of a player's vertices: ``weights`` ``(old, new)`` over ``2**bits``."""
        corners, denominators = list(self.corners), list(self.bits)
        corners[player] = corners[player].dot(weights)
        denominators[player] += bits
        tables = [
            table
            if other == player
            else np.moveaxis(np.moveaxis(table, 1 + player, -1).dot(weights), -1, 1 + player)
            for other, table in enumerate(self.tables)
        ]
        return replace(self, tables=tuple(tables), corners=tuple(corners), bits=tuple(denominators))


@dataclass(frozen=True)
class ExactRoot:
    """An equilibrium in the interior of a support.

    ``index`` is None where an action that is not in use earns as much.
    """

    shares: Profile
    index: int | None


class ExactSearch:
    """Searches supports within one budget of cells for a whole game."""

    def __init__(self, budget: int) -> None:
        self.left = budget

    def roots(
        self, tables: Sequence[Array], sizes: tuple[int, ...], *, most: int
    ) -> list[ExactRoot]:
        """Find all equilibria with a support.

        Parameters
        ----------
        tables : sequence of object arrays ``(n_i - 1, k_1, .., 1, .., k_p)``
            Gains as whole numbers.
        sizes : tuple of int
        most : int
            Cells for this support.

        Raises
        ------
        UnsettledError
            When cells remain that are not settled.
        """
        corners = tuple(np.eye(k, dtype=int).astype(object) for k in sizes)
        pool = [_Cell(tuple(tables), corners, (0,) * len(sizes))]
        certain: list[_Cell] = []
        while pool:
            self.left -= 1
            most -= 1
            if min(self.left, most) < 0:
                raise UnsettledError
            cell = pool.pop()
            if _excluded(cell, sizes):
                continue
            for part in _split(cell, sizes):
                (certain if part.sign else pool).append(part)
        enclosed = [found for cell in certain if (found := _refined(cell, sizes)) is not None]
        if any(_near(one, other) for (one, _), (other, _) in combinations(enclosed, 2)):
            raise UnsettledError
        listed = [ExactRoot(_centre(cell), index) for cell, index in enclosed]
        return sorted(listed, key=lambda root: root.shares)


def _excluded(cell: _Cell, sizes: tuple[int, ...]) -> bool:
    for table, size in zip(cell.tables, sizes, strict=True):
        rows = [row.reshape(-1) for row in table]
        for action, row in enumerate(rows):
            if row.min() > 0 or (action < size - 1 and row.max() < 0):
                return True
        for one, other in combinations(rows[: size - 1], 2):
            # Factors of the rows are unknown but positive, and the same within a table.
            difference = one - other
            if difference.min() > 0 or difference.max() < 0:
                return True
    return False


def _split(cell: _Cell, sizes: tuple[int, ...]) -> list[_Cell]:
    """Contract a cell, and cut it if that leaves much; a cell with a sign holds one root."""
    tiny = cell.diameter_bits() > _TINY
    free = sum(sizes) - len(sizes)
    if any(2 * (size - 1) > free for size in sizes):
        if tiny:
            raise UnsettledError
        return _halves(cell, sizes)
    image = _image(cell, sizes)
    if image is None:
        if tiny:
            raise UnsettledError
        return _halves(cell, sizes)
    least, rest, inside, sign = image
    if min(rest) < 0:
        return []
    smaller = _shrunk(cell, least)
    if inside:
        return [replace(smaller, sign=sign)]
    if cell.widened:
        raise UnsettledError
    volume = 1.0
    for left, size in zip(rest, sizes, strict=True):
        volume *= (left / 2.0**_STEP_BITS) ** (size - 1)
    if smaller.diameter_bits() > _TINY:
        return [_widened(smaller, sizes)]
    return [smaller] if volume < 0.5 else _halves(smaller, sizes)


def _image(
    cell: _Cell, sizes: tuple[int, ...]
) -> tuple[list[list[int]], list[int], bool, int] | None:
    """Bound the image of a cell, see `_images`; None where the Jacobian is singular.

    Gives lower bounds of barycentric coordinates over ``2**_STEP_BITS``, what they leave of one
    for each player, whether the image is inside the cell and contracted, and the index.
    """
    rows, shifts = [], []
    for table, size in zip(cell.tables, sizes, strict=True):
        for row in table[: size - 1]:
            rows.append(row)
            shifts.append(max(int(abs(row).max()).bit_length() - _MANTISSA, 0))
    jacobian = _float_jacobian(cell, sizes, shifts)
    try:
        inverse = np.linalg.inv(jacobian)
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(inverse).all() or not inverse.any():
        return None
    # Entries of the conditioner have 48 bits after the leading one of the largest.
    scale = _CONDITIONER_BITS - int(np.frexp(np.abs(inverse).max())[1])
    conditioner = [[round(Fraction(y) * Fraction(2) ** scale) for y in line] for line in inverse]
    deepest = max(shifts)
    unit_bits = scale + deepest
    lift = max(-unit_bits, 0)
    unit = 1 << (unit_bits + lift)
    scaled = [row * (1 << (deepest - s + lift)) for row, s in zip(rows, shifts, strict=True)]
    least, rest, inside, line = [], [], True, 0
    for player, size in enumerate(sizes):
        reference: Any = np.full(sizes, unit, dtype=object)
        bounds: list[int] = []
        for action in range(1, size):
            image: Any = np.full(sizes, 0, dtype=object)
            for weight, row in zip(conditioner[line], scaled, strict=True):
                image = image - weight * row
            image[(slice(None),) * player + (action,)] += unit
            inside = inside and 10 * _variation(image, sizes) < 9 * unit
            reference = reference - image
            bounds.append(int(image.min()))
            line += 1
        if size > 1:
            bounds.insert(0, int(reference.min()))
        inside = inside and all(bound > 0 for bound in bounds)
        least.append([max((bound << _STEP_BITS) // unit - 1, 0) for bound in bounds])
        rest.append((1 << _STEP_BITS) - sum(least[-1]))
    sign = _determinant_sign(conditioner) * (-1) ** len(rows) if inside else 0
    return least, rest, inside, sign


def _float_jacobian(cell: _Cell, sizes: tuple[int, ...], shifts: Sequence[int]) -> Array:
    starts = np.concatenate([[0], np.cumsum([k - 1 for k in sizes])]).tolist()
    jacobian = np.zeros((starts[-1], starts[-1]))
    for player, size in enumerate(sizes):
        for action in range(size - 1):
            line = starts[player] + action
            row = cell.tables[player][action] >> shifts[line]
            values = np.asarray(row, dtype=np.float64)
            for other, k in enumerate(sizes):
                if other == player or k == 1:
                    continue
                axes = tuple(i for i in range(len(sizes)) if i != other)
                mean = values.mean(axis=axes)
                jacobian[line, starts[other] : starts[other + 1]] = mean[1:] - mean[0]
    return jacobian


def _variation(image: Array, sizes: tuple[int, ...]) -> int:
    total = 0
    for player, size in enumerate(sizes):
        lines = np.moveaxis(image, player, 0)
        total += sum(int(abs(lines[a] - lines[0]).max()) for a in range(1, size))
    return total


def _determinant_sign(matrix: Sequence[Sequence[int]]) -> int:
    """Sign of a determinant of whole numbers, by elimination without remainders (Bareiss)."""
    work, sign, previous = [list(line) for line in matrix], 1, 1
    for step in range(len(work)):
        row = next((r for r in range(step, len(work)) if work[r][step]), None)
        if row is None:
            return 0
        if row != step:
            work[step], work[row], sign = work[row], work[step], -sign
        pivot = work[step][step]
        for below in range(step + 1, len(work)):
            factor = work[below][step]
            work[below] = [
                (pivot * mine - factor * theirs) // previous
                for mine, theirs in zip(work[below], work[step], strict=True)
            ]
        previous = pivot
    return sign if previous > 0 else -sign


def _shrunk(cell: _Cell, least: Sequence[Sequence[int]]) -> _Cell:
    for player, low in enumerate(least):
        if any(low):
            rest = (1 << _STEP_BITS) - sum(low)
            weights = np.array(
                [[v + rest * (a == b) for b in range(len(low))] for a, v in enumerate(low)],
                dtype=object,
            )
            cell = cell.transformed(player, weights, _STEP_BITS)
    return cell


def _widened(cell: _Cell, sizes: tuple[int, ...]) -> _Cell:
    """Widen a cell about its centre: a root on its boundary is then inside."""
    for player, size in enumerate(sizes):
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


def _halves(cell: _Cell, sizes: tuple[int, ...]) -> list[_Cell]:
    """Cut a cell across the edge along which the gains in question change most."""
    free = sum(sizes) - len(sizes)
    singular = any(2 * (size - 1) > free for size in sizes)
    best, chosen = Fraction(-1), None
    for player, size in enumerate(sizes):
        for first, second in combinations(range(size), 2):
            effect = Fraction(0)
            for other, (table, k) in enumerate(zip(cell.tables, sizes, strict=True)):
                if other == player or k == 1 or (singular and 2 * (k - 1) <= free):
                    continue
                used = table[: k - 1]
                lines = np.moveaxis(used, 1 + player, 0)
                largest = int(abs(used).max()) or 1
                effect += Fraction(int(abs(lines[first] - lines[second]).max()), largest)
            if effect > best:
                best, chosen = effect, (player, first, second)
    if chosen is None or best <= 0:
        raise UnsettledError
    player, first, second = chosen
    halves = []
    for kept, moved, share in ((first, second, _CUT[0]), (second, first, _CUT[1])):
        weights = np.eye(sizes[player], dtype=int).astype(object) * (1 << _CUT_BITS)
        weights[moved, moved], weights[kept, moved] = share, (1 << _CUT_BITS) - share
        halves.append(cell.transformed(player, weights, _CUT_BITS))
    return halves


def _refined(cell: _Cell, sizes: tuple[int, ...]) -> tuple[_Cell, int | None] | None:
    """Contract a certain cell until every sign at its root is known; None if it is refused."""
    for depth in (_PRECISE, 2 * _PRECISE, 4 * _PRECISE, _DEEPEST):
        for _ in range(depth):  # far fewer are needed: the number of sure bits doubles
            if cell.diameter_bits() >= depth:
                break
            image = _image(cell, sizes)
            if image is None:
                raise UnsettledError
            cell = _shrunk(cell, image[0])
        verdict = _verdict(cell, sizes)
        if verdict < 0:
            return None
        if verdict > 0:
            return cell, None if _tied(cell, sizes) else cell.sign
    exact = _rational_root(cell, sizes)
    if exact is None:
        raise UnsettledError
    verdict = _verdict(exact, sizes)
    return None if verdict < 0 else (exact, None)


def _verdict(cell: _Cell, sizes: tuple[int, ...]) -> int:
    """Tell whether the root is a strict equilibrium (1), none (-1), or neither is sure (0)."""
    sure = 1
    for corner in cell.corners:
        for shares in corner:
            if shares.max() < 0 or (shares.max() == 0 == shares.min()):
                return -1
            sure = min(sure, int(shares.min() > 0))
    for table, size in zip(cell.tables, sizes, strict=True):
        for row in table[size - 1 :]:
            if row.min() > 0:
                return -1
            sure = min(sure, int(row.max() < 0 or not row.any()))
    return sure


def _tied(cell: _Cell, sizes: tuple[int, ...]) -> bool:
    """Whether an action that is not in use earns the same throughout."""
    pairs = zip(cell.tables, sizes, strict=True)
    return any(not row.any() for table, size in pairs for row in table[size - 1 :])


def _rational_root(cell: _Cell, sizes: tuple[int, ...]) -> _Cell | None:
    """Guess the root of a tiny cell as fractions and check that it is one."""
    result = cell
    whole = []
    for corner, bits in zip(cell.corners, cell.bits, strict=True):
        middle = [Fraction(int(line.sum()), len(line) << bits) for line in corner]
        guess = [share.limit_denominator(1 << (_DEEPEST // 3)) for share in middle]
        if sum(guess) != 1:
            return None
        common = int(np.lcm.reduce([g.denominator for g in guess]))
        whole.append([int(g * common) for g in guess])
    inverse = _barycentric(cell, whole)
    if inverse is None:
        return None
    for player, weights in enumerate(inverse):
        if sizes[player] > 1:
            result = result.transformed(player, weights, 0)
    for table, size in zip(result.tables, sizes, strict=True):
        if any(np.any(row) for row in table[: size - 1]):
            return None
    corners = tuple(
        np.array([[share] * len(shares) for share in shares], dtype=object) for shares in whole
    )
    return replace(result, corners=corners)


def _barycentric(cell: _Cell, whole: list[list[int]]) -> list[Array] | None:
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


def _centre(cell: _Cell) -> Profile:
    shares = []
    for corner in cell.corners:
        weights = [int(line.sum()) for line in corner]
        shares.append(tuple(Fraction(weight, sum(weights)) for weight in weights))
    return tuple(shares)


def _near(one: _Cell, other: _Cell) -> bool:
    pairs = zip(_centre(one), _centre(other), strict=True)
    return all(
        abs(mine - theirs) < Fraction(1, 1 << 30)
        for side, across in pairs
        for mine, theirs in zip(side, across, strict=True)
    )
