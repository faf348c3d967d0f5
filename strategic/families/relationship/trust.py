"""The trust engine: beliefs in log-odds that incidents, quiet periods, reports and events move.

Each side holds the log-odds that the other is cooperative, and cooperates from its threshold on
(claims K5, K7, K11, I16, M2, M15).  The Bayesian steps follow from two incident probabilities;
the rates of ignored offers, reports and forgetting are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import MeasureError
from strategic.families.relationship.base_game import interests, threshold_log_odds
from strategic.modelling import Event, Model, Points, Timeline

Pair = tuple[Array, Array]
REGIMES = (".", "d", "o", "C")
"""Stalemate; only the organisation cooperates; only the government does; both do."""
COOPERATION = 3


@dataclass(frozen=True)
class Steps:
    """What one period can do to the log-odds, and the thresholds, at one date.

    Parameters
    ----------
    drop, gain : ndarray
        Log-odds the government loses by an incident, and both gain in a quiet period.
    ignored, reporting, reporting_outside, forgetting : ndarray
        Rates of the same names in section ``trust``.
    thresholds : pair of ndarray
        Log-odds from which the government and the organisation cooperate.
    """

    drop: Array
    gain: Array
    ignored: Array
    reporting: Array
    reporting_outside: Array
    forgetting: Array
    thresholds: Pair


@dataclass(frozen=True, repr=False)
class TrustPath:
    """A replayed or simulated path, one entry a period on the first axis.

    Parameters
    ----------
    dates : tuple of str
        The quarters.
    regimes : ndarray of int8, ``(periods, *points)``
        Positions in `REGIMES`.
    log_odds, thresholds : pair of ndarray, ``(periods, *points)``
        Beliefs at the moment of choice, and the thresholds of that date.
    final : pair of ndarray
        Log-odds after the last period.
    incidents : ndarray of bool, ``(periods, *points)``
        Where an incident happened.
    """

    dates: tuple[str, ...]
    regimes: Array
    log_odds: Pair
    thresholds: Pair
    final: Pair
    incidents: Array

    def __repr__(self) -> str:
        when = f"{self.dates[0]} to {self.dates[-1]}"
        shape = self.regimes.shape[1:]
        what = f"{shape} points" if shape else self.strip()
        return f"<TrustPath {when}: {what}>"

    @property
    def beliefs(self) -> Pair:
        """Probabilities each side puts on the other being cooperative, at the moment of choice."""
        return logistic(self.log_odds[0]), logistic(self.log_odds[1])

    def strip(self, *index: int) -> str:
        """Write the regimes of one point as a string such as ``dd..CC``."""
        return "".join(REGIMES[period[index]] for period in self.regimes)


def log_odds(belief: Array) -> Array:
    """Turn a probability into log-odds."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(belief) - np.log1p(-belief))


