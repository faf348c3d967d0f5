"""Which strategies a finite population plays when mutations are rare."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.evolution.fixation import log_fixation
from strategic.whole_numbers import check_whole


def invasion_chances(
    payoffs: ArrayLike, size: int, intensity: ArrayLike, /, *, process: str = "fermi"
) -> Array:
    """Compute the log-probability that one mutant of each strategy takes over each population.

    Parameters
    ----------
    payoffs : array_like, shape (..., n, n)
        Payoff of the row strategy against the column strategy.
    size : int
        Number of individuals.
    intensity : array_like, shape (...)
        Intensity of selection.
    process : {"fermi", "moran"}, default "fermi"
        As for `strategic.evolution.fixation.fixation_probability`.

    Returns
    -------
    ndarray, shape (..., n, n)
        Logarithm of the chance that a single column strategist takes a population of row
        strategists over; 0 on the diagonal.

    Examples
    --------
    >>> np.exp(invasion_chances([[1, 1], [1, 1]], 10, 1.0)).round(12)
    array([[1. , 0.1],
           [0.1, 1. ]])
    """
    check_whole(size=size)
    A = np.asarray(payoffs, float)
    count = A.shape[-1]
    here, there = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
    corners = [A[..., there, there], A[..., there, here], A[..., here, there], A[..., here, here]]
    pairs = np.stack(np.broadcast_arrays(*corners), axis=-1).reshape(
        (*A.shape[:-2], count, count, 2, 2)
    )
    strength = np.asarray(intensity, float)[..., None, None]
    logs = log_fixation(pairs, size, strength, process=process)
    return np.where(here == there, np.where(np.isnan(logs), np.nan, 0.0), logs)


def small_mutation_law(
    payoffs: ArrayLike, size: int, intensity: ArrayLike, /, *, process: str = "fermi"
) -> Array:
    """Compute the long-run share of time a population spends with each strategy.

    Parameters
    ----------
    payoffs, size, intensity, process
        As for `invasion_chances`.

    Returns
    -------
    ndarray, shape (..., n)
        Shares that sum to one; NaN where a fitness is negative, and where more than one strategy
        can never be invaded, so that the long run depends on the start.

    Notes
    -----
    Between mutations the population is uniform; from strategy i it moves to j at the rate of j's
    fixation probability. The stationary law by state elimination in logarithms, so that no
    probability is too small.

    References
    ----------
    Fudenberg, D. and Imhof, L. A. (2006). Imitation processes with small mutations. Journal of
    Economic Theory 131, 251-262.

    Examples
    --------
    >>> small_mutation_law([[1.0, 1.0], [1.0, 1.0]], 50, 1.0)
    array([0.5, 0.5])
    """
    check_whole(size=size)
    logs = invasion_chances(payoffs, size, intensity, process=process)
    shape, count = logs.shape[:-2], logs.shape[-1]
    law = stationary_law(np.moveaxis(logs.reshape(-1, count, count), 0, -1))
    return np.moveaxis(law, 0, -1).reshape(*shape, count)


def stationary_law(log_flow: Array, /) -> Array:
    """Compute the long-run law of chains whose rates are given by their logarithms.

    Parameters
    ----------
    log_flow : ndarray, shape (n, n, points)
        Logarithm of the rate from the first state to the second; the diagonal is not read.

    Returns
    -------
    ndarray, shape (n, points)
        Shares of time; NaN where the long run depends on the start.

    Examples
    --------
    >>> import numpy as np
    >>> stationary_law(np.log([[[1.0], [1e-300]], [[3e-300], [1.0]]]))[:, 0]
    array([0.75, 0.25])
    """
    flow = log_flow.copy()
    count = len(flow)
    flow[np.arange(count), np.arange(count)] = 0.0  # every state leads to itself
    order, single = _stayers_first(flow)
    points = np.arange(flow.shape[2])
    flow = np.where(single, flow[order[:, None], order[None], points], np.nan)
    law = np.zeros((count, *flow.shape[2:]))
    # State elimination (Grassmann, Taksar and Heyman 1985) with products as sums and sums as
    # logaddexp: nothing is subtracted, so no probability underflows. The diagonal is never read.
    with np.errstate(invalid="ignore"):  # undefined points stay undefined
        for last in range(count - 1, 0, -1):
            flow[:last, last] -= np.logaddexp.reduce(flow[last, :last], axis=0)
            through = flow[:last, last][:, None] + flow[last, :last]
            flow[:last, :last] = np.logaddexp(flow[:last, :last], through)
        for state in range(1, count):
            law[state] = np.logaddexp.reduce(law[:state] + flow[:state, state], axis=0)
        total = np.logaddexp.reduce(law, axis=0)
    shares = np.empty_like(law)
    shares[order, points] = np.exp(law - total)
    return shares


def _stayers_first(flow: Array) -> tuple[Array, Array]:
    """Order the strategies so that those to which the population returns come first.

    Returns
    -------
    order : array of int (strategies, points)
    single : array of bool (points,)
        Whether those all lead to one another; else the long run depends on the start.
    """
    count = len(flow)
    leads = ~np.isneginf(flow)
    for middle in range(count):  # Warshall (1962)
        leads |= leads[:, middle, None] & leads[None, middle]
    stays = np.asarray((~leads | leads.swapaxes(0, 1)).all(axis=1))
    single = np.asarray((leads | ~(stays[:, None] & stays)).all(axis=(0, 1)))
    return np.argsort(~stays, axis=0, kind="stable"), single
