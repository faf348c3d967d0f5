"""What the first of two actions gains over the second, over the mixtures of two other players."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games import Game

_STEPS = 61
_TINY = 1e-12


@dataclass(frozen=True)
class Gain:
    """The gain ``level + across x + up y + both x y`` of one player's first action.

    ``x`` and ``y`` are the probabilities with which the other two players, in order, play their
    first actions. The payoffs are scaled to at most one, which moves no sign.
    """

    level: float
    across: float
    up: float
    both: float

    def at(self, x: Array, y: Array) -> Array:
        """Compute the gain at probabilities of any shape; what rounding leaves of zero is zero."""
        gains = np.asarray(self.level + self.across * x + self.up * y + self.both * x * y)
        return np.where(np.abs(gains) <= _TINY * self.size, 0.0, gains)

    @property
    def size(self) -> float:
        """The largest coefficient."""
        return max(map(abs, (self.level, self.across, self.up, self.both)))

    @property
    def nothing(self) -> bool:
        """Whether both actions earn the same everywhere."""
        return not self.size

    def curves(self) -> list[Array]:
        """Find where the player is indifferent: curves ``(points, 2)`` in the unit square.

        A line, two crossing lines, or the branches of a hyperbola.
        """
        if self.nothing:
            return []
        crossing = self.level * self.both - self.across * self.up
        if self.both and abs(crossing) <= _TINY * self.size**2:
            return [*_upright(-self.up / self.both), *_level(-self.across / self.both)]
        if not self.both and not self.up:
            return _upright(-self.level / self.across) if self.across else []
        return self._branches()

    def _branches(self) -> list[Array]:
        """Follow y as a function of x, with points at even steps of both."""
        steps = np.linspace(0, 1, _STEPS)
        with np.errstate(divide="ignore", invalid="ignore"):
            x = -(self.level + self.up * steps) / (self.across + self.both * steps)
            x = np.unique(np.concatenate([steps, x[(x >= 0) & (x <= 1)]]))
            y = -(self.level + self.across * x) / (self.up + self.both * x)
        inside = (y >= -_TINY) & (y <= 1 + _TINY)
        pole = -self.up / self.both if self.both else np.inf
        curve = np.stack([x, y.clip(0, 1) + 0.0], axis=1)
        runs: list[Array] = []
        for side in (x < pole, x > pole):  # a hyperbola has one branch on each side
            place = np.flatnonzero(inside & side)
            runs += np.split(place, np.flatnonzero(np.diff(place) > 1) + 1)
        return [curve[run] for run in runs if len(run) > 1]


def gain_of(game: Game, player: int) -> Gain:
    """Read the gain of one player off a single 2x2x2 game.

    Raises
    ------
    GameError
        When the game is not a single 2x2x2 game.

    Examples
    --------
    >>> gain = gain_of(Game.from_payoffs(*[[[[1, 0], [0, 0]], [[0, 0], [0, 1]]]] * 3), 0)
    >>> (line,) = gain.curves()
    >>> line[[0, -1]].tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    if game.shape != (2, 2, 2) or game.batch_shape:
        raise GameError("must be a single 2x2x2 game", where="game", value=game.shape)
    table = game.payoffs[player]
    own = np.moveaxis(np.ldexp(table, -int(np.frexp(np.abs(table).max())[1]) - 2), player, 0)
    corner = own[0] - own[1]  # at the others' actions; probability one is their first
    level, across, up = corner[1, 1], corner[0, 1] - corner[1, 1], corner[1, 0] - corner[1, 1]
    both = corner[0, 0] - corner[0, 1] - corner[1, 0] + corner[1, 1]
    return Gain(float(level), float(across), float(up), float(both))


def _upright(x: float) -> list[Array]:
    return [np.array([[x, 0.0], [x, 1.0]])] if 0 <= x <= 1 else []


def _level(y: float) -> list[Array]:
    return [np.array([[0.0, y], [1.0, y]])] if 0 <= y <= 1 else []
