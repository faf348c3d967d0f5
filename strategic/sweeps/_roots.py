"""All roots of many polynomials at once, in doubles or in fractions, none of them missed.

A polynomial in Bernstein form lies between its smallest and its largest coefficient, so that a
piece whose coefficients have one sign holds no root. All other pieces are halved until they are
narrow: no starting point, no scan, and a root that only touches zero is found like any other.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import comb

import numpy as np

from strategic.arrays import Array

HALVINGS = 44
"""How often a piece that may hold a root is halved: to a share of 6e-14 of its range."""


def nodes(degree: int) -> list[Fraction]:
    """Give the places in (0, 1) at which a polynomial of a degree is to be known.

    Examples
    --------
    >>> [str(node) for node in nodes(1)]
    ['1/8', '7/8']
    """
    if degree == 0:
        return [Fraction(1, 2)]
    chebyshev = (1 - np.cos((2 * np.arange(degree + 1) + 1) * np.pi / (2 * degree + 2))) / 2
    # Short fractions close to them keep exact arithmetic fast, and doubles hold them.
    parts = 16 if degree < 4 else 256
    return [Fraction(min(max(round(x * parts), 1), parts - 1), parts) for x in chebyshev]


def bernstein(values: Array) -> Array:
    """Turn values at the nodes, first axis, into Bernstein coefficients on [0, 1].

    Examples
    --------
    >>> at = np.array([float(node) for node in nodes(2)])
    >>> bernstein(at**2).round(12) + 0.0
    array([0., 0., 1.])
    """
    exact = _inverse(len(values) - 1)
    matrix = exact if values.dtype == object else exact.astype(float)
    return np.asarray(np.tensordot(matrix, values, axes=1))


@cache
def _inverse(degree: int) -> Array:
    """Invert the matrix of Bernstein polynomials at the nodes, in fractions."""
    rows = [
        [comb(degree, k) * x**k * (1 - x) ** (degree - k) for k in range(degree + 1)]
        for x in nodes(degree)
    ]
    rows = [row + [Fraction(int(i == j)) for j in range(degree + 1)] for i, row in enumerate(rows)]
    for i in range(degree + 1):
        pivot = max(range(i, degree + 1), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [entry / rows[i][i] for entry in rows[i]]
        for j in range(degree + 1):
            if j != i and rows[j][i]:
                factor = rows[j][i]
                rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i], strict=True)]
    return np.array([row[degree + 1 :] for row in rows], dtype=object)


def roots_in_unit_interval(coefficients: Array, noise: Array | float) -> tuple[Array, Array, Array]:
    """Find where polynomials may be zero in [0, 1].

    Parameters
    ----------
    coefficients : array ``(degree + 1, polynomials)``
        In Bernstein form, doubles or fractions.
    noise : array ``(polynomials,)`` or 0
        Bound on the error of the coefficients; what is closer to 0 counts as 0.

    Returns
    -------
    array of int ``(roots,)``
        Number of the polynomial.
    array ``(roots,)`` of doubles
        A place near each of its roots, and perhaps some where it is all but zero. Polynomials that
        are zero everywhere have none.
    array ``(roots,)``
        How near: at most this far; 2**-45 where noise does not hide more.

    Examples
    --------
    >>> square = np.array([[1.0], [-1.0], [1.0]]) / 4  # (x - 1/2)**2
    >>> roots_in_unit_interval(square, np.array([1e-15]))[1].round(6)
    array([0.5])
    """
    owner = np.flatnonzero((np.abs(coefficients) > noise).any(axis=0))
    noise = np.broadcast_to(np.asarray(noise, dtype=float), coefficients.shape[1:])
    pieces, low = coefficients[:, owner], np.zeros(len(owner))
    found: list[tuple[Array, ...]] = []
    for depth in range(HALVINGS + 1):
        width, bound = 0.5**depth, noise[owner]
        open_ = ~((pieces > bound).all(axis=0) | (pieces < -bound).all(axis=0))
        flat = open_ & (np.abs(pieces) <= bound).all(axis=0)
        done = open_ if depth == HALVINGS else flat
        found.append((owner[done], low[done], low[done] + width))
        more = open_ & ~done
        owner, pieces, low = owner[more], pieces[:, more], low[more]
        if not len(owner):
            break
        left, right = _halved(pieces)
        pieces = np.concatenate([left, right], axis=1)
        owner, low = np.tile(owner, 2), np.concatenate([low, low + width / 2])
    return _apart(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _halved(pieces: Array) -> tuple[Array, Array]:
    """Cut every polynomial in the middle (de Casteljau)."""
    half = Fraction(1, 2) if pieces.dtype == object else 0.5
    left, right, row = [pieces[0]], [pieces[-1]], pieces
    for _ in range(len(pieces) - 1):
        row = (row[1:] + row[:-1]) * half
        left.append(row[0])
        right.append(row[-1])
    return np.stack(left), np.stack(right[::-1])


def _apart(owners: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """Join the neighbouring pieces that hold one root to one place, the middle of them."""
    order = np.lexsort((low, owners))
    owners, low, high = owners[order], low[order], high[order]
    new = np.ones(len(owners), dtype=bool)
    new[1:] = (owners[1:] != owners[:-1]) | (low[1:] > high[:-1])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(owners))[: len(first)] - 1
    return owners[first], (low[first] + high[last]) / 2, (high[last] - low[first]) / 2
