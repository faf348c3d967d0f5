"""The 4x4 game: which type of relationship commitment leads to, whoever leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.equilibria import equilibria_rows, equilibria_table, solve
from strategic.equilibria.concepts.pure import pure_mask
from strategic.families.relationship._benefits import cell_benefits
from strategic.families.relationship._choices import (
    ACTIONS,
    GOVERNMENT_VERBS,
    ORGANISATION_VERBS,
    OUTCOMES,
    cell,
    replies_text,
)
from strategic.families.relationship._leadership import (
    KINDS,
    LEADERS,
    LEADS,
    PLACES,
    government_leads,
    outcome,
)
from strategic.families.relationship.reporting._base import game_of, list_caption
from strategic.families.relationship.reporting._words import SIDES, measured, other, per_side
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.words import amount, chance, number
from strategic.status import Status

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BENEFITS = ("beneficiary_output", "resource_cost", "net_social_value")
PHASE_AXES = ("government.performance_competition", "government.shelter_responsibility")


def choices(model: Model, _seed: int = 0) -> dict[str, Any]:
    """Describe the game of cooperate, capture, restrict, substitute."""
    points, game = model.points, model.choices
    found = solve(game)
    document = {
        "payoffs": per_side(game.row, game.column),
        "actions": per_side(*ACTIONS),
        "leader": LEADERS[int(number(points["relation.leader"]))],
        "commitment_holds": number(points["relation.commitment"]),
        "commitment": _played(model),
        "benefits": {name: measured(model, name) for name in _BENEFITS},
        "reachable": _reachable(model),
        "replies": replies_text(points.once(government_leads).commitment.replies),
        "status": Status(int(found.status)).label,
        "equilibria": equilibria_rows(found),
    }
    return document | {"sentences": _sentences(document)}


def _played(model: Model) -> dict[str, Any]:
    """Describe the cell that is played; what simultaneous choices leave open has no letters."""
    found = model.points.once(outcome)
    label = PLACES[int(found.cell)]
    settled = label in OUTCOMES
    return {
        "label": label if settled else None,
        "outcome": OUTCOMES[label][0] if settled else f"{label} equilibria",
        "type": KINDS[int(found.type)],
        "government": label[0] if settled else None,
        "organisation": label[1] if settled else None,
        "payoffs": found.payoffs.tolist(),
        "if_broken": measured(model, "relationship_cell_if_broken") if settled else None,
    }


def _reachable(model: Model) -> list[dict[str, Any]]:
    """List the cells the leader can choose among, or the pure equilibria, and who benefits."""
    points, game = model.points, model.choices
    leader = int(number(points["relation.leader"]))
    if leader == 0:
        cells = [(int(i), int(j)) for i, j in np.argwhere(pure_mask(game))]
    else:
        replies = points.once(LEADS[leader < 0]).commitment.replies
        pairs = [(action, int(reply)) for action, reply in enumerate(replies)]
        cells = pairs if leader > 0 else [(reply, action) for action, reply in pairs]
    found = points.once(cell_benefits)
    return [
        {
            "label": cell(i, j),
            "payoffs": [float(game.row[i, j]), float(game.column[i, j])],
            "beneficiary_output": float(found.output[i, j]),
            "resource_cost": float(found.cost[i, j]),
            "net_social_value": float(found.net[i, j]),
        }
        for i, j in cells
    ]


def served(section: Data) -> str:
    """Say which of the reachable outcomes serves the public best."""
    best = max(section["reachable"], key=lambda entry: entry["net_social_value"], default=None)
    label, kept = section["commitment"]["label"], section["commitment_holds"] == 1
    if best is None:
        return "Simultaneous choices have no pure equilibrium, so nobody's benefit is settled."
    if section["leader"] == "nobody":
        choice, played = "the pure equilibria", "what is played at once"
    else:
        played = f"what the {section['leader']} chooses"
        choice = f"what the {section['leader']} could commit to"
    named, value = OUTCOMES[best["label"]][0], amount(best["net_social_value"])
    start = f"Of {choice}, {named} serves the public best, with a net social value of {value}"
    if label is None or not kept:
        return f"{start}."
    if best["label"] == label:
        return f"{start}: it is {played}."
    return f"{start}; {played} is worth {amount(section['benefits']['net_social_value'])}."


def _benefit_table(section: Data) -> Table:
    rows = [
        [
            f"{OUTCOMES[entry['label']][0]} ({entry['label'][0]}, {entry['label'][1]})",
            *map(amount, entry["payoffs"]),
            *(amount(entry[name]) for name in _BENEFITS),
        ]
        for entry in section["reachable"]
    ]
    head = ["", *SIDES, "service", "resources", "net social value"]
    who = section["leader"]
    caption = "Who benefits, for each outcome the " + who + " could commit to"
    if who == "nobody":
        caption = "Who benefits, for each pure equilibrium"
    return Table(head, rows, caption=caption, numbers=True)


def _sentences(section: dict[str, Any]) -> list[str]:
    answers = ", ".join(
        f"{ORGANISATION_VERBS[reply]} to {GOVERNMENT_VERBS[action]}"
        for action, reply in zip("CKRS", section["replies"], strict=True)
    )
    pure = []
    for row in section["equilibria"]:
        played = [
            "".join(name for weight, name in zip(strategy, names, strict=True) if weight == 1)
            for strategy, names in zip(row["strategies"], ACTIONS, strict=True)
        ]
        if all(played):
            pure.append("".join(played))
    named = ", ".join(f"({cell[0]}, {cell[1]})" for cell in pure) or "none"
    equilibria = (
        f"Pure equilibria with simultaneous choices: {named}; number of mixed equilibria: "
        f"{len(section['equilibria']) - len(pure)}."
    )
    leader, of_led = section["leader"], " if the government led"
    return [
        led_to(section),
        served(section),
        f"The organisation's replies{'' if leader == 'government' else of_led}: {answers}.",
        _without_commitment(section, pure) + equilibria,
        "The 2x2 game asks whether cooperation is self-enforcing, this one what commitment leads "
        "to: they answer different questions.",
    ]


def led_to(section: Data) -> str:
    """Say what the leader commits to, or what simultaneous choices lead to, in one sentence."""
    commitment, leader = section["commitment"], section["leader"]
    own, others = map(amount, commitment["payoffs"])
    if commitment["label"] is None:
        open_ = "several pure equilibria" if "several" in commitment["outcome"] else "no pure one"
        return (
            f"Nobody commits first, and simultaneous choices have {open_}: what is played is "
            "left open."
        )
    verbs = {
        "government": GOVERNMENT_VERBS[commitment["government"]],
        "organisation": ORGANISATION_VERBS[commitment["organisation"]],
    }
    worth = (
        f"{commitment_named(commitment)}, worth {own} to the government and {others} to the "
        "organisation"
    )
    if leader == "nobody":
        return (
            "Nobody commits first: in the only pure equilibrium the government chooses to "
            f"{verbs['government']} and the organisation to {verbs['organisation']}: {worth}."
        )
    if (chance_of := section["commitment_holds"]) < 1:
        return (
            f"The {leader} leads with a commitment that holds with probability "
            f"{chance(chance_of)}: most likely the government chooses to {verbs['government']} and "
            f"the organisation to {verbs['organisation']}: {worth} on average."
        )
    return (
        f"If the {leader} commits first, it chooses to {verbs[leader]} and the {other(leader)} to "
        f"{verbs[other(leader)]}: {worth}."
    )


def _without_commitment(section: Data, pure: list[str]) -> str:
    """Say whether the outcome would survive without anybody's commitment."""
    commitment, leader = section["commitment"], section["leader"]
    if leader == "nobody":
        return ""
    if commitment["label"] in pure:
        return "Without commitment this outcome is an equilibrium too. "
    # The other side replies at its best, so that only the leader could gain by deviating.
    who = f": the {leader} would deviate" if section["commitment_holds"] == 1 else ""
    return f"Without commitment this outcome is not an equilibrium{who}. "


