"""Measures of the base game: outputs, exposure, terms, trust thresholds, equilibria, basins."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.evolution.coordination_games import FIRST, NO_COORDINATION, Coordination, basin
from strategic.families.relationship import _base_game as game
from strategic.families.relationship._base_game import BaseTerms, base_payoffs, base_terms
from strategic.families.relationship._foresight import trust_terms
from strategic.families.relationship._production import produce
from strategic.families.relationship.measures._register import NO_YES, Measures
from strategic.modelling import Points
from strategic.modelling.games import game_measures

BASE_GAME = Measures()
single, per_side = BASE_GAME.single, BASE_GAME.per_side
SIGNS = ("++", "+-", "-+", "--")
"""Signs of the public gain and of the own interest of a side (0 counts as +)."""


@single("D2", "D14", unit="service")
def output_government(points: Points) -> Array:
    """Service the government produces alone."""
    return points.once(produce).government


@single("D2", "M13", unit="service")
def output_organisation(points: Points) -> Array:
    """Service the organisation produces alone."""
    return points.once(produce).organisation


@single("D2", "D13", unit="service")
def output_joint(points: Points) -> Array:
    """Service both produce together."""
    return points.once(produce).joint


@single("R6", unit="service")
def output_captured(points: Points) -> Array:
    """Joint service with what a captured partner keeps of its technology."""
    return points.once(produce).captured


@single("R8", "P16", unit="service")
def output_substituted(points: Points) -> Array:
    """Service the government produces alone with the technology it absorbed."""
    return points.once(produce).substituted


@single("D2", "I3", "P1", unit="service")
def synergy(points: Points) -> Array:
    """Complementarity of resources: joint service less what both produce apart."""
    return points.once(produce).synergy


@single("K1", "K2", "K4", "I7", unit="payoff")
def exposure(points: Points) -> Array:
    """Political risks of cooperation to the government, all together."""
    return points.once(game.exposure)


@single("K1", "P25", unit="payoff")
def exposure_competition(points: Points) -> Array:
    """Credit the government loses to the organisation in partnership."""
    return game.competition(points)


@single("K2", unit="payoff")
def exposure_shelter(points: Points) -> Array:
    """Burden of answering for a weaker partner, expected incidents included."""
    return game.shelter(points)


@single("K4", "P4", unit="payoff")
def exposure_challenge(points: Points) -> Array:
    """Threat of an independent partner in a sensitive field."""
    return game.challenge(points)


@single("M9", "M10", "P17")
def detection(points: Points) -> Array:
    """Probability of detecting a deviation, internal and external supervision together."""
    return game.detection(points)


@per_side("I1", "I2", "P3", unit="payoff")
def public_gain(points: Points) -> Array:
    """Public-interest gain of joint over separate action to the {side}."""
    return points.once(base_terms).gain


@per_side("I1", "M3", unit="payoff")
def reward(points: Points) -> Array:
    """Value of mutual cooperation to the {side} over acting alone."""
    return points.once(base_terms).reward


@per_side("I14", "M10", unit="payoff")
def temptation(points: Points) -> Array:
    """Payoff of the {side} from withholding while the {other} cooperates."""
    return points.once(base_terms).temptation


@per_side("R15", "M6", unit="payoff")
def loss(points: Points) -> Array:
    """Cost to the {side} of cooperating while the {other} withholds."""
    return points.once(base_terms).loss


@per_side("M3", "P2", "P3", unit="payoff")
def incentive(points: Points) -> Array:
    """Gain of the {side} from answering cooperation with cooperation.

    .. math:: x_i = R_i - b_i
    """
    return points.once(base_terms).incentive


@single("M3", "P2", "I15", unit="payoff")
def joint_incentive(points: Points) -> Array:
    """Gains of both sides from answering cooperation with cooperation, added up: x_G + x_O.

    What mechanisms are ranked by: a payment moves it only by what is lost on the way, where the
    surplus weighs x_O by 1/(1 - d u) and so may fall where both gain.
    """
    return np.asarray(points.once(base_terms).incentive.sum(axis=0))


@per_side("R12", "P3", labels=SIGNS)
def interest_relation(points: Points) -> Array:
    """Signs of the {side}'s public gain and own interest in cooperating."""
    terms = points.once(base_terms)
    own = terms.incentive - terms.gain  # N_i: all of x_i but the public interest (P3)
    signs = np.where(terms.gain >= 0, 0, 2) + np.where(own >= 0, 0, 1)
    return np.where(_undefined(points), -1, signs)


def _undefined(points: Points) -> Array:
    return np.asarray(np.isnan(points.once(base_terms).incentive).any(axis=0))


@per_side("R13", "P22", labels=game.SITUATIONS)
def situation(points: Points) -> Array:
    """Which game the {side} plays."""
    return game.situation(points.once(base_terms))


@per_side("K11", "P8", "P9", unit="probability")
def trust_threshold(points: Points) -> Array:
    r"""Belief in the {other} from which the {side} cooperates (one-shot); 1 where none suffices.

    .. math:: \theta^*_i = \frac{c_i}{x_i + c_i} \text{ if } x_i, c_i > 0

    With foresight the path asks for ``belief_needed`` instead.
    """
    return game.threshold_belief(points.once(base_terms))


@per_side("K11", "P10", unit="log-odds")
def trust_threshold_log_odds(points: Points) -> Array:
    """Log-odds of the belief from which the {side} cooperates (one-shot); inf: none suffices."""
    return game.threshold_log_odds(points.once(base_terms))


@single("P1", "P2", "P4", labels=NO_YES)
def cooperation_is_equilibrium(points: Points) -> Array:
    """Whether mutual cooperation is an equilibrium of the base game."""
    return np.where(_undefined(points), -1, game.cooperation_is_equilibrium(points))


@single("P8", labels=game.RISK_DOMINANT)
def risk_dominant(points: Points) -> Array:
    """Which of two strict equilibria of the base game is risk-dominant."""
    return game.risk_dominant(points)


BASE_GAME.add(
    "base_equilibrium_count",
    game_measures(base_payoffs, (2, 2))["equilibrium_count"].function,
    "Number of (extreme) equilibria of the base game.",
    "R13",
    "P26",
    kind="integer",
)


def _coordination(terms: BaseTerms) -> Coordination:
    (gain_x, gain_y), (risk_x, risk_y) = terms.incentive, terms.loss
    return Coordination(gain_x=gain_x, risk_x=risk_x, gain_y=gain_y, risk_y=risk_y)


@per_side("P26", unit="probability")
def mixed_cooperation(points: Points) -> tuple[Array, Array]:
    """Probability that the {side} cooperates in the mixed equilibrium of the base game."""
    return _coordination(points.once(base_terms)).saddle


@single("K11", "P26", labels=NO_YES)
def starts_in_cooperation_basin(points: Points) -> Array:
    """Whether the initial beliefs lie in the basin of mutual cooperation.

    The share of governments that cooperate is read as what the organisation believes it to be, and
    the other way round (P26).  Where sides look ahead, the two strategies are cooperating until
    the first incident and withholding, valued with that foresight: the tipping point is the pair of
    beliefs needed.
    """
    game = _coordination(points.once(trust_terms))
    end = basin(game, points["trust.organisation"], points["trust.government"])
    return np.where(end == NO_COORDINATION, -1, end == FIRST)
