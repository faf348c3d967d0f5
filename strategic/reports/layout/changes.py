"""How mechanisms and robustness are laid out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from strategic.markup import Table
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.figures.mechanisms import draw_mechanisms
from strategic.reports.sections.words import amount, patience

RANKED_BY = "surplus"


def mechanisms_block(section: Sequence[Data]) -> Block:
    """Lay out what every mechanism changes, the most helpful first."""
    ranked = sorted(section, key=_effect, reverse=True)
    rows = [[_plain(entry["name"]), _changes(entry["changes"])] for entry in ranked]
    effects = {_plain(entry["name"]): _effect(entry) for entry in ranked}
    return Block(
        name="mechanisms",
        title="What mechanisms would change",
        sentences=_sentences(ranked),
        tables=[Table(["mechanism, in full", "changes"], rows)],
        figures=[
            Figure(
                "mechanisms",
                "Mechanisms ranked",
                "Change of the surplus of cooperation by each mechanism, alone and in full.",
                lambda: draw_mechanisms(effects),
            )
        ],
        notes=["Each is tried alone with intensity 1; the rest of the model stays as it is."],
    )


def robustness_block(section: Data) -> Block:
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


def _sentences(ranked: Sequence[Data]) -> list[str]:
    best = ranked[0]
    changed = [entry for entry in ranked if "relationship_type" in entry["changes"]]
    sentences = [
        f"The surplus of cooperation rises most with {_plain(best['name'])} "
        f"(by {amount(_effect(best))})."
        if _effect(best) > 0
        else "No mechanism raises the surplus of cooperation."
    ]
    sentences += [
        f"{_plain(entry['name']).capitalize()} turns {_value(before)} into {_value(after)}."
        for entry in changed
        for before, after in [entry["changes"]["relationship_type"]]
    ]
    return sentences


def _effect(entry: Data) -> float:
    before, after = entry["changes"].get(RANKED_BY, (0.0, 0.0))
    change = after - before
    return change if math.isfinite(change) else 0.0


def _changes(changes: Data) -> str:
    shown = [
        f"{_plain(name)} {_value(before, name)} to {_value(after, name)}"
        for name, (before, after) in changes.items()
        if _value(before, name) != _value(after, name)
    ]
    return "; ".join(shown) or "nothing measured here"


def _value(value: Any, name: str = "") -> str:
    if value is None:
        return "undefined"
    if isinstance(value, str):
        return value
    if name.startswith("trust_threshold") and value >= 1:
        return "never"  # no belief suffices, as the base game says it
    return (patience if name.startswith("critical_discount") else amount)(float(value))


def _plain(name: str) -> str:
    return name.replace("_", " ")