def commitment_named(commitment: Data) -> str:
    """Name an outcome, and its type where that is another word.

    Examples
    --------
    >>> commitment_named({"outcome": "proxy", "type": "capture"})
    'proxy (type capture)'
    """
    outcome, kind = commitment["outcome"], commitment["type"]
    return f"{outcome}" if outcome == kind else f"{outcome} (type {kind})"


def choices_block(section: Data, model: Model) -> Block:
    """Lay out the 4x4 game."""
    game = game_of(section)
    return Block(
        name="choices",
        title="Commitment: cooperate, capture, restrict or substitute",
        sentences=section["sentences"],
        tables=[
            game.table(),
            *([_benefit_table(section)] if section["reachable"] else []),
            equilibria_table(section["equilibria"], game, caption=list_caption(section)),
        ],
        notes=[
            "Service: what reaches beneficiaries; resources: costs of both sides' actions, of "
            "conflict, of the contest of all organisations and of expected incidents. Payments, "
            "sanctions and what only the parties feel are left out.",
            "Government: C cooperate, K capture, R restrict, S substitute.",
            "Organisation: P partner, Y comply, X resist, E exit.",
        ],
        figures=[
            Figure(
                "phase",
                "Where the relationship changes type",
                "Relationship type over performance competition and shelter responsibility, "
                "everything else as in the model; the star marks the model.",
                lambda: _draw_phase(model),
                alone=True,
            )
        ],
    )


def _draw_phase(model: Model) -> Axes:
    from strategic.reports.figures import phase_diagram
    from strategic.sweeps import regions

    found = regions(model, dict.fromkeys(PHASE_AXES, (0.0, 1.0)), "relationship_type")
    return phase_diagram(found.table, boundaries=found)
