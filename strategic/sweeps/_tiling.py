"""How a grid is cut into blocks of one shape, each of them a chunk of a store."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

LARGEST_BLOCK = 65_536
SMALLEST_BLOCK = 1_024

Region = tuple[slice, ...]
"""Where a block lies: one slice per axis."""


@dataclass(frozen=True)
class Tiling:
    """The blocks of a grid, numbered along its last axis first.

    Parameters
    ----------
    shape : tuple of int
        Length of each axis.
    most : int, optional
        Most points per block; 65,536, and fewer for a small grid so that all workers have some.
    """

    shape: tuple[int, ...]
    most: int | None = None

    @property
    def size(self) -> int:
        """Number of points."""
        return math.prod(self.shape)

    @cached_property
    def block_shape(self) -> tuple[int, ...]:
        """Shape of a block: whole trailing axes, a piece of one axis, length 1 along leading ones.

        It depends on the grid alone, never on the workers, so that a store always looks the same.
        """
        # Sixteen blocks at least, so that workers end at about the same time; none so small that
        # starting it costs more than computing it.
        left = self.most or min(max(-(-self.size // 16), SMALLEST_BLOCK), LARGEST_BLOCK)
        lengths = []
        for length in reversed(self.shape):
            # Pieces of almost one length, rather than full ones and a short rest.
            pieces = -(-length // max(min(left, length), 1))
            lengths.append(-(-length // pieces))
            left = left // length
        return tuple(reversed(lengths))

    @cached_property
    def along(self) -> tuple[int, ...]:
        """Number of blocks along each axis."""
        return tuple(-(-n // b) for n, b in zip(self.shape, self.block_shape, strict=True))

    @property
    def count(self) -> int:
        """Number of blocks."""
        return math.prod(self.along)

    def region(self, number: int) -> Region:
        """Say where a block lies."""
        position = np.unravel_index(number, self.along)
        starts = [int(i) * b for i, b in zip(position, self.block_shape, strict=True)]
        lengths = zip(starts, self.block_shape, self.shape, strict=True)
        return tuple(slice(start, min(start + b, n)) for start, b, n in lengths)
