"""Cells of a simplex of mixtures, with bounds of the indifference equations on them.

What an action earns more than another against ``d`` opponents who all use the mixture ``x`` is a
polynomial of degree ``d``. On a cell, the simplex of some mixtures ``v_1 .. v_k``, its values at
``d`` opponents who use any of these are its Bernstein coefficients, so they bound it.
The last axis counts cells. The same code runs on doubles, with a bound on every error, and on
whole numbers over one denominator per cell, where the bounds are zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

UNIT = float(np.finfo(float).eps)
"""Twice the relative error of one operation on doubles."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Simplices of mixtures, each of one system.

    Parameters
    ----------
    gains : array ``(rows, k, .., k, cells)``
        Bernstein coefficients, one axis per opponent: of the second to the last action in use
        over the first (``k - 1`` rows), then of the others. Doubles, or Python integers.
    corners : array ``(k, k, cells)``
        By action in use and vertex.
    error : array ``(rows, cells)``
        Bounds of the rounding of ``gains``.
    scale : array ``(rows, cells)``
        Largest coefficient on the whole simplex, which bounds what one more step rounds.
    place : array ``(cells,)`` of int
        Number of the system.
    gain_unit, share_unit : arrays ``(cells,)``
        What gains and corners are over: one in doubles.
    """

    gains: Array
    corners: Array
    error: Array
    scale: Array
    place: Array
    gain_unit: Array
    share_unit: Array

    @classmethod
    def whole(cls, gains: Array, unit: Array | None) -> Cells:
        """Start from the whole simplex of each system; doubles have been rounded once."""
        k, count = gains.shape[1], gains.shape[-1]
        one = np.ones(count, dtype=gains.dtype)
        if unit is not None:
            gains, unit = _of_size_one(gains, unit)
        corners = np.zeros((k, k, count), dtype=gains.dtype)
        corners[np.arange(k), np.arange(k)] = one
        axes = tuple(range(1, gains.ndim - 1))
        scale = np.abs(gains).max(axis=axes)
        rounding = 2.0 * UNIT if unit is None else 0
        units = one if unit is None else unit, one
        return cls(gains, corners, rounding * scale, scale, np.arange(count), *units)

    @property
    def is_exact(self) -> bool:
        return bool(self.gains.dtype == object)

    @property
    def opponents(self) -> int:
        return self.gains.ndim - 2

    def of(self, cells: Array) -> Cells:
        return Cells(*(getattr(self, name)[..., cells] for name in self.__dataclass_fields__))

    def joined(self, other: Cells) -> Cells:
        names = self.__dataclass_fields__
        return Cells(
            *(np.concatenate([getattr(self, n), getattr(other, n)], axis=-1) for n in names)
        )

    def transformed(self, weights: Array, total: int) -> Cells:
        """Take mixtures of the vertices: ``weights`` ``(old, new, cells)``, nonnegative.

        They are over ``total`` in whole numbers, which is one in doubles.
        """
        gains = self.gains
        for axis in range(1, gains.ndim - 1):
            gains = _contracted(gains, weights, axis)
        k = len(weights)
        rounding = 0 if self.is_exact else 2.0 * self.opponents * (k + 1) * UNIT * self.scale
        corners = _contracted(self.corners, weights, 1)
        more = total**self.opponents
        return Cells(
            gains,
            corners,
            self.error + rounding,
            self.scale * more,
            self.place,
            self.gain_unit * more,
            self.share_unit * total,
        )

    def width(self) -> Array:
        """Largest range of a share, as doubles."""
        return self.shares((self.corners.max(axis=1) - self.corners.min(axis=1)).max(axis=0))

    def shares(self, numbers: Array) -> Array:
        """Give numbers over the unit of shares as doubles."""
        return np.asarray(numbers / self.share_unit, dtype=float)


def _of_size_one(gains: Array, unit: Array) -> tuple[Array, Array]:
    """Scale whole gains by powers of two, so that as doubles they neither over- nor underflow."""
    most = np.abs(gains).max(axis=tuple(range(gains.ndim - 1)))
    excess = _length(most) - _length(unit)
    return gains << np.maximum(-excess, 0), unit << np.maximum(excess, 0)


_length = np.frompyfunc(int.bit_length, 1, 1)


def _contracted(table: Array, weights: Array, axis: int) -> Array:
    lines = np.moveaxis(table, axis, 0)
    new = []
    for vertex in range(weights.shape[1]):
        total = lines[0] * weights[0, vertex]
        for old in range(1, len(weights)):
            total = total + lines[old] * weights[old, vertex]
        new.append(total)
    return np.moveaxis(np.stack(new), 0, axis)
