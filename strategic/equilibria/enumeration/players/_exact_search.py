"""All roots of one system of multilinear equations, enclosed in whole numbers."""

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
from strategic.equilibria.enumeration.players._exact_systems import ExactSystem
from strategic.equilibria.enumeration.players._exact_ties import (
    is_inside,
    on_a_face,
    square_systems,
    suspects,
    with_a_gain,
)
from strategic.equilibria.enumeration.players._findings import Profile

_TINY = 40
"""A cell of less than 2**-40 that nothing settles is widened, and then given up."""
PRECISE = 90
"""Bits to which roots are enclosed."""
_MOST_CELLS_OF_A_TIE = 200


@dataclass(frozen=True)
class ExactRoot:
    """A root in the interior at which no gain that must not be positive is.

    ``sign`` is that of the Jacobian; None where such a gain is zero.
    """

    shares: Profile
    sign: int | None


class ExactSearch:
    """Searches supports within one budget of cells for a whole game."""

    def __init__(self, budget: int, *, precise: int = PRECISE) -> None:
        self.left = budget
        self.precise = precise

    def roots(
        self,
        rows: Sequence[Array],
        used: int,
        sizes: tuple[int, ...],
        *,
        most: int,
        deciding: Sequence[int] | None = None,
    ) -> list[ExactRoot]:
        """Find all roots in a product of simplices.

        Parameters
        ----------
        rows : sequence of object arrays ``(k_1 or 1, .., k_p or 1)``
            See `ExactCell`.
        used : int
            How many rows must be zero.
        sizes : tuple of int
        most : int
            Cells for this system.
        deciding : sequence of int, optional
            The numbers of the rows that bind some players too tightly, so that the Jacobian is
            singular and they alone can exclude cells.

        Raises
        ------
        UnsettledError
            When cells remain that are not settled.
        """
        corners = tuple(np.eye(k, dtype=int).astype(object) for k in sizes)
        pool = [ExactCell(tuple(rows), used, corners, (0,) * len(sizes))]
        certain: list[ExactCell] = []
        while pool:
            self.left -= 1
            most -= 1
            if min(self.left, most) < 0:
                raise UnsettledError
            cell = pool.pop()
            if _excluded(cell):
                continue
            for part in _split(cell, deciding):
                (certain if part.sign else pool).append(part)
        whole = tuple(rows)
        enclosed = [
            found for cell in certain if (found := self._refined(cell, whole, sizes)) is not None
        ]
        if any(_near(one, other) for (one, _), (other, _) in combinations(enclosed, 2)):
            raise UnsettledError
        listed = [ExactRoot(centre(cell), sign) for cell, sign in enclosed]
        return sorted(listed, key=lambda root: root.shares)

    def _refined(
        self, cell: ExactCell, rows: tuple[Array, ...], sizes: tuple[int, ...]
    ) -> tuple[ExactCell, int | None] | None:
        """Contract a certain cell until every sign at its root is known; None if it is refused."""
        start = cell
        for depth in (self.precise, max(self.precise, DEEPEST)):
            for _ in range(depth):  # far fewer are needed: the number of sure bits doubles
                if cell.diameter_bits() >= depth:
                    break
                image = image_of(cell)
                if image is None:
                    raise UnsettledError
                cell = shrunk(cell, image[0])
            verdict = _verdict(cell)
            if verdict < 0:
                return None
            if verdict > 0:
                tied = any(not row.any() for row in cell.rows[cell.used :])
                return cell, None if tied else cell.sign
            exact = rational_root(cell)
            if exact is not None:
                return None if _verdict(exact) < 0 else (exact, None)
            shares, gains = suspects(cell)
            equations = rows[: cell.used]
            faces = [shares, *([one] for one in shares)] if shares else []
            if any(self._holds(on_a_face(equations, sizes, face), start) for face in faces):
                return None
            if (
                not shares
                and gains
                and all(
                    self._holds(with_a_gain(equations, sizes, rows[number]), start)
                    for number in gains
                )
            ):
                return cell, None
        raise UnsettledError

    def _holds(self, system: ExactSystem, cell: ExactCell) -> bool:
        """Whether a system with too many equations holds at the one root of a cell."""
        for square in square_systems(system):
            if not square.rows:
                profiles: list[Profile] = [((Fraction(1),),) * len(square.vertices)]
            else:
                # Known to so many more bits that it is seen to be inside the cell.
                precise = cell.diameter_bits() + PRECISE
                search = ExactSearch(min(self.left, _MOST_CELLS_OF_A_TIE), precise=precise)
                try:
                    roots = search.roots(
                        square.rows, len(square.rows), square.sizes, most=_MOST_CELLS_OF_A_TIE
                    )
                except UnsettledError:
                    continue
                profiles = [root.shares for root in roots]
            if any(is_inside(square.placed(profile), cell) for profile in profiles):
                return True
        return False


def _excluded(cell: ExactCell) -> bool:
    """Whether some row cannot be zero, or some deviation always pays."""
    for number, row in enumerate(cell.rows):
        values = row.reshape(-1).tolist()  # faster than arrays of Python's whole numbers
        if min(values) > 0 or (number < cell.used and max(values) < 0):
            return True
    for one, other in combinations(cell.rows[: cell.used], 2):
        # Rows are known up to positive factors, which rows of one shape share.
        if one.shape == other.shape:
            difference = one - other
            if difference.min() > 0 or difference.max() < 0:
                return True
    return False


def _split(cell: ExactCell, deciding: Sequence[int] | None) -> list[ExactCell]:
    """Contract a cell, and cut it if that leaves much; a cell with a sign holds one root."""
    image = image_of(cell) if deciding is None else None
    if image is None:
        if cell.diameter_bits() > _TINY:
            raise UnsettledError
        return halves(cell, range(cell.used) if deciding is None else deciding)
    least, rest, inside, sign = image
    if min(rest) < 0:
        return []
    smaller = shrunk(cell, least)
    if inside:
        return [replace(smaller, sign=sign)]
    if cell.widened:
        raise UnsettledError
    volume = 1.0
    for left, corner in zip(rest, cell.corners, strict=True):
        volume *= (left / 2.0**STEP_BITS) ** (len(corner) - 1)
    if smaller.diameter_bits() > _TINY:
        return [widened(smaller)]
    return [smaller] if volume < 0.5 else halves(smaller, range(cell.used))


def _verdict(cell: ExactCell) -> int:
    """Tell whether the root is a strict equilibrium (1), none (-1), or neither is sure (0)."""
    sure = 1
    for corner in cell.corners:
        for shares in corner:
            if shares.max() < 0 or (shares.max() == 0 == shares.min()):
                return -1
            sure = min(sure, int(shares.min() > 0))
    for row in cell.rows[cell.used :]:
        if row.min() > 0:
            return -1
        sure = min(sure, int(row.max() < 0 or not row.any()))
    return sure


def _near(one: ExactCell, other: ExactCell) -> bool:
    pairs = zip(centre(one), centre(other), strict=True)
    return all(
        abs(mine - theirs) < Fraction(1, 1 << 30)
        for side, across in pairs
        for mine, theirs in zip(side, across, strict=True)
    )
