"""What the trust engine counts along observed histories: its log-odds are linear in its steps.

On a given path each belief is what it was at the start, plus every step as often as it was taken.
Counting once replaces playing the engine for every vector of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.families.relationship._log_odds import log_odds
from strategic.families.relationship._sides import SIDES
from strategic.families.relationship._trust import (
    dated_points,
    incident_drop,
    quiet_gain,
    trust_thresholds,
)
from strategic.families.relationship._trust_observed import Paths
from strategic.modelling import Model, Points, Timeline

SOURCES: dict[str, Callable[[Points], Array]] = {
    "quiet_gain": quiet_gain,
    "incident_drop": incident_drop,
    "trust.ignored": lambda points: points["trust.ignored"],
    "trust.reporting": lambda points: points["trust.reporting"],
    "trust.reporting_outside": lambda points: points["trust.reporting_outside"],
}
"""What moves log-odds in every period, and by how much."""
BELIEFS = ("trust.government", "trust.organisation")


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened along observed histories, as the engine sees it.

    Parameters
    ----------
    model : Model
    paths : Paths
    timeline : Timeline
        Dated events and their calendar.
    """

    model: Model
    paths: Paths
    timeline: Timeline

    @cached_property
    def effects(self) -> dict[str, float]:
        """What events add to beliefs, ``events.KEY.SIDE``, as filed; those of one key add up."""
        found: dict[str, float] = {}
        for event in self.timeline.events:
            for side in SIDES if set(event.effects) & set(SIDES) else ():
                name = f"events.{event.key}.{side}"
                found[name] = found.get(name, 0.0) + float(event.effects.get(side, 0.0))
        return found

    @cached_property
    def setters(self) -> dict[str, list[str]]:
        """The number that every step is worth, era by era: its own, or ``events.KEY.STEP``."""
        found = {name: [name] * (self.eras[-1] + 1) for name in SOURCES}
        dated = sorted(self.timeline.events, key=lambda event: self.timeline.period(event.date))
        for event in dated:
            period = self.timeline.period(event.date)
            for name in set(event.set) & set(SOURCES) if period < len(self.eras) else ():
                for era in range(self.eras[period], self.eras[-1] + 1):
                    found[name][era] = f"events.{event.key}.{name}"
        return found

    @cached_property
    def steps(self) -> set[str]:
        """Names of all numbers in which log-odds are linear, but for the beliefs."""
        return {*SOURCES, *self.effects, *(name for era in self.setters.values() for name in era)}

    @cached_property
    def eras(self) -> Array:
        """The era of every period: parameters stay the same within one, ``(periods,)``."""
        periods = len(self.paths.observed)
        begins = {self.timeline.period(one.date) for one in self.timeline.events if one.set}
        return np.cumsum([period in begins and period > 0 for period in range(periods)])

    @cached_property
    def hostile(self) -> Array:
        """Periods in which the government withholds whatever it believes: ``(periods,)``."""
        said = {self.timeline.period(one.date): one.effects["official"]
                for one in self.timeline.events if one.effects.get("official")}  # fmt: skip
        found, now = np.zeros(len(self.paths.observed), dtype=bool), False
        for period in range(len(found)):
            now = said[period] == "hostile" if period in said else now
            found[period] = now
        return found

    @property
    def kept(self) -> Array:
        """Choices that beliefs explain: ``(2, periods, relationships)``."""
        free = np.stack([~self.hostile, np.ones_like(self.hostile)])
        return np.asarray(self.paths.observed & free[:, :, None])

    @cached_property
    def spans(self) -> list[slice]:
        """The periods of every era."""
        begins = np.searchsorted(self.eras, np.arange(self.eras[-1] + 2)).tolist()
        return [slice(*ends) for ends in pairwise(begins)]

    @cached_property
    def by_source(self) -> tuple[Array, Array]:
        """Steps of one unit of the `SOURCES` before and after each choice, ``(5, 2, periods, N)``.

        What moves beliefs before a choice are the incidents that the path itself names.
        """
        paths = self.paths
        C, observed, together = paths.cooperates, paths.observed, paths.together
        said = [
            self.timeline.period(e.date) for e in self.timeline.events if e.effects.get("incident")
        ]
        named = np.bincount(said, minlength=self.timeline.periods)[: len(self.eras), None]
        before, after = np.zeros((2, len(SOURCES), *C.shape))
        quiet, struck, ignored, reported, outside = after
        unnamed = together & (named == 0)
        quiet[:] = unnamed & ~paths.incidents
        struck[0] = -1.0 * (unnamed & paths.incidents)
        ignored[0] = -1.0 * (C[0] & ~C[1] & observed)
        ignored[1] = -1.0 * (C[1] & ~C[0] & observed)
        reported[0], outside[0] = together, observed & ~together
        # An organisation gains half of what its report gives to the government.
        np.multiply(0.5, reported[0], out=reported[1])
        np.multiply(0.5, outside[0], out=outside[1])
        before[1, 0] = -1.0 * named * observed  # it costs trust in any regime
        return before, after

    @cached_property
    def sudden(self) -> Array:
        """Steps of one unit of the `effects` before each choice, ``(effects, 2, periods, N)``."""
        names, observed = list(self.effects), self.paths.observed
        found = np.zeros((len(names), 2, *observed.shape))
        for event in self.timeline.events:
            period = self.timeline.period(event.date)
            for side, name in enumerate(SIDES):
                if period < len(observed) and f"events.{event.key}.{name}" in names:
                    found[names.index(f"events.{event.key}.{name}"), side, period] = observed[
                        period
                    ]
        return found

    @cached_property
    def taken(self) -> tuple[Array, Array]:
        """Steps of one unit before and after each choice, ``(columns, 2, periods, N)``.

        Columns are the `SOURCES` era by era, then the effects of events.
        """
        found = []
        for steps, rest in zip(
            self.by_source, (self.sudden, np.zeros_like(self.sudden)), strict=True
        ):
            by_era = np.zeros((len(steps), len(self.spans), *steps.shape[1:]))
            for era, span in enumerate(self.spans):
                by_era[:, era, :, span] = steps[:, :, span]
            found.append(np.concatenate([by_era.reshape(-1, *steps.shape[1:]), rest]))
        return found[0], found[1]

    def amounts(self, values: Mapping[str, Array]) -> tuple[Array, Array, Array]:
        """Compute what one unit of each column is worth, thresholds, and what is kept.

        Parameters
        ----------
        values : mapping of str to array (P,)
            Numbers that differ from the model's: parameters, `SOURCES` or `effects`.

        Returns
        -------
        amounts : array (P, columns)
        thresholds : array (P, 2, eras)
        kept : array (P, periods)
            Share of what was learnt that is not forgotten, period by period.
        """
        count = max((len(value) for value in values.values()), default=1)
        known = self.model.family.parameters
        other = {n: v for n, v in values.items() if n in known and n not in (*SOURCES, *BELIEFS)}
        worth, thresholds, kept = self._at(other) if other else self._as_filed
        columns = []
        for name, by_era in worth.items():
            both = zip(by_era, self.setters[name], strict=True)
            columns += [values.get(setter, amount) for amount, setter in both]
        columns += [values.get(name, np.array(effect)) for name, effect in self.effects.items()]
        amounts = np.empty((count, len(columns)))
        for k, column in enumerate(columns):
            amounts[:, k] = column
        return (
            amounts,
            np.broadcast_to(thresholds, (count, *thresholds.shape[1:])),
            np.broadcast_to(kept, (count, kept.shape[1])),
        )

    def _at(self, values: Mapping[str, Array]) -> tuple[dict[str, list[Array]], Array, Array]:
        """Evaluate steps era by era, thresholds and what is kept, at some parameters."""
        count = max((len(value) for value in values.values()), default=1)
        points = self.model.points.change(values) if values else self.model.points
        changed = {name for event in self.timeline.events for name in event.set}
        if changed:  # all eras at once, on an axis of their own
            every = list(dated_points(points, self.timeline))[: len(self.eras)]
            first = np.searchsorted(self.eras, np.arange(self.eras[-1] + 1))
            by_era = {
                name: [np.broadcast_to(every[period][name], count) for period in first]
                for name in changed
            }
            points = points.change(by_era)
        shape = int(self.eras[-1]) + 1, count
        worth = {
            name: list(np.broadcast_to(amount(points), shape)) for name, amount in SOURCES.items()
        }
        least = trust_thresholds(points)
        least = least.reshape(2, *(1,) * (3 - least.ndim), *least.shape[1:])
        thresholds = np.broadcast_to(least, (2, *shape))
        kept = 1.0 - np.broadcast_to(points["trust.forgetting"], shape)
        return worth, np.moveaxis(thresholds, -1, 0), kept[self.eras].T

    @cached_property
    def _as_filed(self) -> tuple[dict[str, list[Array]], Array, Array]:
        return self._at({})

    def counts(self, kept: Array) -> Array:
        """How often each step counts before every choice, ``(columns, 2, periods, N)``.

        Parameters
        ----------
        kept : array (periods,)
        """
        if not (kept == 1.0).all() or not (self._memory() == 1.0).all():
            return self.accumulated(*self.taken, kept)
        # Nothing is forgotten: in its era a step counts up, and then it stays what it was.
        before, after = self.by_source
        ended = (before + after).cumsum(axis=-2)
        chosen, sudden = ended - after, self.sudden
        found = np.zeros((len(after) * len(self.spans) + len(sudden), *after.shape[1:]))
        by_era = found[: -len(sudden) or None].reshape(
            len(after), len(self.spans), *after.shape[1:]
        )
        for era, span in enumerate(self.spans):
            begun = ended[:, :, span.start - 1, None] if span.start else 0.0
            by_era[:, era, :, span] = chosen[:, :, span] - begun
            by_era[:, era, :, span.stop :] = ended[:, :, span.stop - 1, None] - begun
        if len(sudden):
            sudden.cumsum(axis=-2, out=found[-len(sudden) :])
        return found

    def accumulated(self, before: Array, after: Array, kept: Array) -> Array:
        """Add up steps ``(..., 2, periods, N)`` as beliefs do; ``kept`` is ``(..., periods)``."""
        memory = self._memory()
        found, now = np.empty_like(before), np.zeros_like(before[..., 0, :])
        for period in range(before.shape[-2]):
            now = now * memory[:, period, None] + before[..., period, :]
            found[..., period, :] = now
            now = (now + after[..., period, :]) * kept[..., period, None, None]
        return found

    def _memory(self) -> Array:
        """Share of what the government learnt that a new official keeps: ``(2, periods)``."""
        found = np.ones((2, len(self.eras)))
        for event in self.timeline.events:
            period = self.timeline.period(event.date)
            if event.effects.get("official") and period < len(self.eras):
                now = list(dated_points(self.model.points, self.timeline))[period]
                found[0, period] = float(now["officials.memory"])
        return found


