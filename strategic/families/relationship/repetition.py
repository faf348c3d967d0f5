"""The relationship played again and again: from the base game to the repeated-game engine.

Cooperation pays R_i, breaking it b_i, being betrayed -c_i, and acting alone 0, so that
the gain from breaking it is g_i = b_i - R_i, the dependence D_i = R_i and the loss l_i = c_i.
Incidents come with ``relation.incident_risk``, deviations are detected with m, and each side has
its own discount factor where one is set (claims K5, K8, D7 to D10, Peters iii).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.base_game import BaseTerms, base_terms, detection
from strategic.families.relationship.sides import SIDES
from strategic.modelling import Points
from strategic.repeated.closed_forms import dependence as unequal
from strategic.repeated.closed_forms.enforcement import Enforcement, enforce
from strategic.repeated.closed_forms.incidents import (
    cooperation_share,
    half_life,
    punishment_weight,
    value_of_cooperation,
)
from strategic.repeated.closed_forms.repair import repair_limit
from strategic.repeated.closed_forms.triggers import risk_dominant_threshold
from strategic.repeated.closed_forms.trust_needed import trust_needed
from strategic.repeated.ladder import dynamics as ladder_dynamics
from strategic.repeated.ladder.equilibria import LadderEquilibria, solve_ladder
from strategic.repeated.ladder.structure import Ladder, trust_ladder
from strategic.status import Status

Pair = tuple[Array, Array]


@dataclass(frozen=True)
class Repetition:
    """What repetition sustains, per side (government first) and for the pair.

    Parameters
    ----------
    sides : pair of Enforcement
        Each side on its own: critical discount factor, incident limit, punishment length, status.
    discounts : pair of ndarray
        Discount factor of each side.
    punishment_length : ndarray
        Shortest punishment that keeps both sides to it; NaN where none does.
    values : pair of ndarray
        Average payoff of each side under that punishment; NaN where there is none.
    share, mean_survival : ndarray
        Long-run share of time in cooperation, and expected periods to the first incident; 0 where
        cooperation is not enforceable.
    status : ndarray of int
        `Status` of the pair: the worse of the two sides'.
    """

    sides: tuple[Enforcement, Enforcement]
    discounts: Pair
    punishment_length: Array
    values: Pair
    share: Array
    mean_survival: Array
    status: Array

    @property
    def critical_discount(self) -> Array:
        """The pair's binding value: the larger of the two."""
        government, organisation = self.sides
        return np.maximum(government.critical_discount, organisation.critical_discount)

    @property
    def incident_limit(self) -> Array:
        """The pair's binding value: the smaller of the two; each R_i held at the model's value."""
        government, organisation = self.sides
        return np.minimum(government.incident_limit, organisation.incident_limit)


def side_discount(points: Points, side: str) -> Array:
    """Return a side's discount factor: its own where set, else ``relation.discount``."""
    own = points[f"{side}.discount"]
    return np.where(np.isnan(own), points["relation.discount"], own)


def discounts(points: Points) -> Pair:
    """Return both sides' discount factors."""
    return side_discount(points, SIDES[0]), side_discount(points, SIDES[1])


def repetition(points: Points) -> Repetition:
    """Find what public punishments sustain when the base game is repeated.

    Parameters
    ----------
    points : Points
        Parameter values; arrays are answered at once.

    Returns
    -------
    Repetition
        Per side and for the pair.

    Notes
    -----
    A side with ``R_i >= b_i`` needs no punishment (critical discount 0, incident limit 1); one with
    ``R_i <= 0`` and ``R_i < b_i`` has nothing to lose (inf and 0, status ``no_value``).
    Both sides see the same signal, so the pair uses the longer of the two shortest punishments, and
    the incentive ``(1-delta)(b-R) <= delta (1-h) m (1-delta^N) V`` of both is checked with it.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "government.temptation": 0.3,
    ...                       "relation.payment": 0.1})
    >>> found = repetition(model.points)
    >>> round(float(found.critical_discount), 4), float(found.punishment_length)
    (0.8702, 13.0)
    """
    terms, rates = points.once(base_terms).sides(), discounts(points)
    risk, watch = points["relation.incident_risk"], detection(points)
    government, organisation = (
        enforce(side.reward, side.temptation, discount=rate, incident_risk=risk, detection=watch)
        for side, rate in zip(terms, rates, strict=True)
    )
    length = np.maximum(government.punishment_length, organisation.punishment_length)
    holds = _keeps(terms[0], rates[0], risk, watch, length) & _keeps(
        terms[1], rates[1], risk, watch, length
    )
    length = np.where(holds, length, np.nan)
    with np.errstate(divide="ignore"):
        survival = np.where(holds, 1 / risk, 0.0)
    return Repetition(
        sides=(government, organisation),
        discounts=rates,
        punishment_length=length,
        values=(
            _value(terms[0], rates[0], risk, length),
            _value(terms[1], rates[1], risk, length),
        ),
        share=np.where(holds, cooperation_share(risk, np.where(holds, length, 0.0)), 0.0),
        mean_survival=survival,
        status=_pair_status(government.status, organisation.status, holds),
    )


