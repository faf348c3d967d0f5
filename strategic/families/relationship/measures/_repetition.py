"""Measures of the repeated game: patience, punishment, repair, dependence, ladder."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._repetition import (
    best_chain,
    dependence_of,
    discounts,
    game_of,
    ladder_equilibria,
    repetition,
    unless_never,
)
from strategic.families.relationship._sides import SIDES
from strategic.families.relationship.measures._register import STATUSES, Measures
from strategic.modelling import Points
from strategic.repeated.closed_forms import incidents, repair, splits, triggers

REPETITION = Measures()
single, per_side, with_pair = REPETITION.single, REPETITION.per_side, REPETITION.with_pair


@with_pair(
    np.max,
    "Smallest discount factor at which punishing incidents for ever sustains cooperation.",
    "P22",
    "K5",
    also=("Peters iii",),
    unit="per period",
)
def critical_discount(points: Points) -> Array:
    r"""Smallest discount factor at which the {side} cooperates if incidents end it for ever.

    .. math:: \delta^*_i = \frac{b_i - R_i}{(1 - h)(m D_i + b_i - R_i)} \text{ if } b_i > R_i > 0
    """
    return points.once(repetition).sides.critical_discount


@with_pair(
    np.max,
    "Smallest discount factor at which an even chance of meeting the same threat is enough for "
    "both to start (no incidents).",
    "K7",
    "P22",
    unit="per period",
)
def risk_dominant_discount(points: Points) -> Array:
    r"""Smallest discount factor at which an even chance is enough for the {side} to start.

    .. math:: \delta^{RD}_i = \frac{T_i - S_i - R_i + P_i}{T_i - S_i}

    An even chance of meeting grim rather than all-defect, without incidents.
    """
    return triggers.risk_dominant_threshold(points.once(game_of))


@with_pair(
    np.min,
    "Largest sustainable incident risk (rewards fixed); the pair's.",
    "K5",
    "K8",
    "P22",
    unit="per period",
)
def incident_limit(points: Points) -> Array:
    r"""Largest incident risk at which the {side} still cooperates (rewards fixed).

    .. math:: h^{\max}_i = 1 - \frac{\delta^*_i(0)}{\delta_i} \text{ if } m = 1
    """
    return points.once(repetition).sides.incident_limit


REPETITION.add(
    "punishment_length",
    lambda points: points.once(repetition).punishment_length,
    "Shortest punishment that sustains cooperation by both.",
    "K5",
    "P22",
    unit="periods",
)


@per_side("K5", "P22", unit="periods")
def punishment_length(points: Points) -> Array:
    """Shortest punishment that sustains cooperation by the {side}."""
    return points.once(repetition).sides.punishment_length


@per_side("M3", "P22", unit="payoff per period")
def cooperation_value(points: Points) -> Array:
    """Average payoff of the {side} under the shortest punishment that sustains cooperation."""
    return points.once(repetition).values


@per_side("P22", unit="payoff per period")
def best_value(points: Points) -> Array:
    """Best average payoff of the {side} when incidents are punished by a shared loss."""
    return points.once(repetition).sides.best_value


@single("K5", "P22")
def cooperation_share(points: Points) -> Array:
    """Long-run share of time in cooperation; 0 where it cannot be sustained."""
    return points.once(repetition).share


@single("K5", "K7", unit="periods")
def mean_survival(points: Points) -> Array:
    """Mean number of periods to the first incident; 0 where cooperation cannot be sustained."""
    return points.once(repetition).mean_survival


@single("K5", "K7", unit="periods")
def half_life(points: Points) -> Array:
    """Median periods to the first incident; 0 where cooperation cannot be sustained."""
    periods = incidents.half_life(points["relation.incident_risk"])
    return np.where(np.isnan(points.once(repetition).punishment_length), 0.0, periods)


REPETITION.add(
    "enforcement",
    lambda points: points.once(repetition).status,
    "Whether repetition sustains cooperation, and if not why.",
    "P22",
    labels=STATUSES,
)


@per_side("P22", labels=STATUSES)
def enforcement(points: Points) -> Array:
    """Whether repetition sustains cooperation by the {side}, and if not why."""
    return points.once(repetition).sides.status


@single("D9", "P8", labels=SIDES)
def binding_side(points: Points) -> Array:
    """Side whose promise is harder to keep; undefined where they tie."""
    return points.once(dependence_of).binding_side


@single("D1", "D9", unit="payoff")
def joint_worth(points: Points) -> Array:
    """Value of cooperation to both sides together over acting alone."""
    return points.once(dependence_of).joint


@single("D9", "P8", unit="payoff")
def worth_imbalance(points: Points) -> Array:
    """Difference between the values of cooperation to the two sides."""
    return points.once(dependence_of).imbalance


@single("D9", "M3", unit="per period")
def critical_discount_with_transfers(points: Points) -> Array:
    """Smallest common discount factor if payments can be withheld (no incidents)."""
    return points.once(dependence_of).critical_discount_with_transfers


@single("D9", "M3", unit="payoff")
def transfers_slack(points: Points) -> Array:
    """Joint worth less what both promises need with transfers; below 0 cooperation fails."""
    return points.once(dependence_of).transfers_slack


@per_side("D9", "M3", unit="payoff per period")
def needed_payoff(points: Points) -> Array:
    """Smallest payoff per period at which the {side} keeps its promise (no incidents).

    Its gain from breaking the promise is fixed; payments may supply the payoff.
    """
    return splits.needed_payoffs(points.once(game_of))


@per_side("D9", "P8")
def first_mover_share(points: Points) -> Array:
    """Share of the joint worth the {side} obtains by alternating offers if it proposes first."""
    delta = discounts(points)
    return splits.first_mover_share(delta, delta[::-1])


@with_pair(
    np.min,
    "Largest repair probability per period of crisis that leaves cooperation sustainable.",
    "K5",
    "M14",
    unit="per period",
)
def repair_limit(points: Points) -> Array:
    """Largest repair probability per period of crisis at which the {side} still cooperates."""
    return repair.repair_limit(points.once(game_of))


@single("K5", "K7", kind="integer", unit="rungs")
def ladder_best(points: Points) -> Array:
    """Lowest rung of trust with cooperation in the best ladder equilibrium.

    The number of rungs where nobody ever cooperates.
    """
    return points.once(ladder_equilibria).best


@single("K7", kind="integer")
def ladder_equilibrium_count(points: Points) -> Array:
    """How many threshold equilibria the trust ladder has, mutual defection included."""
    return np.asarray(points.once(ladder_equilibria).equilibria.sum(axis=-1))


@single("K5", kind="integer", unit="rungs")
def ladder_reversion(points: Points) -> Array:
    """Lowest rung of trust with cooperation under the threat of none ever again."""
    return points.once(ladder_equilibria).reversion_best


@single("K5", "K7", unit="periods")
def ladder_survival(points: Points) -> Array:
    """Mean periods of cooperation from full trust in the best ladder equilibrium."""
    return unless_never(points, best_chain(points).mean_survival(), 0.0)


@single("K5", "M14", unit="periods")
def ladder_recovery(points: Points) -> Array:
    """Mean periods from crisis until both cooperate again in the best ladder equilibrium.

    Infinite where repair never lifts trust so far.
    """
    return unless_never(points, best_chain(points).recovery_times()[..., 0], np.inf)


@single("K5", "K7")
def ladder_share(points: Points) -> Array:
    """Long-run share of time in cooperation in the best ladder equilibrium."""
    return unless_never(points, best_chain(points).cooperation_share(), 0.0)
