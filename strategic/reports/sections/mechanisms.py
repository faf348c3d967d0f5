"""What each mechanism, applied alone at intensities from 0 to 1, would change."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from strategic.errors import ParameterError
from strategic.markup import Table
from strategic.modelling import Measure, Model, warnings_of
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.figures.effects import draw_effects
from strategic.reports.section import Section
from strategic.reports.sections._effects_told import (
    changed,
    flips_told,
    levers_told,
    plain,
    ranking_told,
    spoken_list,
)
from strategic.reports.words import amount
from strategic.sweeps import Intensities, along_intensities, outcomes_of


@dataclass(frozen=True)
class Obstacle:
    """What keeps a model from the outcome that is wanted, and when nothing does.

    Parameters
    ----------
    measure : str
        A label whose values name the obstacles.
    free : str
        Its value where there is none.
    words : mapping of str to str
        What each obstacle is called, as the subject of a sentence; the label by default.
    """

    measure: str
    free: str = "none"
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MechanismTable:
    """Which measures mechanisms are compared by, and how the changes are put into words.

    Parameters
    ----------
    measures, path_measures : tuple of str
        Compared for every model, and for models with a path besides; all measures by default.
    ranked_by : tuple of str
        The numbers mechanisms are ranked by, first things first; the family's first number by
        default. Those of a path count where there is one.
    called : mapping of str to str
        Names of these numbers in sentences.
    obstacle : Obstacle, optional
        Mechanisms that lift it come first.
    write : callable
        From the name of a measure and a value to text.
    """

    measures: tuple[str, ...] = ()
    path_measures: tuple[str, ...] = ()
    ranked_by: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    obstacle: Obstacle | None = None
    write: Callable[[str, float], str] = lambda _name, value: amount(value)

    def section(self) -> Section:
        """Make the section of a report."""
        return Section(
            "mechanisms",
            self.describe,
            self.layout,
            applies=lambda model: bool(model.family.mechanisms),
        )

    def describe(self, model: Model, _seed: int) -> list[dict[str, Any]]:
        """Apply every mechanism alone, and list what changes, where it flips, and its ranks."""
        everything = _applicable(model)
        chosen = [model.family.measure(name) for name in self._compared(model)] or everything
        names = list(model.family.mechanisms)
        tried = along_intensities(model, names, chosen, outcomes_of(model))
        entries = [_entry(model, tried, name) for name in names]
        # What moves nothing that is compared may move something else: all measures are asked.
        quiet = [entry for entry in entries if not entry["curves"] and "refused" not in entry]
        if quiet and len(chosen) < len(everything):
            more = along_intensities(model, [entry["name"] for entry in quiet], everything)
            for entry in quiet:
                entry["elsewhere"] = _changes(model, more, entry["name"])[0]
        for entry in quiet:
            if not entry.get("elsewhere"):
                entry["nothing"] = _reason(model, tried.settings[names.index(entry["name"])])
        known = warnings_of(model)
        for entry in entries:
            if "refused" not in entry:
                found = warnings_of(model.with_mechanism(entry["name"]))
                entry["warnings"] = [told for told in found if told not in known]
        by = self._ranked_by(model)
        for entry in entries:
            entry["effects"] = {name: effect(entry, name) for name in by}
            entry["lifts"] = self._lifts(entry)
        for name in by:
            for entry in entries:
                above = sum(other["effects"][name] > entry["effects"][name] for other in entries)
                entry.setdefault("ranks", {})[name] = above + 1
        return entries

    def _compared(self, model: Model) -> tuple[str, ...]:
        if not self.measures:
            return ()
        return (*self.measures, *(self.path_measures if model.path is not None else ()))

    def _ranked_by(self, model: Model) -> list[str]:
        measures = model.family.measures
        numbers = [m.name for m in _applicable(model) if m.kind == "float"][:1]
        named = [n for n in self.ranked_by if model.path is not None or not measures[n].of_path]
        return named or numbers

    def _lifts(self, entry: Data) -> float | None:
        """Find the smallest intensity from which the obstacle is gone; None where it stays."""
        if self.obstacle is None:
            return None
        free = [
            flip["at"]
            for flip in entry["flips"]
            if flip["measure"] == self.obstacle.measure and flip["after"] == self.obstacle.free
        ]
        return min(free) if free else None

    def layout(self, section: Sequence[Data], model: Model) -> Block:
        """Lay out what every mechanism changes: first those that lift the obstacle."""
        by = self._ranked_by(model)
        ranked = sorted(section, key=_place(by))
        obstacle = self._obstacle_told(ranked, model)
        sentences = [*obstacle, *ranking_told(ranked, by, self._called, self._text)]
        sentences += levers_told(ranked, model, by)
        sentences += [
            f"With {plain(entry['name'])} in full: {told}"
            for entry in ranked
            for told in entry.get("warnings", ())
        ]
        freed = self.obstacle is not None and any(e["lifts"] is not None for e in ranked)
        rows = [
            [plain(entry["name"]), *(self._shift(entry, name) for name in by)]
            + [amount(entry["lifts"]) if entry["lifts"] is not None else "never"] * freed
            for entry in ranked
        ]
        header = ["mechanism", *map(plain, by)] + ["obstacle gone from intensity"] * freed
        details = [
            [plain(entry["name"]), self._changes(entry), flips_told(entry["flips"])]
            for entry in ranked
        ]
        effects = {plain(e["name"]): e["effects"][by[0]] for e in ranked} if by else {}
        figure = Figure(
            "mechanisms",
            "Mechanisms ranked",
            f"Change in the {self._called(by[0]) if by else ''} from each mechanism, alone and at "
            "full intensity.",
            lambda: draw_effects(effects),
        )
        ranking = Table(header, rows, caption="Each alone, at full intensity", numbers=True)
        return Block(
            name="mechanisms",
            title="What mechanisms would change",
            sentences=sentences,
            tables=[ranking] * bool(by)
            + [Table(["mechanism", "changes at full intensity", "what flips on the way"], details)],
            figures=[figure] if by else [],
            notes=[
                "Each mechanism is applied alone at 21 intensities from 0 to 1; all else in the "
                "model is unchanged. Intensities of flips are exact to 1e-6; two flips closer "
                "together than 0.05 may both be missed."
            ],
        )

    def _called(self, name: str) -> str:
        return self.called.get(name, plain(name))

    def _obstacle_told(self, ranked: Sequence[Data], model: Model) -> list[str]:
        """Say what binds and what lifts it, at the smallest intensity first."""
        if self.obstacle is None:
            return []
        measure = model.family.measure(self.obstacle.measure)
        now = measure.decode(measure.compute(model.points))
        if now is None:
            return []
        words = self.obstacle.words.get(now, plain(now))
        if now == self.obstacle.free:
            spoilt = [
                f"{plain(entry['name'])} (from {amount(flip['at'])}: "
                f"{self.obstacle.words.get(flip['after'], plain(str(flip['after'])))})"
                for entry in ranked
                for flip in entry["flips"]
                if flip["measure"] == measure.name and flip["before"] == now
            ]
            risk = f"; it would come with {spoken_list(spoilt)}" if spoilt else ""
            return [f"{words[:1].upper()}{words[1:]}{risk}."]
        lifting = [
            f"{plain(entry['name'])} (from {amount(entry['lifts'])})"
            for entry in ranked
            if entry["lifts"] is not None
        ]
        if not lifting:
            return [f"What stands in the way is {words}: no mechanism removes it alone."]
        return [f"What stands in the way is {words}; it is removed by {spoken_list(lifting)}."]

    def _shift(self, entry: Data, name: str) -> str:
        """Write a change: of a whole number both values, else the difference."""
        if name not in entry["changes"]:
            return "refused" if "refused" in entry else "0"
        before, after = entry["changes"][name]
        if isinstance(before, int) or not math.isfinite(_number(after) - _number(before)):
            return f"{self._text(name, before)} to {self._text(name, after)}"
        return f"{after - before:+.3g}"

    def _changes(self, entry: Data) -> str:
        if "refused" in entry:
            return f"not possible in full: {entry['refused']}"
        found = entry["changes"] or entry.get("elsewhere", {})
        shown = [
            f"{plain(name)} {self._text(name, before)} to {self._text(name, after)}"
            for name, (before, after) in found.items()
            if self._text(name, before) != self._text(name, after)
        ]
        if shown and not entry["changes"]:
            return f"none of the measures compared, but {'; '.join(shown[:_ELSEWHERE])}"
        if "nothing" in entry:
            return f"no measure changes: {entry['nothing']}"
        return "; ".join(shown) or "nothing at full intensity"

    def _text(self, name: str, value: Any) -> str:
        if value is None or isinstance(value, str):
            return plain(value) if value else "undefined"
        return self.write(name, float(value))


_ELSEWHERE = 5
"""Further measures that are shown of a mechanism that moves none of those compared."""


def effect(entry: Data, measure: str) -> float:
    """Change of a measure by a mechanism; 0 where it does not change or is not finite."""
    before, after = entry["changes"].get(measure, (0.0, 0.0))
    change = _number(after) - _number(before)
    return change if math.isfinite(change) else 0.0


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _place(by: Sequence[str]) -> Callable[[Data], Any]:
    """Order entries: what lifts the obstacle at the smallest intensity, then the largest effect."""

    def place(entry: Data) -> tuple[float, ...]:
        lifts = math.inf if entry["lifts"] is None else entry["lifts"]
        return (lifts, *(-entry["effects"][name] for name in by))

    return place


def _applicable(model: Model) -> list[Measure]:
    known = model.family.measures.values()
    return [m for m in known if not m.dated and (model.path is not None or not m.of_path)]


def _entry(model: Model, tried: Intensities, name: str) -> dict[str, Any]:
    mechanism = model.family.mechanism(name)
    entry: dict[str, Any] = {
        "name": name,
        "says": mechanism.meaning,
        "sources": list(mechanism.claims),
        "intensity": 1.0,
    }
    number = tried.mechanisms.index(name)
    entry["changes"], entry["curves"] = _changes(model, tried, name)
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


def _changes(
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


def _reason(model: Model, settings: Mapping[str, np.ndarray[Any, Any]]) -> str:
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


MECHANISMS = MechanismTable().section()
"""What mechanisms change: every measure before and after, and which mechanism does most."""
