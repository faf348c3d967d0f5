"""What a preconditioned step makes of a cell in whole numbers; see `_images`.

Only the preconditioner is approximate, and it may be anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._exact_cell import STEP_BITS, ExactCell

_CONDITIONER_BITS = 48
_MANTISSA = 60


def image_of(
    cell: ExactCell, sizes: tuple[int, ...]
) -> tuple[list[list[int]], list[int], bool, int] | None:
    """Bound the image of a cell, see `_images`; None where the Jacobian is singular.

    Gives lower bounds of barycentric coordinates over ``2**STEP_BITS``, what they leave of one
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
        least.append([max((bound << STEP_BITS) // unit - 1, 0) for bound in bounds])
        rest.append((1 << STEP_BITS) - sum(least[-1]))
    sign = _determinant_sign(conditioner) * (-1) ** len(rows) if inside else 0
    return least, rest, inside, sign


def _float_jacobian(cell: ExactCell, sizes: tuple[int, ...], shifts: Sequence[int]) -> Array:
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
