"""What a preconditioned step makes of a cell in whole numbers; see `_images`.

Only the preconditioner is approximate, and it may be anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._exact_cell import STEP_BITS, ExactCell

_CONDITIONER_BITS = 48
_MANTISSA = 60


def image_of(cell: ExactCell) -> tuple[list[list[int]], list[int], bool, int] | None:
    """Bound the image of a cell, see `_images`; None where the Jacobian is singular.

    Gives lower bounds of barycentric coordinates over ``2**STEP_BITS``, what they leave of one
    for each player, whether the image is inside the cell and contracted, and the index.
    """
    sizes = tuple(map(len, cell.corners))
    rows = np.stack([np.broadcast_to(row, sizes) for row in cell.rows[: cell.used]])
    rows = rows.reshape(cell.used, -1)
    shifts = [max(int(m).bit_length() - _MANTISSA, 0) for m in abs(rows).max(axis=1)]
    jacobian = _float_jacobian(rows, sizes, shifts)
    try:
        inverse = np.linalg.inv(jacobian)
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(inverse).all() or not inverse.any():
        return None
    # Entries of the conditioner have 48 bits after the leading one of the largest.
    scale = _CONDITIONER_BITS - int(np.frexp(np.abs(inverse).max())[1])
    whole = np.rint(np.ldexp(inverse, scale)).astype(np.int64)
    conditioner = whole.astype(object)
    deepest = max(shifts)
    unit_bits = scale + deepest
    lift = max(-unit_bits, 0)
    unit = 1 << (unit_bits + lift)
    lifts = np.array([1 << (deepest - shift + lift) for shift in shifts], dtype=object)
    images = -conditioner.dot(rows * lifts[:, None])
    line = 0
    for player, size in enumerate(sizes):
        for action in range(1, size):
            image = images[line].reshape(sizes)
            image[(slice(None),) * player + (action,)] += unit
            line += 1
    contracts = 10 * max(_variations(images, sizes)) < 9 * unit
    return _bounds(images, sizes, unit, contracts=contracts, conditioner=conditioner)


def _bounds(
    images: Array, sizes: tuple[int, ...], unit: int, *, contracts: bool, conditioner: Array
) -> tuple[list[list[int]], list[int], bool, int]:
    """Read what `image_of` gives off the images of the coordinates, over ``unit``."""
    lowest = images.min(axis=1).tolist()
    least, rest, inside, line = [], [], contracts, 0
    for size in sizes:
        bounds = lowest[line : line + size - 1]
        if size > 1:
            bounds.insert(0, int((unit - images[line : line + size - 1].sum(axis=0)).min()))
        line += size - 1
        inside = inside and all(bound > 0 for bound in bounds)
        least.append([max((bound << STEP_BITS) // unit - 1, 0) for bound in bounds])
        rest.append((1 << STEP_BITS) - sum(least[-1]))
    sign = determinant(conditioner.tolist())[0] * (-1) ** line if inside else 0
    return least, rest, inside, sign


def _float_jacobian(rows: Array, sizes: tuple[int, ...], shifts: Sequence[int]) -> Array:
    values = (rows >> np.array(shifts, dtype=object)[:, None]).astype(np.float64)
    columns = []
    for player, k in enumerate(sizes):
        if k > 1:
            before = prod(sizes[:player])
            mean = values.reshape(len(rows), before, k, -1).mean(axis=(1, 3))
            columns.append(mean[:, 1:] - mean[:, :1])
    return np.concatenate(columns, axis=1)


def _variations(images: Array, sizes: tuple[int, ...]) -> list[int]:
    """Sum, for every coordinate, the largest slopes along all free shares."""
    total = np.zeros(len(images), dtype=object)
    for player, k in enumerate(sizes):
        if k > 1:
            before = prod(sizes[:player])
            lines = images.reshape(len(images), before, k, -1)
            change = abs(lines[:, :, 1:] - lines[:, :, :1])
            total = total + change.max(axis=(1, 3)).sum(axis=1)
    found: list[int] = total.tolist()
    return found


def determinant(matrix: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Sign and size of a determinant of whole numbers, without remainders (Bareiss)."""
    work, sign, previous = [list(line) for line in matrix], 1, 1
    for step in range(len(work)):
        row = next((r for r in range(step, len(work)) if work[r][step]), None)
        if row is None:
            return 0, 0
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
    return (sign if previous > 0 else -sign), abs(previous)
