"""Solve games for certified equilibria, and see how trust, dependence and incidents move them.

Everything a user needs stands here; rooms load when a name is first used.

Examples
--------
>>> import strategic as st
>>> st.solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]).row
array([[0., 1.]])
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strategic.catalogue import check, family, models
    from strategic.catalogue.load import load
    from strategic.equilibria import Equilibria, solve
    from strategic.families.relationship import relationship, replay, simulate
    from strategic.games import Game, read_game
    from strategic.modelling import Family, Measure, Model, Parameter, compare, measure
    from strategic.reports.report import Report, report
    from strategic.sweeps import boundary, open_sweep, summarise, sweep
    from strategic.sweeps.sensitivity import sensitivity

__version__ = "0.1.0"

_ROOM_OF = {
    "Equilibria": "equilibria",
    "Family": "modelling",
    "Game": "games",
    "Measure": "modelling",
    "Model": "modelling",
    "Parameter": "modelling",
    "Report": "reports",
    "boundary": "sweeps",
    "check": "catalogue",
    "compare": "modelling",
    "family": "catalogue",
    "load": "catalogue",
    "measure": "modelling",
    "models": "catalogue",
    "open_sweep": "sweeps",
    "read_game": "games",
    "relationship": "families.relationship",
    "replay": "families.relationship",
    "report": "reports",
    "sensitivity": "sweeps",
    "simulate": "families.relationship",
    "solve": "equilibria",
    "summarise": "sweeps",
    "sweep": "sweeps",
}

__all__ = [
    "Equilibria",
    "Family",
    "Game",
    "Measure",
    "Model",
    "Parameter",
    "Report",
    "__version__",
    "boundary",
    "check",
    "compare",
    "family",
    "load",
    "measure",
    "models",
    "open_sweep",
    "read_game",
    "relationship",
    "replay",
    "report",
    "sensitivity",
    "simulate",
    "solve",
    "summarise",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'strategic' has no attribute {name!r}")
    room = importlib.import_module(f"strategic.{_ROOM_OF[name]}")
    return getattr(room, name)


def __dir__() -> list[str]:
    return sorted(__all__)
