"""Dated events over a horizon of quarters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from strategic.errors import ParameterError, nearest
from strategic.whole_numbers import check_whole

_QUARTER = re.compile(r"([0-9]{4})Q([1-4])")


@dataclass(frozen=True)
class EventField:
    """One thing that the events of a family may carry.

    Parameters
    ----------
    name : str
        Its key in model files and in `Event.effects`.
    meaning : str
        One line in plain words.
    flag : bool
        True or false rather than a number.
    words : tuple of str
        One of these words rather than a number.

    Examples
    --------
    >>> EventField("incident", "An incident happens.", flag=True).name
    'incident'
    """

    name: str
    meaning: str
    flag: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """Something that happens at one date, before the sides choose.

    Parameters
    ----------
    date : str
        Quarter such as ``"2014Q2"``.
    says : str
        What happened, in words.
    name : str
        How the event is called where two share a date; the date by default.
    effects : mapping of str to float, bool or str
        What the event does, by the names of the family's event fields.
    set : mapping of str to float
        Parameters that take a new value from this date on.

    Examples
    --------
    >>> Event("2011Q1", "A crisis", effects={"incident": True}).key
    '2011Q1'
    """

    date: str
    says: str = ""
    name: str = ""
    effects: Mapping[str, Any] = field(default_factory=dict)
    set: Mapping[str, float] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name by which ``without`` finds this event."""
        return self.name or self.date


@dataclass(frozen=True)
class Timeline:
    """A start, a number of quarters and the events on the way.

    Parameters
    ----------
    start : str
        First quarter, such as ``"2010Q3"``.
    periods : int
        Number of quarters, at least 1.
    events : tuple of Event
        In any order; each within the horizon.

    Examples
    --------
    >>> path = Timeline("2010Q3", 4, (Event("2011Q1", effects={"incident": True}),))
    >>> path.dates, path.period("2011Q1")
    (('2010Q3', '2010Q4', '2011Q1', '2011Q2'), 2)
    """

    start: str
    periods: int
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        check_whole(periods=self.periods)

    @property
    def dates(self) -> tuple[str, ...]:
        """Every quarter of the horizon, first to last."""
        first = quarter_number(self.start)
        return tuple(quarter_name(first + t) for t in range(self.periods))

    def period(self, date: str) -> int:
        """Count the period of a date, 0 for the start.

        Raises
        ------
        ParameterError
            When the date is not a quarter, or lies outside the horizon.
        """
        period = quarter_number(date) - quarter_number(self.start)
        if not 0 <= period < self.periods:
            raise ParameterError(
                f"must lie within {self.dates[0]} to {self.dates[-1]}", where="date", value=date
            )
        return period

    def without(self, *keys: str) -> Timeline:
        """Return the path without the events of these names or dates."""
        known = {event.key for event in self.events} | {event.date for event in self.events}
        for key in keys:
            if key not in known:
                raise ParameterError(
                    "no such event", where="without", value=key, remedy=nearest(key, known)
                )
        kept = tuple(e for e in self.events if e.key not in keys and e.date not in keys)
        return replace(self, events=kept)


def quarter_number(date: str) -> int:
    """Count quarters since year 0, so that dates can be subtracted."""
    match = _QUARTER.fullmatch(date)
    if match is None:
        raise ParameterError("must be a quarter such as 2014Q2", where="date", value=date)
    return int(match[1]) * 4 + int(match[2]) - 1


def quarter_name(number: int) -> str:
    """Name the quarter of a number made by `quarter_number`."""
    return f"{number // 4:04d}Q{number % 4 + 1}"
