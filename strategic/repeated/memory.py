"""Memory-one strategies against each other, exactly: long run, discounted and finite matches."""

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
from strategic.repeated.outcome_kernel import (
    CHUNK,
    eliminated_law,
    first_law,
    match_chain,
    restart,
    workspace,
)

FloatArray = NDArray[np.float64]

_Weights = tuple[FloatArray, FloatArray, FloatArray]

BLOCK = 131_072
"""Points a block: enough for one workspace to serve many chunks."""
_SWAPPED = (0, 2, 1, 3)
_ONE = int(np.float64(1.0).view(np.uint64))


def outcome_law(
    row: ArrayLike,
    column: ArrayLike,
    /,
    *,
    noise: ArrayLike = 0.0,
    discount: ArrayLike = 1.0,
    opening: ArrayLike = (1.0, 1.0),
    workers: int | None = None,
    size: int = BLOCK,
) -> FloatArray:
    """Compute the share of time of each outcome when two memory-one strategies meet.

    Parameters
    ----------
    row, column : array_like, shape (..., 4)
        Probability of cooperating after CC, CD, DC and DD, one's own action first.
    noise : array_like, default 0
        Probability that an action comes out as its opposite, each action on its own.
    discount : array_like, default 1
        1 gives the long run; below 1 the discounted share of the periods 0, 1, 2, ...
    opening : array_like, shape (..., 2), default (1, 1)
        Probability of cooperating in the first period, row and column; noise applies to it. It
        matters below discount 1 and where play can be trapped.
    workers, size : int, optional
        Threads and points a block; neither changes the answer.

    Returns
    -------
    ndarray, shape (..., 4)
        Shares of CC, CD, DC and DD, row's action first; NaN where an input is out of range.

    Raises
    ------
    GameError
        When the shapes do not fit together.

    Notes
    -----
    The stationary law of the four-state chain by state elimination, which subtracts nothing;
    discounting is the long run of a chain that restarts with probability 1 - delta. Where play
    falls apart into closed classes, each counts by the probability of ending there from the start.

    References
    ----------
    Nowak and Sigmund (1993), Nature 364, 56-58. Grassmann, Taksar and Heyman (1985).

    Examples
    --------
    >>> tit_for_tat = [1.0, 0.0, 1.0, 0.0]
    >>> outcome_law(tit_for_tat, tit_for_tat, noise=0.05)
    array([0.25, 0.25, 0.25, 0.25])
    >>> outcome_law(tit_for_tat, tit_for_tat)
    array([1., 0., 0., 0.])
    """
    match = _match(row, column, noise, discount, opening)
    law = np.empty((match.count, 4))

    def finish(part: slice, weights: _Weights, total: FloatArray, spare: FloatArray) -> None:
        del spare
        np.divide(1.0, total, out=law[part, 0])
        for outcome, weight in enumerate(weights, start=1):
            np.divide(weight, total, out=law[part, outcome])

    def trapped(points: NDArray[np.intp], shares: FloatArray) -> None:
        law[points] = shares

    _solve(match, finish, trapped, workers=workers, size=size)
    return law.reshape((*match.shape, 4))


def memory_payoffs(
    row: ArrayLike,
    column: ArrayLike,
    payoffs: ArrayLike,
    /,
    *,
    noise: ArrayLike = 0.0,
    discount: ArrayLike = 1.0,
    opening: ArrayLike = (1.0, 1.0),
    workers: int | None = None,
    size: int = BLOCK,
) -> FloatArray:
    """Compute what two memory-one strategies earn against each other per period.

    Parameters
    ----------
    row, column, noise, discount, opening, workers, size
        As for `outcome_law`.
    payoffs : array_like, shape (..., 4)
        R, S, T and P.

    Returns
    -------
    ndarray, shape (..., 2)
        Average payoffs of row and column.

    Examples
    --------
    >>> win_stay = [1.0, 0.0, 0.0, 1.0]
    >>> memory_payoffs(win_stay, win_stay, [3, 0, 5, 1], noise=0.05).round(6)
    array([2.7765, 2.7765])
    """
    letters = np.asarray(payoffs, float)
    if letters.ndim != 1:
        law = outcome_law(
            row, column, noise=noise, discount=discount, opening=opening, workers=workers, size=size
        )
        return payoffs_of(law, letters)
    match = _match(row, column, noise, discount, opening)
    earned = np.empty((match.count, 2))
    sides = [[float(letters[k]) for k in order] for order in ((0, 1, 2, 3), _SWAPPED)]

    def finish(part: slice, weights: _Weights, total: FloatArray, spare: FloatArray) -> None:
        for side, (both, *others) in enumerate(sides):
            spare[0] = both
            for weight, pay in zip(weights, others, strict=True):
                if pay:
                    spare[0] += np.multiply(weight, pay, out=spare[1])
            np.divide(spare[0], total, out=earned[part, side])

    def trapped(points: NDArray[np.intp], shares: FloatArray) -> None:
        earned[points] = payoffs_of(shares, letters)

    _solve(match, finish, trapped, workers=workers, size=size)
    return earned.reshape((*match.shape, 2))


