"""The likelihood of observed histories of trust, at many vectors of numbers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.estimation.likelihood import Differenced, of_frequencies
from strategic.families.relationship._log_odds import log_odds, logistic
from strategic.families.relationship._sides import SIDES
from strategic.families.relationship._trust_trace import BELIEFS, Trace, weighted

NOISE = "trust.noise"
RISK = "relation.incident_risk"
_TINY = 1e-300
_NARROW = 1e-5
"""Step of central differences, next to a number's size."""


@dataclass(frozen=True, eq=False)
class TrustLikelihood(Differenced):
    """Each side cooperates with the logistic chance of its log-odds less threshold over noise.

    Parameters
    ----------
    trace : Trace
        Of histories and model; numbers that are not free are the model's.
    names : tuple of str
        Free numbers: parameters, `SOURCES`, effects of events. The incident risk counts by the
        frequency of incidents alone, apart from the choices.
    unit_of : array of int (relationships,)
        Independent unit of every relationship, all from 0 on.
    sides : tuple of int
        Whose choices count: 0 the government's, 1 the organisation's.
    """

    trace: Trace
    names: tuple[str, ...]
    unit_of: Array
    sides: tuple[int, ...] = (0, 1)
    rows: Mapping[str, Array] = field(init=False)

    def __post_init__(self) -> None:
        kept = self.trace.kept.copy()
        kept[[side for side in (0, 1) if side not in self.sides]] = False
        which, side, period = np.nonzero(kept.transpose(2, 0, 1))
        order = np.argsort(self.unit_of[which], kind="stable")  # the rows of a unit stand together
        which, side, period = which[order], side[order], period[order]
        rows = {
            "unit": self.unit_of[which], "side": side, "period": period, "relationship": which,
            "era": self.trace.eras[period],
            "chosen": self.trace.paths.cooperates[side, period, which],
        }  # fmt: skip
        object.__setattr__(self, "rows", rows)

    @cached_property
    def units(self) -> int:
        """Number of independent units."""
        return int(self.unit_of.max()) + 1

    @cached_property
    def bounds(self) -> Array:
        """Lowest and highest value of every number: ``(K, 2)``."""
        known = self.trace.model.family.parameters
        ends = [(known[n].lower, known[n].upper) if n in known else (-np.inf, np.inf)
                for n in self.names]  # fmt: skip
        return np.array(ends, dtype=float).reshape(-1, 2)

    @cached_property
    def counts(self) -> Array:
        """How often each step counts in every row, at the model's forgetting: ``(columns, R)``."""
        kept = self.trace.amounts({})[2][0]
        return self._of_rows(self.trace.counts(kept))

    @cached_property
    def _places(self) -> Array:
        """Where every row stands in a table ``(2, periods, relationships)``."""
        places = (self.rows[name] for name in ("side", "period", "relationship"))
        return np.ravel_multi_index(tuple(places), self.trace.paths.cooperates.shape)

    def _of_rows(self, whole: Array) -> Array:
        return whole.reshape(*whole.shape[:-3], -1).take(self._places, axis=-1)

    def balances(self, values: Mapping[str, Array]) -> Array:
        """Log-odds less threshold of every row, ``(P, R)``, at values ``(P,)`` of some numbers."""
        amounts, thresholds, kept = self.trace.amounts(values)
        if "trust.forgetting" in values:
            before, after = self.trace.taken
            steps = weighted(amounts, before), weighted(amounts, after)
            moved = self._of_rows(self.trace.accumulated(*steps, kept))
        else:
            moved = weighted(amounts, self.counts)
        points = self.trace.model.points
        starts = np.stack(
            [np.broadcast_to(log_odds(np.asarray(values.get(name, points[name]))), len(amounts))
             for name in BELIEFS], axis=1
        )  # fmt: skip
        side, era = self.rows["side"], self.rows["era"]
        return np.asarray(starts[:, side] - thresholds[:, side, era] + moved)

    def _values(self, points: Array) -> dict[str, Array]:
        return {name: points[:, k] for k, name in enumerate(self.names) if name != RISK}

    def margins(self, points: Array) -> Array:
        """Log-odds of cooperating, ``(P, R)``: balances over noise."""
        values = self._values(points)
        noise = np.asarray(values.pop(NOISE, self.trace.model.points[NOISE]))
        with np.errstate(all="ignore"):
            found = self.balances(values)
            sure = np.where(found >= 0, np.inf, -np.inf)  # without noise; ties cooperate
            scale = np.broadcast_to(noise, len(points))[:, None]
            return np.where(scale > 0, found / np.maximum(scale, _TINY), sure)

    def per_unit(self, points: Array, /) -> Array:
        """Log likelihoods of the units: ``(P, units)``."""
        margin = self.margins(points)
        with np.errstate(over="ignore"):
            logs = -np.logaddexp(0.0, np.where(self.rows["chosen"], -margin, margin))
        found = self._by_unit(logs)
        if RISK in self.names:
            risk = points[:, self.names.index(RISK), None]
            with np.errstate(divide="ignore", invalid="ignore"):
                for count, chance in zip(self.incidents, (risk, 1.0 - risk), strict=True):
                    found = found + np.where(count > 0, count * np.log(chance), 0.0)
        return found

    @cached_property
    def incidents(self) -> tuple[Array, Array]:
        """Periods of cooperation with and without an incident, by unit."""
        together = self.trace.paths.together
        struck = (together & self.trace.paths.incidents).sum(axis=0)
        found = [np.bincount(self.unit_of, weights=one, minlength=self.units)
                 for one in (struck, together.sum(axis=0) - struck)]  # fmt: skip
        return found[0], found[1]

    def _by_unit(self, of_rows: Array) -> Array:
        """Add up rows ``(..., R)`` within units."""
        found = np.zeros((*of_rows.shape[:-1], self.units))
        unit = self.rows["unit"]
        if len(unit):
            first = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]])
            found[..., unit[first]] = np.add.reduceat(of_rows, first, axis=-1)
        return found

    @cached_property
    def linear(self) -> tuple[str, ...]:
        """Free numbers in which log-odds are linear (beliefs as log-odds), in their order."""
        steps = {*BELIEFS, *self.trace.steps}
        return tuple(name for name in self.names if name in steps)

    @cached_property
    def other(self) -> tuple[str, ...]:
        """Free numbers that are neither linear, nor the noise, nor the incident risk."""
        return tuple(name for name in self.names if name not in (*self.linear, NOISE, RISK))

    def columns(self, values: Mapping[str, Array] | None = None) -> tuple[Array, Array]:
        """Compute what one unit of each linear number adds to balances, and the rest.

        Parameters
        ----------
        values : mapping of str to array (P,), optional
            Of the other numbers; one point without.

        Returns
        -------
        columns : array (P, R, linear)
        rest : array (P, R)
        """
        names, fixed = self.linear, values or {}
        count = max((len(value) for value in fixed.values()), default=1)
        one = float(logistic(np.array(1.0)))
        # Point by point: everything at 0, then one number after the other at 1.
        units = np.tile(np.vstack([np.zeros(len(names)), np.eye(len(names))]), (count, 1))
        at = {
            name: np.where(units[:, k] > 0, one, 0.5) if name in BELIEFS else units[:, k]
            for k, name in enumerate(names)
        }
        at |= {name: np.repeat(value, len(names) + 1) for name, value in fixed.items()}
        with np.errstate(all="ignore"):
            found = self.balances(at).reshape(count, len(names) + 1, -1)
            rest = found[:, 0]
            return (found[:, 1:] - rest[:, None]).transpose(0, 2, 1), rest

    @cached_property
    def _own_columns(self) -> Array:
        return self.columns()[0]

    def _slope(self, name: str, points: Array, noise: Array) -> Array:
        """How margins move with one number that is not linear, by differences: ``(P, R)``."""
        k = self.names.index(name)
        step = _NARROW * np.maximum(np.abs(points[:, k]), 1e-2)
        ends = []
        for sign in (1.0, -1.0):
            moved = points.copy()
            moved[:, k] = np.clip(points[:, k] + sign * step, *self.bounds[k])
            values = self._values(moved)
            values.pop(NOISE, None)
            ends.append((self.balances(values) / noise, moved[:, k, None]))
        (up, high), (down, low) = ends
        return np.asarray((up - down) / (high - low))

    def _slopes(self, points: Array) -> list[Array]:
        """How margins move with each number: one array that spreads over ``(P, R)`` each."""
        values = self._values(points)
        noise = np.maximum(
            np.broadcast_to(values.get(NOISE, self.trace.model.points[NOISE]), len(points)), _TINY
        )[:, None]
        others = {name: values[name] for name in self.other}
        columns = self.columns(others)[0] if others else self._own_columns
        found = []
        for k, name in enumerate(self.names):
            if name == RISK:
                slope = np.zeros((1, 1))
            elif name == NOISE:
                slope = -self.margins(points) / noise
            elif name in self.other:
                slope = self._slope(name, points, noise)
            else:
                slope = columns[..., self.linear.index(name)] / noise
            if name in BELIEFS:
                slope = slope / (points[:, k, None] * (1.0 - points[:, k, None]))
            found.append(slope)
        return found

    def gradient(self, points: Array, /) -> Array:
        """Scores of the units: ``(P, units, K)``."""
        with np.errstate(all="ignore"):
            left = self.rows["chosen"] - logistic(self.margins(points))
            scores = [self._by_unit(left * slope) for slope in self._slopes(points)]
            if RISK in self.names:
                k = self.names.index(RISK)
                at = points[:, k, None]
                scores[k] = self.incidents[0] / at - self.incidents[1] / (1.0 - at)
        return np.stack(scores, axis=-1)

    @cached_property
    def uniform(self) -> float:
        """Log likelihood of tossed coins; with incidents at the observed frequency."""
        return float(-len(self.rows["unit"]) * np.log(2.0)) + self.of_incidents

    @cached_property
    def of_incidents(self) -> float:
        """Log likelihood of incidents at their frequency; 0 where their risk is not free."""
        if RISK not in self.names:
            return 0.0
        counts = np.array([one.sum() for one in self.incidents])
        there = counts > 0
        return float((counts[there] * np.log(counts[there] / counts.sum())).sum())

    @cached_property
    def cells(self) -> Array:
        """Number the states of the engine, ``(R,)``.

        Whatever the numbers, choices after equal counts of all steps have one probability; where
        forgetting is free, after equal pasts.
        """
        rows = self.rows
        if "trust.forgetting" in self.names:
            return self._pasts()
        # One number per state; the weights are no ratios of each other.
        key = rows["side"] * 1e3 + rows["era"] * np.pi
        for k, column in enumerate(self.counts):
            key = key + column * (7.0 + np.sqrt(k + 2.0))
        return np.asarray(np.unique(key.round(9), return_inverse=True)[1].reshape(-1))

    def _pasts(self) -> Array:
        paths, rows = self.trace.paths, self.rows
        outcome = 4 * paths.cooperates[0] + 2 * paths.cooperates[1] + paths.incidents
        past = np.zeros((len(outcome) + 1, outcome.shape[1]), dtype=np.int64)
        past[0] = (~paths.observed).cumprod(axis=0).sum(axis=0)  # when it begins
        for period, now in enumerate(outcome):
            past[period + 1] = np.unique(past[period] * 8 + now, return_inverse=True)[1].reshape(-1)
        here = past[rows["period"], rows["relationship"]]
        whole = (rows["period"] * 2 + rows["side"]) * (here.max() + 1) + here
        return np.asarray(np.unique(whole, return_inverse=True)[1].reshape(-1))

    @cached_property
    def saturated(self) -> float:
        """Log likelihood of the frequencies in each state of the engine."""
        return of_frequencies(self.cells, self.rows["chosen"]) + self.of_incidents

    def jacobian(self, point: Array) -> Array:
        """How margins move with every number at one point ``(K,)``, row by row: ``(R, K)``."""
        found = self._slopes(np.asarray(point, dtype=float)[None])
        return np.stack([np.broadcast_to(one, (1, len(self.rows["unit"])))[0] for one in found], 1)

    def predicted(self, point: Array, /) -> Sequence[Mapping[str, Any]]:
        """Lay predicted beside observed frequencies of cooperation, by side and period."""
        chance = logistic(self.margins(np.asarray(point, dtype=float)[None])[0])
        rows, dates = [], self.trace.timeline.dates
        for side in self.sides:
            mine = self.rows["side"] == side
            period = self.rows["period"][mine]
            count = np.bincount(period, minlength=len(dates))
            seen = np.bincount(period, weights=self.rows["chosen"][mine], minlength=len(dates))
            told = np.bincount(period, weights=chance[mine], minlength=len(dates))
            rows += [
                {"side": SIDES[side], "period": dates[t], "count": int(count[t]),
                 "observed": float(seen[t] / count[t]), "predicted": float(told[t] / count[t])}
                for t in np.flatnonzero(count)
            ]  # fmt: skip
        return rows
