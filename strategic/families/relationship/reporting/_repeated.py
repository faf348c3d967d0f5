"""What repetition sustains: enforcement, incidents, trust, dependence, the ladder."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from strategic.families.relationship._repetition import (
    discounts,
    ladder_curve,
    ladder_equilibria,
)
from strategic.families.relationship._verdict import Incident, Verdict
from strategic.families.relationship.reporting._words import (
    SIDES,
    amounts,
    measured,
    named,
    per_side,
    verb,
)
from strategic.families.relationship.reporting.figures.limits import draw_limits, no_limits
from strategic.families.relationship.reporting.figures.survival import draw_survival, nothing_ends
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.definitions import formulas, legend
from strategic.reports.words import amount, chance, number, patience

CURVE = 61
"""Periods of the survival curve, the first one included."""

_ROWS = {
    "discount": "discount factor",
    "critical_discount": "critical discount factor",
    "risk_dominant_discount": "risk-dominant discount factor (no incidents)",
    "incident_limit": "largest sustainable incident risk (rewards fixed)",
    "punishment_length": "shortest punishment, periods",
    "value": "average payoff under the pair's punishment",
    "repair_limit": "largest repair probability per period",
}


def repeated(model: Model, seed: int = 0) -> dict[str, Any]:
    """Describe the repeated relationship."""
    points = model.points

    def sides(name: str) -> dict[str, Any]:
        return per_side(*(measured(model, f"{name}_{side}") for side in SIDES))

    ladder = points.once(ladder_equilibria)
    rungs, best = int(number(points["ladder.rungs"])), int(number(ladder.best))
    document: dict[str, Any] = {
        "discount": per_side(*(number(rate) for rate in discounts(points))),
        "incident_risk": number(points["relation.incident_risk"]),
        "enforcement": sides("enforcement"),
        "critical_discount": sides("critical_discount"),
        "risk_dominant_discount": sides("risk_dominant_discount"),
        "incident_limit": sides("incident_limit"),
        "binding": measured(model, "binding_side"),
        "status": measured(model, "enforcement"),
        "punishment_length": sides("punishment_length"),
        "punishment_length_of_both": measured(model, "punishment_length"),
        "value": sides("cooperation_value"),
        "cooperation_share": measured(model, "cooperation_share"),
        "mean_survival": measured(model, "mean_survival"),
        "half_life": measured(model, "half_life"),
        "incidents_absorbed": measured(model, "incidents_absorbed"),
        "trust_needed": sides("trust_needed"),
        "trust_class": measured(model, "trust_class"),
        "belief": per_side(*(number(points[f"trust.{side}"]) for side in SIDES)),
        "transfers": {
            "joint_worth": measured(model, "joint_worth"),
            "imbalance": measured(model, "worth_imbalance"),
            "critical_discount": measured(model, "critical_discount_with_transfers"),
            "slack": measured(model, "transfers_slack"),
        },
        "repair_limit": sides("repair_limit"),
        "ladder": {
            "rungs": rungs,
            "equilibria": [int(c) for c in np.flatnonzero(ladder.equilibria)],
            "best": best if 0 <= best < rungs else None,
            "survival": measured(model, "ladder_survival"),
            "share": measured(model, "ladder_share"),
            "recovery": measured(model, "ladder_recovery"),
            "survival_curve": ladder_curve(points, CURVE).tolist(),
        },
    }
    return document | {"sentences": list(_sentences(document, model.verdict(seed=seed)))}


def _sentences(section: Data, verdict: Verdict) -> Iterator[str]:
    yield carried(verdict)
    if verdict.repetition.status != "not needed":
        yield from (_side_sentence(section, side) for side in SIDES)
    yield _incident_sentence(section, verdict)
    if verdict.repetition.status != "not needed":
        yield _transfers_sentence(section["transfers"])
    if verdict.repetition.status == "carries it":
        yield _repair_sentence(section)
    yield _ladder_sentence(section["ladder"], verdict)


def carried(verdict: Verdict) -> str:
    """Say whether cooperation needs repetition, and whether repetition sustains it, or why not."""
    found = verdict.repetition
    match found.status:
        case "not needed":
            if found.worthless_to:
                return (
                    "Neither promise depends on repetition, yet to "
                    f"{named(found.worthless_to)} cooperation is worth no more than acting alone."
                )
            return (
                "Neither promise depends on repetition: once both cooperate, neither gains by "
                "deviating."
            )
        case "carries it":
            harder = "both promises are equally hard to keep"
            if found.binding:
                harder = f"the {found.binding}'s promise is the harder to keep"
            return f"Repetition can sustain cooperation; {harder}."
    return f"Repetition cannot sustain cooperation: {_why_not(verdict)}."


def _why_not(verdict: Verdict) -> str:
    found = verdict.repetition
    who = named(found.blocked_by)
    match found.reason:
        case "interest":
            return f"to {who} it is worth no more than acting alone"
        case "detection":
            return f"deviations by {who} are detected too rarely"
        case "incident risk":
            risk, limit = amounts(verdict.incident.risk, verdict.incident.limit)
            return (
                f"an incident risk of {risk} per period is too high; at these rewards it may be "
                f"{limit}"
            )
    return f"{who} {verb(found.blocked_by, 'counts', 'count')} the future too little"


def _side_sentence(section: Data, side: str) -> str:
    match section["enforcement"][side]:
        case "self_enforcing":
            return f"The {side} gains nothing by deviating from cooperation."
        case "no_value":
            return f"No punishment keeps the {side} from acting alone."
    needs, has = section["critical_discount"][side], section["discount"][side]
    if math.isinf(needs) or needs >= 1:
        return f"No discount factor sustains cooperation by the {side} at this incident risk."
    asked, held = amounts(needs, has)
    return (
        f"The {side} keeps cooperating if its discount factor is at least {asked}; it is {held}, "
        f"{'enough' if has >= needs else 'too low'}."
    )


def _incident_sentence(section: Data, verdict: Verdict) -> str:
    limit, risk = verdict.incident.limit, verdict.incident.risk
    first = f"the first comes after {amount(1 / risk)} periods on average" if risk else ""
    if verdict.repetition.status == "cannot carry it":
        return incident_now(verdict.incident)
    if verdict.repetition.status == "not needed":
        if risk == 0:
            return "There are no incidents, and none would need to be punished."
        return (
            f"Incidents (probability {amount(risk)} per period; {first}) need no punishment. "
            f"{incident_now(verdict.incident)}"
        )
    length = section["punishment_length_of_both"]
    periods = "an endless spell"
    if math.isfinite(length):
        periods = f"{length:.0f} period{'s' if length != 1 else ''}"
    start = f"At these rewards repetition bears an incident risk of up to {amount(limit)}"
    borne = f"; there are no incidents, so the threat of {periods} alone sustains cooperation."
    if risk > 0:
        borne = (
            f", and the risk is {amount(risk)} ({first}); if each incident is answered by "
            f"{periods} of acting alone, both cooperate for a share of "
            f"{chance(section['cooperation_share'])} of the time."
        )
    government, organisation = (amount(section["value"][side]) for side in SIDES)
    return (
        f"{start}{borne} That earns the government {government} and the organisation "
        f"{organisation} per period."
    )


def incident_now(incident: Incident) -> str:
    """Say what one incident would do to trust now: at the end of the path, or at the start.

    Examples
    --------
    >>> incident_now(Incident(0.05, 0.2, "ends cooperation", 0.0))
    'One incident now would end cooperation.'
    >>> incident_now(Incident(0.05, 0.2, "absorbed", 2.0))
    'Trust now survives 2 incidents in a row.'
    """
    match incident.now:
        case "ends cooperation":
            return "One incident now would end cooperation."
        case "no news":
            return "An incident now would leave trust unchanged."
        case "nothing to end":
            return "There is no cooperation now that an incident could end."
    absorbed = incident.absorbed or 0.0
    many = f"{absorbed:.0f} incidents in a row" if absorbed > 1 else "1 incident"
    return f"Trust now survives {'any incident' if math.isinf(absorbed) else many}."


def _transfers_sentence(transfers: Data) -> str:
    would = "would" if transfers["slack"] >= 0 else "would not"
    return (
        "If the sides could also pay each other and withhold the payment from a deviator (no "
        f"incidents, every deviation seen), cooperation {would} be sustainable: what counts then "
        f"is the joint value of {amount(transfers['joint_worth'])}, not its imbalance of "
        f"{amount(transfers['imbalance'])}."
    )


def _repair_sentence(section: Data) -> str:
    limit = min(section["repair_limit"].values())
    if math.isnan(limit):
        return "No repair probability leaves cooperation enforceable."
    if limit >= 1:
        return "Immediate forgiveness of a crisis weakens neither side's incentive to cooperate."
    if limit <= 0:
        return "Any unconditional amnesty destroys cooperation here."
    return (
        f"A crisis may be forgiven with a probability of up to {amount(limit)} per period; "
        "a faster amnesty destroys cooperation."
    )


def _ladder_sentence(ladder: Data, verdict: Verdict) -> str:
    best, start = ladder["best"], "On the trust ladder"
    if (best is None) != (verdict.repetition.status == "cannot carry it"):
        # Another monitoring, another answer: say so rather than contradict the punishments above.
        start += ", by contrast, where any defection may cost trust, whatever the detection,"
    if best is None:
        return f"{start} only mutual withholding is an equilibrium."
    if best == 0:
        return f"{start} cooperation can hold at every level of trust, even in a crisis."
    back = "nothing brings it back from a crisis"
    if math.isfinite(ladder["recovery"]):
        back = f"recovery from a crisis takes {amount(ladder['recovery'])} periods"
    lasts = "indefinitely"
    if math.isfinite(ladder["survival"]):
        lasts = f"{amount(ladder['survival'])} periods on average"
    return (
        f"{start} cooperation can hold from rung {best} of {ladder['rungs'] - 1} up; "
        f"from full trust it lasts {lasts}, and {back}."
    )


def _written(name: str, value: float) -> str:
    if math.isnan(value):
        return "none"  # no punishment sustains cooperation
    if name == "punishment_length" and math.isinf(value):
        return "for ever"
    return patience(value) if name.endswith("_discount") else amount(value)


_DEFINED = (
    "critical_discount_government",
    "incident_limit_government",
    "punishment_length_government",
)
"""Measures whose formulas are shown; those of the government hold for either side."""


def repeated_block(section: Data, model: Model) -> Block:
    """Lay out what repetition sustains."""
    rows = []
    for name, text in _ROWS.items():
        rows.append([text, *(_written(name, section[name][side]) for side in SIDES)])
    limits = Figure(
        "limits",
        "Incident risk and patience",
        "Below each side's line cooperation can be sustained; the dot is the model.",
        lambda: draw_limits(section),
    )
    survival = Figure(
        "survival",
        "How long cooperation lasts",
        "Probability, period by period, that no incident has happened yet, and that cooperation "
        "on the trust ladder has lasted since full trust.",
        lambda: draw_survival(section["incident_risk"], ladder=section["ladder"]["survival_curve"]),
    )
    missing = (
        no_limits(section),
        nothing_ends(section["incident_risk"], section["ladder"]["survival_curve"]),
    )
    return Block(
        name="repeated",
        title="The repeated game: what public punishments sustain",
        sentences=section["sentences"],
        tables=[
            Table(["", *SIDES], rows, caption="Per period; payoffs are averages", numbers=True)
        ],
        figures=[f for f, why in zip((limits, survival), missing, strict=True) if not why],
        notes=[
            *filter(None, missing),
            "The largest sustainable incident risk keeps each side's reward at the model's value, "
            "though the reward contains expected incident losses: in a sweep rewards change too, "
            "so the threshold differs.",
            "On the trust ladder a defection costs trust with a probability of its own (the "
            "parameter ladder.down), whatever the detection elsewhere; only full trust is worth "
            "the whole reward.",
        ],
        formulas=formulas(model.family, *_DEFINED),
        legend=f"In the formulas, i is a side; {legend(model.family, *_DEFINED)}",
    )
