"""Logit equilibria of many games as curves over rationality: looked up, refined, differentiated.

One game's principal branch is one curve. It is found once, at some nodes, and then asked for at any
rationality: between nodes it is interpolated, and Newton's method settles on it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria.quantal._along import chances, cubic, log_odds_chances
from strategic.equilibria.quantal._small_systems import solve_with_determinant
from strategic.equilibria.quantal._system import (
    ManyPlayers,
    added,
    logit_system,
    scaled_tables,
    unique_below,
)
from strategic.equilibria.quantal._tracker import trace
from strategic.equilibria.quantal.curve_points import Arms, Settled
from strategic.equilibria.quantal.other_branches import other_arms
from strategic.equilibria.quantal.two_by_two import TwoByTwo

FARTHEST = 3e3
"""Rationality up to which a branch is followed, in units of one over the payoff range."""
_ROUNDING = 1e-15
_SETTLING, _SETTLED = 12, 1e-9
_LOOKED = 1e-5
"""The last step to a root that is only looked up: `Curves.settle` improves on it."""
_MOST_STEPS = 1000
_LONGEST = 500.0
AT_ONCE = 8192
"""Equilibria that are looked up together: what they take stays in the processor's cache."""
_NEARBY = 1e-5
"""Share of the rationality over which the slope of a branch is differenced."""


class Curves(ABC):
    """The logit equilibria of many games of one shape, in their own units of payoff."""

    @abstractmethod
    def keep(self, chosen: Array) -> Curves:
        """Keep the chosen games, in this order, some perhaps several times."""

    @abstractmethod
    def bare(self, chosen: Array) -> Curves:
        """Keep the chosen games, perhaps many times, for all but to look their equilibria up."""

    @abstractmethod
    def kinds(self) -> Array:
        """Give games whose equilibria are looked up in one way the same number."""

    @abstractmethod
    def arms(self, rationality: Array) -> Arms:
        """Look the equilibria up at rationalities (points, games) that rise from 0."""

    @abstractmethod
    def elsewhere(self, rationality: Array, arms: Arms) -> tuple[Array, Arms] | None:
        """Find games with equilibria off their principal branch: which, and all their arms.

        ``arms`` are those of all games at these rationalities; None where there are no such games.
        """

    @abstractmethod
    def settle(self, w: Array, rationality: Array) -> Settled:
        """Newton's method from near an equilibrium of each game: (unknowns, games)."""

    @abstractmethod
    def chances(self, w: Array, slope: Array, rationality: Array) -> Array:
        """Log probabilities and their slopes (2, actions, ..., games) at (unknowns, ..., games)."""


def curves_of(tables: Sequence[Array]) -> Curves:
    """Make the curves of games with payoffs ``(n_1, ..., n_p, games)``.

    Examples
    --------
    >>> row = np.array([[9.0, 0], [0, 1]])[..., None]
    >>> curves = curves_of([row, 1.0 - np.sign(row)])
    >>> found = curves.settle(curves.arms(np.array([[1.0]])).w[0, :, 0], np.array([1.0]))
    >>> np.exp(found.logs[0]).round(4).ravel(), bool(found.found[0])
    (array([0.8936, 0.1064, 0.3128, 0.6872]), True)
    """
    if [table.shape[:-1] for table in tables] == [(2, 2), (2, 2)]:
        return SmallCurves(TwoByTwo(*tables))
    return TracedCurves.of(tables)


