"""Stability of rest points under the replicator dynamics: eigenvalues and what they say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strategic.arrays import Array
from strategic.evolution._supports import Support

VERDICTS = (
    "ESS",
    "stable",
    "saddle",
    "unstable",
    "centre",
    "non-hyperbolic",
    "non-hyperbolic, unstable",
    "undefined",
    "non-hyperbolic, ESS",
)
"""What rest points are called: one that is evolutionarily stable, which in several populations is
a strict corner, and in one may be mixed (Maynard Smith 1982; Weibull 1995); another one that
attracts all starts near it; one that attracts some and repels others; one that repels all; one
around which the linearised dynamics turn for ever; one that the linearised dynamics do not decide,
with or without a direction that repels; one where payoffs have no finite value; one of one
population that is evolutionarily stable although the linearised dynamics do not say so."""

ESS, STABLE, SADDLE, UNSTABLE, CENTRE, NON_HYPERBOLIC = range(6)
REPELLED, UNDEFINED, TIED_ESS = range(6, 9)

_RELATIVE = 1e-9
"""Real parts of mixed rest points count as zero up to this share of the largest eigenvalue."""
_NOISE = 1e-13
"""And up to this share of the largest payoff."""


def verdicts(
    eigenvalues: Array,
    *,
    inside: int = 0,
    balanced: bool = False,
    size: Array | float = 0.0,
    isolated: bool = True,
) -> Array:
    """Name rest points by the eigenvalues of the replicator dynamics.

    Parameters
    ----------
    eigenvalues : array (..., m)
        Of the Jacobian in the free shares, those within the support first.
    inside : int
        How many belong to the support; none at a corner.
    balanced : bool
        Whether those are known to sum to zero: payoffs depend on the shares of other populations
        only.
    size : array (...)
        Size of the payoffs: what a real part may be off is a share of it. At a corner eigenvalues
        are payoff differences and taken as they are.
    isolated : bool
        Whether there are no rest points near by.

    Returns
    -------
    array (...) of int
        Places in `VERDICTS`.

    Notes
    -----
    At a corner all eigenvalues are payoff differences; if they are negative, it is a strict Nash
    equilibrium, which is what is evolutionarily stable in several populations (Selten 1980).
    At a mixed rest point of payoffs that do not depend on the own population's shares, the block
    of the support has zeros along its diagonal, so that its eigenvalues sum to zero: such a point
    is never asymptotically stable (Hofbauer and Sigmund 1998, section 11.3).

    Examples
    --------
    >>> [VERDICTS[code] for code in verdicts(np.array([[-1.0, -2.0], [1.0, -1.0], [0.0, -1.0]]))]
    ['ESS', 'saddle', 'non-hyperbolic']
    """
    largest = np.abs(eigenvalues).max(axis=-1, initial=0.0)
    exact = np.zeros_like(largest)
    slack = (_RELATIVE * largest + _NOISE * size if inside else exact)[..., None]
    real = np.array(eigenvalues.real)
    if balanced and inside:
        # Without a positive real part among numbers that sum to zero, all of them are zero.
        level = ~(real[..., :inside] > slack).any(axis=-1)
        real[..., :inside] = np.where(level[..., None], 0.0, real[..., :inside])
    neutral = np.abs(real) <= slack
    zero = (neutral & (np.abs(eigenvalues.imag) <= slack)).any(axis=-1) | (not isolated)
    repels, attracts = (real > slack).any(axis=-1), (real < -slack).any(axis=-1)
    found = np.where(neutral.any(axis=-1), CENTRE, STABLE if inside else ESS)
    found = np.where(repels, np.where(attracts, SADDLE, UNSTABLE), found)
    found = np.where(zero, np.where(repels, REPELLED, NON_HYPERBOLIC), found)
    return np.where(np.isfinite(eigenvalues).all(axis=-1), found, UNDEFINED)


def replicator_eigenvalues(
    shares: Sequence[Array],
    payoffs: Sequence[Array],
    jacobians: Sequence[Sequence[Array]],
    support: Support,
    isolated: Array | bool = True,
) -> tuple[Array, Array]:
    """Compute the eigenvalues of the replicator dynamics at rest points of one support.

    Parameters
    ----------
    shares, payoffs : sequences of arrays ``(n_i, points)``
    jacobians : sequence of sequences of arrays ``(n_i, n_j, points)``
        Derivatives of payoffs by shares.
    support : Support
        The actions in use.
    isolated : bool, or bool array ``(points,)``
        Whether they are no members of families.

    Returns
    -------
    inside : complex array ``(points, unknowns)``
        Of changes within the support.
    outside : array ``(points, rest)``
        What the actions not in use earn more than the population's mean: the growth rates of
        those who try them. By population and action.

    Notes
    -----
    The Jacobian is block triangular: actions that nobody uses stay unused.
    """
    points = shares[0].shape[1]
    rows, outside = [], []
    for own, earned, row, used in zip(shares, payoffs, jacobians, support, strict=True):
        kept = list(used)
        mean = (own[kept] * earned[kept]).sum(axis=0)
        outside += [earned[a] - mean for a in range(len(own)) if a not in used]
        if len(used) == 1:
            continue
        columns = [
            block[kept][:, b] - block[kept][:, others[0]]
            for block, others in zip(row, support, strict=True)
            for b in others[1:]
        ]
        slopes = np.stack(columns, axis=1)
        average = (own[kept][:, None] * slopes).sum(axis=0)
        rows.append(own[kept[1:], None] * (slopes[1:] - average))
    if not rows:
        return np.zeros((points, 0), complex), np.array(outside).reshape(len(outside), points).T
    matrix = np.moveaxis(np.concatenate(rows), -1, 0)
    finite = np.isfinite(matrix).all(axis=(1, 2))
    found = np.linalg.eigvals(np.where(finite[:, None, None], matrix, 0.0)).astype(complex)
    found[~finite] = np.nan
    family = np.flatnonzero(finite & ~np.asarray(isolated))
    found[family] = _without_noise(found[family], matrix[family])
    order = np.lexsort((found.imag, found.real), axis=-1)
    return np.take_along_axis(found, order, axis=-1), np.array(outside).reshape(
        len(outside), points
    ).T


def _without_noise(eigenvalues: Array, matrices: Array) -> Array:
    """Make eigenvalues zero that rounding cannot tell from zero: ``(points, m)``.

    Where zero is a multiple eigenvalue, as it often is in families, rounding moves it by the root
    of the error. The coefficients of the characteristic polynomial are off by the error itself:
    as many of the last ones as vanish, as many eigenvalues are zero.
    """
    count = eigenvalues.shape[1]
    size = np.abs(matrices).sum(axis=2).max(axis=1, initial=0.0)[:, None]
    scaled = eigenvalues / np.where(size == 0.0, 1.0, size)
    coefficients = np.zeros((len(scaled), count + 1), dtype=complex)
    coefficients[:, 0] = 1.0
    for place in range(count):
        coefficients[:, 1:] -= scaled[:, [place]] * coefficients[:, :-1]
    vanishing = np.abs(coefficients[:, :0:-1]) <= _NOISE
    zeros = np.logical_and.accumulate(vanishing, axis=1).sum(axis=1, keepdims=True)
    rank = np.abs(eigenvalues).argsort(axis=1).argsort(axis=1)
    return np.where(rank < zeros, 0.0, eigenvalues)
