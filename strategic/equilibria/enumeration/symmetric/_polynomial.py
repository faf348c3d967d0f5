"""Where two actions earn the same against opponents who all mix them, exactly.

The gain of the second action is a polynomial in ``t``, its share over that of the first, up to a
positive factor. Sturm's theorem counts and isolates the positive roots, multiple ones and ties with
other actions included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb

_BITS = 160
"""To which roots are enclosed."""

_SIMPLE = 1000
"""Roots with denominators up to it are tried."""

Polynomial = list[Fraction]
"""Coefficients, the constant first; no leading zeros."""


@dataclass(frozen=True)
class ExactShare:
    """One mixture of two actions.

    Parameters
    ----------
    second : Fraction
        Share of the second action; exact if rational roots were hit, else to 160 bits.
    index : int or None
        As in `_cell_search.roots_of`; None for a multiple root, or where another action earns as
        much.
    """

    second: Fraction
    index: int | None


def shares_of_two(
    gain: Sequence[Fraction], others: Sequence[Sequence[Fraction]]
) -> list[ExactShare]:
    """Find all mixtures of two actions, both in use, that are equilibria.

    Parameters
    ----------
    gain : sequence of Fraction
        Of the second action over the first, by the number of opponents who use the second.
    others : sequences of Fraction
        What further actions earn more than the first, likewise.

    Returns
    -------
    list of ExactShare
        Where ``gain`` is zero throughout: the ends, inside, of the pieces on which no other action
        earns more.

    Examples
    --------
    >>> [(str(s.second), s.index) for s in shares_of_two([Fraction(1), Fraction(-2)], [])]
    [('1/3', 1)]
    """
    equation, rest = _polynomial(gain), [_polynomial(other) for other in others]
    everywhere = not equation
    for other in filter(None, rest) if everywhere else ():
        equation = _product(equation, _squarefree(other)) if equation else _squarefree(other)
    found = []
    for low, high in _positive_roots(_squarefree(equation)):
        signs = [_sign_at(other, equation, low, high) for other in rest]
        if any(sign > 0 for sign in signs):
            continue
        middle = (low + high) / 2
        slope = 0 if everywhere else _slope_sign(equation, low, high)
        index = None if not slope or 0 in signs else -slope
        found.append(ExactShare(middle / (1 + middle), index))
    return found


def _polynomial(gain: Sequence[Fraction]) -> Polynomial:
    degree = len(gain) - 1
    return _trimmed([comb(degree, j) * Fraction(g) for j, g in enumerate(gain)])


def _trimmed(p: Polynomial) -> Polynomial:
    while p and p[-1] == 0:
        p = p[:-1]
    return p


def _value(p: Polynomial, t: Fraction) -> Fraction:
    total = Fraction(0)
    for coefficient in reversed(p):
        total = total * t + coefficient
    return total


def _sign(p: Polynomial, t: Fraction) -> int:
    value = _value(p, t)
    return (value > 0) - (value < 0)


def _derivative(p: Polynomial) -> Polynomial:
    return [j * c for j, c in enumerate(p)][1:]


def _divided(p: Polynomial, by: Polynomial) -> tuple[Polynomial, Polynomial]:
    quotient, rest = [Fraction(0)] * max(len(p) - len(by) + 1, 0), list(p)
    for place in reversed(range(len(quotient))):
        factor = rest[place + len(by) - 1] / by[-1]
        quotient[place] = factor
        for j, c in enumerate(by):
            rest[place + j] -= factor * c
    return _trimmed(quotient), _trimmed(rest[: len(by) - 1])


def _product(p: Polynomial, q: Polynomial) -> Polynomial:
    found = [Fraction(0)] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            found[i + j] += a * b
    return found


def _common(p: Polynomial, q: Polynomial) -> Polynomial:
    while q:
        p, q = q, _divided(p, q)[1]
    return [c / p[-1] for c in p]


def _squarefree(p: Polynomial) -> Polynomial:
    """Give the polynomial with the same roots, each of them simple."""
    return _divided(p, _common(p, _derivative(p)))[0] if len(p) > 1 else p


def _sturm(p: Polynomial) -> list[Polynomial]:
    chain = [p, _derivative(p)]
    while chain[-1]:
        chain.append([-c for c in _divided(chain[-2], chain[-1])[1]])
    return chain[:-1]


def _changes(chain: Sequence[Polynomial], t: Fraction) -> int:
    signs = [s for p in chain if (s := _sign(p, t))]
    return sum(a != b for a, b in pairwise(signs))


def _positive_roots(p: Polynomial) -> list[tuple[Fraction, Fraction]]:
    """Isolate the positive roots of a squarefree polynomial, ascending; exact roots as points."""
    while p and p[0] == 0:
        p = p[1:]
    if len(p) < 2:
        return []
    chain = _sturm(p)
    bound = 1 + max(abs(c / p[-1]) for c in p)
    parts, found = [(Fraction(0), Fraction(bound))], []
    while parts:
        low, high = parts.pop()
        inside = _changes(chain, low) - _changes(chain, high)  # in (low, high]
        if inside == 1:
            found.append(_narrowed(p, low, high))
        elif inside > 1:
            middle = (low + high) / 2
            parts += [(middle, high), (low, middle)]
    return sorted(found)


def _narrowed(p: Polynomial, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Halve an interval with one simple root until it is tiny relative to the root."""
    if _sign(p, high) == 0:
        return high, high
    upper = _sign(p, high)
    while high - low > low / (1 << _BITS):
        middle = (low + high) / 2
        # Small fractions are tried first: roots that are rational become exact.
        simple = middle.limit_denominator(_SIMPLE)
        if low < simple < high and _sign(p, simple) == 0:
            return simple, simple
        sign = _sign(p, middle)
        if sign == 0:
            return middle, middle
        low, high = (low, middle) if sign == upper else (middle, high)
    return low, high


def _has_root(p: Polynomial, low: Fraction, high: Fraction) -> bool:
    if _sign(p, low) == 0:
        return True
    if low == high or len(p) < 2:
        return False
    chain = _sturm(_squarefree(p))
    return _changes(chain, low) > _changes(chain, high)


def _sign_at(p: Polynomial, equation: Polynomial, low: Fraction, high: Fraction) -> int:
    """Sign of ``p`` at the one root of ``equation`` in an interval."""
    if not p or _has_root(_common(p, equation), low, high):
        return 0
    while _has_root(p, low, high):
        middle = (low + high) / 2
        squarefree = _squarefree(equation)
        if _sign(squarefree, middle) == _sign(squarefree, high):
            high = middle
        else:
            low = middle
    return _sign(p, high)


def _slope_sign(p: Polynomial, low: Fraction, high: Fraction) -> int:
    """Sign of the derivative at the root in an interval: 0 where it is multiple."""
    return _sign_at(_derivative(p), p, low, high)
