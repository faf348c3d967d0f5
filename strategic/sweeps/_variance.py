"""Sobol indices: the share of a measure's variance that each parameter accounts for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.modelling import Measure, Model
from strategic.sweeps._axes import Range
from strategic.sweeps._evaluate import evaluate
from strategic.sweeps._layout import UNDEFINED
from strategic.sweeps._levers import lever

_RESAMPLES = 200


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """Indices of every output (a number, or the indicator of a label) for every parameter.

    Parameters
    ----------
    outputs : tuple of str
        The measure's name, or its labels that occur.
    first, total : arrays of shape (outputs, parameters)
        Share of the variance explained by a parameter alone, and with all its interactions. NaN
        where the output does not vary, or is not finite everywhere.
    first_error, total_error : arrays of the same shape
        Bootstrap standard errors.
    mean, variance : arrays of shape (outputs,)
        Over all draws.
    finite : float
        Share of the draws at which the measure is finite.
    """

    outputs: tuple[str, ...]
    first: Array
    total: Array
    first_error: Array
    total_error: Array
    mean: Array
    variance: Array
    finite: float


def sobol_indices(
    model: Model, measure: Measure, ranges: Sequence[Range], *, draws: int, seed: int
) -> SobolIndices:
    """Estimate the indices from ``draws * (parameters + 2)`` evaluations.

    Parameters
    ----------
    model : Model
        What the ranges do not move keeps its values.
    measure : Measure
        A label measure is studied through the indicator of each of its values.
    ranges : sequence of Range
        Uniform and independent; in the logarithm, or over whole numbers, where they say so.
    draws : int
        A power of two.
    seed : int
        Of the shift of the Sobol points and of the bootstrap.

    Notes
    -----
    Saltelli's first-order and Jansen's total estimator on Sobol points with a random shift.

    References
    ----------
    Saltelli et al. (2010), Variance based sensitivity analysis of model output.
    """
    from scipy.stats import sobol_indices as estimate

    values = [
        evaluate(model, [measure], at_shares(model, ranges, shares))[measure.name]
        for shares in _designs(len(ranges), draws, seed)
    ]
    finite = float(np.mean([np.isfinite(v).mean() for v in values]))
    if measure.kind == "label":
        present = np.unique(np.concatenate(values))
        words = dict(enumerate(measure.labels))
        outputs = tuple(words.get(int(number), UNDEFINED) for number in present)
        tables = [(v[None, :] == present[:, None]).astype(float) for v in values]
    else:
        outputs, tables = (measure.name,), [v[None, :].astype(float) for v in values]
    a, b, ab = tables[0], tables[1], np.stack(tables[2:])
    # scipy fails on the scalar that one output of one parameter becomes: every output stands twice.
    twice = {n: np.concatenate([t, t], axis=-2) for n, t in (("f_A", a), ("f_B", b), ("f_AB", ab))}
    with np.errstate(all="ignore"):  # outputs that do not vary give 0/0: undefined, as they are
        found = estimate(func=twice, n=draws)
        errors = _errors(a, b, ab, seed)
        both = np.concatenate([a, b], axis=1)
        mean, variance = both.mean(axis=1), both.var(axis=1)
    varies = np.isfinite(variance) & (variance > 0)
    first, total, first_error, total_error = (
        np.where(varies[:, None], np.reshape(array, (-1, len(ranges)))[: len(outputs)], np.nan)
        for array in (found.first_order, found.total_order, *errors)
    )
    return SobolIndices(outputs, first, total, first_error, total_error, mean, variance, finite)


def at_shares(model: Model, ranges: Sequence[Range], shares: Array) -> dict[str, Array]:
    """Turn shares in [0, 1), one row per range, into values of the levers.

    A whole number takes each value of its range equally often.
    """
    values = {}
    for moved, share in zip(ranges, shares, strict=True):
        if lever(model.family, moved.name).integer:
            count = np.floor(moved.upper) - np.ceil(moved.lower) + 1
            values[moved.name] = np.ceil(moved.lower) + np.floor(share * count)
        else:
            values[moved.name] = moved.at(share)
    return values


def _designs(count: int, draws: int, seed: int) -> Iterator[Array]:
    """Make the two samples, then the first with each row taken from the second in turn."""
    from scipy.stats import qmc

    plain = qmc.Sobol(2 * count, scramble=False).random(draws)
    # A random shift (Cranley and Patterson 1976) keeps the points' uniformity, and each is uniform.
    shift = np.random.Generator(np.random.PCG64(seed)).random(2 * count)
    both = ((plain + shift) % 1.0).T
    a, b = both[:count], both[count:]
    yield a
    yield b
    for row in range(count):
        yield np.concatenate([a[:row], b[row : row + 1], a[row + 1 :]])


def _errors(a: Array, b: Array, ab: Array, seed: int) -> tuple[Array, Array]:
    """Estimate standard errors by drawing the points again with replacement."""
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    middle = np.concatenate([a, b], axis=1).mean(axis=1, keepdims=True)
    a, b, ab = a - middle, b - middle, ab - middle
    # Both estimators are ratios of means over the points, so a resample is a vector of weights.
    value, square = (a + b) / 2, (a**2 + b**2) / 2
    explained, left = b * (ab - a), 0.5 * (a - ab) ** 2  # Saltelli 2010; Jansen 1999
    draws = a.shape[1]
    first, total = [], []
    for _ in range(_RESAMPLES):
        weight = np.bincount(rng.integers(draws, size=draws), minlength=draws) / draws
        variance = square @ weight - (value @ weight) ** 2
        first.append(explained @ weight / variance)
        total.append(left @ weight / variance)
    return np.std(first, axis=0).T, np.std(total, axis=0).T
