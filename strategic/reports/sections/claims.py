"""The claims of a model file, checked."""

from __future__ import annotations

from typing import Any

from strategic.catalogue.checking import check_claim
from strategic.catalogue.claims import Checked
from strategic.modelling import Model


def claims(model: Model) -> list[dict[str, Any]]:
    """Check every claim of the model and say what was measured."""
    return [claim_row(check_claim(model, claim)) for claim in model.claims]


def claim_row(checked: Checked) -> dict[str, Any]:
    """Describe one checked claim."""
    claim = checked.claim
    return {
        "id": claim.id,
        "sources": list(claim.sources),
        "says": claim.says,
        "measure": claim.measure,
        "expects": claim.expects,
        "holds": checked.holds,
        "measured": checked.measured,
        "why": checked.why,
    }
