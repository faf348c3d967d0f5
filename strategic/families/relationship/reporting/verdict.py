"""The whole report in five sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from strategic.families.relationship.reporting.choices import commitment_named
from strategic.families.relationship.reporting.repeated import incident_cost
from strategic.families.relationship.reporting.words import SIDES
from strategic.reports.words import amount, chance


def verdict(document: Mapping[str, Any]) -> list[str]:
    """Tell what matters most, in the order prerequisites, power, trust, incidents, levers."""
    return [
        _prerequisites(document),
        _commitment(document),
        _trust(document),
        _incidents(document),
        _lever(document),
    ]


def _prerequisites(document: Mapping[str, Any]) -> str:
    terms, surplus = document["base"]["terms"], document["organisations"]["surplus"]
    start = (
        f"Together they produce {amount(terms['q_J'])}, apart {amount(terms['q_G'] + terms['q_O'])}"
    )
    if surplus > 0:
        return f"{start}: cooperation leaves a surplus of {amount(surplus)} to share."
    return f"{start}, yet after all costs and risks cooperation leaves nothing to share."


def _commitment(document: Mapping[str, Any]) -> str:
    commitment = document["choices"]["commitment"]
    named = commitment_named(commitment)
    return (
        f"The government, which leads, commits to {named}: "
        f"{amount(commitment['payoffs'][0])} for itself, "
        f"{amount(commitment['payoffs'][1])} for the organisation."
    )


def _trust(document: Mapping[str, Any]) -> str:
    base = document["base"]
    needed = base["trust_threshold"]
    never = [side for side in SIDES if needed[side] != needed[side]]
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


def _incidents(document: Mapping[str, Any]) -> str:
    repeated = document["repeated"]
    limit, risk = min(repeated["incident_limit"].values()), repeated["incident_risk"]
    match repeated["status"]:
        case "self_enforcing":
            cost = incident_cost(repeated["incidents_absorbed"])
            return f"Repetition is not needed to keep either promise; {cost}."
        case "no_value":
            return "Repetition cannot help: cooperation is not worth keeping for one of the sides."
    if risk <= limit:
        return (
            f"Repetition sustains cooperation up to an incident risk of {amount(limit)} a period; "
            f"the model has {amount(risk)}."
        )
    if limit <= 0:
        return "Repetition fails to sustain cooperation, even if there were no incidents."
    return (
        f"Repetition fails to sustain cooperation: it bears an incident risk of {amount(limit)} "
        f"a period and faces {amount(risk)}."
    )


def _lever(document: Mapping[str, Any]) -> str:
    effects = {
        entry["name"].replace("_", " "): entry["changes"]["surplus"][1]
        - entry["changes"]["surplus"][0]
        for entry in document["mechanisms"]
        if "surplus" in entry["changes"]
    }
    effects = {name: change for name, change in effects.items() if math.isfinite(change)}
    robust = chance(document["robustness"]["same_type"])
    tail = f"{robust} of nearby parameter points keep the type"
    if not effects or max(effects.values()) <= 0:
        return f"No mechanism raises the surplus; {tail}."
    best = max(effects, key=lambda name: effects[name])
    return f"The mechanism that raises the surplus most is {best}{_turn(document, best)}; {tail}."


def _turn(document: Mapping[str, Any], mechanism: str) -> str:
    """Warn where the mechanism changes the type of the relationship besides."""
    [changes] = [
        entry["changes"]
        for entry in document["mechanisms"]
        if entry["name"].replace("_", " ") == mechanism
    ]
    _, after = changes.get("relationship_type", ("", None))
    return f", but it leads to {after}" if after else ""
