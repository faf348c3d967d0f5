"""What each mechanism, applied in full and alone, would change."""

from __future__ import annotations

import math
from typing import Any

from strategic.modelling import Model, compare

MEASURES = (
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
)
"""What is compared; of the path, where the model has one, also `PATH_MEASURES`."""
PATH_MEASURES = ("cooperation_periods", "breakdown_period", "final_trust_government")


def mechanisms(model: Model) -> list[dict[str, Any]]:
    """Apply every mechanism alone with intensity 1 and list the measures that change."""
    names = [*MEASURES, *(PATH_MEASURES if model.path is not None else ())]
    return [
        {
            "name": name,
            "says": mechanism.meaning,
            "sources": list(mechanism.claims),
            "intensity": 1.0,
            "changes": {
                measure: [before, after]
                for measure, (before, after) in compare(model, [name], *names).changes.items()
                if not _is_rounding(before, after)
            },
        }
        for name, mechanism in model.family.mechanisms.items()
    ]


def _is_rounding(before: Any, after: Any) -> bool:
    """Whether two numbers differ only in their last bits."""
    if not (isinstance(before, int | float) and isinstance(after, int | float)):
        return False
    return math.isclose(before, after, rel_tol=1e-12, abs_tol=1e-15)
