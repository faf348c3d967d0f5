"""Measures of belief: how much of it cooperation needs, and what incidents do to it."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.measures.register import STATUSES, by_name, per_side
from strategic.families.relationship.repetition import beliefs_needed
from strategic.families.relationship.trust import incident_drop
from strategic.modelling import Measure, Points
from strategic.repeated.closed_forms.bayesian_trust import (
    periods_to_recover,
    ruin_bound,
    update_belief,
)
from strategic.repeated.closed_forms.trust_needed import TrustClass, trust_class
from strategic.status import Status

TRUST_CLASSES = tuple(kind.label for kind in TrustClass)


def _trust_needed(points: Points) -> Array:
    government, organisation = points.once(beliefs_needed)
    return np.maximum(government, organisation)


def _after_incident(points: Points) -> Array:
    """Update the government's initial belief by Bayes' rule, then renew types by turnover."""
    belief = points["trust.government"]
    return update_belief(
        belief,
        bad=True,
        incident_risk=points["relation.incident_risk"],
        detection=points["trust.detection"],
        turnover=points["officials.turnover"],
        prior=belief,
    )


def _recovery(points: Points) -> Array:
    return periods_to_recover(points["relation.incident_risk"], points["trust.detection"])


def _ruin(points: Points) -> Array:
    needed = points.once(beliefs_needed)[0]
    attainable = np.where(needed < 1, needed, np.nan)
    return ruin_bound(points["trust.government"], attainable)


def _news(points: Points) -> Array:
    return np.where(incident_drop(points) > 0, Status.OK, Status.NO_NEWS)


_NEEDED = (
    Measure(
        "trust_needed",
        _trust_needed,
        "Belief from which conditional cooperation is best in the repeated game; the pair's.",
        unit="probability",
        claims=("K11", "K7"),
    ),
    *per_side(
        "trust_needed",
        beliefs_needed,
        "Belief from which conditional cooperation is best for the {side} in the repeated game.",
        unit="probability",
        claims=("K11", "K7"),
    ),
    Measure(
        "trust_class",
        lambda points: trust_class(points.once(_trust_needed)),
        "How much trust cooperation needs.",
        kind="label",
        labels=TRUST_CLASSES,
        claims=("K7", "K11"),
    ),
)

_LEARNING = (
    Measure(
        "incident_news",
        _news,
        "Whether an incident tells the government anything about its partner.",
        kind="label",
        labels=STATUSES,
        claims=("K5", "P28"),
    ),
    Measure(
        "belief_after_incident",
        _after_incident,
        "Belief of the government after one incident, if opportunists show as set.",
        unit="probability",
        claims=("K5", "I16"),
    ),
    Measure(
        "periods_to_recover",
        _recovery,
        "Good periods that undo one incident, if opportunists show as set.",
        unit="periods",
        claims=("K5", "K7"),
    ),
    Measure(
        "ruin_bound",
        _ruin,
        "Bound on the probability that the belief in a trustworthy partner ever falls too low.",
        unit="probability",
        claims=("K5", "P11"),
    ),
)

BELIEF = by_name(*_NEEDED, *_LEARNING)
