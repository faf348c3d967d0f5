"""By which measures a relationship's mechanisms are compared."""

from __future__ import annotations

import numpy as np

from strategic.families.relationship._verdict import Constraint
from strategic.families.relationship.reporting._words import named
from strategic.families.relationship.reporting.figures._look import LOOKS
from strategic.modelling import Model
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


def obstacle(constraint: Constraint) -> str:
    """Name what stands in the way of cooperation that lasts, and the sides it lies with."""
    of = f" on the part of {named(constraint.sides)}" if constraint.sides else ""
    return {
        "none": "no lack of trust, interest or patience stands in the way of cooperation",
        "trust": f"too little trust{of}",
        "foresight": f"short sight{of}: looking further ahead, both would trust enough to start",
        "interest": f"too little interest in cooperation{of}",
        "detection": f"deviations{of} that are seen too rarely",
        "incident risk": "the risk of incidents",
        "patience": f"impatience{of}",
    }.get(constraint.kind, constraint.kind)


def _slack(model: Model) -> str:
    """Name the number that must rise: of the first side with which the obstacle lies."""
    constraint = model.verdict().constraint
    if not constraint.sides:
        return ""
    side = constraint.sides[0]
    margin = model.family.measure(f"trust_margin_{side}").compute(model.points)
    if constraint.kind in ("trust", "foresight") and np.isfinite(margin):
        return f"trust_margin_{side}"
    reward = model.family.measure(f"reward_{side}").compute(model.points)
    # What is worth nothing must first be worth something; where no belief suffices, or a promise is
    # not kept, the gain from cooperating counts.
    return f"reward_{side}" if reward <= 0 else f"incentive_{side}"


MECHANISMS = MechanismTable(
    measures=(
        "relationship_type",
        "joint_incentive",
        "net_social_value",
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
    ranked_by=("joint_incentive", "cooperation_periods", "net_social_value"),
    called={
        "joint_incentive": "joint incentive to cooperate",
        "cooperation_periods": "number of periods of cooperation",
    },
    headings={"cooperation_periods": "periods", "net_social_value": "net value"},
    drawn=("relationship_type", "path_kind"),
    looks=LOOKS,
    obstacle=Obstacle(
        "binding_constraint",
        free="none",
        told=lambda model: obstacle(model.verdict().constraint),
        slack=_slack,
    ),
    write=_written,
).section()
