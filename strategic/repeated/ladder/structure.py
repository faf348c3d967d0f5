"""The trust ladder: rungs of trust that cooperation climbs and defection or incidents descend.

State k = 0..K-1, 0 a crisis. On rung k mutual cooperation pays side i ``D_i phi_k``, the
temptation ``D_i phi_k + g_i``, the sucker ``-l_i`` and mutual defection 0, with
``phi_k = phi_0 + (1 - phi_0) k/(K-1)``. A period from rung k first moves trust: with probability h
an incident, to ``max(k - crash, 0)``; else up one rung with probability a where both cooperated, or
down ``erosion`` rungs with probability b where anyone did not. Then, independently, a repair shock
lifts it ``shock_rungs`` rungs with probability rho.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.one_line import in_one_line
from strategic.papers import Cited

MOST_RUNGS = 11


@dataclass(frozen=True)
class LadderRates:
    """The payoffs and probabilities of trust ladders at many points, points last.

    Attributes
    ----------
    dependence, temptation, loss, discount : ndarray, shape (2, points)
        D_i, g_i, l_i and delta_i of the two sides.
    incident_risk, up, down, floor, shock : ndarray, shape (points,)
        h, a, b, phi_0 and rho.
    """

    dependence: Array
    temptation: Array
    loss: Array
    discount: Array
    incident_risk: Array
    up: Array
    down: Array
    floor: Array
    shock: Array


@in_one_line
@dataclass(frozen=True)
class Ladder(Cited, LadderRates):
    """Trust ladders at many points: the rates, and the structure of each point.

    Attributes
    ----------
    rungs, erosion, crash, shock_rungs : ndarray of int, shape (points,)
        K and the sizes of the moves; 0 rungs marks a structure that breaks a rule.
    valid : ndarray of bool, shape (points,)
        Where every parameter lies in its range.
    shape : tuple of int
        The grid the points came from.

    Examples
    --------
    >>> ladder = trust_ladder([3.0, 2.0], 1.0, 1.0, 0.9, incident_risk=[0.0, 0.1, 0.2])
    >>> ladder.shape, ladder.rungs.tolist(), ladder.valid.tolist()
    ((3,), [5, 5, 5], [True, True, True])
    """

    rungs: Array
    erosion: Array
    crash: Array
    shock_rungs: Array
    valid: Array
    shape: tuple[int, ...]

    @property
    def most_rungs(self) -> int:
        """The largest number of rungs at any valid point."""
        return int(self.rungs[self.valid].max(initial=1))

    def at(self, points: Array) -> Ladder:
        """Take some points, each as often as asked for."""
        arrays = {key: value[..., points] for key, value in vars(self).items() if key != "shape"}
        return Ladder(**arrays, shape=points.shape)

    def spread(self, shape: tuple[int, ...]) -> Ladder:
        """Broadcast the points to a larger grid."""
        count = np.arange(len(self.valid)).reshape(self.shape)
        points = np.broadcast_to(count, shape).reshape(-1)
        return Ladder(**{**vars(self.at(points)), "shape": shape})


def trust_ladder(
    dependence: ArrayLike,
    temptation: ArrayLike,
    loss: ArrayLike,
    discount: ArrayLike,
    *,
    incident_risk: ArrayLike = 0.0,
    up: ArrayLike = 1.0,
    down: ArrayLike = 1.0,
    floor: ArrayLike = 0.2,
    shock: ArrayLike = 0.0,
    rungs: ArrayLike = 5,
    erosion: ArrayLike = 2,
    crash: ArrayLike | None = None,
    shock_rungs: ArrayLike = 1,
) -> Ladder:
    """Lay out trust ladders over a grid of points.

    Parameters
    ----------
    dependence, temptation, loss, discount : array_like, shape (2, ...) or scalar
        Per side: what cooperation at full trust is worth over the outside option (D), the gain
        from breaking it once (g), the loss of the one betrayed (l), and the discount factor.
        A scalar or a first axis of length one serves both sides.
    incident_risk : array_like, default 0
        Probability h of an incident per period.
    up, down : array_like, default 1
        Probabilities a and b that trust moves after cooperation and after defection.
    floor : array_like, default 0.2
        Value phi_0 of the relationship in a crisis, as a share of its value at full trust.
    shock : array_like, default 0
        Probability rho of a repair shock per period.
    rungs, erosion, crash, shock_rungs : array_like of int, default 5, 2, rungs - 1, 1
        Number of rungs (2 to 11; 1 only makes sense under Nash reversion, where it is grim), and
        the rungs lost by a defection and by an incident and won by a shock.

    Returns
    -------
    Ladder
        Every parameter at every point; points that break a rule are marked, not refused.

    Raises
    ------
    GameError
        When shapes do not fit together.

    Examples
    --------
    >>> ladder = trust_ladder([3.0, 2.0], 1.0, 1.0, 0.9, incident_risk=[0.0, 0.1, 0.2])
    >>> ladder.shape, ladder.dependence.shape, ladder.crash.tolist()
    ((3,), (2, 3), [4, 4, 4])
    """
    last = np.asarray(rungs, float) - 1.0 if crash is None else crash
    sides = _arrays(dependence=dependence, temptation=temptation, loss=loss, discount=discount)
    sides = {name: values[None] if values.ndim == 0 else values for name, values in sides.items()}
    rates = _arrays(incident_risk=incident_risk, up=up, down=down, floor=floor, shock=shock)
    counts = _arrays(rungs=rungs, erosion=erosion, crash=last, shock_rungs=shock_rungs)
    for name, values in sides.items():
        if len(values) not in (1, 2):
            raise GameError(
                "the first axis of a per-side parameter must have length 1 or 2",
                where=name,
                value=values.shape,
                remedy="stack the sides first",
            )
    shapes = [v.shape[1:] for v in sides.values()] + [v.shape for v in (rates | counts).values()]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise GameError(
            "the points of the parameters do not broadcast together",
            where="trust_ladder",
            value=shapes,
        ) from None
    sides = {name: _flat(values, shape, 2) for name, values in sides.items()}
    rates = {name: _flat(values[None], shape, 1)[0] for name, values in rates.items()}
    counts = {name: _flat(values[None], shape, 1)[0] for name, values in counts.items()}
    # Bad points are masked, not refused: one of them must not stop a sweep.
    with np.errstate(invalid="ignore"):
        rules = [np.isfinite(values).all(axis=0) for values in sides.values()]
        rules += [((sides["discount"] >= 0.0) & (sides["discount"] < 1.0)).all(axis=0)]
        rules += [(rate >= 0.0) & (rate <= 1.0) for rate in rates.values()]
        rules += [(n >= 0.0) & (n == np.floor(n)) & np.isfinite(n) for n in counts.values()]
        rules += [(counts["rungs"] >= 1) & (counts["rungs"] <= MOST_RUNGS)]
    valid = np.logical_and.reduce(rules)
    whole = {name: np.where(valid, n, 0.0).astype(np.intp) for name, n in counts.items()}
    return Ladder(**sides, **rates, **whole, valid=valid, shape=shape)


def _arrays(**values: ArrayLike) -> dict[str, Any]:
    return {name: np.asarray(value, float) for name, value in values.items()}


def _flat(values: Array, shape: tuple[int, ...], lead: int) -> Array:
    """Broadcast all but the first axis to the grid, and lay the grid out along one axis."""
    missing = (1,) * (len(shape) + 1 - values.ndim)
    grid = values.reshape((len(values), *missing, *values.shape[1:]))
    return np.ascontiguousarray(np.broadcast_to(grid, (lead, *shape)).reshape(lead, -1))
