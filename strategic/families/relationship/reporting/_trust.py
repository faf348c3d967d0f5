"""Trust: what each side believes, what it needs to believe, and how that falls with foresight."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from strategic.families.relationship._verdict import Trust
from strategic.families.relationship.reporting._words import (
    SIDES,
    apart,
    horizon,
    named,
    other,
)
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.definitions import formulas, legend
from strategic.reports.words import amount, first_up

BOTH_ENDS = (
    "Beliefs needed counting all periods suppose that any incident ends cooperation for good and "
    "that no deviation is missed."
)


def trust(model: Model, seed: int = 0) -> dict[str, Any]:
    """Describe the beliefs both sides hold and need, from this period only to all periods."""
    found = model.verdict(seed=seed).trust
    sentences = [*(both_ends(found, side) for side in SIDES), started(found)]
    return asdict(found) | {"sentences": sentences}


def both_ends(trust: Trust, side: str) -> str:
    """Say what a side needs to believe at both ends of foresight, and where it would start."""
    short, long = trust.needed_this_period[side], trust.needed_all_periods[side]
    held, first, last = apart(trust.belief[side], short, long)
    start = f"The {side}'s belief that the {other(side)} cooperates is {held}"
    if short is None and long is None:
        return f"{start}; no belief makes it cooperate, however far it looks ahead."
    needs = f"{first} looking at this period only and {last} counting all periods"
    if short is None:
        needs = f"{last} counting all periods, while no belief suffices this period only"
    if long is None:
        needs = f"{first} looking at this period only, while no belief suffices counting all"
    return f"{start}; it needs {needs}: {_switched(trust, side)}."


def _switched(trust: Trust, side: str) -> str:
    switch, long = trust.foresight_to_start_of[side], trust.needed_all_periods[side]
    if switch is None:
        return "too little at any foresight"
    if switch > 0:
        return f"enough from a foresight of {amount(switch)} on"
    lasting = long is not None and trust.belief[side] >= long
    return "enough at any foresight" if lasting else "enough only while it looks ahead little"


def started(trust: Trust) -> str:
    """Say whether trust starts cooperation with the foresight the model has."""
    view = first_up(horizon(trust.foresight))
    if trust.status == "enough":
        return f"{view}, as the model does, both sides trust each other enough to start."
    if trust.status == "irrelevant":
        return f"{view}, as the model does, no belief makes {named(trust.never)} cooperate."
    return f"{view}, as the model does, {named(trust.missing)} {_short(trust)} to start."


def _short(trust: Trust) -> str:
    return "trusts too little" if len(trust.missing) == 1 else "trust too little"


def _cell(value: float | None) -> str:
    return "never" if value is None else amount(value)


_DEFINED = (
    "belief_needed_government",
    r"x^{\mathrm{f}}_i",
    "foresight_to_start_government",
    "trust_needed_government",
)
"""What is shown as formulas: measures, those of the government for either side, and a letter."""


def trust_block(section: Data, model: Model) -> Block:
    """Lay out beliefs held and needed."""
    rows = {
        "initial belief": "belief",
        "belief needed, this period only": "needed_this_period",
        f"belief needed, foresight {amount(section['foresight'])} (the model's)": "needed",
        "belief needed, counting all periods": "needed_all_periods",
        "foresight from which the initial belief suffices": "foresight_to_start_of",
    }
    table = Table(
        ["", *SIDES],
        [[text, *(_cell(section[name][side]) for side in SIDES)] for text, name in rows.items()],
        numbers=True,
    )
    return Block(
        name="trust",
        title="Trust: from this period only to all periods",
        sentences=section["sentences"],
        tables=[table],
        notes=[
            "Foresight: the share of its discount factor with which a side values what follows "
            "this period; 0 is the one-shot game, 1 the repeated game. " + BOTH_ENDS,
            "never: no belief, or no foresight, suffices.",
        ],
        formulas=formulas(model.family, *_DEFINED),
        legend=f"In the formulas, i is a side; {legend(model.family, *_DEFINED)}",
    )
