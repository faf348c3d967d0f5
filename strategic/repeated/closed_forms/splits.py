"""How the gains from a relation are split, and which splits neither side wants to break.

Sides are the first axis.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.repeated.closed_forms.game import RepeatedGame


def nash_split(outside: ArrayLike, total: ArrayLike, *, weight: ArrayLike = 0.5) -> Array:
    r"""Split a total by the asymmetric Nash bargaining solution.

    .. math:: u_1 = w_1 + \beta (S - w_1 - w_2) \text{ if } w_1 + w_2 \le S

    .. math:: u_2 = w_2 + (1 - \beta) (S - w_1 - w_2) \text{ if } w_1 + w_2 \le S

    Parameters
    ----------
    outside : array_like, ``(2, *points)``
        Outside options w of the two sides.
    total : array_like, points
        What the relation yields in all, S.
    weight : array_like, points, default 0.5
        Bargaining weight b of the first side, in [0, 1].

    Returns
    -------
    array, ``(2, *points)``
        ``u_i = w_i + b_i (S - w_1 - w_2)``; NaN where S < w_1 + w_2.

    References
    ----------
    Nash, J. F. (1950). The bargaining problem. Econometrica 18, 155-162.

    Examples
    --------
    >>> nash_split([1, 0], 3, weight=0.25).tolist()
    [1.5, 1.5]
    """
    first, second = np.asarray(outside, dtype=np.float64)
    w1, w2, S, b = doubles(first, second, total, weight)
    surplus = np.where(w1 + w2 <= S, S - w1 - w2, np.nan)
    return np.stack([w1 + b * surplus, w2 + (1 - b) * surplus])


def first_mover_share(discount: ArrayLike, responder_discount: ArrayLike) -> Array:
    r"""Find the proposer's share in alternating-offers bargaining.

    .. math:: \frac{1 - \delta_2}{1 - \delta_1 \delta_2}

    Parameters
    ----------
    discount, responder_discount : array_like
        Discount factors d1 of the proposer and d2 of the responder, in [0, 1).

    Returns
    -------
    array
        ``(1 - d2)/(1 - d1 d2)``.

    References
    ----------
    Rubinstein, A. (1982). Perfect equilibrium in a bargaining model. Econometrica 50, 97-109.

    Examples
    --------
    >>> round(float(first_mover_share(0.9, 0.9)), 6)
    0.526316
    """
    d1, d2 = doubles(discount, responder_discount)
    inside = (d1 >= 0) & (d1 < 1) & (d2 >= 0) & (d2 < 1)
    with np.errstate(all="ignore"):
        return np.where(inside, (1 - d2) / (1 - d1 * d2), np.nan)


def feasible_splits(game: RepeatedGame, total: ArrayLike) -> tuple[Array, Array]:
    r"""Find the first side's shares of a total that break neither side's incentive.

    .. math:: y \text{ if } y \le v, \quad y = P_1 + \frac{1 - \delta_1}{\delta_1} \max(g_1, 0),
        \quad v = S - P_2 - \frac{1 - \delta_2}{\delta_2} \max(g_2, 0)

    .. math:: v \text{ if } y \le v, \quad y = P_1 + \frac{1 - \delta_1}{\delta_1} \max(g_1, 0),
        \quad v = S - P_2 - \frac{1 - \delta_2}{\delta_2} \max(g_2, 0)

    Parameters
    ----------
    game : RepeatedGame, ``(2, *points)``
        P, g and delta count; the gains are held fixed as the split varies.
    total : array_like, points
        What the relation yields in all, S.

    Returns
    -------
    lowest, highest : array, points
        ``P_1 + g_1 (1 - delta_1)/delta_1`` and ``S - P_2 - g_2 (1 - delta_2)/delta_2``; both NaN
        where no split is feasible.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> game = repeated_game([3, 3], 0, [5, 5], discount=0.5)
    >>> [float(bound) for bound in feasible_splits(game, 6)]
    [2.0, 4.0]
    """
    # A side stays if delta (u - P) >= (1 - delta) g: the future it would lose, against g now.
    needed = needed_payoffs(game)
    lowest, highest = needed[0], np.asarray(total, dtype=np.float64) - needed[1]
    feasible = lowest <= highest
    return np.where(feasible, lowest, np.nan), np.where(feasible, highest, np.nan)


def needed_payoffs(game: RepeatedGame) -> Array:
    r"""Find the payoff per period from which each side keeps its promise.

    .. math:: P + \frac{1 - \delta}{\delta} \max(T - R, 0)

    Parameters
    ----------
    game : RepeatedGame
        P, g and delta count.

    Returns
    -------
    array
        ``P + g (1 - delta)/delta``; P where g <= 0.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> needed_payoffs(repeated_game([3, 3], 0, [5, 2], discount=0.5)).tolist()
    [2.0, 0.0]
    """
    with np.errstate(all="ignore"):
        owed = game.punishment + game.gain * game.patience_price
    return np.where(game.gain <= 0, game.punishment, owed)
