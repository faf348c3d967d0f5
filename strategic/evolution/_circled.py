"""Equilibria around which paths circle: Newton's method from points next to them."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.evolution._flows import Flow, payoffs_of
from strategic.evolution.dynamics import summed

_LEAST_SHARES = (1e-2, 1e-4, 1e-6)
"""Of actions that count as in use."""
_NEAR = 0.1
"""How far a share may be from where it is at the equilibrium."""
_EPSILON = 2.0**-52


def equilibria_near(
    flow: Flow, near: list[Array], spread: Array, *, tie: float
) -> tuple[list[Array], Array]:
    """Find equilibria next to points; tells where there is one.

    What is in use is guessed: large shares first, and smaller ones too where that fails.

    Parameters
    ----------
    flow : Flow
    near : list of arrays ``(n_i, points)``
    spread : array ``(points,)``
        The largest difference of payoffs.
    tie : float
        Payoffs that differ by less, relative to ``spread``, are equal.
    """
    payoffs, shares = payoffs_of(flow, near), np.concatenate(near)
    good = np.concatenate([u.max(axis=0) - u < 0.1 * spread for u in payoffs])
    found, tried = np.zeros(shares.shape[1], dtype=bool), np.zeros(shares.shape, dtype=bool)
    for least in _LEAST_SHARES:
        used = good & (shares > least)
        left = np.flatnonzero(~found & (used != tried).any(axis=0))
        tried = used
        patterns, same = np.unique(used[:, left], axis=1, return_inverse=True)
        for number, pattern in enumerate(patterns.T):
            some = left[same.ravel() == number]
            shares[:, some], found[some] = _with_equal_payoffs(
                flow.at(some), [x[:, some] for x in near], spread[some], pattern, tie
            )
    return _by_population(shares, near), found


def _by_population(rows: Array, like: list[Array]) -> list[Array]:
    return np.split(rows, np.cumsum([len(x) for x in like])[:-1])


def _with_equal_payoffs(
    flow: Flow, near: list[Array], spread: Array, pattern: Array, tie: float
) -> tuple[Array, Array]:
    """Solve for equal payoffs of the actions in use (Newton's method); tells where that is sound.

    Where it is not, shares are left as they are.
    """
    used = _by_population(pattern, near)
    before = np.concatenate(near)
    if not all(u.any() for u in used):
        return before, np.zeros(before.shape[1], dtype=bool)
    start = before[pattern]

    def spread_out(values: Array) -> list[Array]:
        rows = np.zeros_like(before)
        rows[pattern] = values
        return _by_population(rows, near)

    def residual(values: Array) -> Array:
        shares, found = spread_out(values), []
        for x, pay, u in zip(shares, payoffs_of(flow, shares), used, strict=True):
            own = pay[u]
            found.extend([(own[1:] - own[0]) / spread, [x.sum(axis=0) - 1.0]])
        return np.concatenate(found)

    values = start
    for _ in range(6):
        here = residual(values)
        moves = np.eye(len(values))[..., None] * 1e-6
        slopes = np.stack(
            [(residual(values + m) - residual(values - m)) / 2e-6 for m in moves], axis=1
        )
        slopes = np.where(np.isfinite(slopes).all(axis=(0, 1)), slopes, 0.0)
        inverse = np.linalg.pinv(np.moveaxis(slopes, -1, 0), rcond=len(values) * _EPSILON)
        values = values - np.einsum("nuv,vn->un", inverse, here)
    sound = np.isfinite(values).all(axis=0) & (values >= 0.0).all(axis=0)
    sound &= np.abs(values - start).max(axis=0) < _NEAR
    sound &= np.abs(residual(values)).max(axis=0) < tie
    shares = spread_out(values)
    for x, u in zip(shares, payoffs_of(flow, shares), strict=True):
        sound &= (u - summed(x * u)).max(axis=0) <= 10 * tie * spread
    return np.where(sound, np.concatenate(shares), before), sound
