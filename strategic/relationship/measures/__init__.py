"""Everything about a relationship that can be measured, by topic."""

from collections.abc import Mapping

from strategic.measures import Measure
from strategic.relationship.measures.belief import BELIEF
from strategic.relationship.measures.choices import CHOICES
from strategic.relationship.measures.interests import INTERESTS
from strategic.relationship.measures.limits import LIMITS
from strategic.relationship.measures.organisations import ORGANISATIONS
from strategic.relationship.measures.path import TRUST
from strategic.relationship.measures.repetition import REPETITION

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
