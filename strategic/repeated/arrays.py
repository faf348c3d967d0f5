"""Arrays of points: what the closed forms of this room take and return."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, Any]


def doubles(*values: ArrayLike) -> tuple[Array, ...]:
    """Turn values into arrays of doubles that broadcast together.

    Examples
    --------
    >>> [array.tolist() for array in doubles(1, [2, 3])]
    [[1.0, 1.0], [2.0, 3.0]]
    """
    return np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))
