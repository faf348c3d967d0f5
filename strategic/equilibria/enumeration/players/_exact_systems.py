"""Indifference equations made simpler before they are solved, in whole numbers.

Ties leave equations that factor, bind one player alone or repeat one another. What is left after
these steps has few curves of roots, which no cutting of cells could tell from isolated ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise
from math import gcd, isqrt, lcm

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._exact_cell import along_axis
from strategic.equilibria.enumeration.players._exact_images import determinant
from strategic.equilibria.enumeration.players._findings import Profile

_MOST_BRANCHES = 64
_DETERMINANT_BITS = 55
_PAIR = 4
"""Numbers of an equation that binds two players of two vertices each."""


class SingularError(Exception):
    """At every root of the system the Jacobian is singular."""


@dataclass(frozen=True, eq=False)
class ExactSystem:
    """Multilinear equations in the mixtures of several players, and gains beside them.

    Everything is known up to positive factors, so mixtures are given by weights that need not add
    up to one.

    Parameters
    ----------
    rows : tuple of object arrays ``(k_1 or 1, .., k_p or 1)``
        What must be zero, one for every free share.
    outside : tuple of such arrays
        What must not be positive.
    vertices : tuple of object arrays ``(actions in use, k_i)``
        The mixtures of each player that the weights mix.
    """

    rows: tuple[Array, ...]
    outside: tuple[Array, ...]
    vertices: tuple[Array, ...]

    @classmethod
    def of_support(cls, gains: Sequence[Array], sizes: tuple[int, ...]) -> ExactSystem:
        """Make the system of a support from gains ``(n_i - 1, k_1, .., 1, .., k_p)``."""
        pairs = list(zip(gains, sizes, strict=True))
        return cls(
            tuple(row for table, k in pairs for row in table[: k - 1]),
            tuple(row for table, k in pairs for row in table[k - 1 :]),
            tuple(np.eye(k, dtype=int).astype(object) for k in sizes),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many vertices each player mixes."""
        return tuple(vertices.shape[1] for vertices in self.vertices)

    def placed(self, weights: Profile) -> Profile:
        """Give the mixtures of actions that weights of the vertices stand for."""
        return tuple(
            normed(vertices.dot(np.array(mixture, dtype=object)))
            for vertices, mixture in zip(self.vertices, weights, strict=True)
        )

    def with_row(self, number: int, row: Array) -> ExactSystem:
        """Put another equation in the place of one."""
        rows = list(self.rows)
        rows[number] = row
        return replace(self, rows=tuple(rows))

    def bound(self, number: int, player: int, weights: Array) -> ExactSystem:
        """Mix new vertices ``(k_i, new)``, at all of which one equation holds, which is dropped."""
        vertices = list(self.vertices)
        vertices[player] = vertices[player].dot(weights)
        kept = [row for place, row in enumerate(self.rows) if place != number]
        return ExactSystem(
            tuple(along_axis(row, player, weights) for row in kept),
            tuple(along_axis(row, player, weights) for row in self.outside),
            tuple(vertices),
        )


def normed(weights: Array) -> tuple[Fraction, ...]:
    """Divide weights by their total."""
    total = weights.sum()
    return tuple(Fraction(weight) / total for weight in weights)


def simplified(system: ExactSystem) -> tuple[list[ExactSystem], bool]:
    """Split a system into simpler ones that have all its regular roots in the interior.

    Returns
    -------
    systems : list of ExactSystem
        A root of one of them need not be regular, but is one of the original system.
    lost : bool
        Whether roots that are not regular may be missing.

    Notes
    -----
    An equation in which a mixture of one player factors out is the product of two, of which one
    is zero at a root, and not both at a regular one. A factor of one sign never is. A linear
    equation in the mixture of one player cuts a simplex of mixtures; if one vertex alone is on one
    side, what is left is a simplex again. If more equations bind the mixtures of some players than
    these have freedom, or equations depend on one another, the Jacobian is singular wherever they
    hold.
    """
    open_systems, lost = [system], False
    found: list[ExactSystem] = []
    for _ in range(_MOST_BRANCHES):
        if not open_systems:
            return found, lost
        one = open_systems.pop()
        try:
            simpler = _step(one)
        except SingularError:
            lost = True
            continue
        if simpler is None:
            found.append(one)
        else:
            open_systems += reversed(simpler)
    return [*found, *open_systems], lost


