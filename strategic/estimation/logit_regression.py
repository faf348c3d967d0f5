"""Logit regression with an offset: its one maximum, or the proof that there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from strategic.arrays import Array

_STEPS = 60
_HALVINGS = 40
_ALONE = 1e-6
_PROOF = 0.5
"""Below 1, so that rounding cannot make a proof."""
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
        Inverse curvature, or where there are several clusters the sandwich of what each changes.
    inverse : array (k, k)
        Inverse curvature.
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
    finite : bool
        Whether slope and curvature alone prove that there is a maximum.
    """

    coefficients: Array
    covariance: Array
    inverse: Array
    per_row: Array
    gap: float
    separated: bool
    endless: Mapping[int, float]
    loose: Mapping[int, str]
    finite: bool = True


def fit_regression(
    columns: Array, offset: Array, chosen: Array, cluster: Array, weights: Array | None = None,
    *, alike: Array | None = None,
) -> Regression:  # fmt: skip
    """Fit ``P(chosen) = logistic(offset + columns b)``.

    Parameters
    ----------
    columns : array (rows, k)
    offset : array (rows,)
    chosen : array of bool (rows,)
    cluster : array of int (rows,)
        Independent units; errors follow them where there are two or more.
    weights : array (rows,), optional
        How many equal choices a row stands for, above 0.
    alike : array of int (rows,), optional
        One number, from 0 on, for rows of equal columns and offset, which makes the climb shorter.

    Notes
    -----
    Newton's method on a concave function. Where it ends, slope and curvature mostly prove that
    there is a maximum: in no direction can the slope keep its sign, as the third derivative of a
    logistic likelihood is at most its second times the largest column (Bach 2010). Otherwise
    separation is decided by a linear programme (Albert and Anderson 1984): is there a direction
    in which no choice becomes less likely and one more?

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression
    with multi-stage samples. Survey Methodology 28, 169-181.
    Bach, F. (2010). Self-concordant analysis for logistic regression. Electronic Journal of
    Statistics 4, 384-414.

    Examples
    --------
    >>> x = np.array([[1.0, -1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    >>> found = fit_regression(x, np.zeros(4), np.array([False, True, False, True]), np.arange(4))
    >>> found.separated, found.endless  # the slope; the two choices at 0 stay undecided
    (False, {1: 1.0})
    """
    every = np.where(chosen, 1.0, -1.0)
    many = np.ones(len(every)) if weights is None else weights
    same = np.arange(len(every)) if alike is None else alike
    found = _fitted(columns, offset, every, (cluster, same), many)
    if found.finite:
        return found
    endless, kept = _explained(columns, every)
    if not kept.any():
        none = np.zeros(columns.shape[1])
        covariance = np.zeros((len(none), len(none)))
        return Regression(
            none, covariance, covariance, np.zeros(len(every)), np.inf,
            separated=True, endless=endless, loose={},
        )  # fmt: skip
    if not kept.all():
        numbers = cluster[kept], same[kept]
        found = _fitted(columns[kept], offset[kept], every[kept], numbers, many[kept])
    per_row = np.zeros(len(every))  # choices that are explained perfectly cost no likelihood
    per_row[kept] = found.per_row
    loose = {k: told for k, told in found.loose.items() if k not in endless}
    return replace(found, per_row=per_row, endless=endless, loose=loose)


def _fitted(
    columns: Array, offset: Array, signs: Array, numbers: tuple[Array, Array], weights: Array
) -> Regression:
    """Fit choices that no direction separates; rows have the numbers of clusters and of equals."""
    cluster, alike = numbers
    width = np.linalg.norm(columns, axis=0)
    scale = np.where(width > 0, width, 1.0)
    scaled = columns / scale
    one, many = _first_of_each(2 * alike + (signs > 0), weights)
    basis, loose = _identified(scaled[one])
    design = scaled @ basis
    every, gaps = climbed(design[one], offset[one], signs[one], many[None])
    b, gap = every[0], float(gaps[0])
    score, curvature = _derivatives(design, signs, offset + design @ b, weights)
    finite, inverse = _bounded(design, score, curvature)
    margin = signs * (offset + design @ b)
    covariance = inverse
    if finite:
        gap = 0.5 * float(score @ inverse @ score)  # row by row
        there = np.bincount(cluster) > 0
        unit = (np.cumsum(there) - 1)[cluster]  # counted off, without those that chose nothing
        covariance = _robust(design, weights, (signs, margin), unit, inverse)
    back = basis / scale[:, None]
    return Regression(
        back @ b, back @ covariance @ back.T, back @ inverse @ back.T,
        -weights * np.logaddexp(0.0, -margin), gap,
        separated=False, endless={}, loose=loose, finite=finite,
    )  # fmt: skip


