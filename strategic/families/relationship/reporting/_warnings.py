"""Warnings about numbers that would make a reader draw a conclusion from an accident of the model.

An incident tells the government how much likelier it was with a hostile partner than with a
cooperative one (K5, P10).  Where the risk with a cooperative partner is set or managed down to next
to nothing and that with a hostile one is not, an incident on record all but proves hostility: the
numbers then decide the path, not the case (P28).
"""

from __future__ import annotations

import numpy as np

from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._trust import (
    STRONG_EVIDENCE,
    incident_drop,
    recorded_incidents,
    replay,
)
from strategic.modelling import Model, Points
from strategic.reports.words import amount, chance


def warnings(model: Model) -> list[str]:
    """Warn of incidents on record that the model takes for strong evidence of hostility."""
    points = model.points
    return [
        _damning(points, period, now)
        for period, now in recorded_incidents(points)
        if incident_drop(now) > np.log(STRONG_EVIDENCE)
    ]


def _damning(points: Points, period: int, now: Points) -> str:
    played, drop = points.once(replay), float(incident_drop(now))
    record = f"An incident is on record in {played.dates[period]}, yet with a cooperative partner"
    cure = (
        "raise relation.incident_risk, or lower trust.incident_if_hostile with it, before "
        "believing the path"
    )
    if np.isinf(drop):
        return f"{record} the model holds it impossible: it proves hostility; {cure}."
    risk, odds = float(now["relation.incident_risk"]), played.log_odds[0, period]
    # Beliefs are recorded after dated events, the incident included.
    before, after = (chance(float(logistic(held))) for held in (odds + drop, odds))
    return (
        f"{record} the model gives it a probability of {amount(risk)} per period, "
        f"{amount(np.exp(drop))} times less than with a hostile one: alone it takes the "
        f"government's belief from {before} to {after}; {cure}."
    )
