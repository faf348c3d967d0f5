"""Polynomials with whole coefficients, in one unknown and in two.

In one unknown: a list of coefficients, the constant first, the last not zero; ``[]`` is zero. In
two: a list of these, by powers of the second unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import gcd

_PRIME = (1 << 61) - 1

Line = list[int]
Form = list[Line]


def trimmed(p: Line) -> Line:
    """Drop leading zeros."""
    end = len(p)
    while end and not p[end - 1]:
        end -= 1
    return p[:end]


def added(p: Line, q: Line, times: int = 1) -> Line:
    """Give ``p + times * q``."""
    total = p + [0] * (len(q) - len(p))
    for place, coefficient in enumerate(q):
        total[place] += times * coefficient
    return trimmed(total)


def multiplied(p: Line, q: Line) -> Line:
    """Give the product.

    Examples
    --------
    >>> multiplied([1, 1], [-1, 1])
    [-1, 0, 1]
    """
    if not p or not q:
        return []
    total = [0] * (len(p) + len(q) - 1)
    for place, one in enumerate(p):
        if one:
            for step, other in enumerate(q):
                total[place + step] += one * other
    return total


def quotient(p: Line, by: Line) -> Line:
    """Divide without a remainder."""
    rest, result = list(p), [0] * max(len(p) - len(by) + 1, 0)
    for place in reversed(range(len(result))):
        factor = rest[place + len(by) - 1] // by[-1]
        result[place] = factor
        if factor:
            for step, coefficient in enumerate(by):
                rest[place + step] -= factor * coefficient
    return result


def power(p: Line, exponent: int) -> Line:
    """Give a power of at least zero."""
    return reduce(multiplied, [p] * exponent, [1])


def primitive(p: Line) -> Line:
    """Divide by the greatest common divisor of the coefficients."""
    shared = gcd(*p) if p else 1
    return [c // shared for c in p] if shared > 1 else p


def common(p: Line, q: Line) -> Line:
    """Give the greatest common divisor, up to its sign.

    Examples
    --------
    >>> common([-1, 0, 1], [1, 2, 1])
    [1, 1]
    """
    shared = gcd(*p, *q)
    p, q = primitive(p), primitive(q)
    if _are_coprime(p, q):
        return [shared]
    while q:
        if len(p) >= len(q):
            p = _remainder(p, q)
        p, q = q, primitive(p)
    sign = -1 if p and p[-1] < 0 else 1
    return [sign * shared * c for c in p]


def _are_coprime(p: Line, q: Line) -> bool:
    """Whether two polynomials surely share no factor, as they share none modulo a prime."""
    p, q = ([c % _PRIME for c in line] for line in (p, q))
    if not (p and q and p[-1] and q[-1]):
        return False
    while len(q) > 1:
        inverse = pow(q[-1], -1, _PRIME)
        while len(p) >= len(q):
            factor, start = p[-1] * inverse % _PRIME, len(p) - len(q)
            for step, coefficient in enumerate(q):
                p[start + step] = (p[start + step] - factor * coefficient) % _PRIME
            p = trimmed(p)
        p, q = q, p
    return len(q) == 1


def _remainder(p: Line, by: Line) -> Line:
    """Give the remainder of a multiple of ``p``, without fractions."""
    rest = list(p)
    while len(rest) >= len(by):
        shared = gcd(rest[-1], by[-1])
        up, down = by[-1] // shared, rest[-1] // shared
        start = len(rest) - len(by)
        rest = [up * c for c in rest]
        for step, coefficient in enumerate(by):
            rest[start + step] -= down * coefficient
        rest = trimmed(rest)
    return rest


def squarefree(p: Line) -> Line:
    """Give the polynomial that has the same roots, each once."""
    slope = [place * c for place, c in enumerate(p)][1:]
    return primitive(quotient(primitive(p), common(primitive(p), slope))) if slope else p


def form_trimmed(f: Form) -> Form:
    """Drop leading zeros."""
    end = len(f)
    while end and not f[end - 1]:
        end -= 1
    return f[:end]


def form_added(f: Form, g: Form, times: int = 1) -> Form:
    """Give ``f + times * g``."""
    size = max(len(f), len(g))
    pairs = zip(f + [[]] * (size - len(f)), g + [[]] * (size - len(g)), strict=True)
    return form_trimmed([added(p, q, times) for p, q in pairs])


def form_multiplied(f: Form, g: Form) -> Form:
    """Give the product."""
    total: Form = [[] for _ in range(len(f) + len(g) - 1)] if f and g else []
    for place, one in enumerate(f):
        for step, other in enumerate(g):
            total[place + step] = added(total[place + step], multiplied(one, other))
    return total


def form_quotient(f: Form, by: Form) -> Form:
    """Divide without a remainder."""
    rest = list(f)
    result: Form = [[] for _ in range(max(len(f) - len(by) + 1, 0))]
    for place in reversed(range(len(result))):
        factor = quotient(rest[place + len(by) - 1], by[-1])
        result[place] = factor
        for step, coefficient in enumerate(by):
            rest[place + step] = added(rest[place + step], multiplied(factor, coefficient), -1)
    return result


def content(f: Form) -> Line:
    """Give the greatest common divisor of the coefficients."""
    shared: Line = []
    for line in f:
        shared = common(shared, line)
    return shared


def subresultants(f: Form, g: Form) -> list[Form]:
    """Give the remainders of two polynomials in the second unknown, until one is constant or zero.

    Notes
    -----
    These are the subresultants up to sign, so the last one is the resultant if it is constant. A
    remainder of zero is left out: then the last one is a multiple of the greatest common divisor.
    """
    if len(f) < len(g):
        f, g = g, f
    chain = [f, g]
    drop = len(f) - len(g)
    beta, psi = [(-1) ** (drop + 1)], [-1]
    while len(chain[-1]) > 1:
        rest = _form_remainder(chain[-2], chain[-1])
        if not rest:
            break
        rest = [quotient(line, beta) for line in rest]
        leading = chain[-1][-1]
        if drop:
            opposite = [-c for c in leading]
            psi = quotient(power(opposite, drop), power(psi, drop - 1))
        chain.append(rest)
        drop = len(chain[-2]) - len(rest)
        beta = multiplied([-c for c in leading], power(psi, drop))
    return chain


def _form_remainder(f: Form, by: Form) -> Form:
    """Give the remainder of ``f`` times the leading coefficient of ``by`` as often as is due."""
    rest, leading = list(f), by[-1]
    due = len(f) - len(by) + 1
    while len(rest) >= len(by):
        last, start = rest[-1], len(rest) - len(by)
        rest = [multiplied(leading, line) for line in rest]
        for step, coefficient in enumerate(by):
            rest[start + step] = added(rest[start + step], multiplied(last, coefficient), -1)
        rest = form_trimmed(rest)
        due -= 1
    scale = power(leading, due)
    return form_trimmed([multiplied(scale, line) for line in rest])


def put(forms: Sequence[Form], first: Sequence[Line], second: Sequence[Line]) -> list[Line]:
    """Put ratios, as pairs of polynomials (below, above), into polynomials in two unknowns.

    All are multiplied by the same powers of what is below.
    """
    height = max(map(len, forms)) - 1
    width = max((len(line) for form in forms for line in form), default=1) - 1
    bottoms, tops = ([power(p, n) for n in range(width + 1)] for p in first)
    below, above = ([power(p, n) for n in range(height + 1)] for p in second)
    found = []
    for form in forms:
        total: Line = []
        for place, line in enumerate(form):
            value: Line = []
            for step, coefficient in enumerate(line):
                if coefficient:
                    value = added(value, multiplied(tops[step], bottoms[width - step]), coefficient)
            factor = multiplied(above[place], below[height - place])
            total = added(total, multiplied(value, factor))
        found.append(total)
    return found
