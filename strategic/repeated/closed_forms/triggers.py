"""Critical discount factors of trigger strategies when actions are observed exactly.

A threshold of 0 says that no patience is needed, ``inf`` that no patience is enough,
and exactly 1 that only the limit would be enough, which is never.
The discount factor, incident risk and detection of the game play no part.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.repeated.closed_forms.game import RepeatedGame

NEWTON_STEPS = 80


def grim_threshold(game: RepeatedGame) -> Array:
    r"""Find the discount factor from which grim reversion sustains cooperation.

    .. math:: \delta^* = \begin{cases}
        0 & \text{if } T \le R \\
        \frac{T - R}{T - P} & \text{if } R > P \\
        \infty & \text{otherwise}
        \end{cases}

    Parameters
    ----------
    game : RepeatedGame
        R, T and P count.

    Returns
    -------
    array
        ``g/(g + D) = (T - R)/(T - P)``; 0 where g <= 0, inf where g > 0 >= D.

    Notes
    -----
    A deviation gains ``(1 - delta) g`` now and loses ``delta D`` per period for ever. In a pair
    without transfers both sides must reach theirs: the less dependent side binds where gains are
    equal, at ``g/(g + (J - A)/2)`` with J the sum and A the difference of dependence.

    References
    ----------
    Friedman, J. W. (1971). A non-cooperative equilibrium for supergames. Review of Economic Studies
    38, 1-12.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> float(grim_threshold(repeated_game(3, 0, 5, 1)))
    0.5
    """
    return _ratio(game.gain, game.gain + game.dependence, worth=game.dependence > 0)


def tit_for_tat_threshold(game: RepeatedGame) -> Array:
    r"""Find the discount factor from which tit for tat is an equilibrium against itself.

    .. math:: \delta^* = \begin{cases}
        0 & \text{if } T \le R \\
        y & \text{if } R > P, R > S, y \le 1 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = \max \left( \frac{T - R}{T - P}, \frac{T - R}{R - S} \right)

    Parameters
    ----------
    game : RepeatedGame
        R, S, T and P count.

    Returns
    -------
    array
        ``max((T - R)/(T - P), (T - R)/(R - S))``: neither defecting for ever nor alternating pays.

    Notes
    -----
    This is Nash equilibrium. It is subgame perfect only where T + S = R + P and delta is exactly
    (T - R)/(R - S): else someone would rather forgive, defect along, or begin to alternate.

    References
    ----------
    Axelrod, R. (1984). The Evolution of Cooperation. Basic Books. Appendix B.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> float(tit_for_tat_threshold(repeated_game(3, 0, 5, 1)))
    0.6666666666666666
    """
    kept = game.reward - game.sucker
    return np.maximum(grim_threshold(game), _ratio(game.gain, kept, worth=kept > 0))


def win_stay_threshold(game: RepeatedGame) -> Array:
    r"""Find the discount factor from which win-stay lose-shift is subgame perfect.

    .. math:: \delta^* = \begin{cases}
        0 & \text{if } T \le R \\
        y & \text{if } R > P, y \le 1 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = \frac{T - R}{R - P}

    Parameters
    ----------
    game : RepeatedGame
        R, T and P count.

    Returns
    -------
    array
        ``(T - R) / (R - P)``: one period of mutual punishment, then back.

    References
    ----------
    Nowak, M. A. and Sigmund, K. (1993). A strategy of win-stay, lose-shift that outperforms
    tit-for-tat in the prisoner's dilemma game. Nature 364, 56-58.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> win_stay_threshold(repeated_game([2, 3], [-1, 0], [3, 5], [0, 1])).tolist()
    [0.5, 1.0]
    """
    return _ratio(game.gain, game.dependence, worth=game.dependence > 0)


def risk_dominant_threshold(game: RepeatedGame) -> Array:
    r"""Find the discount factor from which grim is the best reply to an even chance of all-defect.

    .. math:: \delta^{\mathrm{RD}} = \begin{cases}
        0 & \text{if } T - S \le R - P \\
        y & \text{if } R > P, y \le 1 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = \frac{T - S - R + P}{T - S}

    Parameters
    ----------
    game : RepeatedGame
        R, S, T and P count.

    Returns
    -------
    array
        ``(T - S - R + P) / (T - S)``, at least 0; inf where R <= P.

    References
    ----------
    Blonski, M., Ockenfels, P. and Spagnolo, G. (2011). Equilibrium selection in the repeated
    prisoner's dilemma: axiomatic approach and experimental evidence. American Economic Journal:
    Microeconomics 3, 164-192.
    Dal Bó, P. and Fréchette, G. R. (2011). The evolution of cooperation in infinitely repeated
    games: experimental evidence. American Economic Review 101, 411-429.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> float(risk_dominant_threshold(repeated_game(3, 0, 5, 1)))
    0.6
    """
    range_ = game.temptation - game.sucker
    return _ratio(range_ - game.reward + game.punishment, range_, worth=game.dependence > 0)


def finite_punishment_threshold(game: RepeatedGame, punishment_length: ArrayLike) -> Array:
    r"""Find the discount factor from which k periods of punishment deter a deviation.

    .. math:: \delta^* = \inf \left\{ \delta \;\middle|\; \frac{\delta (1 - \delta^k)}{1 - \delta}
        (R - P) \ge T - R \right\}

    Parameters
    ----------
    game : RepeatedGame
        R, T and P count.
    punishment_length : array_like
        Periods of mutual punishment, k >= 1; inf is grim.

    Returns
    -------
    array
        Smallest delta with ``delta (1 - delta^k)/(1 - delta) D >= g``; NaN where k < 1.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> finite_punishment_threshold(repeated_game(3, 0, 5, 1), [2, 3]).round(6).tolist()
    [0.618034, 0.543689]
    """
    g, D, length = doubles(game.gain, game.dependence, punishment_length)
    grim = _ratio(g, g + D, worth=D > 0)
    delta = grim
    with np.errstate(all="ignore"):
        # f(delta) = g - (D + g) delta + D delta^(k+1) is convex with roots 1 and the threshold,
        # and f(grim) >= 0: Newton from the grim threshold climbs to the root, never past it.
        for _ in range(NEWTON_STEPS):
            power = delta**length
            value = g - (D + g) * delta + D * delta * power
            slope = (D + g) - D * (length + 1) * power
            step = np.where((value > 0) & (slope > 0), value / slope, 0.0)
            moved = np.fmin(delta + step, 1.0)
            if np.array_equal(moved, delta, equal_nan=True):
                break
            delta = moved
        # As delta tends to 1 the punishment costs k D: below g no patience is enough.
        reach = length * D
        root = np.where(reach > g, delta, np.where(reach == g, 1.0, np.inf))
    threshold = np.where((g <= 0) | ~(D > 0) | np.isinf(length), grim, root)
    return np.where(length >= 1, threshold, np.nan)


def _ratio(numerator: Array, denominator: Array, *, worth: Array) -> Array:
    """Divide; 0 where there is nothing to deter, inf where nothing is worth keeping."""
    with np.errstate(all="ignore"):
        ratio = numerator / denominator
    ratio = np.where(worth, np.where(ratio > 1, np.inf, ratio), np.inf)
    undefined = np.isnan(numerator + denominator)
    return np.where(undefined, np.nan, np.where(numerator <= 0, 0.0, ratio))
