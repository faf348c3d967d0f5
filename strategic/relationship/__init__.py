"""The relationship between a government and a social organisation.

The sources behind this room give signs and types only: every functional form and every number in
it is ours, and nothing is estimated from data.
"""

import sys
from types import ModuleType
from typing import Any

from strategic.measures import Model
from strategic.relationship.family import RELATIONSHIP, relationship
from strategic.relationship.robustness import Robustness, robustness
from strategic.relationship.simulation import Simulation, simulate
from strategic.relationship.trust import TrustPath, replay

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


class _CallableRoom(ModuleType):
    """Lets ``strategic.relationship`` be the verb as well as the room that holds it.

    Importing a submodule binds the room's name in the package, over the verb of the same name.
    """

    def __call__(self, *args: Any, **keywords: Any) -> Model:
        return relationship(*args, **keywords)


sys.modules[__name__].__class__ = _CallableRoom
