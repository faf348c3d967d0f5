"""Decimals rounded from fractions, such as .333333333, and the fractions they came from."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games._numbers import decimal_places, shortest_decimals
from strategic.whole_numbers import is_whole

LARGEST_DENOMINATOR = 10**6
_SURE = 20
"""How many times the square of a denominator must fit into the digits of a decimal for its fraction
to be no accident: fewer than one decimal in fifty has such a fraction by chance."""


def typed_numbers(payoffs: Array) -> Array:
    """Give doubles as the shortest decimals that round to them; what is missing stays NaN."""
    known = ~np.isnan(payoffs)
    numbers = np.full(payoffs.shape, np.nan, dtype=object)
    numbers[known] = shortest_decimals(payoffs[known])
    return numbers


def rational_numbers(numbers: Array, largest: int) -> Array:
    """Replace decimals by the fractions they may have been rounded from, see `near_fraction`.

    Parameters
    ----------
    numbers : object array of Fraction
        NaN where a payoff is missing.
    largest : int
        The largest denominator.
    """
    if not is_whole(largest) or not 1 <= largest <= LARGEST_DENOMINATOR:
        rule = f"must be a whole number from 1 to {LARGEST_DENOMINATOR:,}"
        raise GameError(rule, where="largest denominator", value=largest)

    largest = int(largest)
    # Decimals of few digits come again and again; .3330 is another one than .333.
    known: dict[tuple[int, int, int | None], Fraction] = {}

    def one(number: Any) -> Any:
        if not isinstance(number, Fraction):
            return number
        key = number.numerator, number.denominator, getattr(number, "places", None)
        if key not in known:
            found = near_fraction(number, largest)
            known[key] = number if found is None else found
        return known[key]

    return np.asarray(np.frompyfunc(one, 1, 1)(numbers), dtype=object)


def near_fraction(number: Fraction, largest: int) -> Fraction | None:
    """Find the one fraction that a decimal may have been rounded from.

    Returns
    -------
    Fraction or None
        The number itself where its denominator is small enough or it is no decimal; None where no
        fraction with a denominator of at most ``largest`` is within half a unit of the last digit,
        or several are.

    Examples
    --------
    >>> near_fraction(Fraction("0.3333"), 9), near_fraction(Fraction("0.3"), 9)
    (Fraction(1, 3), None)
    """
    places = decimal_places(number)
    if places is None or number.denominator <= largest:
        return number
    slack = Fraction(1, 2 * 10**places)
    nearest = number.limit_denominator(largest)
    if abs(nearest - number) > slack:
        return None
    p, q = nearest.numerator, nearest.denominator
    # Its neighbours r/s among the fractions with denominators up to `largest` (Farey): the largest
    # s with r q - p s = 1 or -1.
    inverse = pow(p, -1, q) if q > 1 else 0
    for sign in (1, -1):
        s = largest - (largest + sign * inverse) % q
        if s > 0 and abs(Fraction(sign + p * s, q * s) - number) <= slack:
            return None
    return nearest


def rounded_fraction(number: Fraction) -> Fraction | None:
    """Tell which fraction a decimal looks rounded from: .3333 from 1/3; None for most decimals.

    Examples
    --------
    >>> rounded_fraction(Fraction("0.3333")), rounded_fraction(Fraction("0.3141"))
    (Fraction(1, 3), None)
    """
    places = decimal_places(number)
    if not places:
        return None
    largest = min(isqrt(10**places // _SURE), LARGEST_DENOMINATOR)
    if largest < 1 or number.denominator <= largest:
        return None
    nearest = number.limit_denominator(largest)
    return nearest if abs(nearest - number) <= Fraction(1, 2 * 10**places) else None
