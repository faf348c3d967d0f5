"""Matches of memory-one strategies over many points: laid out, checked and solved in chunks."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.blocks import block_slices, map_blocks
from strategic.chains import long_run_law
from strategic.errors import GameError
from strategic.repeated.strategies.outcome_kernel import (
    CHUNK,
    eliminated_law,
    first_law,
    match_chain,
    restart,
    workspace,
)

FloatArray = NDArray[np.float64]
Weights = tuple[FloatArray, FloatArray, FloatArray]

BLOCK = 131_072
"""Points a block: many chunks, so that a thread is worth starting."""
_ONE = int(np.float64(1.0).view(np.uint64))


@dataclass(frozen=True)
class Match:
    """Strategies and conditions of many matches, points first.

    Attributes
    ----------
    row, column : ndarray, shape (points, 4)
        Probability of cooperating after CC, CD, DC and DD, one's own action first.
    noise, discount : ndarray, shape (points,)
        Chance that an action comes out wrong, and discount factor (1 is the long run).
    opening : ndarray, shape (points, 2)
        Probability that each side cooperates in the first period.
    shape : tuple of int
        The grid the points came from.
    """

    row: FloatArray
    column: FloatArray
    noise: FloatArray
    discount: FloatArray
    opening: FloatArray
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of matches."""
        return len(self.row)

    def at(self, part: slice | NDArray[np.intp]) -> Match:
        """Take some of the matches."""
        return Match(
            row=self.row[part],
            column=self.column[part],
            noise=self.noise[part],
            discount=self.discount[part],
            opening=self.opening[part],
            shape=(),
        )

    def chain(self, work: FloatArray) -> FloatArray:
        """Transition probabilities, the outcome reached first, without the diagonal."""
        flow = match_chain(self.row, self.column, _one_or_all(self.noise), work=work)
        discount = _one_or_all(self.discount)
        if np.any(discount != 1.0):
            restart(flow, self.start(), discount)
        return flow

    def start(self) -> FloatArray:
        """Law of the first period."""
        return first_law(self.opening, self.noise)

    def valid(self) -> NDArray[np.bool_]:
        """Tell which matches have probabilities for inputs."""
        inside = (self.noise >= 0.0) & (self.noise <= 1.0)
        inside &= (self.discount >= 0.0) & (self.discount <= 1.0)
        for values in (self.row, self.column, self.opening):
            inside &= ((values >= 0.0) & (values <= 1.0)).all(axis=1)
        return inside

    def surely_valid(self) -> bool:
        """Whether no point breaks a rule: as unsigned integers, doubles in [0, 1] come first."""
        arrays = (self.row, self.column, self.opening, self.noise, self.discount)
        distinct = (array[:1] if array.strides[0] == 0 else array for array in arrays)
        return all(array.view(np.uint64).max() <= _ONE for array in distinct)


def _one_or_all(values: FloatArray) -> FloatArray | float:
    """Give one number where the same one serves every point."""
    return float(values[0]) if values.strides[0] == 0 else values


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
    per_player = [np.asarray(value, float) for value in (row, column, opening)]
    shared = [np.asarray(value, float) for value in (noise, discount)]
    for name, values, length in zip(
        ("row", "column", "opening"), per_player, (4, 4, 2), strict=True
    ):
        if values.ndim == 0 or values.shape[-1] != length:
            raise GameError(
                f"the last axis must have length {length}", where=name, value=values.shape
            )
    shapes = [*(v.shape[:-1] for v in per_player), *(v.shape for v in shared)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise GameError("the points do not broadcast together", where="memory-one match") from None
    p, q, first = (_flat(v, shape, v.shape[-1:]) for v in per_player)
    epsilon, delta = (_flat(v, shape, ()) for v in shared)
    return Match(p, q, epsilon, delta, first, shape)


def _flat(values: FloatArray, shape: tuple[int, ...], tail: tuple[int, ...]) -> FloatArray:
    """Lay points out along one axis, without a copy where one value serves all."""
    if values.shape == tail:
        return np.broadcast_to(values, (math.prod(shape), *tail))
    return np.broadcast_to(values, (*shape, *tail)).reshape((-1, *tail))


def solve_matches(
    match: Match,
    finish: Callable[[slice, Weights, FloatArray, FloatArray], None],
    trapped: Callable[[NDArray[np.intp], FloatArray], None],
    *,
    workers: int | None,
    size: int,
) -> None:
    """Solve all matches and hand the laws over chunk by chunk.

    Parameters
    ----------
    match : Match
        The matches.
    finish : callable
        Takes the points of a chunk, the time in CD, DC and DD per period of CC, one plus their sum,
        and two spare rows; must copy what it needs.
    trapped : callable
        Takes points and their laws, shape (points, 4), and overrules ``finish``: chains that may
        fall apart, and matches that break a rule (NaN).
    workers, size : int, optional
        Threads and points a block; neither changes the answer.
    """

    def solve(block: slice) -> None:
        for chunk in block_slices(block.stop - block.start, CHUNK):
            part = slice(block.start + chunk.start, block.start + chunk.stop)
            here, work = match.at(part), workspace(chunk.stop - chunk.start)
            with np.errstate(all="ignore"):
                weights, total = eliminated_law(here.chain(work), work=work)
                finish(part, weights, total, work[2:4])
                _finish_hard(here, total, part.start, trapped)

    deque(map_blocks(solve, match.count, size=size, workers=workers), maxlen=0)


def _finish_hard(
    here: Match,
    total: FloatArray,
    offset: int,
    trapped: Callable[[NDArray[np.intp], FloatArray], None],
) -> None:
    """Solve what may fall apart from its start, and void what breaks a rule."""
    if not total.max() < np.inf:
        hard = np.flatnonzero(~np.isfinite(total))
        few = here.at(hard)
        flow = few.chain(workspace(hard.size))
        for outcome in range(4):
            flow[outcome, outcome] = 0.0
        trapped(hard + offset, long_run_law(flow.swapaxes(0, 1).copy(), few.start()).T)
    if not here.surely_valid():
        bad = np.flatnonzero(~here.valid())
        trapped(bad + offset, np.full((bad.size, 4), np.nan))


def carry_forward(match: Match, horizon: int) -> FloatArray:
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
