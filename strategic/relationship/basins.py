"""Basins of attraction of the base game under replicator dynamics (claim R15, P26)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.measures import Point
from strategic.relationship.interests import interests

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Basins:
    """Two-population replicator dynamics of the base game.

    Parameters
    ----------
    incentives, losses : pair of ndarray
        (x_G, x_O) and (c_G, c_O), all above 0 where there is a saddle.

    Notes
    -----
    With x, y the shares of cooperating governments and organisations,
    ``x' = x(1-x)[(x_G+c_G) y - c_G]`` and ``y' = y(1-y)[(x_O+c_O) x - c_O]`` conserve
    ``H = -c_O ln x - x_O ln(1-x) + c_G ln y + x_G ln(1-y)``.
    The level of H at the saddle is the boundary of the two basins.

    References
    ----------
    Hofbauer and Sigmund (1998), Evolutionary games and population dynamics, chapter 10.
    """

    incentives: tuple[Array, Array]
    losses: tuple[Array, Array]

    @classmethod
    def of(cls, point: Point) -> Basins:
        """Take the terms of a point."""
        government, organisation = point.once(interests).sides()
        return cls(
            (government.incentive, organisation.incentive), (government.loss, organisation.loss)
        )

    @property
    def saddle(self) -> tuple[Array, Array]:
        """Shares (x, y) at the mixed equilibrium; NaN where CC is no strict equilibrium."""
        (x_G, x_O), (c_G, c_O) = self.incentives, self.losses
        strict = (x_G > 0) & (x_O > 0) & (c_G > 0) & (c_O > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (
                np.where(strict, c_O / (x_O + c_O), np.nan),
                np.where(strict, c_G / (x_G + c_G), np.nan),
            )

    def invariant(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Value of the conserved quantity H at shares x, y inside the unit square."""
        (x_G, x_O), (c_G, c_O) = self.incentives, self.losses
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        return np.asarray(
            -c_O * np.log(x) - x_O * np.log1p(-x) + c_G * np.log(y) + x_G * np.log1p(-y)
        )

    def reaches_cooperation(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Whether play that starts at shares x, y (inside the square) ends at CC.

        Notes
        -----
        On the boundary itself play ends at the saddle, which does not count as CC.
        Where CC is the only strict way to gain (no saddle because a loss is 0) nothing is claimed:
        the answer is False.
        """
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        x_s, y_s = self.saddle
        level, boundary = self.invariant(x, y), self.invariant(x_s, y_s)
        with np.errstate(invalid="ignore"):
            right, left = (x >= x_s) & (y <= y_s), (x <= x_s) & (y >= y_s)
            wins = np.where(right, level > boundary, left & (level < boundary))
            above = (x >= x_s) & (y >= y_s) & ((x > x_s) | (y > y_s))
        return np.asarray(wins | above)
