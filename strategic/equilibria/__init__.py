"""From payoffs to equilibria of the one-shot game."""

from strategic.equilibria.components import Component, Subset
from strategic.equilibria.method import Method
from strategic.equilibria.regret import expected_payoffs, regret
from strategic.equilibria.result import Equilibria
from strategic.equilibria.solve import METHODS, method_of, solve

__all__ = [
    "METHODS",
    "Component",
    "Equilibria",
    "Method",
    "Subset",
    "expected_payoffs",
    "method_of",
    "regret",
    "solve",
]