class SmallCurves(Curves):
    """2x2 games: every logit equilibrium is found, and none is followed."""

    def __init__(self, games: TwoByTwo) -> None:
        self.games = games

    def keep(self, chosen: Array) -> SmallCurves:
        """Keep the chosen games."""
        return SmallCurves(self.games.keep(chosen))

    def bare(self, chosen: Array) -> SmallCurves:
        """Keep the chosen games."""
        return self.keep(chosen)

    def kinds(self) -> Array:
        """Tell games that may have three equilibria from the others."""
        return np.asarray(self.games.rising, dtype=np.int64)

    def arms(self, rationality: Array) -> Arms:
        """Look all equilibria up; see the base class."""
        roots = self.games.roots(rationality, still=_LOOKED)
        if (roots[0] == roots[2]).all():
            roots, held = roots[:1], np.ones((1, *rationality.shape), dtype=bool)
        else:
            held = self.games.principal(rationality, roots)
        slope = self.games.slope(roots, rationality)
        return Arms(roots[:, None], slope[:, None], held)

    def elsewhere(self, rationality: Array, arms: Arms) -> tuple[Array, Arms] | None:
        """Pick games that have several; see the base class."""
        del rationality
        if arms.principal.all():
            return None
        games = np.flatnonzero((~arms.principal).any(axis=(0, 1)))
        return games, arms.some(games)

    def settle(self, w: Array, rationality: Array) -> Settled:
        """Settle on the equilibria nearby; see the base class."""
        x, found = self.games.settle(w[0], rationality)
        odds, first, second = self.games.along(x, rationality)
        return Settled(x[None], first[:1], second[:1], self._logs(odds, first, second), found)

    def chances(self, w: Array, slope: Array, rationality: Array) -> Array:
        """Log probabilities and slopes; see the base class."""
        return self._logs(*self.games.answered(w[0], slope[0], rationality))

    def _logs(self, odds: Array, first: Array, second: Array | None = None) -> Array:
        """Log probabilities and their derivatives, from the log-odds of both (2, ..., games)."""
        logs = np.empty((2 if second is None else 3, 2, 2, *odds.shape[1:]))
        low, high = logs[:, :, 0], logs[:, :, 1]
        np.subtract(np.minimum(odds, 0.0), np.log1p(np.exp(-np.abs(odds))), out=low[0])
        np.subtract(low[0], odds, out=high[0])
        p = np.exp(low[0])
        np.multiply(np.exp(high[0]), first, out=low[1])
        np.multiply(-p, first, out=high[1])
        if second is not None:
            curved = p * first * low[1]
            np.subtract(np.exp(high[0]) * second, curved, out=low[2])
            np.subtract(-p * second, curved, out=high[2])
        if self.games.flipped.any():  # the second player's actions have their own places again
            logs[:, 1] = np.where(self.games.flipped, logs[:, 1, ::-1], logs[:, 1])
        return logs.reshape(len(logs), 4, *odds.shape[1:])


