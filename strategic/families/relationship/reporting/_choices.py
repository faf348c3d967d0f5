"""The 4x4 game: which type of relationship the government's commitment leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.equilibria import equilibria_rows, equilibria_table, solve
from strategic.families.relationship._choices import (
    ACTIONS,
    GOVERNMENT_VERBS,
    ORGANISATION_VERBS,
    OUTCOMES,
    TYPES,
    cell_number,
    commit,
    replies_text,
    type_of,
)
from strategic.families.relationship.reporting._base import PROVED, game_of
from strategic.families.relationship.reporting._words import per_side
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.words import amount
from strategic.status import Status

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PHASE_AXES = ("government.performance_competition", "government.shelter_responsibility")


def choices(model: Model, _seed: int = 0) -> dict[str, Any]:
    """Describe the game of cooperate, capture, restrict, substitute."""
    game, played = model.choices, model.points.once(commit)
    found = solve(game)
    number = int(cell_number(played))
    label = list(OUTCOMES)[number]
    replies = str(replies_text(played.replies))
    document = {
        "payoffs": per_side(game.row, game.column),
        "actions": per_side(*ACTIONS),
        "commitment": {
            "label": label,
            "outcome": OUTCOMES[label][0],
            "type": TYPES[int(type_of(np.asarray(number)))],
            "government": label[0],
            "organisation": label[1],
            "payoffs": played.payoffs.tolist(),
        },
        "replies": replies,
        "status": Status(int(found.status)).label,
        "equilibria": equilibria_rows(found),
    }
    return document | {"sentences": _sentences(document)}


def _sentences(section: dict[str, Any]) -> list[str]:
    commitment = section["commitment"]
    own, others = commitment["payoffs"]
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
    start = "Without commitment this outcome is not an equilibrium: the government would deviate"
    if commitment["label"] in pure:
        start = "Without commitment this outcome is an equilibrium too"
    return [
        f"If the government commits first, it chooses to "
        f"{GOVERNMENT_VERBS[commitment['government']]} and the organisation to "
        f"{ORGANISATION_VERBS[commitment['organisation']]}: {commitment_named(commitment)}, worth "
        f"{amount(own)} to the government and {amount(others)} to the organisation.",
        f"The organisation's replies: {answers}.",
        f"{start}. With simultaneous choices, the pure equilibria are {named}; mixed equilibria: "
        f"{len(section['equilibria']) - len(pure)}.",
        "The 2x2 game asks whether cooperation is self-enforcing, this one what the government "
        "commits to: they answer different questions.",
    ]


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
        tables=[game.table(), equilibria_table(section["equilibria"], game, caption=PROVED)],
        notes=[
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
    return phase_diagram(found.dataset, boundaries=found)
