"""Measures of how far single forces may go before cooperation gives way (closed forms)."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.bargaining import prices
from strategic.families.relationship.base_game import challenge, interests
from strategic.families.relationship.choices import (
    TYPES,
    cell_number,
    choices_payoffs,
    commit,
    type_of,
)
from strategic.families.relationship.measures.register import NO_YES, by_name
from strategic.families.relationship.production import produce
from strategic.families.relationship.repetition import repetition
from strategic.modelling import Measure, Points


def _challenge_limit(points: Points) -> Array:
    """Find z* = Gamma_G - p - k_C - (E_G - Z) - b_G, the largest Z that x_G bears."""
    return np.asarray(points.once(interests).government.incentive + challenge(points))


def _control_limit(points: Points) -> Array:
    """Find om* at which capture (Y) earns what partnership (P) does: 2 (C - K) at om = 0."""
    row, _ = points.once(choices_payoffs)
    margin = row[..., 0, 0] - row[..., 1, 1]
    return np.asarray(points["government.control_preference"] + 2 * margin)


def _alignment_needed(points: Points) -> Array:
    """Solve Sigma = 0 for alpha where d u = 0: Sigma is linear in it with slope a sum of gains."""
    output, alpha = points.once(produce), points["relation.alignment"]
    w_G, w_O = points["government.public_weight"], points["organisation.public_weight"]
    kept = 1 - points["organisation.diversion"] * points["relation.advance"]
    slope_G = w_G * (output.joint / 2 - output.organisation)
    slope_O = w_O * (output.joint / 2 - output.government)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = slope_G + slope_O / kept
        needed = alpha - points.once(prices).surplus / slope
    return np.where(slope > 0, needed, np.nan)


def _sanction_needed(points: Points) -> Array:
    """Find the sanction w_O (1-psi) q_O - psi ell + k_Y that makes O comply with R."""
    psi = points["relation.permitted_scale"]
    fight = points["organisation.public_weight"] * (1 - psi) * points.once(produce).organisation
    comply = psi * points["organisation.legitimacy_gain"] - points["organisation.cost_comply"]
    return np.asarray(np.maximum(fight - comply, 0.0))


def _cooperative_governance(points: Points) -> Array:
    """Test Peters' five features on the outcome.

    Two subjects act, each may bargain (a feasible price), cooperation lasts (it is enforceable at
    the discount factors), each contributes, each bears part of an incident.
    """
    cooperates = type_of(cell_number(points.once(commit))) == TYPES.index("cooperation")
    lasts = points.once(repetition).share > 0
    contribute = _contributes(points, "government") & _contributes(points, "organisation")
    bear = (points["government.incident_loss"] > 0) & (points["organisation.incident_loss"] > 0)
    return np.asarray(cooperates & points.once(prices).feasible & lasts & contribute & bear)


def _contributes(points: Points, side: str) -> Array:
    return np.asarray((points[f"{side}.technology"] > 0) | (points[f"{side}.mobilisation"] > 0))


LIMITS = by_name(
    Measure(
        "challenge_limit",
        _challenge_limit,
        "Threat of an independent partner up to which the government keeps cooperating.",
        unit="payoff",
        claims=("I10", "K4", "P4"),
    ),
    Measure(
        "control_limit",
        _control_limit,
        "Control preference above which capture and compliance replace partnership.",
        unit="payoff",
        claims=("M8", "P19"),
    ),
    Measure(
        "alignment_needed",
        _alignment_needed,
        "Alignment from which some payment, perhaps negative, makes both sides willing.",
        claims=("I3", "I9", "P1", "P5"),
    ),
    Measure(
        "sanction_needed",
        _sanction_needed,
        "Sanction from which the organisation complies with restriction rather than resist.",
        unit="payoff",
        claims=("R1", "P29"),
    ),
    Measure(
        "cooperative_governance",
        _cooperative_governance,
        "Whether the outcome has all five features of cooperative governance.",
        kind="label",
        labels=NO_YES,
        claims=("Peters iii",),
    ),
)
