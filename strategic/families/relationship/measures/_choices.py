"""Measures of the 4x4 game: relationship type, replies, equilibria, margins between actions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import _choices as game
from strategic.families.relationship import _leadership as leadership
from strategic.families.relationship._choices import (
    CELLS,
    GOVERNMENT_ACTIONS,
    ORGANISATION_ACTIONS,
    choices_payoffs,
)
from strategic.families.relationship._drift import drift
from strategic.families.relationship._leadership import (
    KINDS,
    PLACES,
    government_leads,
    organisation_leads,
    outcome,
)
from strategic.families.relationship._organisations import recontracting_share
from strategic.families.relationship._production import technology_for
from strategic.families.relationship.measures._register import NO_YES, Measures
from strategic.modelling import Points
from strategic.modelling.games import game_measures

CHOICES = Measures()
single, per_side = CHOICES.single, CHOICES.per_side
ACTION_WORDS, REPLY_WORDS = (
    {verb: {"action": verb, "letter": letter} for letter, verb in verbs.items()}
    for verbs in (game.GOVERNMENT_VERBS, game.ORGANISATION_VERBS)
)


@single("R5", "R10", "D6", "P7", labels=KINDS)
def relationship_type(points: Points) -> Array:
    r"""Relationship that the leader's commitment leads to.

    .. math:: \operatorname{type}(a^*, r_O(a^*))

    Of the most likely cell, where ``relation.commitment`` is below 1; where nobody leads, that of
    the pure equilibria if they agree on one.
    """
    return leadership.relationship_type(points)


@single("R5", "D6", labels=KINDS)
def relationship_type_strong(points: Points) -> Array:
    r"""Relationship type when ties are broken in the leader's favour.

    .. math:: \operatorname{type}(a^*, b^*), \quad (a^*, b^*) \in \operatorname*{arg\,max}_{a, b} \{
        U_G(a, b) \mid b \text{ is a best reply to } a \}
    """
    return leadership.relationship_type(points, strong=True)


@single("R5", "P7", "P21", labels=PLACES)
def relationship_cell(points: Points) -> Array:
    r"""Cell the leader's commitment leads to: the government's letter, then the organisation's.

    .. math:: (a^*, r_O(a^*))

    The most likely cell, where ``relation.commitment`` is below 1; where nobody leads, the only
    pure equilibrium.
    """
    return points.once(outcome).cell


@single("D6", "P14", labels=PLACES)
def relationship_cell_if_broken(points: Points) -> Array:
    r"""Cell that is played where the leader's commitment does not hold.

    .. math:: (r_G(b^*), b^*), \quad b^* = r_O(a^*)
    """
    return leadership.cell_if_broken(points)


@CHOICES.per_name(ACTION_WORDS, "P8'", "P29", labels=tuple(ORGANISATION_ACTIONS))
def reply_to(points: Points) -> Array:
    r"""Reply of the organisation if the government leads and commits to {action}.

    .. math:: r_O(\mathrm{<letter>})
    """
    return np.moveaxis(points.once(government_leads).commitment.replies, -1, 0)


@CHOICES.per_name(ACTION_WORDS, "P7", unit="payoff")
def payoff_of(points: Points) -> Array:
    r"""Payoff of the government if it leads and commits to {action}.

    .. math:: \tilde U_G(\mathrm{<letter>}, r_O(\mathrm{<letter>}))
    """
    return np.moveaxis(points.once(government_leads).earned, -1, 0)


@CHOICES.per_name(REPLY_WORDS, "R2", "R4", labels=tuple(GOVERNMENT_ACTIONS))
def government_reply_to(points: Points) -> Array:
    r"""Reply of the government if the organisation leads and commits to {action}.

    .. math:: \bar r_G(\mathrm{<letter>})
    """
    return np.moveaxis(points.once(organisation_leads).commitment.replies, -1, 0)


@CHOICES.per_name(REPLY_WORDS, "R2", "R4", unit="payoff")
def organisation_payoff_of(points: Points) -> Array:
    r"""Payoff of the organisation if it leads and commits to {action}.

    .. math:: \bar U_O(\bar r_G(\mathrm{<letter>}), \mathrm{<letter>})
    """
    return np.moveaxis(points.once(organisation_leads).earned, -1, 0)


@per_side("D6", unit="payoff")
def commitment_payoff(points: Points) -> Array:
    r"""Payoff of the {side} under the leader's best commitment (the mean, if it may fail).

    .. math:: \tilde U_i(a^*, r_O(a^*))

    Where nobody leads, in the only pure equilibrium; undefined where there is none or several.
    """
    return points.once(outcome).payoffs


@single("M8", "P19", unit="payoff")
def welfare(points: Points) -> Array:
    r"""Sum of both payoffs under the leader's best commitment, as both perceive them.

    .. math:: \tilde U_G(a^*, r_O(a^*)) + \tilde U_O(a^*, r_O(a^*))

    What the public gains, net of resources only, is ``net_social_value``.
    """
    government, organisation = commitment_payoff(points)
    return np.asarray(government + organisation)


@single("P7", unit="payoff")
def commitment_margin(points: Points) -> Array:
    r"""Payoff lead of the leader's best commitment over its second best; undefined without one.

    .. math:: \tilde U_G(a^*, r_O(a^*)) - \max_{a \ne a^*} \tilde U_G(a, r_O(a))
    """
    return np.asarray(points.once(leadership.margins)[0])


@single("P7", "P19", unit="payoff")
def cooperation_margin(points: Points) -> Array:
    r"""Payoff lead of the leader's commitment to cooperate (C, or P) over its best other one.

    .. math:: \tilde U_G(\mathrm{C}, r_O(\mathrm{C})) - \max_{a \ne \mathrm{C}} \tilde U_G(a,
        r_O(a))

    Undefined where nobody leads.
    """
    return np.asarray(points.once(leadership.margins)[1])


_SIMULTANEOUS = game_measures(choices_payoffs, (len(GOVERNMENT_ACTIONS), len(ORGANISATION_ACTIONS)))
for name, meaning in {
    "equilibrium_count": "Number of extreme equilibria of the 4x4 game played simultaneously.",
    "pure_count": "Number of pure equilibria of the 4x4 game played simultaneously.",
    "best_welfare": (
        "Largest sum of payoffs in an equilibrium of the 4x4 game played simultaneously."
    ),
    "degenerate": "Whether equilibria of the 4x4 game may form connected sets.",
}.items():
    CHOICES[name] = replace(_SIMULTANEOUS[name], meaning=meaning, claims=("R13",))


@single("P14", labels=NO_YES)
def partnership_is_equilibrium(points: Points) -> Array:
    r"""Whether (cooperate, partner) is a simultaneous equilibrium of the 4x4 game.

    .. math:: \text{yes} \iff U_G(\mathrm{C}, \mathrm{P}) = \max_a U_G(a, \mathrm{P}),
        U_O(\mathrm{C}, \mathrm{P}) = \max_b U_O(\mathrm{C}, b)
    """
    row, column = points.once(choices_payoffs)
    # The government's temptation is to capture a willing partner (P14).
    best = row[..., 0, 0] >= row[..., :, 0].max(axis=-1)
    return np.asarray(best & (column[..., 0, 0] >= column[..., 0, :].max(axis=-1)))


@single("P14", unit="per period")
def partnership_discount_exit(points: Points) -> Array:
    r"""Discount factor from which substitution and exit for ever protect the partnership.

    .. math:: \begin{cases}
        0 & \text{if } v \le R \\
        \frac{v - R}{v - y} & \text{if } R > y \\
        \infty & \text{otherwise}
        \end{cases}, \quad R = U_G(\mathrm{C}, \mathrm{P}), \quad v = \max_a U_G(a, \mathrm{P}),
        \quad P = U_G(\mathrm{S}, \mathrm{E}), \quad y = P + \left( 1 - \frac{1}{n} \right) \max(R -
        P, 0)
    """
    return _discount_against_capture(points, "SE")


@single("P14", unit="per period")
def partnership_discount_capture(points: Points) -> Array:
    r"""Discount factor from which capture and compliance for ever protect the partnership.

    .. math:: \begin{cases}
        0 & \text{if } v \le R \\
        \frac{v - R}{v - y} & \text{if } R > y \\
        \infty & \text{otherwise}
        \end{cases}, \quad R = U_G(\mathrm{C}, \mathrm{P}), \quad v = \max_a U_G(a, \mathrm{P}),
        \quad P = U_G(\mathrm{K}, \mathrm{Y}), \quad y = P + \left( 1 - \frac{1}{n} \right) \max(R -
        P, 0)
    """
    return _discount_against_capture(points, "KY")


def _discount_against_capture(points: Points, punishment: str) -> Array:
    """Least delta that keeps (C, P): (U_dev - U_CP)/(U_dev - U_pun), grim punishment (P14).

    (K, Y) is no equilibrium of the stage game: the threat needs commitment.  Among n organisations
    the others replace the share 1 - 1/n of what the punishment takes away, as in P15.
    """
    row, _ = points.once(choices_payoffs)
    action, reply = divmod(CELLS.index(punishment), len(ORGANISATION_ACTIONS))
    held, deviation, punished = row[..., 0, 0], row[..., :, 0].max(axis=-1), row[..., action, reply]
    with np.errstate(invalid="ignore"):
        punished = punished + recontracting_share(points) * np.maximum(held - punished, 0.0)
    gain = deviation - held
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = gain / (deviation - punished)
    return np.where(gain <= 0, 0.0, np.where(held <= punished, np.inf, ratio))


@single("R8", "P16", unit="share")
def absorption_limit(points: Points) -> Array:
    r"""Absorbed share of technology from which substitution pays more than cooperation.

    .. math:: \eta^* = \inf \{ \eta \ge 0 \mid w_G q_S(\eta) - k_S \ge U_G(\mathrm{C}, \mathrm{P})
        \}

    eta* solves ``w_G JS(eta) - k_S = U_G(C, P)``; 0 where substitution pays at once, inf where no
    technology suffices, above 1 where all of the partner's does not (P16).
    """
    cooperating = points.once(choices_payoffs)[0][..., 0, 0]
    cost, weight = points["government.cost_substitute"], points["government.public_weight"]
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = (cooperating + cost) / weight
        technology = technology_for(points, needed, points["government.mobilisation"])
        share = (technology - points["government.technology"]) / points["organisation.technology"]
    unreached = np.where(cooperating <= -cost, 0.0, np.inf)
    return np.where((weight == 0) | np.isnan(share), unreached, np.maximum(share, 0.0))


@single("R8", "P16", unit="period")
def substitution_period(points: Points) -> Array:
    r"""First of 40 periods of drift (growth .02) in which the government substitutes.

    .. math:: \min \{ t < 40 \mid a^*_t = \mathrm{S} \}
    """
    return drift(points).substitution_period
