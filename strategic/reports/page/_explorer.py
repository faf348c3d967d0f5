"""The data of the explorer: measures over a small grid of three parameters, computed beforehand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from strategic.errors import MeasureError
from strategic.modelling import Measure, Model, Parameter
from strategic.reports.section import Reporting
from strategic.reports.strict_json import plain

SLIDERS = 3
POINTS = 15
"""Positions of a slider, before the model's own value joins them."""


def explorer_data(model: Model, reporting: Reporting, explore: Sequence[str] = ()) -> str | None:
    """Compute the grid and write it as JSON that is safe inside a page.

    Parameters
    ----------
    model : Model
        The model whose values the sliders start at.
    reporting : Reporting
        The family's choice of sliders and readings.
    explore : sequence of str
        Names of up to three parameters.

    Returns
    -------
    str or None
        None where the family has nothing to move or to read.
    """
    parameters = _parameters(model, explore or reporting.sliders)
    known = model.family.measures
    measures = [
        known[name]
        for name in reporting.readings
        if name in known and not known[name].dated and (model.path or not known[name].of_path)
    ]
    if not parameters or not measures:
        return None
    axes = [_positions(parameter, _own_value(model, parameter)) for parameter in parameters]
    grid = np.meshgrid(*axes, indexing="ij")
    points = model.points_at({p.name: values for p, values in zip(parameters, grid, strict=True)})
    data = {
        "parameters": [
            _slider(p, axis, _own_value(model, p)) for p, axis in zip(parameters, axes, strict=True)
        ],
        "measures": [_reading(measure, measure.compute(points)) for measure in measures],
    }
    return json.dumps(plain(data), allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _parameters(model: Model, wanted: Sequence[str]) -> list[Parameter]:
    known = model.family.parameters
    chosen = list(dict.fromkeys(wanted or tuple(known)[:SLIDERS]))
    if len(chosen) > SLIDERS:
        raise MeasureError(f"at most {SLIDERS} sliders", where="--explore", value=", ".join(chosen))
    model.family.check({name: model.points[name] for name in chosen if name in known})
    for name in chosen:
        if name not in known:
            raise MeasureError("no such parameter", where="--explore", value=name)
    return [known[name] for name in chosen]


def _own_value(model: Model, parameter: Parameter) -> float:
    values = {parameter.name: parameter.default, **model.values}
    return float(np.asarray(values[parameter.name]))


def _positions(parameter: Parameter, own: float) -> np.ndarray[Any, Any]:
    """Spread positions over the range; the model's own value is one of them, "unset" the first."""
    unset = np.isnan(own)
    known = 0.0 if unset else own
    low = parameter.lower if np.isfinite(parameter.lower) else min(0.0, 2 * known)
    high = parameter.upper if np.isfinite(parameter.upper) else max(1.0, 2 * known)
    margin = 1e-3 * (high - low)
    low, high = low + margin * parameter.open_lower, high - margin * parameter.open_upper
    spread = np.linspace(low, high, POINTS)
    if parameter.integer:
        spread = np.round(spread)
    if unset:
        return np.concatenate([[np.nan], np.unique(spread)])
    spread = spread[np.abs(spread - own) > 1e-9 * (high - low)]
    return np.unique(np.append(spread, own))


def _slider(parameter: Parameter, axis: np.ndarray[Any, Any], own: float) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "meaning": parameter.meaning,
        "values": [float(f"{value:.6g}") for value in axis],
        "start": 0 if np.isnan(own) else int(np.argmin(np.abs(axis - own))),
    }


def _reading(measure: Measure, values: np.ndarray[Any, Any]) -> dict[str, Any]:
    flat = values.reshape(-1)
    short: list[float | None] = flat.tolist()
    if measure.kind == "float":
        short = [float(f"{value:.5g}") for value in flat]
    elif measure.kind == "integer":  # labels keep -1, which the page reads as "undefined"
        short = [None if value == measure.undefined else value for value in short]
    return {
        "name": measure.name,
        "meaning": measure.meaning,
        "kind": measure.kind,
        "labels": list(measure.labels),
        "values": short,
    }
