"""By which measures a relationship's mechanisms are compared."""

from __future__ import annotations

from strategic.reports.sections.mechanisms import MechanismTable, Obstacle
from strategic.reports.words import amount, patience

_COUNTLESS = 1e9
"""Periods from which a mean survival is told as unbounded: a managed risk always leaves a trace."""


def _written(name: str, value: float) -> str:
    if name.startswith("trust_threshold") and value >= 1:
        return "never"  # no belief suffices, as the base game says it
    if name.endswith("survival") and value > _COUNTLESS:
        return "unbounded"
    return patience(value) if name.startswith("critical_discount") else amount(value)


OBSTACLE = Obstacle(
    "binding_constraint",
    words={
        "none": "nothing stands in the way of cooperation",
        "trust": "too little trust",
        "foresight": "short sight: looking further ahead, both would trust enough to start",
        "interest": "interest: cooperation is worth no more than acting alone to one side",
        "detection": "detection: too few deviations are seen",
        "incident risk": "the risk of incidents",
        "patience": "impatience",
    },
)
MECHANISMS = MechanismTable(
    measures=(
        "relationship_type",
        "joint_incentive",
        "welfare",
        "surplus",
        "incentive_government",
        "incentive_organisation",
        "trust_threshold_government",
        "trust_threshold_organisation",
        "cooperation_is_equilibrium",
        "risk_dominant",
        "binding_constraint",
        "critical_discount",
        "incident_limit",
        "cooperation_share",
        "mean_survival",
        "ladder_survival",
        "hold_up_limit",
    ),
    path_measures=(
        "path_kind",
        "cooperation_periods",
        "breakdown_period",
        "final_trust_government",
        "recorded_incident",
    ),
    ranked_by=("joint_incentive", "cooperation_periods", "welfare"),
    called={
        "joint_incentive": "joint incentive to cooperate",
        "cooperation_periods": "number of periods of cooperation",
    },
    obstacle=OBSTACLE,
    write=_written,
).section()
