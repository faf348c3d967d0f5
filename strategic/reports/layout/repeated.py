"""How the repeated game is laid out."""

from __future__ import annotations

from collections.abc import Callable

from strategic.markup import Table
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.figures.limits import draw_limits
from strategic.reports.figures.survival import draw_survival
from strategic.reports.sections.words import SIDES, amount, patience

_ROWS = {
    "discount": "discount factor",
    "critical_discount": "critical discount factor",
    "risk_dominant_discount": "risk-dominant discount factor (no incidents)",
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
        [text, *(_written(name)(section[name][side]) for side in SIDES)]
        for name, text in _ROWS.items()
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
                "How long cooperation lasts",
                "Chance that no incident has happened yet, period by period, and that "
                "cooperation on the trust ladder has lasted from full trust on.",
                lambda: draw_survival(
                    section["incident_risk"], ladder=section["ladder"]["survival_curve"]
                ),
            ),
        ],
        notes=[
            "The incident limit holds each side's reward at the model's value, though the reward "
            "contains expected incident losses: a sweep over the incident risk turns elsewhere.",
            "On the trust ladder a defection costs trust with probability ladder.down, whatever "
            "the detection elsewhere; only full trust is worth the whole reward.",
            "delta*: i's critical discount factor; h: incident risk; m: probability that a "
            "deviation is detected; b: what breaking cooperation earns; R: what keeping it does.",
        ],
        formulas=["critical_discount"],
    )


def _written(name: str) -> Callable[[float], str]:
    return patience if name.endswith("_discount") else amount
