"""Measures of prices, power, officials and many organisations."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.bargaining import dependence, prices
from strategic.families.relationship.base_game import detection, interests
from strategic.families.relationship.measures.register import NO_YES, Pair, by_name, per_side
from strategic.families.relationship.officials import (
    breakdown_hazard,
    cooperative_with_two_types,
    expected_spell,
    supportive_share_needed,
)
from strategic.families.relationship.organisations import (
    Contest,
    Procurement,
    contest,
    diversity_cost,
    dominance_count,
    government_count,
    hold_up_limit,
    planner_count,
    procure,
)
from strategic.modelling import Measure, Points


def _dependences(points: Points) -> Pair:
    found = points.once(dependence)
    return found.government, found.organisation


def _shares(points: Points) -> Pair:
    found = points.once(dependence)
    return found.share_government, found.share_organisation


def _contest(points: Points) -> Contest:
    return contest(
        points["relation.organisations"],
        points["relation.contest_prize"],
        points["relation.contest_exponent"],
    )


def _procurement(points: Points) -> Procurement:
    return procure(points["relation.organisations"], _positive_surplus(points))


def _positive_surplus(points: Points) -> Array:
    surplus = points.once(prices).surplus
    return np.where(surplus > 0, surplus, np.where(np.isnan(surplus), np.nan, 0.0))


def _dominance_count(points: Points) -> Array:
    government, organisation = points.once(interests).sides()
    return dominance_count(points.once(prices).surplus, government.loss, organisation.loss)


def _detection_needed(points: Points) -> Array:
    """Find m* = [k_O + h L_O - Gamma_O - ell - p (1 - d u)]/F, from which x_O >= 0."""
    organisation = points.once(interests).organisation
    undetected = organisation.incentive - detection(points) * points["relation.penalty"]
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = -undetected / points["relation.penalty"]
    return np.where(undetected >= 0, 0.0, needed)


def _no_incident(points: Points) -> Array:
    return np.asarray((1 - points["relation.incident_risk"]) ** points["relation.organisations"])


_PRICES = (
    Measure(
        "surplus",
        lambda points: points.once(prices).surplus,
        "What cooperation leaves to share: the highest less the lowest price (Sigma).",
        unit="payoff",
        claims=("M3", "P1'", "P8"),
    ),
    Measure(
        "lowest_price",
        lambda points: points.once(prices).lowest,
        "Payment below which the organisation breaks off.",
        unit="payoff",
        claims=("M3", "P2"),
    ),
    Measure(
        "highest_price",
        lambda points: points.once(prices).highest,
        "Payment above which the government breaks off.",
        unit="payoff",
        claims=("M3", "P2"),
    ),
    Measure(
        "price_feasible",
        lambda points: points.once(prices).feasible,
        "Whether some payment of at least 0 makes both willing.",
        kind="label",
        labels=NO_YES,
        claims=("M3", "P1", "P2"),
    ),
    Measure(
        "bargained_price",
        lambda points: points.once(prices).agreed,
        "Payment that bargaining picks; the payment as it is where none is feasible.",
        unit="payoff",
        claims=("M3", "I15", "P8"),
    ),
    Measure(
        "detection_needed",
        _detection_needed,
        "Detection probability that keeps the organisation to cooperation; above 1: none does.",
        unit="probability",
        claims=("M9", "M10", "P17"),
    ),
)

_POWER = (
    *per_side(
        "dependence",
        _dependences,
        "Dependence of the {side} on the {other}.",
        claims=("D1", "D7", "D8"),
    ),
    *per_side(
        "bargaining_share",
        _shares,
        "Share of the surplus that bargaining gives the {side}.",
        claims=("D9", "M6", "P8"),
    ),
    Measure(
        "power_imbalance",
        lambda points: points.once(dependence).imbalance,
        "Dependence of the organisation less that of the government.",
        claims=("D9", "P8"),
    ),
    Measure(
        "mutual_dependence",
        lambda points: points.once(dependence).mutual,
        "Mean dependence of the two sides.",
        claims=("D1", "D9"),
    ),
)

_OFFICIALS = (
    Measure(
        "supportive_share_needed",
        supportive_share_needed,
        "Share of supportive officials from which the organisation can cooperate.",
        unit="share",
        claims=("K6", "P9"),
    ),
    Measure(
        "cooperative_bayesian_equilibrium",
        cooperative_with_two_types,
        "Whether supportive officials and the organisation can cooperate in equilibrium.",
        kind="label",
        labels=NO_YES,
        claims=("K6", "M16", "P9"),
    ),
    Measure(
        "breakdown_hazard",
        breakdown_hazard,
        "Probability that an incident or a hostile successor ends cooperation in a period.",
        unit="per period",
        claims=("K5", "K6"),
    ),
    Measure(
        "expected_spell",
        expected_spell,
        "Expected length of cooperation under incidents and turnover of officials.",
        unit="periods",
        claims=("K5", "K6"),
    ),
)

_MANY = (
    Measure(
        "procurement_best",
        lambda points: points.once(_procurement).best,
        "Expected surplus of the best of n organisations, each uniform up to the surplus.",
        unit="payoff",
        claims=("D8", "M12"),
    ),
    Measure(
        "procurement_rent",
        lambda points: points.once(_procurement).rent,
        "Expected rent of the organisation that wins at the second price.",
        unit="payoff",
        claims=("D8", "M12"),
    ),
    Measure(
        "contest_effort",
        lambda points: points.once(_contest).effort,
        "Effort of one organisation in the performance contest.",
        unit="payoff",
        claims=("M12",),
    ),
    Measure(
        "contest_total_effort",
        lambda points: points.once(_contest).total_effort,
        "Effort of all organisations in the performance contest.",
        unit="payoff",
        claims=("M12",),
    ),
    Measure(
        "contest_rent",
        lambda points: points.once(_contest).rent,
        "What the contest leaves one organisation.",
        unit="payoff",
        claims=("M12",),
    ),
    Measure(
        "diversity_cost",
        diversity_cost,
        "Cost of managing all organisations.",
        unit="payoff",
        claims=("K9", "P18"),
    ),
    Measure(
        "planner_count",
        lambda points: planner_count(_positive_surplus(points), points["relation.diversity_cost"]),
        "Number of organisations a planner wants.",
        unit="organisations",
        claims=("K9", "P18"),
    ),
    Measure(
        "government_count",
        lambda points: government_count(
            _positive_surplus(points), points["relation.diversity_cost"]
        ),
        "Number of organisations a government wants that keeps all but the winner's rent.",
        unit="organisations",
        claims=("K9", "P18"),
    ),
    Measure(
        "no_incident",
        _no_incident,
        "Probability that none of n organisations has an incident in a period.",
        unit="per period",
        claims=("K5", "K9"),
    ),
    Measure(
        "hold_up_limit",
        hold_up_limit,
        "Number of organisations up to which the government's promise disciplines itself.",
        unit="organisations",
        claims=("D8", "D10", "P15"),
    ),
    Measure(
        "dominance_count",
        _dominance_count,
        "Number of organisations below which bargained cooperation is risk-dominant.",
        unit="organisations",
        claims=("D8", "D9", "P8"),
    ),
)

ORGANISATIONS = by_name(*_PRICES, *_POWER, *_OFFICIALS, *_MANY)
