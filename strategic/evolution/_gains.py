"""What every action gains over the first one, fast: what all dynamics depend on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from strategic.arrays import Array
from strategic.evolution._payoff_sources import Multilinear, Within
from strategic.evolution.populations import Payoffs, PopulationGame


class Gains(Protocol):
    """Gains over the first action; points last."""

    @property
    def of_all(self) -> bool:
        """Whether the first actions' shares are read too."""
        ...

    def __call__(self, shares: Sequence[Array], /) -> list[Array]:
        """Take shares ``(n_i, points)``, or of all but the first; give ``(n_i - 1, points)``."""
        ...

    def at(self, index: Any, /) -> Gains:
        """Take some points, where every point has its own game."""
        ...


def gains_of(game: PopulationGame) -> Gains:
    """Prepare the gains of one game, or of a batch of one axis: one game per point."""
    source = game.source
    if isinstance(source, Multilinear | Within):
        tables = source.tables if isinstance(source, Multilinear) else (source.matrix,) * 2
        own = game.batch_shape != ()
        moved = [np.moveaxis(t, 0, -1) if own else t[..., None] for t in tables]
        if isinstance(source, Within):
            return Polynomials((_by_monomials(moved[0]),), own=own, within=True)
        # own action first, then the others in their order
        turned = [_by_monomials(np.moveaxis(table, i, 0)) for i, table in enumerate(moved)]
        return Polynomials(tuple(turned), own=own)
    return _Differences(source)


def _by_monomials(table: Array) -> Array:
    """Turn payoffs ``(mine, others..., points)`` to coefficients of gains over the first action.

    Along each axis of others the first entry is the constant and the rest are the slopes by the
    shares of all actions but the first.
    """
    found = table[1:] - table[:1]
    for axis in range(1, found.ndim - 1):
        first = np.take(found, [0], axis=axis)
        found = np.concatenate([first, np.delete(found, 0, axis=axis) - first], axis=axis)
    return found


@dataclass(frozen=True, eq=False)
class Polynomials:
    """Gains that are multilinear in shares.

    Attributes
    ----------
    coefficients : tuple of ndarray
        One per population; axes: its actions but the first, one per other population, points.
    own : bool
        Whether every point has its own coefficients.
    within : bool
        Whether the one population meets itself.
    """

    coefficients: tuple[Array, ...]
    own: bool
    within: bool = False
    of_all: bool = False

    def __call__(self, shares: Sequence[Array], /) -> list[Array]:
        found = []
        for player, table in enumerate(self.coefficients):
            others = shares if self.within else [*shares[:player], *shares[player + 1 :]]
            value = table
            for share in reversed(others):
                # the last axis of actions is always that of the last population left
                total = value[..., 0, :]
                for action in range(1, value.shape[-2]):
                    total = total + value[..., action, :] * share[action - 1]
                value = total
            found.append(value)
        return found

    def at(self, index: Any, /) -> Polynomials:
        if not self.own:
            return self
        return replace(
            self, coefficients=tuple(np.ascontiguousarray(c[..., index]) for c in self.coefficients)
        )


@dataclass(frozen=True, eq=False)
class _Differences:
    """Gains by the payoffs themselves."""

    source: Payoffs
    of_all: bool = True

    def __call__(self, shares: Sequence[Array], /) -> list[Array]:
        return [payoff[1:] - payoff[:1] for payoff in self.source.payoffs(shares)]

    def at(self, index: Any, /) -> _Differences:
        return replace(self, source=self.source.at(index)) if self.source.batch_shape else self
