"""Logit regression with an offset: its one maximum, or the proof that there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from strategic.arrays import Array

_STEPS = 100
_GAP = 1e-12
_RANK = 1e-9
_FLAT = 1e-7


@dataclass(frozen=True, eq=False)
class Regression:
    """A fitted regression.

    Parameters
    ----------
    coefficients : array (k,)
    covariance : array (k, k)
        Inverse curvature, or the sandwich of the clusters' scores where there are several.
    per_row : array (rows,)
        Log likelihood of every choice.
    gap : float
        At most this much is missing to the maximum (half the Newton decrement).
    separated : bool
        Whether some coefficients explain every choice, so that there is no maximum.
    endless : mapping of int to float
        Coefficients that grow for ever, with their direction, because they explain some choices
        perfectly and move no other; the rest is fitted to the other choices.
    loose : mapping of int to str
        Coefficients that can move together without changing the likelihood.
    """

    coefficients: Array
    covariance: Array
    per_row: Array
    gap: float
    separated: bool
    endless: Mapping[int, float]
    loose: Mapping[int, str]


def fit_regression(columns: Array, offset: Array, chosen: Array, cluster: Array) -> Regression:
    """Fit ``P(chosen) = logistic(offset + columns b)``.

    Parameters
    ----------
    columns : array (rows, k)
    offset : array (rows,)
    chosen : array of bool (rows,)
    cluster : array of int (rows,)
        Independent units; errors follow them where there are two or more.

    Notes
    -----
    Newton's method on a concave function. Separation is decided by a linear programme (Albert and
    Anderson 1984): is there a direction in which no choice becomes less likely and one more?

    Examples
    --------
    >>> x = np.array([[1.0, -1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    >>> found = fit_regression(x, np.zeros(4), np.array([False, True, False, True]), np.arange(4))
    >>> found.separated, found.endless  # the slope; the two choices at 0 stay undecided
    (False, {1: 1.0})
    """
    every = np.where(chosen, 1.0, -1.0)
    endless, kept = _explained(columns, every)
    if not kept.any():
        none = np.zeros(columns.shape[1])
        covariance = np.zeros((len(none), len(none)))
        return Regression(
            none,
            covariance,
            np.zeros(len(every)),
            np.inf,
            separated=True,
            endless=endless,
            loose={},
        )
    found = _fitted(columns[kept], offset[kept], every[kept], cluster[kept])
    per_row = np.zeros(len(every))  # choices that are explained perfectly cost no likelihood
    per_row[kept] = found.per_row
    loose = {k: told for k, told in found.loose.items() if k not in endless}
    return replace(found, per_row=per_row, endless=endless, loose=loose)


def _fitted(columns: Array, offset: Array, signs: Array, cluster: Array) -> Regression:
    """Fit choices that no direction separates."""
    width = np.linalg.norm(columns, axis=0)
    scale = np.where(width > 0, width, 1.0)
    scaled = columns / scale
    basis, loose = _identified(scaled)
    b = np.zeros(basis.shape[1])
    design = scaled @ basis
    gap = np.inf
    for _ in range(_STEPS):
        score, curvature = _derivatives(design, signs, offset + design @ b)
        step = np.linalg.solve(curvature, score)
        gap = 0.5 * float(score @ step)
        if gap < _GAP:
            break
        b = b + _shortened(design, signs, offset, b, step) * step
    _, curvature = _derivatives(design, signs, offset + design @ b)
    inverse = np.linalg.inv(curvature)
    margin = signs * (offset + design @ b)
    covariance = inverse
    units = int(cluster.max()) + 1
    if units > 1:
        scores = np.zeros((units, design.shape[1]))
        np.add.at(scores, cluster, design * (signs / (1.0 + np.exp(margin)))[:, None])
        covariance = inverse @ (scores.T @ scores) @ inverse * units / (units - 1)
    back = basis / scale[:, None]
    return Regression(
        back @ b,
        back @ covariance @ back.T,
        -np.logaddexp(0.0, -margin),
        gap,
        separated=False,
        endless={},
        loose=loose,
    )


def _identified(columns: Array) -> tuple[Array, dict[int, str]]:
    """Find a basis of the directions that matter, and the coefficients that others replace."""
    _, sizes, directions = np.linalg.svd(columns, full_matrices=True)
    least = _RANK * max(float(sizes.max(initial=0.0)), 1e-300)
    held = np.r_[sizes, np.zeros(len(directions) - len(sizes))] > least
    none = directions[~held]
    moving = np.flatnonzero((np.abs(none) > _FLAT).any(axis=0))
    told = "cannot be told from others: the data change together with them"
    return directions[held].T, {int(k): told for k in moving}


def _derivatives(design: Array, signs: Array, at: Array) -> tuple[Array, Array]:
    chance = 1.0 / (1.0 + np.exp(signs * at))  # of the other choice
    score = design.T @ (signs * chance)
    curvature = (design * (chance * (1.0 - chance))[:, None]).T @ design
    return score, curvature


def _shortened(design: Array, signs: Array, offset: Array, b: Array, step: Array) -> float:
    """Halve a Newton step until the likelihood does not fall."""

    def value(length: float) -> float:
        return float(-np.logaddexp(0.0, -signs * (offset + design @ (b + length * step))).sum())

    length, start = 1.0, value(0.0)
    while length > 1e-8 and value(length) < start:
        length /= 2.0
    return length


def _explained(columns: Array, signs: Array) -> tuple[dict[int, float], Array]:
    """Find directions that explain some choices perfectly and spoil none, and what they leave."""
    kept = np.ones(len(signs), dtype=bool)
    endless: dict[int, float] = {}
    while kept.any() and columns.shape[1]:
        signed = columns[kept] * signs[kept, None]
        direction = _separating(signed)
        if direction is None:
            break
        gains = signed @ direction
        better = gains > _FLAT * max(float(np.abs(signed).max()), 1e-300)
        if not better.any():
            break
        kept[np.flatnonzero(kept)[better]] = False
        moved = np.flatnonzero(np.abs(direction) > _FLAT)
        endless |= {int(k): float(np.sign(direction[k])) for k in moved if k not in endless}
    return endless, kept


def _separating(signed: Array) -> Array | None:
    """Find the direction that helps choices most and makes none less likely, by a programme."""
    from scipy.optimize import linprog

    width = np.linalg.norm(signed, axis=0)
    scale = np.where(width > 0, width, 1.0)
    rows = signed / scale
    total = rows.sum(axis=0)
    found = linprog(
        -total, A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=[(-1, 1)] * rows.shape[1],
        method="highs",
    )  # fmt: skip
    if found.status != 0 or -found.fun <= _FLAT * max(1.0, float(np.abs(total).max())):
        return None
    return np.asarray(found.x / scale)


def separated_bounds(
    columns: Array, rest: Array, chosen: Array
) -> tuple[list[float], list[float]] | None:
    """Bound numbers under which every choice is right: ``rest + columns b >= 0`` where chosen.

    Returns
    -------
    tuple of two lists, or None
        Least and largest value of every number; None where no numbers explain every choice.

    Examples
    --------
    >>> separated_bounds(np.ones((2, 1)), np.array([1.0, -2.0]), np.array([True, False]))
    ([-1.0], [2.0])
    """
    from scipy.optimize import linprog

    signs = np.where(chosen, 1.0, -1.0)
    rows, limits = -signs[:, None] * columns, signs * rest
    ends: tuple[list[float], list[float]] = ([], [])
    for k in range(columns.shape[1]):
        for end, sign in zip(ends, (1.0, -1.0), strict=True):
            aim = np.zeros(columns.shape[1])
            aim[k] = sign
            found = linprog(
                aim, A_ub=rows, b_ub=limits, bounds=[(None, None)] * len(aim), method="highs"
            )
            if found.status == 2:
                return None
            end.append(float(sign * found.fun) if found.status == 0 else -sign * np.inf)
    return ends
