"""The dual simplex method for many small programs at once, one pivot of every program per step.

It follows `strategic.equilibria._exact_program` step by step: the same choices, the same order of
labels. Tables of whole numbers are quotients by a denominator that is known, so that what a pivot
depends on is rounded to whole numbers: as long as a bound on the errors says that these are the
right ones, it makes the very same pivots. On other numbers it is only a guess, to be proved
afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

CELLS = 1 << 17
"""Numbers in the tables of the programs that are pivoted together, so that they fit the cache."""
OPTIMAL, INFEASIBLE, GAVE_UP = 0, 1, 2
NEARLY = 1e-11
"""What counts as zero on numbers that are not whole; a wrong guess costs time only."""
ALIKE = 2.0**50
"""Quotients that are rounded alike are the same where the crosswise products are at most this."""
_UNIT = 2.0**-53
_NONE = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Ends:
    """Where pivoting of programs ``min sum(q)``, ``matrix @ q >= right``, ``q >= 0`` ended.

    Parameters
    ----------
    basic, free : arrays of int ``(rows, programs)``, ``(variables, programs)``
        Labels of the variables in and outside the basis: variables first, then slacks.
    constants : array ``(rows, programs)``
        Values of the basic ones, times the denominator.
    costs : array ``(variables, programs)``
        What a unit of the free ones adds to the sum, times the denominator.
    denominators : array ``(programs,)``
        1 on numbers that are not whole.
    state : array of int8 ``(programs,)``
        ``OPTIMAL``; ``INFEASIBLE``; ``GAVE_UP``, by size or steps.
    stuck, line : arrays ``(programs,)``, ``(variables, programs)``
        In infeasible programs, a basic variable that is negative whatever the free ones are, and
        how it depends on them.
    """

    basic: Array
    free: Array
    constants: Array
    costs: Array
    denominators: Array
    state: Array
    stuck: Array
    line: Array


@dataclass(frozen=True, eq=False)
class Tables:
    """Tables after their first pivot: see `first_tables`.

    Parameters
    ----------
    cells : array ``(1 + rows, 1 + variables, programs)``
        First the sum, then the basic variables, each as a constant and multiples of the free ones.
    entered : array of int ``(programs,)``
        The variable that took the place of the slack of the first aim.
    denominators : array ``(programs,)``
        What makes whole numbers of the cells.
    largest : array ``(programs,)``
        The largest numbers of the programs.
    """

    cells: Array
    entered: Array
    denominators: Array
    largest: Array

    def of(self, part: slice) -> Tables:
        """Take some programs."""
        return Tables(
            self.cells[..., part], self.entered[part], self.denominators[part], self.largest[part]
        )


def first_tables(matrix: Array, aims: int, largest: Array | None = None) -> Tables:
    """Make the tables of programs ``min sum(q)``, ``matrix @ q >= right``, ``q >= 0``.

    The right-hand side is 1 in the first ``aims`` rows and 0 in the others, so the first pivot is
    known: of all rows that are short the first aim is the first, and its largest entry is the
    cheapest. Of whole numbers the ``largest`` have to be known.
    """
    rows, variables, programs = matrix.shape
    entered = matrix[0].argmax(axis=0)
    column = np.take_along_axis(matrix, entered[None, None], axis=1)[:, 0]
    pivot = column[0]
    one, aim = 1.0 / pivot, matrix[0] / pivot
    cells = np.empty((1 + rows, 1 + variables, programs))
    np.subtract(1.0, aim, out=cells[0, 1:])
    np.multiply(column[:, None], aim, out=cells[1:, 1:])
    np.subtract(matrix, cells[1:, 1:], out=cells[1:, 1:])
    column = column * one  # in the place of the constants, and of what has entered
    cells[1:, 0] = column
    cells[2 : 1 + aims, 0] -= 1.0
    cells[1, 0], cells[0, 0], cells[1, 1:] = one, one, -aim
    numbers = np.arange(programs)
    cells[1:, 1 + entered, numbers] = column
    cells[:2, 1 + entered, numbers] = one
    if largest is None:
        return Tables(cells, entered, np.ones(programs), np.zeros(programs))
    return Tables(cells, entered, pivot, largest)


def pivoted(
    blocks: Iterable[Tables], size: tuple[int, int, int], *, whole: bool, most_steps: int
) -> Ends:
    """Pivot every program to its optimum, as far as its numbers allow.

    Parameters
    ----------
    blocks : iterable of Tables
        One block after the other, each made when its programs are begun and still in the cache.
    size : tuple of int
        Rows, variables, and programs of all blocks.
    whole : bool
        Whether the entries are whole numbers; then nothing is rounded, and a program whose
        numbers become too large is given up.
    most_steps : int
        Pivots after which a program is given up.

    Notes
    -----
    A program that is done hands its lane to the next one, so the cost is that of the pivots made,
    not that of the longest path times the programs.

    References
    ----------
    Lemke, C. E. (1954). The dual method of solving the linear programming problem. Naval Research
    Logistics Quarterly 1, 36-47.
    """
    rows, variables, programs = size
    ends = Ends(
        basic=np.empty((rows, programs), dtype=np.int16),
        free=np.empty((variables, programs), dtype=np.int16),
        constants=np.empty((rows, programs)),
        costs=np.empty((variables, programs)),
        denominators=np.ones(programs),
        state=np.full(programs, GAVE_UP, dtype=np.int8),
        stuck=np.zeros(programs, dtype=np.intp),
        line=np.zeros((variables, programs)),
    )
    cells = (1 + rows) * (1 + variables)
    count = min(max(CELLS // cells, 64), programs)
    lanes = _Lanes(
        np.zeros(count, dtype=np.intp),
        np.empty((1 + rows, 1 + variables, count)),
        np.empty((rows, count), dtype=np.int16),
        np.empty((variables, count), dtype=np.int32),
        np.empty(count),
        np.empty(count, dtype=np.intp),
        np.empty(count),
        np.empty(count),
        np.empty(cells * count),
    )
    waiting = _Waiting(iter(blocks))
    done = np.arange(count)
    with np.errstate(all="ignore"):  # lanes that are done go on with rubbish until refilled
        while lanes.numbers.size:
            while done.size:
                empty = lanes.refill(waiting, done)
                lanes = lanes.without(empty) if empty.size else lanes
                done = lanes.store_optimal(ends, whole=whole)
            failed = lanes.step(ends, whole=whole, most_steps=most_steps)
            done = np.concatenate([failed, lanes.store_optimal(ends, whole=whole)])
    return ends


@dataclass(eq=False)
class _Waiting:
    """The programs that have not begun, in their order."""

    blocks: Iterator[Tables]
    block: Tables | None = None
    begun: int = 0
    number: int = 0

    def take(self, most: int) -> tuple[slice, Tables] | None:
        """Take up to so many programs: their numbers and tables; None if there are none."""
        if self.block is None or self.begun == self.block.entered.size:
            self.block, self.begun = next(self.blocks, None), 0
            if self.block is None:
                return None
        part = slice(self.begun, min(self.begun + most, self.block.entered.size))
        taken = part.stop - part.start
        self.begun, self.number = part.stop, self.number + taken
        return slice(self.number - taken, self.number), self.block.of(part)


@dataclass(eq=False)
class _Lanes:
    """The programs at work: their numbers, tables ``(rows, columns, lanes)``, labels and steps.

    Each free variable is a label times the number of variables, and its place. Entries of a table
    are at most ``sizes``, and off by no more than ``errors``.
    """

    numbers: Array
    table: Array
    basic: Array
    free: Array
    denominators: Array
    steps: Array
    sizes: Array
    errors: Array
    memory: Array

    def refill(self, waiting: _Waiting, lanes: Array) -> Array:
        """Let programs begin in some lanes, and give the lanes for which there is none."""
        variables = len(self.free)
        places = np.arange(variables)
        while lanes.size and (taken := waiting.take(lanes.size)):
            numbers, tables = taken
            some, lanes = lanes[: tables.entered.size], lanes[tables.entered.size :]
            self.numbers[some] = np.arange(numbers.start, numbers.stop)
            self.table[:, :, some] = tables.cells
            self.basic[:, some] = np.arange(variables, variables + len(self.basic))[:, None]
            self.free[:, some] = (places * variables + places)[:, None]
            self.basic[0, some] = tables.entered
            self.free[tables.entered, some] = variables * variables + tables.entered
            self.denominators[some] = tables.denominators
            self.steps[some], self.sizes[some] = 1, 2.0 * tables.largest
            self.errors[some] = 5.0 * _UNIT * tables.largest  # of four operations
        return lanes

    def without(self, lanes: Array) -> _Lanes:
        """Close some lanes."""
        open_ones = np.ones(len(self.numbers), dtype=bool)
        open_ones[lanes] = False
        kept = np.flatnonzero(open_ones)
        return _Lanes(
            self.numbers[kept],
            self.table.take(kept, axis=2),
            self.basic[:, kept],
            self.free[:, kept],
            self.denominators[kept],
            self.steps[kept],
            self.sizes[kept],
            self.errors[kept],
            self.memory,
        )

    def store_optimal(self, ends: Ends, *, whole: bool) -> Array:
        """Store the programs that have come to their optimum, and give their lanes."""
        least = self.table[1:, 0].min(axis=0)
        optimal = least * self.denominators > -0.5 if whole else least >= -NEARLY
        lanes = np.flatnonzero(optimal)
        if lanes.size:
            self._store(ends, lanes, OPTIMAL, whole=whole)
        return lanes

    def step(self, ends: Ends, *, whole: bool, most_steps: int) -> Array:
        """Pivot once in every lane; store the programs that fail, and give their lanes."""
        rows, columns, count = self.table.shape
        lanes, cells = np.arange(count), self.table.reshape(-1)
        # The shortest row leaves, the cheapest variable that lengthens it enters, and of equally
        # cheap ones that with the least label.
        chosen = self._numerators(self.table[1:, 0], whole=whole).argmin(axis=0) + 1
        at_row = chosen * (columns * count) + lanes
        across = at_row + (np.arange(columns) * count)[:, None]
        line = self._numerators(cells[across], whole=whole)
        costs = self._numerators(self.table[0, 1:], whole=whole)
        ratios = np.where(line[1:] > (0.0 if whole else NEARLY), costs / line[1:], np.inf)
        least = ratios.min(axis=0)
        cheapest = ratios == least
        code = np.where(cheapest, self.free, np.int32(_NONE)).min(axis=0)
        entering, place = np.divmod(code, columns - 1)
        enters = place + 1
        at_column = enters * count + lanes
        down = at_column + (np.arange(rows) * (columns * count))[:, None]
        column, pivot = self._numerators(cells[down], whole=whole), line[enters, lanes]
        failed = ~np.isfinite(least) | (self.steps >= most_steps)
        # The leaving variable takes the column of the entering one: a unit column before the
        # pivot, so that one update does both.
        stuck = line[1:].copy()
        line[enters, lanes] = -self.denominators
        line /= -pivot
        if whole:
            column /= self.denominators
            widest = np.abs(line).max(axis=0)
            reach = np.abs(column).max(axis=0) * widest
            self.sizes = np.maximum(self.sizes + reach, widest)
            # Both factors and their product are rounded, and the sum.
            self.errors += _UNIT * (4.0 * reach + self.sizes)
            alike = costs.max(axis=0) * np.abs(stuck).max(axis=0) <= ALIKE
            failed |= ~(alike | (cheapest.sum(axis=0) == 1)) | ~(self.errors * pivot < 0.25)
        lost = np.flatnonzero(failed)
        if lost.size:
            state = np.where(np.isinf(least[lost]), INFEASIBLE, GAVE_UP)
            self._store(ends, lost, state, whole=whole)
            ends.stuck[self.numbers[lost]] = chosen[lost] - 1
            ends.line[:, self.numbers[lost]] = stuck[:, lost]
        cells[down] = 0.0
        change = self.memory[: cells.size].reshape(self.table.shape)
        np.copyto(change, line)  # and multiplied in place: faster than to write the product
        change *= column[:, None]
        self.table += change
        cells[across] = line
        if whole:
            self.denominators = pivot
        leaving = self.basic[chosen - 1, lanes].astype(np.int32)
        self.basic[chosen - 1, lanes] = entering
        self.free[place, lanes] = leaving * (columns - 1) + place
        self.steps += 1
        self.table[1, 0, lost], self.denominators[lost] = -np.inf, 1.0  # surely not optimal
        return lost

    def _numerators(self, cells: Array, *, whole: bool) -> Array:
        return np.rint(cells * self.denominators) if whole else cells

    def _store(self, ends: Ends, lanes: Array, state: int | Array, *, whole: bool) -> None:
        numbers, denominators = self.numbers[lanes], self.denominators[lanes]
        constants, costs = self.table[1:, 0].take(lanes, 1), self.table[0, 1:].take(lanes, 1)
        if whole:
            constants, costs = np.rint(constants * denominators), np.rint(costs * denominators)
        ends.basic[:, numbers] = self.basic.take(lanes, 1)
        ends.free[:, numbers] = self.free.take(lanes, 1) // len(self.free)
        ends.constants[:, numbers], ends.costs[:, numbers] = constants, costs
        ends.denominators[numbers], ends.state[numbers] = denominators, state
