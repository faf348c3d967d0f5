"""Many climbs at once: a trust-region method that keeps bounds, vectorised over starts.

Starts, bootstrap samples and profile values are all points of one batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.estimation.likelihood import Likelihood, curvature, heights, natural_scale, slopes

STILL = 1e-13
"""A climb ends where a quadratic model promises less than this, in log likelihood."""
_STEPS = 200
_FIRST = 2.0
_WIDEST = 1e8
_NARROWEST = 1e-13
_SHALLOW = 1e-9
_REFUSED = 3
_ROUNDING = 4e-14


@dataclass(frozen=True, eq=False)
class Climbed:
    """Where climbs ended.

    Parameters
    ----------
    points : array (P, K)
    values : array (P,)
        Log likelihoods.
    promised : array (P,)
        What a quadratic model says is still to be gained: half the Newton decrement.
    converged : array of bool (P,)
        Whether that is next to nothing.
    steps : array of int (P,)
    """

    points: Array
    values: Array
    promised: Array
    converged: Array
    steps: Array


def climb(
    likelihood: Likelihood,
    starts: Array,
    *,
    scale: Array | None = None,
    weights: Array | None = None,
    fixed: Array | None = None,
    model: Array | None = None,
    prove: bool = True,
    steps: int = _STEPS,
    still: float = STILL,
) -> Climbed:
    """Climb from every start to a local maximum within the bounds.

    Parameters
    ----------
    likelihood : Likelihood
    starts : array (P, K)
    scale : array (K,), optional
        How far each number moves before the likelihood changes much; found at the first start.
    weights : array (P, U), optional
        How much each unit counts in each climb, such as in a bootstrap sample.
    fixed : array of bool (K,), optional
        Numbers that stay where they start.
    model : array (K, K), optional
        Second derivatives to start with; computed at every start by default.
    prove : bool
        Whether to end only where second derivatives computed there say so.
    steps : int
        At most so many.
    still : float
        What is left to be gained, by a quadratic model, where a climb ends.

    Notes
    -----
    Second derivatives that a likelihood gives are computed in every step (Newton's method). Others
    are computed at the start, updated by the symmetric rank-one formula and computed again where
    steps are refused. Directions in which the likelihood is convex are climbed like concave ones
    of the same bend.

    References
    ----------
    Nocedal, J. and Wright, S. J. (2006). Numerical Optimization, second edition. Springer. Chapters
    4, 6 and 16.

    Examples
    --------
    >>> from strategic.estimation.likelihood import Differenced
    >>> class Parabola(Differenced):
    ...     names, units, bounds = ("x",), 1, np.array([[0.0, np.inf]])
    ...     uniform = saturated = 0.0
    ...     def per_unit(self, points):
    ...         return -((points - 2.0) ** 2)
    >>> climb(Parabola(), np.array([[9.0], [0.5]])).points.round(6).tolist()
    [[2.0], [2.0]]
    """
    low, high = likelihood.bounds.T
    points = np.clip(np.array(starts, dtype=float), low, high)
    if scale is None:
        scale = natural_scale(likelihood, points[0], None if weights is None else weights[:1])
    held = np.zeros(points.shape[1], dtype=bool) if fixed is None else fixed
    with np.errstate(over="ignore", invalid="ignore"):
        climbs = _Climbs(likelihood, points, scale, weights, held, model)
        return climbs.finished(steps, still, prove=prove)


class _Climbs:
    """All climbs, in place."""

    def __init__(  # noqa: PLR0917 - made in one place
        self,
        likelihood: Likelihood,
        points: Array,
        scale: Array,
        weights: Array | None,
        held: Array,
        model: Array | None,
    ) -> None:
        count, width = points.shape
        self.likelihood, self.scale, self.weights, self.held = likelihood, scale, weights, held
        self.points, self.values = points, heights(likelihood, points, weights)
        self.slopes = slopes(likelihood, points, scale, weights)
        if model is None:
            self.models = curvature(likelihood, points, scale, weights)
        else:
            self.models = np.broadcast_to(model, (count, width, width)).copy()
        own = None if weights is None else weights[:1]
        self.exact = likelihood.hessian(points[:1], own) is not None
        self.fresh = np.full(count, model is None)  # whether second derivatives are exact here
        self.radius = np.full(count, _FIRST)
        self.refused = np.zeros(count, dtype=int)
        self.promised = np.full(count, np.inf)
        self.taken = np.zeros(count, dtype=int)

    def finished(self, steps: int, still: float, *, prove: bool) -> Climbed:
        """Climb until nothing is left to be gained."""
        going = np.isfinite(self.values)
        for _ in range(steps):
            where = np.flatnonzero(going)
            if not len(where):
                break
            move, gain = self._moves(where)
            self.promised[where] = gain
            done = gain <= still * np.maximum(1.0, np.abs(self.values[where]) * 1e-3)
            # A model that is only updated may promise too little: look once with an exact one.
            doubtful = done & ~self.fresh[where] & prove
            self._refresh(where[doubtful])
            going[where[done & ~doubtful]] = False
            self._step(where[~done], move[~done])
            going[where[(self.radius[where] < _NARROWEST) & self.fresh[where]]] = False
        converged = np.isfinite(self.values) & (self.promised <= 1e-9)
        return Climbed(self.points, self.values, self.promised, converged, self.taken)

    def _own(self, where: Array) -> Array | None:
        return None if self.weights is None else self.weights[where]

    def _refresh(self, where: Array) -> None:
        """Compute second derivatives anew."""
        if len(where):
            points, own = self.points[where], self._own(where)
            self.models[where] = curvature(self.likelihood, points, self.scale, own)
            self.fresh[where] = True
            self.refused[where] = 0
            self.radius[where] = np.maximum(self.radius[where], 1e-6)

    def _moves(self, where: Array) -> tuple[Array, Array]:
        """Propose a step for each climb, and say what its model promises without a limit."""
        points, scale = self.points[where], self.scale
        low, high = self.likelihood.bounds.T
        slope = self.slopes[where] * scale
        bend = self.models[where] * scale * scale[:, None]
        stuck = self.held | ((points <= low) & (slope <= 0)) | ((points >= high) & (slope >= 0))
        for _ in range(len(scale)):
            step, gain = _free_step(slope, bend, stuck, self.radius[where])
            # A step out through the bound at which it starts would be cut to nothing: hold it.
            out = ((points <= low) & (step < 0)) | ((points >= high) & (step > 0))
            if not (out & ~stuck).any():
                break
            stuck = stuck | out
        return np.clip(points + step * scale, low, high) - points, gain

    def _step(self, where: Array, move: Array) -> None:
        """Try one step for every climb, keep what rises, and learn from both."""
        if not len(where):
            return
        before, own, scale = self.slopes[where], self._own(where), self.scale
        there = self.points[where] + move
        value = heights(self.likelihood, there, own)
        slope = slopes(self.likelihood, there, scale, own)
        expected = np.einsum("pk,pk->p", before, move)
        expected += 0.5 * np.einsum("pk,pkl,pl->p", move, self.models[where], move)
        rise = value - self.values[where]
        # Next to the top the values no longer tell: there the slopes do.
        flat = np.abs(rise) <= _ROUNDING * np.maximum(1.0, np.abs(value))
        flat &= np.linalg.norm(slope * scale, axis=1) < np.linalg.norm(before * scale, axis=1)
        good = np.isfinite(value) & np.isfinite(slope).all(axis=1) & ((rise > 0) | flat)
        poor = ~good | (~flat & (rise < 0.25 * np.abs(expected)))
        length, radius = np.linalg.norm(move / scale, axis=1), self.radius[where]
        wide = np.minimum(np.where(length > 0.8 * radius, 3.0 * radius, radius), _WIDEST)
        fits = flat | (rise > 0.75 * expected)
        self.radius[where] = np.where(
            poor, 0.25 * np.minimum(length, radius), np.where(fits, wide, radius)
        )
        if not self.exact:
            self._learn(where, move, slope)
        kept = where[good]
        self.points[kept], self.values[kept] = there[good], value[good]
        self.slopes[kept], self.fresh[kept] = slope[good], False
        self.taken[where] += 1
        self.refused[where] = np.where(good, 0, self.refused[where] + 1)
        stale = where[(self.refused[where] >= _REFUSED) & ~self.fresh[where]]
        self._refresh(kept if self.exact else stale)

    def _learn(self, where: Array, move: Array, slope: Array) -> None:
        """Update second derivatives by the symmetric rank-one formula."""
        missed = slope - self.slopes[where] - np.einsum("pkl,pl->pk", self.models[where], move)
        across = np.einsum("pk,pk->p", missed, move)
        size = np.linalg.norm(missed, axis=1) * np.linalg.norm(move, axis=1)
        use = np.isfinite(across) & (np.abs(across) > 1e-8 * size) & (size > 0)
        update = missed[:, :, None] * missed[:, None, :]
        update /= np.where(use, across, 1.0)[:, None, None]
        self.models[where] += np.where(use[:, None, None], update, 0.0)


def _free_step(slope: Array, bend: Array, stuck: Array, radius: Array) -> tuple[Array, Array]:
    """Take the Newton step of the numbers that may move, cut to the radius."""
    free = ~stuck
    slope = np.where(free & np.isfinite(slope), slope, 0.0)
    kept = free[:, :, None] & free[:, None, :] & np.isfinite(bend)
    roots, axes = np.linalg.eigh(np.where(kept, bend, 0.0))
    size = np.abs(roots)
    steep = np.maximum(size, _SHALLOW * np.maximum(size.max(axis=1, keepdims=True), 1e-300))
    along = np.einsum("pki,pk->pi", axes, slope)
    pulls = np.where(along == 0.0, 0.0, along / steep)
    gain = 0.5 * (along * pulls).sum(axis=1)
    step = np.einsum("pki,pi->pk", axes, pulls)
    length = np.linalg.norm(step, axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        short = np.minimum(1.0, radius / np.where(length > 0, length, 1.0))
    return np.where(free, step * short[:, None], 0.0), gain
