"""The maximum likelihood of a mixture's shares, for many weightings at once, with its certificate.

With the likelihoods ``P`` of every cluster under every component, ``sum_i w_i log(P s)_i`` is
concave in the shares, and s is its global maximum over the simplex exactly when every directional
derivative ``D_k = sum_i w_i P_ik/(P s)_i`` is at most the sum of weights (Lindsay 1983).
Weights that sum to 1 then make ``max_k D_k - 1`` a bound on what is missing to the maximum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

GAP = 1e-9
"""Excess of the largest derivative over 1 below which the shares count as the global maximum."""
_STEPS = 100
_TRACE = 1e-12
_BACK = 0.99
ZERO = 1e-8
"""Shares below it are 0, where that lowers no likelihood."""


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of components, one row per weighting.

    Parameters
    ----------
    shares : array (B, K)
    value : array (B,)
        The weighted mean of log likelihoods.
    gap : array (B,)
        ``max_k D_k - 1``: at most this much is missing to the maximum.
    derivatives : array (B, K)
        D_k; below 1 where the data speak against a share of 0.
    """

    shares: Array
    value: Array
    gap: Array
    derivatives: Array


def fit_shares(logs: Array, weights: Array, *, enough: float = GAP * 1e-3) -> Shares:
    """Maximise over the shares of a mixture.

    Parameters
    ----------
    logs : array (B, I, K), or (1, I, K)
        Log likelihoods of clusters under components. A cluster that is impossible under all of
        them says nothing of the shares: the value is minus infinity where its weight is not 0.
    weights : array (B, I)
        At least 0, not all 0.
    enough : float
        The gap at which to stop.

    Notes
    -----
    A primal-dual interior-point method on ``min -sum_i w_i log(P s)_i + sum_k s_k, s >= 0``, whose
    solution adds up to 1 by itself (Koenker and Mizera 2014), all weightings at once.

    Examples
    --------
    >>> found = fit_shares(np.log([[[0.9, 0.1], [0.2, 0.8], [0.9, 0.1]]]), np.ones((1, 3)))
    >>> found.shares.round(4), bool(found.gap[0] < GAP)
    (array([[0.8472, 0.1528]]), True)
    """
    top = logs.max(axis=2, keepdims=True)
    lost = ~np.isfinite(top)
    likely = np.exp(logs - np.where(lost, 0.0, top))  # of each cluster's best component
    likely = np.where(lost, 1.0, likely) if lost.any() else likely
    weights = weights / weights.sum(axis=1, keepdims=True)
    batch, components = len(weights), logs.shape[2]
    shares = np.full((batch, components), 1.0 / components)
    slack = np.full((batch, components), 0.5)
    for _ in range(_STEPS):
        ratio, derivatives = _derivatives(likely, weights, shares)
        residual = 1.0 - derivatives - slack
        product = shares * slack
        gap = np.maximum(np.abs(residual).max(axis=1), product.sum(axis=1))
        if (gap < enough).all():
            break
        centre = product.mean(axis=1, keepdims=True) * 0.1
        curvature = (ratio * weights[..., None]).transpose(0, 2, 1) @ ratio
        # Components that are alike have no curvature between them: a trace keeps steps finite.
        ridge = slack / shares + _TRACE * np.trace(curvature, axis1=1, axis2=2)[:, None]
        curvature += np.eye(components) * ridge[:, :, None]
        aim = -residual - slack + centre / shares
        # (H + S/X) dx = -(1 - D) + mu/x, then ds = mu/x - s - (s/x) dx.
        step = np.linalg.solve(curvature, aim[..., None])[..., 0]
        change = centre / shares - slack - slack / shares * step
        shares = shares + _length(shares, step) * step
        slack = slack + _length(slack, change) * change
    return _cleaned(likely, top[..., 0], weights, shares)


def _length(values: Array, steps: Array) -> Array:
    """Step to just short of the boundary, at most 1: (B, 1)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(steps < 0.0, -values / steps, np.inf).min(axis=1, keepdims=True)
    return np.asarray(np.minimum(1.0, _BACK * room))


def _derivatives(likely: Array, weights: Array, shares: Array) -> tuple[Array, Array]:
    ratio = likely / (likely @ shares[..., None])
    return ratio, (weights[:, None, :] @ ratio)[:, 0]


def _cleaned(likely: Array, top: Array, weights: Array, shares: Array) -> Shares:
    """Round negligible shares to 0, add up to 1, and measure what is left to gain."""
    shares = np.where(shares < ZERO, 0.0, shares)
    shares = shares / shares.sum(axis=1, keepdims=True)
    _, derivatives = _derivatives(likely, weights, shares)
    reached = np.log((likely @ shares[..., None])[..., 0]) + top
    if not np.isfinite(top).all():  # clusters that were not drawn may be impossible
        reached = np.where(weights > 0.0, reached, 0.0)
    value = (weights * reached).sum(axis=1)
    return Shares(shares, value, derivatives.max(axis=1) - 1.0, derivatives)
