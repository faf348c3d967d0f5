"""Numbers taken exactly as written: integers, decimals, scientific notation, fractions."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError

# No digit can be read in two ways, so matching takes time in proportion to the text.
NUMBER_PATTERN = r"[+-]?(?:\d+/\d+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
_NUMBER = re.compile(NUMBER_PATTERN, re.ASCII)
_LONGEST = 2000
"""Characters; no double needs more than 1,100."""
_LONGEST_EXPONENT = 3  # Fraction("1e999999999") would fill the memory
_DIGITS_AT_ONCE = 4000
"""Python refuses to write integers of more than 4,300 digits at once, for their time."""
_MOST_PLACES = 30
_MANY = 200  # doubles; with fewer it takes longer to find those that are equal
_RULE = "must be a number such as 3, -1.5, 2e-3 or 1/3"


class WrittenDecimal(Fraction):
    """A decimal written with zeros at its end, which knows how many places it was written with.

    Examples
    --------
    >>> WrittenDecimal("0.3330", 4).places
    4
    """

    places: int | None = None

    def __new__(cls, text: str, places: int | None = None) -> Self:
        number = super().__new__(cls, text)
        number.places = places
        return number

    def __repr__(self) -> str:
        return f"Fraction({self.numerator}, {self.denominator})"


def decimal_places(number: Fraction) -> int | None:
    """Count the places after the point that a decimal was written with, as far as is known.

    Returns
    -------
    int or None
        None for a fraction that no decimal is.

    Examples
    --------
    >>> decimal_places(Fraction("0.125")), decimal_places(Fraction(1, 3))
    (3, None)
    >>> decimal_places(parse_number("0.1250")), decimal_places(parse_number("2.50e-3"))
    (4, 5)
    """
    if isinstance(number, WrittenDecimal) and number.places is not None:
        return number.places
    return _fewest_places(number)


def _fewest_places(number: Fraction) -> int | None:
    # 1 / (2**a 5**b) ends after max(a, b) decimals; any other denominator never ends
    twos = (number.denominator & -number.denominator).bit_length() - 1
    rest, fives = number.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def parse_number(text: str) -> Fraction:
    """Read a number exactly.

    Parameters
    ----------
    text : str
        An integer, a decimal, a number in scientific notation or a fraction of two integers.

    Returns
    -------
    Fraction
        The number as written, not the nearest double.

    Raises
    ------
    GameError
        When the text is not such a number, divides by zero, or exceeds the range of doubles.

    Examples
    --------
    >>> parse_number("0.1"), parse_number("-2/6"), parse_number("1.5e3")
    (Fraction(1, 10), Fraction(-1, 3), Fraction(1500, 1))
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise GameError(f"must have at most {_LONGEST:,} characters", value=text)
    if not _NUMBER.fullmatch(text):
        raise GameError(_RULE, value=text)
    exponent = re.split("[eE]", text)[1:]
    if exponent and len(exponent[0].lstrip("+-0")) > _LONGEST_EXPONENT:
        raise GameError("must have an exponent of at most three digits", value=text)
    try:
        digits = re.split("[eE]", text)[0].partition(".")[2]
        if digits.endswith("0"):
            places = max(len(digits) - int("".join(exponent) or 0), 0)
            number: Fraction = WrittenDecimal(text, places)
        else:
            number = Fraction(text)
        float(number)
    except ZeroDivisionError:
        raise GameError("must not divide by zero", value=text) from None
    except (OverflowError, ValueError):
        raise GameError("must be below 1.8e308 in absolute value", value=text) from None
    return number


