"""Every parameter of the relationship model: range, default, unit, meaning and claims.

The sources behind the model give signs and types only.
Every default below is a number of ours, as are the ranges that are not forced by the meaning of a
quantity; a file says where one was estimated.
One payoff unit is the social value of one standard unit of service (public weight 1, output 1).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from strategic.modelling import Parameter

UNSET = float("nan")


def _number(
    name: str, symbol: str, default: float, claims: str, meaning: str, **rules: Any
) -> Parameter:
    """Write a parameter as one row: name within its section, symbol, default, claims, meaning."""
    served = tuple(claims.split(", "))
    return Parameter(name, default, meaning, symbol=symbol, claims=served, **rules)


# What kind of number a row holds: its range and unit.
_amount = partial(_number, lower=0.0, unit="payoff")
_burden = partial(_number, lower=0.0, upper=1.0, unit="payoff")
_share = partial(_number, lower=0.0, upper=1.0)
_rate = partial(_number, lower=0.0, upper=1.0, unit="per period")
_positive = partial(_number, lower=0.0, open_lower=True)
_stock = partial(_number, lower=0.0, unit="service input")
_weight = partial(_number, lower=0.0, unit="payoff per unit of service")
_belief = partial(_number, lower=0.0, upper=1.0, open_lower=True, open_upper=True)
_discount = partial(_belief, unit="per period")
_log_odds = partial(_number, lower=0.0, unit="log-odds per period")
_rungs = partial(_number, integer=True, unit="rungs")


def _risks(action: str, letter: str, *, competition: int, shelter: int) -> tuple[Parameter, ...]:
    borne = f"the government bears when it plays {action}"
    credit = f"Share of performance competition {borne}"
    burden = f"Share of shelter responsibility, incidents included, {borne}"
    return (
        _share(f"{action}_competition", f"e_{letter}c", competition, "K1, K3", credit),
        _share(f"{action}_shelter", f"e_{letter}s", shelter, "K2, K3", burden),
    )


_GOVERNMENT = (
    _weight("public_weight", "w_G", 1, "I1", "Weight of public value"),
    _stock("technology", "T_G", 0.2, "D3, D6", "Professional technology"),
    _stock("mobilisation", "M_G", 1, "D3, D6", "Ability to mobilise resources"),
    _stock(
        "information", "I_G", 0, "D12", "Information of use in joint production once it is shared"
    ),
    _amount("cost_cooperate", "k_C", 0.02, "K9", "Cost of managing a partnership"),
    _amount("cost_capture", "k_K", 0.1, "K9", "Cost of running a captured partner"),
    _amount("cost_restrict", "k_R", 0, "K9", "Cost of keeping the partner small"),
    _amount("cost_substitute", "k_S", 0.25, "K9", "Cost of taking the service back"),
    _amount("rebuff_loss", "zeta_G", 0.1, "R15", "Loss when an offer is turned down"),
    _amount(
        "temptation", "b_G", 0.04, "R15", "Gain from withholding while the organisation cooperates"
    ),
    _share(
        "performance_competition",
        "phi",
        0.05,
        "K1",
        "Credit lost to the organisation per unit of its share of output",
        unit="payoff per unit of service",
    ),
    _burden("shelter_responsibility", "lam", 0.05, "K2", "Burden of sheltering a weaker partner"),
    _burden(
        "control_preference",
        "om",
        0,
        "M8, M11",
        "Value put on control, half of it lost in partnership",
    ),
    _amount("incident_loss", "L_G", 0.2, "K5, K8", "Loss per incident"),
    _amount("contest_cost", "x", 0.3, "R1, R2", "Cost of open confrontation"),
    _share("absorption", "eta", 0.3, "R8", "Share of the partner's technology absorbed"),
    _discount(
        "discount",
        "delta_G",
        UNSET,
        "Peters iii",
        "Discount factor of the government; unset: relation.discount",
        optional=True,
    ),
)

_ORGANISATION = (
    _weight("public_weight", "w_O", 1, "I1, I13", "Weight of public value"),
    _stock("technology", "T_O", 1, "D3, D11", "Professional technology"),
    _stock("mobilisation", "M_O", 0.2, "D3, D16, A12", "Ability to mobilise resources"),
    _amount("rebuff_loss", "zeta_O", 0.1, "R15", "Loss when partnership is refused"),
    _amount("incident_loss", "L_O", 0.1, "K5, K8", "Loss per incident"),
    _amount("cost_partner", "k_O", 0.05, "K9", "Cost of being a partner"),
    _amount("cost_comply", "k_Y", 0, "K9", "Cost of complying"),
    _amount(
        "legitimacy_gain", "ell", 0.1, "D7, M18", "Legitimacy gained by working with the government"
    ),
    _amount("autonomy_loss", "aut", 0.15, "I5", "Loss of autonomy when subordinate"),
    _number("outside_option", "o", 0.05, "A7", "Value of leaving the field", unit="payoff"),
    _share("diversion", "d", 0.2, "I14", "Enjoyable share of diverted money"),
    _share("retained_technology", "dl", 0.6, "R6", "Share of technology kept when captured"),
    _share(
        "legitimacy_need",
        "g",
        0,
        "D7",
        "Share of its own output lost without the government's recognition",
    ),
    _share("challenge_capacity", "chi", 1, "K4", "Capacity to challenge"),
    _number(
        "reserve",
        "p_0",
        0,
        "I13, I15",
        "Cash costs of the service less donations, below which no payment may fall",
        unit="payoff",
    ),
    _share("alternatives", "a_O", 0, "A7, M14", "Availability of other supporters"),
    _number(
        "effort_cost",
        "k_e",
        0.05,
        "D8, D10",
        "Cost of the effort by which organisations compete to be the partner (game organisations)",
        lower=0,
        unit="payoff per effort",
    ),
    _discount(
        "discount",
        "delta_O",
        UNSET,
        "Peters iii",
        "Discount factor of the organisation; unset: relation.discount",
        optional=True,
    ),
)

_RELATION = (
    _number(
        "alignment",
        "alpha",
        0.6,
        "I2, I3",
        "Alignment of the two targets (-1 opposed, 1 the same)",
        lower=-1,
        upper=1,
    ),
    _number(
        "substitution",
        "rho",
        0,
        "D4, D5",
        "Substitution of technology and mobilisation (1 perfect, 0 Cobb-Douglas, -inf none)",
        upper=1,
        infinite=True,
    ),
    _share("technology_share", "a", 0.5, "D4, D5", "Share of technology in production"),
    _positive("productivity", "A", 1, "D4", "Productivity of service production"),
    _share(
        "information_sharing",
        "iota",
        0,
        "M1, D12",
        "Share of the government's information that joint production can use",
    ),
    _amount("payment", "p", 0.15, "R14", "Payment for the service"),
    _share("advance", "u", 0.5, "R14", "Share of the payment paid in advance"),
    _share("internal_supervision", "m_i", 0.5, "M9", "Strength of internal supervision"),
    _share("external_supervision", "m_e", 0.5, "M10", "Strength of external supervision"),
    _amount("penalty", "F", 0.2, "M10", "Penalty for diverted money, if detected"),
    _amount("sanction", "r", 0.5, "R1", "Sanction on resistance"),
    _share("permitted_scale", "psi", 0.4, "R7", "Scale allowed under restriction"),
    _burden("sensitivity", "z", 0, "K4, I10", "Political sensitivity of the field"),
    _share(
        "bargaining_equality",
        "eq",
        0,
        "M6",
        "Equality in bargaining (0: power decides, 1: equal shares)",
    ),
    _rate(
        "incident_risk",
        "h",
        0.05,
        "K5",
        "Probability of an incident per period of cooperation (h_C)",
        open_upper=True,
    ),
    _number("organisations", "n", 1, "D8", "Number of interchangeable organisations", lower=1),
    _number(
        "candidates",
        "k",
        2,
        "D8, D10",
        "Number of organisations that are players of the game organisations",
        lower=1,
        upper=1000,
        integer=True,
    ),
    _discount("discount", "delta", 0.9, "Peters iii", "Discount factor of both sides"),
    _amount("contest_prize", "W", 1, "M12", "Prize of the performance contest"),
    _positive(
        "contest_exponent", "e", 1, "M12", "Decisiveness of effort in the contest, at most n/(n-1)"
    ),
    _amount("diversity_cost", "k_1", 0.02, "K9", "Cost of managing each further organisation"),
    _number(
        "required_quality",
        "qbar",
        0,
        "D14",
        "Output below this level counts for nothing (0: off)",
        lower=0,
        unit="service",
    ),
    _number(
        "leader",
        "lead",
        1,
        "D6, R2, R4",
        "Who commits first (1 the government, 0 nobody, -1 the organisation)",
        lower=-1,
        upper=1,
        integer=True,
    ),
    _share(
        "commitment",
        "c",
        1,
        "D6, P14",
        "Probability that the leader's commitment holds (otherwise it plays its best reply)",
    ),
)

_TRUST = (
    _belief(
        "government",
        "theta_G",
        0.5,
        "I16, K11",
        "Initial belief of the government that the organisation is cooperative",
    ),
    _belief(
        "organisation",
        "theta_O",
        0.5,
        "I16, K11",
        "Initial belief of the organisation that the government is cooperative",
    ),
    _discount(
        "incident_if_hostile",
        "h_D",
        0.25,
        "K5",
        "Probability of an incident with a hostile partner",
    ),
    _share(
        "hostile_follows",
        "f_D",
        1,
        "M5, P28",
        "How far the incident risk of a hostile partner falls too where risks are managed "
        "(0: it stays, so that incidents become rare and damning)",
    ),
    _log_odds(
        "ignored",
        "gamma_ign",
        0.05,
        "K11",
        "Trust lost per period by the side whose cooperation is ignored",
    ),
    _log_odds(
        "reporting",
        "gamma_rep",
        0,
        "M15",
        "Trust gained from reports per period of cooperation; the organisation gains half",
    ),
    _log_odds(
        "reporting_outside",
        "gamma_out",
        0,
        "M2",
        "Trust gained per period outside cooperation; the organisation gains half",
    ),
    _share(
        "detection",
        "sigma",
        0.5,
        "K5",
        "Probability per period that an opportunist shows",
        open_lower=True,
    ),
    _rate("forgetting", "f", 0, "K11", "Share of the way back to the initial log-odds per period"),
    _number(
        "noise",
        "s_b",
        0,
        "K6",
        "Logit scale of behaviour in simulations (0: threshold rule)",
        lower=0,
        unit="log-odds",
    ),
    _share(
        "foresight",
        "f_d",
        0,
        "K11, Peters iii",
        "Weight of the future in the decision to trust (0: this period, 1: the repeated game)",
    ),
)

_OFFICIALS = (
    _rate("turnover", "nu", 0, "K6", "Probability that the official changes"),
    _share("supportive", "pi", 1, "K6, M16", "Share of supportive officials"),
    _share(
        "memory",
        "mu_o",
        1,
        "K6, K11",
        "Share of the government's trust, above or below the initial one, that a successor keeps",
    ),
)

_SECTOR = (
    _positive("entry_cost", "F_e", 0.02, "D8, M12", "Cost of entering the sector", unit="payoff"),
    _number(
        "spread",
        "s_T",
        0.3,
        "D11, M12",
        "Spread of technology between organisations (standard deviation of its logarithm)",
        lower=0,
        upper=3,
    ),
    _share(
        "exit_share",
        "x_e",
        0.1,
        "M12",
        "Share of organisations, the lowest, evaluation removes",
        unit="per year",
    ),
    _share(
        "evaluation", "v", 0, "M12", "How far survival depends on evaluated performance (0: not)"
    ),
)

_LADDER = (
    _rungs("rungs", "K", 5, "K7", "Rungs of the trust ladder", lower=2, upper=11),
    _share("floor", "phi_0", 0.2, "K7", "Value of the relationship on the lowest rung"),
    _share("up", "a", 1, "K7", "Probability of climbing after cooperation"),
    _share("down", "b", 1, "K5", "Probability of slipping after a defection"),
    _rungs("erosion", "erosion", 2, "K5", "Rungs lost when slipping", lower=1),
    _rungs(
        "crash",
        "crash",
        UNSET,
        "K5",
        "Rungs lost in an incident; unset: all of them",
        lower=0,
        optional=True,
    ),
    _rate("shock", "rho", 0, "M14", "Probability of a repairing shock"),
    _rungs("shock_rungs", "shock", 1, "M14", "Rungs gained by a repairing shock", lower=1),
)

# Which action removes which risk (claim K3); the table is ours and can be changed.
_EXPOSURE = (
    *_risks("cooperate", "C", competition=1, shelter=1),
    *_risks("capture", "K", competition=0, shelter=1),
    *_risks("restrict", "R", competition=1, shelter=0),
    *_risks("substitute", "S", competition=0, shelter=0),
)

_SECTIONS = {
    "government": _GOVERNMENT,
    "organisation": _ORGANISATION,
    "relation": _RELATION,
    "trust": _TRUST,
    "officials": _OFFICIALS,
    "sector": _SECTOR,
    "ladder": _LADDER,
    "exposure": _EXPOSURE,
}
PARAMETERS = {
    f"{section}.{row.name}": replace(row, name=f"{section}.{row.name}")
    for section, rows in _SECTIONS.items()
    for row in rows
}
"""Every parameter by its dotted name, in the order in which they are listed."""
