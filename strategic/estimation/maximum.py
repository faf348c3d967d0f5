"""The maximum of a likelihood: where it is, what is known of it, and what has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.estimation.climbing import climb
from strategic.estimation.likelihood import (
    Likelihood,
    curvature,
    heights,
    natural_scale,
    scores,
    slopes,
)
from strategic.papers import Cited

GAP = 1e-8
"""A maximum is a local one where at most this much log likelihood is missing to it."""
_SAME = 1e-6
_WEAK = 1e-6
_NULL = (1e-9, 1e-6)
"""Bend, next to the strongest one, below which there is none: scores exact, and by differences."""
_PARTS = 1e-3
_REACH = np.array([1.0, 10.0, 100.0, 1000.0])
_DROP = 1e-7


@dataclass(frozen=True, eq=False)
class Maximum(Cited):
    """The highest local maximum that was found.

    Parameters
    ----------
    point : array (K,)
    value : float
        Its log likelihood.
    gap : float
        About this much is missing to the local maximum (half the Newton decrement).
    holds : bool
        Whether slope and curvature are those of a local maximum.
    hessian, covariance : arrays (K, K)
        Second derivatives, and the inverse of their negative in the directions that the data tell;
        numbers at a bound count as known.
    statuses, notes : tuples of str
        One per number; see `strategic.estimation.parts.STATUSES`.
    endless : dict of int to float
        Numbers that grow for ever, with their sign.
    scale : array (K,)
        About one standard error of each number alone.
    starts, reached : int
        Climbs, and how many of them ended here.
    loose : int, default 0
        Directions along which the likelihood never changes.

    Examples
    --------
    >>> from strategic.estimation.likelihood import Differenced
    >>> class Parabola(Differenced):
    ...     names, units, bounds = ("x",), 1, np.array([[-np.inf, np.inf]])
    ...     uniform = saturated = 0.0
    ...     def per_unit(self, points):
    ...         return -((points - 2.0) ** 2)
    >>> found = maximise(Parabola(), [[9.0]])
    >>> found.statuses, found.holds, found.covariance.round(6).tolist()
    (('ok',), True, [[0.5]])
    """

    made_by = ("strategic.estimation.climbing:climb",)

    point: Array
    value: float
    gap: float
    holds: bool
    hessian: Array
    covariance: Array
    statuses: tuple[str, ...]
    notes: tuple[str, ...]
    endless: dict[int, float]
    scale: Array
    starts: int
    reached: int
    loose: int = 0

    @property
    def certificate(self) -> dict[str, object]:
        """What is known of the maximum, as `Part` wants it."""
        told = "not_identified" not in self.statuses
        kind = f"slope 0 and curvature negative{'' if told else ' in what the data tell'}"
        kind += f", the highest reached from {self.starts} starts; {self.reached} of them led to it"
        return {"kind": kind, "gap": self.gap, "holds": self.holds, "scope": "local"}


def maximise(
    likelihood: Likelihood, starts: Array, *, weights: Array | None = None
) -> Maximum | None:
    """Climb from all starts, and say what is known of the highest point.

    Parameters
    ----------
    likelihood : Likelihood
    starts : array (P, K)
    weights : array (U,), optional
        How much each unit counts.

    Returns
    -------
    Maximum, or None
        None where the likelihood is impossible at every start.

    Examples
    --------
    >>> from strategic.estimation.likelihood import Differenced
    >>> class Coin(Differenced):
    ...     names, units, bounds = ("log_odds",), 1, np.array([[-np.inf, np.inf]])
    ...     uniform = saturated = 0.0
    ...     def per_unit(self, points):
    ...         return -20 * np.logaddexp(0, points)  # twenty times tails
    >>> found = maximise(Coin(), np.array([[0.5]]))
    >>> found.statuses, found.endless
    (('infinite',), {0: -1.0})
    """
    starts = np.atleast_2d(np.asarray(starts, dtype=float))
    every = None if weights is None else np.broadcast_to(weights, (len(starts), len(weights)))
    climbed = climb(likelihood, starts, weights=every)
    if not np.isfinite(climbed.values).any():
        return None
    best = int(np.argmax(np.where(np.isfinite(climbed.values), climbed.values, -np.inf)))
    one = None if weights is None else np.asarray(weights)[None]
    scale = natural_scale(likelihood, climbed.points[best], one)
    again = climb(likelihood, climbed.points[best : best + 1], scale=scale, weights=one)
    better = bool(again.values[0] >= climbed.values[best])
    point = again.points[0] if better else climbed.points[best]
    value = float(again.values[0] if better else climbed.values[best])
    same = np.abs(climbed.values - value) <= _SAME * max(1.0, abs(value))
    top = _Top(likelihood, one, starts[best], point, value, scale)
    return top.judged((len(starts), int(same.sum())))


@dataclass(frozen=True, eq=False)
class _Top:
    """The highest point, and what can be said of the ways down from it.

    Directions are in units of the numbers' sizes.
    """

    likelihood: Likelihood
    weights: Array | None
    start: Array
    point: Array
    value: float
    scale: Array

    @cached_property
    def units(self) -> Array:
        """How far each number moved at the start until the likelihood changed."""
        begun = natural_scale(self.likelihood, self.start, self.weights)
        return np.minimum(begun, self.scale)

    @property
    def edge(self) -> Array:
        """Which numbers are at a bound."""
        low, high = self.likelihood.bounds.T
        return np.asarray((self.point <= low) | (self.point >= high))

    @property
    def least(self) -> float:
        """Log likelihood below which it has fallen."""
        return self.value - _DROP * max(1.0, abs(self.value) * 1e-3)

    @property
    def null(self) -> float:
        """Bend, next to the strongest one, that rounding may leave where there is none."""
        return _NULL[self.likelihood.gradient(self.point[None]) is None]

    def judged(self, climbs: tuple[int, int]) -> Maximum:
        """Check the maximum in the directions that the data tell, and name the others."""
        one, units, edge = self.point[None], self.units, self.edge
        hessian = curvature(self.likelihood, one, self.scale, self.weights)[0]
        slope = slopes(self.likelihood, one, self.scale, self.weights)[0]
        loose = self._flat()
        bend = np.where(~edge[:, None] & ~edge, -hessian * units * units[:, None], 0.0)
        for direction in loose:  # what changes nothing has no bend, whatever rounding says
            bend -= np.outer(direction, direction @ bend)
            bend -= np.outer(bend @ direction, direction)
        # Others are looked at apart from these, with which they would mix: none of them has a bend.
        others = _across([*loose, *np.eye(len(units))[edge]], len(units))
        roots, inner = np.linalg.eigh(others.T @ bend @ others)
        axes = others @ inner
        endless, ridges, told = self._followed(roots, axes)
        inside, solid = axes[:, told], roots[told]
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = float(0.5 * ((inside.T @ (slope * units)) ** 2 / np.abs(solid)).sum())
            back = inside * units[:, None]
            covariance = back @ np.diag(1.0 / np.where(solid > 0, solid, np.inf)) @ back.T
        bounded = self._at_bounds(endless)
        if bounded is not None:
            return bounded.judged(climbs)
        spare = self._spare(endless)
        free = [*loose, *ridges, *self._idle()]
        statuses, notes = _told(self.likelihood.names, edge, endless, free)
        # Where numbers grow for ever, others that do not matter there may matter elsewhere.
        never = len(loose) if endless else len(free)
        for k in spare:
            statuses[k] = "not_identified"
            notes[k] = "may have any value: numbers without a maximum explain the choices alone"
        holds = bool((solid > 0).all() and gap <= GAP)
        return Maximum(
            self.point, self.value, gap, holds, hessian, covariance, tuple(statuses),
            tuple(notes), endless, self.scale, *climbs, never,
        )  # fmt: skip

    def _at_bounds(self, endless: dict[int, float]) -> _Top | None:
        """Go to the bounds of numbers that rise for ever towards one; None where none does."""
        point = self.point.copy()
        for k, sign in endless.items():
            bound = self.likelihood.bounds[k, int(sign > 0)]
            point[k] = bound if np.isfinite(bound) else point[k]
        if (point == self.point).all():
            return None
        value = float(heights(self.likelihood, point[None], self.weights)[0])
        return replace(self, point=point, value=value) if value >= self.least else None

    def _idle(self) -> list[Array]:
        """Find numbers at a bound that might as well be anywhere else."""
        found = []
        for k in np.flatnonzero(self.edge):
            low, high = self.likelihood.bounds[k]
            if np.isfinite(high - low):
                places = np.linspace(low, high, 2 * len(_REACH))
            else:
                places = self.point[k] + np.concatenate([_REACH, -_REACH]) * self.units[k]
            there = np.repeat(self.point[None], len(places), axis=0)
            there[:, k] = np.clip(places, low, high)
            every = None if self.weights is None else np.repeat(self.weights, len(there), axis=0)
            if (heights(self.likelihood, there, every) >= self.least).all():
                found.append(np.eye(len(self.point))[k])
        return found or self._inward()

    def _inward(self) -> list[Array]:
        """Find ways from a bound to the inside along which no unit's likelihood changes."""
        own = scores(self.likelihood, self.point, self.units) * self.units
        own = np.where(np.isfinite(own), own, 0.0)
        if not self.edge.any():
            return []
        sizes, directions = np.linalg.svd(np.linalg.qr(own, mode="r"))[1:]
        sizes = np.r_[sizes, np.zeros(len(directions) - len(sizes))]
        found = []
        for one in directions[sizes <= self.null * max(float(sizes.max(initial=0.0)), 1e-300)]:
            moving = self.edge & (np.abs(one) > _PARTS * np.abs(one).max())
            inward = np.where(self.point <= self.likelihood.bounds[:, 0], 1.0, -1.0)
            ways = np.unique(np.sign(one * inward)[moving])
            if len(ways) == 1 and not self._falls(one * ways[0], straight=True)[0]:
                found.append(one)
        return found

    def _spare(self, endless: dict[int, float]) -> list[int]:
        """Take out numbers that need not grow, because others explain the same choices alone."""
        spare = []
        gone = self.point - self.start
        for k in sorted(endless, key=lambda k: abs(gone[k]) / self.units[k]):
            others = [j for j in endless if j != k]
            if not others:
                break
            direction = np.zeros(len(gone))
            direction[others] = gone[others]
            there = self.point + np.r_[0.0, _REACH][:, None] * direction
            there[:, k] = self.start[k]
            every = None if self.weights is None else np.repeat(self.weights, len(there), axis=0)
            if heights(self.likelihood, there, every).max() >= self.least:
                spare.append(k)
                del endless[k]
        return spare

    def _flat(self) -> list[Array]:
        """Find directions in which no unit's likelihood changes, at the start and at the end."""
        rows = []
        for point in (self.point, self.start):
            own = scores(self.likelihood, point, self.units) * self.units
            own = np.where(np.isfinite(own), own, 0.0) * ~self.edge
            rows.append(own / max(float(np.abs(own).max(initial=0.0)), 1e-300))
        triangle = np.linalg.qr(np.vstack([*rows, np.diag(self.edge * 1.0)]), mode="r")
        _, sizes, directions = np.linalg.svd(triangle)
        sizes = np.r_[sizes, np.zeros(len(directions) - len(sizes))]
        found = directions[sizes <= self.null * max(float(sizes.max(initial=0.0)), 1e-300)]
        return [one for one in found if not any(self._falls(one))]

    def _followed(self, roots: Array, axes: Array) -> tuple[dict[int, float], list[Array], Array]:
        """Follow each direction of little bend both ways, to see whether the likelihood falls.

        Returns numbers that grow for ever, ridges of no bend, and which directions are told.
        """
        before = curvature(self.likelihood, self.start[None], self.units, self.weights)[0]
        with np.errstate(over="ignore", invalid="ignore"):
            first = float(np.nanmax(np.abs(np.diagonal(before)) * self.units**2, initial=0.0))
        strongest = float(np.abs(roots).max(initial=0.0))
        weak = np.abs(roots) <= _WEAK * max(strongest, first, 1e-300)
        endless: dict[int, float] = {}
        ridges: list[Array] = []
        told = ~weak
        # A number that grows for ever alone, whatever the others that the choices leave open do.
        alone = np.linalg.norm(axes[:, weak], axis=1) > 1.0 - _PARTS
        alone &= ~np.isfinite(self.likelihood.bounds).any(axis=1)
        for number in np.flatnonzero(alone).tolist():
            forth, back = self._falls(np.eye(len(self.point))[number])
            if forth != back:
                endless[number] = 1.0 if back else -1.0
        gone = (self.point - self.start) / self.units
        came = axes[:, weak] @ (axes[:, weak].T @ gone)
        if not endless and np.linalg.norm(came) > _PARTS * max(float(np.linalg.norm(gone)), 1e-300):
            forth, back = self._falls(came)
            if back and not forth:
                _mark(endless, came)
        for k in np.flatnonzero(weak):
            forth, back = self._falls(axes[:, k])
            if forth != back:
                _mark(endless, axes[:, k] if back else -axes[:, k])
            elif not forth or endless or abs(roots[k]) <= self.null * strongest:
                ridges.append(axes[:, k])
            else:
                told[k] = True
        return endless, ridges, told

    def _falls(self, direction: Array, *, straight: bool = False) -> tuple[bool, bool]:
        """Tell whether the likelihood falls on the way forth, and on the way back.

        A number that meets a bound stays there; a straight way ends where the first one does.
        """
        unit = direction / np.abs(direction).max() * self.units
        moving = np.abs(direction) > _PARTS * np.abs(direction).max()
        size = float(np.abs(self.point / self.units)[moving].max())
        reach = np.concatenate([_REACH, -_REACH])[:, None] * max(1.0, size)
        if straight:
            ends = (self.likelihood.bounds[moving].T - self.point[moving]) / unit[moving]
            reach = np.clip(reach, ends.min(axis=0).max(), ends.max(axis=0).min())
        there = np.clip(self.point + reach * unit, *self.likelihood.bounds.T)
        every = None if self.weights is None else np.repeat(self.weights, len(there), axis=0)
        fallen = heights(self.likelihood, there, every) < self.least
        return bool(fallen[: len(_REACH)].any()), bool(fallen[len(_REACH) :].any())


