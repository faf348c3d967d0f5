"""Departments of one government: who wants to cooperate, and who stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from strategic.families.relationship._base_game import threshold_belief
from strategic.families.relationship._departments import Departments
from strategic.families.relationship._foresight import trust_terms
from strategic.families.relationship._simulation import Simulation, simulate
from strategic.families.relationship._trust import TrustPath, replay
from strategic.families.relationship.reporting._path import willing_strips
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.words import chance, number

PATHS, AFTER = 1000, (4, 12)
STILL = (
    "the probability that a department, once willing, stays willing for more than so many periods"
)
DECIDED = {
    "all": "all departments must agree",
    "majority": "more than half of the departments must agree",
    "lead": "the leading department decides",
    "weights": "departments with more than half of the weight must agree",
}


def has_departments(model: Model) -> bool:
    """Whether the government of a model consists of departments."""
    return "departments" in model.parts


def departments(model: Model, seed: int = 0) -> dict[str, Any]:
    """Describe the departments of a model: belief, need, what they want, and for how long."""
    found: Departments = model.parts["departments"]
    drawn = simulate(model, paths=PATHS, seed=seed, workers=1)
    survival = simulated_departments(drawn) or {}
    played = replay(model) if model.path else None
    blocking = refusals(found, played) if played else {}
    members = [
        {
            "name": member.name,
            "says": member.says,
            "weight": member.weight,
            "lead": member.lead,
            "set": dict(member.set),
            "belief": number(model.points.variants[member.name]["trust.government"]),
            "needed": number(
                threshold_belief(model.points.variants[member.name].once(trust_terms))[0]
            ),
            "willing": (willing_strips(played) or {}).get(member.name) if played else None,
            "blocks": blocking.get(member.name),
            "simulated": survival[member.name],
        }
        for member in found.members
    ]
    document = {
        "decision": found.decision,
        "paths": drawn.paths,
        "seed": drawn.seed,
        "members": members,
    }
    return document | {"sentences": list(_sentences(document, played))}


def refusals(found: Departments, played: TrustPath) -> dict[str, int]:
    """Count the periods in which each department alone keeps the government from cooperating."""
    votes, counts = played.votes.willing, {}
    for place, name in enumerate(found.names):
        other = votes.copy()
        other[place] = True
        alone = found.decide(other) & ~found.decide(votes)
        counts[name] = int(alone.sum())
    return counts


def _sentences(section: Data, played: TrustPath | None) -> Iterator[str]:
    members = section["members"]
    names = ", ".join(member["name"] for member in members)
    decided = DECIDED[section["decision"]]
    yield f"The government consists of {len(members)} departments ({names}): {decided}."
    short = [member for member in members if member["belief"] < member["needed"]]
    if short:
        told = ", ".join(
            f"{member['name']} (needs {_needs(member['needed'])}, starts at "
            f"{chance(member['belief'])})"
            for member in short
        )
        yield f"Too little initial trust: {told}."
    else:
        yield "Every department trusts enough to cooperate from the start."
    if played is None:
        return
    worst = max(members, key=lambda member: member["blocks"] or 0)
    if worst["blocks"]:
        many = f"{worst['blocks']} of {len(played.regimes)} quarters"
        yield f"On the path {worst['name']} alone stands in the way in {many}."
    elif played.hostile.all() or not played.votes.willing.all():
        yield "On the path no department stands in the way alone."
    else:
        yield "On the path every department wants to cooperate throughout."


def _needs(needed: float) -> str:
    return "more than any belief" if needed >= 1 else chance(needed)


def departments_block(section: Data, _model: Model) -> Block:
    """Lay out the departments."""
    played = section["members"][0]["willing"] is not None
    rows = [
        [
            member["name"],
            chance(member["belief"]),
            "never" if member["needed"] >= 1 else chance(member["needed"]),
            *(_shared(member) if played else ()),
            *(_at(member["simulated"]["survival"]["estimate"], periods) for periods in AFTER),
            _share(member["simulated"]["blocking"]),
        ]
        for member in section["members"]
    ]
    header = ["department", "belief", "needed", *(["willing", "alone"] if played else [])]
    header += [*(f"after {periods}" for periods in AFTER), "breaks"]
    path = (
        "Willing, alone: quarters of the path in which it wants to cooperate, and in which it "
        "alone stands in the way."
    )
    return Block(
        name="departments",
        title="Departments that decide together",
        sentences=section["sentences"],
        tables=[Table(header, rows, numbers=True)],
        notes=[
            *([path] if played else []),
            f"After, breaks: on {section['paths']} simulated paths, seed {section['seed']}; "
            f"{STILL}, and the share of breakdowns in which it withholds.",
        ],
    )


def _shared(member: Data) -> tuple[str, str]:
    return str(member["willing"].count("C")), str(member["blocks"])


def simulated_departments(found: Simulation) -> dict[str, Any] | None:
    """Describe what departments wanted on simulated paths; None where there are none."""
    if not found.by_department:
        return None
    return {
        name: {
            "willing": found.willing[place],
            "blocking": found.blocking[place],
            "survival": {
                "estimate": curve.estimate,
                "low": curve.low,
                "high": curve.high,
            },
        }
        for place, (name, curve) in enumerate(found.by_department.items())
    }


def simulated_departments_block(section: Data) -> Block:
    """Lay out what departments wanted on simulated paths."""
    rows = []
    for name, one in section.items():
        curve = one["survival"]["estimate"]
        lasts = [_at(curve, periods) for periods in AFTER]
        wants = f"{float(np.mean(one['willing'])):.3f}"
        rows.append([name, wants, *lasts, _share(one["blocking"])])
    still = (f"still after {periods}" for periods in AFTER)
    header = ("department", "wants to cooperate", *still, "share of breakdowns")
    note = (
        f"Wants to cooperate: share of all periods and paths. Still after: {STILL}. Share of "
        "breakdowns: in which it withholds."
    )
    return Block("departments", "", tables=[Table(header, rows, numbers=True)], notes=[note])


def _share(value: Any) -> str:
    """Write a share; empty where nothing broke down."""
    return "" if np.isnan(float(value)) else f"{float(value):.3f}"


def _at(curve: Any, periods: int) -> str:
    if periods >= len(curve) or curve[periods] != curve[periods]:
        return ""
    return f"{float(curve[periods]):.3f}"
