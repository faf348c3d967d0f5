"""By which measures a relationship's mechanisms are compared."""

from __future__ import annotations

from strategic.reports.sections.mechanisms import MechanismTable
from strategic.reports.words import amount, patience


def _written(name: str, value: float) -> str:
    if name.startswith("trust_threshold") and value >= 1:
        return "never"  # no belief suffices, as the base game says it
    return patience(value) if name.startswith("critical_discount") else amount(value)


MECHANISMS = MechanismTable(
    measures=(
        "relationship_type",
        "surplus",
        "incentive_government",
        "incentive_organisation",
        "trust_threshold_government",
        "trust_threshold_organisation",
        "cooperation_is_equilibrium",
        "risk_dominant",
        "critical_discount",
        "incident_limit",
        "cooperation_share",
        "mean_survival",
        "ladder_survival",
        "hold_up_limit",
    ),
    path_measures=("cooperation_periods", "breakdown_period", "final_trust_government"),
    ranked_by="surplus",
    called="surplus of cooperation",
    turning="relationship_type",
    write=_written,
).section()
