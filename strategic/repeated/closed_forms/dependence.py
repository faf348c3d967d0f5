"""Unequal dependence: who needs whom, who binds, and what transfers change.

Sides are the first axis. Dependence of a side is what the relation is worth to it over its outside
option, D = R - P; the power of one side over the other is the other's dependence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.closed_forms.game import RepeatedGame
from strategic.repeated.closed_forms.triggers import grim_threshold

TIE = -1
"""`Dependence.binding_side` where both promises are equally hard to keep."""


@in_one_line
@dataclass(frozen=True, eq=False)
class Dependence(Cited):
    """How two sides depend on each other, and what payments between them could sustain.

    Parameters
    ----------
    power : array, ``(2, *points)``
        Power of each side over the other, which is the other's dependence.
    joint, imbalance : array, points
        ``J = D_1 + D_2`` and ``A = |D_1 - D_2|``.
    critical_discount_with_transfers : array, points
        Common discount factor from which cooperation holds when payments can be made and withheld:
        ``G/(G + J)``, G the sum of the positive gains; 0 where G = 0 <= J, inf where J <= 0 < G
        or J < 0.
    transfers_slack : array, points
        ``J - sum_i g_i (1 - delta_i)/delta_i``; cooperation with transfers is enforceable iff it is
        at least 0.
    binding_side : int array, points
        0 or 1, the side with the larger ``delta*_i/delta_i`` and so the smaller incident limit;
        `TIE` where they are equal.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> unequal_dependence(repeated_game([3.5, 0.5], 0, [5.5, 2.5], discount=0.5))
    <Dependence: power [0.5 3.5], joint 4, imbalance 3, ..., binding_side 1>
    """

    made_by = ("unequal_dependence",)

    power: Array
    joint: Array
    imbalance: Array
    critical_discount_with_transfers: Array
    transfers_slack: Array
    binding_side: Array


def unequal_dependence(game: RepeatedGame) -> Dependence:
    r"""Find who depends on whom, whose promise binds, and what transfers would change.

    .. math:: J = D_1 + D_2

    .. math:: | D_1 - D_2 |

    .. math:: \begin{cases}
        \infty & \text{if } J < 0 \\
        0 & \text{if } y = 0 \\
        \infty & \text{if } J = 0 \\
        \frac{y}{y + J} & \text{otherwise}
        \end{cases}, \quad y = \max(g_1, 0) + \max(g_2, 0)

    .. math:: J - \frac{1 - \delta_1}{\delta_1} \max(g_1, 0) - \frac{1 - \delta_2}{\delta_2}
        \max(g_2, 0)

    Parameters
    ----------
    game : RepeatedGame, ``(2, *points)``
        R, T, P and each side's delta count.

    Returns
    -------
    Dependence

    Notes
    -----
    Without transfers each side must reach its own `grim_threshold`. With transfers imbalance drops
    out: the more dependent side pays the other for staying. With unequal discount factors the
    slack is exact for stationary contracts, the same payments each period; patient sides could
    also lend to impatient ones, which this leaves out.

    References
    ----------
    Emerson, R. M. (1962). Power-dependence relations. American Sociological Review 27, 31-41.
    Casciaro, T. and Piskorski, M. J. (2005). Power imbalance, mutual dependence, and constraint
    absorption: a closer look at resource dependence theory. Administrative Science Quarterly 50,
    167-199.
    Levin, J. (2003). Relational incentive contracts. American Economic Review 93, 835-857.
    Goldlücke, S. and Kranz, S. (2012). Infinitely repeated games with public monitoring and
    monetary transfers. Journal of Economic Theory 147, 1191-1221.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> pair = unequal_dependence(repeated_game([3.5, 0.5], 0, [5.5, 2.5], discount=0.5))
    >>> float(pair.joint), float(pair.imbalance), int(pair.binding_side)
    (4.0, 3.0, 1)
    >>> float(pair.critical_discount_with_transfers), float(pair.transfers_slack)
    (0.5, 0.0)
    """
    g, D = game.gain, game.dependence
    G, J = np.maximum(g, 0).sum(axis=0), D.sum(axis=0)
    # A side that is not tempted needs no promise: its negative gain frees nothing for the other.
    with np.errstate(all="ignore"):
        pooled = np.where(G > 0, G / (G + J), 0.0)
        needed = np.where(g <= 0, 0 * g, g * game.patience_price)
        first, second = grim_threshold(game) / game.discount
    worthless = np.where(G > 0, J <= 0, J < 0)
    pooled = np.where(worthless, np.inf, pooled)
    return Dependence(
        power=D[::-1].copy(),
        joint=J,
        imbalance=np.asarray(np.abs(D[0] - D[1])),
        critical_discount_with_transfers=np.where(np.isnan(G + J), np.nan, pooled),
        transfers_slack=np.asarray((D - needed).sum(axis=0)),
        binding_side=np.where(first > second, 0, np.where(second > first, 1, TIE)),
    )


def incident_limit_of_imbalance(
    imbalance: ArrayLike, *, joint_dependence: ArrayLike, gain: ArrayLike, discount: ArrayLike
) -> Array:
    r"""Find the largest incident risk cooperation survives as a function of imbalance.

    .. math:: h(A) = 1 - \frac{g}{\delta (g + (J - A) / 2)}

    Parameters
    ----------
    imbalance, joint_dependence : array_like
        A and J, broadcast together with the rest; A <= J.
    gain : array_like
        Gain from deviating g, the same for both sides.
    discount : array_like
        Common discount factor delta in (0, 1).

    Returns
    -------
    array
        ``h(A) = 1 - g/(delta [g + (J - A)/2])``, not cut: below 0 cooperation fails at any risk.

    Notes
    -----
    A phase boundary in closed form, without transfers and with sure detection.

    Examples
    --------
    >>> incident_limit_of_imbalance([0, 3], joint_dependence=4, gain=2, discount=0.9).round(6)
    array([0.444444, 0.111111])
    """
    A, J, g, delta = doubles(imbalance, joint_dependence, gain, discount)
    with np.errstate(all="ignore"):
        return np.asarray(1 - g / (delta * (g + (J - A) / 2)))
