"""The curve of logit equilibria of a single 2x2 game, in plain numbers.

`TwoByTwo` takes many games at once. For one game at one rationality the calls of arrays would cost
far more than the sums in them.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

from strategic.equilibria.quantal.two_by_two import SETTLED, SETTLING, TwoByTwo

_FARTHEST = 700.0
"""Log-odds beyond which a chance is 0 to the last digit, and exponentials become too large."""
_ASTRAY = 2.0
"""Log-odds, and times the way gone, that an equilibrium may be away from where its curve led."""

Derivatives = tuple[float, float, float]
"""A number, and its first and second derivatives by rationality."""


class LostError(ArithmeticError):
    """Newton's method came to no rest, or far from where the curve led."""


class Place(NamedTuple):
    """One equilibrium on a curve.

    Parameters
    ----------
    rationality : float
    row, column : tuples of 3 floats
        Log-odds of the player's first action, and their derivatives.
    """

    rationality: float
    row: Derivatives
    column: Derivatives


class OneCurve(NamedTuple):
    """The logit equations ``x = t (a + A q)``, ``y = t (b + B p)`` of one 2x2 game.

    Parameters
    ----------
    a, slope_a, b, slope_b : float
        The terms of `TwoByTwo`.
    flipped : bool
        Whether these have the column player's actions in the other order.
    """

    a: float
    slope_a: float
    b: float
    slope_b: float
    flipped: bool

    @classmethod
    def of(cls, games: TwoByTwo) -> OneCurve:
        """Take the only game."""
        a, slope_a, b, slope_b = games.terms[:, 0].tolist()
        return cls(a, slope_a, b, slope_b, bool(games.flipped[0]))

    def onwards(self, place: Place, rationality: float) -> Place:
        """Follow the curve to another rationality.

        Raises
        ------
        LostError
        """
        gap, (x, slope, bend) = rationality - place.rationality, place.row
        away = gap * (slope + 0.5 * gap * bend)
        found = self.settle(x + away, rationality)
        if abs(found.row[0] - x - away) > _ASTRAY * (1.0 + abs(away)):
            raise LostError  # on another arm, as this one has ended
        return found

    def settle(self, x: float, rationality: float) -> Place:
        """Newton's method from near an equilibrium, and derivatives there.

        Raises
        ------
        LostError
        """
        a, slope_a, b, slope_b, flipped = self
        for _ in range(SETTLING):
            p = _chance(x)
            q = _chance(rationality * (b + slope_b * p))
            gain = rationality * slope_a * q
            slope = 1.0 - gain * (1.0 - q) * rationality * slope_b * p * (1.0 - p)
            step = (x - rationality * a - gain) / slope
            x -= step
            if abs(step) <= SETTLED * (1.0 + abs(x)):
                break
        else:
            raise LostError
        p = _chance(x)
        earned = b + slope_b * p
        y = rationality * earned
        q = _chance(y)
        own = a + slope_a * q
        # What log-odds gain by rationality and by the other's, as in `TwoByTwo.along`.
        gain, answer = slope_a * q * (1.0 - q), slope_b * p * (1.0 - p)
        turn, turned = rationality * gain, rationality * answer
        whole = 1.0 - turn * turned
        x1, y1 = (own + turn * earned) / whole, (earned + turned * own) / whole
        direct = (2.0 * gain + turn * (1.0 - 2.0 * q) * y1) * y1
        other = (2.0 * answer + turned * (1.0 - 2.0 * p) * x1) * x1
        x2, y2 = (direct + turn * other) / whole, (other + turned * direct) / whole
        column = (-y, -y1, -y2) if flipped else (y, y1, y2)
        return Place(rationality, (x, x1, x2), column)


def _chance(x: float) -> float:
    """Turn log-odds into a chance."""
    return 1.0 / (1.0 + exp(min(-x, _FARTHEST)))
