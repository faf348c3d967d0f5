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

_MODULE_OF = {
    "METHODS": "methods",
    "Component": "components",
    "Equilibria": "result",
    "Method": "method",
    "MethodOption": "methods",
    "MethodRecord": "methods",
    "Solution": "solution",
    "Subset": "components",
    "equilibria_rows": "listing",
    "equilibria_table": "listing",
    "expected_payoffs": "_regret",
    "method_of": "_solve",
    "mixture_text": "listing",
    "regret": "_regret",
    "solve": "_solve",
}
"""No module may be called like a name: loading it would hide the name."""

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
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'strategic.equilibria' has no attribute {name!r}")
    return getattr(import_module(f"strategic.equilibria.{_MODULE_OF[name]}"), name)
