"""Dynamics in the coordinates in which they are integrated; points last.

A state has one row for a population of two actions and one row per action for a larger one.
Imitative dynamics move in log-odds: ``w' = u_1 - u_2`` for ``w = ln(x_1 / x_2)``, and likewise
logarithms of shares up to a common term. So shares never leave the simplex, tiny ones keep all
their digits, and one that is zero stays zero (its row is infinite). All other dynamics move in
the shares themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from strategic.arrays import Array
from strategic.evolution._gains import Gains, Polynomials
from strategic.evolution.dynamics import Dynamic, replicator, summed

_AT_KINKS = 0.01


class Flow(Protocol):
    """A differential equation, as the integrator and the look at whether a path has settled see it.

    Points are last: a state is ``(rows, points)``, shares are ``(n_i, points)`` per population.
    """

    @property
    def gains(self) -> Gains:
        """What actions earn."""
        ...

    def state(self, shares: Sequence[Array], /) -> Array:
        """Turn shares into a state."""
        ...

    def shares(self, state: Array, /) -> list[Array]:
        """Turn a state into shares."""
        ...

    def rates(self, state: Array, out: Array, /) -> None:
        """Write the change of a state per unit of time."""
        ...

    def velocities(self, shares: Sequence[Array], /) -> list[Array]:
        """Give the change of shares per unit of time."""
        ...

    def keep_in_range(self, state: Array, /) -> None:
        """Take out of a state what does not matter."""
        ...

    def tolerance(self, state: Array, out: Array, /) -> None:
        """Write the size of each row against which errors count."""
        ...

    def at(self, index: Any, /) -> Flow:
        """Take some points."""
        ...


def rows_of(sizes: Sequence[int]) -> tuple[slice, ...]:
    """Say which rows of a state belong to each population."""
    found, first = [], 0
    for size in sizes:
        count = 1 if size == 2 else size
        found.append(slice(first, first + count))
        first += count
    return tuple(found)


def payoffs_of(flow: Flow, shares: Sequence[Array]) -> list[Array]:
    """Compute payoffs ``(n_i, points)``, those of first actions set to zero."""
    read = shares if flow.gains.of_all else [share[1:] for share in shares]
    return [np.concatenate([np.zeros_like(gain[:1]), gain]) for gain in flow.gains(read)]


def flow_of(dynamic: Dynamic, noise: float, gains: Gains, sizes: tuple[int, ...]) -> Flow:
    """Make the equation of a dynamic."""
    if dynamic.imitative:
        return replicator_flow(gains, sizes)
    return InShares(gains, sizes, rows_of(sizes), dynamic, noise)


def replicator_flow(gains: Gains, sizes: tuple[int, ...]) -> LogOdds:
    """Choose the fastest form of the replicator dynamics that fits."""
    if set(sizes) == {2} and isinstance(gains, Polynomials):
        return TwoActions.of(gains, sizes)
    return LogOdds(gains, sizes, rows_of(sizes))


@dataclass(frozen=True, eq=False)
class LogOdds:
    """The replicator dynamics in log-odds."""

    gains: Gains
    sizes: tuple[int, ...]
    rows: tuple[slice, ...]

    def at(self, index: Any, /) -> LogOdds:
        """Take some points."""
        return replace(self, gains=self.gains.at(index))

    def state(self, shares: Sequence[Array], /) -> Array:
        """Turn shares ``(n_i, points)`` into a state."""
        parts = []
        with np.errstate(divide="ignore"):
            for share in shares:
                logs = np.log(share)
                parts.append(logs[:1] - logs[1:] if len(share) == 2 else logs)
        return np.concatenate(parts)

    def shares(self, state: Array, /) -> list[Array]:
        """Turn a state into shares ``(n_i, points)``."""
        found = []
        with np.errstate(over="ignore", under="ignore"):
            for rows, size in zip(self.rows, self.sizes, strict=True):
                if size == 2:
                    odds = np.concatenate([-state[rows], state[rows]])
                    found.append(1.0 / (1.0 + np.exp(odds)))
                else:
                    weights = np.exp(state[rows] - state[rows].max(axis=0))
                    found.append(weights / summed(weights))
        return found

    def played(self, state: Array, /) -> list[Array]:
        """Tell which actions somebody plays, ``(n_i, points)``.

        A share may be too small for a floating-point number, and still grow again.
        """
        found = []
        for rows, size in zip(self.rows, self.sizes, strict=True):
            own = state[rows]
            found.append(np.concatenate([own, -own] if size == 2 else [own]) > -np.inf)
        return found

    def corner(self, state: Array, /) -> Array:
        """Give the state in which all play the most frequent action of their population."""
        found = np.full_like(state, -np.inf)
        for rows, size in zip(self.rows, self.sizes, strict=True):
            if size == 2:
                np.copysign(np.inf, state[rows], out=found[rows])
            else:
                np.put_along_axis(found[rows], state[rows].argmax(axis=0)[None], 0.0, axis=0)
        return found

    def behind(self, state: Array, values: Array, /) -> Array:
        """Turn log-odds, or their rates, into those of every action against the most frequent one.

        A row without odds of its own, that of the most frequent of several actions, is infinite.
        """
        found = np.empty_like(state)
        for rows, size in zip(self.rows, self.sizes, strict=True):
            if size == 2:
                np.multiply(values[rows], -np.sign(state[rows]), out=found[rows])
                continue
            top = state[rows].argmax(axis=0)[None]
            found[rows] = values[rows] - np.take_along_axis(values[rows], top, axis=0)
            np.put_along_axis(found[rows], top, -np.inf, axis=0)
        return found

    def rates(self, state: Array, out: Array, /) -> None:
        """Write the gains that move the log-odds."""
        shares = self.shares(state)
        read = shares if self.gains.of_all else [share[1:] for share in shares]
        for rows, gain, size in zip(self.rows, self.gains(read), self.sizes, strict=True):
            if size == 2:
                np.negative(gain, out=out[rows])
            else:
                out[rows][0] = 0.0
                out[rows][1:] = gain

    def velocities(self, shares: Sequence[Array], /) -> list[Array]:
        """Give the change of shares per unit of time."""
        return [replicator(x, u) for x, u in zip(shares, payoffs_of(self, shares), strict=True)]

    def keep_in_range(self, state: Array, /) -> None:
        """Keep the largest logarithm of a share at zero."""
        for rows, size in zip(self.rows, self.sizes, strict=True):
            if size > 2:
                state[rows] -= state[rows].max(axis=0)

    def tolerance(self, state: Array, out: Array, /) -> None:
        """Write 1 and a thousandth of the log-odds.

        An error of the log-odds is a relative error of the odds. Where they are in the thousands,
        shares feel nothing, and rounding alone would exceed an absolute tolerance. A share of zero
        has infinite log-odds, and counts for nothing.
        """
        np.abs(state, out=out)
        np.multiply(out, 1e-3, out=out)
        np.add(out, 1.0, out=out)


@dataclass(frozen=True, eq=False)
class TwoActions(LogOdds):
    """The replicator dynamics of multilinear games of two actions per population, in place.

    All populations are computed at once: population i meets i + 1, i + 2 and so on, and once the
    first rows of the shares are repeated below the last ones, the shares of everybody's k-th
    partner are rows that follow each other.
    """

    gains: Polynomials
    constants: Array
    """``(terms / 2, populations, points)``: of the gains, as functions of the last partner."""
    slopes: Array
    buffers: list[Array] = field(default_factory=list)

    @classmethod
    def of(cls, gains: Polynomials, sizes: tuple[int, ...]) -> TwoActions:
        """Arrange the coefficients by the order in which populations meet."""
        return cls(gains, sizes, rows_of(sizes), *_by_partners(gains))

    def behind(self, state: Array, values: Array, /) -> Array:
        """Turn log-odds, or their rates, into those of the less frequent action."""
        found = np.sign(state)
        np.negative(found, out=found)
        return np.multiply(found, values, out=found)

    def at(self, index: Any, /) -> TwoActions:
        """Take some points."""
        if not self.gains.own:
            return replace(self, buffers=[])
        return TwoActions.of(self.gains.at(index), self.sizes)

    def rates(self, state: Array, out: Array, /) -> None:
        """Write the gains that move the log-odds."""
        rows, points = state.shape
        if not self.buffers or self.buffers[0].shape[1] != points:
            widths = [len(self.slopes) >> k for k in range(len(self.slopes).bit_length() - 1)]
            self.buffers[:] = [
                np.empty((max(1, 2 * rows - 1), points)),
                *(np.empty((width, rows, points)) for width in widths),
            ]
        second, *partial = self.buffers
        own = second[:rows]
        np.exp(state, out=own)
        np.add(own, 1.0, out=own)
        np.reciprocal(own, out=own)
        second[rows:] = second[: rows - 1]
        # Horner's way: the gain is linear in the share of each partner in turn.
        constants, slopes, place = self.constants, self.slopes, max(1, rows - 1)
        for total in (*partial, out[None]):
            first = place if rows > 1 else 0
            np.multiply(slopes, second[first : first + rows], out=total)
            np.add(total, constants, out=total)
            constants, slopes, place = total[0::2], total[1::2], place - 1


def _by_partners(gains: Polynomials) -> tuple[Array, Array]:
    """Arrange coefficients: even and odd terms, by population, by point."""
    tables = []
    for player, table in enumerate(gains.coefficients):
        own = -table[0]  # of the first action over the second
        partners = own.ndim - 1
        order = [*range(player, partners), *range(player)] if partners else []
        tables.append(own.transpose(*order, partners).reshape(-1, own.shape[-1]))
    terms = np.stack(tables, axis=1)
    return np.ascontiguousarray(terms[0::2]), np.ascontiguousarray(terms[1::2])


@dataclass(frozen=True, eq=False)
class InShares:
    """Dynamics in the shares themselves."""

    gains: Gains
    sizes: tuple[int, ...]
    rows: tuple[slice, ...]
    dynamic: Dynamic
    noise: float

    def at(self, index: Any, /) -> InShares:
        """Take some points."""
        return replace(self, gains=self.gains.at(index))

    def state(self, shares: Sequence[Array], /) -> Array:
        """Turn shares ``(n_i, points)`` into a state."""
        return np.concatenate([share[:1] if len(share) == 2 else share for share in shares])

    def shares(self, state: Array, /) -> list[Array]:
        """Turn a state into shares ``(n_i, points)``, within the simplex."""
        found = []
        for rows, size in zip(self.rows, self.sizes, strict=True):
            kept = np.clip(state[rows], 0.0, 1.0)
            found.append(np.concatenate([kept, 1.0 - kept]) if size == 2 else kept / summed(kept))
        return found

    def velocities(self, shares: Sequence[Array], /) -> list[Array]:
        """Give the change of shares per unit of time."""
        found = payoffs_of(self, shares)
        return [self.dynamic.velocity(x, u, self.noise) for x, u in zip(shares, found, strict=True)]

    def rates(self, state: Array, out: Array, /) -> None:
        """Write the change of the shares that are rows."""
        for rows, change in zip(self.rows, self.velocities(self.shares(state)), strict=True):
            out[rows] = change[:1] if len(change) == 2 else change

    def keep_in_range(self, state: Array, /) -> None:
        """Leave the shares as they are."""

    def tolerance(self, state: Array, out: Array, /) -> None:
        """Write 1, or less where kinks hide errors: those of shares count as they are."""
        out[: len(state)] = _AT_KINKS if self.dynamic.kinked else 1.0
