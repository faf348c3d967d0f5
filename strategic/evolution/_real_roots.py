"""Real roots of polynomials in one variable: exactly for one, and for many at once."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np

from strategic.arrays import Array


def exact_roots(terms: list[Fraction]) -> tuple[list[float], list[bool]]:
    """Give the places where a polynomial of fractions changes sign, and where it is negative.

    Parameters
    ----------
    terms : list of Fraction
        Coefficients, the highest last.

    Returns
    -------
    roots : list of float
        Ascending: the nearest doubles where they are rational, else within one unit in the last
        place.
    negative : list of bool
        Below the first root, between roots, above the last.

    Examples
    --------
    >>> exact_roots([Fraction(-2), Fraction(0), Fraction(1)])
    ([-1.4142135623730951, 1.4142135623730951], [False, True, False])
    """
    terms = _trimmed(terms)
    if len(terms) <= 1:
        return [], [bool(terms) and terms[0] < 0]
    found = (
        [-terms[0] / terms[1]] if len(terms) == 2 else _isolated(_of_multiplicity(terms, odd=True))
    )
    last = terms[-1] < 0  # far above all roots the highest term decides
    negative = [last ^ bool((len(found) - place) % 2) for place in range(len(found) + 1)]
    return [float(root) for root in found], negative


def touching_roots(terms: list[Fraction]) -> list[float]:
    """Give the places where a polynomial of fractions is zero and does not change sign.

    These are its roots of even multiplicity: Yun's algorithm (1976) splits it by multiplicity.

    Examples
    --------
    >>> touching_roots([Fraction(4), Fraction(-4), Fraction(1)])
    [2.0]
    """
    even = _of_multiplicity(_trimmed(terms), odd=False)
    return exact_roots(even)[0]


def _of_multiplicity(terms: list[Fraction], *, odd: bool) -> list[Fraction]:
    """Give the polynomial that has the roots of odd, or even, multiplicity once each."""
    found = [Fraction(1)]
    common = _common(terms, _slope(terms))
    left, multiplicity = _quotient(terms, common), 1
    while len(left) > 1:
        shared = _common(left, common)
        if (multiplicity % 2 == 1) == odd:
            factor, product = _quotient(left, shared), [Fraction(0)] * (len(found) + len(left))
            for place, value in enumerate(found):
                for power, other in enumerate(factor):
                    product[place + power] += value * other
            found = _trimmed(product)
        left, common, multiplicity = shared, _quotient(common, shared), multiplicity + 1
    return found


def _slope(terms: list[Fraction]) -> list[Fraction]:
    return [power * value for power, value in enumerate(terms)][1:]


def _divided(top: list[Fraction], bottom: list[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """Give quotient and remainder."""
    rest, found = list(top), [Fraction(0)] * max(len(top) - len(bottom) + 1, 0)
    for place in reversed(range(len(found))):
        found[place] = rest[place + len(bottom) - 1] / bottom[-1]
        for power, value in enumerate(bottom):
            rest[place + power] -= found[place] * value
    return found, _trimmed(rest)


def _quotient(top: list[Fraction], bottom: list[Fraction]) -> list[Fraction]:
    return _divided(top, bottom)[0] if bottom else top


def _common(first: list[Fraction], second: list[Fraction]) -> list[Fraction]:
    """Give the greatest common divisor."""
    while second:
        first, second = second, _divided(first, second)[1]
    return first


def _isolated(terms: list[Fraction]) -> list[Fraction]:
    """Enclose the real roots of odd multiplicity by bisection in fractions."""
    zeros = next(power for power, value in enumerate(terms) if value != 0)
    if zeros:  # zero is no limit of bisections
        others = [Fraction(root) for root in exact_roots(terms[zeros:])[0]]
        return sorted([*others, *([Fraction(0)] if zeros % 2 else [])])
    if len(terms) <= 1:
        return []
    approximate = np.roots([float(value) for value in reversed(terms)])
    scale = max(1e-300, float(np.abs(approximate).max()))
    real = np.sort(approximate.real[np.abs(approximate.imag) < 1e-6 * scale])
    if not len(real):
        return []
    gaps = (real[1:] + real[:-1]) / 2
    ends = [real[0] - scale, *gaps, real[-1] + scale]
    found: list[Fraction] = []
    for low, high in pairwise(ends):
        root = _bisected(terms, Fraction(low), Fraction(high))
        if root is not None and (not found or float(root) != float(found[-1])):
            found.append(root)
    return found


def _bisected(top: list[Fraction], low: Fraction, high: Fraction) -> Fraction | None:
    first, last = _value(top, low), _value(top, high)
    if first == 0:
        return low
    if last == 0:
        return high
    if (first < 0) == (last < 0):
        return None
    while np.nextafter(float(low), np.inf) < float(high):
        middle = Fraction((float(low) + float(high)) / 2)
        value = _value(top, middle)
        if value == 0:
            return middle
        low, high = (middle, high) if (value < 0) == (first < 0) else (low, middle)
    return min(low, high, key=lambda end: abs(_value(top, end)))


def _value(terms: list[Fraction], place: Fraction) -> Fraction:
    total = Fraction(0)
    for value in reversed(terms):
        total = total * place + value
    return total


def _trimmed(terms: list[Fraction]) -> list[Fraction]:
    while terms and terms[-1] == 0:
        terms = terms[:-1]
    return terms


def real_roots(terms: Array) -> Array:
    """Give the real roots of many polynomials ``(degree + 1, points)``: ``(points, degree)``."""
    degree, points = len(terms) - 1, terms.shape[1]
    roots = np.full((points, degree), np.nan)
    for count in range(1, degree + 1):  # polynomials whose highest terms vanish have a lower degree
        chosen = np.flatnonzero((terms[count] != 0) & (terms[count + 1 :] == 0).all(axis=0))
        if not len(chosen):
            continue
        companion = np.zeros((len(chosen), count, count))
        companion[:, np.arange(1, count), np.arange(count - 1)] = 1.0
        companion[:, :, -1] = -(terms[:count, chosen] / terms[count, chosen]).T
        found = np.linalg.eigvals(companion).astype(complex)
        size = np.abs(found).max(axis=1, keepdims=True)
        roots[chosen, :count] = np.where(np.abs(found.imag) < 1e-9 * size, found.real, np.nan)
    slopes = terms[1:] * np.arange(1, degree + 1)[:, None]
    for _ in range(3):
        with np.errstate(all="ignore"):
            step = _horner(terms, roots) / _horner(slopes, roots)
        roots = np.where(np.isfinite(step), roots - step, roots)
    return np.sort(roots, axis=1)


def _horner(terms: Array, places: Array) -> Array:
    total = np.zeros(places.shape)
    for term in terms[::-1]:
        total = total * places + term[:, None]
    return total


def between(terms: Array, roots: Array) -> Array:
    """Tell where polynomials are negative: below the roots, between them, above them.

    Parameters
    ----------
    terms : array ``(degree + 1, points)``
    roots : array ``(points, degree)``
        Ascending, NaN last.

    Returns
    -------
    bool array ``(points, degree + 1)``
    """
    with np.errstate(all="ignore"):
        return np.asarray(_horner(terms, places_between(roots)) < 0)


def places_between(roots: Array) -> Array:
    """Give a place below all roots ``(points, R)``, one between any two, and one above all.

    Examples
    --------
    >>> places_between(np.array([[1.0, 2.0], [5.0, np.nan]])).tolist()
    [[-1.0, 1.5, 5.0], [-1.0, 11.0, 0.0]]
    """
    known = np.where(np.isfinite(roots), roots, np.inf)
    ends = np.concatenate([known, np.full((len(roots), 1), np.inf)], axis=1)
    starts = np.concatenate([np.full((len(roots), 1), -np.inf), known], axis=1)
    with np.errstate(all="ignore"):
        places = np.where(np.isinf(starts), ends - 1 - np.abs(ends), (starts + ends) / 2)
        places = np.where(np.isinf(ends), starts + 1 + np.abs(starts), places)
        places = np.where(np.isinf(ends) & np.isinf(starts), 0.0, places)
    return np.asarray(places)
