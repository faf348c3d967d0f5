"""How checked claims are laid out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.reports.blocks import Block, Data


def claims_block(section: Sequence[Data]) -> Block:
    """Lay out what a model claims and what was measured."""
    rows = [
        [
            "holds" if claim["holds"] else "FAILS",
            claim["says"],
            ", ".join(claim["sources"]),
            f"{claim['measure']} {claim['expects']}",
            measured_text(claim["measured"]),
        ]
        for claim in section
    ]
    held = sum(claim["holds"] for claim in section)
    return Block(
        name="claims",
        title="Claims, checked",
        sentences=[f"{held} of {len(section)} claims hold."],
        tables=[Table(["", "says", "sources", "expected", "measured"], rows)],
    )


def measured_text(value: Any) -> str:
    """Write what was measured: one value, or the values at both ends of a range."""
    if isinstance(value, list | tuple):
        return " to ".join(measured_text(part) for part in value)
    if value is None:
        return "undefined"
    return value if isinstance(value, str) else number_text(float(value))
