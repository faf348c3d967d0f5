"""Positive roots of one polynomial with whole coefficients, and signs of others there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from strategic.equilibria.enumeration.players._exact_cell import UnsettledError
from strategic.equilibria.enumeration.players._whole_polynomials import (
    Line,
    common,
    quotient,
    squarefree,
    trimmed,
)

_FEW_BITS, _MOST_BITS = 320, 1 << 16
"""To which roots are enclosed at first, and at most."""
_SHORT = 1 << 100
"""Denominators of roots that are looked for."""
_HALVED = 12
"""Bits from which on Newton's method is tried."""
_RELATIVE_BITS = 100
"""To which values at roots are known."""


class WholeRoot:
    """One positive root, or its inverse: between ``low`` and ``low + width``, which is at most one.

    Parameters
    ----------
    equation : Line
        Without multiple roots.
    low, width : Fraction
        The width is zero where the root is known exactly.
    inverse : bool
        Whether the inverse of the root is meant, to which ``equation`` belongs then.
    most_bits : float
        To which it is enclosed at most.
    """

    def __init__(
        self,
        equation: Line,
        low: Fraction,
        width: Fraction,
        *,
        inverse: bool,
        most_bits: float = _MOST_BITS,
    ) -> None:
        self.equation = equation
        self.low, self.width, self.inverse = low, width, inverse
        self._bits, self._most_bits = _FEW_BITS, most_bits

    def sign(self, p: Line) -> int:
        """Give the sign of a polynomial at the root, exactly.

        Raises
        ------
        UnsettledError
            When it is not zero, but smaller than can be told.
        """
        if not p:
            return 0
        value, slack = self._bounds(p)
        if abs(value) <= slack and (not self.width or self._is_root_of(p)):
            return 0
        while abs(value) <= slack:
            self._refine()
            value, slack = self._bounds(p)
        return 1 if value > 0 else -1

    def shares(self, weights: Sequence[Line]) -> tuple[Fraction, ...]:
        """Divide weights, all of which have one sign, by their total.

        Raises
        ------
        UnsettledError
            When one is too small to be told.
        """
        size = max(map(len, weights))
        while True:
            pairs = [self._bounds(weight + [0] * (size - len(weight))) for weight in weights]
            if all(slack * (1 << _RELATIVE_BITS) <= abs(value) for value, slack in pairs):
                total = sum((value for value, _ in pairs), Fraction(0))
                return tuple(value / total for value, _ in pairs)
            self._refine()

    def _bounds(self, p: Line) -> tuple[Fraction, Fraction]:
        """Give the value of a polynomial and a bound of the error.

        Where the inverse is meant, both are divided by the highest power of the root.
        """
        p = p[::-1] if self.inverse else p
        # Nothing above one is put in, so the slope is no larger than this.
        slack = self.width * sum(place * abs(c) for place, c in enumerate(p))
        return _value(p, self.low), slack

    def _is_root_of(self, p: Line) -> bool:
        shared = common(trimmed(p[::-1] if self.inverse else p), self.equation)
        return _value(shared, self.low) * _value(shared, self.low + self.width) < 0

    def _refine(self) -> None:
        self._bits *= 2
        start = _value(self.equation, self.low)
        if (
            self._bits > self._most_bits
            or not start * _value(self.equation, self.low + self.width) < 0
        ):
            raise UnsettledError
        low, bits = int(self.low / self.width), self.width.denominator.bit_length() - 1
        self.low, self.width = _narrowed(self.equation, low, bits, self._bits, rises=start < 0)


def _value(p: Line, at: Fraction) -> Fraction:
    above, below = at.numerator, at.denominator
    total, scale = 0, 1
    for coefficient in reversed(p):
        total = total * above + coefficient * scale
        scale *= below
    return Fraction(total * below, scale) if p else Fraction(0)


