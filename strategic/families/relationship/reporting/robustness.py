"""How much hangs on the numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from strategic.families.relationship.robustness import robustness as shaken
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.words import chance


def robustness(model: Model, seed: int = 0) -> dict[str, Any]:
    """Move all parameters a little, thousands of times, and see which answers stay."""
    document = asdict(shaken(model, seed=seed))
    return document | {"sentences": _sentences(document)}


def _sentences(section: dict[str, Any]) -> list[str]:
    others = {name: share for name, share in section["types"].items() if name != section["type"]}
    spread = f"{100 * section['spread']:.0f}%"
    sentences = [
        f"With all parameters moved by up to {spread}, {chance(section['same_type'])} of "
        f"{section['points']} points keep the type {section['type']}, and at "
        f"{chance(section['cooperation_is_equilibrium'])} of them mutual cooperation is an "
        "equilibrium of the 2x2 game.",
    ]
    if others:
        most = max(others, key=lambda name: others[name])
        sentences.append(f"The type it turns into most often is {most} ({chance(others[most])}).")
    return sentences


def robustness_block(section: Data, _model: Model) -> Block:
    """Lay out how much hangs on the numbers."""
    rows = [[name, f"{share:.3f}"] for name, share in section["types"].items()]
    spread = f"{100 * section['spread']:.0f}%"
    return Block(
        name="robustness",
        title="How much hangs on the numbers",
        sentences=section["sentences"],
        tables=[
            Table(
                ["type", "share"],
                rows,
                caption=f"{section['points']} points within {spread} of the parameters",
                numbers=True,
            )
        ],
    )
