"""The likelihood of observed markets, for any rule that turns payoffs into chances of outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.estimation._markets import Markets, entry_gains
from strategic.estimation.likelihood import Differenced, of_frequencies

_STEP = 1e-5
_MOST_NUMBERS = 4_000_000
"""Chances held at a time: more points are worked on in turn."""


@dataclass(frozen=True, eq=False)
class Chances:
    """Chances of what was observed in many markets, at many points.

    Parameters
    ----------
    chance : array (P, R)
        NaN where the rule gives none.
    by_gain : array (P, R, n, 2**(n - 1)), optional
        Its derivatives by the gains of the first action.
    by_own : array (P, R, S), optional
        Its derivatives by the rule's own numbers.
    """

    chance: Array
    by_gain: Array | None = None
    by_own: Array | None = None


Tables = tuple[Array, ...] | None
"""Payoffs, one array (P, R, 2, ..., 2) per player, where a rule needs more than gains."""


class Rule(Protocol):
    """How payoffs become chances: what players know, and which equilibrium is played.

    ``gains`` are arrays (P, R, n, 2**(n - 1)), ``own`` (P, S) the rule's own numbers.
    """

    @property
    def selection(self) -> str:
        """Its name, as users type it; empty where nothing is selected."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Its own free numbers."""
        ...

    @property
    def bounds(self) -> Array:
        """Least and largest value of each, (S, 2)."""
        ...

    @property
    def starts(self) -> Array:
        """Where the search for them starts, (S,)."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the M outcomes."""
        ...

    @property
    def needs_payoffs(self) -> bool:
        """Whether gains are not enough."""
        ...

    def observed(
        self, gains: Array, own: Array, seen: Array, tables: Tables = None, *, slopes: bool = False
    ) -> Chances:
        """Give the chances of the outcomes ``seen`` (R,)."""
        ...

    def every(self, gains: Array, own: Array, tables: Tables = None) -> Array:
        """Give the chances of all outcomes, (P, R, M)."""
        ...

    def several(self, gains: Array) -> Array:
        """Give the chance that there are several equilibria, (P, R)."""
        ...

    def proved(self, gains: Array) -> Array:
        """Tell whether all equilibria are known, (P, R)."""
        ...


