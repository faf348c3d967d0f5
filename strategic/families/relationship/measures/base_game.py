"""Measures of the base game: outputs, incentives, thresholds, equilibria, basins."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.evolution.basins import FIRST, NO_COORDINATION, Coordination, basin
from strategic.families.relationship.base_game import (
    RISK_DOMINANT,
    SIDE_KINDS,
    Interests,
    base_payoffs,
    challenge,
    competition,
    cooperation_is_equilibrium,
    detection,
    interests,
    risk_dominant,
    shelter,
    side_kind,
    threshold_belief,
    threshold_log_odds,
)
from strategic.families.relationship.measures.register import NO_YES, Pair, by_name, per_side
from strategic.families.relationship.production import produce
from strategic.modelling import Measure, Points
from strategic.modelling.games import game_measures

SIGNS = ("++", "+-", "-+", "--")
"""Signs of the public gain and of the own interest of a side (0 counts as +)."""


def _sides(points: Points) -> tuple[Interests, Interests]:
    return points.once(interests).sides()


def _gains(points: Points) -> Pair:
    government, organisation = _sides(points)
    return government.gain, organisation.gain


def _rewards(points: Points) -> Pair:
    government, organisation = _sides(points)
    return government.reward, organisation.reward


def _temptations(points: Points) -> Pair:
    government, organisation = _sides(points)
    return government.temptation, organisation.temptation


def _losses(points: Points) -> Pair:
    government, organisation = _sides(points)
    return government.loss, organisation.loss


def _incentives(points: Points) -> Pair:
    government, organisation = _sides(points)
    return government.incentive, organisation.incentive


def _kinds(points: Points) -> Pair:
    government, organisation = _sides(points)
    return side_kind(government), side_kind(organisation)


def _beliefs(points: Points) -> Pair:
    government, organisation = _sides(points)
    return threshold_belief(government), threshold_belief(organisation)


def _log_odds(points: Points) -> Pair:
    government, organisation = _sides(points)
    return threshold_log_odds(government), threshold_log_odds(organisation)


def _signs(points: Points) -> Pair:
    government, organisation = (
        np.where(side.gain >= 0, 0, 2) + np.where(side.incentive - side.gain >= 0, 0, 1)
        for side in _sides(points)
    )
    undefined = _undefined(points)
    return np.where(undefined, -1, government), np.where(undefined, -1, organisation)


def _undefined(points: Points) -> Array:
    government, organisation = _sides(points)
    return np.isnan(government.incentive) | np.isnan(organisation.incentive)


def _cooperation_holds(points: Points) -> Array:
    return np.where(_undefined(points), -1, cooperation_is_equilibrium(points))


def _coordination(points: Points) -> Coordination:
    government, organisation = points.once(interests).sides()
    return Coordination(
        gain_x=government.incentive,
        risk_x=government.loss,
        gain_y=organisation.incentive,
        risk_y=organisation.loss,
    )


def _starts_in_basin(points: Points) -> Array:
    """Take the share of cooperating governments to be what the organisation believes it is."""
    end = basin(
        points.once(_coordination), points["trust.organisation"], points["trust.government"]
    )
    return np.where(end == NO_COORDINATION, -1, end == FIRST)


_OUTPUTS = (
    Measure(
        "output_government",
        lambda points: points.once(produce).government,
        "Service the government produces alone.",
        unit="service",
        claims=("D2", "D14"),
    ),
    Measure(
        "output_organisation",
        lambda points: points.once(produce).organisation,
        "Service the organisation produces alone.",
        unit="service",
        claims=("D2", "M13"),
    ),
    Measure(
        "output_joint",
        lambda points: points.once(produce).joint,
        "Service both produce together.",
        unit="service",
        claims=("D2", "D13"),
    ),
    Measure(
        "output_captured",
        lambda points: points.once(produce).captured,
        "Joint service with what a captured partner keeps of its technology.",
        unit="service",
        claims=("R6",),
    ),
    Measure(
        "output_substituted",
        lambda points: points.once(produce).substituted,
        "Service the government produces alone with the technology it absorbed.",
        unit="service",
        claims=("R8", "P16"),
    ),
    Measure(
        "synergy",
        lambda points: points.once(produce).synergy,
        "Complementarity of resources: joint service less what both produce apart.",
        unit="service",
        claims=("D2", "I3", "P1"),
    ),
)

_EXPOSURE = (
    Measure(
        "exposure",
        lambda points: points.once(interests).exposure,
        "What cooperation exposes the government to, all risks together.",
        unit="payoff",
        claims=("K1", "K2", "K4", "I7"),
    ),
    Measure(
        "exposure_competition",
        competition,
        "Credit the government loses to the organisation in partnership.",
        unit="payoff",
        claims=("K1", "P25"),
    ),
    Measure(
        "exposure_shelter",
        shelter,
        "Burden of answering for a weaker partner, expected incidents included.",
        unit="payoff",
        claims=("K2",),
    ),
    Measure(
        "exposure_challenge",
        challenge,
        "Threat of an independent partner in a sensitive field.",
        unit="payoff",
        claims=("K4", "P4"),
    ),
    Measure(
        "detection",
        detection,
        "Probability of detecting a deviation, internal and external supervision together.",
        claims=("M9", "M10", "P17"),
    ),
)

_TERMS = (
    *per_side(
        "public_gain",
        _gains,
        "Public-interest gain of joint over separate action to the {side}.",
        unit="payoff",
        claims=("I1", "I2", "P3"),
    ),
    *per_side(
        "reward",
        _rewards,
        "What mutual cooperation is worth to the {side} over acting alone.",
        unit="payoff",
        claims=("I1", "M3"),
    ),
    *per_side(
        "temptation",
        _temptations,
        "What withholding earns the {side} while the {other} cooperates.",
        unit="payoff",
        claims=("I14", "M10"),
    ),
    *per_side(
        "loss",
        _losses,
        "What cooperating costs the {side} while the {other} withholds.",
        unit="payoff",
        claims=("R15", "M6"),
    ),
    *per_side(
        "incentive",
        _incentives,
        "How much better the {side} does answering cooperation with cooperation.",
        unit="payoff",
        claims=("M3", "P2", "P3"),
    ),
    *per_side(
        "interest_relation",
        _signs,
        "Signs of the {side}'s public gain and own interest in cooperating.",
        kind="label",
        labels=SIGNS,
        claims=("R12", "P3"),
    ),
    *per_side(
        "situation",
        _kinds,
        "Which game the {side} plays.",
        kind="label",
        labels=SIDE_KINDS,
        claims=("R13", "P22"),
    ),
)

_EQUILIBRIA = (
    *per_side(
        "trust_threshold",
        _beliefs,
        "Belief in the {other} from which the {side} cooperates; 1 where none suffices.",
        unit="probability",
        claims=("K11", "P8", "P9"),
    ),
    *per_side(
        "trust_threshold_log_odds",
        _log_odds,
        "Log-odds of the belief from which the {side} cooperates; inf where none suffices.",
        unit="log-odds",
        claims=("K11", "P10"),
    ),
    Measure(
        "cooperation_is_equilibrium",
        _cooperation_holds,
        "Whether mutual cooperation is an equilibrium of the base game.",
        kind="label",
        labels=NO_YES,
        claims=("P1", "P2", "P4"),
    ),
    Measure(
        "risk_dominant",
        risk_dominant,
        "Which of two strict equilibria of the base game is risk-dominant.",
        kind="label",
        labels=RISK_DOMINANT,
        claims=("P8",),
    ),
    Measure(
        "base_equilibrium_count",
        game_measures(base_payoffs, (2, 2))["equilibrium_count"].function,
        "Number of (extreme) equilibria of the base game.",
        kind="integer",
        claims=("R13", "P26"),
    ),
    *per_side(
        "mixed_cooperation",
        lambda points: points.once(_coordination).saddle,
        "Probability that the {side} cooperates in the mixed equilibrium of the base game.",
        unit="probability",
        claims=("P26",),
    ),
    Measure(
        "starts_in_cooperation_basin",
        _starts_in_basin,
        "Whether the initial beliefs lie in the basin of mutual cooperation.",
        kind="label",
        labels=NO_YES,
        claims=("K11", "P26"),
    ),
)

INTERESTS = by_name(*_OUTPUTS, *_EXPOSURE, *_TERMS, *_EQUILIBRIA)
