"""Logit equilibria on the curves of many games: looked up, and settled by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

from strategic.arrays import Array


@dataclass(frozen=True, eq=False)
class Arms:
    """Logit equilibria at many rationalities.

    Parameters
    ----------
    w, slope : arrays (arms, unknowns, points, games)
        Log-odds and their derivatives by rationality; NaN where an arm is not there.
    principal : array of bool (arms, points, games)
        Which of them lie on the curve that starts at uniform play.
    """

    w: Array
    slope: Array
    principal: Array

    def some(self, chosen: Array) -> Arms:
        """Keep some games."""
        return Arms(self.w[..., chosen], self.slope[..., chosen], self.principal[..., chosen])


@dataclass(frozen=True, eq=False)
class Settled:
    """Logit equilibria, one per column, with derivatives along their curves.

    Parameters
    ----------
    w, slope, bend : arrays (unknowns, columns)
        Log-odds and their first and second derivatives by rationality.
    logs : array (3, actions, columns)
        Logarithms of choice probabilities, and their first and second derivatives: all actions of
        the first player, then of the second, and so on.
    found : array of bool (columns,)
        Whether Newton's method came to rest.
    """

    w: Array
    slope: Array
    bend: Array
    logs: Array
    found: Array

    def some(self, chosen: Array) -> Settled:
        """Keep some columns."""
        w, slope, bend = (part[:, chosen] for part in (self.w, self.slope, self.bend))
        return Settled(w, slope, bend, self.logs[..., chosen], self.found[chosen])
