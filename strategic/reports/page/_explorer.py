"""The data of the explorer: readings over a small grid of three parameters, computed beforehand.

Everything that is shown is written here, with the words, colours and letters of the rest of the
report; the script of the page only looks up what belongs to a position of the sliders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MeasureError
from strategic.games.matrix import number_text
from strategic.modelling import Measure, Model, Parameter, Points
from strategic.reports.looks import UNDEFINED_LOOK, Look, looks_of
from strategic.reports.section import Reading, Reporting
from strategic.reports.strict_json import plain
from strategic.reports.words import amount, spoken
from strategic.sweeps import UNDEFINED

POINTS = (21, 21, 11)
"""Positions of each slider, before the model's own value joins them; the first two make the map."""
SHADES = ("#eceef1", "#d3d9e0", "#b3bdc9", "#8d99a8", "#687688", "#4b5768")
"""Bands of a number from low to high; words have colours, numbers have shades of slate."""
_FEW = 8
"""Numbers that are mapped one by one; more of them are mapped in bands."""
_MOST = 16
"""Kinds that can be told apart on a map."""
_SHORT = 2
"""Characters of a number that fits into a square of the map."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?(?= |$)")


def explorer_data(model: Model, reporting: Reporting, explore: Sequence[str] = ()) -> str | None:
    """Compute the grid and write it as JSON that is safe inside a page.

    Parameters
    ----------
    model : Model
        The model whose values the sliders start at.
    reporting : Reporting
        The family's choice of sliders, readings and looks.
    explore : sequence of str
        Names of up to three parameters.

    Returns
    -------
    str or None
        None where the family has nothing to move or to read.
    """
    chosen = explore or (model.path and reporting.path_sliders) or reporting.sliders
    parameters, readings = _parameters(model, chosen), _readings(model, reporting)
    if not parameters or not readings:
        return None
    own = [_own_value(model, parameter) for parameter in parameters]
    axes = [_positions(*each) for each in zip(parameters, own, POINTS, strict=False)]
    grid = np.meshgrid(*axes, indexing="ij")
    points = model.points_at({p.name: values for p, values in zip(parameters, grid, strict=True)})
    sliders = list(map(_slider, parameters, axes, own))
    read = [_read(reading, measure, points, reporting) for reading, measure in readings]
    # The map has the first two parameters as its axes, and is drawn at the third one's own value.
    places = np.arange(grid[0].size).reshape(grid[0].shape)
    drawn = places[..., sliders[2]["start"]] if len(axes) > 2 else places
    data = {
        "parameters": sliders,
        "readings": read,
        "mapped": _mapped(read, drawn.ravel(), reporting.mapped),
        "marks": {word: _shown(look) for word, look in reporting.looks.items() if len(word) == 1},
    }
    return json.dumps(plain(data), allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _parameters(model: Model, wanted: Sequence[str]) -> list[Parameter]:
    known, most = model.family.parameters, len(POINTS)
    chosen = list(dict.fromkeys(wanted or tuple(known)[:most]))
    if len(chosen) > most:
        raise MeasureError(f"at most {most} sliders", where="--explore", value=", ".join(chosen))
    model.family.check({name: model.points[name] for name in chosen if name in known})
    for name in chosen:
        if name not in known:
            raise MeasureError("no such parameter", where="--explore", value=name)
    return [known[name] for name in chosen]


def _readings(model: Model, reporting: Reporting) -> list[tuple[Reading, Measure | None]]:
    """Find what this model can be read for: measures of paths need one."""
    known, found = model.family.measures, []
    for entry in reporting.readings:
        reading = Reading(entry, spoken(entry)) if isinstance(entry, str) else entry
        measure = None if reading.texts else known.get(reading.name)
        if measure is None and reading.texts is None:
            continue
        of_path = measure.of_path if measure else reading.of_path
        if (model.path or not of_path) and not (measure and measure.dated):
            found.append((reading, measure))
    return found


def _own_value(model: Model, parameter: Parameter) -> float:
    values = {parameter.name: parameter.default, **model.values}
    return float(np.asarray(values[parameter.name]))


def _positions(parameter: Parameter, own: float, count: int) -> Array:
    """Spread positions over the range; the model's own value is one of them, "unset" the first."""
    unset = np.isnan(own)
    low, high = _range(parameter, own)
    margin = 1e-3 * (high - low)
    low, high = low + margin * parameter.open_lower, high - margin * parameter.open_upper
    spread = np.linspace(low, high, count)
    if parameter.integer:
        spread = np.round(spread)
    if unset:
        return np.concatenate([[np.nan], np.unique(spread)])
    spread = spread[np.abs(spread - own) > 1e-9 * (high - low)]
    return np.unique(np.append(spread, own))


def _range(parameter: Parameter, own: float) -> tuple[float, float]:
    """Take the bounds of a parameter; where it has none, far enough to hold the model's value."""
    known = 0.0 if np.isnan(own) else own
    low = parameter.lower if np.isfinite(parameter.lower) else min(0.0, 2 * known)
    high = parameter.upper if np.isfinite(parameter.upper) else max(1.0, 2 * known)
    return low, high


