"""What each mechanism, applied in full and alone, would change."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from strategic.errors import ParameterError
from strategic.markup import Table
from strategic.modelling import Model, compare
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.figures.effects import draw_effects
from strategic.reports.section import Section
from strategic.reports.words import amount

_CHANGE = tuple[Any, Any]


@dataclass(frozen=True)
class MechanismTable:
    """Which measures mechanisms are compared by, and how the changes are put into words.

    Parameters
    ----------
    measures, path_measures : tuple of str
        Compared for every model, and for models with a path besides; all measures by default.
    ranked_by, called : str
        The number mechanisms are ranked by, and its name in sentences; the first by default.
    turning : str
        A label whose changes get a sentence of their own.
    write : callable
        From the name of a measure and a value to text.
    """

    measures: tuple[str, ...] = ()
    path_measures: tuple[str, ...] = ()
    ranked_by: str = ""
    called: str = ""
    turning: str = ""
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
        """Apply every mechanism alone with intensity 1 and list the measures that change."""
        known = model.family.measures.values()
        undated = (m.name for m in known if not m.dated and (model.path or not m.of_path))
        further = self.path_measures if model.path is not None else ()
        names = (*self.measures, *further) if self.measures else tuple(undated)
        found = []
        for name, mechanism in model.family.mechanisms.items():
            entry: dict[str, Any] = {
                "name": name,
                "says": mechanism.meaning,
                "sources": list(mechanism.claims),
                "intensity": 1.0,
                "changes": {},
            }
            try:
                changes = compare(model, [name], *names).changes
            except ParameterError as error:  # in full, it leaves what is allowed
                entry["refused"] = str(error.problems[0])
            else:
                entry["changes"] = {
                    measure: [before, after]
                    for measure, (before, after) in changes.items()
                    if not _is_rounding(before, after)
                }
            found.append(entry)
        return found

    def layout(self, section: Sequence[Data], model: Model) -> Block:
        """Lay out what every mechanism changes, the largest rise of the ranked measure first."""
        numbers = (m.name for m in model.family.measures.values() if m.kind == "float")
        by = self.ranked_by or next(numbers, "")  # a family may have no measure that is a number
        called = self.called or _plain(by)
        ranked = sorted(section, key=lambda entry: effect(entry, by), reverse=True)
        effects = {_plain(entry["name"]): effect(entry, by) for entry in ranked} if by else {}
        sentences = []
        if effects:
            best, most = next(iter(effects.items()))
            raises = f"The {called} rises most with {best} (by {amount(most)})."
            sentences.append(raises if most > 0 else f"No mechanism raises the {called}.")
        for entry in ranked:
            if self.turning in entry["changes"]:
                before, after = (
                    self._text(self.turning, side) for side in entry["changes"][self.turning]
                )
                name = _plain(entry["name"]).capitalize()
                sentences.append(f"{name} turns {before} into {after}.")
        return Block(
            name="mechanisms",
            title="What mechanisms would change",
            sentences=sentences,
            tables=[
                Table(
                    ["mechanism", "changes"],
                    [[_plain(entry["name"]), self._changes(entry)] for entry in ranked],
                )
            ],
            figures=[
                Figure(
                    "mechanisms",
                    "Mechanisms ranked",
                    f"Change in the {called} from each mechanism, alone and at full intensity.",
                    lambda: draw_effects(effects),
                )
            ]
            if effects
            else [],
            notes=[
                "Each mechanism is applied alone at full intensity; all else in the model is "
                "unchanged."
            ],
        )

    def _changes(self, entry: Data) -> str:
        if "refused" in entry:
            return f"not possible in full: {entry['refused']}"
        shown = [
            f"{_plain(name)} {self._text(name, before)} to {self._text(name, after)}"
            for name, (before, after) in entry["changes"].items()
            if self._text(name, before) != self._text(name, after)
        ]
        return "; ".join(shown) or "no measure changes"

    def _text(self, name: str, value: Any) -> str:
        if value is None or isinstance(value, str):
            return value or "undefined"
        return self.write(name, float(value))


def effect(entry: Data, measure: str) -> float:
    """Change of a measure by a mechanism; 0 where it does not change or is not finite."""
    before, after = entry["changes"].get(measure, (0.0, 0.0))
    return after - before if math.isfinite(after - before) else 0.0


def _is_rounding(before: Any, after: Any) -> bool:
    """Whether two numbers differ only in their last bits."""
    if not (isinstance(before, int | float) and isinstance(after, int | float)):
        return False
    return math.isclose(before, after, rel_tol=1e-12, abs_tol=1e-15)


def _plain(name: str) -> str:
    return name.replace("_", " ")


MECHANISMS = MechanismTable().section()
