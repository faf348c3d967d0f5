"""Whole numbers that callers give: a truth value is none, although Python counts it as 0 or 1."""

from __future__ import annotations

from numbers import Integral
from typing import TypeGuard

import numpy as np

from strategic.errors import MethodError


def is_whole(value: object) -> TypeGuard[int]:
    """Tell a whole number, also one of numpy, from what only counts as one.

    Examples
    --------
    >>> is_whole(np.int64(2)), is_whole(True), is_whole(2.0)
    (True, False, False)
    """
    if type(value) is int:  # nearly always, and quicker to see
        return True
    return isinstance(value, Integral) and not isinstance(value, bool)


def check_whole(**numbers: object) -> None:
    """Refuse truth values where whole numbers are taken; numpy's whole numbers are some.

    Raises
    ------
    MethodError
        Naming the argument.

    Examples
    --------
    >>> check_whole(workers=np.int64(2), seed=0, limit=None)
    >>> check_whole(workers=True)
    Traceback (most recent call last):
    strategic.errors.MethodError: workers: must be a whole number (got True)
    """
    for name, value in numbers.items():
        if isinstance(value, bool | np.bool_):
            raise MethodError("must be a whole number", where=name, value=bool(value))
