"""What would flip it: the smallest changes of a single parameter that alter an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from strategic.games.matrix import number_texts
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.section import Section
from strategic.reports.words import first_up, short_meaning, spoken
from strategic.sweeps import Flips, Sides, nearest_flips

_TOLERANCE = 1e-10
_TOLD = 2
"""Changes told in a sentence; the tables have more."""


@dataclass(frozen=True)
class Question:
    """An answer that might flip, and how to speak of it.

    Parameters
    ----------
    measure : str
        Name of a label.
    subject : str
        What the label is about, as the subject of a sentence.
    words : mapping of str to str
        What follows "is" and "becomes" for each label; the label itself by default.

    Examples
    --------
    >>> Question("weather", "the weather").said("very_fine")
    'very fine'
    """

    measure: str
    subject: str
    words: Mapping[str, str] = field(default_factory=dict)

    def said(self, side: str) -> str:
        """Put a label into words."""
        return self.words.get(side, spoken(side))


@dataclass(frozen=True)
class FlipTable:
    """Which answers are to be flipped, and by which parameters.

    Parameters
    ----------
    questions : tuple of Question
        Those of a path are asked of models that have one.
    levers : callable
        From a model to the names of the parameters to move.
    most : int
        How many changes are shown for each answer, the smallest first.
    scan : int
        Values of each parameter looked at in each direction, before bisection.
    """

    questions: tuple[Question, ...]
    levers: Callable[[Model], Sequence[str]]
    most: int = 5
    scan: int = 65

    def section(self) -> Section:
        """Make the section of a report."""
        return Section(
            "flips",
            self.describe,
            self.layout,
            applies=lambda model: bool(self.levers(model)),
            beside=True,
        )

    def describe(self, model: Model, _seed: int) -> dict[str, Any]:
        """Find the smallest changes that flip each answer: both values, distance, and outcome."""
        measures = model.family.measures
        asked = [
            question
            for question in self.questions
            if model.path is not None or not measures[question.measure].of_path
        ]
        watched = [Sides(measures[question.measure]) for question in asked]
        found = nearest_flips(
            model, watched, self.levers(model), scan=self.scan, tolerance=_TOLERANCE
        )
        answers = [self._answer(model, sides, found, k) for k, sides in enumerate(watched)]
        return {
            "answers": answers,
            "scan": self.scan,
            "levers": len(found.levers),
            "sentences": list(map(_sentence, asked, answers)),
        }

    def _answer(self, model: Model, sides: Sides, found: Flips, k: int) -> dict[str, Any]:
        order = np.argsort(found.relative[k], kind="stable")
        flipping = [n for n in order if np.isfinite(found.relative[k, n])]
        return {
            "measure": sides.measure.name,
            "now": str(sides.spelled(found.before[k])),
            "flipping": len(flipping),
            "changes": [
                {
                    "parameter": found.levers[n],
                    "meaning": model.family.parameters[found.levers[n]].meaning,
                    "now": float(found.current[n]),
                    "needed": float(found.needed[k, n]),
                    "relative": float(found.relative[k, n]),
                    "relative_to": "value" if found.current[n] else "range",
                    "after": str(sides.spelled(found.after[k, n])),
                }
                for n in flipping[: self.most]
            ],
        }

    def layout(self, section: Data, _model: Model) -> Block:
        """Lay out one table per answer, the smallest change first."""
        questions = {question.measure: question for question in self.questions}
        tables = []
        for answer in section["answers"]:
            asked = questions[answer["measure"]]
            rows = [
                [
                    change["parameter"],
                    first_up(short_meaning(change["meaning"])),
                    *_pair(change["now"], change["needed"]),
                    _distance(change),
                    asked.said(change["after"]),
                ]
                for change in answer["changes"]
            ]
            caption = f"{first_up(asked.subject).rstrip(',')}: {asked.said(answer['now'])}"
            header = ["parameter", "meaning", "now", "needed", "change", "then"]
            tables += [Table(header, rows, caption=caption)] if rows else []
        return Block(
            "flips",
            "What would flip it?",
            sentences=section["sentences"],
            tables=tables,
            notes=[
                f"One parameter at a time, {section['levers']} in all, over its range or to ten "
                "times its value (1 away from 0). Changes are relative to the value, or to the "
                "range where the value is 0; 'needed' lies just beyond the crossing."
            ],
        )


def _sentence(asked: Question, answer: Data) -> str:
    now = f"{first_up(asked.subject)} is {asked.said(answer['now'])}"
    if not answer["changes"]:
        return f"{now}; no parameter alters that alone, within its range."
    ways: list[str] = []
    told = answer["changes"][:_TOLD]
    for number, change in enumerate(told):
        turn = "rises" if change["needed"] > change["now"] else "falls"
        before, needed = _pair(change["now"], change["needed"])
        what = short_meaning(change["meaning"])
        named = f"{change['parameter']}{f' ({what})' * bool(what)}"
        move = f"{named} {turn} from {before} to {needed} ({_distance(change)})"
        same = number and change["after"] == told[number - 1]["after"]
        ways.append(f"if {move}" if same else f"{asked.said(change['after'])} if {move}")
    return f"{now}; it becomes {', or '.join(ways)}."


def _distance(change: Data) -> str:
    share = f"{change['relative']:.1%}"
    return f"{share} of range" if change["relative_to"] == "range" else share


def _pair(current: float, needed: float) -> list[str]:
    """Write two numbers to four digits, or to as many as tell them apart."""
    short = [f"{current:.4g}", f"{needed:.4g}"]
    return number_texts([current, needed]) if short[0] == short[1] else short
