"""A grid of parameter points, cut into blocks of fixed shape."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import SweepError
from strategic.modelling import Measure, Model
from strategic.status import Status
from strategic.sweeps.axes import Axis, check_distinct
from strategic.sweeps.levers import current, points_at, problems_of, single

LARGEST_BLOCK = 65_536
SMALLEST_BLOCK = 1_024
PIECE = 16_384
"""Points computed in one go: intermediate arrays of this length stay in the second-level cache."""

Region = tuple[slice, ...]


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
        Most points a block; 65,536, and fewer for a small grid so that all workers have some.
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
    def block_shape(self) -> tuple[int, ...]:
        """Shape of a block: whole trailing axes, a piece of one axis, single leading places.

        It depends on the grid alone, never on the workers, so that a store always looks the same.
        """
        room = self.block or min(max(-(-self.size // 16), SMALLEST_BLOCK), LARGEST_BLOCK)
        lengths = []
        for length in reversed(self.shape):
            pieces = -(-length // max(min(room, length), 1))
            lengths.append(-(-length // pieces))
            room = room // length
        return tuple(reversed(lengths))

    @property
    def block_count(self) -> int:
        """Number of blocks."""
        return math.prod(self._blocks_along)

    @property
    def _blocks_along(self) -> tuple[int, ...]:
        return tuple(-(-n // b) for n, b in zip(self.shape, self.block_shape, strict=True))

    def region(self, number: int) -> Region:
        """Say where a block lies: one slice an axis."""
        place = np.unravel_index(number, self._blocks_along)
        starts = [int(i) * b for i, b in zip(place, self.block_shape, strict=True)]
        ends = [min(s + b, n) for s, b, n in zip(starts, self.block_shape, self.shape, strict=True)]
        return tuple(slice(start, end) for start, end in zip(starts, ends, strict=True))

    def cut(self, region: Region) -> Grid:
        """Take the part of the grid in a region: all that a worker needs to know."""
        axes = tuple(axis.cut(part) for axis, part in zip(self.axes, region, strict=True))
        return Grid(replace(self.model), axes)

    def flat(self) -> dict[str, Array]:
        """Lay the levers out, one contiguous value a point.

        Flat and contiguous whatever the shape of the grid: the same arithmetic on the same layout
        is what makes results independent of blocks to the last bit.
        """
        return {
            name: self._spread(values, place)
            for place, axis in enumerate(self.axes)
            for name, values in axis.levers.items()
        }

    def bad(self) -> Array:
        """Mark the points that lie on a bad place of some axis."""
        marks = [
            self._spread(axis.bad, place)
            for place, axis in enumerate(self.axes)
            if axis.bad is not None
        ]
        return np.logical_or.reduce(marks) if marks else np.zeros(self.size, dtype=bool)

    @property
    def may_be_bad(self) -> bool:
        """Whether some axis came from a table, whose rows are judged one by one."""
        return any(axis.bad is not None for axis in self.axes)

    def _spread(self, values: Array, place: int) -> Array:
        form = [1] * len(self.axes)
        form[place] = -1
        return np.ascontiguousarray(np.broadcast_to(values.reshape(form), self.shape)).ravel()


def grid_of(model: Model, axes: Sequence[Axis], block: int | None = None) -> Grid:
    """Check a model and its axes against each other and make the grid.

    Raises
    ------
    SweepError
        When there is nothing to vary, a lever is unknown or moved twice, or the block is not a
        positive number.
    ParameterError
        When a value on an axis is not allowed.
    """
    if not axes:
        raise SweepError("nothing to vary", where="over", remedy="name at least one parameter")
    if block is not None and block < 1:
        raise SweepError("must be at least 1", where="block", value=block)
    check_distinct(name for axis in axes for name in axis.levers)
    problems = [
        problem
        for axis in axes
        for name, values in axis.levers.items()
        for problem in problems_of(model.family, name, values)
        if axis.bad is None
    ]
    if problems:
        raise SweepError.of(problems)
    return Grid(single(model), tuple(axes), block)


def evaluate(grid: Grid, names: Sequence[str]) -> dict[str, Array]:
    """Measure every point of a grid, in pieces that fit the cache.

    Returns
    -------
    dict of str to array of the grid's shape
        By measure; label measures as positions in their vocabulary. With a table of points also
        ``status``; measures of a bad point are undefined.
    """
    measures = [grid.model.family.measure(name) for name in names]
    bad = grid.bad()
    flat = {
        name: np.where(bad, current(grid.model, name), values) if grid.may_be_bad else values
        for name, values in grid.flat().items()
    }
    results = {m.name: np.empty(grid.size, dtype=m.dtype) for m in measures}
    for part in block_slices(grid.size, PIECE):
        for name, values in _measured(grid.model, measures, flat, part):
            results[name][part] = values
    if grid.may_be_bad:
        for measure in measures:
            results[measure.name][bad] = measure.undefined
        results["status"] = np.where(bad, Status.INVALID, Status.OK).astype(np.int8)
    return {name: values.reshape(grid.shape) for name, values in results.items()}


def _measured(
    model: Model, measures: Sequence[Measure], flat: Mapping[str, Array], part: slice
) -> Iterator[tuple[str, Array]]:
    points = points_at(model, {name: values[part] for name, values in flat.items()})
    for measure in measures:
        yield measure.name, measure.compute(points)
