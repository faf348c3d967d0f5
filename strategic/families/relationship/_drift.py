"""Capability drift: how the relationship changes what both sides can do (claim R8, P16).

The rates are ours: cooperation teaches both sides and leaks know-how, capture wears the partner's
technology down, substitution takes it over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import ParameterError
from strategic.families.relationship._choices import TYPES
from strategic.families.relationship._leadership import relationship_type
from strategic.modelling import Points
from strategic.whole_numbers import check_whole

_LEARNING = (TYPES.index("cooperation"), TYPES.index("subordination"))
_CAPTURE, _SUBSTITUTION = TYPES.index("capture"), TYPES.index("substitution")


@dataclass(frozen=True)
class Drift:
    """A path of relationship types and capabilities, one entry per period on the first axis.

    Parameters
    ----------
    types : ndarray of int, ``(periods, *points)``
        Positions in ``KINDS`` of what the model's leadership leads to.
    technology_government, technology_organisation, absorption : ndarray, ``(periods, *points)``
        T_G, T_O and eta at the moment of choice.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> path = drift(relationship().points, periods=6)
    >>> path.types.shape, float(path.absorption[-1])
    ((6,), 0.7599)
    """

    types: Array
    technology_government: Array
    technology_organisation: Array
    absorption: Array

    @property
    def substitution_period(self) -> Array:
        """First period (from 0) in which the government substitutes; NaN where it never does."""
        substitutes = self.types == _SUBSTITUTION
        return np.where(substitutes.any(axis=0), substitutes.argmax(axis=0), np.nan)


def drift(points: Points, periods: int = 40, *, growth: ArrayLike = 0.02) -> Drift:
    """Let capabilities drift with what is played in the 4x4 game of every period.

    Parameters
    ----------
    points : Points
        Parameter values at the start; ``government.absorption`` is the leak of one period.
    periods : int
        Length of the path.
    growth : array_like
        Growth of both technologies per period of cooperation or voluntary subordination.

    Returns
    -------
    Drift
        Types and capabilities of every period.

    Raises
    ------
    ParameterError
        When the growth is below 0 or not finite.

    Notes
    -----
    With t the periods in which know-how leaked so far, the share the government can absorb is
    ``eta_t = 1 - (1-eta_0)^t``.  Under capture T_O is multiplied with the retained share; under
    restriction nothing moves; with substitution ``T_G += eta_t T_O``, the organisation leaves
    (T_O = 0) and the type stays.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> float(drift(relationship().points).substitution_period)
    4.0
    """
    check_whole(periods=periods)
    rate = np.asarray(growth, dtype=float)
    if not (np.isfinite(rate) & (rate >= 0)).all():
        raise ParameterError("must be at least 0", where="growth", value=growth)
    shape = np.broadcast_shapes(points.shape, rate.shape)
    T_G = np.broadcast_to(points["government.technology"], shape).astype(float)
    T_O = np.broadcast_to(points["organisation.technology"], shape).astype(float)
    leaks, gone = np.zeros(shape), np.zeros(shape, dtype=bool)  # a partner that left stays away
    path = []
    for _ in range(periods):
        # Know-how leaks only while both work together: eta_t = 1 - (1-eta_0)^t with t such periods.
        eta = 1 - (1 - points["government.absorption"]) ** leaks
        now = points.change(
            {
                "government.technology": T_G,
                "organisation.technology": T_O,
                "government.absorption": eta,
            }
        )
        kind = np.where(gone, _SUBSTITUTION, relationship_type(now))
        path.append((kind, T_G, T_O, eta))
        learning, taken = np.isin(kind, _LEARNING), (kind == _SUBSTITUTION) & ~gone
        # Cooperation teaches both sides; substitution takes over what it can absorb, once.
        T_G = np.where(learning, T_G * (1 + rate), T_G) + np.where(taken, eta * T_O, 0.0)
        # Capture wears the partner's technology down (R6); restriction leaves it as it is.
        worn = np.where(kind == _CAPTURE, points["organisation.retained_technology"], 1.0)
        T_O = np.where(taken, 0.0, T_O * np.where(learning, 1 + rate, worn))
        leaks, gone = leaks + learning, gone | taken
    return Drift(*(np.stack(series) for series in zip(*path, strict=True)))
