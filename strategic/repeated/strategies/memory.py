"""Memory-one strategies against each other, exactly: long run, discounted and finite matches."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.blocks import block_slices
from strategic.errors import GameError
from strategic.repeated.strategies.memory_match import (
    BLOCK,
    Weights,
    carry_forward,
    match_of,
    solve_matches,
)
from strategic.repeated.strategies.outcome_kernel import CHUNK

FloatArray = NDArray[np.float64]

_SWAPPED = (0, 2, 1, 3)


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
    match = match_of(row, column, noise, discount, opening)
    law = np.empty((match.count, 4))

    def finish(part: slice, weights: Weights, total: FloatArray, spare: FloatArray) -> None:
        del spare
        np.divide(1.0, total, out=law[part, 0])
        for outcome, weight in enumerate(weights, start=1):
            np.divide(weight, total, out=law[part, outcome])

    def trapped(points: NDArray[np.intp], shares: FloatArray) -> None:
        law[points] = shares

    solve_matches(match, finish, trapped, workers=workers, size=size)
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
    match = match_of(row, column, noise, discount, opening)
    earned = np.empty((match.count, 2))
    sides = [[float(letters[k]) for k in order] for order in ((0, 1, 2, 3), _SWAPPED)]

    def finish(part: slice, weights: Weights, total: FloatArray, spare: FloatArray) -> None:
        for side, (both, *others) in enumerate(sides):
            spare[0] = both
            for weight, pay in zip(weights, others, strict=True):
                if pay:
                    spare[0] += np.multiply(weight, pay, out=spare[1])
            np.divide(spare[0], total, out=earned[part, side])

    def trapped(points: NDArray[np.intp], shares: FloatArray) -> None:
        earned[points] = payoffs_of(shares, letters)

    solve_matches(match, finish, trapped, workers=workers, size=size)
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
    match = match_of(row, column, noise, discount, opening)
    total = np.empty((match.count, 4))
    for part in block_slices(match.count, CHUNK):
        with np.errstate(all="ignore"):
            total[part] = carry_forward(match.at(part), horizon)
    return total.reshape((*match.shape, 4))