def payoffs_of(law: FloatArray, payoffs: ArrayLike, /) -> FloatArray:
    """Turn shares of outcomes into average payoffs of both players.

    Parameters
    ----------
    law : ndarray, shape (..., 4)
        Shares of CC, CD, DC and DD, row's action first.
    payoffs : array_like, shape (..., 4)
        R, S, T and P.

    Returns
    -------
    ndarray, shape (..., 2)
        Payoffs of row and column.

    Examples
    --------
    >>> import numpy as np
    >>> payoffs_of(np.array([0.0, 1.0, 0.0, 0.0]), [3, 0, 5, 1])
    array([0., 5.])
    """
    letters = np.asarray(payoffs, float)
    row, column = law * letters, law[..., _SWAPPED] * letters
    totals = [
        ((side[..., 0] + side[..., 1]) + side[..., 2]) + side[..., 3] for side in (row, column)
    ]
    return np.stack(totals, axis=-1)


def finite_law(
    row: ArrayLike,
    column: ArrayLike,
    horizon: int,
    /,
    *,
    noise: ArrayLike = 0.0,
    discount: ArrayLike = 1.0,
    opening: ArrayLike = (1.0, 1.0),
) -> FloatArray:
    """Compute the share of time of each outcome over the first periods of a match.

    Parameters
    ----------
    row, column, noise, opening
        As for `outcome_law`.
    horizon : int
        Number of periods.
    discount : array_like, default 1
        Weight of a period relative to the one before.

    Returns
    -------
    ndarray, shape (..., 4)
        ``sum_t delta^t law_t / sum_t delta^t`` over the periods.

    Notes
    -----
    The law of a period is carried forward to the next; no matrix is raised to a power.

    Examples
    --------
    >>> finite_law([1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0], 4, opening=[1.0, 0.0])
    array([0.  , 0.25, 0.  , 0.75])
    """
    if horizon < 1:
        raise GameError("needs at least one period", where="horizon", value=horizon)
    match = _match(row, column, noise, discount, opening)
    total = np.empty((match.count, 4))
    for part in block_slices(match.count, CHUNK):
        with np.errstate(all="ignore"):
            total[part] = _forward(match.at(part), horizon)
    return total.reshape((*match.shape, 4))


@dataclass(frozen=True)
class _Match:
    """Strategies and conditions of many matches, points first."""

    row: FloatArray
    column: FloatArray
    noise: FloatArray
    discount: FloatArray
    opening: FloatArray
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.row)

    def at(self, part: slice | NDArray[np.intp]) -> _Match:
        return _Match(
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


def _match(
    row: ArrayLike, column: ArrayLike, noise: ArrayLike, discount: ArrayLike, opening: ArrayLike
) -> _Match:
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
    return _Match(p, q, epsilon, delta, first, shape)


def _flat(values: FloatArray, shape: tuple[int, ...], tail: tuple[int, ...]) -> FloatArray:
    """Lay points out along one axis, without a copy where one value serves all."""
    if values.shape == tail:
        return np.broadcast_to(values, (math.prod(shape), *tail))
    return np.broadcast_to(values, (*shape, *tail)).reshape((-1, *tail))


def _solve(
    match: _Match,
    finish: Callable[[slice, _Weights, FloatArray, FloatArray], None],
    trapped: Callable[[NDArray[np.intp], FloatArray], None],
    *,
    workers: int | None,
    size: int,
) -> None:
    """Solve all matches, a workspace a block, and hand the laws over chunk by chunk."""

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
    here: _Match,
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


def _forward(match: _Match, horizon: int) -> FloatArray:
    """Carry the law of a period forward and average."""
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
