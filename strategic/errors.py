"""One error class per kind of mistake; a message names the place, the rule, the value, the remedy.

Every problem is one line, whatever the user wrote.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import Self

from strategic.printable import printable


class _Absent(Enum):
    """Stands for "no value was given"; an enum, so that it survives pickling between processes."""

    VALUE = 0


_NOTHING = _Absent.VALUE
_LONGEST_VALUE, _LONGEST_PLACE = 120, 300
MOST_PROBLEMS = 20
"""Listed; a reader mends the first ones, and a file of a thousand wrong keys is another file."""
_LONGEST_NAME, _MOST_NAMES = 100, 300
"""A longer name is no typo of anything; comparing it, or more names, would take seconds."""
_LEAST_SIMILARITY = 0.6
"""Below, a suggestion would be noise: 'game' is not a typo of 'merge'."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input: where, which rule, which value, what to do."""

    rule: str
    where: str = ""
    value: object = _NOTHING
    remedy: str = ""
    file: str = ""

    def __str__(self) -> str:
        parts = (_shortened(self.file, _LONGEST_PLACE), _shortened(self.where, _LONGEST_PLACE))
        text = ": ".join(part for part in (*parts, self.rule) if part)
        if self.value is not _NOTHING:
            text += f" (got {_shortened(_shown(self.value), _LONGEST_VALUE)})"
        if self.remedy:
            text += f"; {self.remedy}"
        return printable(" ".join(text.splitlines()))


def _shown(value: object) -> str:
    """Write a value as a programmer would; one that cannot be written is named by its kind."""
    try:
        return str(value) if isinstance(value, float | int) else repr(value)
    except (ValueError, RecursionError):  # an integer of 4,300 digits, or lists nested as deep
        return f"a {type(value).__name__} too long to show"


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


class StrategicError(ValueError):
    """Base of every error this package raises on purpose; ``problems`` lists what was wrong.

    Examples
    --------
    >>> str(StrategicError("must be at least 0", where="relation.penalty", value=-1.0))
    'relation.penalty: must be at least 0 (got -1.0)'
    """

    def __init__(
        self, rule: str = "", *, where: str = "", value: object = _NOTHING, remedy: str = ""
    ) -> None:
        self.problems: tuple[Problem, ...] = (Problem(rule, where, value, remedy),)
        super().__init__(rule)

    @classmethod
    def from_problems(cls, problems: Iterable[Problem]) -> Self:
        """Collect several problems in one error, so that a user sees them all at once."""
        error = cls()
        error.problems = tuple(problems)
        return error

    def in_file(self, file: object) -> Self:
        """Return the same error with this file named in every problem that names none."""
        named = type(self).from_problems(
            problem if problem.file else replace(problem, file=str(file))
            for problem in self.problems
        )
        named.__dict__ |= {k: v for k, v in self.__dict__.items() if k != "problems"}
        return named.with_traceback(self.__traceback__)

    def __str__(self) -> str:
        listed = [str(problem) for problem in self.problems[:MOST_PROBLEMS]]
        if len(self.problems) > MOST_PROBLEMS:
            listed.append(f"and {len(self.problems) - MOST_PROBLEMS:,} more problems")
        return "\n".join(listed)


class GameError(StrategicError):
    """Payoffs, players, actions or strategies that do not make a game."""


class ParameterError(StrategicError):
    """A parameter of a model that is unknown, out of range or of the wrong type."""


class MeasureError(StrategicError):
    """A measure or a mechanism that the model lacks or that cannot be evaluated."""


class FormulaError(StrategicError):
    """A payoff formula that is not arithmetic on declared parameters."""


class ModelError(StrategicError):
    """A model file that breaks the schema, or a model that is not in the catalogue."""


class FileError(StrategicError):
    """A file that cannot be read, parsed or written."""


class MethodError(StrategicError):
    """A solution method that does not exist or does not fit the game (size, players, options)."""


class SweepError(StrategicError):
    """A grid, an axis, a boundary search or a store that is not consistent."""


class WorkerError(StrategicError):
    """A worker process that ended before its work was done."""


class UsageError(StrategicError):
    """A command line that asks for something that does not exist."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the known name that an unknown one resembles most, or nothing where none does.

    Examples
    --------
    >>> nearest("relation.aligment", ["relation.alignment", "relation.penalty"])
    "did you mean 'relation.alignment'?"
    >>> nearest(".", ["relation.alignment", "relation.penalty"])
    ''
    """
    if len(name) > _LONGEST_NAME:
        return ""
    close = difflib.get_close_matches(
        name, islice(known, _MOST_NAMES), n=1, cutoff=_LEAST_SIMILARITY
    )
    return f"did you mean '{close[0]}'?" if close else ""
