"""What repetition sustains: enforcement, incidents, trust, dependence, the ladder."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from strategic.families.relationship.repetition import (
    discounts,
    ladder_curve,
    ladder_equilibria,
)
from strategic.families.relationship.reporting.figures.limits import draw_limits
from strategic.families.relationship.reporting.figures.survival import draw_survival
from strategic.families.relationship.reporting.formulas import FORMULAS
from strategic.families.relationship.reporting.words import SIDES, other, per_side
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Figure
from strategic.reports.words import amount, chance, number, patience

Data = dict[str, Any]
CURVE = 61
"""Periods of the survival curve, the first one included."""


def repeated(model: Model, _seed: int = 0) -> Data:
    """Describe the relationship played again and again."""
    points = model.points
    document: Data = {
        "discount": per_side(*(number(rate) for rate in discounts(points))),
        "incident_risk": number(points["relation.incident_risk"]),
        "enforcement": _of_sides(model, "enforcement"),
        "critical_discount": _of_sides(model, "critical_discount"),
        "risk_dominant_discount": _of_sides(model, "risk_dominant_discount"),
        "incident_limit": _of_sides(model, "incident_limit"),
        "binding": _measured(model, "binding_side"),
        "status": _measured(model, "enforcement"),
        "punishment_length": _of_sides(model, "punishment_length"),
        "punishment_length_of_both": _measured(model, "punishment_length"),
        "value": _of_sides(model, "cooperation_value"),
        "cooperation_share": _measured(model, "cooperation_share"),
        "mean_survival": _measured(model, "mean_survival"),
        "half_life": _measured(model, "half_life"),
        "incidents_absorbed": _measured(model, "incidents_absorbed"),
        "trust_needed": _of_sides(model, "trust_needed"),
        "trust_class": _measured(model, "trust_class"),
        "belief": per_side(*(number(points[f"trust.{side}"]) for side in SIDES)),
        "transfers": _transfers(model),
        "repair_limit": _of_sides(model, "repair_limit"),
        "ladder": _ladder(model),
    }
    return document | {"sentences": _sentences(document)}


def _measured(model: Model, name: str) -> Any:
    measure = model.family.measures[name]
    return measure.decode(measure.compute(model.points))


def _of_sides(model: Model, name: str) -> dict[str, Any]:
    return per_side(*(_measured(model, f"{name}_{side}") for side in SIDES))


def _transfers(model: Model) -> Data:
    return {
        "joint_worth": _measured(model, "joint_worth"),
        "imbalance": _measured(model, "worth_imbalance"),
        "critical_discount": _measured(model, "critical_discount_with_transfers"),
        "slack": _measured(model, "transfers_slack"),
    }


def _ladder(model: Model) -> Data:
    found = model.points.once(ladder_equilibria)
    rungs = int(number(model.points["ladder.rungs"]))
    best = int(number(found.best))
    return {
        "rungs": rungs,
        "equilibria": [int(c) for c in np.flatnonzero(found.equilibria)],
        "best": best if 0 <= best < rungs else None,
        "survival": _measured(model, "ladder_survival"),
        "share": _measured(model, "ladder_share"),
        "recovery": _measured(model, "ladder_recovery"),
        "survival_curve": ladder_curve(model.points, CURVE).tolist(),
    }


def _sentences(section: Data) -> list[str]:
    return [
        *(_side_sentence(section, side) for side in SIDES),
        _binding_sentence(section),
        _incident_sentence(section),
        _trust_sentence(section),
        _transfer_sentence(section),
        _repair_sentence(section),
        _ladder_sentence(section["ladder"]),
    ]


def _side_sentence(section: Data, side: str) -> str:
    match section["enforcement"][side]:
        case "self_enforcing":
            return f"The {side} gains nothing by breaking cooperation: it needs no threat."
        case "no_value":
            return (
                f"Cooperation is worth no more to the {side} than acting alone: "
                "no threat can keep it."
            )
    needs, has = section["critical_discount"][side], section["discount"][side]
    if math.isinf(needs) or needs >= 1:
        return f"No discount factor keeps the {side} cooperating at this incident risk."
    enough = "enough" if has >= needs else "too impatient"
    return (
        f"The {side} keeps cooperating from a discount factor of {amount(needs)} on; "
        f"it has {amount(has)}, {enough}."
    )


def _binding_sentence(section: Data) -> str:
    side = section["binding"]
    if side is None:
        return _nobody_binds(section)
    needed, believed = section["trust_needed"][side], section["belief"][side]
    start = f"The {side} is the side that would break it"
    if not needed <= 1:
        return f"{start}: no belief makes it start conditional cooperation."
    return (
        f"{start}: to start, it needs a chance of {chance(needed)} that the {other(side)} "
        f"cooperates and believes {chance(believed)}."
    )


def _nobody_binds(section: Data) -> str:
    match section["status"]:
        case "self_enforcing":
            return "Neither side would break it, whatever its patience; what each needs is trust."
        case "no_value":
            return "Neither side has a cooperation worth keeping."
    return "Both promises are equally hard to keep."


def _incident_sentence(section: Data) -> str:
    limit, risk = min(section["incident_limit"].values()), section["incident_risk"]
    if section["status"] == "self_enforcing":
        if risk == 0:
            return "There are no incidents, and none would need punishing."
        return (
            f"Incidents (probability {amount(risk)} a period, the first after "
            f"{amount(section['mean_survival'])} periods on average) need no punishment; "
            f"{incident_cost(section['incidents_absorbed'])}."
        )
    if limit <= 0:
        return "Cooperation cannot be sustained by threats, even if there were no incidents."
    if risk > limit:
        return (
            f"An incident risk of {amount(risk)} is too much: cooperation bears up to "
            f"{amount(limit)} at these rewards."
        )
    return f"{_risk_borne(section, limit, risk)} {_earned(section)}"


def _risk_borne(section: Data, limit: float, risk: float) -> str:
    start = (
        f"Cooperation bears an incident risk of up to {amount(limit)} at these rewards and faces"
    )
    if risk == 0:
        return f"{start} none: it lasts for ever under the threat of {_periods(section)} alone."
    return (
        f"{start} {amount(risk)}; each incident is answered by {_periods(section)} of acting "
        f"alone, {chance(section['cooperation_share'])} of the time is spent cooperating, and the "
        f"first incident comes after {amount(section['mean_survival'])} periods on average."
    )


def _periods(section: Data) -> str:
    length = section["punishment_length_of_both"]
    if math.isnan(length):
        return "no length"
    if math.isinf(length):
        return "an endless spell"
    return f"{length:.0f} period{'s' if length != 1 else ''}"


def _earned(section: Data) -> str:
    government, organisation = (amount(section["value"][side]) for side in SIDES)
    return f"That earns the government {government} and the organisation {organisation} a period."


def incident_cost(absorbed: float) -> str:
    """Say what incidents do to the government's trust at the start; NaN: it has too little.

    Examples
    --------
    >>> incident_cost(0.0)
    'at the trust of the start, the first incident would end cooperation'
    >>> incident_cost(2.0)
    'the trust of the start survives 2 incidents in a row'
    """
    if math.isnan(absorbed):
        return "incidents cost trust, which is too low at the start already"
    if math.isinf(absorbed):
        return "incidents leave trust as it is"
    if absorbed < 1:
        return "at the trust of the start, the first incident would end cooperation"
    many = "1 incident" if absorbed < 2 else f"{absorbed:.0f} incidents in a row"
    return f"the trust of the start survives {many}"


def _trust_sentence(section: Data) -> str:
    needed = section["trust_needed"]
    if any(math.isnan(value) for value in needed.values()):
        return "How much trust a start needs is undefined here."
    hopeless = [side for side in SIDES if not needed[side] <= 1]
    if hopeless:
        sides = " and ".join(f"the {side}" for side in hopeless)
        return f"Conditional cooperation never pays for {sides}, whatever the belief."
    verdict = (
        "no more than an even chance (robust)"
        if section["trust_class"] == "robust"
        else "more than an even chance for one of them (fragile)"
    )
    return (
        f"Counting all periods to come, the government starts from a chance of "
        f"{chance(needed['government'])} that the other does and the organisation from "
        f"{chance(needed['organisation'])}: {verdict}."
    )


def _transfer_sentence(section: Data) -> str:
    transfers = section["transfers"]
    holds = "would hold" if transfers["slack"] >= 0 else "would fail"
    return (
        f"If payments could be withheld from whoever breaks it, and without incidents, only the "
        f"joint worth of {amount(transfers['joint_worth'])} would count and not its imbalance of "
        f"{amount(transfers['imbalance'])}: cooperation {holds}."
    )


def _repair_sentence(section: Data) -> str:
    limit = min(section["repair_limit"].values())
    if section["status"] in ("no_value", "unenforceable"):
        return "There is no enforceable cooperation here that forgiveness could spoil or mend."
    if math.isnan(limit):
        return "No repair rate leaves cooperation enforceable."
    if limit >= 1:
        return "A crisis may be forgiven at once without weakening anyone's promise."
    if limit <= 0:
        return "Any unconditional amnesty destroys cooperation here."
    return (
        f"A crisis may be forgiven with a probability of up to {amount(limit)} a period; "
        "a faster amnesty destroys cooperation."
    )


def _ladder_sentence(ladder: Data) -> str:
    best = ladder["best"]
    if best is None:
        return "On the trust ladder only mutual withholding is an equilibrium."
    if best == 0:
        return "On the trust ladder cooperation holds at every level of trust, a crisis included."
    rungs = f"{best} of {ladder['rungs'] - 1}"
    back = (
        "nothing brings it back from a crisis"
        if math.isinf(ladder["recovery"])
        else f"from a crisis it takes {amount(ladder['recovery'])} periods to come back"
    )
    lasts = (
        "for ever"
        if math.isinf(ladder["survival"])
        else f"{amount(ladder['survival'])} periods on average"
    )
    return (
        f"On the trust ladder cooperation holds from rung {rungs} on; from full trust it lasts "
        f"{lasts}, and {back}."
    )


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


def repeated_block(section: Data, _model: Model) -> Block:
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
        formulas=[FORMULAS["critical_discount"]],
    )


def _written(name: str) -> Callable[[float], str]:
    return patience if name.endswith("_discount") else amount
