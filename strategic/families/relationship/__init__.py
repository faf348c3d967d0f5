"""The relationship between a government and a social organisation.

The sources behind this room give signs and types only: every functional form and every number in
it is ours, and nothing is estimated from data.
"""

from strategic.families.relationship.family import RELATIONSHIP, relationship
from strategic.families.relationship.robustness import Robustness, robustness
from strategic.families.relationship.simulation import Simulation, simulate
from strategic.families.relationship.trust import TrustPath, replay

__all__ = [
    "RELATIONSHIP",
    "Robustness",
    "Simulation",
    "TrustPath",
    "relationship",
    "replay",
    "robustness",
    "simulate",
]
