"""Measures of trust: the margins a relationship starts with, and the path it takes."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import _trust as trust
from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._trust import COOPERATION, REGIMES, replay
from strategic.families.relationship.measures._register import Measures
from strategic.modelling import Points

PATHS = ("never", "throughout", "later", "broken", "recovered")
"""When both cooperate: at no time, always, from a later period to the end, not at the end any
more, or at the end again after a breakdown."""
TRUST = Measures()
single, per_side = TRUST.single, TRUST.per_side


@per_side("K7", "K11", "P10", unit="log-odds")
def trust_margin(points: Points) -> Array:
    r"""Log-odds by which the {side}'s initial trust exceeds its threshold.

    .. math:: \Delta_i = \Lambda_i - \Lambda^{\mathrm{f}}_i
    """
    # Never inf - inf: initial beliefs lie strictly between 0 and 1.
    return np.asarray(trust.initial_log_odds(points) - trust.trust_thresholds(points))


@single("K5", "P10", unit="log-odds")
def incident_drop(points: Points) -> Array:
    r"""Log-odds of trust the government loses by one incident.

    .. math:: \Delta^{-} = \begin{cases}
        \ln \frac{h_D}{h} & \text{if } h_D > h \\
        0 & \text{otherwise}
        \end{cases}
    """
    return trust.incident_drop(points)


@single("K5", "P11", unit="log-odds per period")
def quiet_gain(points: Points) -> Array:
    r"""Log-odds of trust both gain in a quiet period of cooperation.

    .. math:: \Delta^{+} = \begin{cases}
        \ln \frac{1 - h}{1 - h_D} & \text{if } h_D > h \\
        0 & \text{otherwise}
        \end{cases}
    """
    return trust.quiet_gain(points)


@single("K5", "P10", unit="incidents")
def incidents_absorbed(points: Points) -> Array:
    r"""Consecutive incidents the initial trust of the government survives.

    .. math:: \begin{cases}
        \infty & \text{if } \Delta_G \ge 0, \Delta^{-} = 0 \\
        \lfloor \Delta_G / \Delta^{-} \rfloor & \text{if } \Delta_G \ge 0
        \end{cases}

    A margin in [k, k+1) drops survives k (P10); all of them where incidents are no news, none
    where one is proof of hostility; undefined where trust is too low at the start.
    """
    margin, drop = points.once(trust_margin)[0], trust.incident_drop(points)
    with np.errstate(divide="ignore", invalid="ignore"):
        count = np.floor(margin / drop)
    absorbed = np.where(drop == 0, np.inf, np.where(np.isinf(drop), 0.0, count))
    return np.where(margin < 0, np.nan, np.where(np.isposinf(margin), np.inf, absorbed))


@single("K7", "P11", unit="periods")
def quiet_periods_needed(points: Points) -> Array:
    r"""Quiet periods after which one incident no longer ends cooperation.

    .. math:: N_q = \begin{cases}
        0 & \text{if } \Delta_G \ge \Delta^{-} \\
        \left\lceil \frac{\Delta^{-} - \Delta_G}{\Delta^{+}} \right\rceil & \text{if } \Delta_G \ge
        0
        \end{cases}

    N_q = ceil((drop - margin)/gain), at least 0 (P11).
    """
    margin, drop = points.once(trust_margin)[0], trust.incident_drop(points)
    gain = trust.quiet_gain(points)
    with np.errstate(divide="ignore", invalid="ignore"):
        periods = np.ceil(np.maximum(drop - margin, 0.0) / gain)
    needed = np.where(drop <= margin, 0.0, np.where(gain > 0, periods, np.inf))
    return np.where(margin < 0, np.nan, needed)


@single("K7", "P11", unit="probability")
def break_while_young(points: Points) -> Array:
    r"""Probability that an incident ends cooperation before it has become proof against one.

    .. math:: 1 - (1 - h)^{N_q}

    ``1 - (1-h)^N_q`` (P11).
    """
    periods, risk = quiet_periods_needed(points), points["relation.incident_risk"]
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - (1 - risk) ** periods)


@single("K5", "P11", "P28", unit="probability")
def break_bound(points: Points) -> Array:
    r"""Bound on the probability that incidents ever end cooperation.

    .. math:: \begin{cases}
        0 & \text{if } \Delta_G \ge 0, \Delta^{-} = 0 \\
        \exp(-\Delta_G) & \text{if } \Delta_G \ge 0
        \end{cases}

    exp(-margin): under cooperation exp(-log-odds) is a martingale, so that Ville's maximal
    inequality bounds the chance that it ever reaches the threshold (P11, P28).
    """
    margin = points.once(trust_margin)[0]
    bound = np.exp(-np.maximum(margin, 0.0))
    with np.errstate(invalid="ignore"):
        no_news = trust.incident_drop(points) == 0
    return np.where(margin < 0, np.nan, np.where(no_news, 0.0, bound))


@single("K5", "M5", "P28", labels=("none", "plausible", "damning"), of_path=True)
def recorded_incident(points: Points) -> Array:
    r"""How an incident that the path names reads: damning if 20 times likelier when hostile.

    .. math:: \begin{cases}
        \text{damning} & \text{if } \Delta^{-} > \ln 20 \text{ in a period } t \text{ with a named
        incident} \\
        \text{plausible} & \text{if there is another named incident} \\
        \text{none} & \text{otherwise}
        \end{cases}
    """
    telling = np.zeros(points.shape, dtype=int)
    for _, now in trust.recorded_incidents(points):
        damning = trust.incident_drop(now) > np.log(trust.STRONG_EVIDENCE)
        telling = np.maximum(telling, np.where(damning, 2, 1))
    return telling


def _period(points: Points, date: str | None) -> int:
    """Find the period of a date; the last one where none is named."""
    return -1 if date is None or points.path is None else points.path.period(date)


@single("R15", "K5", "P12", labels=REGIMES, of_path=True, dated=True)
def regime_at(points: Points, date: str | None = None) -> Array:
    r"""Who cooperates at a date: C both, d the organisation, o the government, . nobody.

    .. math:: (C_G(t), C_O(t)), \quad C_i(t) = \mathbb{1}\{\Lambda_i(t) \ge
        \Lambda^{\mathrm{f}}_i(t)\}
    """
    return np.asarray(points.once(replay).regimes[_period(points, date)])


@single("K11", "M15", unit="probability", of_path=True, dated=True)
def trust_government_at(points: Points, date: str | None = None) -> Array:
    r"""Belief of the government in the organisation when it chooses at a date.

    .. math:: \frac{1}{1 + \exp(-\Lambda_G(t))}
    """
    return logistic(points.once(replay).log_odds[0, _period(points, date)])


@single("K11", "M15", unit="probability", of_path=True, dated=True)
def trust_organisation_at(points: Points, date: str | None = None) -> Array:
    r"""Belief of the organisation in the government when it chooses at a date.

    .. math:: \frac{1}{1 + \exp(-\Lambda_O(t))}
    """
    return logistic(points.once(replay).log_odds[1, _period(points, date)])


@per_side("K11", "M15", "P23", unit="probability", of_path=True)
def final_trust(points: Points) -> Array:
    r"""Belief of the {side} in the {other} after the last period.

    .. math:: \frac{1}{1 + \exp(-\Lambda_i(N))}
    """
    return logistic(points.once(replay).final)


def _cooperates(points: Points) -> Array:
    return np.asarray(points.once(replay).regimes == COOPERATION)


def _first(happens: Array) -> Array:
    return np.where(happens.any(axis=0), happens.argmax(axis=0), np.nan)


@single("R15", "P12", unit="period", of_path=True)
def first_cooperation_period(points: Points) -> Array:
    r"""First period of mutual cooperation, counted from 0; undefined where there is none.

    .. math:: \min \{ t \mid C_G(t) C_O(t) = 1 \}
    """
    return _first(_cooperates(points))


@single("K5", "K7", "P10", unit="period", of_path=True)
def breakdown_period(points: Points) -> Array:
    r"""First period without cooperation after one with it, from 0; undefined where it lasts.

    .. math:: \min \{ t \mid C_G(t - 1) C_O(t - 1) = 1, C_G(t) C_O(t) = 0 \}
    """
    cooperates = _cooperates(points)
    ended = np.zeros(cooperates.shape, dtype=bool)
    ended[1:] = cooperates[:-1] & ~cooperates[1:]
    return _first(ended)


@single("R15", kind="integer", unit="periods", of_path=True)
def cooperation_periods(points: Points) -> Array:
    r"""Periods of mutual cooperation on the path.

    .. math:: \sum_{t = 0}^{N - 1} C_G(t) C_O(t)
    """
    return np.asarray(_cooperates(points).sum(axis=0))


@single("R15", "K5", "K7", "P12", labels=PATHS, of_path=True)
def path_kind(points: Points) -> Array:
    r"""When both cooperate: never, throughout, only later, until broken for good, or recovered.

    .. math:: \begin{cases}
        \text{never} & \text{if } C(t) = 0 \text{ for all } t \\
        \text{throughout} & \text{if } C(t) = 1 \text{ for all } t \\
        \text{later} & \text{if } C(t) = 1 \text{ from a later } t \text{ to the end} \\
        \text{recovered} & \text{if } C(N - 1) = 1 \text{ after a breakdown} \\
        \text{broken} & \text{if } C(N - 1) = 0
        \end{cases}, \quad C(t) = C_G(t) C_O(t)
    """
    cooperates = _cooperates(points)
    ended = (cooperates[:-1] & ~cooperates[1:]).any(axis=0)
    lasting = np.where(ended, "recovered", np.where(cooperates[0], "throughout", "later"))
    kind = np.where(cooperates[-1], lasting, np.where(cooperates.any(axis=0), "broken", "never"))
    return np.asarray((kind == np.array(PATHS).reshape(-1, *[1] * kind.ndim)).argmax(axis=0))
