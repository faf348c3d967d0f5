"""Sobol' points, evenly spread in a cube, plain or scrambled.

The points are those of `scipy.stats.qmc.Sobol` to the last bit. That module loads all of scipy's
statistics, which takes longer than a whole report; here are the few lines that make the points.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from strategic.arrays import Array

BITS = 30
"""Of a coordinate; there are as many different points as numbers of so many bits."""
_TABLE = "_sobol_directions.txt"


def sobol_points(count: int, dimensions: int, *, rng: np.random.Generator | None = None) -> Array:
    """Make the first points of a Sobol' sequence.

    Parameters
    ----------
    count : int
        Number of points; a power of 2 keeps them balanced.
    dimensions : int
        Of the cube.
    rng : numpy.random.Generator, optional
        What scrambles them (a random linear map of the digits of each coordinate, and a random
        digital shift); without it they are plain, and the first one is 0. Scrambled points are
        uniform, each on its own, so that means over them are unbiased. A child of the generator
        is used, so that every call with the same generator scrambles anew.

    Returns
    -------
    array ``(count, dimensions)``
        From 0 up to, and without, 1.

    References
    ----------
    Sobol', I. M. (1967). On the distribution of points in a cube and the approximate evaluation of
    integrals. USSR Computational Mathematics and Mathematical Physics 7, 86-112.
    Joe, S. and Kuo, F. Y. (2008). Constructing Sobol sequences with better two-dimensional
    projections. SIAM Journal on Scientific Computing 30, 2635-2654.
    Matoušek, J. (1998). On the L2-discrepancy for anchored boxes. Journal of Complexity 14,
    527-556.

    Examples
    --------
    >>> sobol_points(4, 2)
    array([[0.  , 0.  ],
           [0.5 , 0.5 ],
           [0.75, 0.25],
           [0.25, 0.75]])
    """
    if dimensions > len(_table()):
        from scipy.stats import qmc

        points: Array = qmc.Sobol(dimensions, scramble=rng is not None, seed=rng).random(count)
        return points
    directions, shift = _directions(dimensions), np.zeros(dimensions, dtype=np.int64)
    if rng is not None:
        directions, shift = _scrambled(directions, rng.spawn(1)[0])
    # In the order of Gray's code each number differs from the one before it in one digit, and the
    # second half of the first 2^b numbers is the first half backwards, with digit b besides.
    digits = shift[None]
    for direction in directions.T:
        if len(digits) >= count:
            break
        digits = np.concatenate([digits, digits[::-1] ^ direction])
    return digits[:count] / 2.0**BITS


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[int, ...], ...]:
    """Read a primitive polynomial, and the first direction numbers, per dimension."""
    lines = Path(__file__).with_name(_TABLE).read_text("ascii").splitlines()
    return tuple(tuple(map(int, line.split())) for line in lines if line[:1] != "#")


@lru_cache(maxsize=8)
def _directions(dimensions: int) -> Array:
    """Make the direction numbers ``(dimensions, BITS)``, the highest digit first."""
    polynomial, degree = np.zeros((2, dimensions), dtype=np.int64)
    directions = np.zeros((BITS, dimensions), dtype=np.int64)
    for place, (code, *numbers) in enumerate(_table()[:dimensions]):
        polynomial[place], degree[place] = code, len(numbers)
        directions[: len(numbers), place] = numbers
    directions[:, :1] = 1  # the first dimension has no polynomial
    every = np.arange(dimensions)
    for row in range(1, BITS):
        # Each number follows from those before it, as the coefficients of the polynomial say.
        new = directions[row - degree, every]
        for back in range(1, min(row, degree.max()) + 1):
            coefficient = (polynomial >> np.maximum(degree - back, 0)) & 1
            new ^= (coefficient * (back <= degree) * directions[row - back]) << back
        follows = (row >= degree) & (degree > 0)
        directions[row, follows] = new[follows]
    return directions.T << np.arange(BITS - 1, -1, -1)


def _scrambled(directions: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Scramble the digits of each coordinate by a random lower triangular matrix, and shift them.

    The draws are those of scipy, in their order and type.
    """
    dimensions = len(directions)
    powers = 1 << np.arange(BITS)
    shift = rng.integers(2, size=(dimensions, BITS), dtype=np.uint32) @ powers
    maps = np.tril(rng.integers(2, size=(dimensions, BITS, BITS), dtype=np.uint32))
    maps[:, range(BITS), range(BITS)] = 1
    digits = (directions[:, None, :] >> np.arange(BITS - 1, -1, -1)[:, None]) & 1
    # Sums of at most BITS ones are exact as doubles, and products of doubles are fast.
    mapped = (maps.astype(float) @ digits.astype(float)).astype(np.int64) & 1
    return np.einsum("dpj,p->dj", mapped, powers[::-1]), shift