def _across(taken: Sequence[Array], width: int) -> Array:
    """Find directions at right angles to some: orthonormal columns ``(width, others)``."""
    if not taken:
        return np.eye(width)
    _, sizes, directions = np.linalg.svd(np.array(taken))
    return np.asarray(directions[int((sizes > 1e-9).sum()) :].T)


def _mark(endless: dict[int, float], direction: Array) -> None:
    """Note which numbers grow along a direction, and their sign."""
    for k in np.flatnonzero(np.abs(direction) > _PARTS * np.abs(direction).max()).tolist():
        endless.setdefault(k, float(np.sign(direction[k])))


def _told(
    names: Sequence[str], edge: Array, endless: dict[int, float], loose: Sequence[Array]
) -> tuple[list[str], list[str]]:
    """Give each number its status, and the direction that the data cannot tell."""
    statuses = ["at_bound" if at else "ok" for at in edge]
    notes = [""] * len(names)
    for direction in loose:
        part = np.abs(direction) / np.abs(direction).max()
        moving = [k for k in np.flatnonzero(part > _PARTS).tolist() if k not in endless]
        for k in moving:
            others = [names[j] for j in moving if j != k]
            statuses[k] = "not_identified"
            notes[k] = "does not matter: the likelihood is the same whatever it is"
            if others:
                listed = ", ".join(others)
                notes[k] = f"cannot be told from {listed}: they move together and change nothing"
    for k, sign in endless.items():
        together = [names[j] for j in endless if j != k]
        statuses[k] = "infinite"
        way = "grows" if sign > 0 else "falls"
        notes[k] = f"has no finite maximum: the likelihood rises for ever as it {way}"
        notes[k] += f", together with {', '.join(together)}" if together else ""
    return statuses, notes
