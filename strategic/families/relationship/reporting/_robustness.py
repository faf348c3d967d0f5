"""Robustness of a relationship's type to its parameter values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from strategic.families.relationship._robustness import robustness as robustness_of
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.words import chance


def robustness(model: Model, seed: int = 0) -> dict[str, Any]:
    """Perturb all parameters, thousands of times, and count which answers stay."""
    found = robustness_of(model, seed=seed)
    sentences = [
        f"With all parameters perturbed by up to {100 * found.spread:.0f}%, a share of "
        f"{chance(found.same_type)} of {found.points} points keeps the type {found.type}, and at a "
        f"share of {chance(found.cooperation_is_equilibrium)} mutual cooperation is an equilibrium "
        "of the 2x2 game.",
    ]
    others = {name: share for name, share in found.types.items() if name != found.type}
    if others:
        most = max(others, key=lambda name: others[name])
        sentences.append(f"The most frequent other type is {most} ({chance(others[most])}).")
    return asdict(found) | {"sentences": sentences}


def robustness_block(section: Data, _model: Model) -> Block:
    """Lay out the share of every type near the model."""
    rows = [[name, f"{share:.3f}"] for name, share in section["types"].items()]
    spread = f"{100 * section['spread']:.0f}%"
    caption = f"{section['points']} points within {spread} of the parameters"
    return Block(
        name="robustness",
        title="Robustness to parameter values",
        sentences=section["sentences"],
        tables=[Table(["type", "share"], rows, caption=caption, numbers=True)],
    )
