"""Organisations that compete by effort to be the government's partner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from strategic.families.relationship._candidates import candidacy
from strategic.families.relationship._partners import candidate_terms
from strategic.families.relationship._verdict import Candidates
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.words import amount, chance, number


def has_rivals(model: Model) -> bool:
    """Whether a model has more than one organisation."""
    return bool(np.all(model.points["relation.organisations"] > 1))


def candidates(model: Model, seed: int = 0) -> dict[str, Any]:
    """Describe the equilibria of the game of organisations.

    Examples
    --------
    >>> import strategic as st
    >>> found = candidates(st.load("sector-growth"))
    >>> found["candidates"], found["pure_equilibria"]
    (2, 1)
    """
    points = model.points
    found = points.once(candidacy)
    x_G, x_O, b_O, c_G = (float(np.asarray(term)) for term in candidate_terms(points))
    held = model.verdict(seed=seed).candidates
    hesitant = None
    if not np.isnan(found.effort):
        hesitant = {
            "effort": number(found.effort),
            "choice": number(found.choice),
            "efforts": number(held.count * found.effort),
        }
    cost = number(points["organisation.effort_cost"])
    return {
        "candidates": held.count,
        "effort_cost": cost,
        "payoffs": {
            "partner_with_effort": [number(x_G), number(x_O - cost)],
            "partner_without_effort": [number(-c_G), number(b_O)],
        },
        "pure_equilibria": _whole(found.pure_count),
        "working": held.working,
        "blocked_by": held.blocked_by,
        "waste": number(max(held.working - 1, 0) * cost),
        "hesitant": hesitant,
        "sentences": list(_sentences(held)),
    }


def _whole(value: Any) -> int | None:
    return int(value) if np.isfinite(value) else None


def _sentences(held: Candidates) -> Iterator[str]:
    if held.blocked_by == "government":
        yield (
            "Where organisations compete by effort, the government prefers no partner to one that "
            "makes the effort, so that none makes it."
        )
    elif held.blocked_by == "organisation":
        yield (
            "Where organisations compete by effort, it repays none of them, even if sure to be "
            "picked."
        )
    elif held.count == 1:
        yield "A single candidate makes the effort in equilibrium."
    elif held.working == held.count:
        yield (
            f"Where {held.count} organisations compete by effort, all of them make it in one "
            "equilibrium: even picked by equal lots it repays them."
        )
    else:
        yield (
            f"Where {held.count} organisations compete by effort, at most {held.working} are sure "
            "to make it in one equilibrium: among more, each is picked too rarely for it to repay."
        )
    yield "That nobody is picked and nobody makes the effort is an equilibrium in any case."


def candidates_block(section: Data, _model: Model) -> Block:
    """Lay out the game of organisations and its equilibria."""
    with_effort, without = section["payoffs"].values()
    hesitant = section["hesitant"]
    rows = {
        "organisations that are players": str(section["candidates"]),
        "cost of effort": amount(section["effort_cost"]),
        "partner with effort: government, partner": ", ".join(map(amount, with_effort)),
        "partner without effort: government, partner": ", ".join(map(amount, without)),
        "equilibria in pure strategies": _counted(section["pure_equilibria"]),
        "most that make the effort in one equilibrium": str(section["working"]),
        "cost of efforts of those not picked, then": amount(section["waste"]),
    }
    if hesitant is not None:
        rows |= {
            "where the government hesitates: probability that it picks one": chance(
                hesitant["choice"]
            ),
            "where it hesitates: mean number of efforts": amount(hesitant["efforts"]),
        }
    table = Table(["", "value"], [[title, value] for title, value in rows.items()], numbers=True)
    return Block("candidates", "Organisations as players", section["sentences"], [table])


def _counted(count: int | None) -> str:
    return "undefined" if count is None else str(count)
