"""The one array type of the package, and how values become arrays that fit each other."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

Array: TypeAlias = np.ndarray[Any, Any]


def doubles(*values: ArrayLike) -> tuple[Array, ...]:
    """Turn values into arrays of doubles that broadcast together.

    Examples
    --------
    >>> [array.tolist() for array in doubles(1, [2, 3])]
    [[1.0, 1.0], [2.0, 3.0]]
    """
    return np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))


def means(values: Array) -> Array:
    """Average along the last axis, without an overflow near the largest double.

    Examples
    --------
    >>> float(means(np.array([1.5e308, 1.5e308, 0.0])))
    1e+308
    """
    scaled, power = _near_one(values)
    return np.asarray(np.ldexp(scaled.mean(axis=-1), power[..., 0]))


def deviations(values: Array, *, freedom: int = 0) -> Array:
    """Compute standard deviations along the last axis, however large or small the values.

    Parameters
    ----------
    values : array, shape (..., n)
    freedom : int
        Degrees of freedom that are used up: squares are divided by ``n - freedom``.

    Examples
    --------
    >>> float(deviations(np.array([1e308, -1e308])))
    1e+308
    """
    scaled, power = _near_one(values)
    return np.asarray(np.ldexp(scaled.std(axis=-1, ddof=freedom), power[..., 0]))


def _near_one(values: Array) -> tuple[Array, Array]:
    """Divide each line by a power of two, which loses no digit, and give the exponents."""
    _, power = np.frexp(np.fmax.reduce(np.abs(values), axis=-1, keepdims=True, initial=0.0))
    return np.ldexp(values, -power), power
