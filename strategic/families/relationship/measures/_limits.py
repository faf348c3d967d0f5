"""Measures of how far single forces may go before cooperation gives way (closed forms)."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._as_written import ROUNDINGS, UNIT, settle
from strategic.families.relationship._bargaining import prices
from strategic.families.relationship._base_game import base_terms, challenge
from strategic.families.relationship._choices import TYPES, choices_payoffs
from strategic.families.relationship._leadership import relationship_type
from strategic.families.relationship._production import produce
from strategic.families.relationship._repetition import repetition
from strategic.families.relationship._sides import of_both
from strategic.families.relationship.measures._register import NO_YES, Measures
from strategic.modelling import Points

LIMITS = Measures()
single = LIMITS.single
_DECIMALS = 10


@single("I10", "K4", "P4", unit="payoff")
def challenge_limit(points: Points) -> Array:
    r"""Threat of an independent partner up to which the government keeps cooperating.

    .. math:: z^* = \Gamma_G - p - k_n - (E_G - Z) - b_G

    z* = Gamma_G - p - k_C - (E_G - Z) - b_G (P4): x_G falls one for one in Z.
    """
    return np.asarray(points.once(base_terms).incentive[0] + challenge(points))


@single("M8", "P19", unit="payoff")
def control_limit(points: Points) -> Array:
    r"""Control preference above which capture and compliance replace partnership.

    .. math:: \omega^* = \omega + 2 (U_G(\mathrm{C}, \mathrm{P}) - U_G(\mathrm{K}, \mathrm{Y}))

    om* at which (K, Y) earns what (C, P) does (P19): only partnership gives up om/2.
    """
    row, _ = points.once(choices_payoffs)
    margin = row[..., 0, 0] - row[..., 1, 1]
    return np.asarray(points["government.control_preference"] + 2 * margin)


@single("I3", "I9", "P1", "P5", unit="pure number")
def alignment_needed(points: Points) -> Array:
    r"""Alignment from which some payment, perhaps negative, makes both sides willing.

    .. math:: \alpha^* = \alpha - \frac{\Sigma}{y} \text{ if } y > 0, \quad y = w_G \left(
        \frac{q_J}{2} - q_O \right) + \frac{w_O}{1 - d u} \left( \frac{q_J}{2} - q_G \right)

    Solves Sigma = 0 (P1, P5), which is linear in alpha with the slope
    ``w_G (q_J/2 - q_O) + w_O (q_J/2 - q_G)/(1 - d u)``.
    """
    output, alpha = points.once(produce), points["relation.alignment"]
    w_G, w_O = points["government.public_weight"], points["organisation.public_weight"]
    kept = 1 - points["organisation.diversion"] * points["relation.advance"]
    slope_G = w_G * (output.joint / 2 - output.organisation)
    slope_O = w_O * (output.joint / 2 - output.government)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = slope_G + slope_O / kept
        needed = alpha - points.once(prices).surplus / slope
    # Where alignment lowers the surplus (a side free-rides), no alignment is "from which".
    return np.where(slope > 0, needed, np.nan)


@single("R1", "P29", unit="payoff")
def sanction_needed(points: Points) -> Array:
    r"""Sanction from which the organisation complies with restriction rather than resist.

    .. math:: r^* = \max(0, w_O (1 - \psi) q_O - \psi \ell + k_Y)

    r >= w_O (1-psi) q_O - psi ell + k_Y (P29).
    """
    # A sanction of exactly the number that is shown must do.  That is the number itself where few
    # decimals hold it, and elsewhere the upper end of what rounding leaves open.
    needed, error = _sanction(points), _sanction_rounding(points)
    short = np.round(needed, _DECIMALS)
    close = np.abs(short - needed) <= error
    compared = np.stack([needed, short])
    settle(points, close, lambda some: [_with_short(_sanction(some))], compared)
    return np.where(close & (compared[1] >= compared[0]), short, needed + error)


def _sanction(points: Points) -> Array:
    psi = points["relation.permitted_scale"]
    fight = points["organisation.public_weight"] * (1 - psi) * points.once(produce).organisation
    comply = psi * points["organisation.legitimacy_gain"] - points["organisation.cost_comply"]
    return np.broadcast_to(np.maximum(fight - comply, 0), points.shape)


def _sanction_rounding(points: Points) -> Array:
    """Bound the rounding of `_sanction`; that of an output grows with the log of its inputs."""
    T, M = points["organisation.technology"], points["organisation.mobilisation"]
    with np.errstate(divide="ignore", invalid="ignore"):
        roundings = np.fmin(64 + 4 * np.abs(np.log(T) - np.log(M)), ROUNDINGS)
    output = points["relation.productivity"] * np.maximum(T, M)
    others = points["organisation.legitimacy_gain"] + points["organisation.cost_comply"]
    size = roundings * points["organisation.public_weight"] * output + 64 * others
    return np.asarray(UNIT * size)


def _with_short(exact: Array) -> Array:
    texts = [repr(round(float(number), _DECIMALS)) for number in exact]
    return np.stack([exact, np.array([Decimal(text) for text in texts], dtype=object)])


@single("Peters iii", labels=NO_YES)
def cooperative_governance(points: Points) -> Array:
    r"""Whether the outcome has all five features of cooperative governance.

    .. math:: \text{yes} \iff \operatorname{type} = \text{cooperation}, p_{\max} \ge \max(p_{\min},
        p_0, 0), \mathcal{T}^* < \infty, T_i + M_i > 0, L_i > 0 \text{ for both } i

    Peters' features, read on the outcome: two subjects act, each may bargain (a feasible price),
    cooperation lasts (it is enforceable at the discount factors), each contributes, and each bears
    part of an incident.
    """
    cooperates = relationship_type(points) == TYPES.index("cooperation")
    lasts = points.once(repetition).share > 0
    able = (of_both(points, "technology") > 0) | (of_both(points, "mobilisation") > 0)
    bears = of_both(points, "incident_loss") > 0
    shared = (able & bears).all(axis=0)
    return np.asarray(cooperates & points.once(prices).feasible & lasts & shared)
