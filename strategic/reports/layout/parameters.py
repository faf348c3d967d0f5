"""How parameters are laid out."""

from __future__ import annotations

from collections.abc import Sequence

from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.reports.blocks import Block, Data


def parameters_block(section: Sequence[Data]) -> Block:
    """Lay out parameters with meaning and source; those that differ from the default are marked."""
    rows = [
        [
            entry["name"],
            _value(entry["value"]) + (" (set)" if _differs(entry) else ""),
            entry["meaning"],
            ", ".join(entry["sources"]),
        ]
        for entry in section
    ]
    changed = sum(_differs(entry) for entry in section)
    return Block(
        name="parameters",
        title="Parameters",
        sentences=[f"{changed} of {len(section)} parameters differ from their default."],
        tables=[Table(["name", "value", "meaning", "sources"], rows)],
        detail=True,
    )


def _differs(entry: Data) -> bool:
    value, default = entry["value"], entry["default"]
    return value != default and not (value != value and default != default)  # noqa: PLR0124 - NaN


def _value(value: float) -> str:
    return "unset" if value != value else number_text(value)  # noqa: PLR0124 - NaN