def _slider(parameter: Parameter, axis: Array, own: float) -> dict[str, Any]:
    ends = " to ".join(number_text(float(f"{end:.4g}")) for end in _range(parameter, own))
    return {
        "name": parameter.name,
        "label": parameter.meaning or parameter.name,
        "range": f"{ends}{f', {parameter.unit}' * bool(parameter.unit)}",
        "texts": ["unset" if np.isnan(v) else number_text(float(f"{v:.4g}")) for v in axis],
        "start": 0 if np.isnan(own) else int(np.argmin(np.abs(axis - own))),
    }


def _read(
    reading: Reading, measure: Measure | None, points: Points, reporting: Reporting
) -> dict[str, Any]:
    """Write a reading at every point: its distinct texts, and the number of each point's text."""
    looks: Mapping[str, Look] = {}
    if reading.texts is not None:
        texts, places = _distinct(np.asarray(reading.texts(points)), str)
        told = [text for text in texts if not _NUMBER.match(text)]
        looks = dict(
            zip(told, looks_of(dict(enumerate(told)), reporting.looks).values(), strict=True)
        )
    elif measure is None:
        raise MeasureError("no such measure", where="explorer", value=reading.name)
    elif measure.kind == "label":
        words = {-1: UNDEFINED, **dict(enumerate(measure.labels))}
        chosen = looks_of(words, reporting.looks)
        looks = {spoken(words[n]): look for n, look in chosen.items()}
        texts, places = _distinct(measure.compute(points), lambda value: spoken(words[int(value)]))
    else:
        texts, places = _distinct(measure.numbers(measure.compute(points)), reading.write)
    kinds, kind_of = _kinds(texts, looks)
    many = len(kinds) > _MOST or reading.strip  # too many to be told apart on a map
    return {
        "name": reading.name,
        "label": reading.label,
        "meaning": measure.meaning if measure else reading.label,
        # What a label ends with is no unit besides: "pure equilibria: 1".
        "unit": measure.unit if measure and not reading.label.endswith(measure.unit) else "",
        "strip": reading.strip,
        "texts": texts,
        "values": places.ravel(),
        "kinds": [] if many else kinds,
        "kind_of": kind_of,
    }


def _mapped(read: Sequence[Mapping[str, Any]], drawn: Array, wanted: str) -> str:
    """Choose what the map opens on: what is wanted, or tells most, of what changes on it.

    Fewest undefined points tell most, then most kinds; of equals the first is taken.
    """

    def place(reading: Mapping[str, Any]) -> tuple[bool, bool, int, int]:
        kinds = np.asarray(reading["kind_of"])[reading["values"][drawn]]
        undefined = [k for k, kind in enumerate(reading["kinds"]) if kind["name"] == UNDEFINED]
        missing, several = int(np.isin(kinds, undefined).sum()), len(np.unique(kinds))
        return several < 2, reading["name"] != wanted, missing, -several

    shown = [reading for reading in read if reading["kinds"]]
    return str(min(shown, key=place)["name"]) if shown else ""


def _distinct(values: Array, write: Callable[[Any], str]) -> tuple[list[str], Array]:
    """List the texts of values, in the order of the values, and the place of each value's text."""
    found, inverse = np.unique(values, return_inverse=True)
    written = [write(value) for value in found.tolist()]
    texts = list(dict.fromkeys(written))
    return texts, np.array([texts.index(text) for text in written])[inverse]


def _kinds(texts: list[str], looks: Mapping[str, Look]) -> tuple[list[dict[str, Any]], list[int]]:
    """Give each text a kind to be mapped by: itself, or the band of numbers it falls into."""
    numbers = [
        float(match[0]) if (match := _NUMBER.match(text)) and text not in looks else np.nan
        for text in texts
    ]
    counted = np.unique([number for number in numbers if not np.isnan(number)])
    banded = len(counted) > _FEW
    edges = np.linspace(counted[0], counted[-1], len(SHADES) + 1) if banded else counted
    names, shades = [], []
    for text, number in zip(texts, numbers, strict=True):
        place = int(np.searchsorted(edges, number, side="right")) - 1
        if np.isnan(number):
            names.append(text)
            shades.append(looks.get(text, UNDEFINED_LOOK))
        elif banded:
            place = min(place, len(SHADES) - 1)
            names.append(f"{amount(edges[place])} to {amount(edges[place + 1])}")
            shades.append(Look(SHADES[place]))
        else:
            names.append(text)
            shades.append(Look(SHADES[round(place * (len(SHADES) - 1) / max(len(edges) - 1, 1))]))
    by_name = dict(zip(names, shades, strict=True))
    # Letters are those of the report; kinds without one are numbered, undefined is a question mark.
    lettered = {
        name: look.letter
        for name, look in by_name.items()
        if look.letter and (name in looks or name == UNDEFINED)
    }
    others = [name for name in by_name if name not in lettered]
    # Short numbers stand for themselves: "1" for 3 equilibria would mislead.
    own = all(len(name) <= _SHORT and _NUMBER.fullmatch(name) for name in others)
    numbered = {name: name if own else str(k) for k, name in enumerate(others, start=1)}
    marks = {**lettered, **numbered}
    order = list(by_name)
    kinds = [{"name": n, **_shown(look), "letter": marks[n]} for n, look in by_name.items()]
    return kinds, [order.index(name) for name in names]


def _shown(look: Look) -> dict[str, str]:
    return {"colour": look.colour, "ink": look.ink, "letter": look.letter}