def _first_of_each(number: Array, weights: Array) -> tuple[Array, Array]:
    """Find one row of every number that occurs, and the weight of all."""
    place = np.empty(int(number.max(initial=-1)) + 1, dtype=np.int64)
    place[number] = np.arange(len(number))
    total = np.bincount(number, weights)
    there = np.bincount(number) > 0
    return place[there], total[there]


def _robust(
    design: Array, weights: Array, signed: tuple[Array, Array], unit: Array, inverse: Array
) -> Array:
    """Sandwich of what the estimate would lose without each unit, to first order.

    Scores alone are too small where a unit has pulled the estimate its way; each is divided by
    what the others leave of the curvature (CR3; Bell and McCaffrey 2002).
    """
    units, width = int(unit.max()) + 1, design.shape[1]
    if units < 2 or not width:
        return inverse
    signs, margin = signed
    chance = _chance(margin)
    order = np.argsort(unit, kind="stable")
    first = np.searchsorted(unit[order], np.arange(units))
    rows, bend = (
        np.ascontiguousarray(design.T[:, order]),
        (weights * chance * (1.0 - chance))[order],
    )
    scores = np.add.reduceat(rows * (weights * signs * chance)[order], first, axis=1).T
    own = [np.add.reduceat(rows[i] * rows[j] * bend, first)  # short arrays one by one: less memory
           for i, j in zip(*_triangle(width), strict=True)]  # fmt: skip
    left = np.eye(width) - _unfolded(np.stack(own, axis=1)) @ inverse
    factor = units / (units - 1)
    back = _inverted(left)
    if back is not None:
        scores, factor = (back @ scores[..., None])[..., 0], 1.0 / factor
    return np.asarray(inverse @ (scores.T @ scores) @ inverse * factor)


def _inverted(left: Array) -> Array | None:
    """Invert what the others leave of the curvature; None where one unit tells a number alone."""
    try:
        back = np.linalg.inv(left)
    except np.linalg.LinAlgError:
        return None
    return back if np.linalg.norm(back, axis=(1, 2)).max() < 1.0 / _ALONE else None


def climbed(
    design: Array, offset: Array, signs: Array, weights: Array, start: Array | None = None
) -> tuple[Array, Array]:
    """Climb by Newton's method for many weightings of the choices at once.

    Parameters
    ----------
    design : array (rows, k)
    offset, signs : arrays (rows,)
        Signs are 1 where the choice was made and -1 where not.
    weights : array (B, rows)
        At least 0.
    start : array (k,), optional

    Returns
    -------
    coefficients : array (B, k)
    gaps : array (B,)
        Half the Newton decrements; not below 1e-12 where there is no maximum.

    Examples
    --------
    >>> coefficients, gaps = climbed(
    ...     np.ones((3, 1)), np.zeros(3), np.array([1.0, 1.0, -1.0]), np.ones((1, 3))
    ... )
    >>> coefficients.round(6), bool(gaps[0] < 1e-12)  # the log-odds of 2 in 3
    (array([[0.693147]]), True)
    """
    count, width = len(weights), design.shape[1]
    b = np.zeros((count, width)) if start is None else np.tile(start, (count, 1))
    gaps, going = np.full(count, np.inf), np.arange(count)
    pairs = _products(design).T
    eye = np.eye(width)
    margin = signs * (offset + b @ design.T)
    chance, height = _told(margin, weights)
    for _ in range(_STEPS if width else 0):
        own = weights[going]
        unlikely = own * chance
        score = (unlikely * signs) @ design
        curvature = _unfolded((unlikely * (1.0 - chance)) @ pairs)
        # Where choices are separated curvature fades away: a trace of it keeps steps finite.
        trace = np.einsum("bkk->b", curvature)
        curvature += eye * (1e-12 * trace + 1e-300)[:, None, None]
        step = np.linalg.solve(curvature, score[..., None])[..., 0]
        gaps[going] = 0.5 * (score * step).sum(axis=1)
        still = gaps[going] < _GAP
        going, own, step = going[~still], own[~still], step[~still]
        if not len(going):
            break
        length = np.ones(len(going))
        margin = signs * (offset + (b[going] + step) @ design.T)
        chance, new = _told(margin, own)
        for _ in range(_HALVINGS):  # until no likelihood falls
            low = np.flatnonzero(~(new >= height[going]))
            if not len(low):
                break
            length[low] /= 2.0
            tried = b[going[low]] + length[low, None] * step[low]
            margin[low] = signs * (offset + tried @ design.T)
            chance[low], new[low] = _told(margin[low], own[low])
        b[going] += length[:, None] * step
        height[going] = new
    return b, np.where(np.isinf(gaps), 0.0, gaps) if not width else gaps


