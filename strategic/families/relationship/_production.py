"""What technology and mobilisation produce, apart and together (claims D2 to D5, D12, D14)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, Inexact, getcontext, localcontext
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship._as_written import (
    DIGITS,
    keeping,
    output_rounding,
    settle,
)
from strategic.modelling import Points

_SERIES_BELOW = 1e-5
_LOGADDEXP_ABOVE = 1.0
_STEEPEST = -1e18  # below, rho times a distance could overflow; the output is min(T, M) long before


def ces(
    technology: ArrayLike,
    mobilisation: ArrayLike,
    /,
    *,
    share: ArrayLike = 0.5,
    substitution: ArrayLike = 0.0,
    productivity: ArrayLike = 1.0,
) -> Array:
    """Produce service from technology and mobilisation with constant elasticity of substitution.

    Parameters
    ----------
    technology, mobilisation : array_like
        Inputs T and M, at least 0; all arguments broadcast together.
    share : array_like
        Weight a of technology, between 0 and 1.
    substitution : array_like
        rho, at most 1: 1 perfect substitutes, 0 Cobb-Douglas, -inf fixed proportions.
    productivity : array_like
        A, above 0.

    Returns
    -------
    ndarray
        Output, at least 0.

    Notes
    -----
    ``A (a T^rho + (1-a) M^rho)^(1/rho)``; ``A T^a M^(1-a)`` at rho = 0 (reached through a series
    nearby), ``A min(T, M)`` at rho = -inf.
    For rho <= 0 both inputs are essential: output is 0 where one is 0, whatever the share.
    The form is ours; the sources say only that both abilities limit the service (D3 to D5).

    References
    ----------
    Arrow, K. J., Chenery, H. B., Minhas, B. S. and Solow, R. M. (1961). Capital-labor substitution
    and economic efficiency. Review of Economics and Statistics 43, 225-250.

    Examples
    --------
    >>> ces(1.2, 1.2), float(ces(4.0, 1.0)), float(ces(3.0, 0.5, substitution=-np.inf))
    (array(1.2), 2.0, 0.5)
    """
    if np.asarray(technology).dtype == object:  # decimals
        return np.asarray(
            productivity * _decimal_ces(technology, mobilisation, share, substitution)
        )
    T, M = np.asarray(technology, dtype=float), np.asarray(mobilisation, dtype=float)
    a, rho = np.asarray(share, dtype=float), np.asarray(substitution, dtype=float)
    with np.errstate(all="ignore"):
        if not rho.any():  # Cobb-Douglas everywhere, the default: no logarithms needed
            output = T**a * M ** (1 - a)
        else:
            output = _general_ces(*np.broadcast_arrays(T, M, a, rho))
        essential = (rho <= 0) & ((T == 0) | (M == 0))
        return np.asarray(np.asarray(productivity) * np.where(essential, 0.0, output))


def _general_ces(T: Array, M: Array, a: Array, rho: Array) -> Array:
    """Choose the limit or the formula that holds at each point; rho is any number up to 1."""
    interior = (T > 0) & (M > 0) & (a > 0) & (a < 1) & np.isfinite(rho)
    both = np.where(interior, _interior_ces(T, M, a, rho), 0.0)
    alone = a ** (1 / rho) * T + (1 - a) ** (1 / rho) * M  # one of the terms is 0, or rho is 0
    edge = np.where(rho == 0, T**a * M ** (1 - a), np.where(a == 1, T, np.where(a == 0, M, alone)))
    return np.where(
        np.isneginf(rho),
        np.minimum(T, M),
        np.where(rho == 1, a * T + (1 - a) * M, np.where(interior, both, edge)),
    )


def _interior_ces(T: Array, M: Array, a: Array, rho: Array) -> Array:
    """Multiply Cobb-Douglas output by the exponential of what substitution adds to its logarithm.

    With d = log(T/M) and t = rho d that is ``log(a e^((1-a)t) + (1-a) e^(-a t))/rho``, a small
    number over a small one near rho = 0: a series for tiny t, ``expm1`` and ``log1p`` for small t
    and a log-sum-exp for large t keep the error near one rounding for any rho.
    """
    distance = np.log(T) - np.log(M)
    rho = np.maximum(rho, _STEEPEST)
    tilt = rho * distance
    series = a * (1 - a) * distance * (tilt / 2 + (1 - 2 * a) * tilt**2 / 6)
    near = np.log1p(a * np.expm1((1 - a) * tilt) + (1 - a) * np.expm1(-a * tilt)) / rho
    far = np.logaddexp(np.log(a) + tilt, np.log1p(-a)) / rho - a * distance
    size = np.abs(tilt)
    excess = np.where(size < _SERIES_BELOW, series, np.where(size > _LOGADDEXP_ABOVE, far, near))
    return np.asarray(T**a * M ** (1 - a) * np.exp(excess))


def _exactly(T: Decimal, M: Decimal, a: Decimal, rho: Decimal) -> Decimal:
    """Produce from decimals: exactly where only sums are taken, else to `DIGITS` digits."""
    if rho <= 0 and not (T and M):
        return Decimal(0)
    if rho == Decimal("-Infinity"):
        return min(T, M)
    if T == M or a == 1:
        return T
    if a == 0:
        return M
    if rho == 1:
        return a * T + (1 - a) * M
    if rho == 0 and 2 * a == 1:
        with keeping(DIGITS):
            return (T * M).sqrt()
    # Near rho = 0 a small number is divided by a small one, and far from it a power is large:
    # digits that get lost are added first, so that an output of few digits comes out exactly.
    lost = 2 * min(abs(rho.adjusted()), 40) if rho else 0
    with keeping(DIGITS + 20 + lost):
        if rho == 0:
            output = M * (a * (T / M).ln()).exp()
        else:
            # The larger of a T^rho and (1-a) M^rho, or nearly so, leads: the other's share of it
            # cannot overflow.
            technology_leads = M == 0 or (T > 0 and (T > M) == (rho > 0))
            input_, other, weight = (T, M, a) if technology_leads else (M, T, 1 - a)
            share = (rho * (other / input_).ln()).exp() if other else Decimal(0)
            output = input_ * ((weight + (1 - weight) * share).ln() / rho).exp()
    with keeping(DIGITS):
        return +output


def _decimal_ces(*numbers: ArrayLike) -> Array:
    """Produce from arrays of decimals; what was rounded shows in the context (see `settle`)."""
    produce_each: Any = np.frompyfunc(_remembered, 4, 2)
    output, rounded = produce_each(*numbers)
    if np.any(rounded):
        getcontext().flags[Inexact] = True
    return np.asarray(output)


@lru_cache(maxsize=1 << 15)
def _remembered(T: Decimal, M: Decimal, a: Decimal, rho: Decimal) -> tuple[Decimal, bool]:
    """Produce, and tell whether something was rounded: powers are slow, and few inputs differ.

    They differ little on a grid, and not at all along a search that moves something else.
    """
    with localcontext() as context:
        context.clear_flags()
        return _exactly(T, M, a, rho), context.flags[Inexact]


def technology_for(points: Points, output: Array, mobilisation: Array) -> Array:
    """Find the least technology that produces an output with given mobilisation.

    Parameters
    ----------
    points : Points
        With share, substitution and productivity of production.
    output, mobilisation : ndarray
        Output wanted (0 technology where it is at most 0), and M.

    Returns
    -------
    ndarray
        T with ``ces(T, M) = output``; inf where no technology suffices.
    """
    a, rho = points["relation.technology_share"], points["relation.substitution"]
    level = np.asarray(np.maximum(output, points["relation.required_quality"]))
    wanted = level / points["relation.productivity"]
    # Invert the CES form; each limit has an inverse of its own, chosen below.
    finite = np.where(np.isfinite(rho) & (rho != 0), rho, 1.0)
    with np.errstate(all="ignore"):
        inner = (wanted**finite - (1 - a) * mobilisation**finite) / a
        general = np.where(inner > 0, inner ** (1 / finite), np.where(finite > 0, 0.0, np.inf))
        cobb_douglas = (wanted / mobilisation ** (1 - a)) ** (1 / a)
        proportions = np.where(mobilisation >= wanted, wanted, np.inf)
    found = np.where(rho == 0, cobb_douglas, np.where(np.isneginf(rho), proportions, general))
    # With no weight on technology, it either is not needed or does not help.
    useless = np.where(ces(1.0, mobilisation, share=a, substitution=rho) >= wanted, 0.0, np.inf)
    found = np.where(a == 0, useless, np.where(np.isnan(found), np.inf, found))
    return np.where(output <= 0, 0.0, found)


@dataclass(frozen=True)
class Output:
    """What each side produces alone, both together, and the difference.

    Parameters
    ----------
    government, organisation, joint : ndarray
        q_G, q_O (already without the share lost for lack of recognition) and q_J.
    captured, substituted : ndarray
        Jd, with the technology a captured partner keeps, and JS, with the technology absorbed.
    """

    government: Array
    organisation: Array
    joint: Array
    captured: Array
    substituted: Array

    @property
    def synergy(self) -> Array:
        """The resource complementarity s = q_J - q_G - q_O."""
        return np.asarray(self.joint - self.government - self.organisation)


def produce(points: Points) -> Output:
    """Compute every output of the model.

    Notes
    -----
    Inputs are pooled, so joint output is never below the sum of both (Lemma 1: the CES form is
    concave and of degree one, hence superadditive); what is lost for lack of recognition, or below
    a required quality, is lost apart before it is lost together.
    With ``relation.required_quality`` an output counts only where it reaches that level (P20).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> output = produce(relationship().points)
    >>> round(float(output.joint), 6), round(float(output.synergy), 6)
    (1.2, 0.305573)
    """
    made, level = _outputs(points), points["relation.required_quality"]
    if not level.any():
        return Output(*map(np.asarray, made))
    # Whether an output just reaches the level is decided on the numbers as written.
    compared = np.stack(np.broadcast_arrays(*made, level + np.zeros(points.shape, points.dtype)))
    if points.dtype == float:
        doubtful = (np.abs(compared[:-1] - level) <= output_rounding(points)).any(axis=0)
        settle(points, doubtful, _outputs_and_level, compared)
    nothing = 0 * level  # of the same kind of number
    return Output(*(np.where(output >= compared[-1], output, nothing) for output in compared[:-1]))


def _outputs_and_level(points: Points) -> list[Array]:
    level = points["relation.required_quality"]
    return [np.stack(np.broadcast_arrays(*_outputs(points), level))]


def _outputs(points: Points) -> tuple[Array, ...]:
    """Make output apart and together, captured and substituted, whatever level is required."""
    T_G, M_G = points["government.technology"], points["government.mobilisation"]
    T_O, M_O = points["organisation.technology"], points["organisation.mobilisation"]
    information = points["relation.information_sharing"] * points["government.information"]
    kept, absorbed = points["organisation.retained_technology"], points["government.absorption"]
    recognised = 1 - points["organisation.legitimacy_need"]

    def made(technology: Array, mobilisation: Array) -> Array:
        return ces(
            technology,
            mobilisation,
            share=points["relation.technology_share"],
            substitution=points["relation.substitution"],
            productivity=points["relation.productivity"],
        )

    return (
        made(T_G, M_G),
        recognised * made(T_O, M_O),
        made(T_G + T_O + information, M_G + M_O),
        made(T_G + kept * T_O, M_G + M_O),
        made(T_G + absorbed * T_O, M_G),
    )
