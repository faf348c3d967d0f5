"""The equations that shares satisfy at rest points of a given support."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from math import lcm, prod

import numpy as np

from strategic.arrays import Array
from strategic.evolution._payoff_polynomials import Exponents, PayoffPolynomials
from strategic.evolution._polar_forms import UNIT, Frame, polar_form, without_factor

Support = tuple[tuple[int, ...], ...]
"""The actions in use, by population."""


@dataclass(frozen=True)
class Pattern:
    """All supports in which every population uses a given number of actions."""

    sizes: tuple[int, ...]
    supports: tuple[Support, ...]

    @property
    def mixers(self) -> tuple[int, ...]:
        """The populations that use more than one action."""
        return tuple(i for i, size in enumerate(self.sizes) if size > 1)

    def frame(self, degrees: tuple[int, ...]) -> Frame:
        """Give the axes of the equations."""
        mixers = self.mixers
        return Frame(
            tuple(self.sizes[i] for i in mixers), tuple(max(degrees[i], 1) for i in mixers)
        )


@lru_cache(maxsize=64)
def patterns(shape: tuple[int, ...]) -> tuple[Pattern, ...]:
    """List the patterns of populations with so many actions, corners first.

    Examples
    --------
    >>> [pattern.sizes for pattern in patterns((2, 2))]
    [(1, 1), (1, 2), (2, 1), (2, 2)]
    """
    sizes = sorted(product(*(range(1, n + 1) for n in shape)), key=lambda k: (sum(k), k))
    return tuple(
        Pattern(
            chosen,
            tuple(
                product(*(combinations(range(n), k) for n, k in zip(shape, chosen, strict=True)))
            ),
        )
        for chosen in sizes
    )


def equations(payoffs: PayoffPolynomials, support: Support, frame: Frame) -> tuple[Array, Array]:
    """Give the payoff differences of the actions in use, by their polar forms.

    Returns
    -------
    table, error : arrays ``(unknowns, *frame.shape, points)``
        First of the actions in use apart, each action's payoff less the first one's, up to a
        positive factor; and what rounding may have done to it.
    """
    tables, errors = [], []
    for own, top, used in zip(payoffs.monomials, payoffs.tops, support, strict=True):
        if len(used) == 1:
            continue
        gains = top[list(used[1:])] - top[used[0]]
        table, size, terms = _polar(own, gains, support, frame)
        tables.append(table.astype(float))
        # The double nearest to a fraction has its sign, and is zero only where that is.
        rounding = UNIT * (2 if payoffs.exact else 3 * terms + 3)
        errors.append(rounding * np.abs(table if payoffs.exact else size).astype(float))
    shape = (frame.unknowns, *frame.shape, payoffs.points)
    return np.concatenate(tables).reshape(shape), np.concatenate(errors).reshape(shape)


def whole_equations(payoffs: PayoffPolynomials, support: Support, frame: Frame) -> Array:
    """Give the same table in whole numbers, of payoffs that are such.

    Every population's equations are up to a positive factor of their own.
    """
    tables = []
    for own, top, used in zip(payoffs.monomials, payoffs.tops, support, strict=True):
        if len(used) == 1:
            continue
        gains = top[list(used[1:])] - top[used[0]]
        terms = _weights(own, support, frame)
        unit = lcm(*(weight.denominator for _, _, weights in terms for weight in weights))
        if unit > 1:
            gains = gains.astype(object)
        table = np.zeros((len(gains), prod(frame.shape), payoffs.points), dtype=gains.dtype)
        for number, places, weights in terms:
            for place, weight in zip(places, weights, strict=True):
                table[:, place] += gains[:, number] * int(weight * unit)
        tables.append(table)
    whole = np.concatenate(tables)
    return whole.reshape(frame.unknowns, *frame.shape, payoffs.points)


def bottoms_keep_sign(payoffs: PayoffPolynomials) -> Array:
    """Tell at which points no bottom of the payoffs can vanish anywhere, bool ``(points,)``."""
    support = tuple(tuple(range(n)) for n in payoffs.sizes)
    frame = Pattern(payoffs.sizes, (support,)).frame(payoffs.degrees())
    sure = np.ones(payoffs.points, dtype=bool)
    for below in payoffs.bottoms:
        if below is None:
            continue
        names, lines = below
        degrees = tuple(max(sum(m[j]) for m in names) for j in range(len(payoffs.sizes)))
        own = Pattern(payoffs.sizes, (support,)).frame(degrees)
        table, size, terms = _polar(names, lines[None], support, own)
        off = (3 * terms + 3) * UNIT * size.astype(float)
        low, high = table[0].astype(float) - off[0], table[0].astype(float) + off[0]
        sure &= (low > 0).all(axis=0) | (high < 0).all(axis=0)
    del frame
    return sure


def _polar(
    names: tuple[Exponents, ...], gains: Array, support: Support, frame: Frame
) -> tuple[Array, Array, int]:
    """Give polar forms ``(gains, vertices, points)``, their sizes, and the most terms of one."""
    table = np.zeros((len(gains), prod(frame.shape), gains.shape[-1]), dtype=gains.dtype)
    exact = gains.dtype == object
    if exact:
        table.fill(Fraction(0))
    size = np.zeros(table.shape)
    terms = np.zeros(table.shape[1], dtype=np.int64)
    for number, places, weights in _weights(names, support, frame):
        line = gains[:, number]
        for place, weight in zip(places, weights, strict=True):
            table[:, place] += line * (weight if exact else float(weight))
            if not exact:
                size[:, place] += np.abs(line) * float(weight)
        terms[list(places)] += 1
    return table, np.abs(table) if exact else size, int(terms.max(initial=0))


@lru_cache(maxsize=4096)
def _weights(
    names: tuple[Exponents, ...], support: Support, frame: Frame
) -> tuple[tuple[int, tuple[int, ...], tuple[Fraction, ...]], ...]:
    """Give what every monomial adds to which places of a flat table of polar forms."""
    found = []
    for number, exponents in enumerate(names):
        parts, simplex = [], 0
        for mine, used in zip(exponents, support, strict=True):
            if any(e and a not in used for a, e in enumerate(mine)):
                break  # the share of an action that is not in use is zero
            if len(used) > 1:
                chosen = tuple(mine[a] for a in used)
                parts.append(polar_form(len(used), frame.degrees[simplex], chosen))
                simplex += 1
        else:
            line = np.array([Fraction(1)], dtype=object)
            for part in parts:
                line = np.multiply.outer(line, part).ravel()
            places = tuple(np.flatnonzero(line != 0).tolist())
            found.append((number, places, tuple(line[list(places)])))
    return tuple(found)


def without_share_factors(frame: Frame, table: Array, error: Array) -> tuple[Array, Array]:
    """Divide every equation by the shares it has as a factor: they are positive in the interior.

    Where one holds the share of an action as a factor, its roots on the boundary are in the way.
    """
    for simplex, (size, degree) in enumerate(zip(frame.sizes, frame.degrees, strict=True)):
        for vertex in list(range(size)) * degree:
            table, error = _without(frame, table, error, simplex, vertex)
    return table, error


def _without(
    frame: Frame, table: Array, error: Array, simplex: int, vertex: int
) -> tuple[Array, Array]:
    size, degree = frame.sizes[simplex], frame.degrees[simplex]
    axes = [1 + axis for axis in frame.axes(simplex)]
    ends = list(range(degree))
    columns = table.shape[-1]
    lines, errors = (
        np.moveaxis(part, axes, ends).reshape(size**degree, -1, columns) for part in (table, error)
    )
    off_vertex = [
        place
        for place, chosen in enumerate(product(range(size), repeat=degree))
        if vertex not in chosen
    ]
    equations = len(table)
    by_equation = (size**degree, equations, -1, columns)
    void = ((lines == 0) & (errors == 0)).reshape(by_equation)
    held = void[off_vertex].all(axis=(0, 2)) & ~void.all(axis=(0, 2))
    if not held.any():
        return table, error
    matrix = without_factor(size, degree, vertex)
    rest = np.moveaxis(table, axes, ends).shape[degree:]
    results = []
    for part, grows in ((lines, 1.0), (errors, 1.0 + 64 * UNIT)):
        lifted = np.zeros_like(part)
        for new, old in _pairs(matrix):
            lifted[new] += matrix[new, old] * part[old] * grows
        if grows > 1.0 and degree > 1:
            for new, old in _pairs(matrix):
                lifted[new] += 8 * UNIT * np.abs(matrix[new, old] * lines[old])
        changed = np.where(
            held[None, :, None], lifted.reshape(by_equation), part.reshape(by_equation)
        )
        whole = changed.reshape(*(size,) * degree, *rest)
        results.append(np.moveaxis(whole, ends, axes))
    return results[0], results[1]


def _pairs(matrix: Array) -> Iterator[tuple[int, int]]:
    for new, old in zip(*np.nonzero(matrix), strict=True):
        yield int(new), int(old)
