"""How models of government, organisation and public are reported: all read off one verdict."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from strategic.families.tripartite._verdict import Sides, Verdict
from strategic.families.tripartite._verdict import verdict as verdict_of
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports import Block, Reporting, Section
from strategic.reports.blocks import Data
from strategic.reports.definitions import formulas, legend
from strategic.reports.looks import Look
from strategic.reports.sections import (
    CLAIMS,
    EQUATIONS,
    GAME,
    PARAMETERS,
    POPULATIONS,
    game_section,
)
from strategic.reports.sections.flips import FlipTable, Question
from strategic.reports.sections.mechanisms import MechanismTable
from strategic.reports.words import amount

_ROLE = {
    "enabling": "The public makes cooperation possible: government and organisation cooperate in "
    "equilibrium because it speaks up, and would not if it kept silent.",
    "missing": "A public that spoke up would make cooperation possible, but it keeps silent: "
    "speaking up is not worth its cost.",
    "preventing": "The public makes cooperation impossible: it speaks up, and government and "
    "organisation would cooperate only if it kept silent.",
    "sparing": "Government and organisation cooperate in equilibrium because the public keeps "
    "silent: if it spoke up, they would not.",
    "witnessing": "Government and organisation cooperate in equilibrium whether or not the public "
    "speaks up.",
    "powerless": "Government and organisation do not cooperate in any equilibrium, whether or not "
    "the public speaks up.",
}


def told(verdict: Verdict) -> list[str]:
    """Say what the public does, and why."""
    return [_ROLE[verdict.role], _voice(verdict), *_obstacles(verdict)]


def _voice(verdict: Verdict) -> str:
    cost, limit = verdict.voice_cost, verdict.voice_cost_limit
    if verdict.speaks == "tie":
        return (
            f"Where the others cooperate, speaking up costs the public {amount(cost)}, exactly "
            "what it is worth."
        )
    does, than = ("speaks up", "below") if verdict.speaks == "yes" else ("keeps silent", "above")
    return (
        f"Where the others cooperate, the public {does}: speaking up costs it {amount(cost)}, "
        f"which is {amount(abs(verdict.voice_gain))} {than} the limit of {amount(limit)}."
    )


def _obstacles(verdict: Verdict) -> list[str]:
    """Name the sides that would rather withhold, with a silent and with an active public."""
    states = {
        "keeps silent": verdict.incentive_silent,
        "speaks up": verdict.incentive_speaking,
    }
    sentences = []
    for state, found in states.items():
        against = [f"the {side} gains {amount(-x)}" for side, x in asdict(found).items() if x < 0]
        if against:
            sentences.append(
                f"While the public {state}, {' and '.join(against)} by withholding from a partner "
                "that cooperates."
            )
    return sentences


def moved(verdict: Verdict) -> str:
    """Say which numbers the public moves by speaking up."""
    numbers = {
        "the government's weight of public value": verdict.public_weight,
        "the probability of detecting a deviation": verdict.detection,
        "the probability of an incident": verdict.incident_risk,
    }
    changes = [
        f"{name} from {amount(number.silent)} to {amount(number.speaking)}"
        for name, number in numbers.items()
        if number.speaking > number.silent
    ]
    if not changes:
        return "Speaking up moves none of the numbers of government and organisation."
    listed = ", ".join(changes[:-1]) + " and " * (len(changes) > 1) + changes[-1]
    return f"Speaking up raises {listed}."


def _public(model: Model, _seed: int) -> dict[str, Any]:
    found = verdict_of(model)
    return {**asdict(found), "sentences": [moved(found)]}


_DEFINED = (
    "incentive_government_speaking",
    "incentive_organisation_speaking",
    "voice_cost_limit",
    "cooperation_margin",
)
"""Measures whose formulas are shown."""


def _public_block(section: Data, model: Model) -> Block:
    sides = {key: Sides(**section[f"incentive_{key}"]) for key in ("silent", "speaking")}
    rows = [
        [side, amount(getattr(sides["silent"], side)), amount(getattr(sides["speaking"], side))]
        for side in ("government", "organisation")
    ]
    table = Table(
        ["worth of answering cooperation to", "public silent", "public speaks up"],
        rows,
        numbers=True,
    )
    return Block(
        "public",
        "What the public changes",
        section["sentences"],
        [table],
        formulas=formulas(model.family, *_DEFINED),
        legend=f"In the formulas, {legend(model.family, *_DEFINED)}",
        notes=["Actions in the games: C, cooperate; D, withhold or act alone."],
    )


LOOKS = {
    "enabling": Look("#009e73", "", "E"),
    "missing": Look("#56b4e9", "//", "M"),
    "preventing": Look("#d55e00", "xx", "B"),
    "sparing": Look("#e69f00", "\\\\", "S"),
    "witnessing": Look("#0072b2", "..", "W"),
    "powerless": Look("#b0b4ba", "--", "P"),
}

MECHANISMS = MechanismTable(
    measures=(
        "cooperation_margin",
        "voice_gain",
        "public_role",
        "public_speaks",
        "cooperation_is_equilibrium",
        "best_welfare",
    ),
    ranked_by=("cooperation_margin", "voice_gain"),
    called={
        "cooperation_margin": "margin of cooperation",
        "voice_gain": "gain from speaking up",
    },
    headings={"cooperation_margin": "margin", "voice_gain": "voice"},
    drawn=("public_role",),
    looks=LOOKS,
).section()

_MOVED = ("government", "organisation", "relation", "public")
"""Tables of parameters whose small changes are tried; prices of mechanisms not in use are not."""

FLIPS = FlipTable(
    (
        Question("public_role", "what the public does to cooperation"),
        Question(
            "cooperation_is_equilibrium",
            "cooperation of government and organisation",
            {"yes": "part of an equilibrium", "no": "part of none"},
        ),
        Question(
            "public_speaks",
            "the public, where the others cooperate,",
            {"yes": "ready to speak up", "no": "better off silent", "tie": "indifferent"},
        ),
    ),
    lambda model: [n for n in model.family.parameters if n.partition(".")[0] in _MOVED],
).section()

REPORTING = Reporting(
    sections=(
        Section("public", _public, _public_block),
        GAME,
        game_section("silent_public"),
        game_section("active_public"),
        POPULATIONS,
        MECHANISMS,
        FLIPS,
        EQUATIONS,
        CLAIMS,
        PARAMETERS,
    ),
    verdict=lambda document: told(document["verdict"]),
    sliders=("public.opinion", "public.complaints", "public.voice_cost"),
    readings=("public_role", "public_speaks", "cooperation_margin", "voice_gain"),
    mapped="public_role",
    looks=LOOKS,
)
