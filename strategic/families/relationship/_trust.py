"""The trust engine: beliefs in log-odds that incidents, quiet periods, reports and events move.

Each side holds the log-odds that the other is cooperative, and cooperates from its threshold on
(claims K5, K7, K11, I16, M2, M15).  The Bayesian steps follow from two incident probabilities;
the rates of ignored offers, reports and forgetting are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import MeasureError
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._departments import Departments
from strategic.families.relationship._foresight import (
    continuation,
    decisive_department,
)
from strategic.families.relationship._log_odds import log_odds, logistic
from strategic.families.relationship._repetition import game_of
from strategic.families.relationship._seats import (
    HOSTILE,
    OFFICIALS,
    Seats,
    Votes,
    of_decisive,
    shrunk,
)
from strategic.families.relationship._sides import both
from strategic.families.relationship._thresholds import thresholds_at
from strategic.modelling import Event, Model, Points, Timeline
from strategic.papers import Cited

REGIMES = (".", "d", "o", "C")
"""Stalemate; only the organisation cooperates; only the government does; both do."""
COOPERATION = 3
STRONG_EVIDENCE = 20.0
"""Likelihood ratio from which evidence is called strong (Kass and Raftery 1995, Bayes factors)."""


@dataclass(frozen=True, repr=False)
class TrustPath(Cited):
    """A replayed or simulated path.

    Parameters
    ----------
    dates : tuple of str
        The quarters.
    regimes : ndarray of int8, ``(periods, *points)``
        Positions in `REGIMES`.
    log_odds, thresholds : ndarray, ``(2, periods, *points)``
        Beliefs at the moment of choice and the thresholds of that date, government first.
    final : ndarray, ``(2, *points)``
        Log-odds after the last period.
    incidents : ndarray of bool, ``(periods, *points)``
        Where an incident happened.
    successors : ndarray of int8, ``(periods, *points)``
        Who took office: 0 nobody, else a position in `OFFICIALS` plus 1.
    hostile : ndarray of bool, ``(periods, *points)``
        Where a hostile official is in office, and the government withholds whatever it believes.
    votes : Votes
        What each department of the government believed and wanted; without rows where it decides
        as one. Log-odds and thresholds of the government are those of the department that decides.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> from strategic.modelling import Timeline
    >>> path = replay(relationship({"relation.payment": [0.1, 0.2]}, path=Timeline("2020Q1", 3)))
    >>> path.log_odds.shape, path.strip(0)
    ((2, 3, 2), 'ddd')
    """

    dates: tuple[str, ...]
    regimes: Array
    log_odds: Array
    thresholds: Array
    final: Array
    incidents: Array
    successors: Array
    hostile: Array
    votes: Votes

    def __repr__(self) -> str:
        when = f"{self.dates[0]} to {self.dates[-1]}"
        shape = self.regimes.shape[1:]
        what = f"{shape} points" if shape else self.strip()
        return f"<TrustPath {when}: {what}>"

    @property
    def beliefs(self) -> Array:
        """Probabilities each side puts on the other being cooperative, at the moment of choice."""
        return logistic(self.log_odds)

    def strip(self, *index: int) -> str:
        """Write the regimes of one point as a string such as ``dd..CC``."""
        return "".join(REGIMES[period[index]] for period in self.regimes)


def incident_drop(points: Points) -> Array:
    """Log-odds ``log(h_D/h_C)`` lost by one incident; 0 where an incident is no news (K5, P10)."""
    hostile, friendly = points["trust.incident_if_hostile"], points["relation.incident_risk"]
    with np.errstate(divide="ignore"):
        return np.where(hostile > friendly, np.log(hostile) - np.log(friendly), 0.0)


def quiet_gain(points: Points) -> Array:
    """Log-odds ``log((1-h_C)/(1-h_D))`` gained by one quiet period; 0 where it is no news (P11)."""
    hostile, friendly = points["trust.incident_if_hostile"], points["relation.incident_risk"]
    return np.where(hostile > friendly, np.log1p(-friendly) - np.log1p(-hostile), 0.0)


def initial_beliefs(points: Points) -> Array:
    """Beliefs both sides start with, the government's of who decides, ``(2, *points)``."""
    government = decisive_department(points)["trust.government"]
    return both(points, government, points["trust.organisation"])


def initial_log_odds(points: Points) -> Array:
    """Log-odds both sides start with, ``(2, *points)``."""
    return log_odds(points.once(initial_beliefs))


def trust_thresholds(points: Points) -> Array:
    """Log-odds from which each side cooperates, at the model's foresight, ``(2, *points)``."""
    return thresholds_at(points, points["trust.foresight"])


def starts_at(points: Points, foresight: float, /) -> Array:
    """Whether each side's initial belief suffices at some foresight, ``(2, *points)``."""
    return np.asarray(points.once(initial_log_odds) >= thresholds_at(points, foresight))


