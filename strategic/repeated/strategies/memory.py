"""Memory-one strategies against each other, exactly: long run, discounted and finite matches."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import GameError
from strategic.repeated.strategies._memory_match import (
    BLOCK,
    carry_forward,
    match_of,
    solve_matches,
)
from strategic.repeated.strategies._outcome_chain import CHUNK, SWAPPED
from strategic.whole_numbers import check_whole


def outcome_law(
    row: ArrayLike,
    column: ArrayLike,
    /,
    *,
    noise: ArrayLike = 0.0,
    discount: ArrayLike = 1.0,
    opening: ArrayLike = (1.0, 1.0),
    horizon: int | None = None,
    workers: int | None = None,
    size: int = BLOCK,
) -> Array:
    """Compute the share of time of each outcome when two memory-one strategies meet.

    Parameters
    ----------
    row, column : array_like, shape (..., 4)
        Probability of cooperating after CC, CD, DC and DD, one's own action first.
    noise : array_like, default 0
        Probability that an action comes out as its opposite, each action on its own. As all
        probabilities here, 0 or at least 1e-100.
    discount : array_like, default 1
        1 gives the long run; below 1 the discounted share of the periods 0, 1, 2, ...; 0, or at
        least 1e-100.
    opening : array_like, shape (2, ...), default (1, 1)
        Probability of cooperating in the first period, row and column; noise applies to it. It
        matters below discount 1 and where play can be trapped.
    horizon : int, optional
        Number of periods; for ever by default. Then ``sum_t delta^t law_t / sum_t delta^t``.
    workers, size : int, optional
        Threads and points per block, of an endless match; neither changes the answer.

    Returns
    -------
    ndarray, shape (..., 4)
        Shares of CC, CD, DC and DD, row's action first; NaN where an input is out of range.

    Raises
    ------
    GameError
        When the shapes do not fit together, or the horizon is below one period.

    Notes
    -----
    The stationary law of the four-state chain by state elimination, which subtracts nothing;
    discounting is the long run of a chain that restarts with probability 1 - delta. Where play
    falls apart into closed classes, each counts by the probability of ending there from the start.
    Over a horizon the law of a period is carried forward to the next; no matrix is raised to a
    power.

    References
    ----------
    Nowak, M. A. and Sigmund, K. (1993). A strategy of win-stay, lose-shift that outperforms
    tit-for-tat in the prisoner's dilemma game. Nature 364, 56-58.
    Grassmann, W. K., Taksar, M. I. and Heyman, D. P. (1985). Regenerative analysis and steady state
    distributions for Markov chains. Operations Research 33, 1107-1116.

    Examples
    --------
    >>> tit_for_tat, defect = [1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]
    >>> outcome_law(tit_for_tat, tit_for_tat, noise=0.05)
    array([0.25, 0.25, 0.25, 0.25])
    >>> outcome_law(tit_for_tat, defect, opening=[1.0, 0.0], horizon=4)
    array([0.  , 0.25, 0.  , 0.75])
    """
    check_whole(horizon=horizon, workers=workers, size=size)
    match = match_of(row, column, noise, discount, opening)
    law = np.empty((match.count, 4))
    if horizon is None:
        solve_matches(match, np.eye(4).tolist(), law.T, workers=workers, size=size)
    elif horizon < 1:
        raise GameError("needs at least one period", where="horizon", value=horizon)
    else:
        for part in block_slices(match.count, CHUNK):
            with np.errstate(all="ignore"):
                law[part] = carry_forward(match.at(part), horizon)
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
) -> Array:
    """Compute what two memory-one strategies earn against each other per period.

    Parameters
    ----------
    row, column, noise, discount, opening, workers, size
        As for `outcome_law`.
    payoffs : array_like, shape (..., 4)
        R, S, T and P.

    Returns
    -------
    ndarray, shape (2, ...)
        Average payoffs of row and column.

    Examples
    --------
    >>> win_stay = [1.0, 0.0, 0.0, 1.0]
    >>> memory_payoffs(win_stay, win_stay, [3, 0, 5, 1], noise=0.05).round(6)
    array([2.7765, 2.7765])
    """
    check_whole(workers=workers, size=size)
    letters = np.asarray(payoffs, float)
    if letters.ndim != 1:
        law = outcome_law(
            row, column, noise=noise, discount=discount, opening=opening, workers=workers, size=size
        )
        return payoffs_of(law, letters)
    # Payoffs shared by all points are averaged inside the elimination: two numbers per match
    # leave it instead of four.
    match = match_of(row, column, noise, discount, opening)
    table = [letters.tolist(), letters[list(SWAPPED)].tolist()]
    earned = np.empty((2, match.count))
    solve_matches(match, table, earned, workers=workers, size=size)
    return earned.reshape((2, *match.shape))


def payoffs_of(law: Array, payoffs: ArrayLike, /) -> Array:
    """Turn shares of outcomes into average payoffs of both players.

    Parameters
    ----------
    law : ndarray, shape (..., 4)
        Shares of CC, CD, DC and DD, row's action first.
    payoffs : array_like, shape (..., 4)
        R, S, T and P.

    Returns
    -------
    ndarray, shape (2, ...)
        Payoffs of row and column.

    Examples
    --------
    >>> import numpy as np
    >>> payoffs_of(np.array([0.0, 1.0, 0.0, 0.0]), [3, 0, 5, 1])
    array([0., 5.])
    """
    letters = np.asarray(payoffs, float)
    row, column = law * letters, law[..., SWAPPED] * letters
    return np.stack(
        [((side[..., 0] + side[..., 1]) + side[..., 2]) + side[..., 3] for side in (row, column)]
    )
