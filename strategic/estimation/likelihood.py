"""What every way of play gives to the search for its maximum: a likelihood, unit by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, Protocol

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.executors import each_in_order

_BLOCK = 1 << 22
"""Doubles of one block of scores, ``points x units x numbers``."""
_REACHES = 10.0 ** np.arange(-9, 10)
_FELT = 0.1
_NARROW = 6e-6
_MIDDLE = 1e-3
"""Steps of first and second differences, in units of the scale."""


class Likelihood(Protocol):
    """A log likelihood of K free numbers, as a sum over U independent units.

    Everything is vectorised over P points. Inherit from `Differenced` to do without derivatives.

    Examples
    --------
    >>> import strategic as st
    >>> counts = {"player": ["inspector", "contractor"], "action": ["inspect", "work"],
    ...           "count": [30, 20]}
    >>> part = st.estimate(st.load("inspection"), counts).parts[""]
    >>> part.observations
    50
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The free numbers, as users see them: ``rationality``, ``trust.noise``, ``selection``."""
        ...

    @property
    def bounds(self) -> Array:
        """Lowest and highest value of each number, ``(K, 2)``; infinite where there is none."""
        ...

    @property
    def units(self) -> int:
        """Independent units: clusters where there are some, else rows."""
        ...

    @property
    def uniform(self) -> float:
        """Log likelihood of uniform play."""
        ...

    @property
    def saturated(self) -> float:
        """Log likelihood of the observed frequencies themselves; no numbers reach more."""
        ...

    def per_unit(self, points: Array, /) -> Array:
        """Compute log likelihoods: ``(P, K)`` to ``(P, U)``; not finite where impossible."""
        ...

    def gradient(self, points: Array, /) -> Array | None:
        """Compute scores ``(P, U, K)``, or None where differences do."""
        ...

    def slope(self, points: Array, weights: Array | None = None, /) -> Array | None:
        """Compute derivatives ``(P, K)`` of the sum over units, weighted ``(P, U)``, or None."""
        ...

    def hessian(self, points: Array, weights: Array | None = None, /) -> Array | None:
        """Compute second derivatives ``(P, K, K)`` of the same sum, or None."""
        ...

    def predicted(self, point: Array, /) -> Sequence[Mapping[str, Any]]:
        """Lay predicted beside observed frequencies at one point ``(K,)``."""
        ...


class Differenced:
    """The part of a `Likelihood` that derivatives by differences replace.

    Examples
    --------
    A coin that fell on heads three times in ten tosses.

    >>> from strategic.estimation import maximise
    >>> class Coin(Differenced):
    ...     names, units, bounds = ("heads",), 1, np.array([[0.0, 1.0]])
    ...     uniform = saturated = 0.0
    ...     def per_unit(self, points):
    ...         return 3 * np.log(points) + 7 * np.log1p(-points)
    >>> maximise(Coin(), [[0.5]]).point.round(6)
    array([0.3])
    """

    def gradient(self, _points: Array, /) -> Array | None:
        """Leave scores to differences."""
        return None

    def slope(self, _points: Array, _weights: Array | None = None, /) -> Array | None:
        """Leave sums of scores to those who add them up."""
        return None

    def hessian(self, _points: Array, _weights: Array | None = None, /) -> Array | None:
        """Leave second derivatives to differences."""
        return None

    def predicted(self, _point: Array, /) -> Sequence[Mapping[str, Any]]:
        """Predict nothing."""
        return ()


def heights_on(executor: Executor | None, likelihood: Likelihood, points: Array) -> Array:
    """Add up a log likelihood over units on an executor: the same numbers as `heights`.

    Parameters
    ----------
    executor : concurrent.futures.Executor, optional
    likelihood : Likelihood
    points : array (P, K)
    """
    if executor is None or not len(points):
        return heights(likelihood, points)
    blocks = (points[block] for block in _blocks(likelihood, len(points), 1))
    return np.concatenate(
        list(each_in_order(partial(heights, likelihood), blocks, executor=executor))
    )


def heights(likelihood: Likelihood, points: Array, weights: Array | None = None) -> Array:
    """Add up a log likelihood over units: one value per point, minus infinity where impossible.

    Parameters
    ----------
    likelihood : Likelihood
    points : array (P, K)
    weights : array (P, U), optional
        How much each unit counts at each point.
    """
    found = np.empty(len(points))
    for block in _blocks(likelihood, len(points), 1):
        with np.errstate(all="ignore"):  # far out anything may overflow
            logs = likelihood.per_unit(points[block])
            if weights is not None:
                logs = np.where(weights[block] > 0, weights[block] * logs, 0.0)
        found[block] = logs.sum(axis=1)
    return np.where(np.isnan(found), -np.inf, found)


def natural_scale(likelihood: Likelihood, point: Array, weights: Array | None = None) -> Array:
    """Find how far each number moves until the likelihood has changed, whatever its unit.

    Parameters
    ----------
    likelihood : Likelihood
    point : array (K,)
    weights : array (1, U), optional

    Returns
    -------
    array (K,)
        The smallest power of ten, up or down, that changes the log likelihood by a tenth; the size
        of the number itself where nothing does. Where there are exact derivatives, their parabola
        tells; elsewhere all powers are tried.
    """
    found = _of_parabola(likelihood, point, weights)
    rest = np.flatnonzero(np.isnan(found))
    if not len(rest):
        return found
    here = heights(likelihood, point[None], weights)[0]
    found[rest] = np.maximum(np.abs(point[rest]), 1.0)
    # What is far away may take long to compute, and need not be looked at.
    for reaches in (_REACHES[_REACHES < 1.0], *_REACHES[_REACHES >= 1.0, None]):
        if not len(rest):
            break
        enough = _felt(likelihood, point, (reaches, rest), here, weights)
        there = enough.any(axis=0)
        found[rest[there]] = reaches[enough.argmax(axis=0)[there]]
        rest = rest[~there]
    return found


def _felt(
    likelihood: Likelihood,
    point: Array,
    moves: tuple[Array, Array],
    here: float,
    weights: Array | None,
) -> Array:
    """Say which moves of which numbers, either way, change the likelihood enough: (moves, numbers).

    What is impossible has changed, too.
    """
    reaches, numbers = moves
    width, (low, high) = len(point), likelihood.bounds.T
    reach = np.concatenate([reaches, -reaches])[:, None, None] * np.eye(width)[numbers]
    there = np.clip(point + reach, low, high).reshape(-1, width)
    every = None if weights is None else np.repeat(weights, len(there), axis=0)
    with np.errstate(invalid="ignore"):
        change = np.abs(heights(likelihood, there, every) - here)
    return np.asarray(~(change < _FELT).reshape(2, len(reaches), len(numbers)).all(axis=0))


def _of_parabola(likelihood: Likelihood, point: Array, weights: Array | None) -> Array:
    """Find where slope and curvature promise enough change; NaN where they say too little."""
    bends = likelihood.hessian(point[None], weights)
    if bends is None:
        return np.full(len(point), np.nan)
    bend = np.abs(np.diagonal(bends[0]))
    slope = np.abs(slopes(likelihood, point[None], np.ones(len(point)), weights)[0])
    with np.errstate(all="ignore"):
        # The root of bend t^2 / 2 + slope t = felt, written so that no bend does no harm.
        reach = 2 * _FELT / (slope + np.sqrt(slope**2 + 2 * _FELT * bend))
        power = 10.0 ** np.ceil(np.log10(reach))
    known = (power >= _REACHES[0]) & (power <= np.maximum(np.abs(point), 1.0))
    return np.where(known, power, np.nan)


def scores(likelihood: Likelihood, point: Array, scale: Array) -> Array:
    """Differentiate every unit's log likelihood at one point: ``(U, K)``."""
    exact = likelihood.gradient(point[None])
    if exact is not None:
        return np.asarray(exact[0])
    found = _differences(likelihood.per_unit, likelihood.bounds, point[None], scale, _NARROW)
    return np.asarray(found[0].T)


