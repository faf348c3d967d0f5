"""The phase diagram of a report: the relationship type over the two risks of cooperating."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from strategic.modelling import Model
from strategic.reports.blocks import Block, Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACROSS, UP = "government.performance_competition", "government.shelter_responsibility"
POINTS = 61


def with_phase_diagram(blocks: list[Block], model: Model) -> list[Block]:
    """Add the phase diagram to the block of the 4x4 game, where there is one."""
    figure = Figure(
        "phase",
        "Where the relationship changes type",
        "Relationship type over performance competition and shelter responsibility, "
        "everything else as in the model; the star is where the model stands.",
        lambda: _draw(model),
    )
    return [
        replace(block, figures=[*block.figures, figure]) if block.name == "choices" else block
        for block in blocks
    ]


def _draw(model: Model) -> Axes:
    from strategic.reports.figures.phase import phase_diagram
    from strategic.sweeps import sweep

    over = {ACROSS: f"0:1:{POINTS}", UP: f"0:1:{POINTS}"}
    return phase_diagram(sweep(model, over, "relationship_type", workers=1))