def _value(side: BaseTerms, rate: Array, risk: Array, length: Array) -> Array:
    return value_of_cooperation(
        side.reward, discount=rate, incident_risk=risk, punishment_length=length
    )


def _keeps(side: BaseTerms, rate: Array, risk: Array, watch: Array, length: Array) -> Array:
    """Check the incentive with a given length; it was solved for another side's, perhaps."""
    gain = side.temptation - side.reward
    value = _value(side, rate, risk, length)
    with np.errstate(invalid="ignore"):
        weight = punishment_weight(*np.broadcast_arrays(rate, length))
        threat = weight * (1 - risk) * watch * value
        slack = threat - (1 - rate) * gain
        tolerated = 1e-12 * (np.abs(threat) + np.abs(gain))
    return np.asarray((slack >= -tolerated) & ~np.isnan(length))


def _pair_status(first: Array, second: Array, holds: Array) -> Array:
    self_enforcing = (first == Status.SELF_ENFORCING) & (second == Status.SELF_ENFORCING)
    worthless = (first == Status.NO_VALUE) | (second == Status.NO_VALUE)
    status = np.where(self_enforcing, Status.SELF_ENFORCING, Status.OK)
    status = np.where(holds, status, Status.UNENFORCEABLE)
    status = np.where(worthless, Status.NO_VALUE, status)
    invalid = (first == Status.INVALID) | (second == Status.INVALID)
    return np.where(invalid, Status.INVALID, status)


@dataclass(frozen=True)
class Dependent:
    """Unequal dependence in the repeated game, sides on the first axis.

    Parameters
    ----------
    gain, worth, discount : ndarray, ``(2, *points)``
        g_i, D_i and delta_i.
    """

    gain: Array
    worth: Array
    discount: Array

    @classmethod
    def of(cls, points: Points) -> Dependent:
        """Take gains, dependence and discount factors of a point."""
        terms = points.once(base_terms).sides()
        stack = (
            [side.temptation - side.reward for side in terms],
            [side.reward for side in terms],
            list(discounts(points)),
        )
        return cls(*(_stacked(points, pair) for pair in stack))

    @property
    def joint(self) -> Array:
        """J = D_G + D_O."""
        return unequal.joint_dependence(self.worth)

    @property
    def imbalance(self) -> Array:
        """A = |D_G - D_O|."""
        return unequal.imbalance(self.worth)

    @property
    def critical_discount_with_transfers(self) -> Array:
        """Common discount factor from which cooperation holds when payments can be withheld."""
        return unequal.threshold_with_transfers(self.gain, self.worth)

    @property
    def slack(self) -> Array:
        """How far J exceeds what both promises need with transfers at the own discount factors."""
        return unequal.transfers_slack(self.gain, self.worth, discount=self.discount)

    @property
    def binding(self) -> Array:
        """Side whose promise is the harder to keep: 0 government, 1 organisation, -1 neither."""
        return unequal.binding_side(self.gain, self.worth, discount=self.discount)


def _stacked(points: Points, pair: list[Array]) -> Array:
    return np.stack([np.broadcast_to(value, points.shape) for value in pair])


def repair_limits(points: Points) -> Pair:
    """Find the largest repair rate that leaves cooperation enforceable, per side."""
    terms, rates = points.once(base_terms).sides(), discounts(points)
    government, organisation = (
        repair_limit(
            side.reward,
            side.temptation,
            discount=rate,
            incident_risk=points["relation.incident_risk"],
            detection=detection(points),
        )
        for side, rate in zip(terms, rates, strict=True)
    )
    return government, organisation