def positive_roots(p: Line, *, most_bits: float = _MOST_BITS) -> list[WholeRoot]:
    """Find the positive roots of a polynomial that is not zero, each once.

    Without a limit of bits every sign at them is told, however long that takes.

    Examples
    --------
    >>> [float(root.shares([[1], [0, 1]])[1]) for root in positive_roots([3, -4, 1])]
    [0.5, 0.75]
    """
    p = squarefree(p)
    while p and not p[0]:
        p = p[1:]
    found = [WholeRoot([-1, 1], Fraction(1), Fraction(0), inverse=False)] if not sum(p) else []
    if found:
        p = quotient(p, [-1, 1])
    for inverse, line in ((False, p), (True, p[::-1])):
        found += [
            WholeRoot(line, *part, inverse=inverse, most_bits=most_bits) for part in _enclosed(line)
        ]
    return found


def _enclosed(p: Line) -> Iterator[tuple[Fraction, Fraction]]:
    """Enclose the roots between 0 and 1, where it is not zero, by Descartes' rule of signs."""
    parts = [(p, Fraction(0), Fraction(1))]
    while parts:
        line, low, width = parts.pop()
        changes = _changes(line)
        if changes == 1:
            start, size = _refined(line)
            yield low + width * start, width * size
        if changes <= 1:
            continue
        half = [c << (len(line) - 1 - place) for place, c in enumerate(line)]  # of twice the place
        other = _moved(half)
        if not other[0]:
            yield low + width / 2, Fraction(0)
            half, other = quotient(half, [-1, 1]), other[1:]
        parts += [(half, low, width / 2), (other, low + width / 2, width / 2)]


def _moved(p: Line) -> Line:
    """Give the polynomial in the unknown less one."""
    line = list(p)
    for start in range(len(line) - 1):
        for place in range(len(line) - 2, start - 1, -1):
            line[place] += line[place + 1]
    return line


def _changes(p: Line) -> int:
    """Count the changes of sign that bound the number of roots between 0 and 1."""
    signs = [c > 0 for c in _moved(p[::-1]) if c]
    return sum(one != other for one, other in pairwise(signs))


def _refined(p: Line) -> tuple[Fraction, Fraction]:
    """Enclose the only root between 0 and 1; a fraction of few digits is given itself."""
    low, width = _narrowed(p, 0, 0, _FEW_BITS, rises=sum(p) > 0)
    simple = (low + width / 2).limit_denominator(_SHORT)
    return (low, width) if _value(p, simple) else (simple, Fraction(0))


def _narrowed(p: Line, low: int, bits: int, most: int, *, rises: bool) -> tuple[Fraction, Fraction]:
    """Enclose the one root between ``low`` and ``low + 1`` over ``2**bits`` to more bits."""
    slope = [place * c for place, c in enumerate(p)][1:]
    while bits < most:
        if bits < _HALVED:
            low, bits = _half(p, low, bits, rises=rises)
        else:
            low, bits = _step(p, slope, low, bits, rises=rises)
    return Fraction(low, 1 << bits), Fraction(1, 1 << bits)


def _half(p: Line, low: int, bits: int, *, rises: bool) -> tuple[int, int]:
    low, bits = 2 * low, bits + 1
    return low + ((_at(p, low + 1, bits) < 0) == rises), bits


def _step(p: Line, slope: Line, low: int, bits: int, *, rises: bool) -> tuple[int, int]:
    """Take a step of Newton's method that doubles the bits, or else halve."""
    twice = 2 * bits - 4
    fall = _at(slope, low, bits)
    if fall:
        start = low << (twice - bits)
        # The value is over 2**(bits * degree), the slope over 2**(bits * (degree - 1)).
        near = start - (_at(p, low, bits) << (twice - bits)) // fall
        end = start + (1 << (twice - bits)) - 1
        for place in (near - 1, near, near - 2, near + 1):
            if (
                start <= place <= end
                and (_at(p, place, twice) < 0) == rises
                and (_at(p, place + 1, twice) < 0) != rises
            ):
                return place, twice
    return _half(p, low, bits, rises=rises)


def _at(p: Line, above: int, bits: int) -> int:
    """Give the value at ``above / 2**bits``, times ``2**(bits * degree)``."""
    total = 0
    for place, coefficient in enumerate(reversed(p)):
        total = total * above + (coefficient << (bits * place))
    return total
