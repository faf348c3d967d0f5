"""Who else matters: officials with views of their own, and many organisations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from strategic.families.relationship.bargaining import dependence, prices
from strategic.families.relationship.base_game import base_terms
from strategic.families.relationship.measures.organisations import (
    breakdown_hazard,
    cooperative_bayesian_equilibrium,
    expected_spell,
    supportive_share_needed,
)
from strategic.families.relationship.reporting.words import per_side
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.words import amount, chance, number


def officials(model: Model, _seed: int = 0) -> dict[str, Any]:
    """Describe what officials' private views change."""
    points = model.points
    document = {
        "supportive": number(points["officials.supportive"]),
        "supportive_needed": number(supportive_share_needed(points)),
        "cooperative_equilibrium": bool(cooperative_bayesian_equilibrium(points)),
        "turnover": number(points["officials.turnover"]),
        "breakdown_hazard": number(breakdown_hazard(points)),
        "expected_spell": number(expected_spell(points)),
    }
    return document | {"sentences": _officials_sentences(document)}


def _officials_sentences(section: dict[str, Any]) -> list[str]:
    exists = "exists" if section["cooperative_equilibrium"] else "does not exist"
    return [
        f"With a share of {chance(section['supportive'])} supportive officials, an equilibrium in "
        f"which they and the organisation cooperate {exists}; the organisation needs a share of "
        f"{chance(section['supportive_needed'])}.",
        f"Incidents and hostile successors end cooperation with probability "
        f"{amount(section['breakdown_hazard'])} a period: a spell lasts "
        f"{amount(section['expected_spell'])} periods on average.",
    ]


def organisations(model: Model, _seed: int = 0) -> dict[str, Any]:
    """Describe what several organisations change: dependence, price, contest, hold-up."""
    points = model.points
    terms, power, price = points.once(base_terms), dependence(points), prices(points)
    document = {
        "count": number(points["relation.organisations"]),
        "dependence": per_side(*map(number, power.degree)),
        "imbalance": number(power.imbalance),
        "mutual_dependence": number(power.mutual),
        "bargaining_share": per_side(*map(number, power.share)),
        "price": {
            "lowest": number(price.lowest),
            "highest": number(price.highest),
            "feasible": bool(price.feasible),
            "agreed": number(price.agreed),
            "paid": number(points["relation.payment"]),
        },
        "surplus": number(price.surplus),
        "procurement": {
            "best": _measured(model, "procurement_best"),
            "rent": _measured(model, "procurement_rent"),
        },
        "contest": {
            "effort": _measured(model, "contest_effort"),
            "total_effort": _measured(model, "contest_total_effort"),
            "rent": _measured(model, "contest_rent"),
        },
        "diversity": {
            "cost": _measured(model, "diversity_cost"),
            "best_for_all": _measured(model, "planner_count"),
            "best_for_government": _measured(model, "government_count"),
        },
        "hold_up_limit": _measured(model, "hold_up_limit"),
        "no_incident": _measured(model, "no_incident"),
        "reward": per_side(*map(number, terms.reward)),
    }
    return document | {"sentences": _organisation_sentences(document)}


def _measured(model: Model, name: str) -> float:
    return number(model.family.measures[name].compute(model.points))


def _organisation_sentences(section: dict[str, Any]) -> list[str]:
    share, price = section["bargaining_share"], section["price"]
    stronger = "government" if share["government"] > share["organisation"] else "organisation"
    power = (
        "Both sides depend on each other equally."
        if math.isclose(share["government"], share["organisation"])
        else f"The {stronger} depends less and takes a share of {chance(share[stronger])} "
        "of the surplus."
    )
    return [power, _price_sentence(price), _hold_up_sentence(section)]


def _price_sentence(price: dict[str, Any]) -> str:
    if not price["feasible"]:
        return "No payment makes both sides willing to cooperate in a single period."
    inside = price["lowest"] <= price["paid"] <= price["highest"]
    verdict = "lies within" if inside else "lies outside"
    return (
        f"Both are willing for payments from {amount(max(price['lowest'], 0.0))} to "
        f"{amount(price['highest'])}; the payment of {amount(price['paid'])} {verdict} that range, "
        f"and bargaining by power would settle on {amount(price['agreed'])}."
    )


def _hold_up_sentence(section: dict[str, Any]) -> str:
    limit, count = section["hold_up_limit"], section["count"]
    if math.isinf(limit):
        return (
            "The government needs no threat to keep its promise, however many organisations wait."
        )
    if limit == 0:
        return (
            "No loss of a partner disciplines the government: cooperation is worth nothing to it."
        )
    if limit < 1:
        return "The government's promise does not enforce itself, even with a single organisation."
    kept = "holds" if count <= limit else "fails"
    return (
        f"The government's promise is self-enforcing for up to {amount(limit)} organisations; "
        f"with {amount(count)} it {kept}."
    )


def officials_block(section: Data, _model: Model) -> Block:
    """Lay out officials' private views."""
    table = facts(
        section,
        {
            "supportive": "share of supportive officials",
            "supportive_needed": "share the organisation needs",
            "turnover": "turnover of officials a period",
            "breakdown_hazard": "chance of a breakdown a period",
            "expected_spell": "mean spell of cooperation, periods",
        },
    )
    return Block("officials", "Officials and their views", section["sentences"], [table])


def organisations_block(section: Data, _model: Model) -> Block:
    """Lay out dependence, price, contest and hold-up."""
    flat = {
        **section,
        **{f"price_{name}": value for name, value in section["price"].items()},
        **{f"contest_{name}": value for name, value in section["contest"].items()},
        **{f"share_{side}": value for side, value in section["bargaining_share"].items()},
        **{f"diversity_{name}": value for name, value in section["diversity"].items()},
    }
    table = facts(
        flat,
        {
            "count": "interchangeable organisations",
            "share_government": "bargaining share of the government",
            "share_organisation": "bargaining share of the organisation",
            "imbalance": "power imbalance",
            "mutual_dependence": "mutual dependence",
            "surplus": "surplus to share",
            "price_lowest": "lowest payment the organisation accepts",
            "price_highest": "highest payment the government makes",
            "price_agreed": "bargained payment",
            "contest_total_effort": "effort spent in a performance contest, in all",
            "contest_rent": "rent an organisation keeps in it",
            "diversity_best_for_all": "number of organisations best for all",
            "hold_up_limit": "organisations up to which the promise holds",
        },
    )
    return Block(
        "organisations", "One government, many organisations", section["sentences"], [table]
    )


def facts(values: Mapping[str, float], names: Mapping[str, str]) -> Table:
    """List named numbers, one a row."""
    rows: Sequence[Sequence[str]] = [[text, amount(values[name])] for name, text in names.items()]
    return Table(["", "value"], rows, numbers=True)
