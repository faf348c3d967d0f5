"""The repeated prisoner's dilemma that every closed form takes: payoffs, patience, monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.errors import GameError
from strategic.one_line import in_one_line
from strategic.status import Status


@in_one_line
@dataclass(frozen=True, eq=False)
class RepeatedGame:
    """What one side of a repeated relationship plays for, at many points.

    Made by `repeated_game`. All arrays have one shape; where both sides of a pair are described,
    the side is the first axis: ``(2, *points)``.

    Parameters
    ----------
    reward, sucker, temptation, punishment : array
        Stage payoffs R, S, T and P; P is the outside option.
    discount : array
        Discount factor delta.
    incident_risk : array
        Probability h that a period ends with a bad signal although both cooperated.
    detection : array
        Probability m that a deviation is detected.

    Examples
    --------
    >>> repeated_game(3, 0, 5, 1, discount=[0.8, 0.9], incident_risk=0.05)
    <RepeatedGame: reward [3 3], sucker [0 0], temptation [5 5], ..., detection [1 1]>
    """

    reward: Array
    sucker: Array
    temptation: Array
    punishment: Array
    discount: Array
    incident_risk: Array
    detection: Array

    # Computed once for all results: every closed form starts from these two differences.
    @cached_property
    def gain(self) -> Array:
        """Gain g = T - R from deviating once."""
        return np.asarray(self.temptation - self.reward)

    @cached_property
    def dependence(self) -> Array:
        """Dependence D = R - P: what cooperation is worth over the outside option."""
        return np.asarray(self.reward - self.punishment)

    @property
    def loss(self) -> Array:
        """Loss l = P - S of a side that cooperates alone."""
        return np.asarray(self.punishment - self.sucker)

    @property
    def bad_signal_after_deviation(self) -> Array:
        """Probability q = 1 - (1 - h)(1 - m) of a bad signal after one deviation."""
        return np.asarray(self.incident_risk + self.detection - self.incident_risk * self.detection)

    @property
    def patience_price(self) -> Array:
        """What a promise must be worth per period to outweigh one unit now, (1 - delta)/delta."""
        with np.errstate(all="ignore"):
            price = (1 - self.discount) / self.discount
        return np.where(self._inside["discount"], price, np.nan)

    @cached_property
    def _inside(self) -> dict[str, Array]:
        delta, h, m = self.discount, self.incident_risk, self.detection
        return {
            "payoffs": np.isfinite(self.gain + self.dependence),
            "discount": (delta >= 0) & (delta < 1),
            "incident_risk": (h >= 0) & (h <= 1),
            "detection": (m >= 0) & (m <= 1),
        }

    def valid(self, *rates: str) -> Array:
        """Mask the points with finite payoffs and the named rates in their ranges."""
        inside = self._inside["payoffs"]
        for name in rates:
            inside = inside & self._inside[name]
        return inside

    def status(self, enforceable: Array, valid: Array) -> Array:
        """Give every point its `Status`: why cooperation holds there, or why it fails."""
        # The later rule wins: without temptation no value is needed, and bad input voids all.
        status = np.where(enforceable, Status.OK, Status.UNENFORCEABLE)
        status = np.where(self.dependence <= 0, Status.NO_VALUE, status)
        status = np.where(self.gain <= 0, Status.SELF_ENFORCING, status)
        return np.where(valid, status, Status.INVALID)


def repeated_game(
    reward: ArrayLike,
    sucker: ArrayLike,
    temptation: ArrayLike,
    punishment: ArrayLike = 0.0,
    *,
    discount: ArrayLike = np.nan,
    incident_risk: ArrayLike = 0.0,
    detection: ArrayLike = 1.0,
) -> RepeatedGame:
    """Put the payoffs, patience and monitoring of a repeated prisoner's dilemma together.

    Parameters
    ----------
    reward, sucker, temptation, punishment : array_like
        Stage payoffs R, S, T and P of one side, or of both sides on the first axis.
    discount : array_like, default NaN
        Discount factor delta in [0, 1); may be left out where a result does not depend on it.
    incident_risk, detection : array_like, default 0, 1
        Probabilities h of an incident per period and m of detecting a deviation, in [0, 1].

    Returns
    -------
    RepeatedGame
        Everything broadcast to one shape. Values out of range are kept: results mark them.

    Raises
    ------
    GameError
        When the shapes do not fit together.

    Examples
    --------
    >>> game = repeated_game(3, 0, 5, 1, discount=[0.9, 0.8], incident_risk=0.05, detection=0.5)
    >>> game.gain.tolist(), game.bad_signal_after_deviation.round(6).tolist()
    ([2.0, 2.0], [0.525, 0.525])
    """
    values = (reward, sucker, temptation, punishment, discount, incident_risk, detection)
    try:
        return RepeatedGame(*doubles(*values))
    except ValueError:
        raise GameError(
            "payoffs and rates do not broadcast together",
            where="repeated_game",
            value=[np.shape(value) for value in values],
        ) from None
