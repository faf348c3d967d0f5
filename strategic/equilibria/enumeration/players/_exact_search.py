"""All roots of one support of one game, enclosed in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._exact_cell import (
    DEEPEST,
    STEP_BITS,
    ExactCell,
    UnsettledError,
    centre,
    halves,
    rational_root,
    shrunk,
    widened,
)
from strategic.equilibria.enumeration.players._exact_images import image_of
from strategic.equilibria.enumeration.players._findings import Profile

_TINY = 40
"""A cell of less than 2**-40 that nothing settles is widened, and then given up."""
_PRECISE = 90


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
        pool = [ExactCell(tuple(tables), corners, (0,) * len(sizes))]
        certain: list[ExactCell] = []
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
        listed = [ExactRoot(centre(cell), index) for cell, index in enclosed]
        return sorted(listed, key=lambda root: root.shares)


def _excluded(cell: ExactCell, sizes: tuple[int, ...]) -> bool:
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


def _split(cell: ExactCell, sizes: tuple[int, ...]) -> list[ExactCell]:
    """Contract a cell, and cut it if that leaves much; a cell with a sign holds one root."""
    tiny = cell.diameter_bits() > _TINY
    free = sum(sizes) - len(sizes)
    if any(2 * (size - 1) > free for size in sizes):
        if tiny:
            raise UnsettledError
        return halves(cell, sizes)
    image = image_of(cell, sizes)
    if image is None:
        if tiny:
            raise UnsettledError
        return halves(cell, sizes)
    least, rest, inside, sign = image
    if min(rest) < 0:
        return []
    smaller = shrunk(cell, least)
    if inside:
        return [replace(smaller, sign=sign)]
    if cell.widened:
        raise UnsettledError
    volume = 1.0
    for left, size in zip(rest, sizes, strict=True):
        volume *= (left / 2.0**STEP_BITS) ** (size - 1)
    if smaller.diameter_bits() > _TINY:
        return [widened(smaller, sizes)]
    return [smaller] if volume < 0.5 else halves(smaller, sizes)


def _refined(cell: ExactCell, sizes: tuple[int, ...]) -> tuple[ExactCell, int | None] | None:
    """Contract a certain cell until every sign at its root is known; None if it is refused."""
    for depth in (_PRECISE, 2 * _PRECISE, 4 * _PRECISE, DEEPEST):
        for _ in range(depth):  # far fewer are needed: the number of sure bits doubles
            if cell.diameter_bits() >= depth:
                break
            image = image_of(cell, sizes)
            if image is None:
                raise UnsettledError
            cell = shrunk(cell, image[0])
        verdict = _verdict(cell, sizes)
        if verdict < 0:
            return None
        if verdict > 0:
            return cell, None if _tied(cell, sizes) else cell.sign
    exact = rational_root(cell, sizes)
    if exact is None:
        raise UnsettledError
    verdict = _verdict(exact, sizes)
    return None if verdict < 0 else (exact, None)


def _verdict(cell: ExactCell, sizes: tuple[int, ...]) -> int:
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


def _tied(cell: ExactCell, sizes: tuple[int, ...]) -> bool:
    """Whether an action that is not in use earns the same throughout."""
    pairs = zip(cell.tables, sizes, strict=True)
    return any(not row.any() for table, size in pairs for row in table[size - 1 :])


def _near(one: ExactCell, other: ExactCell) -> bool:
    pairs = zip(centre(one), centre(other), strict=True)
    return all(
        abs(mine - theirs) < Fraction(1, 1 << 30)
        for side, across in pairs
        for mine, theirs in zip(side, across, strict=True)
    )
