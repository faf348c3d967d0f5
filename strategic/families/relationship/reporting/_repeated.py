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
from strategic.families.relationship.reporting._formulas import FORMULAS
from strategic.families.relationship.reporting._words import SIDES, measured, other, per_side
from strategic.families.relationship.reporting.figures.limits import draw_limits, no_limits
from strategic.families.relationship.reporting.figures.survival import draw_survival, nothing_ends
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.words import amount, chance, number, patience

CURVE = 61
"""Periods of the survival curve, the first one included."""

_ROWS = {
    "discount": "discount factor",
    "critical_discount": "critical discount factor",
    "risk_dominant_discount": "risk-dominant discount factor (no incidents)",
    "incident_limit": "largest sustainable incident risk (rewards fixed)",
    "punishment_length": "shortest punishment, periods",
    "value": "average payoff under this punishment",
    "trust_needed": "belief needed to start cooperating",
    "belief": "initial belief",
    "repair_limit": "largest repair probability per period",
}


def repeated(model: Model, _seed: int = 0) -> dict[str, Any]:
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
    return document | {"sentences": list(_sentences(document))}


def _sentences(section: Data) -> Iterator[str]:
    yield from (_side_sentence(section, side) for side in SIDES)
    yield _binding_sentence(section)
    yield _incident_sentence(section)
    yield _trust_sentence(section)
    transfers = section["transfers"]
    yield (
        f"With transfers that a deviator forgoes, and without incidents, only the joint value of "
        f"{amount(transfers['joint_worth'])} matters and not its imbalance of "
        f"{amount(transfers['imbalance'])}: cooperation "
        f"{'would' if transfers['slack'] >= 0 else 'would not'} be sustainable."
    )
    yield _repair_sentence(section)
    yield _ladder_sentence(section["ladder"])


def _side_sentence(section: Data, side: str) -> str:
    match section["enforcement"][side]:
        case "self_enforcing":
            return (
                f"The {side} gains nothing by deviating from cooperation: no punishment is needed."
            )
        case "no_value":
            return (
                f"Cooperation is worth no more to the {side} than acting alone: "
                "no punishment can sustain it."
            )
    needs, has = section["critical_discount"][side], section["discount"][side]
    if math.isinf(needs) or needs >= 1:
        return f"No discount factor sustains cooperation by the {side} at this incident risk."
    return (
        f"The {side} keeps cooperating if its discount factor is at least {amount(needs)}; "
        f"it is {amount(has)}, {'enough' if has >= needs else 'too low'}."
    )


def _binding_sentence(section: Data) -> str:
    side, status = section["binding"], section["status"]
    if side is None:
        if status == "self_enforcing":
            return "Neither side would deviate, however impatient; what each needs is trust."
        if status == "no_value":
            return "To neither side is cooperation worth more than acting alone."
        return "Both promises are equally hard to keep."
    needed, believed = section["trust_needed"][side], section["belief"][side]
    start = f"The {side} has the stronger incentive to deviate"
    if not needed <= 1:
        return f"{start}: at no belief does it start conditional cooperation."
    return (
        f"{start}: to start cooperating, it needs a belief of {chance(needed)} that the "
        f"{other(side)} cooperates; its belief is {chance(believed)}."
    )


