"""Observed histories of relationships, from a table to arrays on one calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError
from strategic.estimation import Observations
from strategic.families.relationship._sides import SIDES
from strategic.modelling import Timeline

_ACTIONS = ("C", "D")
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


@dataclass(frozen=True, eq=False)
class Paths:
    """Observed histories of several relationships on one calendar: ``(periods, relationships)``.

    Parameters
    ----------
    names : tuple of str
    cooperates : array of bool (2, periods, relationships)
        Government first.
    incidents : array of bool (periods, relationships)
    observed : array of bool (periods, relationships)
        Where a relationship has a row: from its first period to its last without a gap.
    """

    names: tuple[str, ...]
    cooperates: Array
    incidents: Array
    observed: Array

    @property
    def together(self) -> Array:
        """Where both sides cooperated: ``(periods, relationships)``."""
        return np.asarray(self.cooperates.all(axis=0) & self.observed)


def read_paths(table: Observations, path: Timeline | None = None) -> Paths:
    """Read the layout ``relationship, period, government, organisation[, incident]``.

    Parameters
    ----------
    table : Observations
    path : Timeline, optional
        That of the model. Quarters are counted from its start; numbers from the least one of the
        table, which is its start. Relationships may begin later.

    Raises
    ------
    FileError
        When a relationship lacks a period or has one twice, or an entry cannot be read.
    """
    table.need("relationship", "period", *SIDES)
    which, names = table.codes("relationship")
    place = _places(table, which, path)
    shape = (int(place.max()) + 1, len(names))
    cooperates = np.zeros((2, *shape), dtype=bool)
    for side, name in enumerate(SIDES):
        cooperates[side][place, which] = table.codes(name, _ACTIONS)[0] == 0
    incidents, observed = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    observed[place, which] = True
    if "incident" in table.columns:
        struck = table.numbers("incident", lowest=0.0)
        wrong = np.flatnonzero((struck != 0.0) & (struck != 1.0))
        if len(wrong):
            row = int(wrong[0])
            where = table.place("incident", row)
            raise FileError("must be 0 or 1", where=where, value=struck[row])
        incidents[place, which] = struck == 1.0
    return Paths(tuple(names), cooperates, incidents, observed)


def _places(table: Observations, which: Array, path: Timeline | None) -> Array:
    """Count periods from the start of the calendar, and check that none is missing."""
    level, texts = table.codes("period")
    if any("Q" in text for text in texts):
        rows = np.unique(level, return_index=True)[1].tolist()  # texts are in order of appearance
        read = [_quarter(table, row, text) for row, text in zip(rows, texts, strict=True)]
        periods = np.array(read)[level]
        first = float(_quarter(table, 0, path.start) if path else periods.min())
    else:
        periods = table.numbers("period")
        first = float(periods.min())
    places = periods - first
    wrong = np.flatnonzero((places < 0) | (places != np.round(places)))
    if len(wrong):
        row = int(wrong[0])
        rule = f"must be whole periods from the start of the model's path on, {path.start}" if (
            path) else "must be whole numbers"  # fmt: skip
        raise FileError(rule, where=table.place("period", row), value=texts[level[row]])
    order = np.lexsort((places, which))
    gaps = (np.diff(places[order]) != 1) & (np.diff(which[order]) == 0)
    if gaps.any():
        row = int(order[np.flatnonzero(gaps)[0] + 1])
        rule = "must have every period of a relationship once"
        raise FileError(rule, where=table.place("period", row), value=texts[level[row]])
    return np.asarray(places, dtype=np.int64)


def _quarter(table: Observations, row: int, text: str) -> int:
    found = _QUARTER.fullmatch(text)
    if found is None:
        rule = "must be a quarter such as 2014Q2, as other periods of the table are"
        raise FileError(rule, where=table.place("period", row), value=text)
    return 4 * int(found[1]) + int(found[2]) - 1
