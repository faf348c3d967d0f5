"""What is found of the most likely rationality of groups of games."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

FLAT = 1e-12
"""A likelihood that differs by less, as a share of itself, is the same everywhere."""
ALIKE = 1e-9
"""Log likelihoods this near, as a share of themselves, are the same. Of several such tops the one
at the lowest rationality counts, and none where the likelihood comes as near to its limit."""
CANDIDATES, COARSE = 3, 1e-3
"""Rises of a scan that are refined, at most, and how far its values may be off."""


@dataclass(frozen=True, eq=False)
class Fits:
    """The most likely rationality of every group.

    Parameters
    ----------
    rationality, height, curvature : arrays (groups,)
        The maximum along the curves, the log likelihood there, and its second derivative.
    slope, spacing : arrays (groups,)
        First derivative that is left, and how far the nodes around the maximum are apart; the
        slope is infinite where only the best node of a scan is known.
    low, high : arrays (groups,)
        Where the log likelihood has fallen by `HALF`, outermost on either side.
    infinite, flat : arrays of bool (groups,)
        Whether there is no finite maximum; whether play is the same at every rationality.
    missing : array of int (groups,)
        Values of the scan at which a branch could not be followed.
    off_rate, off_height : arrays (groups,)
        The best fit found off the principal branch, where it is better; else NaN and -inf.
    logs : list of (games, array (2, actions, games))
        Log probabilities at the maximum, and their slopes; games of one shape together.
    """

    rationality: Array
    height: Array
    curvature: Array
    slope: Array
    spacing: Array
    low: Array
    high: Array
    infinite: Array
    flat: Array
    missing: Array
    off_rate: Array
    off_height: Array
    logs: list[tuple[Array, Array]]

    @classmethod
    def empty(cls, groups: int) -> Fits:
        """Make room for results."""
        real = np.empty((9, groups))
        marks = np.empty((2, groups), dtype=bool)
        whole = np.empty(groups, dtype=np.int64)
        return cls(
            real[0], real[1], real[2], real[3], real[4], real[5], real[6], marks[0], marks[1],
            whole, real[7], real[8], [],
        )  # fmt: skip

    def gap(self) -> Array:
        """By how much the maxima may be missed (groups,), to first order.

        Half the slope squared over the curvature is what one more step of Newton's method would
        gain; no step gains more than the slope times the way to the next nodes.
        """
        slope, bend = np.abs(self.slope), np.abs(self.curvature)
        ended = np.isnan(self.curvature)  # at uniform play, or for ever more rational choices
        step = np.divide(0.5 * slope, bend, out=np.full_like(bend, np.inf), where=bend > 0.0)
        gap = np.where(ended | (slope == 0.0), 0.0, slope * np.minimum(step, self.spacing))
        return np.where(self.unsettled(), np.inf, gap)

    def unsettled(self) -> Array:
        """Say where no maximum was found but the best node of a scan: (groups,)."""
        return np.isinf(self.slope)

    def put(self, part: Array, some: Fits) -> None:
        """Enter the results of some groups."""
        for name, values in vars(some).items():
            if name != "logs":
                getattr(self, name)[part] = values
        self.logs.extend(some.logs)
