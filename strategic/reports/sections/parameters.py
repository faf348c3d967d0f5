"""The parameters of a model, with their meaning and source."""

from __future__ import annotations

from typing import Any

from strategic.modelling import Model
from strategic.reports.sections.words import number


def parameters(model: Model) -> list[dict[str, Any]]:
    """List every parameter: value, default, meaning, source."""
    return [
        {
            "name": name,
            "symbol": parameter.symbol,
            "value": number(model.points[name]),
            "default": parameter.default,
            "unit": parameter.unit,
            "meaning": parameter.meaning,
            "sources": list(parameter.claims),
        }
        for name, parameter in model.family.parameters.items()
    ]
