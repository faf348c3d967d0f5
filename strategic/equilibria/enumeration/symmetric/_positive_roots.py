"""Positive roots of whole polynomials, of many at once.

Descartes' rule of signs settles most, closed forms those of degree one and two. Of higher degrees
Sturm's theorem counts the roots, and changes of sign around approximate ones prove that these are
all; multiple ones are divided out before. Roots too close together stay open.
"""

from __future__ import annotations

from math import comb, isqrt
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import as_integers

_BITS = 256
_PROVED_BITS = 190
"""Relative precision to which roots are known that are not rational."""
_NEWTON_STEPS = 5
_MATCHED_BITS = 150
"""Approximations that agree so far are of one root."""
_NEARLY_REAL = 1e-5
_APART = 1e-12

_root = np.frompyfunc(isqrt, 1, 1)


class PositiveRoots(NamedTuple):
    """Roots of polynomials, ascending for each of them.

    Parameters
    ----------
    place : array ``(roots,)`` of int
        Number of the polynomial.
    above, below : object arrays ``(roots,)`` of positive int
        The root is their quotient.
    exact : array ``(roots,)`` of bool
        Whether it is so exactly; if not, to more than 180 bits.
    slope : array ``(roots,)`` of int
        Sign of the derivative: 0 for a multiple root.
    """

    place: Array
    above: Array
    below: Array
    exact: Array
    slope: Array

    def of(self, roots: Array) -> PositiveRoots:
        """Take some of them."""
        return PositiveRoots(*(part[roots] for part in self))


def positive_roots(terms: Array) -> tuple[PositiveRoots, Array]:
    """Find the positive roots of polynomials.

    Parameters
    ----------
    terms : array ``(degree + 1, polynomials)`` of whole numbers
        Coefficients over the binomial ones, the constant first.

    Returns
    -------
    PositiveRoots
        None of a polynomial that is zero throughout.
    open : array ``(polynomials,)`` of bool
        Those left open; none of their roots are listed.

    Examples
    --------
    >>> roots, still_open = positive_roots(np.array([[1, 2], [-2, -1], [3, -1]]))
    >>> roots.place.tolist(), [a / b for a, b in zip(roots.above, roots.below)]
    ([0, 0, 1], [0.3333333333333333, 1.0, 0.7320508075688773])
    """
    degree = len(terms) - 1
    weights = np.array([comb(degree, j) for j in range(degree + 1)], dtype=object)
    return _solved(terms, weights)


def _solved(terms: Array, weights: Array) -> tuple[PositiveRoots, Array]:
    """Solve polynomials of any degrees, with coefficients times weights."""
    degree = len(terms) - 1
    used = terms != 0
    lowest, highest = used.argmax(axis=0), degree - used[::-1].argmax(axis=0)
    changes = _sign_changes(terms)
    still_open = np.zeros(terms.shape[1], dtype=bool)
    found = []
    for length in range(1, degree + 1):
        some = np.flatnonzero((highest - lowest == length) & (changes > 0))
        if not len(some):
            continue
        rows = lowest[some] + np.arange(length + 1)[:, None]
        solve = {1: _linear, 2: _quadratic}.get(length, _of_high_degree)
        roots, still_open[some] = solve(as_integers(terms[rows, some]) * weights[rows])
        found.append(roots._replace(place=some[roots.place]))
    return _sorted(found), still_open


def _sign_changes(terms: Array) -> Array:
    """Count the changes of sign between coefficients that are not zero."""
    changes = np.zeros(terms.shape[1], dtype=np.int64)
    last = np.zeros(terms.shape[1], dtype=np.int8)
    for sign in _signs(terms):
        changes += sign * last < 0
        last = np.where(sign != 0, sign, last)
    return changes


def _signs(numbers: Array) -> Array:
    return (numbers > 0).astype(np.int8) - (numbers < 0).astype(np.int8)


def _sorted(parts: list[PositiveRoots]) -> PositiveRoots:
    """Put roots in the order of the polynomials; those of one polynomial are in one part."""
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return PositiveRoots(none, none.astype(object), none.astype(object), none == 0, none)
    joined = PositiveRoots(*(np.concatenate(lines) for lines in zip(*parts, strict=True)))
    return joined.of(np.argsort(joined.place, kind="stable"))


def _linear(terms: Array) -> tuple[PositiveRoots, Array]:
    count = terms.shape[1]
    above, below = np.abs(terms)
    exact = np.ones(count, dtype=bool)
    return PositiveRoots(np.arange(count), above, below, exact, _signs(terms[1])), ~exact


