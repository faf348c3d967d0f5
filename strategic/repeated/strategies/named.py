"""Strategies by name, and the zero-determinant strategies that pin the other side's payoff."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError, nearest
from strategic.repeated.strategies.automata import Automaton, punisher, remembering

AXELROD_PAYOFFS = (3.0, 0.0, 5.0, 1.0)
"""R, S, T and P of Axelrod's tournaments."""

# Rows of next states after CC, CD, DC and DD, one's own action first: see `Automaton`.
_TRIGGER = ((0, 1, 1, 1), (1, 1, 1, 1))
_TWO_TATS = ((0, 1, 0, 1), (0, 2, 0, 2), (0, 2, 0, 2))
_TWO_TITS = ((0, 1, 0, 1), (2, 1, 2, 1), (0, 1, 0, 1))

_STRATEGIES: dict[str, tuple[str, Callable[[str], Automaton]]] = {
    "AllC": ("always cooperates", lambda name: remembering(name, [1, 1, 1, 1], 1)),
    "AllD": ("always defects", lambda name: remembering(name, [0, 0, 0, 0], 0)),
    "Random": ("tosses a coin", lambda name: remembering(name, [0.5] * 4, 0.5)),
    "TFT": ("does what the other did", lambda name: remembering(name, [1, 0, 1, 0], 1)),
    "STFT": ("tit for tat, but defects first", lambda name: remembering(name, [1, 0, 1, 0], 0)),
    "GTFT": (
        "tit for tat that forgives one defection in three",
        lambda name: remembering(name, [1, 1 / 3, 1, 1 / 3], 1),
    ),
    "WSLS": (
        "keeps its action after R or T, changes it after S or P",
        lambda name: remembering(name, [1, 0, 0, 1], 1),
    ),
    "Grim": (
        "cooperates until anything but mutual cooperation, then never again",
        lambda name: Automaton(name, (1.0, 0.0), _TRIGGER),
    ),
    "TF2T": (
        "defects after two defections in a row",
        lambda name: Automaton(name, (1.0, 1.0, 0.0), _TWO_TATS),
    ),
    "2TFT": (
        "answers each defection with two",
        lambda name: Automaton(name, (1.0, 0.0, 0.0), _TWO_TITS),
    ),
    "Punish2": ("two periods of defection after a bad outcome", lambda name: punisher(name, 2)),
    "Punish3": ("three periods of defection after a bad outcome", lambda name: punisher(name, 3)),
    "Forgive2": (
        "two periods of defection after two bad outcomes in a row",
        lambda name: punisher(name, 2, forgiving=True),
    ),
    "Forgive3": (
        "three periods of defection after two bad outcomes in a row",
        lambda name: punisher(name, 3, forgiving=True),
    ),
}


_ALSO = {"t2": "Punish2"}
"""Names that strategies have elsewhere: T2 in experiments (Dal Bo and Frechette 2011)."""


def strategy_names() -> dict[str, str]:
    """List the named strategies with what they do.

    Returns
    -------
    dict of str to str
        Name and one line of meaning.

    Examples
    --------
    >>> strategy_names()["AllD"]
    'always defects'
    """
    return {name: meaning for name, (meaning, _) in _STRATEGIES.items()}


def strategy(name: str, /) -> Automaton:
    """Make a strategy by its name, upper or lower case.

    Parameters
    ----------
    name : str
        One of `strategy_names`, or ``T2`` for Punish2.

    Returns
    -------
    Automaton
        The strategy.

    Raises
    ------
    GameError
        When there is no such strategy.

    Examples
    --------
    >>> strategy("wsls").cooperation
    (1.0, 0.0)
    """
    known = {key.lower(): key for key in _STRATEGIES}
    if name.lower() in _ALSO:
        return _STRATEGIES[_ALSO[name.lower()]][1](name)
    if name.lower() not in known:
        remedy = nearest(name, _STRATEGIES) or "'strategic tournament --strategies list' shows them"
        raise GameError("is not a strategy", where=name, remedy=remedy)
    return _STRATEGIES[known[name.lower()]][1](known[name.lower()])


def extortion(payoffs: ArrayLike, factor: ArrayLike, /, *, strength: ArrayLike = 0.5) -> Array:
    """Compute the memory-one strategy that takes a multiple of the other's gain over P.

    Parameters
    ----------
    payoffs : array_like, shape (..., 4)
        R, S, T and P of a prisoner's dilemma.
    factor : array_like
        Extortion factor chi >= 1: own payoff - P is chi times the other's payoff - P.
    strength : array_like, default 0.5
        Share, in (0, 1], of the largest phi that keeps all four numbers probabilities.

    Returns
    -------
    ndarray, shape (..., 4)
        Probability of cooperating after CC, CD, DC and DD; NaN where there is none.

    Notes
    -----
    ``p - (1,1,0,0) = phi [(S_X - P) - chi (S_Y - P)]`` with S_X, S_Y the payoffs in the four
    outcomes.

    References
    ----------
    Press, W. H. and Dyson, F. J. (2012). Iterated Prisoner's Dilemma contains strategies that
    dominate any evolutionary opponent. Proceedings of the National Academy of Sciences 109,
    10409-10413.

    Examples
    --------
    >>> extortion([3, 0, 5, 1], 3).round(6)
    array([0.846154, 0.5     , 0.269231, 0.      ])
    """
    R, S, T, P = np.moveaxis(np.asarray(payoffs, float), -1, 0)
    chi, part = np.asarray(factor, float), np.asarray(strength, float)
    slopes = [(R - P) * (1 - chi), (S - P) - chi * (T - P), (T - P) - chi * (S - P), 0.0 * R]
    return _zero_determinant(slopes, part, chi >= 1.0)


