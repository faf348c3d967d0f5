"""Axes of a grid and ranges of a lever, from what users write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm, prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import SweepError

Over = Mapping[str, Any] | Sequence[str]
_MOST_DIGITS = 9
"""Of the number of values of an axis."""
_MOST_POINTS = 10**15
_AXIS = "must read LO:HI:N, LO:HI:N:log or A,B,C"
_RANGE = "must read LO:HI or LO:HI:log"
_EXACT = 2**53
"""Whole numbers below this are doubles."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One dimension of a grid and the levers that move along it.

    Parameters
    ----------
    name : str
        Name of the dimension: that of its lever, or ``point`` for a table of points.
    levers : mapping of str to array of shape (n,)
        Values of each lever along the axis.
    extra : mapping of str to array of shape (n,)
        Columns of a table that are no levers; they come through as coordinates.
    bad : boolean array of shape (n,), optional
        Positions whose values break a rule; their results stay undefined.
    """

    name: str
    levers: Mapping[str, Array]
    extra: Mapping[str, Array] = field(default_factory=dict)
    bad: Array | None = None

    @property
    def size(self) -> int:
        """Number of positions on the axis."""
        return len(next(iter(self.levers.values())))

    def cut(self, part: slice) -> Axis:
        """Take a piece of the axis, without the columns that only come through."""
        levers = {name: values[part] for name, values in self.levers.items()}
        return Axis(self.name, levers, bad=None if self.bad is None else self.bad[part])


@dataclass(frozen=True)
class Range:
    """An interval of one lever, evenly spaced or in the logarithm.

    Examples
    --------
    >>> Range("relation.penalty", 1.0, 100.0, log=True).at([0.0, 0.5, 1.0])
    array([  1.,  10., 100.])
    """

    name: str
    lower: float
    upper: float
    log: bool = False

    def values(self, size: int) -> Array:
        """Give evenly spaced values from end to end, each the double nearest to the exact one.

        Where they are decimals of few places, doubles read as these decimals: 0:1:11 holds .3, not
        .30000000000000004, and a point that is meant to lie on a tie lies on it.

        Examples
        --------
        >>> Range("relation.penalty", 0.0, 1.0).values(11)[3]
        np.float64(0.3)
        """
        number = np.arange(size)
        if not self.log and size > 1:
            low, high = (Fraction(repr(float(end))) for end in (self.lower, self.upper))
            step = (high - low) / (size - 1)
            unit = lcm(low.denominator, step.denominator)
            first, further = int(low * unit), int(step * unit)
            if max(unit, abs(first), abs(int(high * unit))) < _EXACT:  # then one division rounds
                return np.asarray((first + further * number) / unit)
        return self.at(number / max(size - 1, 1))

    def at(self, share: ArrayLike) -> Array:
        """Give the values at shares of the way from the lower end (0) to the upper one (1)."""
        way = np.asarray(share, dtype=float)
        if self.log:
            inner = np.exp((1 - way) * np.log(self.lower) + way * np.log(self.upper))
        else:
            inner = (1 - way) * self.lower + way * self.upper
        # The ends are exact, whatever rounding does in between.
        return np.where(way == 0, self.lower, np.where(way == 1, self.upper, inner))


def axes_of(over: Over) -> tuple[Axis, ...]:
    """Make axes from a mapping of names to values or texts, or from ``NAME=SPEC`` texts.

    Parameters
    ----------
    over : mapping or sequence of str
        Values are arrays, lists, numbers or texts: ``"0:1:31"``, ``"1:100:21:log"``, ``"0,.5,1"``.

    Raises
    ------
    SweepError
        When a text is not an axis, an axis is empty, or a name comes twice.

    Examples
    --------
    >>> [axis] = axes_of(["relation.alignment=0:1:5"])
    >>> axis.name, axis.levers["relation.alignment"]
    ('relation.alignment', array([0.  , 0.25, 0.5 , 0.75, 1.  ]))
    """
    axes = tuple(Axis(name, {name: _axis(name, written)}) for name, written in _pairs(over))
    points = prod(axis.size for axis in axes)
    if points > _MOST_POINTS:
        rule = f"must span at most {_MOST_POINTS:,} points"
        raise SweepError(rule, where="over", value=points)
    return axes


def ranges_of(over: Over) -> tuple[Range, ...]:
    """Make ranges from a mapping of names to ``(low, high)`` or texts, or ``NAME=LO:HI`` texts.

    Examples
    --------
    >>> ranges_of({"relation.alignment": "0:1", "relation.penalty": (0.1, 2)})[1]
    Range(name='relation.penalty', lower=0.1, upper=2.0, log=False)
    """
    return tuple(_range(name, written) for name, written in _pairs(over))


def check_distinct(names: Iterable[str]) -> None:
    """Refuse a lever that is moved twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SweepError("is moved twice", where=name, remedy="name it once")
        seen.add(name)


def _pairs(over: Over) -> list[tuple[str, Any]]:
    if isinstance(over, Mapping):
        return list(over.items())
    pairs = []
    for text in [over] if isinstance(over, str) else over:
        name, equals, spec = text.partition("=")
        if not equals or not name.strip():
            raise SweepError("must read NAME=VALUES", where="over", value=text)
        pairs.append((name.strip(), spec.strip()))
    check_distinct(name for name, _ in pairs)
    return pairs


def _axis(name: str, written: Any) -> Array:
    if isinstance(written, str) and ":" in written:
        span, [count] = _span(name, written, _AXIS, further=1)
        if not count.strip().isdecimal():
            raise SweepError(_AXIS, where=name, value=written)
        size = int(count.strip()[: _MOST_DIGITS + 1])  # more digits would not change the answer
        if not 1 <= size < 10**_MOST_DIGITS:
            rule = f"must have from 1 to {10**_MOST_DIGITS - 1:,} values"
            raise SweepError(rule, where=name, value=written)
        return span.values(size)
    if isinstance(written, str):
        return np.array([_number(part, name, written, _AXIS) for part in written.split(",")])
    try:
        values = np.atleast_1d(np.array(written, dtype=float))
    except (TypeError, ValueError):
        raise SweepError("must be numbers", where=name, value=written) from None
    if values.ndim != 1 or not values.size:
        raise SweepError("must be a list of numbers", where=name, value=values.shape)
    return values


def _range(name: str, written: Any) -> Range:
    span, _ = _span(name, written, _RANGE, further=0)
    if span.lower >= span.upper:
        raise SweepError("the lower end must lie below the upper one", where=name, value=written)
    return span


def _span(name: str, written: Any, rule: str, *, further: int) -> tuple[Range, list[Any]]:
    """Read both ends, as many further parts, and perhaps ``log``; return the parts too."""
    parts = written.split(":") if isinstance(written, str) else list(written)
    log = len(parts) == 3 + further and str(parts[-1]).strip() == "log"
    if len(parts) != 2 + further + log:
        raise SweepError(rule, where=name, value=written)
    low, high = (_number(part, name, written, rule) for part in parts[:2])
    if not (np.isfinite(low) and np.isfinite(high)):
        raise SweepError("both ends must be finite", where=name, value=written)
    if log and min(low, high) <= 0:
        raise SweepError("a logarithmic range must be above 0", where=name, value=written)
    return Range(name, low, high, log=log), parts[2 : 2 + further]


def _number(part: object, name: str, written: object, rule: str) -> float:
    try:
        return float(part)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise SweepError(rule, where=name, value=written) from None