class TracedCurves(Curves):
    """Games of any shape: the principal branch is followed once, with its tangents.

    Parameters
    ----------
    tables : sequence of arrays (n_1, ..., n_p, games)
        Scaled payoffs, the players in the order of the system's.
    units : array (games,)
        What a unit of rationality is in scaled payoffs.
    nodes : array (unknowns + 1, nodes, games)
        Points of the branch, rationality last; NaN behind the last one.
    tangents : array (unknowns + 1, nodes, games)
        Of length one.
    """

    def __init__(
        self, tables: Sequence[Array], units: Array, nodes: Array, tangents: Array
    ) -> None:
        self.tables, self.units = tuple(tables), units
        self.nodes, self.tangents = nodes, tangents
        self.system, self.swapped = logit_system(list(self.tables))

    @classmethod
    def of(cls, tables: Sequence[Array]) -> TracedCurves:
        """Follow the branches."""
        scaled, units = scaled_tables(tables)
        system, _ = logit_system(scaled)
        factor = np.asarray(units.scaled(1.0))
        far = np.full(len(factor), FARTHEST)
        if not system.unknowns():
            nodes = np.array([[np.zeros_like(far), far]])
            return cls(scaled, factor, nodes, np.ones_like(nodes))
        nodes, tangents = trace(
            system, far, first=unique_below(scaled), max_steps=_MOST_STEPS, largest=_LONGEST
        )
        return cls(scaled, factor, nodes, tangents)

    def keep(self, chosen: Array) -> TracedCurves:
        """Keep the chosen games."""
        return TracedCurves(
            [table[..., chosen] for table in self.tables],
            self.units[chosen], self.nodes[..., chosen], self.tangents[..., chosen],
        )  # fmt: skip

    def kinds(self) -> Array:
        """All alike."""
        return np.zeros(len(self.units), dtype=np.int64)

    def arms(self, rationality: Array) -> Arms:
        """Interpolate between nodes: one arm per stretch that rises or falls in rationality."""
        where, aim = self.nodes[-1], _within(rationality * self.units)
        with np.errstate(invalid="ignore"):
            rising = np.diff(where, axis=0) > 0.0
            there = ~np.isnan(where[1:])
        turns = np.cumsum(rising[1:] != rising[:-1], axis=0) * there[1:]
        number = np.concatenate([np.zeros((1, where.shape[1]), dtype=np.int64), turns])
        last = number.max(axis=0, initial=0)
        count, size = int(last.max(initial=0)) + 1, len(self.nodes) - 1
        w, slope = np.full((2, count, size, *aim.shape), np.nan)
        inside = np.zeros((count, *aim.shape), dtype=bool)
        for arm in range(count):  # few branches turn back
            some = np.flatnonzero(last >= arm)
            on = (there & (number == arm))[:, some]
            first = on.argmax(axis=0)
            up = rising[first, some]
            places = _passed(where[:, some], aim[:, some], first, on.sum(axis=0), up)
            for part in block_slices(len(aim), max(AT_ONCE // max(len(some), 1), 1)):
                found = self._between(places[part], aim[part][:, some], some)
                for whole, here in zip((w, slope, inside), found, strict=True):
                    whole[arm][..., part, some] = here
        return Arms(w, slope * self.units, inside)

    def elsewhere(self, rationality: Array, arms: Arms) -> tuple[Array, Arms] | None:
        """Follow every other equilibrium downwards; see the base class."""
        if not self.system.unknowns():
            return None
        aim = rationality * self.units
        last = np.where(arms.principal[:, None, -1], arms.w[:, :, -1], np.nan)
        followed = other_arms(self.tables, aim, last)
        if followed is None:
            return None
        games, others = followed
        slopes = np.full_like(others, np.nan)
        arm, point, place = np.nonzero(np.isfinite(others).all(axis=1))
        game = games[place]
        some = self.bare(game)
        with np.errstate(all="ignore"):
            turns = some.slope(others[arm, :, point, place].T, aim[point, game])
        slopes[arm, :, point, place] = turns.T * self.units[game, None]
        own = arms.some(games)
        off = np.zeros(others[:, 0].shape, dtype=bool)
        return games, Arms(
            *(np.concatenate(pair) for pair in (
                (own.w, others), (own.slope, slopes), (own.principal, off)))
        )  # fmt: skip

    def bare(self, chosen: Array) -> TracedCurves:
        """Keep games without the nodes of their curves: that is faster where there are many."""
        return TracedCurves(
            [table.take(chosen, axis=-1) for table in self.tables],
            self.units[chosen], self.nodes[..., :0], self.tangents[..., :0],
        )  # fmt: skip

    def _between(self, place: Array, aim: Array, games: Array) -> tuple[Array, Array, Array]:
        """Cubics in the length of the curve through the nodes at ``place`` and behind it."""
        ends = np.array([self.nodes[:, place, games], self.nodes[:, place + 1, games]])
        slopes = np.array([self.tangents[:, place, games], self.tangents[:, place + 1, games]])
        low, high = ends[:, -1].min(axis=0), ends[:, -1].max(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            inside = (low <= aim) & (aim <= high)
            length = np.sqrt(added((ends[1] - ends[0]) ** 2))
            # Where along the cubic the rationality is the one that is aimed at.
            s = (aim - ends[0, -1]) / (ends[1, -1] - ends[0, -1])
            for _ in range(4):
                value, turn = cubic(ends[:, -1], slopes[:, -1], length, s)
                s = np.clip(s - (value - aim) / turn, 0.0, 1.0)
            value, turn = cubic(ends, slopes, length, s)
            slope = turn[:-1] / turn[-1]
        inside &= np.isfinite(slope).all(axis=0)
        return value[:-1], np.where(inside, slope, np.nan), inside

    def settle(self, w: Array, rationality: Array) -> Settled:
        """Settle on the equilibria nearby; see the base class."""
        aim, size = rationality * self.units, len(w)
        still = np.ones(w.shape[1], dtype=bool)
        with np.errstate(all="ignore"):
            for _ in range(_SETTLING if size else 0):
                values, derivatives = self.system.equations(w, aim)
                step = solve_with_determinant(derivatives[:, :size], values[:, None])[0][:, 0]
                w = w - step
                still = np.abs(step).max(axis=0) <= _SETTLED * (1.0 + np.abs(w).max(axis=0))
                if still.all():
                    break
            _, derivatives = self.system.equations(w, aim)
            slope = -solve_with_determinant(derivatives[:, :size], derivatives[:, size:])[0][:, 0]
            bend = self._bend(w, slope, aim, derivatives)
            logs = self.log_chances(w, slope, bend, aim)
        logs = logs * self.units ** np.arange(3)[:, None, None]
        return Settled(w, slope * self.units, bend * self.units**2, logs, still)

    def slope(self, w: Array, aim: Array) -> Array:
        """Implicit derivative of the log-odds by scaled rationality."""
        size = len(w)
        _, derivatives = self.system.equations(w, aim)
        return -solve_with_determinant(derivatives[:, :size], derivatives[:, size:])[0][:, 0]

    def _bend(self, w: Array, slope: Array, aim: Array, derivatives: Array) -> Array:
        """Second derivative: the change of the equations' slope along the tangent, differenced."""
        size = len(w)
        step = _NEARBY * np.maximum(aim, 1e-3)
        ends = []
        for sign in (1.0, -1.0):
            _, there = self.system.equations(w + sign * step * slope, aim + sign * step)
            ends.append(added((there[:, :size] * slope).swapaxes(0, 1)) + there[:, size])
        change = (ends[0] - ends[1]) / (2.0 * step)
        return -solve_with_determinant(derivatives[:, :size], change[:, None])[0][:, 0]

    def chances(self, w: Array, slope: Array, rationality: Array) -> Array:
        """Log probabilities and slopes; see the base class."""
        with np.errstate(all="ignore"):
            logs = self.log_chances(w, slope / self.units, None, rationality * self.units)
        logs[1] *= self.units
        return logs

    def log_chances(self, w: Array, slope: Array, bend: Array | None, aim: Array) -> Array:
        """Logarithms of all probabilities, and derivatives by scaled rationality.

        Second ones only where there is a ``bend``: (2 or 3, actions, ..., games).
        """
        zero = np.zeros((1, *w.shape[1:]))
        given = (w, slope) if bend is None else (w, slope, bend)
        if isinstance(self.system, ManyPlayers):
            each = [
                log_odds_chances(*(np.concatenate([zero, part[place]]) for part in given))
                for place in self.system.places
            ]
            return np.concatenate(each, axis=1)
        leader = log_odds_chances(*(np.concatenate([zero, part]) for part in given))
        payoffs = self.system.column  # type: ignore[attr-defined]
        payoffs = payoffs.reshape(*payoffs.shape[:2], *(1,) * (w.ndim - 2), -1)
        earned, *turns = (added(payoffs * part[:, None]) for part in chances(leader))
        score = [aim * earned, earned + aim * turns[0]]
        if bend is not None:
            score.append(2.0 * turns[0] + aim * turns[1])
        follower = log_odds_chances(*score)
        sides = (follower, leader) if self.swapped else (leader, follower)
        return np.concatenate(sides, axis=1)


def _within(aim: Array) -> Array:
    """Put what lies beyond the end of the branches by no more than rounding at their end."""
    return np.where(aim <= FARTHEST * (1.0 + _ROUNDING), np.minimum(aim, FARTHEST), aim)


def _passed(where: Array, aim: Array, first: Array, count: Array, up: Array) -> Array:
    """Find the last node of a stretch that is not beyond each aim, or its first, by bisection.

    Parameters
    ----------
    where : array (nodes, games)
        Rationality, which rises or falls throughout the stretch.
    aim : array (points, games)
    first, count : arrays of int (games,)
        Where the stretch begins, and how many steps it has.
    up : array of bool (games,)
    """
    games = np.arange(aim.shape[1])
    low, high = np.zeros(aim.shape, dtype=np.int64), np.broadcast_to(count, aim.shape).copy()
    for _ in range(int(count.max(initial=0)).bit_length()):
        middle = (low + high) // 2
        there = where[first + np.minimum(middle, count - 1), games]
        behind = (middle < high) & np.where(up, there <= aim, there > aim)
        low, high = np.where(behind, middle + 1, low), np.where(behind, high, middle)
    return np.asarray(first + np.maximum(low - 1, 0))
