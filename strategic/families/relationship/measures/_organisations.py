"""Measures of prices, power, officials and how many organisations there are."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import _bargaining as bargaining
from strategic.families.relationship import _organisations as many
from strategic.families.relationship._bargaining import prices
from strategic.families.relationship._base_game import base_terms, threshold_belief
from strategic.families.relationship._base_game import detection as detected
from strategic.families.relationship._repetition import discounts
from strategic.families.relationship._sector import entrants
from strategic.families.relationship.measures._register import NO_YES, Measures
from strategic.modelling import Points

ORGANISATIONS = Measures()
single, per_side = ORGANISATIONS.single, ORGANISATIONS.per_side


@single("M3", "P1'", "P8", unit="payoff")
def surplus(points: Points) -> Array:
    r"""Surplus of cooperation to share: the highest less the lowest price (Sigma).

    .. math:: \Sigma = p_{\max} - p_{\min}
    """
    return points.once(prices).surplus


@single("M3", "P2", unit="payoff")
def lowest_price(points: Points) -> Array:
    r"""Payment below which the organisation breaks off, whatever its cash costs.

    .. math:: p_{\min} = \begin{cases}
        \frac{y}{1 - d u} & \text{if } d u < 1 \\
        -\infty & \text{if } d u = 1, y \le 0 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = k_O + h L_O + f_n - \Gamma_O - \ell - m F
    """
    return points.once(prices).lowest


@single("M3", "P2", unit="payoff")
def highest_price(points: Points) -> Array:
    r"""Payment above which the government breaks off.

    .. math:: p_{\max} = \Gamma_G - k_n - E_G - b_G
    """
    return points.once(prices).highest


@single("M3", "P1", "P2", labels=NO_YES)
def price_feasible(points: Points) -> Array:
    r"""Whether some payment that covers ``organisation.reserve`` makes both willing.

    .. math:: \text{yes} \iff p_{\max} \ge \max(p_{\min}, p_0, 0)
    """
    return points.once(prices).feasible


@single("M3", "I15", "P8", unit="payoff")
def bargained_price(points: Points) -> Array:
    r"""Payment that bargaining picks, never below ``organisation.reserve``.

    .. math:: p^* = \begin{cases}
        p & \text{if } p_{\max} < \max(p_{\min}, p_0, 0) \\
        \max(p_0, 0, (1 - \beta_O) p_{\min} + \beta_O p_{\max}) & \text{otherwise}
        \end{cases}

    The payment as it is where none is feasible.
    """
    return points.once(prices).agreed


@single("M9", "M10", "P17", unit="probability")
def detection_needed(points: Points) -> Array:
    r"""Probability of detection from which the organisation cooperates; above 1: none suffices.

    .. math:: m^* = \begin{cases}
        0 & \text{if } y \le 0 \\
        \frac{y}{F} & \text{otherwise}
        \end{cases}, \quad y = k_O + h L_O + f_n - \Gamma_O - \ell - p (1 - d u)

    m* = [k_O + h L_O - Gamma_O - ell - p (1 - d u)]/F, from which x_O >= 0 (P17).
    """
    penalty = points["relation.penalty"]
    undetected = points.once(base_terms).incentive[1] - detected(points) * penalty
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = -undetected / penalty
    return np.where(undetected >= 0, 0.0, needed)


@per_side("D1", "D7", "D8", unit="share")
def dependence(points: Points) -> Array:
    r"""Dependence of the {side} on the {other}.

    .. math:: d_G = \frac{1}{n} \cdot \frac{T_O}{T_G + T_O}, \quad \frac{0}{0} = 0

    .. math:: d_O = \frac{M_G + \ell}{M_G + M_O + \ell} (1 - a_O), \quad \frac{0}{0} = 0
    """
    return points.once(bargaining.dependence).degree


@per_side("D9", "M6", "P8", unit="share")
def bargaining_share(points: Points) -> Array:
    r"""Share of the surplus that bargaining gives the {side}.

    .. math:: \beta_G = 1 - \beta_O

    .. math:: \beta_O = \begin{cases}
        (1 - \beta) \frac{d_G}{d_G + d_O} + \frac{\beta}{2} & \text{if } d_G + d_O > 0 \\
        \frac{1}{2} & \text{otherwise}
        \end{cases}
    """
    return points.once(bargaining.dependence).share


@single("D9", "P8", unit="share")
def power_imbalance(points: Points) -> Array:
    r"""Dependence of the organisation less that of the government.

    .. math:: d_O - d_G
    """
    return points.once(bargaining.dependence).imbalance


@single("D1", "D9", unit="share")
def mutual_dependence(points: Points) -> Array:
    r"""Mean dependence of the two sides.

    .. math:: \frac{d_G + d_O}{2}
    """
    return points.once(bargaining.dependence).mutual


@single("K6", "P9", unit="share")
def supportive_share_needed(points: Points) -> Array:
    r"""Share of supportive officials from which the organisation can cooperate.

    .. math:: \theta^*_O

    theta*_O, the organisation's trust threshold; 1 where no share suffices (P9).
    """
    return np.asarray(threshold_belief(points.once(base_terms))[1])


@single("K6", "M16", "P9", labels=NO_YES)
def cooperative_bayesian_equilibrium(points: Points) -> Array:
    r"""Whether supportive officials and the organisation can cooperate in equilibrium.

    .. math:: \text{yes} \iff x_G, x_O \ge 0, \pi x_O \ge (1 - \pi) c_O

    Two types of official: supportive with probability pi, for whom cooperation is worth R_G, and
    hostile, who always acts alone.  The equilibrium in which the supportive type and the
    organisation cooperate exists iff ``pi >= theta*_O`` and ``x_G, x_O >= 0``; that both sides act
    alone is always one (P9).
    """
    terms, supportive = points.once(base_terms), points["officials.supportive"]
    worth = supportive * terms.incentive[1] >= (1 - supportive) * terms.loss[1]
    return np.asarray((terms.incentive >= 0).all(axis=0) & worth)


@single("K5", "K6", unit="per period")
def breakdown_hazard(points: Points) -> Array:
    r"""Probability per period of an incident or a hostile successor, from a supportive official.

    .. math:: \bar h = 1 - (1 - h) (1 - \nu (1 - \pi))

    ``1 - (1-h)(1 - nu (1-pi))``, nu the turnover of officials and pi the share of supportive ones.
    """
    replaced = points["officials.turnover"] * (1 - points["officials.supportive"])
    return np.asarray(1 - (1 - points["relation.incident_risk"]) * (1 - replaced))


@single("K5", "K6", unit="periods")
def expected_spell(points: Points) -> Array:
    r"""Mean length of cooperation if every incident and every hostile successor ends it.

    .. math:: \frac{1}{\bar h}
    """
    with np.errstate(divide="ignore"):
        return np.asarray(1 / breakdown_hazard(points))


def _procurement(points: Points) -> many.Procurement:
    return many.procure(points["relation.organisations"], _positive_surplus(points))


def _positive_surplus(points: Points) -> Array:
    return np.maximum(points.once(prices).surplus, 0.0)


def _surplus_of_one(points: Points) -> Array:
    """Surplus to share with a single organisation: what each further one costs is not in it yet."""
    alone = points.change({"relation.organisations": 1.0})
    return np.maximum(prices(alone).surplus, 0.0)


@single("D8", "M12", unit="payoff")
def procurement_best(points: Points) -> Array:
    r"""Mean surplus of the best of n organisations, each uniform up to the surplus.

    .. math:: \frac{n}{n + 1} \max(\Sigma, 0)
    """
    return points.once(_procurement).best


@single("D8", "M12", unit="payoff")
def procurement_rent(points: Points) -> Array:
    r"""Mean rent of the organisation that wins at the second price.

    .. math:: \frac{1}{n + 1} \max(\Sigma, 0)
    """
    return points.once(_procurement).rent


@single("M12", unit="payoff")
def contest_effort(points: Points) -> Array:
    r"""Effort of one organisation in the performance contest.

    .. math:: f_n = \frac{e (n - 1) W}{n^2} \text{ if } e (n - 1) \le n
    """
    return points.once(many.contest_of).effort


@single("M12", unit="payoff")
def contest_total_effort(points: Points) -> Array:
    r"""Effort of all organisations in the performance contest.

    .. math:: n f_n
    """
    return points.once(many.contest_of).total_effort


@single("M12", unit="payoff")
def contest_rent(points: Points) -> Array:
    r"""Rent that the contest leaves one organisation.

    .. math:: \frac{W}{n} - f_n
    """
    return points.once(many.contest_of).rent


@single("D8", "M12", unit="organisations")
def free_entry_count(points: Points) -> Array:
    r"""Largest number of organisations whose contest rent covers what entry costs (free entry).

    .. math:: \max \left\{ n \ge 1 \;\middle|\; \frac{W}{n} - f_n \ge F_e \right\}
    """
    return entrants(points)


@single("K9", "P18", unit="payoff")
def diversity_cost(points: Points) -> Array:
    r"""Cost of managing all organisations.

    .. math:: k_n = k_C + k_1 (n - 1)

    ``k_C + k_1 (n-1)`` (P18).
    """
    return points.once(many.managing_cost)


@single("K9", "P18", unit="organisations")
def planner_count(points: Points) -> Array:
    r"""Best number of organisations for a planner.

    .. math:: \max \left( 1, \sqrt{\frac{\Sigma_1}{k_1}} - 1 \right) \text{ if } \Sigma_1 > 0
    """
    return many.planner_count(_surplus_of_one(points), points["relation.diversity_cost"])


@single("K9", "P18", unit="organisations")
def government_count(points: Points) -> Array:
    r"""Best number of organisations for a government that keeps all but the winner's rent.

    .. math:: \max \left( 1, \sqrt{\frac{2 \Sigma_1}{k_1}} - 1 \right) \text{ if } \Sigma_1 > 0
    """
    return many.government_count(_surplus_of_one(points), points["relation.diversity_cost"])


@single("K5", "K9", unit="per period")
def no_incident(points: Points) -> Array:
    r"""Probability per period that none of n organisations has an incident.

    .. math:: (1 - h)^n
    """
    return np.asarray((1 - points["relation.incident_risk"]) ** points["relation.organisations"])


@single("D8", "D10", "P15", unit="organisations")
def hold_up_limit(points: Points) -> Array:
    r"""Bound on the organisations without incidents and with the reward of the model as it is.

    .. math:: \begin{cases}
        \infty & \text{if } b_G \le R_G \\
        0 & \text{if } R_G \le 0 \\
        \frac{\delta_G m R_G}{(1 - \delta_G) (b_G - R_G)} & \text{otherwise}
        \end{cases}

    ``delta m R_G/((1-delta)(b_G-R_G))`` (P15): after a breach, detected with probability m, the
    government re-contracts with another organisation at ``(1-1/n) R_G``.  Inf where
    ``b_G <= R_G`` (no promise is needed), 0 where cooperation is worth nothing.
    """
    terms, delta = points.once(base_terms), discounts(points)[0]
    R, gain = terms.reward[0], terms.temptation[0] - terms.reward[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        limit = delta * detected(points) * R / ((1 - delta) * gain)
    return np.where(gain <= 0, np.inf, np.where(R <= 0, 0.0, limit))


@single("D8", "D10", "P15", unit="organisations")
def partners_bound(points: Points) -> Array:
    r"""Largest number of organisations at which the government's promise enforces itself.

    .. math:: \sup \left\{ n \;\middle|\; \delta_G \ge \delta^*_G(n) \right\}

    There the critical discount factor of the government crosses its discount factor: incidents and
    the cost of managing n organisations are counted, unlike in `hold_up_limit` (P15), with which
    it agrees where both are 0.  Below 1 where the promise fails even with a single organisation.
    """
    terms, delta = points.once(base_terms), discounts(points)[0]
    lasting = (1 - points["relation.incident_risk"]) * delta
    return many.partners_bound(
        terms.reward[0] + many.managing_cost(points) - points["government.cost_cooperate"],
        terms.temptation[0],
        patience=(1 - lasting, lasting * detected(points)),
        diversity_cost=points["relation.diversity_cost"],
    )


@single("D8", "D9", "P8", unit="organisations")
def dominance_count(points: Points) -> Array:
    r"""Upper limit on the number of organisations for bargained cooperation to be risk-dominant.

    .. math:: \begin{cases}
        \frac{y - 2 + \sqrt{(y - 2)^2 - 4}}{2} & \text{if } y > 4 \\
        0 & \text{otherwise}
        \end{cases}, \quad y = \frac{\max(\Sigma, 0)^2}{c_G c_O}
    """
    return many.dominance_count(points.once(prices).surplus, *points.once(base_terms).loss)
