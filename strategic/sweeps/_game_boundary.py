"""Boundaries of measures of games: found from the events of the game, not from a scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.modelling import Model, Points
from strategic.modelling.source import Source
from strategic.sweeps._bisection import (
    NO_CHANGE,
    Brackets,
    Sides,
    brackets_of,
    narrow,
    narrow_all,
)
from strategic.sweeps._comparisons import COMPARED, comparisons
from strategic.sweeps._events import Events, game_events, smooth_events
from strategic.sweeps._levers import points_at

_GUESSES = 1e-13
_FINE = 1e-14
"""Width to which changes that are no exact event are narrowed, as a share of the range."""


@dataclass(frozen=True)
class Found:
    """What was found along one parameter, search by search.

    Parameters
    ----------
    start : array of int ``(searches,)``
        Side of the lower end.
    brackets : record array
        The changes, as `narrow_all` gives them; ``near == far`` where the place is an event.
    exactly : array of int ``(changes,)``
        Side at the very place of each change; `NO_CHANGE` where that is not known.
    arithmetic : str
        How events were found: ``"fractions"``, ``"doubles"``, ``"pieces"``, or empty.
    resolution : float
        Two changes closer together than this may both be missed.
    """

    start: Array
    brackets: Brackets
    exactly: Array
    arithmetic: str
    resolution: float


@dataclass(frozen=True, eq=False)
class Search:
    """Many searches for changes of one measure of a game, each along the same parameter."""

    model: Model
    sides: Sides
    parameter: str
    held: Mapping[str, Array]
    span: tuple[float, float]
    workers: int | None = None
    count: int = field(default=1)

    @property
    def source(self) -> Source:
        """The game behind the measure."""
        source: Source = self.sides.measure.game
        return source

    @property
    def is_exact(self) -> bool:
        """Whether the payoffs are known as fractions of the parameter."""
        plain = self.parameter in self.model.family.parameters and not self.model.mechanisms
        return plain and self.source.single is not None

    def points(self, search: Array, at: Array) -> Points:
        """Give the points of searches at values of the parameter."""
        held = {name: values[search] for name, values in self.held.items()}
        return points_at(self.model, {**held, self.parameter: at})

    def side(self, search: Array, at: Array) -> Array:
        """Find the sides at values of the parameter, in doubles."""
        held = {name: values[search] for name, values in self.held.items()}
        return self.sides.of(self.model, {**held, self.parameter: at}, self.workers)

    def side_exactly(self, search: Array, at: Array, exact: Array) -> Array:
        """Find the sides at fractions, in fractions where the game allows it."""
        if not len(at):
            return np.empty(0, dtype=int)
        if not self.is_exact:
            return self.side(search, at)
        points = self.points(search, at)
        if not (points.valid.all() and points.once(self.source.defined).all()):
            return self.side(search, at)
        values = self.sides.measure.compute(points.exactly({self.parameter: exact}))
        return self.sides.read(np.asarray(values))


def changes_of_game(search: Search, scan: Array, tolerance: float) -> Found:
    """Find every change of a measure of a game along one parameter.

    Parameters
    ----------
    search : Search
        What to look for, and where.
    scan : array ``(scan,)``
        Values to look at besides, where the events of the game do not tell all changes.
    tolerance : float
        Largest error of a place that is no event.
    """
    reads = set(search.sides.measure.reads)
    events = game_events(
        search.source,
        search.points,
        search.count,
        search.span,
        search.parameter if search.is_exact or not search.model.mechanisms else "",
        pure=reads <= {"pure"},
    )
    complete = np.isfinite(events.resolution) and _are_told(reads, search.source.shape)
    if events.arithmetic:
        events = _with_comparisons(search, events, reads)
    probes = _probes(search, events, np.empty(0) if complete else scan)
    resolution = events.resolution if complete else float(np.diff(scan).max())
    found, exactly = _judged(search, events, probes, tolerance, complete=bool(complete))
    first = np.searchsorted(probes.search, np.arange(search.count))
    return Found(probes.side[first], found, exactly, events.arithmetic, resolution)


def _are_told(reads: set[str], shape: tuple[int, ...]) -> bool:
    """Say whether events and comparisons tell all changes of what a measure reads."""
    told = {"pure", "all"} | COMPARED | ({"risk-dominant"} if shape == (2, 2) else set())
    return reads <= told


def _with_comparisons(search: Search, events: Events, reads: set[str]) -> Events:
    """Add where two equilibria tie for the choice, and where a number crosses its level."""
    if reads & (COMPARED - {"only"}):
        events = _joined(search, events, comparisons(search.source, search.points, reads))
    measure, level = search.sides.measure, search.sides.level
    if measure.kind == "float" and np.isfinite(level):

        def above(number: Array, at: Array) -> Array:
            values = measure.numbers(measure.compute(search.points(number, at)))[None]
            largest = np.nanmax(np.abs([*values[0], level, 1e-290]))
            return np.asarray((values - level) / largest)

        events = _joined(search, events, above)
    return events


def _joined(search: Search, events: Events, function: Callable[[Array, Array], Array]) -> Events:
    pieces = _pieces(search, events)
    more = smooth_events(function, search.count, search.span, pieces, size=1.0)
    return events.joined(more)


def _pieces(search: Search, events: Events) -> tuple[Array, Array, Array]:
    """Give the pieces between events, of all searches, those of no width left out."""
    searches = np.arange(search.count)
    low, high = (np.full(search.count, end) for end in search.span)
    inside = (events.at > search.span[0]) & (events.at < search.span[1])
    number = np.concatenate([searches, events.search[inside], searches])
    at = np.concatenate([low, events.at[inside], high])
    order = np.lexsort((at, number))
    number, at = number[order], at[order]
    within = (number[1:] == number[:-1]) & (at[1:] > at[:-1])
    return number[:-1][within], at[:-1][within], at[1:][within]


@dataclass(frozen=True)
class _Probes:
    """Places between events, in order, and the sides there."""

    search: Array
    at: Array
    side: Array


def _probes(search: Search, events: Events, scan: Array) -> _Probes:
    """Look at both ends, into every piece between events, and at the scan apart from events."""
    number, low, high = _pieces(search, events)
    middle = low + (high - low) / 2
    kept = (middle > low) & (middle < high)
    searches = np.arange(search.count)
    ends = [np.full(search.count, end) for end in search.span]
    if len(scan):
        rows, values = np.repeat(searches, len(scan)), np.tile(scan, search.count)
        clear = _apart(events, rows, values) & (values != ends[0][0]) & (values != ends[1][0])
        number = np.concatenate([number[kept], rows[clear]])
        middle, kept = np.concatenate([middle[kept], values[clear]]), np.ones((), dtype=bool)
    number = np.concatenate([searches, np.atleast_1d(number)[kept].ravel(), searches])
    at = np.concatenate([ends[0], np.atleast_1d(middle)[kept].ravel(), ends[1]])
    order = np.lexsort((at, number))
    number, at = number[order], at[order]
    side = search.side(number, at)
    if search.is_exact:  # a tie at an end is a tie
        edge = np.flatnonzero((at == search.span[0]) | (at == search.span[1]))
        exact = _decimals(at[edge])
        side[edge] = search.side_exactly(number[edge], at[edge], exact)
    return _Probes(number, at, side)


def _decimals(values: Array) -> Array:
    exact = np.empty(len(values), dtype=object)
    exact[:] = [Fraction(repr(value)) for value in values.tolist()]
    return exact


def _apart(events: Events, number: Array, at: Array) -> Array:
    """Say which places of searches are neither events nor next to one."""
    near = 4 * events.resolution if np.isfinite(events.resolution) else 1e-9
    before = _count_before(events.search, events.at, number, at - near)
    return np.asarray(before == _count_before(events.search, events.at, number, at + near))


def _count_before(searches: Array, places: Array, number: Array, at: Array) -> Array:
    """Count the places, sorted by search and place, that come before others."""
    kind = np.repeat([1, 0], [len(places), len(at)])  # of equals the other comes first
    order = np.lexsort((kind, np.concatenate([places, at]), np.concatenate([searches, number])))
    counts = np.empty(len(order), dtype=int)
    counts[order] = np.cumsum(kind[order])
    return counts[len(places) :]


def _judged(
    search: Search, events: Events, probes: _Probes, tolerance: float, *, complete: bool
) -> tuple[Brackets, Array]:
    """Take the changes between probes to events, and look at every event itself."""
    gap = np.flatnonzero(
        (probes.search[1:] == probes.search[:-1]) & (probes.side[1:] != probes.side[:-1])
    )
    number, low, high = probes.search[gap], probes.at[gap], probes.at[gap + 1]
    brackets = brackets_of(number, low, high, probes.side[gap], probes.side[gap + 1])
    first, after = (
        _count_before(events.search, events.at, number, end)
        for end in (low, np.nextafter(high, np.inf))
    )
    # Where nothing else can happen between two probes, what happens happens at the one event.
    alone = complete & (after == first + 1)
    finest = min(tolerance, _FINE * _width(search)) if complete else tolerance
    done, event = _at_one_event(search, events, brackets[alone], first[alone], finest)
    found = narrow_all(brackets[~alone], search.side, finest)
    found, which = _at_events(events, found, tolerance)
    found, event = np.concatenate([done, found]).view(np.recarray), np.concatenate([event, which])
    return _with_points(search, events, probes, found, event)


def _at_one_event(
    search: Search, events: Events, brackets: Brackets, event: Array, finest: float
) -> tuple[Brackets, Array]:
    """Move changes to the only event between two probes; one that is not exact is bisected."""
    exact = events.is_exact[event]
    found = brackets.copy()
    found.near[exact] = found.far[exact] = events.at[event[exact]]
    near = narrow(brackets[~exact], search.side, finest)
    found.near[~exact], found.far[~exact] = near.near, near.far
    return _to_short_fractions(found, ~exact), event


def _to_short_fractions(found: Brackets, some: Array) -> Brackets:
    """Move changes to a short fraction, where the bracket that is known to hold one has one."""
    for k in np.flatnonzero(some):  # few: each cost a bisection
        low, high = sorted((found.near[k], found.far[k]))
        short = float(Fraction((low + high) / 2).limit_denominator(1000))
        if low - _GUESSES <= short <= high + _GUESSES:
            found.near[k] = found.far[k] = short
    return found


def _at_events(events: Events, found: Brackets, tolerance: float) -> tuple[Brackets, Array]:
    """Move narrowed changes to exact events beside them, or else to a short fraction within."""
    low, high = np.minimum(found.near, found.far), np.maximum(found.near, found.far)
    first, after = (
        _count_before(events.search, events.at, found.search, end)
        for end in (low - tolerance, high + tolerance)
    )
    event = np.where(after == first + 1, first, -1)
    known = event >= 0
    known[known] = events.is_exact[event[known]]
    found.near[known] = found.far[known] = events.at[event[known]]
    found = _to_short_fractions(found, ~known)
    # A bisection that ran into the side at the event itself found one change twice.
    order = np.lexsort((low, found.search))
    found, event = found[order], np.where(known, event, -1)[order]
    twice = np.zeros(len(found), dtype=bool)
    twice[1:] = (event[1:] >= 0) & (event[1:] == event[:-1])
    for k in np.flatnonzero(twice)[::-1]:
        found.after[k - 1] = found.after[k]
    kept = ~twice & (found.before != found.after)
    return found[kept], event[kept]


def _with_points(
    search: Search, events: Events, probes: _Probes, found: Brackets, event: Array
) -> tuple[Brackets, Array]:
    """Say which side each change itself is on, and add events that are points on another side."""
    at_event, is_sure = _sides_at_events(search, events)
    known = event >= 0
    exactly = np.full(len(found), NO_CHANGE)
    exactly[known] = np.where(is_sure[event[known]], at_event[event[known]], NO_CHANGE)
    # A fraction that was guessed may be next to the event: then only a side of its own tells.
    guessed = known.copy()
    guessed[known] = ~events.is_exact[event[known]]
    exactly[guessed & ((exactly == found.before) | (exactly == found.after))] = NO_CHANGE
    exactly = np.where(found.near == search.span[0], found.before, exactly)  # the end itself
    exactly = np.where(found.near == search.span[1], found.after, exactly)
    left = np.setdiff1d(np.arange(len(events.at)), event[known])
    left = left[is_sure[left]]
    before = _side_before(probes, events.search[left], events.at[left])
    alone = (at_event[left] != before) & (before != NO_CHANGE)
    left, before = left[alone], before[alone]
    places = events.at[left]
    isolated = brackets_of(events.search[left], places, places, before, before)
    both = np.concatenate([found, isolated]).view(np.recarray)
    return both, np.concatenate([exactly, at_event[left]])


def _width(search: Search) -> float:
    return search.span[1] - search.span[0]


def _sides_at_events(search: Search, events: Events) -> tuple[Array, Array]:
    """Find the side at every event itself, and whether it is known."""
    side = np.full(len(events.at), NO_CHANGE)
    near = min(max(events.resolution, _GUESSES), 1e-10)
    exact = np.full(len(events.at), None, dtype=object)
    exact[:] = [
        _guessed(at, known, near) for at, known in zip(events.at, events.exact, strict=True)
    ]
    known = np.array([entry is not None for entry in exact], dtype=bool)
    known &= (events.at > search.span[0]) & (events.at < search.span[1])
    side[known] = search.side_exactly(events.search[known], events.at[known], exact[known])
    return side, known


def _guessed(at: float, exact: Fraction | None, near: float) -> Fraction | None:
    """Take the short fraction that a place seems to be, where none is proved."""
    if exact is not None:
        return exact
    guess = Fraction(at).limit_denominator(1000)
    return guess if abs(float(guess) - at) <= near * max(1.0, abs(at)) else None


def _side_before(probes: _Probes, number: Array, at: Array) -> Array:
    """Give the side around a place that both its neighbours have; `NO_CHANGE` where they differ."""
    after = _count_before(probes.search, probes.at, number, at)
    inside = (after > 0) & (after < len(probes.at))
    upper = np.where(inside, after, 0)
    inside &= (probes.search[upper - 1] == number) & (probes.search[upper] == number)
    same = inside & (probes.side[upper - 1] == probes.side[upper])
    return np.where(same, probes.side[upper], NO_CHANGE)
