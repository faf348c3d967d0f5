"""The sections of a report: each turns a model into plain data and sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from strategic.measures import Model
from strategic.reports.sections.base import base
from strategic.reports.sections.path import path


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
    describe: Callable[[Model, int], dict[str, Any]]
    applies: Callable[[Model], bool]


def _is_relationship(model: Model) -> bool:
    return "base" in model.family.games


def _has_path(model: Model) -> bool:
    return _is_relationship(model) and model.path is not None


def _seedless(
    describe: Callable[[Model], dict[str, Any]],
) -> Callable[[Model, int], dict[str, Any]]:
    return lambda model, _seed: describe(model)


SECTIONS = (
    Section("base", _seedless(base), _is_relationship),
    Section("path", _seedless(path), _has_path),
)
"""In the order of the report."""