def _quadratic(terms: Array) -> tuple[PositiveRoots, Array]:
    """Solve quadratics with changes of sign, without cancellation."""
    radicand = terms[1] * terms[1] - 4 * terms[0] * terms[2]
    start, middle, end = _signs(terms)
    middle = np.where(middle == 0, 1, middle)
    some = np.flatnonzero((radicand >= 0).astype(bool))
    size = np.abs(terms[:, some])
    whole = _root(radicand[some])
    is_square = (whole * whole == radicand[some]).astype(bool)
    sum_ = (size[1] << _BITS) + _root(radicand[some] << 2 * _BITS)
    smaller = PositiveRoots(some, size[0] << _BITS + 1, sum_, is_square, -start[some])
    larger = PositiveRoots(some, sum_, size[2] << _BITS + 1, is_square, end[some])
    double = (radicand[some] == 0).astype(bool)
    smaller.slope[double] = 0
    # The roots have the signs of minus the middle term over the first, and over the last.
    parts = [
        smaller.of((middle != start)[some]),
        larger.of((middle != end)[some] & ~double),
    ]
    return _sorted(parts), np.zeros(terms.shape[1], dtype=bool)


def _of_high_degree(terms: Array) -> tuple[PositiveRoots, Array]:
    count, shared = _counted(terms)
    simple = ~(shared != 0).any(axis=0)
    some = np.flatnonzero(simple & (count > 0))
    roots = _polished(terms, *_candidates(terms, some))
    still_open = np.bincount(roots.place, minlength=len(count)) != count
    several = np.flatnonzero(~simple)
    if len(several):
        others, still_open[several] = _of_multiple(terms[:, several], shared[:, several])
        roots = _sorted([roots, others._replace(place=several[others.place])])
    kept = roots.of(np.flatnonzero(~still_open[roots.place]))
    return kept, still_open


def _of_multiple(terms: Array, shared: Array) -> tuple[PositiveRoots, Array]:
    """Solve polynomials with multiple roots, by what they share with their derivatives.

    Divided by it, a polynomial has each of its roots once.
    """
    highest = len(shared) - 1 - (shared != 0)[::-1].argmax(axis=0)
    rest = np.zeros_like(terms)
    for degree in np.unique(highest):
        part = np.flatnonzero(highest == degree)
        rest[: len(terms) - degree, part] = _quotient(terms[:, part], shared[: degree + 1, part])
    ones = np.ones(len(terms), dtype=object)
    (roots, still_open), (repeated, doubtful) = _solved(rest, ones), _solved(shared, ones)
    count = np.bincount(repeated.place, minlength=len(still_open))
    starts = np.cumsum(count) - count
    multiple = np.zeros(len(roots.place), dtype=bool)
    for number in range(count.max()):
        some = np.flatnonzero(count[roots.place] > number)
        one, other = roots.of(some), repeated.of(starts[roots.place[some]] + number)
        product = one.above * other.below
        gap = np.abs(product - one.below * other.above)
        multiple[some] |= (gap << _MATCHED_BITS < product).astype(bool)
    # Where two roots are too close to be told from one another, more than one is matched.
    still_open |= doubtful | (np.bincount(roots.place[multiple], minlength=len(count)) != count)
    slope = np.where(multiple, 0, roots.slope * _signs(_value_at(shared, roots)))
    return roots._replace(slope=slope), still_open


def _quotient(upper: Array, lower: Array) -> Array:
    """Divide polynomials without a remainder."""
    found = np.zeros_like(upper[: len(upper) + 1 - len(lower)])
    rest = upper.copy()
    for place in reversed(range(len(found))):
        found[place] = rest[place + len(lower) - 1] // lower[-1]
        rest[place : place + len(lower)] -= found[place] * lower
    return found


def _value_at(terms: Array, roots: PositiveRoots) -> Array:
    """Evaluate at quotients, times a power of what is below."""
    lines = terms[:, roots.place]
    total, scale = lines[-1], roots.below
    for line in lines[-2::-1]:
        total, scale = total * roots.above + line * scale, scale * roots.below
    return np.asarray(total)


