"""What choices of given games can tell at all: numbers that move together and change no chance.

A table of counts has as many independent frequencies as actions less players; where more numbers
are free, or two of them only occur as a product, some direction of them changes nothing. It need
not be straight: rationality times a payoff is one number, so the direction turns on the way.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from strategic.arrays import Array
from strategic.estimation._logit_likelihood import LogitLikelihood
from strategic.estimation.maximum import GAP, Maximum

_NOTHING = 1e-8
"""Singular value of the scores, next to the largest one, below which a direction changes nothing"""
_MOVES = 1e-3


def identified(likelihood: LogitLikelihood, maximum: Maximum) -> Maximum:
    """Mark the numbers that the choices cannot tell from others, by the rank of the scores.

    Parameters
    ----------
    likelihood : LogitLikelihood
    maximum : Maximum

    Returns
    -------
    Maximum
        With statuses and notes, proved in the directions that remain.

    References
    ----------
    Rothenberg, T. J. (1971). Identification in parametric models. Econometrica 39, 577-591.
    """
    cells = replace(likelihood, clustered=False)
    maximum = replace(maximum, loose=_never_told(cells, maximum))
    low, high = likelihood.bounds.T
    inside = np.flatnonzero(~((maximum.point <= low) | (maximum.point >= high)))
    inside = np.array([k for k in inside.tolist() if k not in maximum.endless], dtype=np.int64)
    if not len(inside):
        return maximum
    scores = cells.gradient(maximum.point[None])[0][:, inside]
    size = np.linalg.norm(scores, axis=0)
    unit = np.where(size > _NOTHING * size.max(initial=0.0), size, np.inf)
    _, values, directions = np.linalg.svd(scores / unit, full_matrices=True)
    values = np.r_[values, np.zeros(len(inside) - len(values))]
    loose = directions[values <= _NOTHING * max(float(values.max(initial=0.0)), 1e-300)]
    if not len(loose):
        return maximum
    statuses, notes = list(maximum.statuses), list(maximum.notes)
    for direction in loose:
        moving = inside[np.abs(direction) > _MOVES]
        for k in moving.tolist():
            others = [likelihood.names[j] for j in moving.tolist() if j != k]
            statuses[k] = "not_identified"
            notes[k] = "does not matter: the likelihood is the same whatever it is"
            if others:
                listed = ", ".join(others)
                notes[k] = f"cannot be told from {listed}: they move together and change nothing"
    told = directions[values > _NOTHING * max(float(values.max(initial=0.0)), 1e-300)]
    holds = maximum.holds or _bends(maximum, inside, unit, told)
    return replace(maximum, statuses=tuple(statuses), notes=tuple(notes), holds=holds)


def _never_told(cells: LogitLikelihood, maximum: Maximum) -> int:
    """Count the directions in which no choice moves: numbers less the rank of the scores.

    Where a number is at a bound others may not matter, which do elsewhere, so that the rank is
    the larger one of there and of a point beside it.
    """
    if maximum.endless:
        return maximum.loose
    low, high = cells.bounds.T
    steps = maximum.scale * (1.0 + 0.1 * np.arange(len(low)))
    beside = np.where(maximum.point + steps < high, maximum.point + steps, maximum.point - steps)
    points = np.stack([maximum.point, np.clip(beside, low, high)])
    scores = np.nan_to_num(cells.gradient(points))
    size = np.linalg.norm(scores, axis=1, keepdims=True)
    most = size.max(axis=2, keepdims=True)
    unit = np.where(size > _NOTHING * most, size, np.inf)
    values = np.linalg.svd(scores / unit, compute_uv=False)
    return len(low) - int((values > _NOTHING).sum(axis=1).max())


def _bends(maximum: Maximum, inside: Array, unit: Array, told: Array) -> bool:
    """Say whether the likelihood bends down in every direction that the choices can tell."""
    back = told / np.where(np.isfinite(unit), unit, 1.0)
    bend = -back @ maximum.hessian[np.ix_(inside, inside)] @ back.T
    return bool(maximum.gap <= GAP and (np.linalg.eigvalsh(bend) > 0.0).all())
