"""The figures of relationships on their own.

Examples
--------
>>> from strategic.families.relationship.reporting import figures
>>> ax = figures.draw_survival(0.1)
>>> ax.get_xlabel()
'periods'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strategic.families.relationship.reporting.figures.beliefs import draw_beliefs
    from strategic.families.relationship.reporting.figures.limits import draw_limits
    from strategic.families.relationship.reporting.figures.path import draw_path
    from strategic.families.relationship.reporting.figures.simulation import (
        draw_belief_histograms,
        draw_simulation,
        draw_survival_curve,
    )
    from strategic.families.relationship.reporting.figures.survival import draw_survival

_MODULE_OF = {
    "draw_belief_histograms": "simulation",
    "draw_beliefs": "beliefs",
    "draw_limits": "limits",
    "draw_path": "path",
    "draw_simulation": "simulation",
    "draw_survival": "survival",
    "draw_survival_curve": "simulation",
}

__all__ = [
    "draw_belief_histograms",
    "draw_beliefs",
    "draw_limits",
    "draw_path",
    "draw_simulation",
    "draw_survival",
    "draw_survival_curve",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
