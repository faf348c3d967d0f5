"""Measures of trust: the margins a relationship starts with, and the path it takes."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.measures.register import Pair, by_name, per_side
from strategic.families.relationship.trust import (
    COOPERATION,
    REGIMES,
    TrustPath,
    incident_drop,
    initial_log_odds,
    logistic,
    quiet_gain,
    replay,
    trust_thresholds,
)
from strategic.modelling import Measure, Points


def _margins(points: Points) -> Pair:
    """Subtract thresholds from initial log-odds; inf - inf cannot happen, beliefs being finite."""
    start, thresholds = initial_log_odds(points), trust_thresholds(points)
    return start[0] - thresholds[0], start[1] - thresholds[1]


def _initial_margin(points: Points) -> Array:
    return np.asarray(points.once(_margins)[0])


def _incidents_absorbed(points: Points) -> Array:
    """Count the consecutive incidents after which the government still cooperates."""
    margin, drop = _initial_margin(points), incident_drop(points)
    with np.errstate(divide="ignore", invalid="ignore"):
        count = np.floor(margin / drop)
    absorbed = np.where(drop == 0, np.inf, np.where(np.isinf(drop), 0.0, count))
    return np.where(margin < 0, np.nan, np.where(np.isposinf(margin), np.inf, absorbed))


def _quiet_needed(points: Points) -> Array:
    """Count N_q, the quiet periods after which one incident no longer ends cooperation."""
    margin, drop, gain = _initial_margin(points), incident_drop(points), quiet_gain(points)
    with np.errstate(divide="ignore", invalid="ignore"):
        periods = np.ceil(np.maximum(drop - margin, 0.0) / gain)
    needed = np.where(drop <= margin, 0.0, np.where(gain > 0, periods, np.inf))
    return np.where(margin < 0, np.nan, needed)


def _break_while_young(points: Points) -> Array:
    periods, risk = _quiet_needed(points), points["relation.incident_risk"]
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - (1 - risk) ** periods)


def _break_bound(points: Points) -> Array:
    margin = _initial_margin(points)
    bound = np.exp(-np.maximum(margin, 0.0))
    with np.errstate(invalid="ignore"):
        return np.where(margin < 0, np.nan, np.where(incident_drop(points) == 0, 0.0, bound))


_START = (
    *per_side(
        "trust_margin",
        _margins,
        "Log-odds by which the {side}'s initial trust exceeds its threshold.",
        unit="log-odds",
        claims=("K7", "K11", "P10"),
    ),
    Measure(
        "incident_drop",
        incident_drop,
        "Log-odds of trust the government loses by one incident.",
        unit="log-odds",
        claims=("K5", "P10"),
    ),
    Measure(
        "quiet_gain",
        quiet_gain,
        "Log-odds of trust both gain in a quiet period of cooperation.",
        unit="log-odds per period",
        claims=("K5", "P11"),
    ),
    Measure(
        "incidents_absorbed",
        _incidents_absorbed,
        "Consecutive incidents the initial trust of the government survives.",
        unit="incidents",
        claims=("K5", "P10"),
    ),
    Measure(
        "quiet_periods_needed",
        _quiet_needed,
        "Quiet periods after which one incident no longer ends cooperation.",
        unit="periods",
        claims=("K7", "P11"),
    ),
    Measure(
        "break_while_young",
        _break_while_young,
        "Probability that an incident ends cooperation before it has become proof against one.",
        unit="probability",
        claims=("K7", "P11"),
    ),
    Measure(
        "break_bound",
        _break_bound,
        "Bound on the probability that incidents ever end cooperation.",
        unit="probability",
        claims=("K5", "P11", "P28"),
    ),
)


def _regime_at(points: Points, date: str | None = None) -> Array:
    played = points.once(replay)
    return np.asarray(played.regimes[_period(points, date)])


def _belief_at(side: int, points: Points, date: str | None = None) -> Array:
    return np.asarray(points.once(_beliefs)[side][_period(points, date)])


def _beliefs(points: Points) -> Pair:
    return points.once(replay).beliefs


def _period(points: Points, date: str | None) -> int:
    """Find the period of a date; the last one where none is named."""
    return -1 if date is None or points.path is None else points.path.period(date)


def _government_at(points: Points, date: str | None = None) -> Array:
    return _belief_at(0, points, date)


def _organisation_at(points: Points, date: str | None = None) -> Array:
    return _belief_at(1, points, date)


def _final(points: Points) -> Pair:
    final = points.once(replay).final
    return logistic(final[0]), logistic(final[1])


def _cooperates(points: Points) -> Array:
    played: TrustPath = points.once(replay)
    return np.asarray(played.regimes == COOPERATION)


def _first_cooperation(points: Points) -> Array:
    return _first(points.once(_cooperates))


def _breakdown(points: Points) -> Array:
    """Find the first period without cooperation that follows one with it."""
    cooperates = points.once(_cooperates)
    ended = np.zeros(cooperates.shape, dtype=bool)
    ended[1:] = cooperates[:-1] & ~cooperates[1:]
    return _first(ended)


def _first(happens: Array) -> Array:
    return np.where(happens.any(axis=0), happens.argmax(axis=0), np.nan)


_PATH = (
    Measure(
        "regime_at",
        _regime_at,
        "Who cooperates at a date: C both, d the organisation, o the government, . nobody.",
        kind="label",
        labels=REGIMES,
        claims=("R15", "K5", "P12"),
        of_path=True,
        dated=True,
    ),
    Measure(
        "trust_government_at",
        _government_at,
        "Belief of the government in the organisation when it chooses at a date.",
        unit="probability",
        claims=("K11", "M15"),
        of_path=True,
        dated=True,
    ),
    Measure(
        "trust_organisation_at",
        _organisation_at,
        "Belief of the organisation in the government when it chooses at a date.",
        unit="probability",
        claims=("K11", "M15"),
        of_path=True,
        dated=True,
    ),
    *per_side(
        "final_trust",
        _final,
        "Belief of the {side} in the {other} after the last period.",
        unit="probability",
        claims=("K11", "M15", "P23"),
        of_path=True,
    ),
    Measure(
        "first_cooperation_period",
        _first_cooperation,
        "First period of mutual cooperation, counted from 0; undefined where there is none.",
        unit="period",
        claims=("R15", "P12"),
        of_path=True,
    ),
    Measure(
        "breakdown_period",
        _breakdown,
        "First period without cooperation after one with it, from 0; undefined where it lasts.",
        unit="period",
        claims=("K5", "K7", "P10"),
        of_path=True,
    ),
    Measure(
        "cooperation_periods",
        lambda points: points.once(_cooperates).sum(axis=0),
        "Number of periods of mutual cooperation on the path.",
        kind="integer",
        unit="periods",
        claims=("R15",),
        of_path=True,
    ),
)

TRUST = by_name(*_START, *_PATH)
