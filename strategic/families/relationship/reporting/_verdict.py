"""The report in five sentences."""

from __future__ import annotations

import math

from strategic.families.relationship.reporting._choices import commitment_named, led_to
from strategic.families.relationship.reporting._repeated import incident_cost
from strategic.families.relationship.reporting._words import SIDES
from strategic.reports.blocks import Data
from strategic.reports.sections.mechanisms import effect
from strategic.reports.words import amount, chance


def verdict(document: Data) -> list[str]:
    """Tell what matters most, in the order prerequisites, power, trust, incidents, levers."""
    terms, surplus = document["base"]["terms"], document["organisations"]["surplus"]
    left = (
        f": cooperation leaves a surplus of {amount(surplus)} to share."
        if surplus > 0
        else ", yet after all costs and risks cooperation leaves nothing to share."
    )
    return [
        f"Jointly they produce {amount(terms['q_J'])}, separately "
        f"{amount(terms['q_G'] + terms['q_O'])}{left}",
        _commitment(document["choices"]),
        _trust(document["base"]),
        _incidents(document["repeated"]),
        _lever(document),
    ]


def _commitment(choices: Data) -> str:
    commitment, leader = choices["commitment"], choices["leader"]
    if leader != "government" or choices["commitment_holds"] < 1:
        return led_to(choices)
    own, others = map(amount, commitment["payoffs"])
    return (
        f"The government, as leader, commits to {commitment_named(commitment)}, worth {own} to "
        f"itself and {others} to the organisation."
    )


def _trust(base: Data) -> str:
    needed = base["trust_threshold"]
    never = [side for side in SIDES if math.isnan(needed[side])]
    if never:
        return (
            f"Without commitment or repetition the {never[0]} does not cooperate, however much it "
            "trusts."
        )
    short = [side for side in SIDES if base["belief"][side] < needed[side]]
    if not short:
        return "Both sides trust each other enough to cooperate from the start."
    side = short[0]
    return (
        f"Initial trust is too low: the {side} needs a belief of {chance(needed[side])} that the "
        f"other cooperates and starts at {chance(base['belief'][side])}."
    )


def _incidents(repeated: Data) -> str:
    limit, risk = min(repeated["incident_limit"].values()), repeated["incident_risk"]
    match repeated["status"]:
        case "self_enforcing":
            cost = incident_cost(repeated["incidents_absorbed"])
            return f"Neither promise depends on repetition; {cost}."
        case "no_value":
            return (
                "Repetition cannot help: to one of the sides cooperation is worth no more than "
                "acting alone."
            )
    if risk <= limit:
        return (
            f"Repetition sustains cooperation up to an incident risk of {amount(limit)} per "
            f"period; here it is {amount(risk)}."
        )
    if limit <= 0:
        return "Repetition does not sustain cooperation, even without incidents."
    return (
        f"Repetition does not sustain cooperation: the incident risk is {amount(risk)} per period, "
        f"and the largest sustainable risk is {amount(limit)}."
    )


def _lever(document: Data) -> str:
    entries = {entry["name"].replace("_", " "): entry for entry in document["mechanisms"]}
    best = max(entries, key=lambda name: effect(entries[name], "surplus"))
    same = chance(document["robustness"]["same_type"])
    tail = f"{same} of nearby parameter points give the same type"
    if effect(entries[best], "surplus") <= 0:
        return f"No mechanism raises the surplus; {tail}."
    # The mechanism may change the type of the relationship besides.
    _, after = entries[best]["changes"].get("relationship_type", ("", None))
    turn = f", but it leads to {after}" if after else ""
    return f"The mechanism that raises the surplus most is {best}{turn}; {tail}."
