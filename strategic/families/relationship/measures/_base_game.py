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
    r"""Service the government produces alone.

    .. math:: q_G = y \mathbb{1}\{y \ge \bar q\}, \quad y = Q(T_G, M_G)
    """
    return points.once(produce).government


@single("D2", "M13", unit="service")
def output_organisation(points: Points) -> Array:
    r"""Service the organisation produces alone.

    .. math:: q_O = y \mathbb{1}\{y \ge \bar q\}, \quad y = (1 - g) Q(T_O, M_O)
    """
    return points.once(produce).organisation


@single("D2", "D13", unit="service")
def output_joint(points: Points) -> Array:
    r"""Service both produce together.

    .. math:: q_J = y \mathbb{1}\{y \ge \bar q\}, \quad y = Q(T_G + T_O + \iota I_G, M_G + M_O)
    """
    return points.once(produce).joint


@single("R6", unit="service")
def output_captured(points: Points) -> Array:
    r"""Joint service with what a captured partner keeps of its technology.

    .. math:: q_K = y \mathbb{1}\{y \ge \bar q\}, \quad y = Q(T_G + \tau T_O, M_G + M_O)
    """
    return points.once(produce).captured


@single("R8", "P16", unit="service")
def output_substituted(points: Points) -> Array:
    r"""Service the government produces alone with the technology it absorbed.

    .. math:: q_S = y \mathbb{1}\{y \ge \bar q\}, \quad y = Q(T_G + \eta T_O, M_G)
    """
    return points.once(produce).substituted


@single("D2", "I3", "P1", unit="service")
def synergy(points: Points) -> Array:
    r"""Complementarity of resources: joint service less what both produce apart.

    .. math:: s = q_J - q_G - q_O
    """
    return points.once(produce).synergy


@single("K1", "K2", "K4", "I7", unit="payoff")
def exposure(points: Points) -> Array:
    r"""Political risks of cooperation to the government, all together.

    .. math:: E_G = e_{Cc} \Phi + e_{Cs} \Psi + Z + \frac{\omega}{2}
    """
    return points.once(game.exposure)


@single("K1", "P25", unit="payoff")
def exposure_competition(points: Points) -> Array:
    r"""Credit the government loses to the organisation in partnership.

    .. math:: \Phi = \phi \left( q_O + \frac{s}{2} \right)
    """
    return game.competition(points)


@single("K2", unit="payoff")
def exposure_shelter(points: Points) -> Array:
    r"""Burden of answering for a weaker partner, expected incidents included.

    .. math:: \Psi = \lambda \frac{M_G}{M_G + M_O} + h L_G, \quad \frac{0}{0} = 0
    """
    return game.shelter(points)


@single("K4", "P4", unit="payoff")
def exposure_challenge(points: Points) -> Array:
    r"""Threat of an independent partner in a sensitive field.

    .. math:: Z = z \chi
    """
    return game.challenge(points)


@single("M9", "M10", "P17", unit="probability")
def detection(points: Points) -> Array:
    r"""Probability of detecting a deviation, internal and external supervision together.

    .. math:: m = \sqrt{m_{\mathrm{int}} m_{\mathrm{ext}}}
    """
    return game.detection(points)


@per_side("I1", "I2", "P3", unit="payoff")
def public_gain(points: Points) -> Array:
    r"""Public-interest gain of joint over separate action to the {side}.

    .. math:: \Gamma_i = w_i (\kappa q_J - q_i - \alpha q_j)
    """
    return points.once(base_terms).gain


@per_side("I1", "M3", unit="payoff")
def reward(points: Points) -> Array:
    r"""Value of mutual cooperation to the {side} over acting alone.

    .. math:: R_G = \Gamma_G - p - k_n - E_G

    .. math:: R_O = \Gamma_O + p + \ell - k_O - h L_O - f_n
    """
    return points.once(base_terms).reward


@per_side("I14", "M10", unit="payoff")
def temptation(points: Points) -> Array:
    r"""Payoff of the {side} from withholding while the {other} cooperates.

    .. math:: b_G

    .. math:: b_O = d u p - m F
    """
    return points.once(base_terms).temptation


@per_side("R15", "M6", unit="payoff")
def loss(points: Points) -> Array:
    r"""Cost to the {side} of cooperating while the {other} withholds.

    .. math:: c_G = k_n + \zeta_G + u p

    .. math:: c_O = k_O + \zeta_O
    """
    return points.once(base_terms).loss


@per_side("M3", "P2", "P3", unit="payoff")
def incentive(points: Points) -> Array:
    r"""Gain of the {side} from answering cooperation with cooperation.

    .. math:: x_i = R_i - b_i
    """
    return points.once(base_terms).incentive


@single("M3", "P2", "I15", unit="payoff")
def joint_incentive(points: Points) -> Array:
    r"""Gains of both sides from answering cooperation with cooperation, added up: x_G + x_O.

    .. math:: x_G + x_O

    What mechanisms are ranked by: a payment moves it only by what is lost on the way, where the
    surplus weighs x_O by 1/(1 - d u) and so may fall where both gain.
    """
    return np.asarray(points.once(base_terms).incentive.sum(axis=0))


