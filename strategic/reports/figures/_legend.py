"""How words are explained in figures: patches below, and white under words on colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strategic.reports.figures.style import INK
from strategic.reports.looks import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPER = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
"""White under a word, so that it can be read on any colour."""


def add_legend(ax: Axes, named: Mapping[str, Look], columns: int) -> None:
    """Explain looks by their words, below the figure."""
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(facecolor=look.colour, hatch=look.hatch, edgecolor=INK, label=word)
        for word, look in named.items()
    ]
    ax.figure.legend(handles=handles, loc="outside lower center", ncols=columns, frameon=False)