def _step(system: ExactSystem) -> list[ExactSystem] | None:
    """Take one step; None if there is none to take."""
    if any(not row.any() for row in system.rows):
        raise SingularError
    one_sided = any(row.min() >= 0 or row.max() <= 0 for row in system.rows)
    if one_sided or any(row.min() >= 0 and row.any() for row in system.outside):
        return []
    simpler = factored(system)
    if simpler is not None:
        return simpler
    if _is_singular(system):
        raise SingularError
    return _without_pair(system)


def factored(system: ExactSystem) -> list[ExactSystem] | None:
    """Take a player out of some equation, see `simplified`; None if there is none like that."""
    for number, row in enumerate(system.rows):
        for player, size in enumerate(row.shape):
            simpler = _without(system, number, player) if size > 1 else None
            if simpler is not None:
                return simpler
    return None


def _without_pair(system: ExactSystem) -> list[ExactSystem] | None:
    """Solve two equations that bind the same two players, of two vertices each."""
    for one, other in combinations(range(len(system.rows)), 2):
        if system.rows[one].shape == system.rows[other].shape and system.rows[one].size == _PAIR:
            simpler = _pair(system, one, other)
            if simpler is not None:
                return simpler
    return None


def _pair(system: ExactSystem, one: int, other: int) -> list[ExactSystem] | None:
    """Eliminate one of two players by two equations.

    This leaves a quadratic form in the other's mixture, whose roots are taken if they are
    rational. At a double root the Jacobian is singular.
    """
    shape = system.rows[one].shape
    _, player = (i for i, k in enumerate(shape) if k > 1)
    (a, b), (c, d) = system.rows[one].reshape(2, 2).tolist()
    (e, f), (g, h) = system.rows[other].reshape(2, 2).tolist()
    start, middle, end = a * g - c * e, a * h + b * g - c * f - d * e, b * h - d * f
    radicand = middle * middle - 4 * start * end
    if radicand < 0:
        return []
    root = isqrt(radicand)
    if radicand == 0:
        raise SingularError
    if root * root != radicand:
        return None
    along = [1] * len(shape)
    along[player] = 2
    factors = []
    # The form is a product of two linear ones with these coefficients, times a number.
    if start:
        factors = [[2 * start, middle - root], [2 * start, middle + root]]
    else:
        factors = [[0, 1], [middle, end]]
    return [
        system.with_row(other, np.array(factor, dtype=object).reshape(along))
        for factor in factors
        if min(factor) < 0 < max(factor)
    ]


def _without(system: ExactSystem, number: int, player: int) -> list[ExactSystem] | None:
    """Take the mixture of a player out of an equation, if it is a factor or all there is."""
    row = system.rows[number]
    lines = np.moveaxis(row, player, 0).reshape(row.shape[player], -1)
    pivot = int(np.flatnonzero(lines.any(axis=1))[0])
    place = int(np.flatnonzero(lines[pivot])[0])
    factor, rest = lines[:, place], lines[pivot]
    if lines.shape[1] == 1:
        weights = _section(factor)
        return None if weights is None else [system.bound(number, player, weights)]
    if (lines * rest[place] != factor[:, None] * rest[None, :]).any():
        return None
    other = np.expand_dims(
        rest.reshape([k for i, k in enumerate(row.shape) if i != player]), player
    )
    by_rest = system.with_row(number, other)
    if factor.min() >= 0 or factor.max() <= 0:
        return [by_rest]
    along = [1] * row.ndim
    along[player] = len(factor)
    return [system.with_row(number, factor.reshape(along)), by_rest]


