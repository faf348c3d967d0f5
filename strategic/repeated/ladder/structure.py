"""The trust ladder: rungs of trust that cooperation climbs and defection or incidents descend.

State k = 0..K-1, 0 a crisis. On rung k mutual cooperation pays side i ``D_i phi_k``, the
temptation ``D_i phi_k + g_i``, the sucker ``-l_i`` and mutual defection 0, with
``phi_k = phi_0 + (1 - phi_0) k/(K-1)``. A period from rung k first moves trust: with probability h
an incident, to ``max(k - crash, 0)``; else up one rung with probability a where both cooperated, or
down ``erosion`` rungs with probability b where anyone did not. Then, independently, a repair shock
lifts it ``shock_rungs`` rungs with probability rho.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.errors import GameError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MOST_RUNGS = 11


@dataclass(frozen=True)
class Ladder:
    """Trust ladders at many points: sides first where there are sides, points last.

    Attributes
    ----------
    dependence, temptation, loss, discount : ndarray, shape (2, points)
        D_i, g_i, l_i and delta_i of the two sides.
    incident_risk, up, down, floor, shock : ndarray, shape (points,)
        h, a, b, phi_0 and rho.
    rungs, erosion, crash, shock_rungs : ndarray of int, shape (points,)
        K and the sizes of the moves; 0 rungs marks a structure that breaks a rule.
    shape : tuple of int
        The grid the points came from.
    valid : ndarray of bool, shape (points,)
        Where every parameter lies in its range.
    """

    dependence: FloatArray
    temptation: FloatArray
    loss: FloatArray
    discount: FloatArray
    incident_risk: FloatArray
    up: FloatArray
    down: FloatArray
    floor: FloatArray
    shock: FloatArray
    rungs: IntArray
    erosion: IntArray
    crash: IntArray
    shock_rungs: IntArray
    shape: tuple[int, ...]
    valid: NDArray[np.bool_]

    @property
    def most_rungs(self) -> int:
        """The largest number of rungs at any valid point."""
        return int(self.rungs[self.valid].max(initial=1))


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
    dependence, temptation, loss, discount : array_like, shape (..., 2) or scalar
        Per side: what cooperation at full trust is worth over the outside option (D), the gain
        from breaking it once (g), the loss of the one betrayed (l), and the discount factor.
        A scalar or a last axis of length one serves both sides.
    incident_risk : array_like, default 0
        Probability h of an incident a period.
    up, down : array_like, default 1
        Probabilities a and b that trust moves after cooperation and after defection.
    floor : array_like, default 0.2
        Value phi_0 of the relationship in a crisis, as a share of its value at full trust.
    shock : array_like, default 0
        Probability rho of a repair shock a period.
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
    sides = [_two_sides(value) for value in (dependence, temptation, loss, discount)]
    last = np.asarray(rungs, float) - 1.0 if crash is None else crash
    shared = [
        np.asarray(value, float)
        for value in (incident_risk, up, down, floor, shock, rungs, erosion, last, shock_rungs)
    ]
    shape = _common_shape(sides, shared)
    per_side = [
        np.ascontiguousarray(np.broadcast_to(v, (*shape, 2)).reshape(-1, 2).T) for v in sides
    ]
    common = [np.ascontiguousarray(np.broadcast_to(v, shape).reshape(-1)) for v in shared]
    valid = _valid(per_side, common)
    whole = [np.where(valid, v, 0.0).astype(np.intp) for v in common[5:]]
    names = [field.name for field in fields(Ladder)][:-2]
    arrays: dict[str, Any] = dict(zip(names, [*per_side, *common[:5], *whole], strict=True))
    return Ladder(**arrays, shape=shape, valid=valid)


def _two_sides(value: ArrayLike) -> FloatArray:
    array = np.asarray(value, float)
    array = array[None] if array.ndim == 0 else array
    if array.shape[-1] not in (1, 2):
        raise GameError(
            "the last axis of a per-side parameter must have length 1 or 2",
            where="trust_ladder",
            value=array.shape,
            remedy="stack the sides last",
        )
    return array


def _common_shape(sides: list[FloatArray], shared: list[FloatArray]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*(v.shape[:-1] for v in sides), *(v.shape for v in shared))
    except ValueError:
        raise GameError(
            "the points of the parameters do not broadcast together",
            where="trust_ladder",
            value=[v.shape for v in (*sides, *shared)],
        ) from None


def _valid(per_side: list[FloatArray], common: list[FloatArray]) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        rules = [np.isfinite(values).all(axis=0) for values in per_side[:3]]
        rules += [((per_side[3] >= 0.0) & (per_side[3] < 1.0)).all(axis=0)]
        rules += [(values >= 0.0) & (values <= 1.0) for values in common[:5]]
        rules += [(values >= 0.0) & (values == np.floor(values)) for values in common[5:]]
        rules += [np.isfinite(values) for values in common[5:]]
        rules += [(common[5] >= 1) & (common[5] <= MOST_RUNGS)]
    valid: NDArray[np.bool_] = np.logical_and.reduce(rules)
    return valid
