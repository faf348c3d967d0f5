"""From payoffs to solutions of the one-shot game.

`solve` is the one verb. A method is named (``method="logit"``), or made from its class and its
options; `METHODS` holds one record of each, and every list of methods is read from it. What a
method returns is a `Solution`: lists of Nash equilibria are `Equilibria`.

Names load when they are first used: the command line reads the records, and needs no solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strategic.equilibria._regret import expected_payoffs, regret
    from strategic.equilibria._solve import method_of, solve
    from strategic.equilibria.components import Component, Subset
    from strategic.equilibria.listing import equilibria_rows, equilibria_table, mixture_text
    from strategic.equilibria.method import Method
    from strategic.equilibria.methods import METHODS, MethodOption, MethodRecord
    from strategic.equilibria.result import Equilibria
    from strategic.equilibria.solution import Solution

_NAMES = {
    "_regret": ("expected_payoffs", "regret"),
    "_solve": ("method_of", "solve"),
    "components": ("Component", "Subset"),
    "listing": ("equilibria_rows", "equilibria_table", "mixture_text"),
    "method": ("Method",),
    "methods": ("METHODS", "MethodOption", "MethodRecord"),
    "result": ("Equilibria",),
    "solution": ("Solution",),
}
"""Where each name lives. No module may be called like a name: loading it would hide the name."""

__all__ = [
    "METHODS",
    "Component",
    "Equilibria",
    "Method",
    "MethodOption",
    "MethodRecord",
    "Solution",
    "Subset",
    "equilibria_rows",
    "equilibria_table",
    "expected_payoffs",
    "method_of",
    "mixture_text",
    "regret",
    "solve",
]


def __getattr__(name: str) -> Any:
    for module, names in _NAMES.items():
        if name in names:
            return getattr(import_module(f"strategic.equilibria.{module}"), name)
    raise AttributeError(f"module 'strategic.equilibria' has no attribute {name!r}")
