"""Cooperation and crisis with a repair shock: how much amnesty is compatible with deterrence.

A bad signal leads from cooperation to crisis, and each crisis period ends in repair with
probability r. Letters as for incidents: g = T - R, D = R - P, p = h, q = 1 - (1 - h)(1 - m).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.closed_forms.game import RepeatedGame
from strategic.status import Status


@in_one_line
@dataclass(frozen=True, eq=False)
class Repair(Cited):
    """What an unconditional repair shock does, one value per point.

    Parameters
    ----------
    critical_discount : array
        Smallest discount factor at which cooperation survives the repair; inf where none does.
    limit : array
        Largest repair probability that leaves cooperation enforceable, cut to [0, 1].
    value_in_cooperation, value_in_crisis : array
        Average payoffs V+ and V- of the two states.
    share : array
        Long-run share of time in cooperation; 0 where it is not enforceable.
    status : int array of Status
        OK, SELF_ENFORCING, NO_VALUE, UNENFORCEABLE (the repair is too generous, or cooperation
        fails without it) or INVALID.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> repair(repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05), 0.1)
    <Repair: critical_discount 0.5556, limit 0.7889, value_in_cooperation 2.617, ..., status ok>
    """

    critical_discount: Array
    limit: Array
    value_in_cooperation: Array
    value_in_crisis: Array
    share: Array
    status: Array


def repair(game: RepeatedGame, repair_rate: ArrayLike = 0.0) -> Repair:
    r"""Find what an unconditional repair shock does to value and deterrence.

    .. math:: \delta^* = \begin{cases}
        0 & \text{if } g \le 0 \\
        y & \text{if } D > 0, 0 < y \le 1 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = \frac{g}{(1 - h) m D + (1 - h - r) g}, \quad g = T - R, \quad D = R -
        P

    .. math:: V^{-} = P + \frac{\delta r (R - P)}{1 - \delta (1 - h - r)}

    .. math:: V^{+} = P + \frac{(1 - \delta + \delta r) (R - P)}{1 - \delta (1 - h - r)}

    Parameters
    ----------
    game : RepeatedGame
        Every letter but S counts.
    repair_rate : array_like, default 0
        Probability r of repair per period of crisis, in [0, 1].

    Returns
    -------
    Repair
        Arrays of the shape of the game.

    Notes
    -----
    With ``k = 1 - delta (1 - p - r)``: ``V- = P + delta r D/k``, ``V+ = V- + (1 - delta) D/k`` and
    ``delta* = g/[(q - p) D + (1 - p - r) g]``: repair raises the value and weakens deterrence.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> game = repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05)
    >>> result = repair(game, [0.5, 0.8])
    >>> [Status(code).label for code in result.status], round(float(result.limit), 6)
    (['ok', 'unenforceable'], 0.788889)
    """
    g, D, delta, h, r = doubles(
        game.gain, game.dependence, game.discount, game.incident_risk, repair_rate
    )
    valid = game.valid("discount", "incident_risk", "detection") & (r >= 0) & (r <= 1)
    # V+ = (1-delta) R + delta [(1-p) V+ + p V-] and V- = (1-delta) P + delta [r V+ + (1-r) V-]:
    # their difference shrinks by delta (1 - p - r) per period, which is what deters.
    with np.errstate(all="ignore"):
        decay = 1 - delta * (1 - h - r)
        crisis = game.punishment + delta * r * D / decay
        cooperation = crisis + (1 - delta) * D / decay
        deterred = (1 - h) * game.detection * D + (1 - h - r) * g
        threshold = g / deterred
    never = (deterred <= 0) | (threshold > 1) | (D <= 0)
    threshold = np.where(g <= 0, 0.0, np.where(never, np.inf, threshold))
    status = game.status(delta >= threshold, valid)
    holds = (status == Status.OK) | (status == Status.SELF_ENFORCING)
    return Repair(
        critical_discount=np.where(valid, threshold, np.nan),
        limit=repair_limit(game),
        value_in_cooperation=np.where(valid, cooperation, np.nan),
        value_in_crisis=np.where(valid, crisis, np.nan),
        share=np.where(holds, repaired_share(h, r), 0.0),
        status=status,
    )


def repair_limit(game: RepeatedGame) -> Array:
    r"""Find the largest unconditional repair rate that leaves cooperation enforceable.

    .. math:: r^{\max} = \begin{cases}
        1 & \text{if } g \le 0 \\
        0 & \text{if } D \le 0 \\
        \min(1, \max(0, y)) & \text{otherwise}
        \end{cases}, \quad y = \frac{(1 - h) m D}{g} - \frac{1}{\delta} + 1 - h, \quad g = T - R,
        \quad D = R - P

    Parameters
    ----------
    game : RepeatedGame
        Every letter but S counts.

    Returns
    -------
    array
        ``[(q - p) D - g (1/delta - 1 + p)]/g``, cut to [0, 1]; 1 where g <= 0, 0 where D <= 0 < g.

    Notes
    -----
    Below the limit more repair is better; an amnesty above it destroys cooperation.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> game = repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05)
    >>> round(float(repair_limit(game)), 6)
    0.788889
    """
    g, D, delta, h = game.gain, game.dependence, game.discount, game.incident_risk
    with np.errstate(all="ignore"):
        limit = (1 - h) * game.detection * D / g - (1 / delta - 1 + h)
        limit = np.clip(limit, 0.0, 1.0)
    limit = np.where(g <= 0, 1.0, np.where((D <= 0) | (delta == 0), 0.0, limit))
    return np.where(game.valid("discount", "incident_risk", "detection"), limit, np.nan)


def repaired_share(incident_risk: ArrayLike, repair_rate: ArrayLike) -> Array:
    r"""Find the long-run share of time in cooperation with incidents and repairs.

    .. math:: \begin{cases}
        1 & \text{if } h = 0, r = 0 \\
        \frac{r}{r + h} & \text{otherwise}
        \end{cases}

    Parameters
    ----------
    incident_risk, repair_rate : array_like
        Probabilities h of leaving and r of regaining cooperation per period.

    Returns
    -------
    array
        ``r/(r + h)``; 1 where both are 0, as the relation starts in cooperation.

    Examples
    --------
    >>> repaired_share([0.05, 0.0], [0.2, 0.0]).tolist()
    [0.8, 1.0]
    """
    h, r = doubles(incident_risk, repair_rate)
    with np.errstate(invalid="ignore"):
        return np.where((h == 0) & (r == 0), 1.0, r / (r + h))
