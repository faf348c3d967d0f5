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

    .. math:: \delta^*_i = \begin{cases}
        0 & \text{if } g_i \le 0 \\
        y & \text{if } D_i > 0, y \le 1 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = \frac{g_i}{(1 - h) (m D_i + g_i)}
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

    .. math:: \delta^{\mathrm{RD}}_i = \begin{cases}
        0 & \text{if } g_i + c_i \le 0 \\
        y & \text{if } D_i > 0, y \le 1 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = \frac{g_i + c_i}{g_i + c_i + D_i}

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

    .. math:: h^{\max}_i = \begin{cases}
        1 & \text{if } g_i \le 0 \\
        0 & \text{if } D_i \le 0 \\
        \max(0, 1 - \frac{g_i}{\delta_i (m D_i + g_i)}) & \text{otherwise}
        \end{cases}
    """
    return points.once(repetition).sides.incident_limit


REPETITION.add(
    "punishment_length",
    lambda points: points.once(repetition).punishment_length,
    "Shortest punishment that sustains cooperation by both.",
    "K5",
    "P22",
    unit="periods",
    formula=r"\mathcal{T}^* = \max_i \mathcal{T}_i",
)


@per_side("K5", "P22", unit="periods")
def punishment_length(points: Points) -> Array:
    r"""Shortest punishment that sustains cooperation by the {side}.

    .. math:: \mathcal{T}_i = \begin{cases}
        0 & \text{if } g_i \le 0 \\
        \left\lceil \frac{\ln(1 - y / \delta_i)}{\ln \delta_i} \right\rceil & \text{if } D_i > 0, 0
        < y \le \delta_i
        \end{cases}, \quad y = \frac{(1 - \delta_i) g_i}{(1 - h) m D_i - h g_i}
    """
    return points.once(repetition).sides.punishment_length


@per_side("M3", "P22", unit="payoff per period")
def cooperation_value(points: Points) -> Array:
    r"""Average payoff of the {side} under the shortest punishment that sustains cooperation.

    .. math:: V_i = P_i + \frac{(1 - \delta_i) D_i}{1 - \delta_i + h \delta_i (1 -
        \delta_i^{\mathcal{T}^*})}
    """
    return points.once(repetition).values


@per_side("P22", unit="payoff per period")
def best_value(points: Points) -> Array:
    r"""Best average payoff of the {side} when incidents are punished by a shared loss.

    .. math:: \begin{cases}
        R_i & \text{if } g_i \le 0 \\
        y & \text{if } y > P_i, \delta_i \ge \delta^*_i
        \end{cases}, \quad y = R_i - \frac{h g_i}{(1 - h) m}
    """
    return points.once(repetition).sides.best_value


@single("K5", "P22", unit="share")
def cooperation_share(points: Points) -> Array:
    r"""Long-run share of time in cooperation; 0 where it cannot be sustained.

    .. math:: \begin{cases}
        \frac{1}{1 + h \mathcal{T}^*} & \text{if } \mathcal{T}^* \ge 0 \\
        0 & \text{otherwise}
        \end{cases}
    """
    return points.once(repetition).share


@single("K5", "K7", unit="periods")
def mean_survival(points: Points) -> Array:
    r"""Mean number of periods to the first incident; 0 where cooperation cannot be sustained.

    .. math:: \begin{cases}
        \frac{1}{h} & \text{if } \mathcal{T}^* \ge 0 \\
        0 & \text{otherwise}
        \end{cases}
    """
    return points.once(repetition).mean_survival


@single("K5", "K7", unit="periods")
def half_life(points: Points) -> Array:
    r"""Median periods to the first incident; 0 where cooperation cannot be sustained.

    .. math:: \begin{cases}
        \frac{\ln 2}{\ln(1 / (1 - h))} & \text{if } \mathcal{T}^* \ge 0 \\
        0 & \text{otherwise}
        \end{cases}
    """
    periods = incidents.half_life(points["relation.incident_risk"])
    return np.where(np.isnan(points.once(repetition).punishment_length), 0.0, periods)


REPETITION.add(
    "enforcement",
    lambda points: points.once(repetition).status,
    "Whether repetition sustains cooperation, and if not why.",
    "P22",
    labels=STATUSES,
    formula=r"\begin{cases} "
    r"\text{no\_value} & \text{if } \max_i \mathbb{1}\{g_i > 0 \ge D_i\} = 1 \\ "
    r"\text{self\_enforcing} & \text{if } g_G, g_O \le 0 \\ "
    r"\text{ok} & \text{if } \mathcal{T}^* \ge 0 \\ "
    r"\text{unenforceable} & \text{otherwise} \end{cases}",
)


@per_side("P22", labels=STATUSES)
def enforcement(points: Points) -> Array:
    r"""Whether repetition sustains cooperation by the {side}, and if not why.

    .. math:: \begin{cases}
        \text{self\_enforcing} & \text{if } g_i \le 0 \\
        \text{no\_value} & \text{if } D_i \le 0 \\
        \text{ok} & \text{if } \mathcal{T}_i \ge 0 \\
        \text{unenforceable} & \text{otherwise}
        \end{cases}
    """
    return points.once(repetition).sides.status


@single("D9", "P8", labels=SIDES)
def binding_side(points: Points) -> Array:
    r"""Side whose promise is harder to keep; undefined where they tie.

    .. math:: \begin{cases}
        \text{government} & \text{if } \delta^{\mathrm{g}}_G / \delta_G > \delta^{\mathrm{g}}_O /
        \delta_O \\
        \text{organisation} & \text{if } \delta^{\mathrm{g}}_G / \delta_G < \delta^{\mathrm{g}}_O /
        \delta_O
        \end{cases}
    """
    return points.once(dependence_of).binding_side


@single("D1", "D9", unit="payoff")
def joint_worth(points: Points) -> Array:
    r"""Value of cooperation to both sides together over acting alone.

    .. math:: J = D_G + D_O
    """
    return points.once(dependence_of).joint


@single("D9", "P8", unit="payoff")
def worth_imbalance(points: Points) -> Array:
    r"""Difference between the values of cooperation to the two sides.

    .. math:: | D_G - D_O |
    """
    return points.once(dependence_of).imbalance


@single("D9", "M3", unit="per period")
def critical_discount_with_transfers(points: Points) -> Array:
    r"""Smallest common discount factor if payments can be withheld (no incidents).

    .. math:: \begin{cases}
        \infty & \text{if } J < 0 \\
        0 & \text{if } y = 0 \\
        \infty & \text{if } J = 0 \\
        \frac{y}{y + J} & \text{otherwise}
        \end{cases}, \quad y = \max(g_G, 0) + \max(g_O, 0)
    """
    return points.once(dependence_of).critical_discount_with_transfers


@single("D9", "M3", unit="payoff")
def transfers_slack(points: Points) -> Array:
    r"""Joint worth less what both promises need with transfers; below 0 cooperation fails.

    .. math:: J - \sum_i \frac{1 - \delta_i}{\delta_i} \max(g_i, 0)
    """
    return points.once(dependence_of).transfers_slack


@per_side("D9", "M3", unit="payoff per period")
def needed_payoff(points: Points) -> Array:
    r"""Smallest payoff per period at which the {side} keeps its promise (no incidents).

    .. math:: P_i + \frac{1 - \delta_i}{\delta_i} \max(g_i, 0)

    Its gain from breaking the promise is fixed; payments may supply the payoff.
    """
    return splits.needed_payoffs(points.once(game_of))


@per_side("D9", "P8", unit="share")
def first_mover_share(points: Points) -> Array:
    r"""Share of the joint worth the {side} obtains by alternating offers if it proposes first.

    .. math:: \frac{1 - \delta_j}{1 - \delta_i \delta_j}
    """
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
    r"""Largest repair probability per period of crisis at which the {side} still cooperates.

    .. math:: r^{\max}_i = \begin{cases}
        1 & \text{if } g_i \le 0 \\
        0 & \text{if } D_i \le 0 \\
        \min(1, \max(0, y)) & \text{otherwise}
        \end{cases}, \quad y = \frac{(1 - h) m D_i}{g_i} - \frac{1}{\delta_i} + 1 - h
    """
    return repair.repair_limit(points.once(game_of))


@single("K5", "K7", kind="integer", unit="rungs")
def ladder_best(points: Points) -> Array:
    r"""Lowest rung of trust with cooperation in the best ladder equilibrium.

    .. math:: k^* = \min \{ \hat k \mid \text{cooperating from rung } \hat k \text{ on is a Markov
        perfect equilibrium} \}

    The number of rungs where nobody ever cooperates.
    """
    return points.once(ladder_equilibria).best


@single("K7", kind="integer", unit="equilibria")
def ladder_equilibrium_count(points: Points) -> Array:
    r"""How many threshold equilibria the trust ladder has, mutual defection included.

    .. math:: \# \{ \hat k \in \{0, \dots, K\} \mid \text{cooperating from rung } \hat k \text{ on
        is a Markov perfect equilibrium} \}
    """
    return np.asarray(points.once(ladder_equilibria).equilibria.sum(axis=-1))


@single("K5", kind="integer", unit="rungs")
def ladder_reversion(points: Points) -> Array:
    r"""Lowest rung of trust with cooperation under the threat of none ever again.

    .. math:: \min \{ \hat k \mid V_i(k) \ge (1 - \delta_i) (D_i \phi_k + g_i) \text{ for both } i
        \text{ and all } k \ge \hat k \}
    """
    return points.once(ladder_equilibria).reversion_best


@single("K5", "K7", unit="periods")
def ladder_survival(points: Points) -> Array:
    r"""Mean periods of cooperation from full trust in the best ladder equilibrium.

    .. math:: \mathbb{E} [ \min \{ t \ge 1 \mid k_t < k^* \} \mid k_0 = K - 1 ]
    """
    return unless_never(points, best_chain(points).mean_survival(), 0.0)


@single("K5", "M14", unit="periods")
def ladder_recovery(points: Points) -> Array:
    r"""Mean periods from crisis until both cooperate again in the best ladder equilibrium.

    .. math:: \mathbb{E} [ \min \{ t \mid k_t \ge k^* \} \mid k_0 = 0 ]

    Infinite where repair never lifts trust so far.
    """
    return unless_never(points, best_chain(points).recovery_times()[..., 0], np.inf)


@single("K5", "K7", unit="share")
def ladder_share(points: Points) -> Array:
    r"""Long-run share of time in cooperation in the best ladder equilibrium.

    .. math:: \lim_{t \to \infty} \Pr(k_t \ge k^*)
    """
    return unless_never(points, best_chain(points).cooperation_share(), 0.0)
