"""The games that measures are read from: payoffs of points, their equilibria, the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria, solve
from strategic.equilibria.concepts.choice import RULES, Chosen, choose
from strategic.games import Game
from strategic.games.names import slugs
from strategic.modelling.points import Points

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Payoffs = Callable[[Points], tuple[Array, ...]]
"""From a point to one array ``(*points.shape, n_1, ..., n_p)`` per player; NaN where undefined."""


@dataclass(frozen=True, eq=False)
class Source:
    """A parameterised game: what it pays, what it calls its players, what its equilibria are.

    Everything that is computed for a point is computed once, however many measures read it.

    Parameters
    ----------
    payoffs : callable
        From `Points` to one payoff array per player.
    players : tuple of str
        Their names.
    actions : tuple of tuple of str
        Names of their actions.
    single : callable, optional
        The game of a single point, or of points with exact values (`Points.exactly`), where that
        is known more exactly than ``payoffs``.
    degree : callable, optional
        From the name of a parameter to the proved degree of all payoffs as polynomials in it; None
        where they are none.

    Examples
    --------
    >>> def hunt(points):
    ...     hare = points["hare"]
    ...     row = np.stack([np.stack([4 + 0 * hare, 0 * hare], -1), np.stack([hare, hare], -1)], -2)
    ...     return row, np.swapaxes(row, -1, -2)
    >>> source = Source(hunt, ("a", "b"), (("stag", "hare"),) * 2)
    >>> source.found(Points({"hare": [3.0, 5.0]})).count
    array([3, 1])
    """

    payoffs: Payoffs
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    single: Callable[[Points], Game] | None = None
    degree: Callable[[str], int | None] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return tuple(map(len, self.actions))

    @property
    def player_slugs(self) -> tuple[str, ...]:
        """Names of the players as parts of names of measures."""
        return slugs(self.players)

    @property
    def action_slugs(self) -> tuple[tuple[str, ...], ...]:
        """Names of the actions as parts of names of measures."""
        return tuple(map(slugs, self.actions))

    def defined(self, points: Points) -> Array:
        """Say at which points all payoffs are finite."""
        axes = tuple(range(-len(self.players), 0))
        arrays = points.once(self.payoffs)
        finite = np.logical_and.reduce([np.isfinite(a).all(axis=axes) for a in arrays])
        return np.broadcast_to(finite, points.shape)

    def tables(self, points: Points) -> tuple[Array, ...]:
        """Give the payoffs of the points; of a single point, or of exact ones, as fractions."""
        if self._is_exact(points):
            games = points.once(self.games)
            return games.fractions() if games is not None else points.once(self.payoffs)
        return points.once(self.payoffs)

    def games(self, points: Points) -> Game | None:
        """Make the games of the points that have them, in a row; None where no point has one."""
        defined = points.once(self.defined)
        if self._is_exact(points):
            return self.single(points)  # type: ignore[misc]
        if not defined.any():
            return None
        arrays = (
            np.broadcast_to(table, points.shape + self.shape)[defined]
            for table in points.once(self.payoffs)
        )
        return Game(tuple(arrays), self.players, self.actions)

    def found(self, points: Points) -> Equilibria | None:
        """Find all equilibria of the points that have games."""
        games = points.once(self.games)
        return None if games is None else solve(games)

    def chosen(self, points: Points, rule: str) -> Chosen | None:
        """Choose among the equilibria of the points that have games."""
        return points.once(self._choices[rule])

    def spread(self, points: Points, values: ArrayLike | None, undefined: float) -> Array:
        """Put values of the points that have games in their places."""
        whole = np.full(points.shape, undefined)
        if values is not None:
            whole[points.once(self.defined)] = np.reshape(np.asarray(values, dtype=float), -1)
        return whole

    def _is_exact(self, points: Points) -> bool:
        if self.single is None or (points.shape and not points.exact):
            return False
        return bool(points.once(self.defined).all())

    @cached_property
    def _choices(self) -> Mapping[str, Callable[[Points], Chosen | None]]:
        """Give one function per rule, so that a point remembers what it chose by each."""
        return {rule: partial(_choose, self, rule) for rule in RULES}


def _choose(source: Source, rule: str, points: Points) -> Chosen | None:
    found = points.once(source.found)
    return None if found is None else choose(found, rule)
