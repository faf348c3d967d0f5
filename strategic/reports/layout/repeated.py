"""How the repeated game is laid out."""

from __future__ import annotations

from strategic.markup import Table
from strategic.reports.figures.limits import draw_limits
from strategic.reports.figures.survival import draw_survival
from strategic.reports.layout.block import Block, Data, Figure
from strategic.reports.sections.words import SIDES, amount

_ROWS = {
    "discount": "discount factor",
    "critical_discount": "critical discount factor",
    "incident_limit": "incident risk it bears (rewards held)",
    "punishment_length": "shortest punishment, periods",
    "value": "average payoff under it",
    "trust_needed": "belief needed to start",
    "belief": "belief at the start",
    "repair_limit": "forgiveness a period it bears",
}


def repeated_block(section: Data) -> Block:
    """Lay out what repetition sustains."""
    rows = [
        [text, *(amount(section[name][side]) for side in SIDES)] for name, text in _ROWS.items()
    ]
    return Block(
        name="repeated",
        title="Played again and again",
        sentences=section["sentences"],
        tables=[
            Table(["", *SIDES], rows, caption="Per period; payoffs are averages", numbers=True)
        ],
        figures=[
            Figure(
                "limits",
                "Incident risk and patience",
                "Below each side's line cooperation can be sustained; "
                "the dot is where the model stands.",
                lambda: draw_limits(section),
            ),
            Figure(
                "survival",
                "How long until the first breakdown",
                "Chance that no incident has happened yet, period by period.",
                lambda: draw_survival(section["incident_risk"]),
            ),
        ],
        notes=[
            "The incident limit holds each side's reward at the model's value, though the reward "
            "contains expected incident losses: a sweep over the incident risk turns elsewhere."
        ],
        formulas=["critical_discount"],
    )
