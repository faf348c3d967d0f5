"""An exact list of equilibria of two players: whole numbers, and Fractions made when read."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_numbers import WholeNumbers
from strategic.equilibria._whole_payoffs import whole_payoffs_and_gains
from strategic.games.game import Game

_ALONE = 200
"""Equilibria that could be made with many others in the time that making some alone takes."""


@dataclass(eq=False)
class WholeList:
    """Exact equilibria of many games, of which parts are read.

    Parameters
    ----------
    games : Game
        Of one batch axis.
    game : array ``(E,)`` of int
        The game of each.
    sides : pair of WholeNumbers
        The strategies, ``(E, n_i)``.

    Notes
    -----
    Whoever reads one game pays for one game. Whoever goes through all of them does not pay for each
    what the first cost: once readings have taken as long as making everything, everything is made,
    so that no order of readings takes much more than twice the time of the best.

    Examples
    --------
    >>> from strategic.equilibria._whole_numbers import whole_numbers
    >>> games = Game.from_payoffs([[[2, 0], [0, 1]]], [[[1, 0], [0, 2]]])
    >>> half = whole_numbers(np.array([[Fraction(1, 2), Fraction(1, 2)]]))
    >>> found = WholeList(games, np.array([0]), (half, half))
    >>> found.read("payoffs", slice(0, 1)).tolist(), found.read("regret", slice(0, 1)).tolist()
    ([[Fraction(3, 4), Fraction(3, 4)]], [Fraction(1, 4)])
    """

    games: Game
    game: Array
    sides: tuple[WholeNumbers, ...]
    _made: dict[str | int, Array] = field(default_factory=dict)
    _earned: tuple[WholeNumbers, WholeNumbers] | None = None
    _read: int = 0

    def read(self, what: str | int, rows: slice) -> Array:
        """Give strategies (the number of a player), payoffs or regrets as Fractions."""
        if what not in self._made:
            self._read += _ALONE + rows.stop - rows.start
            if self._read < len(self.game):
                return self._fractions(what, rows)
            self._made[what] = self._fractions(what, slice(0, len(self.game)))
        return self._made[what][rows]

    def payoffs_and_gains(self, rows: slice) -> tuple[WholeNumbers, WholeNumbers]:
        """Give payoffs and what a deviation gains in whole numbers."""
        if self._earned is not None:
            return self._earned[0][rows], self._earned[1][rows]
        sides = [side[rows] for side in self.sides]
        found = whole_payoffs_and_gains(self.games, sides, self.game[rows])
        if rows.stop - rows.start == len(self.game):
            self._earned = found
        return found

    def _fractions(self, what: str | int, rows: slice) -> Array:
        if isinstance(what, int):
            return self.sides[what][rows].fractions()
        payoffs, gains = self.payoffs_and_gains(rows)
        if what == "payoffs":
            return payoffs.fractions()
        if gains.numerators.any():
            return np.asarray(gains.fractions().max(axis=1))
        return np.full(rows.stop - rows.start, Fraction(0), dtype=object)  # as of every equilibrium
