"""Equilibria of the government and organisations that compete by effort, in closed form.

The game is `_partners.organisations_game`: the government picks one of k candidates or none, and
every candidate makes an effort or not. Its form is ours (claims D8, D10).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._as_written import ROUNDINGS, UNIT, payoff_magnitude, settle
from strategic.families.relationship._partners import candidate_terms
from strategic.modelling import Points

OF_ORGANISATIONS = ("organisation.effort_cost", "relation.candidates")
"""Parameters that nothing but the game `organisations` reads."""
NOBODY, GOVERNMENT, ORGANISATION = range(3)
BLOCKED = ("nobody", "government", "organisation")
"""Who keeps effort from being sustained; the government where both do."""


@dataclass(frozen=True)
class Candidacy:
    """What the equilibria of the game are like; arrays of the points' shape.

    Parameters
    ----------
    working : ndarray
        Largest number of candidates that all make the effort in one equilibrium; 0 where effort is
        not sustained.
    blocked_by : ndarray of int
        Position in `BLOCKED`.
    pure_count : ndarray
        Number of equilibria in pure strategies; NaN beyond 2^53, which free effort may reach.
    effort : ndarray
        Probability with which each candidate makes the effort in the equilibrium in which the
        government hesitates between all of them and none; NaN where there is no such equilibrium.
    choice : ndarray
        Probability that the government picks anybody in it.
    """

    working: Array
    blocked_by: Array
    pure_count: Array
    effort: Array
    choice: Array


def candidacy(points: Points) -> Candidacy:
    """Characterise the equilibria for any number of candidates.

    Notes
    -----
    Let ``g = x_O - b_O``, what effort is worth to the partner. The government picks whoever makes
    the effort if ``x_G >= 0``, and ``-c_G <= 0`` is what a partner without effort is worth. Hence:

    - Nobody picked, no effort: always an equilibrium.
    - ``s`` candidates work and the government picks each with ``1/s``: an equilibrium if and only
      if ``x_G >= 0`` and ``g/s >= k_e``. With ``s = 1`` that is the pure one.
    - The government picks each of the k candidates with ``k_e/g`` and none with the rest, which
      leaves them indifferent, and each makes the effort with ``c_G/(x_G + c_G)``, which leaves
      the government indifferent: if ``k_e > 0``, ``x_G > 0`` and ``k k_e < g``.

    Ties are decided on the numbers as written.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> values = {"relation.payment": 0.05, "relation.candidates": [2, 5, 50]}
    >>> found = candidacy(relationship(values).points)
    >>> found.working.tolist(), found.pure_count.tolist()
    ([2.0, 5.0, 10.0], [3.0, 6.0, 51.0])
    """
    x_G, x_O, b_O, c_G = candidate_terms(points)
    count, cost = points["relation.candidates"], points["organisation.effort_cost"]
    gain = x_O - b_O
    able = _settled_able(points, gain)
    willing = x_G >= 0
    with np.errstate(all="ignore"):
        mixed = (cost > 0) & (x_G > 0) & ((able >= count) & (count * cost < gain))
        effort = np.where(mixed, c_G / (x_G + c_G), np.nan)
        choice = np.where(mixed, count * cost / gain, np.nan)
    undefined = ~(np.isfinite(x_G) & np.isfinite(gain) & np.isfinite(c_G))
    blocked = np.where(~willing, GOVERNMENT, np.where(able < 1, ORGANISATION, NOBODY))
    working = np.where(willing, able, 0.0)
    return Candidacy(
        working=np.where(undefined, np.nan, working),
        blocked_by=np.where(undefined, -1, blocked),
        pure_count=np.where(undefined, np.nan, _pure_count(points, able, gain)),
        effort=effort,
        choice=choice,
    )


def _settled_able(points: Points, gain: Array) -> Array:
    """Count the candidates whose effort a draw by equal lots repays: the largest s <= k with
    ``s k_e <= g``, decided on decimals where rounding leaves doubt.
    """  # noqa: D205
    count, cost = points["relation.candidates"], points["organisation.effort_cost"]
    gain, count, cost = (np.broadcast_to(v, points.shape) for v in (gain, count, cost))
    with np.errstate(all="ignore"):
        ratio = np.where(cost > 0, gain / cost, np.where(gain >= 0, np.inf, -np.inf))
        able = np.clip(np.floor(ratio), 0.0, count)[None].copy()
        able[0, np.isnan(ratio)] = np.nan
        near = [np.abs(gain - cost * (able[0] + step)) for step in (0, 1)]
        bound = 2 * ROUNDINGS * UNIT * points.once(_magnitude)
        doubtful = np.minimum(*near) <= bound
    settle(points, doubtful, _able_as_written, able, magnitude=_magnitude)
    return np.asarray(able[0])


def _magnitude(points: Points) -> Array:
    """Everything that is added up in comparing gains and costs of effort."""
    cost = points["relation.candidates"] * points["organisation.effort_cost"]
    return np.asarray(3 * points.once(payoff_magnitude) + cost)


def _able_as_written(points: Points) -> list[Array]:
    _, x_O, b_O, _ = candidate_terms(points)
    parts = x_O - b_O, points["organisation.effort_cost"], points["relation.candidates"]
    shape = np.broadcast_shapes(*(np.shape(part) for part in parts))
    counted = np.frompyfunc(_able, 3, 1)(*(np.broadcast_to(part, shape) for part in parts))
    return [np.asarray(counted, dtype=object)[None]]


_MOST_COUNTED = 2.0**53
_TIED = Decimal(10) ** -50
"""Share by which a root, which has 60 digits, may fall short of what it stands for."""


def _able(gain: Decimal, cost: Decimal, count: Decimal) -> Decimal:
    gain = gain + abs(gain) * _TIED if gain else gain
    if gain < 0:
        return Decimal(0)
    if not cost or gain >= count * cost:
        return Decimal(count)
    return gain // cost


def _pure_count(points: Points, able: Array, gain: Array) -> Array:
    """Count pure equilibria; effort that costs nothing is a matter of indifference to the others.

    With ``k_e = 0`` the candidates who are not picked may do either, as long as the government
    does not prefer one of them.
    """
    x_G, _, _, c_G = candidate_terms(points)
    count, cost = points["relation.candidates"], points["organisation.effort_cost"]
    free = cost == 0
    others = np.where(free, 2.0 ** np.minimum(count - 1, 1000), 1.0)
    keeps_to_idle = np.where(free & (x_G > 0), 1.0, others)
    idle_best = np.where(free, gain <= 0, able < 1) | (gain == cost)
    none = np.where(free & (x_G <= 0), 2.0 * others, 1.0)
    with_effort = np.where((x_G >= 0) & (able >= 1), count * others, 0.0)
    without = np.where(idle_best & (c_G == 0), count * keeps_to_idle, 0.0)
    total = none + with_effort + without
    return np.where(total <= _MOST_COUNTED, total, np.nan)
