"""How officials and organisations are laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from strategic.markup import Table
from strategic.reports.blocks import Block, Data
from strategic.reports.sections.words import amount


def officials_block(section: Data) -> Block:
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


def organisations_block(section: Data) -> Block:
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