def _section(values: Array) -> Array | None:
    """Give the vertices of the mixtures at which a linear form with these values is zero.

    Columns of whole weights; None where they make no simplex.
    """
    above, below = np.flatnonzero(values > 0), np.flatnonzero(values < 0)
    if min(len(above), len(below)) != 1:
        return None
    columns = []
    for zero in np.flatnonzero(values == 0):
        column = np.zeros(len(values), dtype=int).astype(object)
        column[zero] = 1
        columns.append(column)
    for one in above:
        for other in below:
            column = np.zeros(len(values), dtype=int).astype(object)
            shared = gcd(int(values[one]), int(values[other]))
            column[one], column[other] = -values[other] // shared, values[one] // shared
            columns.append(column)
    longest = max(int(column.sum()).bit_length() for column in columns)
    # Totals within a factor of two: what is known of weights is then as precise for shares.
    even = [column * (1 << (longest - int(column.sum()).bit_length())) for column in columns]
    return np.stack(even, axis=1)


def _is_singular(system: ExactSystem) -> bool:
    """Whether equations depend on one another, or too many of them bind the same players."""
    sizes = system.sizes
    flat = [np.broadcast_to(row, sizes).reshape(-1).tolist() for row in system.rows]
    if rank(flat) < len(flat):
        return True
    mixers = [player for player, k in enumerate(sizes) if k > 1]
    binding = [{i for i, k in enumerate(row.shape) if k > 1} for row in system.rows]
    for count in range(1, len(mixers)):
        for chosen in combinations(mixers, count):
            equations = sum(players <= set(chosen) for players in binding)
            if equations > sum(sizes[i] - 1 for i in chosen):
                return True
    return False


def rank(lines: Sequence[Sequence[int]]) -> int:
    """Count the independent lines of whole numbers.

    Examples
    --------
    >>> rank([[1, 2], [2, 4]]), rank([[1, 2], [2, 5]])
    (1, 2)
    """
    work, found = [list(line) for line in lines], 0
    for column in range(len(work[0]) if work else 0):
        pivot = next((r for r in range(found, len(work)) if work[r][column]), None)
        if pivot is None:
            continue
        work[found], work[pivot] = work[pivot], work[found]
        top = work[found]
        for number in range(found + 1, len(work)):
            factor = work[number][column]
            if factor:
                work[number] = [
                    mine * top[column] - factor * theirs
                    for mine, theirs in zip(work[number], top, strict=True)
                ]
        found += 1
    return found


def jacobian_sign(
    gains: Sequence[Array], sizes: tuple[int, ...], shares: Profile, *, exact: bool
) -> int | None:
    """Sign of the determinant of the negative Jacobian of a support at a mixed profile.

    Parameters
    ----------
    gains : sequence of object arrays ``(n_i - 1, k_1, .., 1, .., k_p)``
    sizes : tuple of int
    shares : tuple of tuples of Fraction
        Of the actions in use.
    exact : bool
        Whether they are; otherwise they are off by less than ``2**-80``, and the sign is None
        where that might change it.
    """
    starts = [0, *np.cumsum([k - 1 for k in sizes]).tolist()]
    whole = [_whole_weights(mixture) for mixture in shares]
    matrix, largest = [], 1
    for table, k in zip(gains, sizes, strict=True):
        for row in table[: k - 1]:
            line, total = [0] * starts[-1], 1
            for player, (start, end) in enumerate(pairwise(starts)):
                if row.shape[player] > 1:
                    line[start:end] = _slopes(row, player, whole)
                    total *= int(whole[player].sum())
            matrix.append(line)
            largest *= 2 * int(abs(row).max()) * total
    sign, size = determinant(matrix)
    # Entries are off by their largest possible values times less than 2**-75, and there are at
    # most eight free shares.
    if not exact and size << _DETERMINANT_BITS < largest:
        return None
    return -sign if len(matrix) % 2 else sign


def _whole_weights(mixture: Sequence[Fraction]) -> Array:
    common = lcm(*(share.denominator for share in mixture))
    return np.array([int(share * common) for share in mixture], dtype=object)


def _slopes(row: Array, player: int, weights: Sequence[Array]) -> list[int]:
    """Differentiate a row by the shares of a player, times the totals of all whom it binds."""
    for other, mixture in enumerate(weights):
        if other != player:
            row = along_axis(row, other, mixture[:, None])
    line = row.reshape(-1) * int(weights[player].sum())
    return [int(value - line[0]) for value in line[1:]]
