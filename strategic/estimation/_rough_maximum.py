"""The maximum of a likelihood that jumps a little everywhere, as simulated ones with edges do."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.estimation.likelihood import Likelihood, heights
from strategic.estimation.maximum import Maximum

_STEPS = 12
_FARTHEST = 3.0
_STILL = 0.05
"""A search ends where steps are shorter than this many standard errors."""


def rough_maximum(likelihood: Likelihood, start: Array) -> Maximum:
    """Climb by parabolas fitted over about one standard error on either side.

    Parameters
    ----------
    likelihood : Likelihood
    start : array (K,)

    Notes
    -----
    Derivatives at a point say nothing of a function with many small jumps; differences over one
    standard error average over hundreds of them. So nothing is proved, and the certificate says so.
    """
    scores = likelihood.gradient(start[None])
    assert scores is not None  # noqa: S101 - only simulated likelihoods come here
    width = 1.0 / np.sqrt(np.maximum((scores[0] ** 2).sum(axis=0), 1e-300))
    point = np.array(start, dtype=float)
    for _ in range(_STEPS):
        value, slope, hessian = _parabola(likelihood, point, width)
        roots, axes = np.linalg.eigh(-hessian * width[:, None] * width)
        bend = np.maximum(np.abs(roots), 1e-3)
        move = axes @ ((axes.T @ (slope * width)) / bend)
        move *= min(1.0, _FARTHEST / max(float(np.abs(move).max()), 1e-300))
        if np.abs(move).max() < _STILL:
            break
        halves = point + 0.5 ** np.arange(4)[:, None] * move * width
        halves = np.clip(halves, *likelihood.bounds.T)
        reached = heights(likelihood, halves)
        if reached.max() <= value:
            break
        point = halves[reached.argmax()]
    value, slope, hessian = _parabola(likelihood, point, width)
    roots, axes = np.linalg.eigh(-hessian * width[:, None] * width)
    back = axes * width[:, None]
    covariance = back @ np.diag(1.0 / np.where(roots > 1e-6, roots, np.inf)) @ back.T
    flat = np.abs(axes[:, roots <= 1e-6]).max(axis=1, initial=0.0) > 1e-3
    low, high = likelihood.bounds.T
    edge = (point <= low) | (point >= high)
    statuses = np.where(flat, "not_identified", np.where(edge, "at_bound", "ok")).tolist()
    notes = ["does not matter within the roughness of the simulation" if f else "" for f in flat]
    gap = float(0.5 * slope @ covariance @ slope)
    return Maximum(
        point=point,
        value=value,
        gap=gap,
        holds=False,
        hessian=hessian,
        covariance=covariance,
        statuses=tuple(statuses),
        notes=tuple(notes),
        endless={},
        scale=width,
        starts=1,
        reached=1,
    )


def _parabola(likelihood: Likelihood, point: Array, width: Array) -> tuple[float, Array, Array]:
    """Fit value, slope and second derivatives from differences over ``width``."""
    size = len(point)
    low, high = likelihood.bounds.T
    centre = np.clip(point, np.minimum(low + width, high), np.maximum(high - width, low))
    steps = np.diag(width)
    pairs = [(k, j) for k in range(size) for j in range(k)]
    corners = np.array([steps[k] + steps[j] for k, j in pairs]).reshape(-1, size)
    moves = np.concatenate([np.zeros((1, size)), steps, -steps, corners, -corners])
    values = heights(likelihood, centre + moves)
    middle, (up, down) = values[0], values[1 : 1 + 2 * size].reshape(2, size)
    both = values[1 + 2 * size :].reshape(2, len(pairs))
    hessian = np.diag(up - 2 * middle + down)
    for (k, j), one, other in zip(pairs, *both, strict=True):
        rest = up[k] + up[j] + down[k] + down[j] - 2 * middle
        hessian[k, j] = hessian[j, k] = 0.5 * (one + other - rest)
    hessian = hessian / width[:, None] / width
    slope = (up - down) / (2 * width) + hessian @ (point - centre)
    value = float(heights(likelihood, point[None])[0])
    return value, slope, hessian
