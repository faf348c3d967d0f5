"""The measures a family declares besides those of any game."""

from __future__ import annotations

from typing import Any

from strategic.markup import Table
from strategic.modelling import Measure, Model
from strategic.modelling.games import MEASURES_OF_ANY_GAME
from strategic.reports.blocks import Block
from strategic.reports.section import Section
from strategic.reports.words import measure_words, measured_text


def _own(model: Model) -> list[Measure]:
    return [
        measure
        for measure in model.family.measures.values()
        if measure.name.partition(".")[0] not in MEASURES_OF_ANY_GAME
        and not measure.dated
        and (model.path is not None or not measure.of_path)
    ]


def _describe(model: Model, _seed: int) -> list[dict[str, Any]]:
    return [
        {
            "name": measure.name,
            "value": measure.decode(measure.compute(model.points)),
            "unit": measure.unit,
            "meaning": measure.meaning,
            "sources": list(measure.claims),
        }
        for measure in _own(model)
    ]


def _layout(section: Any, _model: Model) -> Block:
    rows = [
        [
            measure_words(entry["name"]),
            measured_text(entry["value"]),
            entry["unit"],
            entry["meaning"],
        ]
        for entry in section
    ]
    header = ["measure", "value", "unit", "meaning"]
    return Block("measures", "Measures", tables=[Table(header, rows)])


MEASURES = Section("measures", _describe, _layout, applies=lambda model: bool(_own(model)))
