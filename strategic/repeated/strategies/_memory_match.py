"""Matches of memory-one strategies over many points: laid out, checked and solved in chunks."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import block_slices, map_blocks
from strategic.chains import RAREST, are_probabilities, long_run_law
from strategic.errors import GameError
from strategic.repeated.strategies._outcome_chain import (
    CHUNK,
    Workspace,
    eliminated_law,
    first_law,
    match_chain,
    restart,
    workspace,
)

BLOCK = 131_072
"""Points per block: many chunks, so that a thread is worth starting."""
_ONE, _RAREST = (int(np.float64(chance).view(np.uint64)) for chance in (1.0, RAREST))


@dataclass(frozen=True)
class Match:
    """Strategies and conditions of many matches, points first.

    Attributes
    ----------
    row, column : ndarray, shape (points, 4)
        Probability of cooperating after CC, CD, DC and DD, one's own action first.
    opening : ndarray, shape (points, 2)
        Probability that row and column cooperate in the first period.
    noise, discount : ndarray, shape (points,)
        Chance that an action comes out wrong, and discount factor (1 is the long run).
    shape : tuple of int
        The grid the points came from.
    """

    row: Array
    column: Array
    opening: Array
    noise: Array
    discount: Array
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of matches."""
        return len(self.row)

    @property
    def _arrays(self) -> tuple[Array, ...]:
        return self.row, self.column, self.opening, self.noise, self.discount

    def at(self, part: slice | Array) -> Match:
        """Take some of the matches."""
        row, column, opening, noise, discount = (values[part] for values in self._arrays)
        return Match(row, column, opening, noise, discount, shape=())

    def chain(self, work: Workspace) -> Array:
        """Transition probabilities, the outcome reached first, without the diagonal."""
        # A stride of 0 says that one value serves every point: a number is cheaper than an array.
        noise, discount = (
            float(values[0]) if values.strides[0] == 0 else values
            for values in (self.noise, self.discount)
        )
        flow = match_chain(self.row, self.column, noise, work=work)
        if np.any(discount != 1.0):
            restart(flow, self.start(), discount)
        return flow

    def start(self) -> Array:
        """Law of the first period."""
        return first_law(self.opening, self.noise)

    def valid(self) -> Array:
        """Tell which matches have probabilities for inputs."""
        inside = np.ones(self.count, dtype=bool)
        for values in self._arrays:
            fine = are_probabilities(values)
            inside &= fine.all(axis=1) if fine.ndim > 1 else fine
        return inside

    def surely_valid(self) -> bool:
        """Whether no point breaks a rule, in one pass over the numbers.

        Doubles in [0, 1] are, read as unsigned integers, exactly those up to the bits of 1.0: a
        sign bit, NaN and larger numbers come later. (A negative zero fails, and is looked at.)
        Below the rarest chance only zero, which less one is the largest of these integers.
        """
        *chances, noise, discount = (
            (values[:1] if values.strides[0] == 0 else values).view(np.uint64)
            for values in self._arrays
        )
        if any(_largest(values) > _ONE for values in (*chances, noise, discount)):
            return False
        # Incidents leave no chance smaller than their own.
        may_be_rare = (noise, discount) if noise.min() else (*chances, noise, discount)
        return all(_smallest_but_zero(values) >= _RAREST for values in may_be_rare)


def _largest(bits: Array) -> int:
    # What all points share is a number or two, which Python compares faster than numpy.
    return max(bits.ravel().tolist()) if bits.size <= 2 else int(bits.max())


def _smallest_but_zero(bits: Array) -> int:
    if bits.size <= 2:
        return min((number for number in bits.ravel().tolist() if number), default=_ONE)
    return int((bits - np.uint64(1)).min()) + 1


def match_of(
    row: ArrayLike, column: ArrayLike, noise: ArrayLike, discount: ArrayLike, opening: ArrayLike
) -> Match:
    """Lay matches out along one axis.

    Parameters
    ----------
    row, column, noise, discount, opening
        As for `strategic.repeated.strategies.memory.outcome_law`.

    Returns
    -------
    Match
        One entry for each point of the broadcast.

    Raises
    ------
    GameError
        When the shapes do not fit together.

    Examples
    --------
    >>> match_of([1, 0, 1, 0], [0.0] * 4, [0.0, 0.1], 1.0, (1.0, 1.0)).shape
    (2,)
    """
    p, q, first = (np.asarray(value, float) for value in (row, column, opening))
    for name, values, axis, length in (
        ("row", p, "last", 4),
        ("column", q, "last", 4),
        ("opening", first.T, "first", 2),
    ):
        if values.ndim == 0 or values.shape[-1] != length:
            raise GameError(
                f"the {axis} axis must have length {length}", where=name, value=values.shape
            )
    # One opening for all points needs no axis moved; calls decide the time of a few points.
    per_player = [p, q, first if first.ndim == 1 else np.moveaxis(first, 0, -1)]
    shared = [np.asarray(value, float) for value in (noise, discount)]
    tails = [values.shape[-1:] for values in per_player] + [(), ()]
    try:
        shape = np.broadcast_shapes(
            *(values.shape[:-1] for values in per_player), *(values.shape for values in shared)
        )
    except ValueError:
        raise GameError("the points do not broadcast together", where="memory-one match") from None
    count = math.prod(shape)
    row_, column_, opening_, epsilon, delta = (
        # without a copy where one value serves every point
        np.broadcast_to(values, (count, *tail))
        if values.shape == tail
        else np.broadcast_to(values, (*shape, *tail)).reshape((-1, *tail))
        for values, tail in zip(per_player + shared, tails, strict=True)
    )
    return Match(row_, column_, opening_, epsilon, delta, shape)


