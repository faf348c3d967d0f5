"""Equations in exact numbers: solved where they are linear, and checked at fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.evolution._most_even import most_even
from strategic.evolution._polar_forms import Frame, mixed

_LARGEST = 10**6
"""Of the denominators of fractions that are tried."""


@dataclass(frozen=True, eq=False)
class AffineRoots:
    """The roots with positive shares of columns of linear equations.

    Parameters
    ----------
    column : int array ``(roots,)``
        Ascending; each column once.
    shares : tuple of arrays ``(k, roots)``
        Of a family, its most even member.
    isolated : bool array ``(roots,)``
        Whether it is the only root, or else one of a family.
    linear : bool array ``(columns,)``
        Of which columns the equations are linear.
    """

    column: Array
    shares: tuple[Array, ...]
    isolated: Array
    linear: Array


def affine_roots(frame: Frame, table: Array, *, apart: bool = False) -> AffineRoots:
    """Solve the equations of the columns where they are linear.

    Parameters
    ----------
    frame : Frame
    table : array ``(unknowns, *frame.shape, columns)``
        The equations by their polar forms, in whole numbers.
    apart : bool
        Whether there are two simplices, and each one's equations are in the shares of the other.
    """
    slopes, base, linear = _linear_terms(frame, table)
    columns = np.flatnonzero(linear)
    slopes, base = slopes[..., columns], base[:, columns]
    first = frame.sizes[0]
    every = slice(None)
    parts = [(every, every, frame.sizes)]
    if apart:
        parts = [
            (slice(first - 1, None), slice(first), frame.sizes[:1]),
            (slice(first - 1), slice(first, None), frame.sizes[1:]),
        ]
    shares, exist = [], np.ones(len(columns), dtype=bool)
    isolated = exist.copy()
    for equations, unknowns, sizes in parts:
        found = most_even(_systems(slopes[equations, unknowns], base[equations], sizes))
        exist &= found.exist
        isolated &= found.single
        shares.append(found.shares)
    whole = np.split(np.concatenate(shares), np.cumsum(frame.sizes)[:-1])
    return AffineRoots(
        columns[exist], tuple(share[:, exist] for share in whole), isolated[exist], linear
    )


def on_boundary(frame: Frame, table: Array, shares: Sequence[Array]) -> bool:
    """Tell whether a root is a fraction with a share of zero, by putting it into the equations.

    Parameters
    ----------
    frame : Frame
    table : object array ``(unknowns, *frame.shape)``
        The equations by their polar forms, in Python integers. They need not be linear.
    shares : sequence of arrays ``(k,)``
        The root, rounded.
    """
    exact, zero = [], False
    for share in shares:
        rounded = [Fraction(value).limit_denominator(_LARGEST) for value in share.tolist()]
        rest = int(np.argmax(share))
        rounded[rest] += 1 - sum(rounded)
        zero |= min(rounded) == 0
        exact.append(np.array(rounded, dtype=object)[:, None])
    return zero and not mixed(frame, table[..., None], exact).any()


def _linear_terms(frame: Frame, table: Array) -> tuple[Array, Array, Array]:
    """Give slopes ``(unknowns, shares, columns)`` and constants, and which columns are linear."""
    equations, columns = len(table), table.shape[-1]
    first = (0,) * len(frame.shape)
    base = table.reshape(equations, -1, columns)[:, 0]
    total = np.zeros_like(table)
    total += base.reshape(equations, *(1,) * len(first), columns)
    slopes = []
    for simplex, (size, degree) in enumerate(zip(frame.sizes, frame.degrees, strict=True)):
        axis = frame.axes(simplex)[0]
        for vertex in range(size):
            entries: list[Any] = [slice(None), *first]
            entries[1 + axis] = vertex
            step = table[tuple(entries)] - base
            slopes.append(step * degree)
            for own in frame.axes(simplex):
                part = total[(slice(None),) * (1 + own) + (vertex,)]
                part += step.reshape(equations, *(1,) * (part.ndim - 2), columns)
    linear = (total == table).reshape(-1, columns).all(axis=0)
    return np.stack(slopes, axis=1), base, np.asarray(linear)


def _systems(slopes: Array, base: Array, sizes: Sequence[int]) -> Array:
    """Lay equations out with those of the simplices, ``(columns, equations, shares + 1)``."""
    equations, width, columns = slopes.shape
    systems = np.zeros((columns, equations + len(sizes), width + 1), dtype=slopes.dtype)
    systems[:, :equations, :-1] = np.moveaxis(slopes, -1, 0)
    # Times the sum of the first simplex, which is one, constants belong to its shares.
    systems[:, :equations, : sizes[0]] += base.T[..., None]
    for number, (size, end) in enumerate(zip(sizes, np.cumsum(sizes), strict=True)):
        systems[:, equations + number, end - size : end] = 1
        systems[:, equations + number, -1] = 1
    return systems
