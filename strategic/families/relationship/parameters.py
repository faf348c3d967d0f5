"""Every parameter of the relationship model: range, default, unit, meaning and claims.

The sources behind the model give signs and types only.
Every default below is a number of ours, as are the ranges that are not forced by the meaning of a
quantity; nothing is estimated from data.
One payoff unit is the social value of one standard unit of service (public weight 1, output 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from strategic.errors import Problem
from strategic.modelling import Parameter, Points

UNSET = float("nan")


def _parameter(
    name: str, symbol: str, default: float, meaning: str, *claims: str, **rules: Any
) -> Parameter:
    return Parameter(name, default, meaning, symbol=symbol, claims=claims, **rules)


_amount = partial(_parameter, lower=0.0, unit="payoff")
_share = partial(_parameter, lower=0.0, upper=1.0)
_stock = partial(_parameter, lower=0.0, unit="service input")
_weight = partial(_parameter, lower=0.0, unit="payoff per unit of service")
_belief = partial(_parameter, lower=0.0, upper=1.0, open_lower=True, open_upper=True)
_discount = partial(_belief, unit="per period")
_log_odds = partial(_parameter, lower=0.0, unit="log-odds per period")
_rungs = partial(_parameter, integer=True, unit="rungs")

_GOVERNMENT = (
    _weight("government.public_weight", "w_G", 1, "Weight of public value", "I1"),
    _stock("government.technology", "T_G", 0.2, "Professional technology", "D3", "D6"),
    _stock("government.mobilisation", "M_G", 1, "Ability to mobilise resources", "D3", "D6"),
    _stock(
        "government.information",
        "I_G",
        0,
        "Information held, of use in joint production once shared",
        "D12",
    ),
    _amount("government.cost_cooperate", "k_C", 0.02, "Cost of managing a partnership", "K9"),
    _amount("government.cost_capture", "k_K", 0.10, "Cost of running a captured partner", "K9"),
    _amount("government.cost_restrict", "k_R", 0, "Cost of keeping the partner small", "K9"),
    _amount("government.cost_substitute", "k_S", 0.25, "Cost of taking the service back", "K9"),
    _amount("government.rebuff_loss", "zeta_G", 0.1, "Loss when an offer is turned down", "R15"),
    _amount(
        "government.temptation",
        "b_G",
        0.04,
        "Gain from withholding while the organisation cooperates",
        "R15",
    ),
    _share(
        "government.performance_competition",
        "phi",
        0.05,
        "Credit lost to the organisation per unit of its share of output",
        "K1",
        unit="payoff per unit of service",
    ),
    _share(
        "government.shelter_responsibility",
        "lam",
        0.05,
        "Burden of sheltering a weaker partner",
        "K2",
        unit="payoff",
    ),
    _share(
        "government.control_preference",
        "om",
        0,
        "Value put on control, half of it lost in partnership",
        "M8",
        "M11",
        unit="payoff",
    ),
    _amount("government.incident_loss", "L_G", 0.2, "Loss from one incident", "K5", "K8"),
    _amount("government.contest_cost", "x", 0.3, "Cost of open confrontation", "R1", "R2"),
    _share("government.absorption", "eta", 0.3, "Share of the partner's technology absorbed", "R8"),
    _discount(
        "government.discount",
        "delta_G",
        UNSET,
        "Discount factor of the government; unset: relation.discount",
        "Peters iii",
        optional=True,
    ),
)

_ORGANISATION = (
    _weight("organisation.public_weight", "w_O", 1, "Weight of public value", "I1", "I13"),
    _stock("organisation.technology", "T_O", 1, "Professional technology", "D3", "D11"),
    _stock(
        "organisation.mobilisation", "M_O", 0.2, "Ability to mobilise resources", "D3", "D16", "A12"
    ),
    _amount("organisation.rebuff_loss", "zeta_O", 0.1, "Loss when partnership is refused", "R15"),
    _amount("organisation.incident_loss", "L_O", 0.1, "Loss from one incident", "K5", "K8"),
    _amount("organisation.cost_partner", "k_O", 0.05, "Cost of being a partner", "K9"),
    _amount("organisation.cost_comply", "k_Y", 0, "Cost of complying", "K9"),
    _amount(
        "organisation.legitimacy_gain",
        "ell",
        0.1,
        "Legitimacy gained by working with G",
        "D7",
        "M18",
    ),
    _amount("organisation.autonomy_loss", "aut", 0.15, "Loss of autonomy when subordinate", "I5"),
    _parameter(
        "organisation.outside_option", "o", 0.05, "Worth of leaving the field", "A7", unit="payoff"
    ),
    _share("organisation.diversion", "d", 0.2, "Enjoyable share of diverted money", "I14"),
    _share(
        "organisation.retained_technology",
        "dl",
        0.6,
        "Share of technology kept when captured",
        "R6",
    ),
    _share(
        "organisation.legitimacy_need",
        "g",
        0,
        "Share of its own output lost without the government's recognition",
        "D7",
    ),
    _share("organisation.challenge_capacity", "chi", 1, "Capacity to challenge", "K4"),
    _share("organisation.alternatives", "a_O", 0, "Availability of other supporters", "A7", "M14"),
    _discount(
        "organisation.discount",
        "delta_O",
        UNSET,
        "Discount factor of the organisation; unset: relation.discount",
        "Peters iii",
        optional=True,
    ),
)

_RELATION = (
    _parameter(
        "relation.alignment",
        "alpha",
        0.6,
        "Alignment of the two targets (-1 opposed, 1 the same)",
        "I2",
        "I3",
        lower=-1.0,
        upper=1.0,
    ),
    _parameter(
        "relation.substitution",
        "rho",
        0,
        "Substitution of technology and mobilisation (1 perfect, 0 Cobb-Douglas, -inf none)",
        "D4",
        "D5",
        upper=1.0,
        infinite=True,
    ),
    _share("relation.technology_share", "a", 0.5, "Share of technology in production", "D4", "D5"),
    _parameter(
        "relation.productivity",
        "A",
        1,
        "Productivity of service production",
        "D4",
        lower=0.0,
        open_lower=True,
    ),
    _share(
        "relation.information_sharing",
        "iota",
        0,
        "Share of the government's information that joint production can use",
        "M1",
        "D12",
    ),
    _amount("relation.payment", "p", 0.15, "Payment for the service", "R14"),
    _share("relation.advance", "u", 0.5, "Share of the payment paid in advance", "R14"),
    _share("relation.internal_supervision", "m_i", 0.5, "Strength of internal supervision", "M9"),
    _share("relation.external_supervision", "m_e", 0.5, "Strength of external supervision", "M10"),
    _amount("relation.penalty", "F", 0.2, "Penalty for diverted money, if detected", "M10"),
    _amount("relation.sanction", "r", 0.5, "Sanction on resistance", "R1"),
    _share("relation.permitted_scale", "psi", 0.4, "Scale allowed under restriction", "R7"),
    _share(
        "relation.sensitivity",
        "z",
        0,
        "Political sensitivity of the field",
        "K4",
        "I10",
        unit="payoff",
    ),
    _share(
        "relation.bargaining_equality",
        "eq",
        0,
        "Equality in bargaining (0: power decides, 1: equal shares)",
        "M6",
    ),
    _parameter(
        "relation.incident_risk",
        "h",
        0.05,
        "Probability of an incident in a period of cooperation (h_C)",
        "K5",
        lower=0.0,
        upper=1.0,
        open_upper=True,
        unit="per period",
    ),
    _parameter(
        "relation.organisations", "n", 1, "Number of interchangeable organisations", "D8", lower=1.0
    ),
    _discount("relation.discount", "delta", 0.9, "Discount factor of both sides", "Peters iii"),
    _amount("relation.contest_prize", "W", 1, "Prize of the performance contest", "M12"),
    _parameter(
        "relation.contest_exponent",
        "e",
        1,
        "Decisiveness of effort in the contest, at most n/(n-1)",
        "M12",
        lower=0.0,
        open_lower=True,
    ),
    _amount(
        "relation.diversity_cost",
        "k_1",
        0.02,
        "Cost of managing each further organisation",
        "K9",
    ),
    _parameter(
        "relation.required_quality",
        "qbar",
        0,
        "Output below this level counts for nothing (0: off)",
        "D14",
        lower=0.0,
        unit="service",
    ),
)

_TRUST = (
    _belief(
        "trust.government",
        "theta_G",
        0.5,
        "Initial belief of the government that the organisation is cooperative",
        "I16",
        "K11",
    ),
    _belief(
        "trust.organisation",
        "theta_O",
        0.5,
        "Initial belief of the organisation that the government is cooperative",
        "I16",
        "K11",
    ),
    _belief(
        "trust.incident_if_hostile",
        "h_D",
        0.25,
        "Probability of an incident with a hostile partner",
        "K5",
        unit="per period",
    ),
    _log_odds(
        "trust.ignored",
        "gamma_ign",
        0.05,
        "Trust lost per period by the side whose cooperation is ignored",
        "K11",
    ),
    _log_odds(
        "trust.reporting",
        "gamma_rep",
        0,
        "Trust gained per period of cooperation by G from reports; O gains half",
        "M15",
    ),
    _log_odds(
        "trust.reporting_outside",
        "gamma_out",
        0,
        "Trust gained per period outside cooperation by G; O gains half",
        "M2",
    ),
    _parameter(
        "trust.detection",
        "sigma",
        0.5,
        "How surely an opportunist shows in a period",
        "K5",
        lower=0.0,
        upper=1.0,
        open_lower=True,
    ),
    _share(
        "trust.forgetting",
        "f",
        0,
        "Share of the way back to the initial log-odds per period",
        "K11",
        unit="per period",
    ),
    _parameter(
        "trust.noise",
        "s_b",
        0,
        "Logit scale of behaviour in simulations (0: threshold rule)",
        "K6",
        lower=0.0,
        unit="log-odds",
    ),
)

_OFFICIALS = (
    _share(
        "officials.turnover",
        "nu",
        0,
        "Probability that the official changes",
        "K6",
        unit="per period",
    ),
    _share("officials.supportive", "pi", 1, "Share of supportive officials", "K6", "M16"),
)

_LADDER = (
    _rungs("ladder.rungs", "K", 5, "Rungs of the trust ladder", "K7", lower=2.0, upper=11.0),
    _share("ladder.floor", "phi_0", 0.2, "Worth of the relationship on the lowest rung", "K7"),
    _share("ladder.up", "a", 1, "Probability of climbing after cooperation", "K7"),
    _share("ladder.down", "b", 1, "Probability of slipping after a defection", "K5"),
    _rungs("ladder.erosion", "erosion", 2, "Rungs lost when slipping", "K5", lower=1.0),
    _rungs(
        "ladder.crash",
        "crash",
        UNSET,
        "Rungs lost in an incident; unset: all of them",
        "K5",
        lower=0.0,
        optional=True,
    ),
    _share("ladder.shock", "rho", 0, "Probability of a repairing shock", "M14", unit="per period"),
    _rungs("ladder.shock_rungs", "shock", 1, "Rungs gained by a repairing shock", "M14", lower=1.0),
)


def _exposure(
    action: str, letter: str, competition: float, shelter: float
) -> tuple[Parameter, Parameter]:
    return (
        _share(
            f"exposure.{action}_competition",
            f"e_{letter}c",
            competition,
            f"Share of performance competition the government bears when it plays {action}",
            "K1",
            "K3",
        ),
        _share(
            f"exposure.{action}_shelter",
            f"e_{letter}s",
            shelter,
            f"Share of shelter responsibility (incidents too) it bears when it plays {action}",
            "K2",
            "K3",
        ),
    )


_EXPOSURE = (
    *_exposure("cooperate", "C", 1, 1),
    *_exposure("capture", "K", 0, 1),
    *_exposure("restrict", "R", 1, 0),
    *_exposure("substitute", "S", 0, 0),
)
"""Which action removes which risk (claim K3); the table is ours and can be changed."""

PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        *_GOVERNMENT,
        *_ORGANISATION,
        *_RELATION,
        *_TRUST,
        *_OFFICIALS,
        *_LADDER,
        *_EXPOSURE,
    )
}


def joint_problems(points: Points) -> Iterator[Problem]:
    """Say which rules between parameters no point keeps; points that break one alone read NaN."""
    exponent, count = points["relation.contest_exponent"], points["relation.organisations"]
    with np.errstate(divide="ignore"):
        limit = count / (count - 1)
    if np.all(exponent > limit):
        yield Problem(
            "must be at most n/(n-1), n = relation.organisations",
            "relation.contest_exponent",
            float(exponent.flat[0]),
            f"n/(n-1) is {float(np.asarray(limit).flat[0]):g} here",
        )
