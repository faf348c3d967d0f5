"""Measures: named, vectorised functions from a family's parameters to one value per point."""

from strategic.modelling.compare import Comparison, Effect, compare, rank_mechanisms
from strategic.modelling.family import Family, Parameter
from strategic.modelling.measure import Measure
from strategic.modelling.mechanism import Mechanism
from strategic.modelling.model import Model, measure
from strategic.modelling.points import Points
from strategic.modelling.timeline import Event, Timeline

__all__ = [
    "Comparison",
    "Effect",
    "Event",
    "Family",
    "Measure",
    "Mechanism",
    "Model",
    "Parameter",
    "Points",
    "Timeline",
    "compare",
    "measure",
    "rank_mechanisms",
]
