"""Everything about a relationship that can be measured, by topic."""

from collections.abc import Mapping

from strategic.families.relationship.measures.base_game import INTERESTS
from strategic.families.relationship.measures.belief import BELIEF
from strategic.families.relationship.measures.choices import CHOICES
from strategic.families.relationship.measures.limits import LIMITS
from strategic.families.relationship.measures.organisations import ORGANISATIONS
from strategic.families.relationship.measures.path import TRUST
from strategic.families.relationship.measures.repetition import REPETITION
from strategic.modelling import Measure

MEASURES: Mapping[str, Measure] = {
    **INTERESTS,
    **CHOICES,
    **ORGANISATIONS,
    **LIMITS,
    **REPETITION,
    **BELIEF,
    **TRUST,
}

__all__ = ["MEASURES"]
