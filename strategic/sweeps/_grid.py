"""A grid of parameter points, cut into blocks of fixed shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.modelling import Model
from strategic.sweeps._axes import Axis, check_distinct
from strategic.sweeps._levers import MECHANISM, check_values, single
from strategic.sweeps._tiling import Tiling


@dataclass(frozen=True, eq=False)
class Grid:
    """A model and the axes along which it is moved.

    Parameters
    ----------
    model : Model
        A single model: what does not move keeps its values.
    axes : tuple of Axis
        One dimension each, in this order.
    block : int, optional
        Most points per block; 65,536, and fewer for a small grid so that all workers have some.
    """

    model: Model
    axes: tuple[Axis, ...]
    block: int | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(axis.size for axis in self.axes)

    @property
    def size(self) -> int:
        """Number of points."""
        return math.prod(self.shape)

    @cached_property
    def tiling(self) -> Tiling:
        """The blocks of the grid."""
        return Tiling(self.shape, self.block)

    def part(self, number: int) -> Grid:
        """Take the part of the grid that is a block: all that a worker needs to know."""
        pieces = zip(self.axes, self.tiling.region(number), strict=True)
        # A copy of the model leaves behind the points that the original may have computed.
        return Grid(replace(self.model), tuple(axis.cut(piece) for axis, piece in pieces))

    def flat(self) -> dict[str, Array]:
        """Lay the levers out, one contiguous value per point.

        Flat and contiguous whatever the shape of the grid: the same arithmetic on the same layout
        is what makes results independent of blocks to the last bit.
        """
        return {
            name: self._spread(values, dimension)
            for dimension, axis in enumerate(self.axes)
            for name, values in axis.levers.items()
        }

    def bad(self) -> Array | None:
        """Mark the points at bad positions of some axis; None where no rows are judged singly."""
        marks = [
            self._spread(axis.bad, dimension)
            for dimension, axis in enumerate(self.axes)
            if axis.bad is not None
        ]
        return np.logical_or.reduce(marks) if marks else None

    @property
    def is_table(self) -> bool:
        """Whether some axis came from a table, whose every row has a status."""
        return any(axis.bad is not None for axis in self.axes)

    @cached_property
    def may_be_bad(self) -> bool:
        """Whether points are judged one by one.

        So are the rows of a table, what a rule between parameters speaks of, and what mechanisms
        make of parameters. It depends on the grid alone, as the layout of a store does.
        """
        moved = {name for axis in self.axes for name in axis.levers}
        return (
            self.is_table
            or bool(self.model.mechanisms)
            or any(name.startswith(MECHANISM) for name in moved)
            or bool(moved & self.model.family.ruled())
        )

    def _spread(self, values: Array, dimension: int) -> Array:
        form = [1] * len(self.axes)
        form[dimension] = -1
        return np.ascontiguousarray(np.broadcast_to(values.reshape(form), self.shape)).ravel()


def grid_of(model: Model, axes: Sequence[Axis], block: int | None = None) -> Grid:
    """Check a model and its axes against each other and make the grid.

    Raises
    ------
    SweepError
        When there is nothing to vary, a lever is unknown or moved twice, a value on an axis is not
        allowed, or the block is not a positive number.
    """
    if not axes:
        raise SweepError("nothing to vary", where="over", remedy="name at least one parameter")
    if block is not None and block < 1:
        raise SweepError("must be at least 1", where="block", value=block)
    check_distinct(name for axis in axes for name in axis.levers)
    judged = [axis for axis in axes if axis.bad is None]  # a table has judged its own rows
    check_values(model, [pair for axis in judged for pair in axis.levers.items()])
    return Grid(single(model), tuple(axes), block)
