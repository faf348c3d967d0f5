"""Whether quadratic forms are positive on a cone, decided in whole numbers, many at a time."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._cofactors import cofactors
from strategic.equilibria._whole_games import SHORT, as_integers, sizes_of


def strictly_copositive(forms: Array, *, free: int) -> Array:
    """Say for which forms ``z @ form @ z`` is positive for all ``z`` but zero in a cone.

    Parameters
    ----------
    forms : array ``(L, n, n)``
        Symmetric, of whole numbers: int64, or Python int.
    free : int
        The first so many entries of ``z`` have any sign, the others are nonnegative.

    Returns
    -------
    array of bool ``(L,)``

    References
    ----------
    Cottle, R. W., Habetler, G. J. and Lemke, C. E. (1970). On classes of copositive matrices.
    Linear Algebra and its Applications 3, 295-310. Keller's criterion.

    Examples
    --------
    >>> form = np.array([[1, -2], [-2, 1]])
    >>> strictly_copositive(np.stack([form, -form, abs(form)]), free=0)
    array([False, False,  True])
    """
    size = forms.shape[1]
    largest = sizes_of(np.abs(forms).reshape(len(forms), size**2)).max(axis=1, initial=1.0)
    with np.errstate(over="ignore"):  # every number is a minor of the form, or a sum of products
        minor = math.factorial(size) * largest**size
        fits = (2.0 * minor * minor if free else minor) < SHORT
    found = np.zeros(len(forms), dtype=bool)
    for short in (True, False):
        lanes = np.flatnonzero(fits == short)
        if lanes.size:
            some = forms[lanes].astype(np.int64) if short else as_integers(forms[lanes])
            found[lanes] = _copositive(some.transpose(1, 2, 0), free)
    return found


def _copositive(forms: Array, free: int) -> Array:
    """Do the same for forms ``(n, n, L)`` in which no product overflows."""
    fine = np.ones(forms.shape[2], dtype=bool)
    previous = np.ones(forms.shape[2], dtype=forms.dtype)
    for _ in range(free):
        # Minimising over a free entry leaves the Schur complement, here times the pivot; the
        # pivot before divides it (Bareiss 1968), so that it is a minor of the form.
        pivot = forms[0, 0]
        fine &= (pivot > 0).astype(bool)
        pivot = np.where(fine, pivot, 1)
        forms = pivot * forms[1:, 1:] - forms[1:, :1] * forms[:1, 1:]
        forms = np.where(fine, forms, 0) // previous
        previous = pivot
    for size in range(1, len(forms) + 1):
        for chosen in combinations(range(len(forms)), size):
            lanes = np.flatnonzero(fine)
            if lanes.size:
                part = forms[np.ix_(chosen, chosen)]
                fine[lanes] = _keller(part if len(lanes) == len(fine) else part[:, :, lanes])
    return fine


def _keller(forms: Array) -> Array:
    """Check for positive determinants, unless some cofactor of the last row is not positive."""
    last = len(forms) - 1
    signed = (-1) ** last * cofactors(forms[:last])
    determinant = (signed * forms[last]).sum(axis=0)
    return np.asarray(~(signed > 0).all(axis=0) | (determinant > 0), dtype=bool)