def _counted(terms: Array) -> tuple[Array, Array]:
    """Count distinct positive roots, and give what polynomials share with their derivatives.

    Sturm's theorem between zero and infinity: changes of sign among the constants of the chain
    less those among its highest terms. What is shared is zero where all roots are simple.
    """
    total = terms.shape[1]
    changes, shared = _sign_changes(terms), np.zeros_like(terms)
    certain = changes == 1  # by Descartes' rule one simple root; the others do not matter
    number = np.flatnonzero(~certain)
    ends = np.array([0, -1])
    last = np.zeros((2, total), dtype=np.int8)
    last[:, number] = _signs(terms[ends][:, number])
    counts = np.zeros((2, total), dtype=np.int64)
    powers = np.arange(1, len(terms))[:, None]
    work = [(number, terms[:, number], terms[1:, number] * powers)]
    while work:
        number, upper, lower = work.pop()
        sign = _signs(lower[ends])
        counts[:, number] += sign * last[:, number] < 0
        last[:, number] = np.where(sign != 0, sign, last[:, number])
        if len(lower) == 1:
            continue
        rest = -_remainder(upper, lower)
        used = rest != 0
        there = used.any(axis=0)
        last_one = lower[:, ~there]
        shared[: len(lower), number[~there]] = last_one // np.gcd.reduce(last_one, axis=0)
        highest = np.where(there, len(rest) - 1 - used[::-1].argmax(axis=0), -1)
        for degree in np.unique(highest[there]):
            part = np.flatnonzero(highest == degree)
            shorter = rest[: degree + 1, part]
            # Of one number alone the reduction is that number, negative or not.
            shorter = shorter // np.abs(np.gcd.reduce(shorter, axis=0))
            work.append((number[part], lower[:, part], shorter))
    return np.where(certain, 1, counts[0] - counts[1]), shared


def _remainder(upper: Array, lower: Array) -> Array:
    """Divide polynomials, times positive numbers: all of one degree each."""
    size, sign = np.abs(lower[-1]), np.where(lower[-1] > 0, 1, -1).astype(object)
    while len(upper) >= len(lower):
        factor = upper[-1] * sign
        upper = upper[:-1] * size
        upper[len(upper) + 1 - len(lower) :] -= factor * lower[:-1]
    return upper


def _candidates(terms: Array, some: Array) -> tuple[Array, Array]:
    """Give approximate positive roots, as doubles, by eigenvalues of companion matrices."""
    part = terms[:, some]
    numbers = (part / np.abs(part).max(axis=0)).astype(np.float64)
    degree = len(numbers) - 1
    with np.errstate(all="ignore"):
        monic = numbers[:-1] / numbers[-1]
    finite = np.isfinite(monic).all(axis=0)
    some, monic = some[finite], monic[:, finite]
    matrix = np.zeros((len(some), degree, degree))
    matrix[:, np.arange(1, degree), np.arange(degree - 1)] = 1.0
    matrix[:, :, -1] = -monic.T
    values = np.linalg.eigvals(matrix).astype(complex)
    near = (values.real > 0) & (np.abs(values.imag) <= _NEARLY_REAL * np.abs(values))
    row, column = np.nonzero(near)
    return some[row], values.real[row, column]


def _polished(terms: Array, place: Array, start: Array) -> PositiveRoots:
    """Take Newton steps in whole numbers, and keep the roots that a change of sign proves."""
    mantissa, exponent = np.frexp(start)
    kept = np.abs(exponent) < _BITS
    place, mantissa = place[kept], mantissa[kept]
    shift = (_BITS - exponent[kept]).astype(object)
    root = np.ldexp(mantissa, 53).astype(np.int64).astype(object) << _BITS - 53
    part = terms[:, place]
    powers = np.arange(1, len(terms))[:, None]
    for _ in range(_NEWTON_STEPS):
        slope = _value(part[1:] * powers, root, shift)
        root = root - _value(part, root, shift) // np.where(slope == 0, 1, slope)
    margin = root >> _PROVED_BITS
    below, above = (_signs(_value(part, root + side, shift)) for side in (-margin, margin))
    proved = np.flatnonzero((margin > 0).astype(bool) & (below * above < 0))
    place, root, shift, above = place[proved], root[proved], shift[proved], above[proved]
    unit = 1 << shift
    near = (root / unit).astype(np.float64)
    order = np.lexsort((near, place))
    same = (np.diff(place[order]) == 0) & (np.diff(near[order]) < _APART * near[order][1:])
    order = order[np.concatenate([np.ones(min(len(order), 1), dtype=bool), ~same])]
    exact = np.zeros(len(order), dtype=bool)
    return PositiveRoots(place[order], root[order], unit[order], exact, above[order])


def _value(terms: Array, root: Array, shift: Array) -> Array:
    """Evaluate at ``root / 2**shift``, times a power of two."""
    total: Array = terms[-1]
    for number, line in enumerate(terms[-2::-1], start=1):
        total = total * root + (line << shift * number)
    return total
