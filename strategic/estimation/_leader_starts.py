"""Where the search for numbers of leader and follower starts: backward induction by probits."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.estimation._leader_choices import inverse_mills
from strategic.estimation._leader_likelihood import LeaderLikelihood

_OTHERS = 2
_STEPS = 25
_RIDGE = 1e-6
_STILL = 1e-6
_LEAST_INVERSE = 0.05


def starts_of(likelihood: LeaderLikelihood, seed: int) -> Array:
    """Give points to start from: backward induction, the model's own values, and some nearby.

    Parameters
    ----------
    likelihood : LeaderLikelihood
    seed : int
        Of the points nearby.

    Returns
    -------
    array (P, K)

    Notes
    -----
    Statistical backward induction: a probit of the follower's answers; with its chances a probit
    of the leader's actions, whose regressors are expected payoffs. Where payoffs are not affine in
    the free numbers, only their own values and points nearby are given.

    References
    ----------
    Signorino, C. S. (2003). Structure and uncertainty in discrete choice models. Political Analysis
    11, 316-344.
    Bas, M. A., Signorino, C. S. and Walker, R. W. (2008). Statistical backwards induction: a simple
    method for estimating recursive strategic models. Political Analysis 16, 21-40.
    """
    payoffs = likelihood.contrasts.payoffs
    own = np.r_[np.asarray(payoffs.starts, dtype=float), np.ones(int(likelihood.scaled))]
    first = _by_induction(likelihood) if payoffs.affine else own
    rng = np.random.default_rng(seed)
    around = first + rng.normal(size=(_OTHERS, len(own))) * (0.5 + 0.5 * np.abs(first))
    if likelihood.scaled:
        around[:, -1] = first[-1] * np.exp(rng.normal(size=_OTHERS))
    low, high = likelihood.bounds.T
    return np.asarray(np.clip(np.vstack([first, own, around]), low, high))


def _by_induction(likelihood: LeaderLikelihood) -> Array:
    """Estimate ``numbers / sigma`` and ``1 / sigma`` by probits, the follower's first."""
    from scipy.special import ndtr

    contrasts, tree = likelihood.contrasts, likelihood.contrasts.tree
    width = len(contrasts.payoffs.names)
    design = np.zeros((*contrasts.base.shape, width + 1))  # contrasts by rows by numbers
    for one, (numbers, columns) in zip(design, contrasts.columns, strict=True):
        one[:, numbers] = columns
    design[..., -1] = contrasts.base
    moves = len(tree.moves)
    point, known = np.zeros(width + 1), np.zeros(width + 1, dtype=bool)
    if not likelihood.scaled:
        point[-1], known[-1] = 1.0 / likelihood.scale, True
    if moves:
        seen = [likelihood.action == move for move in tree.moves]
        rows = np.vstack([design[j][some] for j, some in enumerate(seen)])
        chosen = np.concatenate([likelihood.answer[some] == 0 for some in seen])
        _fill(point, known, rows, chosen)
    share = ndtr(design[:moves] @ point)
    expected = design[-1].copy()
    spread = np.full(len(expected), 2.0)
    for j, move in enumerate(tree.moves):
        expected += (1.0 if move == 0 else -1.0) * share[j][:, None] * design[moves + j]
        spread -= 2.0 * share[j] * (1.0 - share[j]) * tree.private
    _fill(point, known, expected / np.sqrt(spread)[:, None], likelihood.action == 0)
    if not likelihood.scaled:
        return np.asarray(point[:-1] * likelihood.scale)
    inverse = max(float(point[-1]), _LEAST_INVERSE)
    return np.asarray(np.r_[point[:-1], 1.0] / inverse)


def _fill(point: Array, known: Array, rows: Array, chosen: Array) -> None:
    """Estimate by a probit, in place, the numbers that matter here and are not known yet."""
    matters = ~known & (np.abs(rows).max(axis=0, initial=0.0) > 0)
    if not len(rows) or not matters.any():
        return
    point[matters] = _probit(rows[:, matters], rows[:, known] @ point[known], chosen)
    known |= matters


def _probit(columns: Array, offset: Array, chosen: Array) -> Array:
    """Fit ``P(chosen) = Phi(offset + columns b)`` by Newton's method, a little towards 0."""
    sign = np.where(chosen, 1.0, -1.0)
    size = np.linalg.norm(columns, axis=0)
    columns = columns / size
    ridge = _RIDGE * np.eye(columns.shape[1])
    b = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        at = sign * (offset + columns @ b)
        ratio = inverse_mills(at)
        slope = columns.T @ (sign * ratio) - ridge @ b
        bend = (columns.T * (ratio * (at + ratio))) @ columns + ridge
        step = np.linalg.solve(bend, slope)
        b = b + step
        if np.abs(slope @ step) < _STILL:
            break
    return np.asarray(b / size)
