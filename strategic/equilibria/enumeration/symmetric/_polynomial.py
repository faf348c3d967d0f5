"""Where two actions earn the same against opponents who all mix them, exactly.

The gain of the second action is a polynomial in ``t``, its share over that of the first, up to a
positive factor. Multiple roots and ties with other actions are told by common divisors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import comb, inf

from strategic.equilibria.enumeration.players._whole_polynomials import (
    Line,
    multiplied,
    squarefree,
    trimmed,
)
from strategic.equilibria.enumeration.players._whole_roots import positive_roots


@dataclass(frozen=True)
class ExactShare:
    """One mixture of two actions.

    Parameters
    ----------
    second : Fraction
        Share of the second action; exact if it is rational and short, else to 100 bits.
    index : int or None
        As in `_cell_search.roots_of`; None for a multiple root, or where another action earns as
        much.
    """

    second: Fraction
    index: int | None


def shares_of_two(gain: Sequence[int], others: Sequence[Sequence[int]]) -> list[ExactShare]:
    """Find all mixtures of two actions, both in use, that are equilibria.

    Parameters
    ----------
    gain : sequence of int
        Of the second action over the first, by the number of opponents who use the second.
    others : sequences of int
        What further actions earn more than the first, likewise.

    Returns
    -------
    list of ExactShare
        Where ``gain`` is zero throughout: the ends, inside, of the pieces on which no other action
        earns more.

    Examples
    --------
    >>> [(str(s.second), s.index) for s in shares_of_two([1, -2], [])]
    [('1/3', 1)]
    """
    equation, rest = _polynomial(gain), [_polynomial(other) for other in others]
    everywhere = not equation
    if everywhere:
        factors = [squarefree(other) for other in rest if other]
        equation = reduce(multiplied, factors) if factors else [1]
    slope = [place * c for place, c in enumerate(equation)][1:]
    found = []
    for root in positive_roots(equation, most_bits=inf):
        signs = [root.sign(other) for other in rest]
        if max(signs, default=0) <= 0:
            certain = not everywhere and 0 not in signs
            rises = root.sign(slope) if certain else 0
            _, second = root.shares([[1], [0, 1]])
            found.append(ExactShare(second, -rises or None))
    return sorted(found, key=lambda share: share.second)


def _polynomial(gain: Sequence[int]) -> Line:
    degree = len(gain) - 1
    return trimmed([comb(degree, j) * g for j, g in enumerate(gain)])