@cache
def _triangle(width: int) -> tuple[Array, Array]:
    return np.triu_indices(width)


def _products(design: Array) -> Array:
    """Multiply the columns ``(rows, k)`` two by two: ``(k (k+1)/2, rows)``."""
    rows, pairs = np.ascontiguousarray(design.T), _triangle(design.shape[1])
    found = np.empty((len(pairs[0]), len(design)))
    for own, i, j in zip(found, *pairs, strict=True):
        np.multiply(rows[i], rows[j], out=own)
    return found


def _unfolded(sums: Array) -> Array:
    """Lay sums of `_products`, ``(..., k (k+1)/2)``, out as symmetric matrices."""
    width = int(np.sqrt(2 * sums.shape[-1]))
    first, second = _triangle(width)
    whole = np.empty((*sums.shape[:-1], width, width))
    whole[..., first, second] = whole[..., second, first] = sums
    return whole


def _told(margin: Array, weights: Array) -> tuple[Array, Array]:
    """Chances of the other choices ``(B, rows)``, and log likelihoods ``(B,)`` of those made."""
    small = np.exp(-np.abs(margin))
    chance = np.where(margin > 0.0, small, 1.0) / (1.0 + small)
    logs = np.minimum(margin, 0.0) - np.log1p(small)
    return chance, np.einsum("br,br->b", weights, logs)


def _chance(margin: Array) -> Array:
    """Chance of the other choice."""
    return np.asarray(1.0 / (1.0 + np.exp(np.clip(margin, -700.0, 700.0))))


def _bounded(design: Array, score: Array, curvature: Array) -> tuple[bool, Array]:
    """Prove that the likelihood falls in every direction in the end; and invert the curvature.

    Along a direction of length 1 in the metric of the curvature the slope starts at most at the
    Newton decrement and falls by at least ``(1 - exp(-r t))/r``, with r the length of the longest
    row in the inverse metric: if decrement times r is below 1 it becomes negative.
    """
    if not len(score):
        return True, curvature
    try:
        root = np.linalg.cholesky(curvature)
    except np.linalg.LinAlgError:
        return False, np.zeros_like(curvature)
    back = np.linalg.inv(root)
    rows = back @ design.T
    longest = float(np.sqrt(np.einsum("kr,kr->r", rows, rows).max(initial=0.0)))
    decrement = float(np.linalg.norm(back @ score))
    return decrement * longest < _PROOF, back.T @ back


def independent(columns: Array) -> int:
    """Count the directions of coefficients in which choices move.

    Examples
    --------
    >>> independent(np.array([[1.0, 2.0, 0.0], [3.0, 6.0, 0.0]]))
    1
    """
    width = np.linalg.norm(columns, axis=0)
    return int(_identified(columns / np.where(width > 0, width, 1.0))[0].shape[1])


def _identified(columns: Array) -> tuple[Array, dict[int, str]]:
    """Find a basis of the directions that matter, and the coefficients that others replace."""
    # The triangle has the same right vectors, and as many rows as there are columns at most.
    _, sizes, directions = np.linalg.svd(np.linalg.qr(columns, mode="r"))
    least = _RANK * max(float(sizes.max(initial=0.0)), 1e-300)
    held = np.r_[sizes, np.zeros(len(directions) - len(sizes))] > least
    none = directions[~held]
    moving = np.flatnonzero((np.abs(none) > _FLAT).any(axis=0))
    told = "cannot be told from others: the data change together with them"
    return directions[held].T, {int(k): told for k in moving}


def _derivatives(design: Array, signs: Array, at: Array, weights: Array) -> tuple[Array, Array]:
    chance = _chance(signs * at)
    score = design.T @ (weights * signs * chance)
    curvature = (design * (weights * chance * (1.0 - chance))[:, None]).T @ design
    return score, curvature


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
