"""What mechanisms do to a model, as plain data: changes, curves, flips, reasons, ranks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from strategic.arrays import Array
from strategic.errors import ParameterError
from strategic.modelling import Measure, Model
from strategic.reports.blocks import Data
from strategic.reports.sections._effects_told import changed, spoken_list
from strategic.sweeps import Intensities


def effect(entry: Data, measure: str) -> float:
    """Change of a measure by a mechanism; 0 where it does not change or is not finite."""
    before, after = entry["changes"].get(measure, (0.0, 0.0))
    change = number_of(after) - number_of(before)
    return change if math.isfinite(change) else 0.0


def number_of(value: Any) -> float:
    """Read a measured value as a number; what is undefined is none."""
    return math.nan if value is None else float(value)


def applicable(model: Model) -> list[Measure]:
    """List the measures of a model: all but those of a date, and of a path where there is one."""
    known = model.family.measures.values()
    return [m for m in known if not m.dated and (model.path is not None or not m.of_path)]


def entry_of(model: Model, tried: Intensities, name: str) -> dict[str, Any]:
    """Describe one mechanism: what it sets, what that changes, and where outcomes flip."""
    mechanism = model.family.mechanism(name)
    entry: dict[str, Any] = {
        "name": name,
        "says": mechanism.meaning,
        "sources": list(mechanism.claims),
        "intensity": 1.0,
    }
    number = tried.mechanisms.index(name)
    entry["intensities"] = tried.intensities.tolist()
    entry["changes"], entry["curves"] = changes_of(model, tried, name)
    if not tried.allowed[number, -1]:  # in full, it leaves what is allowed
        entry["refused"] = _refusal(model, name)
    entry["flips"] = [
        {"measure": f.measure, "at": f.at, "before": f.before, "after": f.after}
        for f in tried.flips_of(name)
    ]
    entry["parameters"] = {
        parameter: [float(way[0]), float(way[-1])]
        for parameter, way in tried.settings[number].items()
    }
    return entry


def _refusal(model: Model, name: str) -> str:
    try:
        model.with_mechanism(name, 1.0).points  # noqa: B018 - raises, and says why
    except ParameterError as error:
        return str(error.problems[0])
    return "it leaves what is allowed"


def changes_of(
    model: Model, tried: Intensities, name: str
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """List measures that change: before and after at full intensity, and whole curves."""
    full, curves = {}, {}
    allowed = tried.allowed[tried.mechanisms.index(name)]
    for measure in tried.curves if allowed[0] else ():
        known, curve = model.family.measure(measure), tried.of(name, measure)
        numbers = known.numbers(curve)
        differs = changed(numbers[0], numbers) & allowed  # without intensity it does nothing
        if differs.any():
            curves[measure] = [known.decode(value) for value in curve]
        if differs[-1]:
            full[measure] = [curves[measure][0], curves[measure][-1]]
    return full, curves


def reason_of(model: Model, settings: Mapping[str, Array]) -> str:
    """Say why a mechanism changes nothing: it sets what is set already, or what nothing reads."""
    stuck, idle = [], []
    for name, way in settings.items():
        parameter, value = model.family.parameters[name], float(way[0])
        if changed(way[0], way).any():
            idle.append(name)
        elif value in (parameter.lower, parameter.upper):
            stuck.append(f"{name} is already at its bound {value:g}")
        else:
            stuck.append(f"{name} stays at {value:g}")
    unread = [f"nothing here depends on {spoken_list(idle)}"] if idle else []
    known = [spoken_list(stuck)] if stuck else []
    return ", and ".join(known + unread) or "it sets no parameter"


def rank(entries: Sequence[dict[str, Any]], by: Sequence[str]) -> None:
    """Give every entry its effects on some numbers at full intensity, and its ranks by them."""
    for entry in entries:
        entry["effects"] = {name: effect(entry, name) for name in by}
    for entry in entries:
        entry["ranks"] = {
            name: 1 + sum(other["effects"][name] > value for other in entries)
            for name, value in entry["effects"].items()
        }
