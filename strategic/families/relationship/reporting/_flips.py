"""Which answers about a relationship a small change of a parameter might flip."""

from __future__ import annotations

from strategic.families.relationship._candidates import OF_ORGANISATIONS
from strategic.modelling import Model
from strategic.reports.sections.flips import FlipTable, Question

_SECTIONS = ("government", "organisation", "relation", "trust", "officials")
"""Tables of parameters that are moved; the others draw the trust ladder and the table of risks."""

TYPE = Question("relationship_type", "the type of the relationship")
ONE_SHOT = Question(
    "cooperation_is_equilibrium",
    "mutual cooperation in the one-shot game",
    {"yes": "an equilibrium", "no": "no equilibrium"},
)
PATH = Question(
    "path_kind",
    "cooperation on the path",
    {
        "never": "absent",
        "throughout": "unbroken from the start",
        "later": "lasting once it has begun",
        "broken": "broken for good",
        "recovered": "broken and recovered",
    },
)


def _levers(model: Model) -> list[str]:
    return [
        name
        for name in model.family.parameters
        if name.partition(".")[0] in _SECTIONS and name not in OF_ORGANISATIONS
    ]


FLIPS = FlipTable((TYPE, ONE_SHOT, PATH), _levers).section()
