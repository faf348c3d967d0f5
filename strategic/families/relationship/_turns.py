"""Where a replayed path turns: when cooperation begins and breaks down, and what turned it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from strategic.families.relationship._sides import SIDES
from strategic.families.relationship._trust import COOPERATION, TrustPath, replay
from strategic.modelling import Points, Timeline


@dataclass(frozen=True)
class Turn:
    """A date at which mutual cooperation begins or breaks down.

    Parameters
    ----------
    date : str
        First quarter with cooperation, or first without it.
    kind : str
        ``"start"`` or ``"breakdown"``.
    cause : str
        Of a start ``"initial trust"``, ``"event"`` or ``"growing trust"``; of a breakdown
        ``"incident"``, ``"official"`` (a hostile one took office), ``"event"`` or
        ``"fading trust"``.
    events : tuple of str
        Names of the dated events of this quarter without which it would not have turned.
    sides : tuple of str
        Of a breakdown, the sides that withhold.

    Examples
    --------
    >>> Turn("2014Q3", "start", "event", ("2014Q3",)).sides
    ()
    """

    date: str
    kind: str
    cause: str
    events: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()


def turns_of(points: Points) -> tuple[Turn, ...]:
    """Find every turn of the replayed path of a single point.

    A dated event is the cause where the path without the events of that quarter does not turn.

    Examples
    --------
    >>> import strategic as st
    >>> [(turn.date, turn.kind, turn.cause) for turn in turns_of(st.load("ai-mier").points)]
    [('2014Q3', 'start', 'event')]
    """
    played, path = points.once(replay), points.path
    together = played.regimes == COOPERATION
    before = np.concatenate([[False], together[:-1]])
    return tuple(
        _turn(points, path, played, int(period))
        for period in np.flatnonzero(together != before)
        if path is not None
    )


def _turn(points: Points, path: Timeline, played: TrustPath, period: int) -> Turn:
    date, starts = played.dates[period], bool(played.regimes[period] == COOPERATION)
    here = tuple(event for event in path.events if path.period(event.date) == period)
    pivotal = bool(here) and _without(points, path, here, period) != starts
    events = tuple(event.key for event in here) if pivotal else ()
    if starts:
        cause = "event" if pivotal else "growing trust" if period else "initial trust"
        return Turn(date, "start", cause, events)
    struck = pivotal and any(event.effects.get("incident") for event in here)
    opposed = pivotal and bool(played.hostile[period])
    by_event = "incident" if struck else "official" if opposed else "event"
    cause = by_event if pivotal else "fading trust"
    withheld = played.log_odds[:, period] < played.thresholds[:, period]
    withheld[0] |= played.hostile[period]
    sides = tuple(side for side, held in zip(SIDES, withheld, strict=True) if held)
    return Turn(date, "breakdown", cause, events, sides)


def _without(points: Points, path: Timeline, events: tuple[object, ...], period: int) -> bool:
    """Whether both would cooperate in a period without these events."""
    kept = replace(path, events=tuple(event for event in path.events if event not in events))
    other = replay(points.along(kept))
    return bool(other.regimes[period] == COOPERATION)
