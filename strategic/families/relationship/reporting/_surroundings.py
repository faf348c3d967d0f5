"""Who else matters: many organisations and one government."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from strategic.families.relationship._bargaining import dependence, prices
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._verdict import Organisations, Verdict
from strategic.families.relationship.reporting._words import amounts, other, per_side
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.definitions import formulas, legend
from strategic.reports.words import amount, chance, number


def organisations(model: Model, seed: int = 0) -> dict[str, Any]:
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
    return document | {
        "sentences": list(_organisation_sentences(document, model.verdict(seed=seed)))
    }


def _measured(model: Model, name: str) -> float:
    return number(model.family.measures[name].compute(model.points))


def _organisation_sentences(section: Data, verdict: Verdict) -> Iterator[str]:
    yield _power_sentence(section, verdict)
    price = section["price"]
    if price["feasible"]:
        inside = max(price["lowest"], price["floor"]) <= price["paid"] <= price["highest"]
        yield (
            "Looking at this period only, both sides accept payments from "
            f"{amount(max(price['lowest'], price['floor']))} to "
            f"{amount(price['highest'])}; the payment of "
            f"{amount(price['paid'])} {'lies within' if inside else 'lies outside'} that range, "
            f"and bargaining by power would yield {amount(price['agreed'])}."
        )
    elif price["highest"] >= max(price["lowest"], 0.0):
        yield (
            "Looking at this period only, the government would pay up to "
            f"{amount(price['highest'])}, which does not cover the organisation's cash costs net "
            f"of donations of {amount(price['floor'])}."
        )
    else:
        yield "Looking at this period only, no payment makes both sides willing to cooperate."
    yield promised(verdict.n)


def _power_sentence(section: Data, verdict: Verdict) -> str:
    """Say who depends more, and what share of the surplus, if there is any, that leaves."""
    more, share = verdict.dependence.more_dependent, verdict.dependence.share
    start = "Both sides depend on each other equally"
    if more is not None:
        start = f"The {more} depends more on the {other(more)} than the other way round"
    if not (section["price"]["feasible"] and section["surplus"] > 0):
        return f"{start}."
    return (
        f"{start}; bargaining gives the government a share of {chance(share['government'])} of "
        f"the surplus of {amount(section['surplus'])}."
    )


def promised(n: Organisations) -> str:
    """Say whether the government's promise holds with so many organisations.

    Examples
    --------
    >>> promised(Organisations(5.0, 3.2, "beyond"))
    "With 5 organisations the government's promise fails; it would hold with up to 3.2."
    """
    bound, count = amounts(n.bound, n.count)
    if n.status == "no bound":
        return "The government's promise holds whatever the number of organisations."
    if n.bound < 1:
        return "The government's promise does not hold, even with a single organisation."
    many = f"{count} organisation{'s' if n.count != 1 else ''}"
    if n.status == "within":
        return f"With {many} the government's promise holds; it would with up to {bound}."
    return f"With {many} the government's promise fails; it would hold with up to {bound}."


_DEFINED = ("lowest_price", "highest_price", "surplus", "bargained_price")
"""Measures whose formulas are shown."""


def organisations_block(section: Data, model: Model) -> Block:
    """Lay out dependence, price, contest and hold-up."""
    price, contest = section["price"], section["contest"]
    rows = {
        "interchangeable organisations": section["count"],
        "bargaining share of the government": section["bargaining_share"]["government"],
        "bargaining share of the organisation": section["bargaining_share"]["organisation"],
        "power imbalance": section["imbalance"],
        "mutual dependence": section["mutual_dependence"],
        "surplus: highest less lowest payment": section["surplus"],
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
    return Block(
        "organisations",
        title,
        section["sentences"],
        [table],
        formulas=formulas(model.family, *_DEFINED),
        legend=f"In the formulas, {legend(model.family, *_DEFINED)}",
    )