def trace_of(model: Model, paths: Paths) -> Trace:
    """Check that observed histories fit a model.

    Raises
    ------
    MethodError
        When the government decides by votes of departments, whose beliefs one choice does not
        tell; when the path is shorter than the histories; or when it is not one single model.
    """
    if model.points.parts.get("departments") is not None:
        rule = "the choices of a government that decides by votes do not tell what each believes"
        raise MethodError(rule, where="departments", remedy="estimate a model without them")
    if model.points.shape:
        raise MethodError("must be one model", where="model", value=model.points.shape)
    periods = len(paths.observed)
    timeline = model.path or Timeline("2000Q1", periods)
    if timeline.periods < periods:
        rule = f"must have no more periods than the model's path, {timeline.periods}"
        raise MethodError(rule, where="period", value=periods)
    trace = Trace(model, paths, timeline)
    against = paths.cooperates[0] & paths.observed & trace.hostile[:, None]
    if against.any():
        period = int(np.flatnonzero(against.any(axis=1))[0])
        rule = "a hostile official withholds, but the government cooperated"
        raise MethodError(rule, where="period", value=timeline.dates[period])
    return trace


def balances(model: Model, paths: Paths) -> Array:
    """Compute log-odds less threshold of both sides along observed histories: ``(2, T, N)``.

    Examples
    --------
    >>> from strategic.estimation import read_observations
    >>> from strategic.families.relationship import relationship
    >>> from strategic.families.relationship._trust_observed import read_paths
    >>> seen = read_observations(
    ...     {"relationship": [1, 1], "period": [0, 1], "government": "CC", "organisation": "CC"}
    ... )
    >>> model = relationship({"relation.alignment": 0.9, "relation.payment": 0.08})
    >>> balances(model, read_paths(seen)).shape
    (2, 2, 1)
    """
    trace = trace_of(model, paths)
    amounts, thresholds, kept = trace.amounts({})
    counts = trace.counts(kept[0])
    start = np.array([float(log_odds(model.points[name])) for name in BELIEFS])
    return np.asarray(
        start[:, None, None] - thresholds[0][:, trace.eras, None] + weighted(amounts, counts)[0]
    )


def weighted(amounts: Array, counts: Array) -> Array:
    """Multiply amounts ``(P, columns)`` and counts ``(columns, ...)``; 0 times infinity is 0."""
    flat = counts.reshape(len(counts), -1)
    used = flat.any(axis=1)
    if not used.all():
        amounts, flat = amounts[:, used], flat[used]
    return np.asarray(amounts @ flat).reshape(len(amounts), *counts.shape[1:])


def never_decided() -> MethodError:
    """Say that a threshold, or what an incident costs, is infinite somewhere on the path."""
    rule = "is never decided by beliefs somewhere on the path: a threshold or a drop is infinite"
    return MethodError(rule, where="cooperation", remedy="see 'strategic report'")
