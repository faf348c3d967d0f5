"""Comparisons decided on the numbers as they are written, in bulk.

A parameter .1 is the decimal 1/10, not the double next to it: a tie of payoffs is a tie although
rounding separates their doubles, and no tie although rounding makes them one.
Doubles answer wherever an error bound proves them; the few points where two payoffs nearly tie are
computed again by the same formulas on decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact, getcontext, localcontext

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.families.relationship._parameters import PARAMETERS
from strategic.modelling import Points

UNIT = 2.0**-53
"""Rounding of one operation on doubles, as a share of its result."""
DIGITS = 60
"""Digits that roots, powers and logarithms of decimals are rounded to."""
ROUNDINGS = 4096
"""Bound on the error of a payoff, in roundings of all that a payoff can add up (`rounding`)."""
_SLACK = ROUNDINGS * Decimal(10) ** (1 - DIGITS)
_EXACT = Context(prec=400, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
"""Sums and products are exact as long as their parameters lie within 300 powers of ten."""
_BLOCK = 2048


def settle(
    points: Points,
    doubtful: Array,
    formula: Callable[[Points], Iterable[Array]],
    *tables: Array,
    magnitude: Callable[[Points], Array] | None = None,
) -> None:
    """Compute doubtful points again on decimals, and write the answer into tables of doubles.

    Parameters
    ----------
    points : Points
        Parameter values.
    doubtful : ndarray of bool, ``(*points)``
        Where rounding may have decided a comparison.
    formula : callable
        From points to the arrays that the tables hold; it runs on objects as on doubles.
    *tables : ndarray, ``(cells, *points)``
        Contiguous; numbers of one table are compared with each other.
    magnitude : callable, optional
        Bound on all that a payoff can add up; that of the relationship's payoffs by default.

    Notes
    -----
    Each number becomes the nearest double, as far as the order of the exact numbers and their ties
    allow (`doubles_in_order`), so that plain comparisons give the exact answer ever after.
    Parameters are decimals, hence sums and products are exact.  Roots, powers and quotients keep
    `DIGITS` digits or more: where one was rounded, a difference below `ROUNDINGS` units of the
    last digit but one of all that is added up counts as a tie.  A true difference that small would
    need parameters of that many digits.
    Where payoffs may be beyond the doubles there is no bound, and nothing to settle.

    Examples
    --------
    In doubles .1 + .2 is not .3; as written they tie.

    >>> from strategic.families.relationship import relationship
    >>> points = relationship({"organisation.legitimacy_gain": [0.3]}).points
    >>> def both(some):
    ...     gain = some["organisation.legitimacy_gain"]
    ...     return [np.stack([gain / 3 + 2 * gain / 3, gain])]
    >>> table = next(iter(both(points)))
    >>> settle(points, np.array([True]), both, table)
    >>> bool(table[0] == table[1])
    True
    """
    added = magnitude or payoff_magnitude
    with np.errstate(over="ignore"):
        bounded = np.isfinite(ROUNDINGS * UNIT * points.once(added))
    places = np.flatnonzero(np.broadcast_to(doubtful & bounded, points.shape))
    for part in block_slices(len(places), _BLOCK):
        some = places[part]
        with localcontext(_EXACT) as context:
            written = points.as_written(some)
            answers = formula(written)
            slack = np.asarray(written.once(added) * (_SLACK if context.flags[Inexact] else 0))
            for table, values in zip(tables, answers, strict=True):
                cells = table.reshape(len(table), -1)
                # What varies over no point is one number per cell.
                shaped = np.broadcast_to(values.reshape(len(values), -1), (len(values), len(some)))
                cells[:, some] = doubles_in_order(shaped, slack)


def doubles_in_order(values: Array, slack: ArrayLike) -> Array:
    """Round decimals to doubles that tie where these do, within a slack, and else keep the order.

    Parameters
    ----------
    values : ndarray of Decimal, ``(cells, points)``
    slack : Decimal or ndarray of Decimal, ``(points,)``
        Differences between neighbours up to this count as none.

    Examples
    --------
    >>> doubles_in_order(np.array([[Decimal("0.1")], [Decimal("0.1") + Decimal("1e-30")]]), 0)
    array([[0.1],
           [0.1]])
    """
    order = np.argsort(values, axis=0, kind="stable")
    ranked = np.take_along_axis(values, order, axis=0)
    apart = (ranked[1:] - ranked[:-1] > slack).astype(bool)
    rounded = ranked.astype(float)
    for cell in range(1, len(rounded)):
        above = np.maximum(rounded[cell], np.nextafter(rounded[cell - 1], np.inf))
        rounded[cell] = np.where(apart[cell - 1], above, rounded[cell - 1])
    found = np.empty_like(rounded)
    np.put_along_axis(found, order, rounded, axis=0)
    return found


def rounding(points: Points) -> Array:
    """Bound the error of every payoff computed in doubles, against the numbers as written.

    Notes
    -----
    A payoff is a sum of amounts and of outputs times weights, each at most a few operations from
    the parameters.  No output exceeds the larger of all technology and all mobilisation (the CES
    form is a mean), and its own error is some roundings of that.  The running error analysis of
    Higham (2002, chapter 3) then gives a multiple of the unit roundoff times the sum of these
    magnitudes; a test compares it with decimals over all ranges.
    """
    with np.errstate(over="ignore"):
        return np.asarray(ROUNDINGS * UNIT * points.once(payoff_magnitude))


def output_rounding(points: Points) -> Array:
    """Bound the error of every output computed in doubles, against the numbers as written."""
    return np.asarray(ROUNDINGS * UNIT * _largest_output(points))


def payoff_magnitude(points: Points) -> Array:
    """Everything a payoff can add up, taken absolutely: ``(*points)`` or broadcastable to it.

    An amount may count once per organisation.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> bool(payoff_magnitude(relationship().points) > 1)
    True
    """
    weight = 3 * _total(points, *_named("payoff per unit of service"))
    amounts = points["relation.organisations"] * _total(points, *_named("payoff"))
    return np.asarray(amounts + weight * _largest_output(points))


def _largest_output(points: Points) -> Array:
    technology = _total(
        points, "government.technology", "organisation.technology", "government.information"
    )
    mobilisation = _total(points, "government.mobilisation", "organisation.mobilisation")
    return np.asarray(points["relation.productivity"] * np.maximum(technology, mobilisation))


def _named(unit: str) -> list[str]:
    return [name for name, parameter in PARAMETERS.items() if parameter.unit == unit]


def _total(points: Points, *names: str) -> Array:
    """Add up absolute values, those that do not vary first."""
    values = sorted((np.abs(points[name]) for name in names), key=np.size)
    return np.asarray(sum(values[1:], start=values[0]))


def numbers(values: ArrayLike) -> Array:
    """Make an array of doubles, or keep one of decimals."""
    array = np.asarray(values)
    return array if array.dtype == object else array.astype(float)


def square_root(values: ArrayLike) -> Array:
    """Take square roots of doubles or of decimals; of perfect squares exactly."""
    array = np.asarray(values)
    return np.asarray(_decimal_root(array) if array.dtype == object else np.sqrt(array))


@contextmanager
def keeping(digits: int) -> Iterator[None]:
    """Round decimals to so many digits inside; what is rounded shows in the context around it."""
    context = getcontext()
    before, context.prec = context.prec, digits
    try:
        yield
    finally:
        context.prec = before


def _root(value: Decimal) -> Decimal:
    with keeping(DIGITS):
        return value.sqrt()


_decimal_root = np.frompyfunc(_root, 1, 1)