@per_side("R12", "P3", labels=SIGNS)
def interest_relation(points: Points) -> Array:
    r"""Signs of the {side}'s public gain and own interest in cooperating.

    .. math:: \begin{cases}
        \text{++} & \text{if } \Gamma_i \ge 0, N_i \ge 0 \\
        \text{+-} & \text{if } \Gamma_i \ge 0 > N_i \\
        \text{-+} & \text{if } \Gamma_i < 0 \le N_i \\
        \text{--} & \text{if } \Gamma_i < 0, N_i < 0
        \end{cases}
    """
    terms = points.once(base_terms)
    own = terms.incentive - terms.gain  # N_i: all of x_i but the public interest (P3)
    signs = np.where(terms.gain >= 0, 0, 2) + np.where(own >= 0, 0, 1)
    return np.where(_undefined(points), -1, signs)


def _undefined(points: Points) -> Array:
    return np.asarray(np.isnan(points.once(base_terms).incentive).any(axis=0))


@per_side("R13", "P22", labels=game.SITUATIONS)
def situation(points: Points) -> Array:
    r"""Which game the {side} plays.

    .. math:: \begin{cases}
        \text{prisoner's dilemma} & \text{if } 0 < R_i < b_i \\
        \text{deadlock} & \text{if } R_i \le 0, R_i < b_i \\
        \text{stag hunt} & \text{if } R_i > 0, R_i \ge b_i \\
        \text{coerced} & \text{if } b_i \le R_i \le 0
        \end{cases}
    """
    return game.situation(points.once(base_terms))


@per_side("K11", "P8", "P9", unit="probability")
def trust_threshold(points: Points) -> Array:
    r"""Belief in the {other} from which the {side} cooperates (one-shot); 1 where none suffices.

    .. math:: \theta^*_i = \begin{cases}
        \frac{c_i}{x_i + c_i} & \text{if } x_i, c_i > 0 \\
        0 & \text{if } c_i = 0 \le x_i \\
        1 & \text{otherwise}
        \end{cases}

    With foresight the path asks for ``belief_needed`` instead.
    """
    return game.threshold_belief(points.once(base_terms))


@per_side("K11", "P10", unit="log-odds")
def trust_threshold_log_odds(points: Points) -> Array:
    r"""Log-odds of the belief from which the {side} cooperates (one-shot); inf: none suffices.

    .. math:: \Lambda^*_i = \begin{cases}
        \ln \frac{c_i}{x_i} & \text{if } x_i, c_i > 0 \\
        -\infty & \text{if } c_i = 0 \le x_i \\
        \infty & \text{otherwise}
        \end{cases}
    """
    return game.threshold_log_odds(points.once(base_terms))


@single("P1", "P2", "P4", labels=NO_YES)
def cooperation_is_equilibrium(points: Points) -> Array:
    r"""Whether mutual cooperation is an equilibrium of the base game.

    .. math:: \text{yes} \iff x_G, x_O \ge 0
    """
    return np.where(_undefined(points), -1, game.cooperation_is_equilibrium(points))


@single("P8", labels=game.RISK_DOMINANT)
def risk_dominant(points: Points) -> Array:
    r"""Which of two strict equilibria of the base game is risk-dominant.

    .. math:: \begin{cases}
        \text{CC} & \text{if } x_G, x_O > 0, x_G x_O > c_G c_O \\
        \text{DD} & \text{if } x_G, x_O > 0, x_G x_O < c_G c_O \\
        \text{tie} & \text{if } x_G, x_O > 0, x_G x_O = c_G c_O
        \end{cases}
    """
    return game.risk_dominant(points)


BASE_GAME.add(
    "base_equilibrium_count",
    game_measures(base_payoffs, (2, 2))["equilibrium_count"].function,
    "Number of (extreme) equilibria of the base game.",
    "R13",
    "P26",
    kind="integer",
    unit="equilibria",
    formula=r"\# \{ \text{extreme Nash equilibria of the base game} \}",
)


def _coordination(terms: BaseTerms) -> Coordination:
    (gain_x, gain_y), (risk_x, risk_y) = terms.incentive, terms.loss
    return Coordination(gain_x=gain_x, risk_x=risk_x, gain_y=gain_y, risk_y=risk_y)


@per_side("P26", unit="probability")
def mixed_cooperation(points: Points) -> tuple[Array, Array]:
    r"""Probability that the {side} cooperates in the mixed equilibrium of the base game.

    .. math:: \sigma^*_i = \frac{c_j}{x_j + c_j} \text{ if } x_G, x_O, c_G, c_O > 0
    """
    return _coordination(points.once(base_terms)).saddle


@single("K11", "P26", labels=NO_YES)
def starts_in_cooperation_basin(points: Points) -> Array:
    r"""Whether the initial beliefs lie in the basin of mutual cooperation.

    .. math:: \text{yes} \iff \lim_{t \to \infty} (\xi_G(t), \xi_O(t)) = (1, 1), \quad \dot \xi_i =
        \xi_i (1 - \xi_i) [(x^{\mathrm{f}}_i + c_i) \xi_j - c_i], \quad \xi_i(0) = \theta_j

    The share of governments that cooperate is read as what the organisation believes it to be, and
    the other way round (P26).  Where sides look ahead, the two strategies are cooperating until
    the first incident and withholding, valued with that foresight: the tipping point is the pair of
    beliefs needed.
    """
    game = _coordination(points.once(trust_terms))
    end = basin(game, points["trust.organisation"], points["trust.government"])
    return np.where(end == NO_COORDINATION, -1, end == FIRST)
