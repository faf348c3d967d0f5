"""Measures of the repeated game: patience, punishment, repair, dependence, ladder."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.measures.register import STATUSES, Pair, by_name, per_side
from strategic.families.relationship.repetition import (
    Dependent,
    incident_half_life,
    ladder_equilibria,
    ladder_recovery,
    ladder_share,
    ladder_survival,
    repair_limits,
    repetition,
    risk_dominant_discounts,
)
from strategic.families.relationship.sides import SIDES
from strategic.modelling import Measure, Points


def _critical(points: Points) -> Pair:
    government, organisation = points.once(repetition).sides
    return government.critical_discount, organisation.critical_discount


def _risk_dominant(points: Points) -> Array:
    government, organisation = risk_dominant_discounts(points)
    return np.maximum(government, organisation)


def _limits(points: Points) -> Pair:
    government, organisation = points.once(repetition).sides
    return government.incident_limit, organisation.incident_limit


def _lengths(points: Points) -> Pair:
    government, organisation = points.once(repetition).sides
    return government.punishment_length, organisation.punishment_length


def _statuses(points: Points) -> Pair:
    government, organisation = points.once(repetition).sides
    return government.status, organisation.status


def _best_values(points: Points) -> Pair:
    government, organisation = points.once(repetition).sides
    return government.best_value, organisation.best_value


def _repair_limit(points: Points) -> Array:
    government, organisation = points.once(repair_limits)
    return np.minimum(government, organisation)


def _ladder_best(points: Points) -> Array:
    return np.asarray(points.once(ladder_equilibria).best)


def _ladder_reversion(points: Points) -> Array:
    return np.asarray(points.once(ladder_equilibria).reversion_best)


def _ladder_count(points: Points) -> Array:
    return np.asarray(points.once(ladder_equilibria).equilibria.sum(axis=-1))


_TRIGGERS = (
    Measure(
        "critical_discount",
        lambda points: points.once(repetition).critical_discount,
        "Discount factor from which punishing incidents for ever sustains cooperation; the pair's.",
        unit="per period",
        claims=("P22", "K5", "Peters iii"),
    ),
    *per_side(
        "critical_discount",
        _critical,
        "Discount factor from which punishing incidents for ever keeps the {side} cooperating.",
        unit="per period",
        claims=("P22", "K5"),
    ),
    Measure(
        "risk_dominant_discount",
        _risk_dominant,
        "Discount factor from which an even chance of meeting the same threat makes starting best "
        "for both (no incidents).",
        unit="per period",
        claims=("K7", "P22"),
    ),
    *per_side(
        "risk_dominant_discount",
        risk_dominant_discounts,
        "Discount factor from which an even chance of meeting the same threat makes starting best "
        "for the {side} (no incidents).",
        unit="per period",
        claims=("K7", "P22"),
    ),
    Measure(
        "incident_limit",
        lambda points: points.once(repetition).incident_limit,
        "Incident risk up to which cooperation can be sustained, rewards held; the pair's.",
        unit="per period",
        claims=("K5", "K8", "P22"),
    ),
    *per_side(
        "incident_limit",
        _limits,
        "Incident risk up to which the {side} can be kept cooperating, its reward held.",
        unit="per period",
        claims=("K5", "K8", "P22"),
    ),
    Measure(
        "punishment_length",
        lambda points: points.once(repetition).punishment_length,
        "Shortest punishment that keeps both sides cooperating.",
        unit="periods",
        claims=("K5", "P22"),
    ),
    *per_side(
        "punishment_length",
        _lengths,
        "Shortest punishment that keeps the {side} cooperating.",
        unit="periods",
        claims=("K5", "P22"),
    ),
    *per_side(
        "cooperation_value",
        lambda points: points.once(repetition).values,
        "Average payoff of the {side} when incidents are punished as briefly as possible.",
        unit="payoff per period",
        claims=("M3", "P22"),
    ),
    *per_side(
        "best_value",
        _best_values,
        "Best average payoff of the {side} that shared punishments of incidents allow.",
        unit="payoff per period",
        claims=("P22",),
    ),
    Measure(
        "cooperation_share",
        lambda points: points.once(repetition).share,
        "Long-run share of time in cooperation; 0 where it cannot be sustained.",
        claims=("K5", "P22"),
    ),
    Measure(
        "mean_survival",
        lambda points: points.once(repetition).mean_survival,
        "Expected periods to the first incident; 0 where cooperation cannot be sustained.",
        unit="periods",
        claims=("K5", "K7"),
    ),
    Measure(
        "half_life",
        incident_half_life,
        "Periods after which a first incident is as likely as not; 0 where cooperation cannot be "
        "sustained.",
        unit="periods",
        claims=("K5", "K7"),
    ),
    Measure(
        "enforcement",
        lambda points: points.once(repetition).status,
        "Whether repetition sustains cooperation, and if not why.",
        kind="label",
        labels=STATUSES,
        claims=("P22",),
    ),
    *per_side(
        "enforcement",
        _statuses,
        "Whether repetition keeps the {side} cooperating, and if not why.",
        kind="label",
        labels=STATUSES,
        claims=("P22",),
    ),
)

_DEPENDENCE = (
    Measure(
        "binding_side",
        lambda points: points.once(Dependent.of).binding,
        "Side whose promise is the harder to keep; undefined where they tie.",
        kind="label",
        labels=SIDES,
        claims=("D9", "P8"),
    ),
    Measure(
        "joint_worth",
        lambda points: points.once(Dependent.of).joint,
        "What cooperation is worth to both sides together over acting alone.",
        unit="payoff",
        claims=("D1", "D9"),
    ),
    Measure(
        "worth_imbalance",
        lambda points: points.once(Dependent.of).imbalance,
        "Difference between what cooperation is worth to the two sides.",
        unit="payoff",
        claims=("D9", "P8"),
    ),
    Measure(
        "critical_discount_with_transfers",
        lambda points: points.once(Dependent.of).critical_discount_with_transfers,
        "Common discount factor that sustains cooperation when payments can be withheld (h = 0).",
        unit="per period",
        claims=("D9", "M3"),
    ),
    Measure(
        "transfers_slack",
        lambda points: points.once(Dependent.of).slack,
        "How far joint worth exceeds what both promises need with transfers; below 0 it fails.",
        unit="payoff",
        claims=("D9", "M3"),
    ),
    Measure(
        "repair_limit",
        _repair_limit,
        "Probability of forgiving a crisis in a period that cooperation bears; the pair's.",
        unit="per period",
        claims=("K5", "M14"),
    ),
    *per_side(
        "repair_limit",
        repair_limits,
        "Probability of forgiving a crisis in a period that the {side}'s promise bears.",
        unit="per period",
        claims=("K5", "M14"),
    ),
)

_LADDER = (
    Measure(
        "ladder_best",
        _ladder_best,
        "Lowest rung of trust with cooperation in the best ladder equilibrium; the number of rungs "
        "where nobody ever cooperates.",
        kind="integer",
        unit="rungs",
        claims=("K5", "K7"),
    ),
    Measure(
        "ladder_equilibrium_count",
        _ladder_count,
        "Number of threshold equilibria of the trust ladder, mutual defection included.",
        kind="integer",
        claims=("K7",),
    ),
    Measure(
        "ladder_reversion",
        _ladder_reversion,
        "Lowest rung of trust with cooperation that the threat of never again sustains.",
        kind="integer",
        unit="rungs",
        claims=("K5",),
    ),
    Measure(
        "ladder_survival",
        ladder_survival,
        "Expected periods of cooperation from full trust in the best ladder equilibrium.",
        unit="periods",
        claims=("K5", "K7"),
    ),
    Measure(
        "ladder_recovery",
        ladder_recovery,
        "Expected periods from crisis until both cooperate again in the best ladder equilibrium; "
        "inf where repair never lifts trust so far.",
        unit="periods",
        claims=("K5", "M14"),
    ),
    Measure(
        "ladder_share",
        ladder_share,
        "Long-run share of time in cooperation in the best ladder equilibrium.",
        claims=("K5", "K7"),
    ),
)

REPETITION = by_name(*_TRIGGERS, *_DEPENDENCE, *_LADDER)
