"""What each mechanism, applied alone at intensities from 0 to 1, would change."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from strategic.markup import Table
from strategic.modelling import Model, warnings_of
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.figures.effects import draw_effects
from strategic.reports.figures.intensities import draw_intensities
from strategic.reports.looks import Look
from strategic.reports.section import Section
from strategic.reports.sections._effects import (
    applicable,
    changes_of,
    effect,
    entry_of,
    number_of,
    rank,
    reason_of,
)
from strategic.reports.sections._effects_told import (
    falls_told,
    flips_told,
    obstacle_told,
    plain,
    ranking_told,
    remedies_told,
    turns_told,
)
from strategic.reports.words import amount, first_up
from strategic.sweeps import UNDEFINED, along_intensities, outcomes_of

__all__ = ["MECHANISMS", "MechanismTable", "Obstacle", "effect", "remedies_told"]

_ELSEWHERE = 5
"""Further measures that are shown of a mechanism that moves none of those compared."""


@dataclass(frozen=True)
class Obstacle:
    """What keeps a model from the outcome that is wanted, and when nothing does.

    Parameters
    ----------
    measure : str
        A label whose values name the obstacles.
    free : str
        Its value where there is none.
    told : callable
        From a model to what its obstacle is called in a sentence.
    slack : callable
        From a model to the name of the number whose rise relaxes its obstacle; empty if none.
    """

    measure: str
    free: str
    told: Callable[[Model], str]
    slack: Callable[[Model], str]


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
    headings : mapping of str to str
        Their short names above columns.
    drawn : tuple of str
        Labels among the outcomes whose flips are drawn.
    looks : mapping of str to Look
        How their words look.
    obstacle : Obstacle, optional
        Mechanisms that lift it come first, then those that relax it most.
    write : callable
        From the name of a measure and a value to text.
    """

    measures: tuple[str, ...] = ()
    path_measures: tuple[str, ...] = ()
    ranked_by: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    drawn: tuple[str, ...] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)
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
        everything, compared = applicable(model), self._compared(model)
        slack = self.obstacle.slack(model) if self.obstacle else ""
        asked = dict.fromkeys([*compared, slack] if slack else compared)
        chosen = [model.family.measure(name) for name in asked] if compared else everything
        names = list(model.family.mechanisms)
        tried = along_intensities(model, names, chosen, outcomes_of(model))
        entries = [entry_of(model, tried, name) for name in names]
        # What moves nothing that is compared may move something else: all measures are asked.
        quiet = [entry for entry in entries if not entry["curves"] and "refused" not in entry]
        more = along_intensities(model, [entry["name"] for entry in quiet], everything)
        for entry in quiet:
            full, curves = changes_of(model, more, entry["name"])
            if curves:
                entry["elsewhere"] = full
            else:
                entry["nothing"] = reason_of(model, tried.settings[names.index(entry["name"])])
        known = warnings_of(model)
        for entry in entries:
            entry["lifts"] = self._lifts(entry)
            entry["relaxes"] = {"measure": slack or None, "by": effect(entry, slack)}
            if slack not in compared:
                entry["changes"].pop(slack, None)
                entry["curves"].pop(slack, None)
            if "refused" not in entry:
                found = warnings_of(model.with_mechanism(entry["name"]))
                entry["warnings"] = [told for told in found if told not in known]
        rank(entries, self._ranked_by(model))
        return entries

    def _compared(self, model: Model) -> tuple[str, ...]:
        further = self.path_measures if model.path is not None else ()
        return (*self.measures, *further) if self.measures else ()

    def _ranked_by(self, model: Model) -> list[str]:
        numbers = [m.name for m in applicable(model) if m.kind == "float"][:1]
        known = {m.name for m in applicable(model)}
        return [name for name in self.ranked_by if name in known] or numbers

    def _lifts(self, entry: Data) -> float | None:
        """Find the smallest intensity from which the obstacle is gone; None where it stays."""
        free = [
            flip["at"]
            for flip in entry["flips"]
            if self.obstacle
            and flip["measure"] == self.obstacle.measure
            and flip["after"] == self.obstacle.free
        ]
        return min(free, default=None)

    def layout(self, section: Sequence[Data], model: Model) -> Block:
        """Lay out what every mechanism changes: first those that lift or relax the obstacle."""
        by = self._ranked_by(model)
        ranked = sorted(section, key=_place(by))
        details = [
            [plain(entry["name"]), self._changes(entry), flips_told(entry["flips"])]
            for entry in ranked
        ]
        header = ["mechanism", "changes at full intensity", "what flips, from which intensity"]
        return Block(
            name="mechanisms",
            title="What mechanisms would change",
            sentences=self._sentences(ranked, model, by),
            tables=[*self._ranking(ranked, by), Table(header, details)],
            figures=[*self._bars(ranked, by), *self._bands(ranked, model)],
            notes=[
                "Each mechanism is applied alone at 21 intensities from 0 to 1; all else in the "
                "model is unchanged. Intensities of flips are located to 1e-6; two flips closer "
                "together than 0.05 may both be missed."
            ],
        )

    def _bars(self, ranked: Sequence[Data], by: Sequence[str]) -> list[Figure]:
        effects = {plain(e["name"]): e["effects"][by[0]] for e in ranked} if by else {}
        bars = Figure(
            "mechanisms",
            "Mechanisms ranked",
            f"Change in the {self._called(by[0]) if by else ''} from each mechanism, alone and at "
            "full intensity.",
            lambda: draw_effects(effects),
        )
        return [bars] if effects else []

    def _bands(self, ranked: Sequence[Data], model: Model) -> list[Figure]:
        """Draw how outcomes flip along the intensities, of the mechanisms that flip them."""
        figures = []
        for outcome in self.drawn:
            bands = {
                plain(entry["name"]): [
                    (0.0, flips[0]["before"] or UNDEFINED),
                    *((flip["at"], flip["after"] or UNDEFINED) for flip in flips),
                ]
                for entry in ranked
                if (flips := [f for f in entry["flips"] if f["measure"] == outcome])
            }
            if bands:
                meaning = model.family.measure(outcome).meaning.rstrip(".")
                figures.append(
                    Figure(
                        f"intensities-{outcome.replace('_', '-')}",
                        f"{first_up(plain(outcome))} along the intensities",
                        f"{meaning}, as the intensity of each mechanism rises from 0 to 1; those "
                        "that change nothing of it are left out.",
                        partial(draw_intensities, bands, self.looks),
                    )
                )
        return figures

    def _sentences(self, ranked: Sequence[Data], model: Model, by: Sequence[str]) -> list[str]:
        told = []
        if self.obstacle is not None:
            measure = model.family.measure(self.obstacle.measure)
            now = measure.decode(measure.compute(model.points))
            told += [obstacle_told(ranked, model, now, self.obstacle)] if now else []
        told += ranking_told(ranked, by, self._called, self._text)
        told += turns_told(ranked, next(iter(model.family.outcomes), ""))
        told += [sentence for name in by for sentence in falls_told(ranked, name, self._called)]
        return told + [
            f"With {plain(entry['name'])} in full: {warned}"
            for entry in ranked
            for warned in entry.get("warnings", ())
        ]

    def _ranking(self, ranked: Sequence[Data], by: Sequence[str]) -> list[Table]:
        """Lay out the ranks: what each does to the obstacle and to the numbers ranked by."""
        if not by:
            return []
        short = {name: self.headings.get(name, plain(name)) for name in by}
        columns = {}
        for name in by:
            # Of a whole number unchanged values are shown, as "0" would pass for one of them.
            found = (entry["changes"][name][0] for entry in ranked if name in entry["changes"])
            start = next(found, None)
            same = self._text(name, start) if isinstance(start, int) else "0"
            columns[short[name]] = [self._shift(entry, name, same) for entry in ranked]
        caption = "Changes at full intensity, each mechanism alone"
        slack = ranked[0]["relaxes"]["measure"]
        if slack and slack not in by:
            relaxed = [f"{e['relaxes']['by']:+.3g}" if e["relaxes"]["by"] else "0" for e in ranked]
            columns = {"relaxed by": relaxed, **columns}
            caption += f"; the obstacle is relaxed by a rise of {plain(slack)}"
        if any(entry["lifts"] is not None for entry in ranked):
            columns["gone from"] = [
                "never" if entry["lifts"] is None else amount(entry["lifts"]) for entry in ranked
            ]
            caption += "; gone from: the intensity from which there is no obstacle"
        names = [plain(entry["name"]) for entry in ranked]
        rows = [list(row) for row in zip(names, *columns.values(), strict=True)]
        return [Table(["mechanism", *columns], rows, caption=caption, numbers=True)]

    def _called(self, name: str) -> str:
        return self.called.get(name, plain(name))

    def _shift(self, entry: Data, name: str, same: str) -> str:
        """Write a change: of a whole number both values, else the difference."""
        if name not in entry["changes"]:
            return "refused" if "refused" in entry else same
        before, after = entry["changes"][name]
        if isinstance(before, int) or not math.isfinite(number_of(after) - number_of(before)):
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


def _place(by: Sequence[str]) -> Callable[[Data], Any]:
    """Order entries: what lifts the obstacle soonest, what relaxes it most, the largest effect."""

    def place(entry: Data) -> tuple[float, ...]:
        lifts = math.inf if entry["lifts"] is None else entry["lifts"]
        return (lifts, -entry["relaxes"]["by"], *(-entry["effects"][name] for name in by))

    return place


MECHANISMS = MechanismTable().section()
"""What mechanisms change: every measure before and after, and which mechanism does most."""
