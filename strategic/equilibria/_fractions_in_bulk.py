"""Fractions of arrays of whole numbers: reduced in arrays, equal ones shared, made in bulk."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from itertools import repeat

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import SHORT, as_integers, sizes_of

_DENSE = 4
"""Pairs are told apart by a table where that is at most so many times as long as their list."""


def fractions_in_bulk(above: Array, below: Array) -> Array:
    """Make the fractions ``above / below``.

    Parameters
    ----------
    above, below : arrays ``(k,)``
        Of int64 beyond -2^62 and below 2^62, or of Python int; ``below`` is positive.

    Returns
    -------
    object array ``(k,)`` of Fraction
        In lowest terms. Where the numbers are small, equal fractions are one object: those of games
        with short payoffs are few.

    Examples
    --------
    >>> fractions_in_bulk(np.array([2, -3]), np.array([6, 1]))
    array([Fraction(1, 3), Fraction(-3, 1)], dtype=object)
    """
    if object in (above.dtype, below.dtype):
        return _of_any_length(above, below)
    low = int(above.min(initial=0))
    width, most = int(below.max(initial=0)) + 1, int(above.max(initial=0)) - low + 1
    if width * most > _DENSE * len(above):  # Python integers, so that nothing overflows
        return _made(*_reduced(above, below))
    keys = (above - low) * width + below
    place = np.zeros(width * most, dtype=np.intp)
    place[keys] = 1
    there = np.flatnonzero(place)
    above, below = _reduced(there // width + low, there % width)
    # Equal fractions of different terms are one object too.
    _, first, same = np.unique(
        (above - low) * width + below, return_index=True, return_inverse=True
    )
    place[there] = same
    made = _made(above[first], below[first])
    return np.asarray(made[place[keys]])


def _of_any_length(above: Array, below: Array) -> Array:
    """Make them of Python integers, those that fit in 64 bits."""
    short = (np.abs(sizes_of(above)) < SHORT) & (sizes_of(below) < SHORT)
    found = np.empty(len(above), dtype=object)
    some = np.flatnonzero(short)
    found[some] = fractions_in_bulk(above[some].astype(np.int64), below[some].astype(np.int64))
    some = np.flatnonzero(~short)
    above, below = as_integers(above[some]), as_integers(below[some])
    shared = np.gcd(above, below)
    found[some] = _made(above // shared, below // shared)
    return found


def _reduced(above: Array, below: Array) -> tuple[Array, Array]:
    """Bring fractions to lowest terms, in 64 bits."""
    # The lowest bit of each is what it shares with a power of two, as below doubles.
    shared = np.where(above == 0, below, np.minimum(above & -above, below))
    rest = np.flatnonzero(below & (below - 1))
    shared[rest] = np.gcd(above[rest], below[rest])
    return above // shared, below // shared


def _made(above: Array, below: Array) -> Array:
    """Make fractions of numbers in lowest terms, whose constructor would look for them again.

    It takes a microsecond, most of it to find out what it was given. ``numbers.Rational`` gives
    these attributes no setter, but a Fraction has had the two slots since Python 2.6.
    """
    made = list(map(object.__new__, repeat(Fraction, len(above))))
    _run(map(setattr, made, repeat("_numerator"), above.tolist()))
    _run(map(setattr, made, repeat("_denominator"), below.tolist()))
    return np.fromiter(made, dtype=object, count=len(made))


def _run(calls: Iterable[None]) -> None:
    deque(calls, maxlen=0)
