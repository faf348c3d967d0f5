"""Fractions of whole batches by numerators and denominators, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._fractions_in_bulk import fractions_in_bulk
from strategic.equilibria._whole_games import as_integers, as_ratios

_MANTISSA = 2.0**53


@dataclass(frozen=True, eq=False)
class WholeNumbers:
    """Fractions of a batch by their numerators and denominators, in arrays.

    Parameters
    ----------
    numerators : array ``(E, k)``
        Of int64 where all of them fit, else of Python int.
    denominators : array ``(E,)`` or ``(E, k)``
        Positive; not reduced. One per row stands for all of the row.

    Examples
    --------
    >>> thirds = WholeNumbers(np.array([[1, 2], [0, 6]]), np.array([3, 6]))
    >>> thirds.doubles()
    array([[0.33333333, 0.66666667],
           [0.        , 1.        ]])
    >>> thirds.fractions()[0]
    array([Fraction(1, 3), Fraction(2, 3)], dtype=object)
    """

    numerators: Array
    denominators: Array

    def fractions(self) -> Array:
        """Give them as Fractions; of many short numbers, equal ones are one object."""
        above, below = self._flat()
        found = np.full(len(above), Fraction(0), dtype=object)
        found[above == below] = Fraction(1)
        rest = np.flatnonzero((above != 0) & (above != below))
        found[rest] = fractions_in_bulk(above[rest], below[rest])
        return found.reshape(self.numerators.shape)

    def __getitem__(self, rows: slice | Array) -> WholeNumbers:
        """Take some rows."""
        return WholeNumbers(self.numerators[rows], self.denominators[rows])

    def doubles(self) -> Array:
        """Give the double nearest to each; a share too small for a double stays positive."""
        above, below = self._flat()
        if object in (above.dtype, below.dtype):
            return _divided(above, below).reshape(self.numerators.shape)
        with np.errstate(all="ignore"):
            found = np.asarray(above / below)
        # Rounded once: quotients of doubles, and what is over a power of two.
        once = (np.abs(above) < _MANTISSA) & (below < _MANTISSA) | (below & (below - 1) == 0)
        rest = np.flatnonzero(~once)
        if rest.size:
            found[rest] = _divided(as_integers(above[rest]), as_integers(below[rest]))
        return found.reshape(self.numerators.shape)

    def replaced(self, rows: Array, others: WholeNumbers) -> WholeNumbers:
        """Put others in the place of some rows, in Python integers."""
        numerators, denominators = as_integers(self.numerators), as_integers(self.denominators)
        if numerators is self.numerators:
            numerators, denominators = numerators.copy(), denominators.copy()
        numerators[rows], denominators[rows] = others.numerators, others.denominators
        return WholeNumbers(numerators, denominators)

    def _flat(self) -> tuple[Array, Array]:
        below = self.denominators
        if below.ndim < self.numerators.ndim:
            below = below[:, None]
        return self.numerators.reshape(-1), np.broadcast_to(below, self.numerators.shape).reshape(
            -1
        )


def _divided(above: Array, below: Array) -> Array:
    """Divide Python integers, which rounds once, whether or not they share a divisor."""
    try:
        found = np.asarray(above / below, dtype=np.float64)
    except OverflowError:  # of a quotient beyond the doubles
        return nearest_doubles(fractions_in_bulk(above, below))
    lost = np.flatnonzero((found == 0.0) & (above != 0))
    found[lost] = nearest_doubles(fractions_in_bulk(above[lost], below[lost]))
    return found


def whole_numbers(fractions: Array) -> WholeNumbers:
    """Bring each row of fractions to whole numbers over one denominator.

    Examples
    --------
    >>> whole_numbers(np.array([[Fraction(1, 2), Fraction(1, 3)]])).numerators
    array([[3, 2]], dtype=object)
    """
    above, below = as_ratios(fractions)
    total = np.lcm.reduce(below, axis=1)
    return WholeNumbers(above * (total[:, None] // below), total)


def stacked(parts: Sequence[WholeNumbers]) -> WholeNumbers:
    """Put parts of a batch together: in Python integers where one of them needs these."""
    return WholeNumbers(
        np.concatenate([part.numerators for part in parts]),
        np.concatenate([part.denominators for part in parts]),
    )