def slopes(
    likelihood: Likelihood, points: Array, scale: Array, weights: Array | None = None
) -> Array:
    """Differentiate the weighted sum: ``(P, K)``.

    Parameters
    ----------
    likelihood : Likelihood
    points : array (P, K)
    scale : array (K,)
        How far each number moves before the likelihood changes much.
    weights : array (P, U), optional
    """
    with np.errstate(all="ignore"):
        whole = likelihood.slope(points, weights)
    if whole is not None:
        return whole
    found = np.empty(points.shape)
    for block in _blocks(likelihood, len(points), points.shape[1]):
        own = None if weights is None else weights[block]
        with np.errstate(all="ignore"):
            exact = likelihood.gradient(points[block])
        if exact is not None:
            found[block] = exact.sum(axis=1) if own is None else np.einsum("pu,puk->pk", own, exact)
            continue

        def total(at: Array, own: Array | None = own) -> Array:
            every = None if own is None else np.repeat(own, len(at) // len(own), axis=0)
            return heights(likelihood, at, every)[:, None]

        found[block] = _differences(total, likelihood.bounds, points[block], scale, _NARROW)[..., 0]
    return found


def curvature(
    likelihood: Likelihood, points: Array, scale: Array, weights: Array | None = None
) -> Array:
    """Differentiate the weighted sum twice: ``(P, K, K)``, symmetric."""
    exact = likelihood.hessian(points, weights)
    if exact is not None:
        return exact
    count, width = points.shape
    if likelihood.gradient(points[:1]) is not None:

        def slope(at: Array) -> Array:
            every = None if weights is None else np.repeat(weights, len(at) // count, axis=0)
            return slopes(likelihood, at, scale, every)

        found = _differences(slope, likelihood.bounds, points, scale, _NARROW)
        return np.asarray(0.5 * (found + found.transpose(0, 2, 1)))
    step = _MIDDLE * scale
    centres = _centres(points, likelihood.bounds, step)
    found = np.empty((count, width, width))
    pairs = [(k, other) for k in range(width) for other in range(k + 1)]
    corners = [centres + a * step * _axis(width, k) + b * step * _axis(width, other)
               for k, other in pairs for a in (1, -1) for b in (1, -1)]  # fmt: skip
    every = None if weights is None else np.tile(weights, (len(corners), 1))
    values = heights(likelihood, np.concatenate(corners), every).reshape(-1, 4, count)
    for (k, other), (both, left, right, none) in zip(pairs, values, strict=True):
        with np.errstate(invalid="ignore"):
            second = both - left - right + none
        found[:, k, other] = found[:, other, k] = second / (4 * step[k] * step[other])
    return found


def of_frequencies(cells: Array, outcomes: Array) -> float:
    """Log likelihood of the shares of outcomes among the rows of each cell.

    Parameters
    ----------
    cells, outcomes : arrays of int (rows,)
        From 0 on.

    Examples
    --------
    >>> of_frequencies(np.array([0, 0, 0, 7]), np.array([1, 1, 0, 1]))  # two thirds, and all
    -1.9095425048844388
    """
    kinds = int(outcomes.max(initial=0)) + 1
    every = np.bincount(cells * kinds + outcomes)
    pair = np.flatnonzero(every)
    number = every[pair]
    return float((number * np.log(number / np.bincount(cells)[pair // kinds])).sum())


def _differences(function: Any, bounds: Array, points: Array, scale: Array, width: float) -> Array:
    """Differentiate by the parabola through three points that keep the bounds: ``(P, K, ...)``."""
    step = width * scale
    centres = _centres(points, bounds, step)
    at = [centres]
    for k in range(points.shape[1]):
        at += [centres + step * _axis(len(step), k), centres - step * _axis(len(step), k)]
    # Point by point, so that weights repeated per point fit.
    values = function(np.stack(at, axis=1).reshape(-1, points.shape[1]))
    values = values.reshape(len(points), len(at), -1)
    middle, up, down = values[:, :1], values[:, 1::2], values[:, 2::2]
    away = ((points - centres) / step)[:, :, None]
    with np.errstate(invalid="ignore"):
        rise = 0.5 * (up - down) + away * (up - 2 * middle + down)
    return np.asarray(rise / step[:, None])


def _centres(points: Array, bounds: Array, step: Array) -> Array:
    """Move points inside by one step where they lie at a bound."""
    low, high = bounds[:, 0] + step, bounds[:, 1] - step
    return np.clip(points, np.minimum(low, high), np.maximum(low, high))


def _axis(width: int, k: int) -> Array:
    return np.asarray(np.eye(width)[k])


def _blocks(likelihood: Likelihood, count: int, width: int) -> Any:
    return block_slices(count, max(1, _BLOCK // max(1, likelihood.units * width)))