def solve_matches(
    match: Match, table: list[list[float]], out: Array, *, workers: int | None, size: int
) -> None:
    """Solve all matches and write averages over the outcomes, chunk by chunk.

    Parameters
    ----------
    match : Match
        The matches.
    table : list of lists of four floats
        What CC, CD, DC and DD are worth, one row per average wanted.
    out : ndarray, shape (rows of the table, points)
        Overwritten; NaN where a match breaks a rule.
    workers, size : int, optional
        Threads and points per block; neither changes the answer.
    """

    def solve(block: slice) -> None:
        for chunk in block_slices(block.stop - block.start, CHUNK):
            part = slice(block.start + chunk.start, block.start + chunk.stop)
            with np.errstate(all="ignore"):
                _solve_chunk(match.at(part), table, out[:, part])

    deque(map_blocks(solve, match.count, size=size, workers=workers), maxlen=0)


def _solve_chunk(here: Match, table: list[list[float]], out: Array) -> None:
    work = workspace(here.count)
    here.chain(work)
    weights, total = eliminated_law(work)
    sums, spare = work.scratch[2:]
    for row, (both, *others) in enumerate(table):
        sums[:] = both
        for weight, worth in zip(weights, others, strict=True):
            if worth:
                sums += np.multiply(weight, worth, out=spare)
        np.divide(sums, total, out=out[row])
    # A chain that may fall apart leaves a total that is not finite. It is solved again from its
    # start, by the elimination that keeps track of closed classes.
    if not total.max() < np.inf:
        hard = np.flatnonzero(~np.isfinite(total))
        few = here.at(hard)
        flow = few.chain(workspace(hard.size))
        for outcome in range(4):
            flow[outcome, outcome] = 0.0
        out[:, hard] = averages(long_run_law(flow.swapaxes(0, 1).copy(), few.start()), table)
    if not here.surely_valid():
        out[:, ~here.valid()] = np.nan


def averages(law: Array, table: list[list[float]]) -> Array:
    """Average what outcomes are worth by their shares, in a fixed order.

    Parameters
    ----------
    law : ndarray, shape (4, points)
        Shares of CC, CD, DC and DD.
    table : list of lists of four floats
        One row per average.

    Returns
    -------
    ndarray, shape (rows of the table, points)

    Examples
    --------
    >>> averages(np.array([[0.25], [0.25], [0.5], [0.0]]), [[3.0, 0.0, 5.0, 1.0]])
    array([[3.25]])
    """
    cc, cd, dc, dd = law
    return np.stack([((cc * a + cd * b) + dc * c) + dd * d for a, b, c, d in table])


def carry_forward(match: Match, horizon: int) -> Array:
    """Carry the law of a period forward to the next, and average.

    Parameters
    ----------
    match : Match
        At most as many matches as a workspace holds.
    horizon : int
        Number of periods.

    Returns
    -------
    ndarray, shape (points, 4)
        ``sum_t delta^t law_t / sum_t delta^t``.

    Examples
    --------
    >>> match = match_of([1, 0, 1, 0], [0.0] * 4, 0.0, 1.0, (1.0, 0.0))
    >>> carry_forward(match, 2)
    array([[0. , 0.5, 0. , 0.5]])
    """
    # The diagonal, which elimination never reads, is what the other moves leave over.
    flow = match_chain(match.row, match.column, match.noise, work=workspace(match.count))
    for outcome in range(4):
        leaves = [flow[other, outcome] for other in range(4) if other != outcome]
        flow[outcome, outcome] = 1.0 - (leaves[0] + leaves[1] + leaves[2])
    law = match.start()
    total, weight, mass = np.zeros_like(law), np.ones(match.count), np.zeros(match.count)
    for _ in range(horizon):
        total += weight * law
        mass += weight
        weight *= match.discount
        law = ((flow[:, 0] * law[0] + flow[:, 1] * law[1]) + flow[:, 2] * law[2]) + (
            flow[:, 3] * law[3]
        )
    return np.where(match.valid(), total / mass, np.nan).T
