"""The report in five sentences."""

from __future__ import annotations

import math

from strategic.families.relationship.reporting._choices import commitment_named
from strategic.families.relationship.reporting._repeated import incident_cost
from strategic.families.relationship.reporting._words import SIDES
from strategic.reports.blocks import Data
from strategic.reports.sections.mechanisms import effect
from strategic.reports.words import amount, chance


def verdict(document: Data) -> list[str]:
    """Tell what matters most, in the order prerequisites, power, trust, incidents, levers."""
    terms, surplus = document["base"]["terms"], document["organisations"]["surplus"]
    commitment = document["choices"]["commitment"]
    own, others = map(amount, commitment["payoffs"])
    left = (
        f": cooperation leaves a surplus of {amount(surplus)} to share."
        if surplus > 0
        else ", yet after all costs and risks cooperation leaves nothing to share."
    )
    return [
        f"Together they produce {amount(terms['q_J'])}, apart "
        f"{amount(terms['q_G'] + terms['q_O'])}{left}",
        f"The government, which leads, commits to {commitment_named(commitment)}: {own} for "
        f"itself, {others} for the organisation.",
        _trust(document["base"]),
        _incidents(document["repeated"]),
        _lever(document),
    ]


def _trust(base: Data) -> str:
    needed = base["trust_threshold"]
    never = [side for side in SIDES if math.isnan(needed[side])]
    if never:
        return (
            f"Unless a commitment or the future binds it, nothing makes the {never[0]} cooperate, "
            "however much it trusts."
        )
    short = [side for side in SIDES if base["belief"][side] < needed[side]]
    if not short:
        return "Both sides trust each other enough to cooperate from the start."
    side = short[0]
    return (
        f"What is missing at the start is trust: the {side} needs a chance of "
        f"{chance(needed[side])} that the other cooperates and believes "
        f"{chance(base['belief'][side])}."
    )


def _incidents(repeated: Data) -> str:
    limit, risk = min(repeated["incident_limit"].values()), repeated["incident_risk"]
    match repeated["status"]:
        case "self_enforcing":
            cost = incident_cost(repeated["incidents_absorbed"])
            return f"Repetition is not needed to keep either promise; {cost}."
        case "no_value":
            return "Repetition cannot help: cooperation is not worth keeping for one of the sides."
    if risk <= limit:
        return (
            f"Repetition sustains cooperation up to an incident risk of {amount(limit)} per "
            f"period; the model has {amount(risk)}."
        )
    if limit <= 0:
        return "Repetition fails to sustain cooperation, even if there were no incidents."
    return (
        f"Repetition fails to sustain cooperation: it would up to an incident risk of "
        f"{amount(limit)} per period, and the risk is {amount(risk)}."
    )


def _lever(document: Data) -> str:
    entries = {entry["name"].replace("_", " "): entry for entry in document["mechanisms"]}
    best = max(entries, key=lambda name: effect(entries[name], "surplus"))
    tail = f"{chance(document['robustness']['same_type'])} of nearby parameter points keep the type"
    if effect(entries[best], "surplus") <= 0:
        return f"No mechanism raises the surplus; {tail}."
    # The mechanism may change the type of the relationship besides.
    _, after = entries[best]["changes"].get("relationship_type", ("", None))
    turn = f", but it leads to {after}" if after else ""
    return f"The mechanism that raises the surplus most is {best}{turn}; {tail}."
