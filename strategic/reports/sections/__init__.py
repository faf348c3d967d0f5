"""The sections every report can have, and the reports of families that bring none of their own."""

from __future__ import annotations

from collections.abc import Callable

from strategic.errors import ModelError
from strategic.modelling import Family
from strategic.modelling.registry import look_up
from strategic.namespaces import listing
from strategic.reports.answer import Answer
from strategic.reports.blocks import Data
from strategic.reports.section import Reading, Reporting
from strategic.reports.sections.claims import CLAIMS
from strategic.reports.sections.equations import EQUATIONS
from strategic.reports.sections.game import GAME, game_section
from strategic.reports.sections.measures import MEASURES
from strategic.reports.sections.mechanisms import MECHANISMS
from strategic.reports.sections.parameters import PARAMETERS
from strategic.reports.sections.populations import POPULATIONS, population_section
from strategic.reports.words import measure_words

__all__ = [
    "CLAIMS",
    "EQUATIONS",
    "GAME",
    "MEASURES",
    "MECHANISMS",
    "PARAMETERS",
    "POPULATIONS",
    "answer_of",
    "game_section",
    "population_section",
    "reporting_of",
]

__dir__ = listing(__all__)


_CALLED = {
    "pure_count": "pure equilibria",
    "strict_count": "strict equilibria",
    "potential": "potential game",
    "risk_dominant": "risk-dominant equilibrium",
    "equilibrium_count": "all equilibria",
    "best_welfare": "largest sum in an equilibrium",
    "degenerate": "connected equilibria possible",
    "support": "actions in use",
    "ess": "evolutionarily stable corners",
    "ess_count": "number of evolutionarily stable corners",
}
"""What the explorer calls measures of any game."""
_NOUNS = {"replay": "replay", "simulate": "simulation"}


def reporting_of(family: Family) -> Reporting:
    """Find how the models of a family are reported; without its own choice, all its games.

    Raises
    ------
    ModelError
        When the family's address holds no `Reporting`.

    Examples
    --------
    >>> import strategic as st
    >>> [section.name for section in reporting_of(st.load("hawk-dove").family).sections]
    ['game', 'equations', 'populations', 'measures', 'mechanisms', 'claims', 'parameters']
    """
    if isinstance(family.reporting, Reporting):
        return family.reporting
    if family.reporting:
        found = look_up(family.reporting)
        if not isinstance(found, Reporting):
            raise ModelError("must hold a Reporting", where=family.reporting, value=found)
        return found
    first = (GAME,) * bool(family.games)
    further = tuple(game_section(name) for name in [*family.games][1:])
    read = tuple(dict.fromkeys((*family.declared, *family.measures)))[:8]
    return Reporting(
        sections=(
            *first,
            *further,
            EQUATIONS,
            POPULATIONS,
            MEASURES,
            MECHANISMS,
            CLAIMS,
            PARAMETERS,
        ),
        readings=tuple(Reading(name, _CALLED.get(name, measure_words(name))) for name in read),
        glance={"equilibria of the one-shot game": _equilibria} if family.games else {},
    )


def answer_of(family: Family, verb: str) -> Callable[..., Answer]:
    """Find how a family presents a replay or a simulation.

    Raises
    ------
    ModelError
        When models of the family have no paths, or the family does not say how to present them.

    Examples
    --------
    >>> import strategic as st
    >>> answer_of(st.load("ai-mier").family, "replay").__name__
    'replay_answer'
    """
    family.action(verb)  # raises where models of the family have no paths
    found: Callable[..., Answer] | None = getattr(reporting_of(family), verb)
    if found is None:
        rule = f"the family '{family.name}' does not say how to present a {_NOUNS[verb]}"
        remedy = f"give its Reporting a '{verb}', or call strategic.{verb} in Python"
        raise ModelError(rule, where="MODEL", remedy=remedy)
    return found


def _equilibria(document: Data) -> str:
    return str(len(document["game"]["equilibria"]))
