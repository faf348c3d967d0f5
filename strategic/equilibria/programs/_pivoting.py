"""The dual simplex method for many small programs at once, one pivot of every program per step.

It follows `strategic.equilibria._exact_program` step by step: the same table, the same choices, the
same order of labels. On whole numbers, which doubles hold exactly up to a size that is watched, it
therefore makes the very same pivots. On other numbers it is only a guess, to be proved afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

CELLS = 1 << 16
"""Numbers in the tables of the programs that are pivoted together, so that they fit the cache."""
OPTIMAL, INFEASIBLE, GAVE_UP = 0, 1, 2
NEARLY = 1e-11
"""What counts as zero on numbers that are not whole; a wrong guess costs time only."""
EXACT = 2.0**52
"""Sums of two products up to this are exact."""
ORDERED = 2.0**50
"""Quotients order as they should where the crosswise products are at most this."""


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
    """

    cells: Array
    entered: Array
    denominators: Array

    def of(self, part: slice) -> Tables:
        """Take some programs."""
        return Tables(self.cells[..., part], self.entered[part], self.denominators[part])


def first_tables(matrix: Array, aims: int, *, whole: bool) -> Tables:
    """Make the tables of programs ``min sum(q)``, ``matrix @ q >= right``, ``q >= 0``.

    The right-hand side is 1 in the first ``aims`` rows and 0 in the others, so the first pivot is
    known: of all rows that are short the first aim is the first, and its largest entry is the
    cheapest. Entries are at most 2**24 where they are ``whole``.
    """
    rows, variables, programs = matrix.shape
    entered = matrix[0].argmax(axis=0)
    column = np.take_along_axis(matrix, entered[None, None], axis=1)[:, 0]
    pivot = column[0]
    aim, one = (matrix[0], np.ones(programs)) if whole else (matrix[0] / pivot, 1.0 / pivot)
    cells = np.empty((1 + rows, 1 + variables, programs))
    np.subtract(pivot if whole else 1.0, aim, out=cells[0, 1:])
    np.multiply(column[:, None], aim, out=cells[1:, 1:])
    np.subtract(matrix * pivot if whole else matrix, cells[1:, 1:], out=cells[1:, 1:])
    column = column * one  # in the place of the constants, and of what has entered
    cells[1:, 0] = column
    cells[2 : 1 + aims, 0] -= pivot if whole else 1.0
    cells[1, 0], cells[0, 0], cells[1, 1:] = one, one, -aim
    numbers = np.arange(programs)
    cells[1:, 1 + entered, numbers] = column
    cells[:2, 1 + entered, numbers] = one
    return Tables(cells, entered, pivot if whole else np.ones(programs))


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
        np.empty((variables, count), dtype=np.int16),
        np.empty(count),
        np.empty(count, dtype=np.intp),
        np.empty(count),
        np.empty(cells * count),
    )
    waiting = _Waiting(iter(blocks))
    lanes.refill(waiting, np.arange(count))
    with np.errstate(all="ignore"):  # lanes that are done go on with rubbish until refilled
        while lanes.numbers.size:
            done = lanes.step(ends, whole=whole, most_steps=most_steps)
            empty = lanes.refill(waiting, done)
            if empty.size:
                lanes = lanes.without(empty)
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
    """The programs at work: their numbers, tables ``(rows, columns, lanes)``, labels and steps."""

    numbers: Array
    table: Array
    basic: Array
    free: Array
    denominators: Array
    steps: Array
    sizes: Array
    memory: Array

    def refill(self, waiting: _Waiting, lanes: Array) -> Array:
        """Let programs begin in some lanes, and give the lanes for which there is none."""
        variables = len(self.free)
        while lanes.size and (taken := waiting.take(lanes.size)):
            numbers, tables = taken
            some, lanes = np.split(lanes, [tables.entered.size])
            self.numbers[some] = np.arange(numbers.start, numbers.stop)
            self.table[:, :, some] = tables.cells
            self.basic[:, some] = np.arange(variables, variables + len(self.basic))[:, None]
            self.free[:, some] = np.arange(variables)[:, None]
            self.basic[0, some], self.free[tables.entered, some] = tables.entered, variables
            self.denominators[some] = tables.denominators
            self.steps[some], self.sizes[some] = 1, np.inf
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
            self.memory,
        )

    def step(self, ends: Ends, *, whole: bool, most_steps: int) -> Array:
        """Pivot once in every lane; store the programs that are done, and give their lanes."""
        rows, columns, count = self.table.shape
        lanes, cells = np.arange(count), self.table.reshape(-1)
        # The shortest row leaves, the cheapest variable that lengthens it enters, and of equally
        # cheap ones that with the least label.
        chosen = self.table[1:, 0].argmin(axis=0) + 1
        at_row = chosen * (columns * count) + lanes
        across = at_row + (np.arange(columns) * count)[:, None]
        line = cells[across]
        ratios = np.full((columns - 1, count), np.inf)
        np.divide(
            self.table[0, 1:], line[1:], out=ratios, where=line[1:] > (0.0 if whole else NEARLY)
        )
        least = ratios.min(axis=0)
        enters = np.where(ratios == least, self.free, np.int16(rows + columns)).argmin(axis=0) + 1
        at_column = enters * count + lanes
        down = at_column + (np.arange(rows) * (columns * count))[:, None]
        column, pivot = cells[down], line[enters, lanes]
        state = np.full(count, GAVE_UP, dtype=np.int8)
        state[np.isinf(least)] = INFEASIBLE
        state[line[0] >= (0.0 if whole else -NEARLY)] = OPTIMAL
        done = (state != GAVE_UP) | (self.steps >= most_steps)
        if whole:
            widest, steepest = np.abs(line).max(axis=0), np.abs(column).max(axis=0)
            # The bound on all entries grows too fast; where it is too large they are looked at.
            large = np.flatnonzero(~(pivot * self.sizes + steepest * widest <= EXACT))
            self.sizes[large] = np.abs(self.table[:, :, large]).max(axis=(0, 1))
            most = pivot * self.sizes + steepest * widest
            done |= (most > EXACT) | (self.table[0].max(axis=0) * widest > ORDERED)
            self.sizes = most / self.denominators
        else:
            done |= ~np.isfinite(least) & (state == GAVE_UP)
        leaving = np.flatnonzero(done)
        if leaving.size:
            self._store(ends, leaving, state, chosen, line)
        # The leaving variable takes the column of the entering one: a unit column before the
        # pivot, so that one update does both.
        cells[down] = 0.0
        line[enters, lanes] = -self.denominators
        change = self.memory[: cells.size].reshape(self.table.shape)
        if not whole:
            line /= -pivot
        np.copyto(change, line)  # and multiplied in place: faster than to write the product
        change *= column[:, None]
        if whole:
            self.table *= pivot
            self.table -= change
            self.table /= self.denominators
            cells[across] = -line
            self.denominators = pivot
        else:
            self.table += change
            cells[across] = line
        self.basic[chosen - 1, lanes], self.free[enters - 1, lanes] = (
            self.free[enters - 1, lanes],
            self.basic[chosen - 1, lanes],
        )
        self.steps += 1
        return leaving

    def _store(self, ends: Ends, lanes: Array, state: Array, chosen: Array, line: Array) -> None:
        numbers = self.numbers[lanes]
        ends.basic[:, numbers], ends.free[:, numbers] = self.basic[:, lanes], self.free[:, lanes]
        ends.constants[:, numbers] = self.table[1:, 0][:, lanes]
        ends.costs[:, numbers] = self.table[0, 1:][:, lanes]
        ends.denominators[numbers] = self.denominators[lanes]
        ends.state[numbers], ends.stuck[numbers] = state[lanes], chosen[lanes] - 1
        stuck = state[lanes] == INFEASIBLE
        if stuck.any():
            ends.line[:, numbers[stuck]] = line[1:, lanes[stuck]]
