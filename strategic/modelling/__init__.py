"""Models: families of parameterised games, their measures, mechanisms and dated events."""

from strategic.modelling.family import Family, family_of
from strategic.modelling.measure import Measure, MeasureGroup
from strategic.modelling.mechanism import Mechanism
from strategic.modelling.model import Model, measure, replay, simulate, verdict, warnings_of
from strategic.modelling.parameter import Parameter
from strategic.modelling.part import Part
from strategic.modelling.points import Points
from strategic.modelling.populations import population_game
from strategic.modelling.registry import DEFAULT_KIND, kinds
from strategic.modelling.rule import Rule
from strategic.modelling.timeline import Event, EventField, Timeline
from strategic.namespaces import listing

__all__ = [
    "DEFAULT_KIND",
    "Event",
    "EventField",
    "Family",
    "Measure",
    "MeasureGroup",
    "Mechanism",
    "Model",
    "Parameter",
    "Part",
    "Points",
    "Rule",
    "Timeline",
    "family_of",
    "kinds",
    "measure",
    "population_game",
    "replay",
    "simulate",
    "verdict",
    "warnings_of",
]

__dir__ = listing(__all__)
