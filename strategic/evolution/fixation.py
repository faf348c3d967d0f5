"""How likely a few mutants are to take over a finite population."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import MethodError
from strategic.whole_numbers import check_whole

ROUNDING = 1e-15
_LARGEST = 1 << 20
"""Numbers per block, so that memory does not grow with the grid."""


def fixation_probability(
    payoffs: ArrayLike,
    size: int,
    intensity: ArrayLike,
    /,
    *,
    mutants: int = 1,
    process: str = "fermi",
) -> Array:
    """Compute the probability that mutants take a finite population over.

    Parameters
    ----------
    payoffs : array_like, shape (..., 2, 2)
        Payoff of the row type against the column type; mutants are the first type.
    size : int
        Number Z of individuals, at least 2.
    intensity : array_like, shape (...)
        Intensity of selection, at least 0: beta of the Fermi process, or w in [0, 1] of the Moran
        process, fitness 1 - w + w payoff.
    mutants : int, default 1
        Mutants at the start.
    process : {"fermi", "moran"}, default "fermi"
        Pairwise comparison, or birth and death.

    Returns
    -------
    ndarray, shape (...)
        ``exp(log_fixation(...))``; NaN where a fitness is negative, or where both types have
        fitness zero.

    References
    ----------
    Traulsen, A., Nowak, M. A. and Pacheco, J. M. (2006). Stochastic dynamics of invasion and
    fixation. Physical Review E 74, 011909.
    Nowak, M. A., Sasaki, A., Taylor, C. and Fudenberg, D. (2004). Emergence of cooperation and
    evolutionary stability in finite populations. Nature 428, 646-650.

    Examples
    --------
    >>> hawk_dove = [[-0.5, 2.0], [0.0, 0.0]]
    >>> round(float(fixation_probability(hawk_dove, 100, 1.0)), 12)
    0.864115574246
    """
    check_whole(size=size, mutants=mutants)
    return np.exp(log_fixation(payoffs, size, intensity, mutants=mutants, process=process))


def log_fixation(
    payoffs: ArrayLike,
    size: int,
    intensity: ArrayLike,
    /,
    *,
    mutants: int = 1,
    process: str = "fermi",
) -> Array:
    """Compute the logarithm of a fixation probability, however small.

    Parameters
    ----------
    payoffs, size, intensity, mutants, process
        As for `fixation_probability`.

    Returns
    -------
    ndarray, shape (...)
        Logarithm of the probability.

    Raises
    ------
    MethodError
        When the process is unknown or the numbers of individuals do not fit.

    Notes
    -----
    phi = sum_{j<m} e^{s_j} / sum_{j<Z} e^{s_j}, s_j = sum_{k<=j} ln(T_k^- / T_k^+), by
    log-sum-exp. With k mutants, who do not meet themselves, pi_A = [(k-1) a + (Z-k) b]/(Z-1) and
    pi_B = [k c + (Z-k-1) d]/(Z-1); the Fermi ratio is exp(-beta (pi_A - pi_B)), the Moran ratio
    that of the fitnesses. Where mutants have fitness zero, no more of them are born: with k of
    them they are lost, so k takes the place of 0 if they start above it, and else phi is zero.

    Examples
    --------
    >>> float(np.exp(log_fixation([[1, 1], [1, 1]], 100, 1.0)).round(12))
    0.01
    >>> float(log_fixation([[0, 0], [1, 1]], 1000, 10.0).round(3))
    -9990.0
    """
    check_whole(size=size, mutants=mutants)
    if process not in ("fermi", "moran"):
        raise MethodError("must be 'fermi' or 'moran'", where="process", value=process)
    if size < 2 or not 0 < mutants < size:
        raise MethodError(
            "needs at least 2 individuals, mutants and others", where="size", value=(size, mutants)
        )
    A, strength = np.asarray(payoffs, float), np.asarray(intensity, float)
    shape = np.broadcast_shapes(A.shape[:-2], strength.shape)
    letters = np.broadcast_to(A, (*shape, 2, 2)).reshape(-1, 2, 2)
    selection = np.broadcast_to(strength, shape).reshape(-1)
    logs = np.empty(len(letters))
    for part in block_slices(len(letters), max(_LARGEST // size, 1)):
        steps, blocked = _log_ratios(letters[part], size, selection[part], process, mutants)
        # phi is a ratio of sums of e^{s_j} whose terms may be beyond the range of doubles: the
        # largest is taken out of each sum first.
        odds = _log_sum_exp(steps[:mutants]) - _log_sum_exp(steps)
        logs[part] = np.where(blocked, -np.inf, odds)
    return logs.reshape(shape)


def _log_ratios(
    letters: Array, size: int, selection: Array, process: str, mutants: int
) -> tuple[Array, Array]:
    """Cumulated log ratios s_0 = 0, s_1, ..., s_{Z-1}, one row each; who can never take over."""
    k = np.arange(1.0, size)[:, None]
    a, b, c, d = letters.reshape(-1, 4).T
    mutant = np.stack([(k - 1) * a, (size - k) * b]) / (size - 1)
    resident = np.stack([k * c, (size - k - 1) * d]) / (size - 1)
    if process == "fermi":
        steps = -selection * (mutant.sum(axis=0) - resident.sum(axis=0))
        steps = np.where(selection >= 0.0, steps, np.nan)
        return _summed(steps), np.zeros(len(a), dtype=bool)
    fit, unfit = _fitness(mutant, selection), _fitness(resident, selection)
    allowed = (selection >= 0.0) & (selection <= 1.0)
    allowed = allowed & (np.minimum(fit, unfit) >= 0).all(axis=0)
    allowed &= (np.maximum(fit, unfit) > 0).all(axis=0)  # else nobody is born
    # Barren mutants are as good as lost: numbers up to the largest at which they are take the
    # place of 0, and where that is not below the start, they never take over.
    barren = fit == 0.0
    blocked = barren[mutants - 1 :].any(axis=0)
    lost = (k * (barren & (k < mutants))).max(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.log(unfit) - np.log(fit)
    steps = np.where((k <= lost) | blocked, 0.0, steps)
    sums = _summed(np.where(allowed, steps, np.nan))
    sums[np.arange(size)[:, None] < lost] = -np.inf
    return sums, blocked & allowed


def _fitness(payoffs: Array, selection: Array) -> Array:
    """Fitness from both parts of a payoff; what is zero but for rounding is zero."""
    fit = 1 - selection + selection * payoffs.sum(axis=0)
    size = 1 + selection * np.abs(payoffs).sum(axis=0)
    return np.where(np.abs(fit) <= ROUNDING * size, 0.0, fit)


def _summed(steps: Array) -> Array:
    return np.concatenate([np.zeros((1, steps.shape[1])), np.add.accumulate(steps, axis=0)])


def _log_sum_exp(terms: Array) -> Array:
    largest = terms.max(axis=0)
    # accumulate adds one by one: the order never depends on the number of points
    total = np.add.accumulate(np.exp(terms - largest), axis=0)[-1]
    return np.asarray(largest + np.log(total))
