"""Equations in exact numbers: solved where they are linear, and checked at fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.evolution._polar_forms import Frame, mixed

_INTERIOR, _BOUNDARY = 1e-9, 1e-13
"""Least shares that count as positive, and as zero, in a linear program."""
_LARGEST = 10**6
"""Of the denominators of fractions that are tried."""


@dataclass(frozen=True, eq=False)
class AffineRoots:
    """The roots with positive shares: one or none where ``dimension`` is 0, else one of a family.

    ``dimension`` is None where rounding leaves open whether a family reaches the interior.
    """

    shares: tuple[Array, ...] | None
    dimension: int | None


def affine_roots(frame: Frame, table: Array) -> AffineRoots | None:
    """Solve the equations if they are linear.

    Parameters
    ----------
    frame : Frame
    table : object array ``(unknowns, *frame.shape)`` of Fraction
        The equations by their polar forms.

    Returns
    -------
    AffineRoots or None
        None where the equations are not linear.
    """
    linear = _linear_terms(frame, table)
    if linear is None:
        return None
    ones = [
        [Fraction(int(j == simplex)) for j, k in enumerate(frame.sizes) for _ in range(k)]
        for simplex in range(len(frame.sizes))
    ]
    rows = [[*row, -base] for row, base in zip(*linear, strict=True)]
    rows += [[*row, Fraction(1)] for row in ones]
    reduced, pivots = _reduced(rows)
    width = sum(frame.sizes)
    if width in pivots:  # 0 = 1
        return AffineRoots(None, 0)
    if len(pivots) == width:
        solution = np.array([row[-1] for row in reduced[:width]], dtype=object)
        inside = all(share > 0 for share in solution)
        return AffineRoots(_split(solution.astype(float), frame) if inside else None, 0)
    return _family(frame, reduced[: len(pivots)], width - len(pivots))


def on_boundary(frame: Frame, table: Array, shares: Sequence[Array]) -> bool:
    """Tell whether a root is a fraction with a share of zero, by putting it into the equations.

    Parameters
    ----------
    frame, table
        As for `affine_roots`; the equations need not be linear.
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


def _linear_terms(frame: Frame, table: Array) -> tuple[list[list[Fraction]], list[Fraction]] | None:
    """Give slopes by share and constants, or None where the table is no linear function."""
    first = (0,) * len(frame.shape)
    base = table.reshape(len(table), -1)[:, 0]
    total = np.empty(table.shape, dtype=object)
    total[...] = base.reshape(-1, *(1,) * len(frame.shape))
    columns = []
    for simplex, (size, degree) in enumerate(zip(frame.sizes, frame.degrees, strict=True)):
        axis = frame.axes(simplex)[0]
        for vertex in range(size):
            entries: list[Any] = [slice(None), *first]
            entries[1 + axis] = vertex
            slope = (table[tuple(entries)] - base) * degree
            columns.append(slope)
            for own in frame.axes(simplex):
                entry: list[Any] = [slice(None)] * table.ndim
                entry[1 + own] = vertex
                part = total[tuple(entry)]
                part += (slope / degree).reshape(-1, *(1,) * (part.ndim - 1))
    if not np.all(total == table):
        return None
    return np.array(columns, dtype=object).T.tolist(), base.tolist()


def _reduced(rows: Sequence[Sequence[Fraction]]) -> tuple[list[list[Fraction]], list[int]]:
    """Bring rows to reduced echelon form; gives them and the columns of their leading ones."""
    work, pivots = [list(row) for row in rows], list[int]()
    for column in range(len(work[0])):
        step = len(pivots)
        chosen = next((r for r in range(step, len(work)) if work[r][column] != 0), None)
        if chosen is None:
            continue
        work[step], work[chosen] = work[chosen], work[step]
        lead = work[step][column]
        work[step] = [value / lead for value in work[step]]
        for other in range(len(work)):
            factor = work[other][column]
            if other != step and factor != 0:
                work[other] = [a - factor * b for a, b in zip(work[other], work[step], strict=True)]
        pivots.append(column)
    return work, pivots


def _family(frame: Frame, rows: Sequence[Sequence[Fraction]], dimension: int) -> AffineRoots:
    """Find the member of a family whose least share is largest."""
    from scipy.optimize import linprog

    width = sum(frame.sizes)
    matrix = np.array([[float(value) for value in row] for row in rows])
    below = np.hstack([-np.eye(width), np.ones((width, 1))])
    goal = np.zeros(width + 1)
    goal[-1] = -1.0
    found = linprog(
        goal,
        A_ub=below,
        b_ub=np.zeros(width),
        A_eq=np.hstack([matrix[:, :-1], np.zeros((len(matrix), 1))]),
        b_eq=matrix[:, -1],
        bounds=[(None, None)] * (width + 1),
    )
    least = -found.fun if found.status == 0 else np.nan
    if least > _INTERIOR:
        return AffineRoots(_split(found.x[:-1], frame), dimension)
    return AffineRoots(None, dimension if least <= _BOUNDARY else None)


def _split(shares: Array, frame: Frame) -> tuple[Array, ...]:
    return tuple(np.split(shares, np.cumsum(frame.sizes)[:-1]))