def logistic(odds: Array) -> Array:
    """Turn log-odds into a probability, whatever their size."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-odds)))


def incident_drop(points: Points) -> Array:
    """Log-odds ``log(h_D/h_C)`` lost by one incident; 0 where an incident is no news."""
    hostile, friendly = points["trust.incident_if_hostile"], points["relation.incident_risk"]
    with np.errstate(divide="ignore"):
        return np.where(hostile > friendly, np.log(hostile) - np.log(friendly), 0.0)


def quiet_gain(points: Points) -> Array:
    """Log-odds ``log((1-h_C)/(1-h_D))`` gained by one quiet period; 0 where it is no news."""
    hostile, friendly = points["trust.incident_if_hostile"], points["relation.incident_risk"]
    return np.where(hostile > friendly, np.log1p(-friendly) - np.log1p(-hostile), 0.0)


def trust_thresholds(points: Points) -> Pair:
    """Log-odds from which the government and the organisation cooperate."""
    government, organisation = points.once(interests).sides()
    return threshold_log_odds(government), threshold_log_odds(organisation)


def initial_log_odds(points: Points) -> Pair:
    """Log-odds both sides start with."""
    return log_odds(points["trust.government"]), log_odds(points["trust.organisation"])


def steps(points: Points) -> Steps:
    """Collect what the engine needs of a point."""
    return Steps(
        drop=incident_drop(points),
        gain=quiet_gain(points),
        ignored=points["trust.ignored"],
        reporting=points["trust.reporting"],
        reporting_outside=points["trust.reporting_outside"],
        forgetting=points["trust.forgetting"],
        thresholds=trust_thresholds(points),
    )


Choice = Callable[[int, Pair, Pair], Pair]
"""From the period, log-odds and thresholds to who cooperates (boolean arrays)."""


def by_threshold(_period: int, beliefs: Pair, thresholds: Pair) -> Pair:
    """Cooperate from the threshold on; ties cooperate."""
    return beliefs[0] >= thresholds[0], beliefs[1] >= thresholds[1]


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
    shape: tuple[int, ...] | None = None,
) -> TrustPath:
    """Play the trust engine over a path with a given choice rule and given random incidents.

    Parameters
    ----------
    points : Points
        Parameters.
    path : Timeline
        Horizon and dated events.
    choose : callable
        Who cooperates, from period, log-odds and thresholds.
    incidents : ndarray of bool, ``(periods, *shape)``, optional
        Periods in which an incident happens if both cooperate; none by default.
    shape : tuple of int, optional
        Shape of the state; that of the point by default. Paths of one point need an extra axis.
    """
    state_shape = points.shape if shape is None else shape
    events = _events_by_period(path)
    start = initial_log_odds(points)
    state: Pair = (
        np.broadcast_to(start[0], state_shape).astype(float),
        np.broadcast_to(start[1], state_shape).astype(float),
    )
    record = _Record.empty(path.periods, state_shape)
    now = steps(points)
    for period in range(path.periods):
        today = events.get(period, ())
        points = _with_new_values(points, today)
        now = steps(points) if any(event.set for event in today) else now
        named = any(event.incident for event in today)
        state = _after_events(state, today, now)
        cooperates = choose(period, state, now.thresholds)
        drawn = None if incidents is None or named else incidents[period]
        struck = record.write(period, state, now.thresholds, cooperates, named=named, drawn=drawn)
        state = _after_period(state, cooperates, struck, named=named, now=now, start=start)
    return record.path(path.dates, state)


def _events_by_period(path: Timeline) -> Mapping[int, tuple[Event, ...]]:
    found: dict[int, tuple[Event, ...]] = {}
    for event in path.events:
        period = path.period(event.date)
        found[period] = (*found.get(period, ()), event)
    return found


def _with_new_values(points: Points, today: tuple[Event, ...]) -> Points:
    changes = {name: value for event in today for name, value in event.set.items()}
    return points.change(changes) if changes else points


def _after_events(state: Pair, today: tuple[Event, ...], now: Steps) -> Pair:
    government, organisation = state
    for event in today:
        government = government + event.effects.get("government", 0.0)
        organisation = organisation + event.effects.get("organisation", 0.0)
        if event.incident:
            government = government - now.drop
    return government, organisation


def _after_period(
    state: Pair, cooperates: Pair, struck: Array, *, named: bool, now: Steps, start: Pair
) -> Pair:
    """Apply signal, reporting and forgetting; a named incident has already had its effect."""
    both = cooperates[0] & cooperates[1]
    quiet = np.where(both & ~struck, now.gain, 0.0)
    drop = 0.0 if named else np.where(struck, now.drop, 0.0)
    ignored_G = np.where(cooperates[0] & ~cooperates[1], now.ignored, 0.0)
    ignored_O = np.where(cooperates[1] & ~cooperates[0], now.ignored, 0.0)
    reported = np.where(both, now.reporting, now.reporting_outside)
    government = state[0] + quiet - drop - ignored_G + reported
    organisation = state[1] + quiet - ignored_O + reported / 2
    return (
        _forget(government, start[0], now.forgetting),
        _forget(organisation, start[1], now.forgetting),
    )


def _forget(state: Array, start: Array, share: Array) -> Array:
    with np.errstate(invalid="ignore"):
        moved = share * start + (1 - share) * state
    return np.where(share == 0, state, np.where(share == 1, start, moved))


@dataclass(frozen=True)
class _Record:
    regimes: Array
    log_odds: Pair
    thresholds: Pair
    incidents: Array

    @classmethod
    def empty(cls, periods: int, shape: tuple[int, ...]) -> _Record:
        size = (periods, *shape)
        return cls(
            np.empty(size, dtype=np.int8),
            (np.empty(size), np.empty(size)),
            (np.empty(size), np.empty(size)),
            np.zeros(size, dtype=bool),
        )

    def write(
        self,
        period: int,
        state: Pair,
        thresholds: Pair,
        cooperates: Pair,
        *,
        named: bool,
        drawn: Array | None,
    ) -> Array:
        """Write a period down and return where an incident happened in it."""
        self.regimes[period] = 2 * cooperates[0] + cooperates[1].astype(np.int8)
        for side in (0, 1):
            self.log_odds[side][period] = state[side]
            self.thresholds[side][period] = thresholds[side]
        both = cooperates[0] & cooperates[1]
        self.incidents[period] = named if drawn is None else both & drawn
        return np.asarray(self.incidents[period])

    def path(self, dates: tuple[str, ...], final: Pair) -> TrustPath:
        return TrustPath(dates, self.regimes, self.log_odds, self.thresholds, final, self.incidents)