@dataclass(frozen=True, eq=False)
class EntryLikelihood(Differenced):
    """Log likelihood of observed markets.

    Parameters
    ----------
    markets : Markets
    rule : Rule
    """

    markets: Markets
    rule: Rule

    @property
    def names(self) -> tuple[str, ...]:
        """Free numbers of the payoffs, then those of the rule."""
        return (*self.markets.payoffs.names, *self.rule.names)

    @property
    def bounds(self) -> Array:
        """Least and largest value of each number."""
        return np.concatenate([self.markets.payoffs.bounds, self.rule.bounds])

    @property
    def units(self) -> int:
        """Independent units."""
        return int(self.markets.units.max()) + 1

    @property
    def uniform(self) -> float:
        """Log likelihood when all outcomes are alike likely."""
        return -len(self.markets.observed) * float(np.log(len(self.rule.labels)))

    @cached_property
    def saturated(self) -> float:
        """Log likelihood of the frequencies among markets of equal payoffs."""
        return of_frequencies(self._alike, self.markets.observed)

    @cached_property
    def features(self) -> Array:
        """What the payoffs of every row are functions of, (R, F)."""
        payoffs, rows = self.markets.payoffs, len(self.markets.observed)
        if not payoffs.affine:
            columns = [column[:, None] for column in payoffs.columns.values()]
            return np.concatenate(
                [np.zeros((rows, 1)), *columns, *payoffs.designs.values()], axis=1
            )
        parts = [np.reshape(own, (rows, -1)) for own in payoffs.base]
        parts += [np.moveaxis(own, 1, 0).reshape(rows, -1) for own in payoffs.slopes]
        return np.concatenate(parts, axis=1)

    @cached_property
    def _alike(self) -> Array:
        """Number the rows by what their payoffs are functions of."""
        return np.unique(self.features, axis=0, return_inverse=True)[1].ravel()

    @cached_property
    def _cells(self) -> tuple[Array, Array]:
        """One row for all with the same payoffs and outcome, and which it is for each row."""
        keys = self._alike * len(self.rule.labels) + self.markets.observed
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        return first, inverse.ravel()

    @cached_property
    def affine(self) -> tuple[Array, Array] | None:
        """Gains of every row at 0, and by each free number, where payoffs are affine in them."""
        payoffs = self.markets.payoffs
        if not payoffs.affine:
            return None
        return gains_of(payoffs.base), gains_of(payoffs.slopes)

    def gains(self, points: Array, rows: Array) -> tuple[Array, Tables]:
        """Compute gains (P, rows, n, 2**(n - 1)), and payoffs if the rule needs them."""
        numbers = points[:, : len(self.markets.payoffs.names)]
        tables = None
        if self.rule.needs_payoffs or self.affine is None:
            tables = tuple(own[:, rows] for own in self.markets.payoffs.at(numbers))
        if self.affine is None:
            return gains_of(tables or ()), tables
        base, slopes = self.affine
        return base[rows] + np.tensordot(numbers, slopes[:, rows], 1), tables

    def _own(self, points: Array) -> Array:
        return points[:, len(self.markets.payoffs.names) :]

    def _observed(self, points: Array, *, slopes: bool) -> Chances:
        cells, _ = self._cells
        gains, tables = self.gains(points, cells)
        seen = self.markets.observed[cells]
        return self.rule.observed(gains, self._own(points), seen, tables, slopes=slopes)

    def per_unit(self, points: Array, /) -> Array:
        """Log likelihood of every unit, (P, U)."""
        cells, of_row = self._cells
        size = max(1, _MOST_NUMBERS // (len(cells) * len(self.rule.labels)))
        parts = [
            self._observed(points[start : start + size], slopes=False).chance
            for start in range(0, len(points), size)
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            heights = np.log(np.concatenate(parts))
        return self.markets.by_unit(heights[:, of_row])

    def gradient(self, points: Array, /) -> Array | None:
        """Differentiate it, (P, U, K); None where differences have to do."""
        if self.affine is None or self.rule.needs_payoffs:
            return None
        cells, of_row = self._cells
        _, slopes = self.affine
        size = max(1, _MOST_NUMBERS // (len(cells) * slopes[0, 0].size * len(self.names)))
        parts = []
        for start in range(0, len(points), size):
            found = self._observed(points[start : start + size], slopes=True)
            if found.by_gain is None or found.by_own is None:
                return None
            payoffs = np.einsum("prij,krij->prk", found.by_gain, slopes[:, cells], optimize=True)
            with np.errstate(divide="ignore", invalid="ignore"):
                score = np.concatenate([payoffs, found.by_own], axis=2) / found.chance[..., None]
            parts.append(np.moveaxis(score, 2, 1))
        rows = np.concatenate(parts)[:, :, of_row]
        return np.moveaxis(self.markets.by_unit(rows), 1, 2)

    def hessian(self, points: Array, weights: Array | None = None, /) -> Array | None:
        """Differentiate scores by differences: a shock's size is the scale that matters."""
        if self.affine is None:
            return None
        count, width = points.shape
        moved = np.tile(points, (width, 2, 1, 1))  # up and down in every number
        for k, step in enumerate(_STEP / self.sizes):
            for way, sign in enumerate((1.0, -1.0)):
                moved[k, way, :, k] = np.clip(points[:, k] + sign * step, *self.bounds[k])
        flat, sums = moved.reshape(-1, width), np.empty((2 * width * count, width))
        for some in block_slices(len(flat), max(1, _MOST_NUMBERS // (self.units * width))):
            scores = self.gradient(flat[some])
            if scores is None:
                return None
            own = None if weights is None else weights[np.arange(len(flat))[some] % count]
            sums[some] = (scores if own is None else own[..., None] * scores).sum(axis=1)
        found = np.empty((count, width, width))
        for k, (ends, (up, down)) in enumerate(
            zip(moved, sums.reshape(width, 2, count, width), strict=True)
        ):
            found[:, k] = (up - down) / (ends[0, :, k] - ends[1, :, k])[:, None]
        return 0.5 * (found + found.transpose(0, 2, 1))

    @cached_property
    def sizes(self) -> Array:
        """How much of a shock one unit of each number is, (K,)."""
        found = np.ones(len(self.names))
        if self.affine is not None:
            spread = np.sqrt((self.affine[1] ** 2).mean(axis=(1, 2, 3)))
            found[: len(spread)] = np.where(spread > 0, spread, 1.0)
        return found

    def every(self, point: Array) -> Array:
        """Chances of all outcomes of every row at one point, (R, M)."""
        rows = np.arange(len(self.markets.observed))
        gains, tables = self.gains(point[None], rows)
        return np.asarray(self.rule.every(gains, self._own(point[None]), tables)[0])

    def several(self, point: Array) -> float:
        """Share of markets with several equilibria to be expected."""
        rows = np.arange(len(self.markets.observed))
        return float(np.mean(self.rule.several(self.gains(point[None], rows)[0])))

    def proved(self, point: Array) -> float:
        """Share of markets of which all equilibria are listed, up to rounding."""
        rows = np.arange(len(self.markets.observed))
        return float(np.mean(self.rule.proved(self.gains(point[None], rows)[0])))

    def predicted(self, point: Array, /) -> list[dict[str, object]]:
        """Lay out predicted beside observed frequencies of the outcomes."""
        chances = self.every(point).mean(axis=0)
        counts = np.bincount(self.markets.observed, minlength=len(self.rule.labels))
        return [
            {
                "outcome": label,
                "count": int(count),
                "observed": float(count / counts.sum()),
                "predicted": float(chance),
            }
            for label, count, chance in zip(self.rule.labels, counts, chances, strict=True)
        ]


def gains_of(payoffs: Sequence[Array]) -> Array:
    """Gains of the first action, (..., n, 2**(n - 1)), from payoffs (..., 2, ..., 2) per player."""
    return np.moveaxis(entry_gains(payoffs), (0, 1), (-2, -1))
