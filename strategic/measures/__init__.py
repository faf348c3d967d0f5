"""Measures: named, vectorised functions from a family's parameters to one value per point."""

from strategic.measures.compare import Comparison, Effect, compare, rank_mechanisms
from strategic.measures.family import Family, Parameter
from strategic.measures.measure import Measure
from strategic.measures.mechanism import Mechanism
from strategic.measures.model import Model, measure
from strategic.measures.path import Event, Path
from strategic.measures.point import Point

__all__ = [
    "Comparison",
    "Effect",
    "Event",
    "Family",
    "Measure",
    "Mechanism",
    "Model",
    "Parameter",
    "Path",
    "Point",
    "compare",
    "measure",
    "rank_mechanisms",
]
