"""The maximum of a likelihood that jumps a little everywhere, as simulated ones with edges do."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.estimation.likelihood import Likelihood, heights
from strategic.estimation.maximum import Maximum

_STEPS = 30
_FARTHEST = 3.0
_STILL = 0.05
"""A search ends where steps are shorter than this many standard errors."""
_FLAT = 1e-6


def rough_maximum(likelihood: Likelihood, start: Array) -> Maximum:
    """Climb by the information that scores have, where second derivatives say nothing.

    Parameters
    ----------
    likelihood : Likelihood
        Its scores are differences over steps that are wide beside the jumps.
    start : array (K,)

    Notes
    -----
    Where a likelihood has many small jumps, its second differences are noise, but the sum of the
    outer products of scores estimates the same information. Nothing is proved by it, and the
    certificate says so.

    References
    ----------
    Berndt, E. K., Hall, B. H., Hall, R. E. and Hausman, J. A. (1974). Estimation and inference in
    nonlinear structural models. Annals of Economic and Social Measurement 3, 653-665.
    """
    low, high = likelihood.bounds.T
    point = np.clip(np.array(start, dtype=float), low, high)
    value = float(heights(likelihood, point[None])[0])
    for _ in range(_STEPS):
        slope, width, roots, axes = _information(likelihood, point)
        move = axes @ ((axes.T @ (slope * width)) / np.maximum(roots, _FLAT**0.5))
        length = float(np.abs(move).max())
        if length < _STILL:
            break
        move *= min(1.0, _FARTHEST / length)
        halves = np.clip(point + 0.5 ** np.arange(5)[:, None] * move * width, low, high)
        reached = heights(likelihood, halves)
        if reached.max() <= value:
            break
        point, value = halves[reached.argmax()], float(reached.max())
    slope, width, roots, axes = _information(likelihood, point)
    told = roots > _FLAT
    back = axes[:, told] * width[:, None]
    covariance = (back / roots[told]) @ back.T
    ahead = axes / width[:, None]
    flat = np.abs(axes[:, ~told]).max(axis=1, initial=0.0) > 1e-3
    edge = (point <= low) | (point >= high)
    statuses = np.where(flat, "not_identified", np.where(edge, "at_bound", "ok")).tolist()
    note = "does not matter: the likelihood is the same whatever it is"
    return Maximum(
        point=point,
        value=value,
        gap=float(0.5 * slope @ covariance @ slope),
        holds=False,
        hessian=-(ahead * roots) @ ahead.T,
        covariance=covariance,
        statuses=tuple(statuses),
        notes=tuple(note if one else "" for one in flat),
        endless={},
        scale=width,
        starts=1,
        reached=1,
        loose=int((~told).sum()),
    )


def _information(likelihood: Likelihood, point: Array) -> tuple[Array, Array, Array, Array]:
    """Give the slope, one standard error of each number alone, and the information in their units.

    Returns roots and axes of the information.
    """
    scores = likelihood.gradient(point[None])
    if scores is None:
        raise TypeError("needs scores")
    own = np.where(np.isfinite(scores[0]), scores[0], 0.0)
    width = 1.0 / np.sqrt(np.maximum((own**2).sum(axis=0), 1e-300))
    own = own * width
    roots, axes = np.linalg.eigh(own.T @ own)
    return own.sum(axis=0) / width, width, roots, axes