def format_number(number: Fraction) -> str:
    """Write a number exactly: as an integer or a terminating decimal, else as a fraction.

    Parameters
    ----------
    number : Fraction

    Returns
    -------
    str
        Text that `parse_number` reads as the same number.

    Examples
    --------
    >>> format_number(Fraction(1, 8)), format_number(Fraction(-7, 3)), format_number(Fraction(4))
    ('0.125', '-7/3', '4')
    """
    places = _fewest_places(number)
    if places is None or places > _MOST_PLACES:
        return fraction_text(number)
    if places == 0:
        return _whole_text(number.numerator)
    digits = _whole_text(abs(number.numerator) * 10**places // number.denominator)
    digits = digits.rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def fraction_text(number: Fraction) -> str:
    """Write a fraction in full, whatever its length.

    Examples
    --------
    >>> fraction_text(Fraction(-1, 3)), len(fraction_text(Fraction(10) ** 5000))
    ('-1/3', 5001)
    """
    whole = _whole_text(number.numerator)
    return whole if number.denominator == 1 else f"{whole}/{_whole_text(number.denominator)}"


def _whole_text(number: int) -> str:
    parts, rest = [], abs(number)
    while rest >= 10**_DIGITS_AT_ONCE:
        rest, low = divmod(rest, 10**_DIGITS_AT_ONCE)
        parts.append(str(low).zfill(_DIGITS_AT_ONCE))
    return "-" * (number < 0) + "".join([str(rest), *reversed(parts)])


def format_double(number: float) -> str:
    """Write a double as the shortest decimal that rounds to it.

    Examples
    --------
    >>> format_double(3.0), format_double(0.1), format_double(1e22)
    ('3', '0.1', '1e22')
    """
    return repr(float(number)).removesuffix(".0").replace("e+", "e")


def as_fractions(numbers: Array) -> Array:
    """Turn an array of doubles, integers, texts or fractions into exact fractions.

    Parameters
    ----------
    numbers : array, any shape
        Doubles are taken as the dyadic fractions they are, texts as the numbers written.

    Returns
    -------
    object array of Fraction, same shape

    Examples
    --------
    >>> as_fractions(np.array(["0.1", "3"]))
    array([Fraction(1, 10), Fraction(3, 1)], dtype=object)
    """

    def fraction(number: Any) -> Fraction:
        if isinstance(number, Fraction):
            return number
        if isinstance(number, str | Decimal):  # as a text, a decimal has a bounded exponent
            return parse_number(str(number))
        if isinstance(number, np.floating):
            return Fraction(*number.as_integer_ratio())
        # a numpy integer inside a Fraction would overflow
        return Fraction(number.item() if isinstance(number, np.generic) else number)

    return np.asarray(np.frompyfunc(fraction, 1, 1)(numbers), dtype=object)


def shortest_decimals(numbers: Array) -> Array:
    """Turn doubles into the shortest decimals that round to them, as exact fractions.

    Any decimal of up to 15 digits comes back from its double this way.

    Parameters
    ----------
    numbers : array of float, any shape

    Returns
    -------
    object array of Fraction, same shape

    References
    ----------
    Steele, G. L. and White, J. L. (1990). How to print floating-point numbers accurately. In
    Programming Language Design and Implementation (PLDI), 112-126. ACM.

    Examples
    --------
    >>> shortest_decimals(np.array([0.1, 0.3]))
    array([Fraction(1, 10), Fraction(3, 10)], dtype=object)
    """
    decimals = np.frompyfunc(lambda number: Fraction(repr(float(number))), 1, 1)
    if np.size(numbers) < _MANY:
        return np.asarray(decimals(numbers), dtype=object)
    distinct, place = np.unique(numbers, return_inverse=True)
    found: Array = decimals(distinct)[place.reshape(np.shape(numbers))]
    return found


def doubles_hold_decimals(numbers: Array) -> Array:
    """Tell which doubles equal the shortest decimal that rounds to them.

    Parameters
    ----------
    numbers : array of float, any shape

    Returns
    -------
    array of bool, same shape
        False may be over-cautious for numbers of more than 15 digits.

    Examples
    --------
    >>> doubles_hold_decimals(np.array([0.5, 0.1, 3.0]))
    array([ True, False,  True])
    """
    size = np.abs(numbers)
    with np.errstate(over="ignore"):
        # Multiples of 1/1024 below 1e5 have at most 15 significant digits, so the shortest
        # decimal is the double itself; so it is for whole numbers below 1e15.
        fine = size * 1024.0
        whole = (size < 1e15) & (size == np.floor(size))
        return np.asarray(whole | ((size < 1e5) & (fine == np.floor(fine))))