def foresight_to_start(points: Points) -> Array:
    """Find the smallest foresight at which each side's initial belief suffices, ``(2, *points)``.

    Returns
    -------
    ndarray
        0 where the belief suffices in the one-shot game, inf where it does not even at 1.

    Notes
    -----
    A side with belief mu starts iff ``D z/(1-z) >= y`` with ``z = (1-h) f delta``, where
    ``y = c (1-mu)/mu - x`` is what its belief falls short of in the one-shot game.
    The left side rises in z iff D > 0; hence ``z = y/(y + D)`` and ``f = z/((1-h) delta)``.
    Where D <= 0 looking ahead never makes a side start: cooperation then pays no better than what
    follows its end, and whoever started in the one-shot game may even stop.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "relation.payment": 0.08,
    ...                       "trust.government": [0.9, 0.3, 0.001]})
    >>> foresight_to_start(model.points)[0].round(4).tolist()
    [0.0, 0.8622, inf]
    """
    if (
        "departments" in points.parts
    ):  # each department has its own; that of the decisive one counts
        departments: Departments = points.parts["departments"]
        own = [foresight_to_start(points.variants[name])[0] for name in departments.names]
        rows = np.stack([np.broadcast_to(row, points.shape) for row in own])
        government = of_decisive(rows, departments.pivot(-rows, -rows))
        return both(points, government, _foresight_of_sides(points)[1])
    return _foresight_of_sides(points)


def _foresight_of_sides(points: Points) -> Array:
    terms, dependence = points.once(base_terms), points.once(game_of).dependence
    with np.errstate(all="ignore"):
        risked = np.where(terms.loss > 0, terms.loss * np.exp(-points.once(initial_log_odds)), 0.0)
        short = np.maximum(risked - terms.incentive, 0.0)
        needed = short / (short + dependence) / continuation(points, 1.0)
    # A quotient of rounded numbers must not contradict the comparison that a replay makes at 0.
    reached = (dependence > 0) & (needed <= 1)
    return np.where(starts_at(points, 0.0), 0.0, np.where(reached, needed, np.inf))


Choice = Callable[[int, Array, Array], Array]
"""From the period, log-odds and thresholds to who cooperates (boolean, sides first)."""


def by_threshold(_period: int, beliefs: Array, thresholds: Array) -> Array:
    """Cooperate from the threshold on; ties cooperate."""
    return np.asarray(beliefs >= thresholds)


def replay(model: Model | Points) -> TrustPath:
    """Play the dated events of a model's path, without random incidents.

    Parameters
    ----------
    model : Model or Points
        With a path; its parameters may be arrays, every point is played.

    Returns
    -------
    TrustPath
        Regimes and beliefs of every period.

    Raises
    ------
    MeasureError
        When there is no path.

    Notes
    -----
    Order of a period: dated events (a named incident included); both choose by their thresholds;
    the period's signal; reporting; forgetting.
    Under CC every period without a named incident is quiet; an incident lowers only the
    government's log-odds, and in its period the organisation gains nothing.
    Behaviour is by thresholds even where ``trust.noise`` is above 0: noise belongs to simulations.

    Examples
    --------
    >>> from strategic.modelling import Event, Timeline
    >>> from strategic.families.relationship import relationship
    >>> thaw = Event("2020Q3", effects={"government": 9, "organisation": 9})
    >>> model = relationship({"relation.alignment": 0.9, "relation.payment": 0.08,
    ...                       "trust.government": 0.01, "trust.organisation": 0.01},
    ...                      path=Timeline("2020Q1", 4, (thaw,)))
    >>> replay(model).strip()
    '..CC'
    """
    points = model.points if isinstance(model, Model) else model
    if points.path is None:
        raise MeasureError(
            "the model has no path", where="path", remedy="give it a start and a number of periods"
        )
    return play(points, points.path)


