"""Who else matters: officials with views of their own, and many organisations."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from strategic.families.relationship._bargaining import dependence, prices
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship.measures._organisations import (
    breakdown_hazard,
    cooperative_bayesian_equilibrium,
    expected_spell,
    supportive_share_needed,
)
from strategic.families.relationship.reporting._words import per_side
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
    an = "an" if document["cooperative_equilibrium"] else "no"
    sentences = [
        f"With a share of {chance(document['supportive'])} supportive officials, there is {an} "
        "equilibrium in which they and the organisation cooperate; the organisation needs a share "
        f"of at least {chance(document['supportive_needed'])}.",
        f"Incidents and hostile successors end cooperation with probability "
        f"{amount(document['breakdown_hazard'])} per period: a spell lasts "
        f"{amount(document['expected_spell'])} periods on average.",
    ]
    return document | {"sentences": sentences}


def organisations(model: Model, _seed: int = 0) -> dict[str, Any]:
    """Describe what several organisations change: dependence, price, contest, hold-up."""
    points = model.points
    power, price = dependence(points), prices(points)
    document = {
        "count": number(points["relation.organisations"]),
        "dependence": per_side(*map(number, power.degree)),
        "imbalance": number(power.imbalance),
        "mutual_dependence": number(power.mutual),
        "bargaining_share": per_side(*map(number, power.share)),
        "price": {
            "lowest": number(price.lowest),
            "highest": number(price.highest),
            "floor": number(price.floor),
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
        "partners_bound": _measured(model, "partners_bound"),
        "no_incident": _measured(model, "no_incident"),
        "reward": per_side(*(number(s.reward) for s in points.once(base_terms).sides())),
    }
    return document | {"sentences": list(_organisation_sentences(document))}


def _measured(model: Model, name: str) -> float:
    return number(model.family.measures[name].compute(model.points))


def _organisation_sentences(section: Data) -> Iterator[str]:
    share, price = section["bargaining_share"], section["price"]
    stronger = "government" if share["government"] > share["organisation"] else "organisation"
    if math.isclose(share["government"], share["organisation"]):
        yield "Both sides depend on each other equally."
    else:
        yield (
            f"The {stronger} depends less and takes a share of {chance(share[stronger])} "
            "of the surplus."
        )
    if price["feasible"]:
        inside = max(price["lowest"], price["floor"]) <= price["paid"] <= price["highest"]
        yield (
            f"Both sides accept payments from {amount(max(price['lowest'], price['floor']))} to "
            f"{amount(price['highest'])}; the payment of {amount(price['paid'])} "
            f"{'lies within' if inside else 'lies outside'} that range, and bargaining by "
            f"power would yield {amount(price['agreed'])}."
        )
    elif price["highest"] >= max(price["lowest"], 0.0):
        yield (
            f"The government would pay up to {amount(price['highest'])}, which does not cover the "
            f"organisation's cash costs net of donations of {amount(price['floor'])}."
        )
    else:
        yield "No payment makes both sides willing to cooperate in a single period."
    limit, count = section["partners_bound"], section["count"]
    if math.isinf(limit):
        yield "The government's promise is self-enforcing, whatever the number of organisations."
    elif limit == 0:
        yield (
            "Losing a partner does not discipline the government: cooperation is worth nothing "
            "to it."
        )
    elif limit < 1:
        yield "The government's promise is not self-enforcing, even with a single organisation."
    else:
        yield (
            f"The government's promise is self-enforcing for up to {amount(limit)} organisations; "
            f"with {amount(count)} it {'holds' if count <= limit else 'fails'}."
        )


def officials_block(section: Data, _model: Model) -> Block:
    """Lay out officials' private views."""
    names = {
        "supportive": "share of supportive officials",
        "supportive_needed": "share the organisation needs",
        "turnover": "turnover of officials per period",
        "breakdown_hazard": "probability of a breakdown per period",
        "expected_spell": "mean spell of cooperation, periods",
    }
    rows = [[text, amount(section[name])] for name, text in names.items()]
    table = Table(["", "value"], rows, numbers=True)
    return Block("officials", "Officials with private views", section["sentences"], [table])


def organisations_block(section: Data, _model: Model) -> Block:
    """Lay out dependence, price, contest and hold-up."""
    price, contest = section["price"], section["contest"]
    rows = {
        "interchangeable organisations": section["count"],
        "bargaining share of the government": section["bargaining_share"]["government"],
        "bargaining share of the organisation": section["bargaining_share"]["organisation"],
        "power imbalance": section["imbalance"],
        "mutual dependence": section["mutual_dependence"],
        "surplus to share": section["surplus"],
        "lowest payment the organisation accepts": price["lowest"],
        "highest payment the government makes": price["highest"],
        "bargained payment": price["agreed"],
        "total effort in a performance contest": contest["total_effort"],
        "rent left to an organisation in the contest": contest["rent"],
        "number of organisations that maximises total surplus": section["diversity"][
            "best_for_all"
        ],
        "largest number of organisations at which the promise holds": section["partners_bound"],
    }
    table = Table(["", "value"], [[t, amount(v)] for t, v in rows.items()], numbers=True)
    title = "One government, many organisations"
    return Block("organisations", title, section["sentences"], [table])
