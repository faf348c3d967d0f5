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