def play(
    points: Points,
    path: Timeline,
    *,
    choose: Choice = by_threshold,
    incidents: Array | None = None,
    successors: Array | None = None,
    shape: tuple[int, ...] | None = None,
) -> TrustPath:
    """Play the trust engine over a path with a given choice rule and given random events.

    Parameters
    ----------
    points : Points
        Parameters.
    path : Timeline
        Horizon and dated events.
    choose : callable
        Who cooperates, from period, log-odds and thresholds, one row per seat.
    incidents : ndarray of bool, ``(periods, *shape)``, optional
        Periods in which an incident happens if both cooperate; none by default.
    successors : ndarray of int8, ``(periods, *shape)``, optional
        Who takes office: 0 nobody, else a position in `OFFICIALS` plus 1; nobody by default.
    shape : tuple of int, optional
        Shape of the state; that of the points by default. Paths of one point need an extra axis.
    """
    shape = points.shape if shape is None else shape
    seats = Seats(points, len(shape))
    odds = np.empty((seats.count, *shape))
    odds[...] = seats.sides(points, initial_log_odds)
    start, opposed = odds.copy(), np.zeros(shape, dtype=bool)
    made = _Record(path, seats, shape)
    for period, now in enumerate(dated_points(points, path)):
        # 1. A new official; dated events, a named incident included: it costs trust in any regime.
        drop, events = seats.inside(now, incident_drop), _events_of(path, period)
        taken = _successor(events, None if successors is None else successors[period])
        if taken is not None:
            opposed = np.where(taken > 0, taken == HOSTILE, opposed)
            kept = shrunk(odds[:-1], start[:-1], now["officials.memory"])
            odds[:-1] = np.where(taken > 0, kept, odds[:-1])
            made.successors[period] = taken
        named = any(event.effects.get("incident") for event in events)
        for event in events:
            odds[:-1] += event.effects.get("government", 0.0)
            odds[-1] += event.effects.get("organisation", 0.0)
            if event.effects.get("incident"):
                odds[:-1] -= drop
        # 2. Both choose, at the beliefs that are recorded.  A hostile official withholds.
        thresholds = seats.sides(now, trust_thresholds)
        votes = choose(period, odds, thresholds)
        joint, answer = seats.decide(votes[:-1]) & ~opposed, votes[-1]
        together = joint & answer
        struck = named if named or incidents is None else together & incidents[period]
        made.write(period, odds, thresholds, votes)
        made.regimes[period] = 2 * np.asarray(joint).view(np.int8) + answer
        made.incidents[period], made.hostile[period] = struck, opposed
        # 3. The signal.  Only cooperation is informative: a stalemate teaches nobody and persists
        # (P12).  An incident lowers the government's log-odds alone (P10); a named one already has.
        odds += np.where(together & ~made.incidents[period], seats.each(now, quiet_gain), 0.0)
        if not named:
            odds[:-1] -= np.where(struck, drop, 0.0)
        ignored = np.stack([*[joint & ~answer] * (seats.count - 1), answer & ~joint])
        odds -= np.where(ignored, seats.each(now, "trust.ignored"), 0.0)
        _report_and_forget(odds, start, together, seats=seats, now=now)
    return made.finished(odds)


def _successor(events: list[Event], drawn: Array | None) -> Array | None:
    """Who takes office: as an event of the path says, else as drawn; None where nobody does."""
    for event in events:
        if event.effects.get("official"):
            return np.asarray(OFFICIALS.index(event.effects["official"]) + 1)
    return drawn


def _report_and_forget(
    odds: Array, start: Array, together: Array, *, seats: Seats, now: Points
) -> None:
    """Let reports, of which the organisation gains half (M15; M2), and forgetting move log-odds."""
    reported = np.where(
        together, seats.each(now, "trust.reporting"), seats.each(now, "trust.reporting_outside")
    )
    odds[:-1] += reported[:-1] if len(reported) > 1 else reported
    odds[-1] += reported[-1] / 2
    share = seats.each(now, "trust.forgetting")
    if share.any():
        odds[...] = shrunk(odds, start, 1 - share)


class _Record:
    """What a path leaves behind, period by period."""

    def __init__(self, path: Timeline, seats: Seats, shape: tuple[int, ...]) -> None:
        self.dates, self.seats = path.dates, seats
        size = (path.periods, *shape)
        self.odds, self.thresholds = np.empty((2, *size)), np.empty((2, *size))
        self.regimes, self.successors = np.zeros((2, *size), dtype=np.int8)
        self.incidents, self.hostile = np.zeros((2, *size), dtype=bool)
        inside = (len(seats.names), *size)
        self.votes = Votes(
            seats.names, np.empty(inside), np.empty(inside), np.empty(inside, dtype=bool)
        )

    def write(self, period: int, odds: Array, thresholds: Array, votes: Array) -> None:
        """Keep the beliefs and thresholds of both sides: the government's of who decides."""
        decisive = self.seats.decisive(odds[:-1], thresholds[:-1])
        for kept, rows in ((self.odds, odds), (self.thresholds, thresholds)):
            kept[0, period], kept[1, period] = of_decisive(rows[:-1], decisive), rows[-1]
        if self.seats.names:
            self.votes.log_odds[:, period], self.votes.thresholds[:, period] = (
                odds[:-1],
                thresholds[:-1],
            )
            self.votes.willing[:, period] = votes[:-1]
        self.last = thresholds

    def finished(self, odds: Array) -> TrustPath:
        """Close the path with the log-odds after the last period."""
        decisive = self.seats.decisive(odds[:-1], self.last[:-1])
        final = np.stack([of_decisive(odds[:-1], decisive), odds[-1]])
        return TrustPath(
            self.dates,
            self.regimes,
            self.odds,
            self.thresholds,
            final,
            self.incidents,
            self.successors,
            self.hostile,
            self.votes,
        )


def dated_points(points: Points, path: Timeline) -> Iterator[Points]:
    """Yield the parameters of every period; an event's new values hold from its date on."""
    dated = [(path.period(event.date), event.set) for event in path.events]
    for period in range(path.periods):
        changes = {name: new for date, values in dated if date == period
                   for name, new in values.items()}  # fmt: skip
        points = points.change(changes) if changes else points
        yield points


def recorded_incidents(points: Points) -> Iterator[tuple[int, Points]]:
    """Yield the period and the parameters of every incident that the path itself names."""
    if points.path is not None:
        for period, now in enumerate(dated_points(points, points.path)):
            if any(event.effects.get("incident") for event in _events_of(points.path, period)):
                yield period, now


def _events_of(path: Timeline, period: int) -> list[Event]:
    return [event for event in path.events if path.period(event.date) == period]
