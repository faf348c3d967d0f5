"""The claims of a model file, checked."""

from __future__ import annotations

from typing import Any

from strategic.catalogue.checking import check_claim
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block
from strategic.reports.section import Section
from strategic.reports.words import measure_words, measured_text

_SOURCES = "'strategic sources' says what each source stands for."


def _describe(model: Model, _seed: int) -> list[dict[str, Any]]:
    """Check every claim of the model and say what was measured."""
    return [
        {
            "id": claim.id,
            "sources": list(claim.sources),
            "says": claim.says,
            "measure": claim.measure,
            "expects": claim.expects,
            "holds": checked.holds,
            "measured": checked.measured,
            "why": checked.why,
        }
        for claim in model.claims
        for checked in [check_claim(model, claim)]
    ]


def _layout(section: Any, _model: Model) -> Block:
    rows = [
        [
            "holds" if claim["holds"] else "FAILS",
            claim["says"],
            ", ".join(claim["sources"]),
            f"{measure_words(claim['measure'])} {claim['expects']}",
            measured_text(claim["measured"]),
        ]
        for claim in section
    ]
    held = sum(claim["holds"] for claim in section)
    return Block(
        name="claims",
        title="Claims, checked",
        sentences=[f"{held} of {len(section)} claims hold."],
        tables=[Table(["", "says", "sources", "expected", "measured"], rows)],
        notes=[_SOURCES] if any(claim["sources"] for claim in section) else [],
    )


CLAIMS = Section("claims", _describe, _layout)
