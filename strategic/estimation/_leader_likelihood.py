"""The likelihood of what a leader and a follower did, row by row, with exact derivatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.estimation._leader_choices import Choices, Tree, chances
from strategic.estimation.likelihood import of_frequencies
from strategic.estimation.payoffs_by_row import PayoffsByRow

_BLOCK = 1 << 22
"""Doubles of one block of points."""
_SAME = 1e-9
_ROUNDING = 1e-13
_STEP = 6e-6
_QUIET = np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore")
"""Far away contrasts overflow; what is not finite there is a point that no climb keeps."""
SIGMA = "sigma"


@dataclass(frozen=True, eq=False)
class Contrasts:
    """The contrasts of every row as functions of the free numbers of the payoffs.

    Parameters
    ----------
    tree : Tree
    payoffs : PayoffsByRow
    first : bool
        Whether the first player leads.
    """

    tree: Tree
    payoffs: PayoffsByRow
    first: bool

    def at(self, points: Array) -> Array:
        """Contrasts ``(J, P, R)`` at points ``(P, K)``."""
        if not self.payoffs.affine:
            return np.moveaxis(self._of(self.payoffs.at(points)), -1, 0)
        made = np.repeat(self.base[:, None], len(points), axis=1)
        for j, (numbers, columns) in enumerate(self.columns):
            made[j] += points[:, numbers] @ columns.T
        return made

    def slopes(self, points: Array) -> Sequence[tuple[Array, Array]]:
        """By contrast: the numbers it depends on ``(k,)``, and how ``(P or 1, R, k)``."""
        if self.payoffs.affine:
            return [(numbers, columns[None]) for numbers, columns in self.columns]
        every = np.arange(points.shape[1])
        width = _STEP * np.maximum(1.0, np.abs(points))
        made = []
        for k in every:
            step = np.zeros_like(points)
            step[:, k] = width[:, k]
            rise = self.at(points + step) - self.at(points - step)
            made.append(rise / (2.0 * width[:, k, None]))
        return [(every, one) for one in np.stack(made, axis=-1)]

    @cached_property
    def base(self) -> Array:
        """Contrasts where all numbers are 0, ``(J, R)``; of affine payoffs only."""
        found = np.moveaxis(self._of(self.payoffs.base), -1, 0)
        size = max((float(np.abs(side).max()) for side in self.payoffs.base), default=0.0)
        return np.where(np.abs(found) > _SAME * size, found, 0.0)

    @cached_property
    def columns(self) -> Sequence[tuple[Array, Array]]:
        """By contrast: the numbers it depends on, and their columns ``(R, k)``."""
        slopes = self._of(self.payoffs.slopes)  # (K, R, J)
        size = np.abs(slopes).max(axis=(1, 2), keepdims=True)
        slopes = np.where(np.abs(slopes) > _SAME * size, slopes, 0.0)
        moving = (slopes != 0.0).any(axis=1)  # (K, J)
        return [
            (np.flatnonzero(some), np.ascontiguousarray(slopes[some, :, j].T))
            for j, some in enumerate(moving.T)
        ]

    def _of(self, payoffs: Sequence[Array]) -> Array:
        one, two = payoffs
        if self.first:
            return self.tree.compare(one, two)
        return self.tree.compare(two.swapaxes(-1, -2), one.swapaxes(-1, -2))


def answered(payoffs: PayoffsByRow, *, first: bool, points: Array) -> tuple[bool, bool]:
    """Find the leader's actions after which some payoff depends on what the follower does.

    Parameters
    ----------
    payoffs : PayoffsByRow
    first : bool
        Whether the first player leads.
    points : array (P, K)
        Where payoffs are compared that are not affine in the free numbers.
    """
    found = np.zeros(2, dtype=bool)
    if payoffs.affine:  # number by number, since each has a size of its own
        parts = zip(payoffs.base, payoffs.slopes, strict=True)
        tables = [np.concatenate([base[None], slopes]) for base, slopes in parts]
    else:
        tables = list(payoffs.at(points))
    rounding = _ROUNDING * max(float(np.nanmax(np.abs(table), initial=0.0)) for table in tables)
    for table in tables:
        own = table if first else table.swapaxes(-1, -2)
        size = np.nanmax(np.abs(own), axis=(1, 2, 3), initial=0.0)
        apart = np.nanmax(np.abs(own[..., 0] - own[..., 1]), axis=1, initial=0.0)
        found |= (apart > _SAME * size[:, None] + rounding).any(axis=0)
    return bool(found[0]), bool(found[1])


def scale_is_told(contrasts: Contrasts, point: Array) -> bool:
    """Say whether outcomes tell the scale of the shocks apart from the free numbers.

    They do where chances of outcomes change with the scale as with no free numbers, which at one
    point that nothing singles out holds or fails for almost all.
    """
    tree, at = contrasts.tree, contrasts.at(point[None])
    slopes = contrasts.slopes(point[None])
    with_scale, with_numbers = [], []
    for outcome in tree.outcomes:
        action, answer = (np.full(at.shape[2], one) for one in outcome)
        first = Choices(tree, at, action, answer).first[:, 0]
        rows = np.zeros((at.shape[2], len(point)))
        for one, (numbers, columns) in zip(first, slopes, strict=True):
            rows[:, numbers] += one[:, None] * columns[0]
        with_numbers.append(rows)
        with_scale.append((first * at[:, 0]).sum(axis=0))
    wanted, columns = np.concatenate(with_scale), np.concatenate(with_numbers)
    known = np.isfinite(wanted) & np.isfinite(columns).all(axis=1)
    wanted, columns = wanted[known], columns[known]
    size = np.linalg.norm(columns, axis=0)
    columns = columns / np.where(size > 0, size, 1.0)
    found, *_ = np.linalg.lstsq(columns, wanted, rcond=_SAME)
    return bool(np.linalg.norm(columns @ found - wanted) > _SAME * np.linalg.norm(wanted))


@dataclass(eq=False)
class LeaderLikelihood:
    """A `strategic.estimation.likelihood.Likelihood` of outcomes of a leader and a follower.

    Parameters
    ----------
    contrasts : Contrasts
    action, answer : arrays of int (R,)
        What the leader and the follower did in every row.
    unit : array of int (R,)
        Independent unit of every row, from 0.
    scaled : bool
        Whether the shocks' scale ``sigma`` is free, as the last number.
    labels : tuple of str
        Names of the outcomes.
    scale : float
        The shocks' scale where it is not free.
    """

    contrasts: Contrasts
    action: Array
    answer: Array
    unit: Array
    scaled: bool
    labels: tuple[str, ...]
    scale: float = 1.0

    names: tuple[str, ...] = field(init=False)
    bounds: Array = field(init=False)
    units: int = field(init=False)
    uniform: float = field(init=False)
    saturated: float = field(init=False)

    def __post_init__(self) -> None:
        payoffs = self.contrasts.payoffs
        own = np.asarray(payoffs.bounds, dtype=float).reshape(-1, 2)
        self.names = (*payoffs.names, SIGMA) if self.scaled else tuple(payoffs.names)
        self.bounds = np.r_[own, [[0.0, np.inf]]] if self.scaled else own
        self.units = int(self.unit.max()) + 1
        moves = 1 + np.asarray(self.contrasts.tree.answered)[self.action].astype(int)
        self.uniform = float(-np.log(2.0) * moves.sum())
        self.saturated = self._of_frequencies()

    @cached_property
    def outcome(self) -> Array:
        """Number of the outcome of every row."""
        pairs = zip(self.action, self.answer, strict=True)
        places = {pair: n for n, pair in enumerate(self.contrasts.tree.outcomes)}
        return np.array([places[int(a), int(b)] for a, b in pairs])

    def _of_frequencies(self) -> float:
        """Log likelihood of the shares of outcomes among rows with the same payoffs."""
        point = np.asarray(self.contrasts.payoffs.starts, dtype=float)
        point = point + np.random.default_rng(0).uniform(0.5, 1.5, len(point))
        point = np.clip(point, *self.bounds[: len(point)].T)
        rows = np.ascontiguousarray(self.contrasts.at(point[None])[:, 0].T)
        _, cell = np.unique(rows, axis=0, return_inverse=True)
        return of_frequencies(cell.ravel(), self.outcome)

    @_QUIET
    def per_unit(self, points: Array, /) -> Array:
        """Log likelihoods ``(P, U)``."""
        made = np.empty((len(points), self.units))
        for block in self._blocks(points):
            made[block] = self._summed(self._choices(points[block])[0].value)
        return made

    @_QUIET
    def gradient(self, points: Array, /) -> Array:
        """Scores ``(P, U, K)``."""
        made = np.empty((len(points), self.units, points.shape[1]))
        for block in self._blocks(points):
            choices, scale = self._choices(points[block])
            rows = np.zeros((*choices.value.shape, points.shape[1]))
            slopes = self._slopes(points[block])
            for first, (numbers, columns) in zip(choices.first, slopes, strict=True):
                rows[:, :, numbers] += (first / scale)[:, :, None] * columns
            if self.scaled:
                rows[:, :, -1] = -(choices.first * choices.at).sum(axis=0) / scale
            made[block] = self._summed(rows)
        return made

    @_QUIET
    def slope(self, points: Array, weights: Array | None = None, /) -> Array:
        """First derivatives ``(P, K)`` of the sum over units, weighted ``(P, U)`` if asked."""
        made = np.zeros(points.shape)
        for block in self._blocks(points):
            choices, scale = self._choices(points[block])
            first = choices.first
            if weights is not None:
                first = first * weights[block][:, self.unit]
            slopes = self._slopes(points[block])
            for one, (numbers, columns) in zip(first, slopes, strict=True):
                made[block, numbers] += ((one / scale)[:, None] @ columns)[:, 0]
            if self.scaled:
                made[block, -1] = -(first * choices.at).sum(axis=(0, 2)) / scale[:, 0]
        return made

    @_QUIET
    def hessian(self, points: Array, weights: Array | None = None, /) -> Array | None:
        """Second derivatives ``(P, K, K)`` of the sum over units, weighted ``(P, U)`` if asked."""
        if not self.contrasts.payoffs.affine:
            return None
        made = np.empty((len(points), points.shape[1], points.shape[1]))
        for block in self._blocks(points):
            own = None if weights is None else weights[block][:, self.unit]
            made[block] = self._curvature(points[block], own)
        return made

    def _curvature(self, points: Array, weights: Array | None) -> Array:
        choices, scale = self._choices(points)
        first, second = choices.first, choices.second
        if weights is not None:
            first, second = first * weights, second * weights
        made = np.zeros((len(points), points.shape[1], points.shape[1]))
        stretch = -choices.at / scale  # how contrasts change with sigma
        slopes = self.contrasts.columns
        for j, (numbers, columns) in enumerate(slopes):
            for i, (others, across) in enumerate(slopes[: j + 1]):
                block = (columns.T * (second[j, i] / scale**2)[:, None, :]) @ across
                made[:, numbers[:, None], others[None, :]] += block
                if i < j:
                    made[:, others[:, None], numbers[None, :]] += block.swapaxes(1, 2)
            if self.scaled:
                mixed = (second[j] * stretch).sum(axis=0) / scale - first[j] / scale**2
                side = mixed @ columns
                made[:, numbers, -1] += side
                made[:, -1, numbers] += side
        if self.scaled:
            own = np.einsum("jipr,jpr,ipr->p", second, stretch, stretch)
            made[:, -1, -1] = own - 2.0 * ((first * stretch).sum(axis=0) / scale).sum(axis=1)
        return made

    def predicted(self, point: Array, /) -> list[Mapping[str, Any]]:
        """Shares of the outcomes, observed and predicted."""
        numbers, scale = self._split(point[None])
        chance = chances(self.contrasts.tree, self.contrasts.at(numbers)[:, 0] / scale[0])
        counts = np.bincount(self.outcome, minlength=len(self.labels))
        return [
            {"outcome": label, "count": int(count), "observed": float(count / counts.sum()),
             "predicted": float(mean)}
            for label, count, mean in zip(self.labels, counts, chance.mean(axis=1), strict=True)
        ]  # fmt: skip

    def _blocks(self, points: Array) -> Iterator[slice]:
        """Cut points into blocks of bounded memory."""
        width = len(self.unit) * (len(self.contrasts.tree.contrasts) + 1) ** 2
        return block_slices(len(points), max(1, _BLOCK // width))

    def _choices(self, points: Array) -> tuple[Choices, Array]:
        """Find what was done at some points, and the scale ``(P, 1)``; remember the last ones.

        A climb asks for values, slopes and curvature at the same points one after the other.
        """
        key = points.tobytes()
        if self._last.get("key") != key:
            numbers, scale = self._split(points)
            at = self.contrasts.at(numbers) / scale
            choices = Choices(self.contrasts.tree, at, self.action, self.answer)
            self._last.update(key=key, found=(choices, scale))
        found: tuple[Choices, Array] = self._last["found"]
        return found

    @cached_property
    def _last(self) -> dict[str, Any]:
        return {}

    def _split(self, points: Array) -> tuple[Array, Array]:
        if self.scaled:
            return points[:, :-1], points[:, -1:]
        return points, np.full((len(points), 1), self.scale)

    def _slopes(self, points: Array) -> Sequence[tuple[Array, Array]]:
        return self.contrasts.slopes(self._split(points)[0])

    def _summed(self, rows: Array) -> Array:
        """Add up rows ``(P, R, ...)`` by unit; a unit's rows stand together."""
        if self.units == len(self.unit):
            return rows
        starts = np.flatnonzero(np.r_[True, np.diff(self.unit) > 0])
        return np.asarray(np.add.reduceat(rows, starts, axis=1))
