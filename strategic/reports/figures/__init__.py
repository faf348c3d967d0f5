"""Every figure of a report alone: functions that draw on axes of yours or of their own.

Examples
--------
>>> import strategic as st
>>> from strategic.reports import figures
>>> ax = figures.draw_best_replies(st.Game.of([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
>>> ax.get_xlabel()
'probability that player 1 plays 1'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strategic.reports.figures.beliefs import draw_beliefs
    from strategic.reports.figures.best_reply import draw_best_replies
    from strategic.reports.figures.cut import cut as draw_cut
    from strategic.reports.figures.limits import draw_limits
    from strategic.reports.figures.mechanisms import draw_mechanisms
    from strategic.reports.figures.path import draw_path
    from strategic.reports.figures.payoff_set import draw_payoff_set
    from strategic.reports.figures.phase import phase_diagram as draw_phase_diagram
    from strategic.reports.figures.replicator import draw_replicator
    from strategic.reports.figures.simulation import draw_simulation, draw_survival_curve
    from strategic.reports.figures.style import in_style, save_figure
    from strategic.reports.figures.survival import draw_survival
    from strategic.reports.figures.tornado import tornado as draw_tornado

_PLACE_OF = {
    "draw_beliefs": ("beliefs", "draw_beliefs"),
    "draw_best_replies": ("best_reply", "draw_best_replies"),
    "draw_cut": ("cut", "cut"),
    "draw_limits": ("limits", "draw_limits"),
    "draw_mechanisms": ("mechanisms", "draw_mechanisms"),
    "draw_path": ("path", "draw_path"),
    "draw_payoff_set": ("payoff_set", "draw_payoff_set"),
    "draw_phase_diagram": ("phase", "phase_diagram"),
    "draw_replicator": ("replicator", "draw_replicator"),
    "draw_simulation": ("simulation", "draw_simulation"),
    "draw_survival": ("survival", "draw_survival"),
    "draw_survival_curve": ("simulation", "draw_survival_curve"),
    "draw_tornado": ("tornado", "tornado"),
    "in_style": ("style", "in_style"),
    "save_figure": ("style", "save_figure"),
}

__all__ = [
    "draw_beliefs",
    "draw_best_replies",
    "draw_cut",
    "draw_limits",
    "draw_mechanisms",
    "draw_path",
    "draw_payoff_set",
    "draw_phase_diagram",
    "draw_replicator",
    "draw_simulation",
    "draw_survival",
    "draw_survival_curve",
    "draw_tornado",
    "in_style",
    "save_figure",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACE_OF:
        raise AttributeError(f"module 'strategic.reports.figures' has no attribute {name!r}")
    file, function = _PLACE_OF[name]
    return getattr(importlib.import_module(f"strategic.reports.figures.{file}"), function)


def __dir__() -> list[str]:
    return sorted(__all__)
