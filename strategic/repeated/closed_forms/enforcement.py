"""Which cooperation public punishments enforce when incidents look like deviations.

After a bad signal both play P for some periods, for ever under grim. Letters: gain g = T - R,
dependence D = R - P, incident risk h = p, detection m, bad signal after a deviation
q = 1 - (1 - h)(1 - m), so that q - p = (1 - h) m; punishment weight x = delta (1 - delta^T).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.closed_forms.game import RepeatedGame
from strategic.repeated.closed_forms.incidents import (
    cooperation_share,
    mean_survival,
    value_of_cooperation,
)


@in_one_line
@dataclass(frozen=True, eq=False)
class Enforcement(Cited):
    """What punishments can sustain, one value per point.

    Parameters
    ----------
    critical_discount : array
        Smallest discount factor at which grim punishment of bad signals enforces cooperation;
        inf where none up to 1 does.
    incident_limit : array
        Largest incident risk that grim punishment survives at the given discount factor, in [0, 1].
    punishment_length : array
        Shortest punishment that enforces cooperation, in periods: 0 where none is needed, inf
        where only grim does, NaN where nothing does.
    value, grim_value, best_value : array
        Average payoff of the shortest punishment, of grim, and of the best strongly symmetric
        public perfect equilibrium; NaN where cooperation is not enforceable.
    share : array
        Long-run share of time in cooperation; 0 where it is not enforceable.
    mean_survival : array
        Expected periods to the first incident; 0 where cooperation is not enforceable.
    status : int array of Status
        OK, SELF_ENFORCING, NO_VALUE, UNENFORCEABLE or INVALID.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> enforce(repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05))
    <Enforcement: critical_discount 0.5263, incident_limit 0.4444, ..., status ok>
    """

    made_by = ("enforce",)

    critical_discount: Array
    incident_limit: Array
    punishment_length: Array
    value: Array
    grim_value: Array
    best_value: Array
    share: Array
    mean_survival: Array
    status: Array


def enforce(game: RepeatedGame) -> Enforcement:
    r"""Find what public punishments can enforce for one side, point by point.

    .. math:: x [(q - h) D - h g] \ge (1 - \delta) g, \quad x = \delta (1 - \delta^k), \quad g = T -
        R, \quad D = R - P, \quad q = 1 - (1 - h) (1 - m)

    Parameters
    ----------
    game : RepeatedGame
        Every letter but S counts.

    Returns
    -------
    Enforcement
        Arrays of the shape of the game.

    Notes
    -----
    Cooperation is an equilibrium iff ``x [(q - p) D - p g] >= (1 - delta) g``; its value falls in
    T, so the shortest enforceable punishment is optimal among these.

    References
    ----------
    Green, E. J. and Porter, R. H. (1984). Noncooperative collusion under imperfect price
    information. Econometrica 52, 87-100.
    Abreu, D., Milgrom, P. and Pearce, D. (1991). Information and timing in repeated partnerships.
    Econometrica 59, 1713-1733.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> from strategic.status import Status
    >>> result = enforce(repeated_game(3, 0, 5, 1, discount=[0.9, 0.526], incident_risk=0.05))
    >>> result.punishment_length.tolist(), [Status(s).label for s in result.status]
    ([2.0, nan], ['ok', 'unenforceable'])
    """
    h, length = game.incident_risk, punishment_length(game)
    value, grim = value_of_cooperation(game, length), value_of_cooperation(game)
    holds = ~np.isnan(length)
    return Enforcement(
        critical_discount=critical_discount(game),
        incident_limit=incident_limit(game),
        punishment_length=length,
        value=value,
        grim_value=np.where(holds, np.where(length == 0, value, grim), np.nan),
        best_value=best_value(game),
        share=np.where(holds, cooperation_share(h, length), 0.0),
        mean_survival=np.where(holds, mean_survival(h), 0.0),
        status=game.status(
            _deters(game, *_stakes(game)), game.valid("discount", "incident_risk", "detection")
        ),
    )


def critical_discount(game: RepeatedGame) -> Array:
    r"""Find the discount factor from which grim punishment of bad signals enforces cooperation.

    .. math:: \delta^* = \begin{cases}
        0 & \text{if } g \le 0 \\
        y & \text{if } D > 0, y \le 1 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = \frac{g}{(1 - h) (m D + g)}, \quad g = T - R, \quad D = R - P

    Parameters
    ----------
    game : RepeatedGame
        R, T, P, h and m count.

    Returns
    -------
    array
        ``g/[(q - p) D + (1 - p) g]``; 0 where g <= 0; inf where D <= 0 or the value exceeds 1.

    Notes
    -----
    With m = 1 it is the grim threshold over ``1 - h``.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> critical_discount(repeated_game(3, 0, 5, 1, incident_risk=[0.05, 0.1, 0.4])).round(6)
    array([0.526316, 0.555556, 0.833333])
    """
    g, D, h, m = game.gain, game.dependence, game.incident_risk, game.detection
    with np.errstate(all="ignore"):
        ratio = g / ((1 - h) * (m * D + g))
    never = (ratio > 1) | (D <= 0) | (h == 1)
    threshold = np.where(g <= 0, 0.0, np.where(never, np.inf, ratio))
    return np.where(game.valid("incident_risk", "detection"), threshold, np.nan)


def incident_limit(game: RepeatedGame) -> Array:
    r"""Find the largest incident risk at which grim punishment still enforces cooperation.

    .. math:: h^{\max} = \begin{cases}
        1 & \text{if } g \le 0 \\
        0 & \text{if } D \le 0 \\
        \max(0, 1 - \frac{g}{\delta (m D + g)}) & \text{otherwise}
        \end{cases}, \quad g = T - R, \quad D = R - P

    Parameters
    ----------
    game : RepeatedGame
        R, T, P, delta and m count; payoffs are held fixed while the risk varies.

    Returns
    -------
    array
        ``1 - g/(delta [g + m D])``, cut to [0, 1]; 1 where g <= 0, 0 where D <= 0 < g.

    Notes
    -----
    With m = 1 it is ``1 - delta*(0)/delta``. A limit of 0 includes points where cooperation fails
    without any incident; the critical discount factor tells them apart.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> game = repeated_game(0.35, 0, 0.5, discount=0.95, detection=0.6)
    >>> round(float(incident_limit(game)), 4)
    0.5614
    """
    g, D, delta, m = game.gain, game.dependence, game.discount, game.detection
    with np.errstate(all="ignore"):
        limit = np.fmax(1 - g / (delta * (g + m * D)), 0.0)
    limit = np.where(g <= 0, 1.0, np.where(D <= 0, 0.0, limit))
    return np.where(game.valid("discount", "detection"), limit, np.nan)


def punishment_length(game: RepeatedGame) -> Array:
    r"""Find the shortest punishment of bad signals that enforces cooperation.

    .. math:: k^* = \begin{cases}
        0 & \text{if } g \le 0 \\
        \left\lceil \frac{\ln(1 - x / \delta)}{\ln \delta} \right\rceil & \text{if } D > 0, 0 < x
        \le \delta
        \end{cases}, \quad x = \frac{(1 - \delta) g}{(1 - h) m D - h g}, \quad g = T - R, \quad D =
        R - P

    Parameters
    ----------
    game : RepeatedGame
        Every letter but S counts.

    Returns
    -------
    array
        Periods: 0 where g <= 0, inf where only grim enforces, NaN where nothing does.

    Notes
    -----
    ``T* = ceil(ln(1 - x_min/delta)/ln delta)`` with ``x_min = (1 - delta) g/[(q - p) D - p g]``.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> game = repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=[0.05, 0.1, 0.4])
    >>> punishment_length(game).tolist()
    [2.0, 2.0, 8.0]
    """
    g, D, delta = game.gain, game.dependence, game.discount
    deterrence, cost = _stakes(game)
    with np.errstate(all="ignore"):
        patience = np.log(delta)
        guess = np.ceil(np.log1p(-cost / deterrence / delta) / patience)
        guess = np.where(np.isfinite(guess), guess, 1.0)
        length = np.full(np.shape(guess), np.inf)
        # The logarithms round, so the incentive itself decides among T* - 1, T* and T* + 1;
        # where none of them deters, only grim can (x_min = delta).
        for candidate in (guess + 1, guess, np.fmax(guess - 1, 1.0)):
            weight = np.where(delta == 0, 0.0, -delta * np.expm1(candidate * patience))
            length = np.where(weight * deterrence >= cost, candidate, length)
    holds = _deters(game, deterrence, cost) & (D > 0)
    length = np.where(g <= 0, 0.0, np.where(holds, length, np.nan))
    return np.where(game.valid("discount", "incident_risk", "detection"), length, np.nan)


def best_value(game: RepeatedGame) -> Array:
    r"""Find the best strongly symmetric public perfect equilibrium's average payoff.

    .. math:: \begin{cases}
        R & \text{if } g \le 0 \\
        y & \text{if } y > P, \delta \ge \delta^*
        \end{cases}, \quad y = R - \frac{h g}{(1 - h) m}, \quad g = T - R, \quad \delta^* =
        \frac{g}{(1 - h) (m (R - P) + g)}

    Parameters
    ----------
    game : RepeatedGame
        Every letter but S counts.

    Returns
    -------
    array
        ``R - p g/(q - p)`` where it exceeds P and delta reaches the critical discount factor; R
        where g <= 0; NaN elsewhere.

    References
    ----------
    Abreu, D., Milgrom, P. and Pearce, D. (1991). Information and timing in repeated partnerships.
    Econometrica 59, 1713-1733.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> game = repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05)
    >>> round(float(best_value(game)), 6)
    2.894737
    """
    delta, value = game.discount, game.reward - unavoidable_loss(game)
    with np.errstate(invalid="ignore"):
        holds = (value > game.punishment) & (delta >= critical_discount(game))
        holds = ((game.temptation <= game.reward) | holds) & (delta >= 0) & (delta < 1)
    return np.where(holds, value, np.nan)


def unavoidable_loss(game: RepeatedGame) -> Array:
    r"""Find the loss per period that shared punishment of anonymous incidents cannot avoid.

    .. math:: \begin{cases}
        0 & \text{if } T \le R \\
        \frac{h (T - R)}{(1 - h) m} & \text{if } (1 - h) m > 0 \\
        \infty & \text{otherwise}
        \end{cases}

    Parameters
    ----------
    game : RepeatedGame
        R, T, h and m count.

    Returns
    -------
    array
        ``p g/(q - p)``; 0 where g <= 0, inf where a deviation cannot be told from an incident.

    Notes
    -----
    Attributable incidents avoid it: a transfer from the culprit punishes without a shared loss.

    Examples
    --------
    >>> from strategic.repeated import repeated_game
    >>> round(float(unavoidable_loss(repeated_game(3, 0, 5, incident_risk=0.05))), 6)
    0.105263
    """
    h, m = game.incident_risk, game.detection
    gain = np.fmax(game.gain, 0.0) + 0 * game.gain  # the second term keeps NaN
    with np.errstate(all="ignore"):
        loss = np.where(m * (1 - h) > 0, h * gain / ((1 - h) * m), np.inf)
    return np.where((gain == 0) | ((h == 0) & (m > 0)), 0 * gain, loss)


def _stakes(game: RepeatedGame) -> tuple[Array, Array]:
    """Return what a unit of punishment weight deters, (q - p) D - p g, and what it must deter."""
    g, h = game.gain, game.incident_risk
    with np.errstate(all="ignore"):
        deterrence = (1 - h) * game.detection * game.dependence - h * g
        return deterrence, (1 - game.discount) * g


def _deters(game: RepeatedGame, deterrence: Array, cost: Array) -> Array:
    """Whether grim, the heaviest punishment (x = delta), enforces cooperation."""
    with np.errstate(all="ignore"):
        return np.asarray((deterrence > 0) & (game.discount * deterrence >= cost))
