"""The sections of a report: each turns a model into plain data and sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from strategic.modelling import Model
from strategic.reports.sections.base import base
from strategic.reports.sections.choices import choices
from strategic.reports.sections.claims import claims
from strategic.reports.sections.game import game
from strategic.reports.sections.mechanisms import mechanisms
from strategic.reports.sections.parameters import parameters
from strategic.reports.sections.path import path
from strategic.reports.sections.repeated import repeated
from strategic.reports.sections.robustness import robustness
from strategic.reports.sections.surroundings import officials, organisations


@dataclass(frozen=True)
class Section:
    """One key of the analysis.

    Parameters
    ----------
    name : str
        The key.
    describe : callable
            From a model and a seed to plain data; ``sentences`` say what the numbers mean.
    applies : callable
        Whether a model has this section.
    """

    name: str
    describe: Callable[[Model, int], Any]
    applies: Callable[[Model], bool]


def _is_relationship(model: Model) -> bool:
    return "base" in model.family.games


def _has_path(model: Model) -> bool:
    return _is_relationship(model) and model.path is not None


def _seedless(describe: Callable[[Model], Any]) -> Callable[[Model, int], Any]:
    return lambda model, _seed: describe(model)


def _is_other_game(model: Model) -> bool:
    return not _is_relationship(model)


def _always(_model: Model) -> bool:
    return True


SECTIONS = (
    Section("game", _seedless(game), _is_other_game),
    Section("base", _seedless(base), _is_relationship),
    Section("choices", _seedless(choices), _is_relationship),
    Section("path", _seedless(path), _has_path),
    Section("repeated", _seedless(repeated), _is_relationship),
    Section("officials", _seedless(officials), _is_relationship),
    Section("organisations", _seedless(organisations), _is_relationship),
    Section("mechanisms", _seedless(mechanisms), _is_relationship),
    Section("robustness", robustness, _is_relationship),
    Section("claims", _seedless(claims), _always),
    Section("parameters", _seedless(parameters), _always),
)
"""In the order of the report."""
