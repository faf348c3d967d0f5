"""Who holds beliefs on a path: the government or each of its departments, and the organisation.

Kernels of the trust engine keep one row per seat on the first axis: the departments (one where the
government decides as one), then the organisation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._departments import Departments, margin
from strategic.modelling import Points

OFFICIALS = ("supportive", "hostile")
"""Who may take office; the code of a successor is its position plus 1."""
SUPPORTIVE = OFFICIALS.index("supportive") + 1
HOSTILE = OFFICIALS.index("hostile") + 1
Function = Callable[[Points], Array]


@dataclass(frozen=True, eq=False)
class Votes:
    """What each department believed, needed and wanted, departments first.

    Parameters
    ----------
    names : tuple of str
        The departments.
    log_odds, thresholds : ndarray, ``(departments, periods, *points)``
        At the moment of choice.
    willing : ndarray of bool, ``(departments, periods, *points)``
        Which departments wanted to cooperate.
    """

    names: tuple[str, ...]
    log_odds: Array
    thresholds: Array
    willing: Array


class Seats:
    """The seats of a model: how parameters, beliefs and votes are spread over them.

    Parameters
    ----------
    points : Points
        With variants, one per department, where there are departments.
    ndim : int
        Number of axes of the state after the seats.
    """

    def __init__(self, points: Points, ndim: int) -> None:
        self.departments: Departments | None = points.parts.get("departments")
        self.names = self.departments.names if self.departments else ()
        self.count = max(len(self.names), 1) + 1
        self.ndim = ndim

    def sides(self, points: Points, function: Function) -> Array:
        """Spread what a function says of both sides (first axis) over the seats."""
        government, organisation = points.once(function)
        own = [points.variants[name].once(function)[0] for name in self.names]
        return self._rows([*(own or [government]), organisation])

    def inside(self, points: Points, function: Function) -> Array:
        """Compute one value for each department."""
        own = [points.variants[name].once(function) for name in self.names]
        return self._rows(own or [points.once(function)])

    def each(self, points: Points, what: Function | str) -> Array:
        """Compute a value, or take a parameter, of each seat; one row where all share them."""
        seats = [*(points.variants[name] for name in self.names), points]
        if isinstance(what, str):
            return self._rows([seat[what] for seat in seats])
        return self._rows([seat.once(what) for seat in seats])

    def decide(self, votes: Array) -> Array:
        """Tell whether the government cooperates, from the votes of its departments."""
        return self.departments.decide(votes) if self.departments else np.asarray(votes[0])

    def decisive(self, odds: Array, thresholds: Array) -> Array | None:
        """Find which department decides, from log-odds and thresholds of all of them."""
        if self.departments is None:
            return None
        whole = np.broadcast_to(thresholds, odds.shape)
        return self.departments.pivot(margin(odds, whole), odds)

    def _rows(self, values: list[Array]) -> Array:
        """Put values of points on the first axis, aligned with the axes of the state."""
        shape = np.broadcast_shapes((1,) * self.ndim, *(np.shape(value) for value in values))
        rows = np.empty((len(values), *shape))
        for seat, value in enumerate(values):
            rows[seat, ...] = value
        return rows


def of_decisive(rows: Array, decisive: Array | None) -> Array:
    """Pick the row of the department that decides at each point."""
    if decisive is None:
        return np.asarray(rows[0])
    whole = np.broadcast_to(rows, (len(rows), *decisive.shape))
    return np.asarray(np.take_along_axis(whole, decisive[None], axis=0)[0])


def shrunk(odds: Array, start: Array, kept: Array) -> Array:
    """Keep a share of how far log-odds lie from the initial ones.

    Shares of 0 and 1 are told apart: log-odds are infinite after an incident of probability 0, and
    1 must leave them as they are to the bit.

    Examples
    --------
    >>> shrunk(np.array([-np.inf, 3.0]), np.array([1.0, 1.0]), np.array(0.5)).tolist()
    [-inf, 2.0]
    """
    with np.errstate(invalid="ignore"):
        moved = (1 - kept) * start + kept * odds
    return np.where(kept == 0, start, np.where(kept == 1, odds, moved))