def generous(payoffs: ArrayLike, factor: ArrayLike, /, *, strength: ArrayLike = 0.5) -> Array:
    """Compute the memory-one strategy that bears a multiple of the other's loss below R.

    Parameters
    ----------
    payoffs : array_like, shape (..., 4)
        R, S, T and P of a prisoner's dilemma.
    factor : array_like
        Factor chi >= 1: R - own payoff is chi times R - the other's payoff.
    strength : array_like, default 0.5
        Share, in (0, 1], of the largest phi that keeps all four numbers probabilities.

    Returns
    -------
    ndarray, shape (..., 4)
        Probability of cooperating after CC, CD, DC and DD; NaN where there is none.

    Notes
    -----
    ``p - (1,1,0,0) = phi [(S_X - R) - chi (S_Y - R)]`` with S_X, S_Y the payoffs in the four
    outcomes.

    References
    ----------
    Stewart, A. J. and Plotkin, J. B. (2013). From extortion to generosity, evolution in the
    Iterated Prisoner's Dilemma. Proceedings of the National Academy of Sciences 110, 15348-15353.

    Examples
    --------
    >>> generous([3, 0, 5, 1], 2, strength=1.0).round(6)
    array([1.   , 0.125, 1.   , 0.25 ])
    """
    R, S, T, P = np.moveaxis(np.asarray(payoffs, float), -1, 0)
    chi, part = np.asarray(factor, float), np.asarray(strength, float)
    slopes = [0.0 * R, (S - R) - chi * (T - R), (T - R) - chi * (S - R), (P - R) * (1 - chi)]
    return _zero_determinant(slopes, part, chi >= 1.0)


def equaliser(payoffs: ArrayLike, target: ArrayLike, /, *, strength: ArrayLike = 0.5) -> Array:
    """Compute the memory-one strategy that fixes the other's long-run payoff whatever it does.

    Parameters
    ----------
    payoffs : array_like, shape (..., 4)
        R, S, T and P of a prisoner's dilemma.
    target : array_like
        Payoff of the other side, between P and R.
    strength : array_like, default 0.5
        Share, in (0, 1], of the largest slope that keeps all four numbers probabilities.

    Returns
    -------
    ndarray, shape (..., 4)
        Probability of cooperating after CC, CD, DC and DD; NaN where there is none.

    Notes
    -----
    ``p - (1,1,0,0) = phi (target - S_Y)`` with S_Y the other's payoff in the four outcomes.

    References
    ----------
    Boerlijst, M. C., Nowak, M. A. and Sigmund, K. (1997). Equal pay for all prisoners. American
    Mathematical Monthly 104, 303-305.
    Press, W. H. and Dyson, F. J. (2012). Iterated Prisoner's Dilemma contains strategies that
    dominate any evolutionary opponent. Proceedings of the National Academy of Sciences 109,
    10409-10413.

    Examples
    --------
    >>> equaliser([3, 0, 5, 1], 2, strength=0.3).round(12)
    array([0.9, 0.7, 0.2, 0.1])
    """
    R, S, T, P = np.moveaxis(np.asarray(payoffs, float), -1, 0)
    goal, part = np.asarray(target, float), np.asarray(strength, float)
    return _zero_determinant([goal - R, goal - T, goal - S, goal - P], part, np.isfinite(goal))


def _zero_determinant(slopes: list[Array], part: Array, allowed: Array) -> Array:
    """Scale a direction as far as the four probabilities allow, and take a part of that."""
    # p - (1, 1, 0, 0) = phi * direction must lead down from 1 after CC and CD, and up from 0 after
    # DC and DD; the largest entry then bounds phi.
    direction = np.stack(np.broadcast_arrays(*slopes), axis=-1)
    room = np.where(np.array([True, True, False, False]), -direction, direction)
    largest = room.max(axis=-1)
    possible = allowed & (room >= 0.0).all(axis=-1) & (largest > 0.0) & (part > 0) & (part <= 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = (part / largest)[..., None] * direction
    rule = np.array([1.0, 1.0, 0.0, 0.0]) + step
    return np.where(possible[..., None], rule, np.nan)
