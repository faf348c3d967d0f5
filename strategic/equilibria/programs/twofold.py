"""Numbers in twice the precision of doubles, as unevaluated sums of two, with error bounds.

References
----------
Dekker, T. J. (1971). A floating-point technique for extending the available precision. Numerische
Mathematik 18, 224-242.
Ogita, T., Rump, S. M. and Oishi, S. (2005). Accurate sum and dot product. SIAM Journal on
Scientific Computing 26, 1955-1988.
"""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array

Twofold = tuple[Array, Array]
_SPLITTER = 2.0**27 + 1.0
_UNIT = 2.0**-53


def exact_sum(a: Array, b: Array) -> Twofold:
    """Add doubles exactly: the rounded sum and what rounding took.

    Examples
    --------
    >>> high, low = exact_sum(np.array(1.0), np.array(2.0**-60))
    >>> float(high), float(low) == 2.0**-60
    (1.0, True)
    """
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def exact_difference(a: Array, b: Array) -> Twofold:
    """Subtract doubles exactly."""
    total = a - b
    part = total - a
    return total, (a - (total - part)) - (b + part)


def exact_product(a: Array, b: Array) -> Twofold:
    """Multiply doubles exactly, unless something over- or underflows."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, rest


def _halves(a: Array) -> Twofold:
    large = _SPLITTER * a
    high = large - (large - a)
    return high, a - high


def product_sum(a: Twofold, b: Twofold) -> tuple[Array, Array, Array]:
    """Sum the products of twofold numbers over the first axis.

    Returns
    -------
    high, low : arrays
        The sum.
    error : array
        A bound on what rounding took; zero where only whole numbers that doubles hold were added.
    """
    products, rests = exact_product(a[0], b[0])
    rests = rests + (a[0] * b[1] + a[1] * b[0])
    high, low = products[0], rests[0]
    for product, rest in zip(products[1:], rests[1:], strict=True):
        high, lost = exact_sum(high, product)
        low = low + (lost + rest)
    sizes = np.abs(products).sum(axis=0)
    high, low = exact_sum(high, low)
    # Terms of low are of the order of a rounding, and each is rounded a few times.
    error = (2.0 * len(products) + 8.0) ** 2 * _UNIT**2 * sizes
    small = (low == 0.0) & (sizes < 1.0 / _UNIT)
    whole = small & (products == np.rint(products)).all(axis=0) & (rests == 0.0).all(axis=0)
    return high, low, np.where(whole, 0.0, error)


def weighted_sum(numbers: Array, weights: Twofold) -> tuple[Array, Array, Array]:
    """Sum doubles with twofold weights over the first axis, as `product_sum` does.

    The bound is on the rounding that took place, so a sum that is exact is known to be.
    """
    high, low, error = (np.zeros_like(numbers[0]) for _ in range(3))
    products, rests = exact_product(numbers, weights[0])
    small = numbers * weights[1]
    for product, rest, little in zip(products, rests, small, strict=True):
        high, lost = exact_sum(high, product)
        for part in (lost, rest, little):
            low, missed = exact_sum(low, part)
            error = error + np.abs(missed)
    error = error * (1.0 + 1e-9) + _UNIT * np.abs(small).sum(axis=0)
    high, low = exact_sum(high, low)
    return high, low, error


def quotient(a: Twofold, divisor: Array, error: Array) -> tuple[Array, Array, Array]:
    """Divide twofold numbers with an error by positive doubles."""
    high = a[0] / divisor
    product, rest = exact_product(high, divisor)
    left = ((a[0] - product) - rest) + a[1]
    low = left / divisor
    # What is left is the rounding of the second quotient, relative to the first; none where a
    # power of two divides.
    twos = np.frexp(divisor)[0] == 0.5
    rounding = np.where(twos, 0.0, 16.0 * _UNIT**2 * np.abs(high))
    high, low = exact_sum(high, low)
    return high, low, error / divisor * (1.0 + 4.0 * _UNIT) + rounding


def rounded(high: Array, low: Array, error: Array) -> tuple[Array, Array]:
    """Round twofold numbers to doubles, and tell which are surely rounded as exact ones would be.

    Examples
    --------
    >>> rounded(np.array([0.5, 0.1]), np.array([0.0, 2.0**-57]), np.array([1e-30, 1e-30]))
    (array([0.5, 0.1]), array([ True, False]))
    """
    high, low = exact_sum(high, low)
    wide = error * (1.0 + 8.0 * _UNIT)
    sure = (high + (low + wide) == high) & (high + (low - wide) == high)
    # Below, products may have underflowed; and a number between zero and the least is not zero.
    sure &= ((np.abs(high) > 1e-200) & np.isfinite(high)) | ((high == 0.0) & (error == 0.0))
    return high + 0.0, sure  # zero has no sign
