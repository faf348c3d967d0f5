"""The parameters of a model, with their meaning and source."""

from __future__ import annotations

from typing import Any

from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.section import Section
from strategic.reports.words import number


def _describe(model: Model, _seed: int) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "symbol": parameter.letter,
            "value": number(model.points[name]),
            "default": parameter.default,
            "unit": parameter.unit,
            "meaning": parameter.meaning,
            "sources": list(parameter.claims),
        }
        for name, parameter in model.family.parameters.items()
    ]


def _layout(section: Any, _model: Model) -> Block:
    """Lay parameters out with meaning and source; those that are not the default are marked."""
    rows = []
    for entry in section:
        unset = entry["value"] != entry["value"]
        value = "unset" if unset else number_text(entry["value"])
        marked = value + (" (set)" if _differs(entry) else "")
        rows.append([entry["name"], marked, entry["meaning"], ", ".join(entry["sources"])])
    changed, count = sum(map(_differs, section)), len(section)
    told = "All parameters are at their defaults."
    if changed:
        own = "differs from its" if changed == 1 else "differ from their"
        told = f"{changed} of {count} parameters {own} default."
    return Block(
        name="parameters",
        title="Parameters",
        sentences=[told],
        tables=[Table(["name", "value", "meaning", "sources"], rows)],
        detail=True,
    )


def _differs(entry: Data) -> bool:
    value, default = entry["value"], entry["default"]
    return value != default and not (value != value and default != default)  # noqa: PLR0124 - NaN


PARAMETERS = Section("parameters", _describe, _layout)
