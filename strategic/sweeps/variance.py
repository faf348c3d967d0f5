"""Sobol indices: the share of a measure's variance that each parameter accounts for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.modelling import Measure, Model
from strategic.sweeps.axes import Range
from strategic.sweeps.layout import UNDEFINED
from strategic.sweeps.levers import lever
from strategic.sweeps.probe import probe

_RESAMPLES = 200


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """Indices of every output (a number, or the indicator of a label) for every parameter.

    Parameters
    ----------
    outputs : tuple of str
        The measure's name, or its labels that occur.
    first, total : arrays of shape (outputs, parameters)
        Variance explained by a parameter alone, and with all its interactions. NaN where the
        output does not vary, or is not finite everywhere.
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

    values = [_measured(model, measure, ranges, share) for share in _designs(ranges, draws, seed)]
    finite = float(np.mean([np.isfinite(v).mean() for v in values]))
    outputs, tables = _outputs(measure, values)
    a, b, ab = tables[0], tables[1], np.stack(tables[2:])
    with np.errstate(all="ignore"):  # outputs that do not vary give 0/0: undefined, as they are
        found = estimate(func={"f_A": _twice(a), "f_B": _twice(b), "f_AB": _twice(ab)}, n=draws)
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
    """Turn shares in [0, 1), one row a range, into values of the levers.

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


def _designs(ranges: Sequence[Range], draws: int, seed: int) -> list[Array]:
    """Make the two samples, then the first with each row taken from the second in turn."""
    from scipy.stats import qmc

    count = len(ranges)
    plain = qmc.Sobol(2 * count, scramble=False).random(draws)
    shift = np.random.Generator(np.random.PCG64(seed)).random(2 * count)
    both = ((plain + shift) % 1.0).T
    a, b = both[:count], both[count:]
    mixed = []
    for row in range(count):
        mixed.append(a.copy())
        mixed[-1][row] = b[row]
    return [a, b, *mixed]


def _measured(model: Model, measure: Measure, ranges: Sequence[Range], shares: Array) -> Array:
    return probe(model, measure, at_shares(model, ranges, shares))


def _outputs(measure: Measure, values: list[Array]) -> tuple[tuple[str, ...], list[Array]]:
    if measure.kind != "label":
        return (measure.name,), [v[None, :].astype(float) for v in values]
    present = np.unique(np.concatenate(values))
    words = dict(enumerate(measure.labels))
    names = tuple(words.get(int(number), UNDEFINED) for number in present)
    return names, [(v[None, :] == present[:, None]).astype(float) for v in values]


def _twice(outputs: Array) -> Array:
    """Repeat the outputs: scipy fails on the scalar that one output of one parameter becomes."""
    return np.concatenate([outputs, outputs], axis=-2)


def _errors(a: Array, b: Array, ab: Array, seed: int) -> tuple[Array, Array]:
    """Estimate standard errors by drawing the points again with replacement."""
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    middle = np.concatenate([a, b], axis=1).mean(axis=1, keepdims=True)
    sums = _products(a - middle, b - middle, ab - middle)
    draws = a.shape[1]
    first, total = [], []
    for _ in range(_RESAMPLES):
        weight = np.bincount(rng.integers(draws, size=draws), minlength=draws) / draws
        mean = {name: array @ weight for name, array in sums.items()}
        variance = mean["square"] - mean["value"] ** 2
        first.append(mean["first"] / variance)
        total.append(mean["total"] / variance)
    return np.std(first, axis=0).T, np.std(total, axis=0).T


def _products(a: Array, b: Array, ab: Array) -> Mapping[str, Array]:
    return {
        "value": (a + b) / 2,
        "square": (a**2 + b**2) / 2,
        "first": b * (ab - a),
        "total": 0.5 * (a - ab) ** 2,
    }
