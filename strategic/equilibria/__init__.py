"""From payoffs to solutions of the one-shot game.

`solve` is the one verb. A method is named (``method="logit"``), or made from its class and its
options; `METHODS` holds one record of each, and every list of methods is read from it. What a
method returns is a `Solution`: lists of Nash equilibria are `Equilibria`.

Names load when they are first used: the command line reads the records, and needs no solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.equilibria._regret import expected_payoffs, regret
    from strategic.equilibria._solve import method_for_batches, method_of, solve
    from strategic.equilibria.components import Component, Subset
    from strategic.equilibria.concepts.choice import RULES, Chosen, choose
    from strategic.equilibria.listing import equilibria_rows, equilibria_table, mixture_text
    from strategic.equilibria.method import Method
    from strategic.equilibria.method_records import MethodOption, MethodRecord
    from strategic.equilibria.methods import METHODS
    from strategic.equilibria.partial import NotWantedError, PartialEquilibria
    from strategic.equilibria.result import Equilibria
    from strategic.equilibria.solution import Solution

_MODULE_OF = {
    "Chosen": "concepts.choice",
    "Component": "components",
    "Equilibria": "result",
    "METHODS": "methods",
    "Method": "method",
    "MethodOption": "method_records",
    "MethodRecord": "method_records",
    "NotWantedError": "partial",
    "PartialEquilibria": "partial",
    "RULES": "concepts.choice",
    "Solution": "solution",
    "Subset": "components",
    "choose": "concepts.choice",
    "equilibria_rows": "listing",
    "equilibria_table": "listing",
    "expected_payoffs": "_regret",
    "method_for_batches": "_solve",
    "method_of": "_solve",
    "mixture_text": "listing",
    "regret": "_regret",
    "solve": "_solve",
}
"""Where each name lives. No module may be called like a name: loading it would hide the name."""

__all__ = [
    "METHODS",
    "RULES",
    "Chosen",
    "Component",
    "Equilibria",
    "Method",
    "MethodOption",
    "MethodRecord",
    "NotWantedError",
    "PartialEquilibria",
    "Solution",
    "Subset",
    "choose",
    "equilibria_rows",
    "equilibria_table",
    "expected_payoffs",
    "method_for_batches",
    "method_of",
    "mixture_text",
    "regret",
    "solve",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
