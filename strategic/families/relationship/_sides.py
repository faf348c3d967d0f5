"""The two sides of a relationship, and the one way their numbers are kept.

A number per side is one array with the sides on its first axis, ``(2, *points)``, government first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.modelling import Points

SIDES = ("government", "organisation")


def both(points: Points, government: ArrayLike, organisation: ArrayLike) -> Array:
    """Stack one value per side, each broadcast to all points: ``(2, *points)``.

    Examples
    --------
    >>> both(Points({"a": [1.0, 2.0]}), 0.5, [3.0, 4.0])
    array([[0.5, 0.5],
           [3. , 4. ]])
    """
    pair = np.empty((2, *points.shape), dtype=points.dtype)
    pair[0], pair[1] = government, organisation
    return pair


def of_both(points: Points, name: str) -> Array:
    """Return a parameter that each side has, such as ``public_weight``: ``(2, *points)``."""
    return both(points, *(points[f"{side}.{name}"] for side in SIDES))
