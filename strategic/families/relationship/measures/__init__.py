"""Everything about a relationship that can be measured, by topic."""

from collections.abc import Mapping

from strategic.families.relationship.measures._base_game import BASE_GAME
from strategic.families.relationship.measures._belief import BELIEF
from strategic.families.relationship.measures._benefits import BENEFITS
from strategic.families.relationship.measures._candidates import CANDIDATES
from strategic.families.relationship.measures._choices import CHOICES
from strategic.families.relationship.measures._limits import LIMITS
from strategic.families.relationship.measures._organisations import ORGANISATIONS
from strategic.families.relationship.measures._path import TRUST
from strategic.families.relationship.measures._repetition import REPETITION
from strategic.families.relationship.measures._verdict import VERDICTS
from strategic.modelling import Measure

MEASURES: Mapping[str, Measure] = {
    **BASE_GAME,
    **CHOICES,
    **BENEFITS,
    **ORGANISATIONS,
    **CANDIDATES,
    **LIMITS,
    **REPETITION,
    **BELIEF,
    **TRUST,
    **VERDICTS,
}
"""Every measure, in the order in which they are listed."""

__all__ = ["MEASURES"]