def _incident_sentence(section: Data) -> str:
    limit, risk = min(section["incident_limit"].values()), section["incident_risk"]
    first = f"{amount(section['mean_survival'])} periods on average"
    if section["status"] == "self_enforcing":
        if risk == 0:
            return "There are no incidents, and none would need to be punished."
        return (
            f"Incidents (probability {amount(risk)} per period, the first after {first}) need no "
            f"punishment; {incident_cost(section['incidents_absorbed'])}."
        )
    if limit <= 0:
        return "No punishment sustains cooperation, even without incidents."
    if risk > limit:
        return (
            f"An incident risk of {amount(risk)} is too high: at these rewards cooperation is "
            f"sustainable up to {amount(limit)}."
        )
    length = section["punishment_length_of_both"]
    periods = "no length" if math.isnan(length) else "an endless spell"
    if math.isfinite(length):
        periods = f"{length:.0f} period{'s' if length != 1 else ''}"
    start = f"At these rewards cooperation is sustainable up to an incident risk of {amount(limit)}"
    borne = f"; there are no incidents, so the threat of {periods} alone sustains it."
    if risk > 0:
        borne = (
            f", and the risk is {amount(risk)}; each incident is answered by {periods} of acting "
            f"alone, cooperation prevails for a share of {chance(section['cooperation_share'])} of "
            f"the time, and the first incident comes after {first}."
        )
    government, organisation = (amount(section["value"][side]) for side in SIDES)
    return (
        f"{start}{borne} That earns the government {government} and the organisation "
        f"{organisation} per period."
    )


def incident_cost(absorbed: float) -> str:
    """Say what incidents do to the government's initial trust; NaN: it is too low already.

    Examples
    --------
    >>> incident_cost(0.0)
    'initial trust would not survive the first incident'
    >>> incident_cost(2.0)
    'initial trust survives 2 incidents in a row'
    """
    if math.isnan(absorbed):
        return "incidents reduce trust, which is too low to begin with"
    if math.isinf(absorbed):
        return "incidents leave trust unchanged"
    if absorbed < 1:
        return "initial trust would not survive the first incident"
    many = "1 incident" if absorbed < 2 else f"{absorbed:.0f} incidents in a row"
    return f"initial trust survives {many}"


def _trust_sentence(section: Data) -> str:
    needed = section["trust_needed"]
    if any(math.isnan(value) for value in needed.values()):
        return "The belief needed to start cooperating is undefined here."
    hopeless = [side for side in SIDES if not needed[side] <= 1]
    if hopeless:
        sides = " and ".join(f"the {side}" for side in hopeless)
        return f"Conditional cooperation never pays for {sides}, whatever the belief."
    verdict = (
        "neither is above one half (robust)"
        if section["trust_class"] == "robust"
        else "at least one is above one half (fragile)"
    )
    return (
        f"Counting all future periods, the government starts to cooperate at a belief of "
        f"{chance(needed['government'])} and the organisation at {chance(needed['organisation'])}: "
        f"{verdict}."
    )


def _repair_sentence(section: Data) -> str:
    limit = min(section["repair_limit"].values())
    if section["status"] in ("no_value", "unenforceable"):
        return "Punishment does not sustain cooperation here, so forgiveness has nothing to weaken."
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


def _ladder_sentence(ladder: Data) -> str:
    best = ladder["best"]
    if best is None:
        return "On the trust ladder only mutual withholding is an equilibrium."
    if best == 0:
        return "On the trust ladder cooperation holds at every level of trust, even in a crisis."
    back = "nothing brings it back from a crisis"
    if math.isfinite(ladder["recovery"]):
        back = f"recovery from a crisis takes {amount(ladder['recovery'])} periods"
    lasts = "indefinitely"
    if math.isfinite(ladder["survival"]):
        lasts = f"{amount(ladder['survival'])} periods on average"
    return (
        f"On the trust ladder cooperation holds from rung {best} of {ladder['rungs'] - 1} up; "
        f"from full trust it lasts {lasts}, and {back}."
    )


def repeated_block(section: Data, _model: Model) -> Block:
    """Lay out what repetition sustains."""
    rows = []
    for name, text in _ROWS.items():
        write = patience if name.endswith("_discount") else amount
        rows.append([text, *(write(section[name][side]) for side in SIDES)])
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
        title="The repeated game",
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
            "On the trust ladder a defection costs trust with probability ladder.down, whatever "
            "the detection elsewhere; only full trust is worth the whole reward.",
            "delta*: i's critical discount factor; h: incident risk; m: probability that a "
            "deviation is detected; b: payoff from deviating; R: payoff from cooperating.",
        ],
        formulas=[FORMULAS["critical_discount"]],
    )
