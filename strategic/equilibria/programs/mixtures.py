"""Optimal mixtures of many small programs at once, exactly as one by one.

The bulk twin of `strategic.equilibria._exact_program.best_mixture`, for programs of one shape.
Whole numbers are pivoted as such, by the same steps. Other numbers are pivoted as doubles, and what
is found counts only if it is proved to be the only optimum. The few programs for which neither
succeeds are left to exact arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria.programs._pivoting import (
    GAVE_UP,
    INFEASIBLE,
    OPTIMAL,
    Ends,
    Tables,
    first_tables,
    pivoted,
)
from strategic.equilibria.programs.twofold import exact_sum, quotient, rounded, weighted_sum
from strategic.equilibria.programs.vertices import Structure, only_vertices, upper_bounds

HELD = 2.0**53
"""Sums of whole numbers below this are exact in doubles."""
_MOST_ENTRY = 2.0**24
"""Whole numbers above this would soon become too large for doubles."""
BEGUN = 256
"""Programs whose tables are made together, so that they are in the cache when they are pivoted."""
_SMALL = 256
_COMMON = np.gcd.outer(np.arange(_SMALL), np.arange(_SMALL)).astype(np.uint8).reshape(-1)
_BITS = np.arange(8)
_OF_BITS = np.gcd.reduce((np.arange(_SMALL)[:, None] >> _BITS & 1) * _BITS, axis=1)
"""Greatest common divisors of numbers below 8, by the bits that they set."""


@dataclass(frozen=True, eq=False)
class Programs:
    """Programs of one shape: maximise the least of the aims over mixtures, with no limit positive.

    Parameters
    ----------
    rows : array ``(aims + limits, variables, programs)``
    low : array of the same shape, or None
        What the rows are short of the exact numbers, as after rounding.
    aims : int
        How many of the rows are aims. If there are several, they are doubles.
    whole : array of bool ``(programs,)``
        Where all rows are whole numbers that doubles hold.
    """

    rows: Array
    low: Array | None
    aims: int
    whole: Array


@dataclass(frozen=True, eq=False)
class BestMixtures:
    """Optimal mixtures of programs, as sums of two doubles over a total.

    Parameters
    ----------
    high, low, error : arrays ``(variables, programs)``
        Shares times the total, and bounds on the errors; zero where ``whole``.
    total : array ``(programs,)``
    first : array of int ``(programs,)``
        The first of the aims that are least at the mixture.
    weights : array ``(aims, programs)``
        The mixture of aims that holds the value down, up to a factor; only where ``whole``.
    whole : array of bool ``(programs,)``
        Whether the program was solved in whole numbers.
    proved : array of bool ``(programs,)``
        Whether this is what `best_mixture` gives; where False, only ``upper`` means anything.
    infeasible : array of bool ``(programs,)``
        Whether it is proved that no mixture satisfies the limits.
    upper : array ``(programs,)``
        A bound on the value of what is not proved; infinite if there is none or none was asked for.
    only : array of bool ``(2, programs)``
        Whether the mixture, and the weights, are surely the only ones.
    """

    high: Array
    low: Array
    error: Array
    total: Array
    first: Array
    weights: Array
    whole: Array
    proved: Array
    infeasible: Array
    upper: Array
    only: Array

    def shares(self) -> tuple[Array, Array]:
        """Round the shares once; tell for which programs that surely is right."""
        # A quotient of whole numbers below 2**53 is never half-way between two doubles.
        found, sure = self.high / self.total + 0.0, self.proved.copy()
        some = np.flatnonzero(sure & ~self.whole)
        if some.size:
            parts = self.high[:, some], self.low[:, some]
            found[:, some], right = rounded(*parts, self.error[:, some])
            sure[some] = right.all(axis=0)
        return found, sure

    def mean(self, numbers: Array, unit: Array) -> tuple[Array, Array, Array]:
        """Mix numbers over a unit: a sum of two doubles, and a bound on its error.

        Parameters
        ----------
        numbers : array ``(*terms, variables, programs)``
            What is to be mixed and added up.
        unit : array ``(programs,)``
        """
        terms = numbers.reshape(math.prod(numbers.shape[:-2]), len(self.high), len(self.total))
        with np.errstate(all="ignore"):
            total = (terms * self.high).sum(axis=(0, 1))
            sizes = (np.abs(terms) * self.high).sum(axis=(0, 1))
            divisor = self.total * unit
            high, low, error = total / divisor + 0.0, np.zeros_like(total), np.zeros_like(total)
            plain = self.whole & (sizes < HELD) & (divisor < HELD)
            if len(terms) == 1 and not plain.all():  # one share of 1, and a power of two
                used = (self.high > 0.0).sum(axis=0)
                plain |= ~self.whole & (used == 1) & (np.frexp(unit)[0] == 0.5)
            others = np.flatnonzero(~plain)
            if others.size:
                at = np.arange(len(terms))[:, None, None], self._used(others), others
                some = terms[at]
                weights, less, off = (side[at[1:]] for side in self._parts())
                flat = some.reshape(-1, others.size)
                repeated = (np.concatenate([side] * len(terms)) for side in (weights, less))
                *sums, rounding = weighted_sum(flat, (next(repeated), next(repeated)))
                off = rounding + (np.abs(some) * off).sum(axis=(0, 1)) * (1.0 + 1e-9)
                parts = quotient((sums[0], sums[1]), divisor[others], off)
                high[others], low[others], error[others] = parts
        return high, low, error

    def rounded_mean(self, numbers: Array, unit: Array) -> tuple[Array, Array]:
        """Mix numbers over a unit and round once; tell where that surely is right."""
        return self.rounded(*self.mean(numbers, unit))

    def added(self, means: Sequence[tuple[Array, Array, Array]]) -> tuple[Array, Array, Array]:
        """Add what `mean` gave for several numbers; nothing of it may have been divided."""
        high, low, error = means[0]
        for more, less, off in means[1:]:
            high, lost = exact_sum(high, more)
            error = error + off
            for part in (less, lost):
                low, missed = exact_sum(low, part)
                error = error + np.abs(missed) * (1.0 + 1e-9)
        return high, low, error

    def rounded(self, high: Array, low: Array, error: Array) -> tuple[Array, Array]:
        """Round what `mean` gives."""
        exact = self.whole & (error == 0.0)  # the quotient of two whole numbers
        found, sure = rounded(high, low, error)
        return np.where(exact, high, found), (exact | sure) & self.proved

    def of(self, numbers: Array) -> BestMixtures:
        """Take some programs, in any order."""
        return BestMixtures(*(part.take(numbers, axis=-1) for part in vars(self).values()))

    def put(self, numbers: Array, others: BestMixtures) -> None:
        """Put others, with as many variables, in the place of some programs; but no weights."""
        for name, part in vars(self).items():
            if name != "weights":
                part[..., numbers] = getattr(others, name)

    def _used(self, numbers: Array) -> Array:
        """List the variables with a share in some programs, and enough of the others."""
        used = self.high.take(numbers, axis=1) > 0.0
        counts = used.sum(axis=0)
        most = max(int(counts.max()), 1)
        return np.argsort(~used, axis=0, kind="stable")[:most]

    def _parts(self) -> tuple[Array, Array, Array]:
        return self.high, self.low, self.error


def best_mixtures(
    programs: Programs,
    *,
    structure: Structure | None = None,
    bounded: bool = False,
    most_steps: int = 0,
) -> BestMixtures:
    """Solve programs of one shape; see `Programs` and `BestMixtures`.

    Parameters
    ----------
    programs : Programs
    structure : function, optional
        Which rows depend on each other, see `vertices.only_vertices`.
    bounded : bool
        Whether upper bounds on the values are wanted.
    most_steps : int
        Pivots after which exact arithmetic turns to Bland's rule; by the number of rows if zero.

    Examples
    --------
    >>> aims = np.array([[2.0, 0.0], [0.0, 1.0]])[:, :, None]
    >>> found = best_mixtures(Programs(aims, None, 2, np.array([True])))
    >>> found.high[:, 0] / found.total[0], found.proved
    (array([0.33333333, 0.66666667]), array([ True]))
    """
    rows, variables, count = programs.rows.shape
    steps = most_steps or 4 * (rows + variables)
    found = BestMixtures(
        high=np.zeros((variables, count)),
        low=np.zeros((variables, count)),
        error=np.zeros((variables, count)),
        total=np.ones(count),
        first=np.zeros(count, dtype=np.intp),
        weights=np.zeros((programs.aims, count)),
        whole=np.zeros(count, dtype=bool),
        proved=np.zeros(count, dtype=bool),
        infeasible=np.zeros(count, dtype=bool),
        upper=np.full(count, np.inf),
        only=np.zeros((2, count), dtype=bool),
    )
    _at_one_variable(programs, found)
    if (programs.whole & ~found.proved).any():
        _in_whole_numbers(programs, found, steps)
    if not (found.whole | found.proved).all():
        _in_doubles(programs, found, structure, bounded=bounded)
    return found


def _at_one_variable(programs: Programs, found: BestMixtures) -> None:
    """Solve the programs whose first aim is largest at a variable that no limit forbids.

    Other aims must not be less there, unless there is no other variable. Of several such variables
    pivoting ends at the first one, if it is not forbidden.
    """
    aims, numbers = programs.aims, np.arange(programs.whole.size)
    if aims > 1 and not programs.whole.any():
        return
    aim = programs.rows[0]
    best = aim.argmax(axis=0)
    top = aim[best, numbers]
    # Beyond what the low parts may add: where terms of a sum cancel, that is much beside the sum.
    lost = 0.0 if programs.low is None else 2.1 * np.abs(programs.low[0]).max(axis=0)
    alone = (aim >= top - lost).sum(axis=0) == 1
    some = np.flatnonzero(programs.whole | (alone & (aims == 1)))
    rows = programs.rows[:, best[some], some]
    first = rows[:aims].argmin(axis=0)
    allowed = (rows[aims:] <= 0.0).all(axis=0) & ((first == 0) | (len(aim) == 1))
    some, rows, first = some[allowed], rows[:, allowed], first[allowed]
    found.high[best[some], some] = 1.0
    found.first[some], found.weights[first, some] = first, 1.0
    found.proved[some], found.whole[some] = True, programs.whole[some]
    found.only[0, some] = alone[some]
    tight = (rows[:aims] == rows[first, np.arange(some.size)]).sum(axis=0) == 1
    found.only[1, some] = programs.whole[some] & tight & (rows[aims:] < 0.0).all(axis=0)


def _in_whole_numbers(programs: Programs, found: BestMixtures, most_steps: int) -> None:
    """Pivot the programs whose numbers are small and whole, as `best_mixture` does."""
    aims, some = programs.aims, np.flatnonzero(programs.whole & ~found.proved)
    small = np.empty(some.size, dtype=bool)

    def tables() -> Iterator[Tables]:
        for part in block_slices(some.size, BEGUN):
            rows = _some(programs.rows, some, part)
            low = rows[:aims].min(axis=(0, 1))
            above = rows[:aims] - low
            spread = above.max(axis=(0, 1))
            matrix = np.empty_like(rows)
            np.add(above, np.where(spread > 0.0, spread, 1.0), out=matrix[:aims])
            shared = _common_divisors(above.reshape(1, -1, low.size))
            if (shared > 1.0).any():
                matrix[:aims] /= np.maximum(shared, 1.0)
            divisors = _common_divisors(rows[aims:])
            divisors = np.where(divisors > 0.0, -divisors, -1.0)
            np.divide(rows[aims:], divisors[:, None], out=matrix[aims:])
            large = np.maximum(matrix.max(axis=(0, 1)), -matrix.min(axis=(0, 1)))
            small[part] = large <= _MOST_ENTRY
            if not small[part].all():
                matrix[:, :, ~small[part]] = 1.0  # any program: what comes of it is not taken
            yield first_tables(matrix, aims, np.minimum(large, _MOST_ENTRY))

    size = (len(programs.rows), len(found.high), some.size)
    ends = pivoted(tables(), size, whole=True, most_steps=most_steps)
    rows = programs.rows[:aims, :, some]
    values, duals = _basic_values(ends)
    total, optimal = values.sum(axis=0), (ends.state == OPTIMAL) & small
    with np.errstate(all="ignore"):
        worth = (rows * values).sum(axis=1)
        sizes = (np.abs(rows) * values).sum(axis=1).max(axis=0)
    solved = optimal & (total < HELD) & (sizes < HELD)
    infeasible = (ends.state == INFEASIBLE) & small
    found.whole[some], found.proved[some] = solved | infeasible, solved
    found.infeasible[some] = infeasible
    found.high[:, some], found.total[some] = values * solved, np.where(solved, total, 1.0)
    found.weights[:, some], found.first[some] = duals[:aims], worth.argmin(axis=0)
    found.only[0, some] = (ends.costs > 0.0).all(axis=0) & solved
    found.only[1, some] = (ends.constants > 0.0).all(axis=0) & solved


def _basic_values(ends: Ends) -> tuple[Array, Array]:
    """Numerators of the variables, and of the multipliers of the constraints."""
    variables, rows = len(ends.free), len(ends.basic)
    values = np.zeros((variables + rows, ends.free.shape[1]))
    np.put_along_axis(values, ends.basic.astype(np.intp), ends.constants, axis=0)
    duals = np.zeros_like(values)
    np.put_along_axis(duals, ends.free.astype(np.intp), ends.costs, axis=0)
    return values[:variables], duals[variables:]


def _some(rows: Array, some: Array, part: slice) -> Array:
    """Take some programs, in the same order of axes."""
    return rows[..., part] if some.size == rows.shape[2] else rows.take(some[part], axis=2)


def _common_divisors(numbers: Array) -> Array:
    """Greatest common divisor over the second axis of whole numbers; 0 where all are zero."""
    largest = max(numbers.max(initial=0.0), -numbers.min(initial=0.0))
    if largest >= _SMALL:
        whole = np.abs(numbers).astype(np.int64)
        return np.asarray(np.gcd.reduce(whole, axis=1), dtype=float)
    whole = np.abs(numbers.astype(np.int16)).astype(np.uint8)
    if largest < _BITS.size:
        return np.asarray(_OF_BITS[np.bitwise_or.reduce(np.uint8(1) << whole, axis=1)], dtype=float)
    found = np.ones((len(whole), whole.shape[2]))
    rows, places = np.nonzero(~(whole == 1).any(axis=1))  # others have no common divisor
    whole = np.ascontiguousarray(whole.swapaxes(1, 2)[rows, places].T, dtype=np.uint16)
    divisor = whole[0]
    for row in whole[1:]:
        divisor = _COMMON[row * np.uint16(_SMALL) + divisor]
    found[rows, places] = divisor
    return found


def _in_doubles(
    programs: Programs, found: BestMixtures, structure: Structure | None, *, bounded: bool
) -> None:
    """Pivot programs in doubles, and keep what is proved to be the only optimum."""
    aims, some = programs.aims, np.flatnonzero(~(found.whole | found.proved))
    count, variables, _ = programs.rows.shape
    factors = np.empty((count, some.size))

    def tables() -> Iterator[Tables]:
        for part in block_slices(some.size, BEGUN):
            rows = _some(programs.rows, some, part)
            with np.errstate(all="ignore"):
                low = rows[:aims].min(axis=(0, 1))
                spread = rows[:aims].max(axis=(0, 1)) - low
                sizes = np.maximum(rows.max(axis=1), -rows.min(axis=1))
                sizes[:aims] = spread
                scale = np.divide(1.0, np.where(sizes > 0.0, sizes, 1.0), out=factors[:, part])
                matrix = rows * -scale[:, None]
                matrix[:aims] = (rows[:aims] - low) * scale[:aims, None] + 1.0
                begun = first_tables(matrix, aims)
            yield begun

    size = (count, variables, some.size)
    ends = pivoted(tables(), size, whole=False, most_steps=4 * (count + variables))
    lost = np.broadcast_to(0.0, programs.rows.shape) if programs.low is None else programs.low
    known = None if structure is None else (lambda few, used: structure(some[few], used))
    vertices = only_vertices((programs.rows, lost), aims, ends, known, numbers=some)
    found.high[:, some], found.low[:, some] = vertices.high, vertices.low
    found.error[:, some], found.first[some] = vertices.error, vertices.first
    found.proved[some] = found.only[0, some] = vertices.proved
    if bounded:
        bounds = upper_bounds(_some(programs.rows, some, slice(None)), aims, ends, factors)
        found.upper[some] = np.where(ends.state == GAVE_UP, np.inf, bounds)
