"""Polynomials on products of simplices by the values of their polar forms at the vertices.

A polynomial of degree d on a simplex is a symmetric function, linear in each of d points, whose
points are all put at one place. Its values where every point is some vertex are the coefficients
in the Bernstein basis: the polynomial lies between the least and the largest of them, has the same
sign as all of them where they agree, and moving to a smaller simplex is a mean of vertices along
each axis (Farin 2002, Curves and Surfaces for CAGD, chapters 3 and 17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement, product
from math import factorial, prod

import numpy as np

from strategic.arrays import Array

UNIT = 2.0**-53
"""The largest relative error of one operation on doubles."""


@dataclass(frozen=True)
class Frame:
    """The axes of the tables of one pattern of supports.

    Parameters
    ----------
    sizes : tuple of int
        Number of vertices of each simplex: one for each population that mixes.
    degrees : tuple of int
        Degree in the shares of each of these populations, at least one.
    """

    sizes: tuple[int, ...]
    degrees: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes: those of one simplex stand together."""
        return tuple(k for k, d in zip(self.sizes, self.degrees, strict=True) for _ in range(d))

    @property
    def unknowns(self) -> int:
        """Number of free shares."""
        return sum(self.sizes) - len(self.sizes)

    def axes(self, simplex: int) -> range:
        """Give the axes of one simplex."""
        start = sum(self.degrees[:simplex])
        return range(start, start + self.degrees[simplex])

    def split(self, table: Array, axis: int) -> Array:
        """See ``(equations, *shape, columns)`` by one axis: (before, k, behind, columns)."""
        shape = self.shape
        before = len(table) * prod(shape[:axis])
        return table.reshape(before, shape[axis], prod(shape[axis + 1 :]), table.shape[-1])

    @property
    def coordinates(self) -> Array:
        """Polar forms of the free barycentric coordinates: ``(unknowns, *shape)``."""
        found = []
        for simplex, (size, degree) in enumerate(zip(self.sizes, self.degrees, strict=True)):
            for vertex in range(1, size):
                form = np.zeros(self.shape)
                for axis in self.axes(simplex):
                    mark = np.zeros(size)
                    mark[vertex] = 1.0 / degree
                    form += mark.reshape([size if a == axis else 1 for a in range(form.ndim)])
                found.append(form)
        return np.array(found).reshape(self.unknowns, *self.shape)


@lru_cache(maxsize=4096)
def polar_form(size: int, degree: int, exponents: tuple[int, ...]) -> Array:
    """Give the polar form of a monomial of at most ``degree``, flat, as fractions.

    Examples
    --------
    >>> [str(value) for value in polar_form(2, 2, (1, 0))]
    ['1', '1/2', '1/2', '0']
    """
    found = np.empty(size**degree, dtype=object)
    for place, chosen in enumerate(product(range(size), repeat=degree)):
        counts = [chosen.count(vertex) for vertex in range(size)]
        left = [c - e for c, e in zip(counts, exponents, strict=True)]
        # Times (x_1 + .. + x_k) ** rest, which is one, the monomial is homogeneous.
        value = Fraction(_arrangements(left) if min(left) >= 0 else 0, _arrangements(counts))
        found[place] = value
    return found


@lru_cache(maxsize=256)
def without_factor(size: int, degree: int, vertex: int) -> Array:
    """Give the matrix that divides polar forms by a vertex's share, and lifts the degree again.

    It is right for forms that hold this factor: those that vanish off the vertex.
    """
    lower = list(combinations_with_replacement(range(size), degree - 1))
    matrix = np.zeros((size**degree, size**degree))
    places = list(product(range(size), repeat=degree))
    for chosen in lower:
        counts = [chosen.count(v) for v in range(size)]
        more = [c + (v == vertex) for v, c in enumerate(counts)]
        source = places.index(tuple(sorted((*chosen, vertex))))
        lifted = polar_form(size, degree, tuple(counts)).astype(float)
        matrix[:, source] += lifted * _arrangements(more)
    return matrix


def moved(
    frame: Frame, table: Array, error: Array, simplex: int, weights: Array
) -> tuple[Array, Array]:
    """Move the vertices of one simplex.

    Parameters
    ----------
    table, error : arrays ``(equations, *frame.shape, columns)``
        Values at the vertices, and what they may be off.
    weights : array ``(new, old, columns)``
        The new vertices as combinations of the old ones.
    """
    size = frame.sizes[simplex]
    for axis in frame.axes(simplex):
        lines, errors = frame.split(table, axis), frame.split(error, axis)
        new, off = np.zeros_like(lines), np.zeros_like(errors)
        for vertex in range(size):
            for old in range(size):
                weight = weights[vertex, old]
                new[:, vertex] += weight * lines[:, old]
                bound = errors[:, old] + (size + 1) * UNIT * np.abs(lines[:, old])
                off[:, vertex] += (1 + 4 * UNIT) * np.abs(weight) * bound
        table, error = new.reshape(table.shape), off.reshape(error.shape)
    return table, error


def mixed(frame: Frame, table: Array, shares: Sequence[Array], *, but: int = -1) -> Array:
    """Evaluate ``(equations, *shape, columns)`` at shares ``(k, columns)`` per simplex.

    The first axis of simplex ``but`` is left: ``(equations, k, columns)``.
    """
    columns = table.shape[-1]
    kept = frame.axes(but)[0] if but >= 0 else -1
    owners = [j for j, d in enumerate(frame.degrees) for _ in range(d)]
    shape = list(frame.shape)
    for axis in reversed(range(len(shape))):
        if axis == kept:
            continue
        behind = prod(shape[axis + 1 :])
        lines = table.reshape(-1, shape[axis], behind, columns)
        share = shares[owners[axis]]
        total = lines[:, 0] * share[0]
        for vertex in range(1, shape[axis]):
            total = total + lines[:, vertex] * share[vertex]
        table = total
        del shape[axis]
        kept -= axis < kept
    return table.reshape(-1, *shape, columns)


def system(frame: Frame, table: Array, shares: Sequence[Array]) -> tuple[Array, Array]:
    """Evaluate equations ``(m, columns)`` and their slopes ``(m, unknowns, columns)``."""
    values = mixed(frame, table, shares)
    slopes = []
    for simplex, degree in enumerate(frame.degrees):
        line = mixed(frame, table, shares, but=simplex)
        slopes.append(degree * (line[:, 1:] - line[:, :1]))
    return values, np.concatenate(slopes, axis=1)


def _arrangements(counts: Sequence[int]) -> int:
    return factorial(sum(counts)) // prod(map(factorial, counts))