def beliefs_needed(points: Points) -> Pair:
    """Find the belief from which conditional cooperation is best in the repeated game, per side.

    Notes
    -----
    Any incident ends cooperation for good here, and no punishment is missed (m = 1): the trust that
    starting needs, not the threshold of the one-shot game.
    """
    terms, rates = points.once(base_terms).sides(), discounts(points)
    government, organisation = (
        trust_needed(
            side.reward,
            -side.loss,
            side.temptation,
            discount=rate,
            incident_risk=points["relation.incident_risk"],
        )
        for side, rate in zip(terms, rates, strict=True)
    )
    return government, organisation


def ladder_of(points: Points) -> Ladder:
    """Lay out the trust ladder of every point."""
    dependent = points.once(Dependent.of)
    losses = _stacked(points, [side.loss for side in points.once(base_terms).sides()])
    rungs, crash = points["ladder.rungs"], points["ladder.crash"]
    per_side = (dependent.worth, dependent.gain, losses, dependent.discount)
    return trust_ladder(
        *(np.moveaxis(values, 0, -1) for values in per_side),
        incident_risk=points["relation.incident_risk"],
        up=points["ladder.up"],
        down=points["ladder.down"],
        floor=points["ladder.floor"],
        shock=points["ladder.shock"],
        rungs=rungs,
        erosion=points["ladder.erosion"],
        crash=np.where(np.isnan(crash), rungs - 1, crash),
        shock_rungs=points["ladder.shock_rungs"],
    )


def ladder_equilibria(points: Points) -> LadderEquilibria:
    """Find every threshold equilibrium of the trust ladder.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "government.temptation": 0.3,
    ...                       "relation.payment": 0.1})
    >>> ladder_equilibria(model.points).equilibria.tolist()
    [False, False, False, True, True, True]
    """
    return solve_ladder(points.once(ladder_of), workers=1)


def risk_dominant_discounts(points: Points) -> Pair:
    """Find the discount factor from which grim is best against an even chance of it, per side."""
    terms = points.once(base_terms).sides()
    government, organisation = (
        risk_dominant_threshold(side.reward, -side.loss, side.temptation) for side in terms
    )
    return government, organisation


def incident_half_life(points: Points) -> Array:
    """Find the periods after which an incident is as likely as not to have ended cooperation."""
    periods = half_life(points["relation.incident_risk"])
    return np.where(np.isnan(points.once(repetition).punishment_length), 0.0, periods)


def ladder_survival(points: Points) -> Array:
    """Find the expected periods of cooperation from full trust in the best ladder equilibrium."""
    cutoff = _cutoff(points)
    periods = ladder_dynamics.mean_survival(points.once(ladder_of), cutoff, workers=1)
    return _unless_never(points, periods, 0.0)


def ladder_survival_curve(points: Points, periods: int) -> Array:
    """Find the chance that cooperation from full trust has lasted, ``(*points, periods)``.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "government.temptation": 0.3,
    ...                       "relation.payment": 0.1, "relation.incident_risk": 0.05})
    >>> ladder_survival_curve(model.points, 3).round(4).tolist()
    [1.0, 0.95, 0.9025]
    """
    cutoff = _cutoff(points)
    curve = ladder_dynamics.survival_curve(points.once(ladder_of), cutoff, periods, workers=1)
    return np.moveaxis(_unless_never(points, np.moveaxis(curve, -1, 0), 0.0), 0, -1)


def ladder_recovery(points: Points) -> Array:
    """Find the expected periods from crisis to cooperation in the best ladder equilibrium."""
    cutoff = _cutoff(points)
    periods = ladder_dynamics.recovery_times(points.once(ladder_of), cutoff, workers=1)
    return _unless_never(points, periods[..., 0], np.inf)


def ladder_share(points: Points) -> Array:
    """Find the long-run share of time in cooperation in the best ladder equilibrium."""
    cutoff = _cutoff(points)
    shares = ladder_dynamics.cooperation_share(points.once(ladder_of), cutoff, workers=1)
    return _unless_never(points, shares, 0.0)


def _unless_never(points: Points, values: Array, never: float) -> Array:
    """Put a value where nobody ever cooperates, NaN where no equilibrium is the best one."""
    best = points.once(ladder_equilibria).best
    return np.where(best < 0, np.nan, np.where(best < _rungs(points), values, never))


def _cutoff(points: Points) -> Array:
    best = points.once(ladder_equilibria).best
    return np.where(best < 0, _rungs(points), best)


def _rungs(points: Points) -> Array:
    return np.broadcast_to(points["ladder.rungs"], points.shape).astype(np.intp)
