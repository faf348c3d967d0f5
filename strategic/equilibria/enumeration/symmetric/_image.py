"""Newton steps from the middle of cells, which prove that a cell holds one root, or none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.symmetric._cells import UNIT, Cells

SHARE_BITS = 32
"""Of the bounds of shares in whole numbers."""
_CONTRACTS = 0.9
_SINGULAR = 1e-9
_MANTISSA = 53


@dataclass(frozen=True, eq=False)
class Image:
    """Where a Newton step from the middle of a cell takes it.

    Parameters
    ----------
    least : array ``(k, cells)``
        Lower bounds of the barycentric coordinates of any root: doubles, or whole over 2^32.
    rest : array ``(cells,)``
        One less their sum, as doubles; a cell with a negative one holds no root.
    proves : array ``(cells,)`` of bool
        Whether the step maps the cell into its own interior and contracts it, so that it holds
        exactly one root (Brouwer, Banach).
    singular : array ``(cells,)`` of bool
        Whether there is no step.
    sign : array ``(cells,)``
        Index of the one root.
    """

    least: Array
    rest: Array
    proves: Array
    singular: Array
    sign: Array

    @property
    def empty(self) -> Array:
        return np.asarray(self.rest < 0, dtype=bool) & ~self.singular

    @classmethod
    def of(cls, cells: Cells) -> Image:
        k, degree, count = cells.gains.shape[1], cells.opponents, len(cells.place)
        inner = cells.gains[: k - 1]
        slopes = _middle_slopes(cells)
        # Scaled, so that small cells are not taken for singular ones.
        sizes = np.abs(slopes).max(axis=1)
        sizes = np.where(sizes > 0.0, sizes, 1.0)
        lines = [slopes / sizes[:, None], np.ones((1, k, count))]
        system = np.concatenate(lines).transpose(2, 0, 1)
        determinant = np.linalg.det(system)
        singular = ~(np.abs(determinant) > _SINGULAR)
        system[singular] = np.eye(k)
        inverse = np.linalg.inv(system)[:, :, : k - 1].transpose(1, 2, 0) / sizes
        finite = np.isfinite(inverse).all(axis=(0, 1))
        inverse, singular = np.where(finite, inverse, 0.0), singular | ~finite
        step, whole = inverse, np.ones(count)
        if cells.is_exact:
            step, whole = _as_whole(inverse)
            step, whole = degree * step, whole * cells.gain_unit
        image = _identity(k, degree, cells.gains) * whole
        for row in range(k - 1):
            image = image - step[:, row].reshape(k, *(1,) * degree, count) * inner[row]
        whole = degree * whole if cells.is_exact else whole
        axes = tuple(range(1, degree + 1))
        slack: Array | int = 0
        if not cells.is_exact:
            slack = (np.abs(inverse) * (cells.error[: k - 1] * (1.0 + 4.0 * k))).sum(axis=1)
            slack = slack + 16.0 * k * UNIT * (
                1.0 + (np.abs(inverse) * cells.scale[: k - 1]).sum(axis=1)
            )
        low = image.min(axis=axes) - slack
        least = np.where(low > 0, low, 0)
        rest = np.asarray((whole - least.sum(axis=0)) / whole, dtype=float)
        if cells.is_exact:  # 32 bits are enough, and keep the numbers short
            least = (least << SHARE_BITS) // whole
        proves = (low > 0).all(axis=0) & (_stretch(image, slack, whole) < _CONTRACTS) & ~singular
        sign = np.sign(determinant) * _orientation(cells)
        return cls(least, rest, proves, singular, sign)


def _middle_slopes(cells: Cells) -> Array:
    """Slopes of the equations at the centre along the vertices, up to a common term, as doubles."""
    k, degree = cells.gains.shape[1], cells.opponents
    total = cells.gains[: k - 1]
    for _ in range(degree - 1):  # in a fixed order, so that the bits do not depend on the batch
        lines = np.moveaxis(total, 2, 0)
        total = lines[0]
        for line in lines[1:]:
            total = total + line
    parts = k ** (degree - 1)
    if cells.is_exact:
        return np.asarray(degree * total / (parts * cells.gain_unit), dtype=float)
    return np.asarray(degree * (total / parts))


def _identity(k: int, degree: int, like: Array) -> Array:
    """Bernstein coefficients of the coordinates themselves: ``(k, k, .., k, 1)``.

    In whole numbers they are over the degree.
    """
    table = np.zeros((k,) * (degree + 1) + (1,), dtype=like.dtype)
    share = 1 if like.dtype == object else 1.0 / degree
    for axis in range(1, degree + 1):
        for j in range(k):
            place: list[slice | int] = [j] + [slice(None)] * degree
            place[axis] = j
            table[tuple(place)] += share
    return table


def _as_whole(numbers: Array) -> tuple[Array, Array]:
    """Write doubles ``(.., cells)`` as whole numbers over one power of two per cell."""
    mantissa, exponent = np.frexp(numbers)
    exponent = np.where(mantissa == 0.0, 0, exponent - _MANTISSA)
    lowest = np.minimum(exponent.min(axis=tuple(range(exponent.ndim - 1))), 0)
    digits = np.ldexp(mantissa, _MANTISSA).astype(np.int64).astype(object)
    return digits << (exponent - lowest).astype(object), 1 << (-lowest).astype(object)


def _stretch(image: Array, slack: Array | int, whole: Array) -> Array:
    """Bound how much the step stretches distances within a cell, in the sum norm."""
    k, degree = len(image), image.ndim - 2
    most = np.zeros(image.shape[-1])
    for one, other in combinations(range(k), 2):
        along = image[:, one] - image[:, other]
        total = np.abs(along).sum(axis=0)
        largest = total.max(axis=tuple(range(degree - 1))) if degree > 1 else total
        most = np.maximum(most, np.asarray(degree * largest / (2 * whole), dtype=float))
    return np.asarray(most + degree * np.asarray(np.sum(slack, axis=0), dtype=float))


def _orientation(cells: Cells) -> Array:
    """Sign that turns the determinant in barycentric coordinates into the index.

    With the first coordinate eliminated, the determinant of minus the Jacobian is that of the
    system: its row of ones stands last, which passes as many lines as are negated.
    """
    corners = cells.corners.transpose(2, 0, 1)
    width = np.maximum(cells.width(), 1e-300)[:, None, None]
    # Differences of vertices, enlarged, so that tiny cells have a determinant: of fractions they
    # are exact, as doubles of the vertices may be equal.
    edges = (corners[:, 1:, 1:] - corners[:, 1:, :1]) / cells.share_unit[:, None, None]
    return np.asarray(np.sign(np.linalg.det(np.asarray(edges, dtype=float) / width)))
