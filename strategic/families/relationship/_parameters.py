"""Every parameter of the relationship model: range, default, unit, meaning and claims.

The sources behind the model give signs and types only.
Every default below is a number of ours, as are the ranges that are not forced by the meaning of a
quantity; a file says where one was estimated.
One payoff unit is the social value of one standard unit of service (public weight 1, output 1).
"""

from __future__ import annotations

from dataclasses import replace

from strategic.families.relationship._parameter_kinds import (
    UNSET,
    amount,
    belief,
    burden,
    discount,
    log_odds,
    number,
    positive,
    rate,
    risks,
    rungs,
    share,
    stock,
    weight,
)

_GOVERNMENT = (
    weight("public_weight", "w_G", 1, "I1", "Weight of public value"),
    stock("technology", "T_G", 0.2, "D3, D6", "Professional technology"),
    stock("mobilisation", "M_G", 1, "D3, D6", "Ability to mobilise resources"),
    stock(
        "information", "I_G", 0, "D12", "Information of use in joint production once it is shared"
    ),
    amount("cost_cooperate", "k_C", 0.02, "K9", "Cost of managing a partnership"),
    amount("cost_capture", "k_K", 0.1, "K9", "Cost of running a captured partner"),
    amount("cost_restrict", "k_R", 0, "K9", "Cost of keeping the partner small"),
    amount("cost_substitute", "k_S", 0.25, "K9", "Cost of taking the service back"),
    amount("rebuff_loss", r"\zeta_G", 0.1, "R15", "Loss when an offer is turned down"),
    amount(
        "temptation", "b_G", 0.04, "R15", "Gain from withholding while the organisation cooperates"
    ),
    share(
        "performance_competition",
        r"\phi",
        0.05,
        "K1",
        "Credit lost to the organisation per unit of its share of output",
        unit="payoff per unit of service",
    ),
    burden(
        "shelter_responsibility", r"\lambda", 0.05, "K2", "Burden of sheltering a weaker partner"
    ),
    burden(
        "control_preference",
        r"\omega",
        0,
        "M8, M11",
        "Value put on control, half of it lost in partnership",
    ),
    amount("incident_loss", "L_G", 0.2, "K5, K8", "Loss per incident"),
    amount("contest_cost", "x", 0.3, "R1, R2", "Cost of open confrontation"),
    share("absorption", r"\eta", 0.3, "R8", "Share of the partner's technology absorbed"),
    discount(
        "discount",
        r"\delta_G",
        UNSET,
        "Peters iii",
        "Discount factor of the government; unset: relation.discount",
        optional=True,
    ),
)

_ORGANISATION = (
    weight("public_weight", "w_O", 1, "I1, I13", "Weight of public value"),
    stock("technology", "T_O", 1, "D3, D11", "Professional technology"),
    stock("mobilisation", "M_O", 0.2, "D3, D16, A12", "Ability to mobilise resources"),
    amount("rebuff_loss", r"\zeta_O", 0.1, "R15", "Loss when partnership is refused"),
    amount("incident_loss", "L_O", 0.1, "K5, K8", "Loss per incident"),
    amount("cost_partner", "k_O", 0.05, "K9", "Cost of being a partner"),
    amount("cost_comply", "k_Y", 0, "K9", "Cost of complying"),
    amount(
        "legitimacy_gain",
        r"\ell",
        0.1,
        "D7, M18",
        "Legitimacy gained by working with the government",
    ),
    amount("autonomy_loss", r"\mathrm{aut}", 0.15, "I5", "Loss of autonomy when subordinate"),
    number("outside_option", "o", 0.05, "A7", "Value of leaving the field", unit="payoff"),
    share("diversion", "d", 0.2, "I14", "Enjoyable share of diverted money"),
    share("retained_technology", r"\tau", 0.6, "R6", "Share of technology kept when captured"),
    share(
        "legitimacy_need",
        "g",
        0,
        "D7",
        "Share of its own output lost without the government's recognition",
    ),
    share("challenge_capacity", r"\chi", 1, "K4", "Capacity to challenge"),
    number(
        "reserve",
        "p_0",
        0,
        "I13, I15",
        "Cash costs of the service less donations, below which no payment may fall",
        unit="payoff",
    ),
    share("alternatives", "a_O", 0, "A7, M14", "Availability of other supporters"),
    number(
        "effort_cost",
        "k_e",
        0.05,
        "D8, D10",
        "Cost of the effort by which organisations compete to be the partner (game organisations)",
        lower=0,
        unit="payoff per effort",
    ),
    discount(
        "discount",
        r"\delta_O",
        UNSET,
        "Peters iii",
        "Discount factor of the organisation; unset: relation.discount",
        optional=True,
    ),
)

_RELATION = (
    number(
        "alignment",
        r"\alpha",
        0.6,
        "I2, I3",
        "Alignment of the two targets (-1 opposed, 1 the same)",
        lower=-1,
        upper=1,
    ),
    number(
        "substitution",
        r"\rho",
        0,
        "D4, D5",
        "Substitution of technology and mobilisation (1 perfect, 0 Cobb-Douglas, -inf none)",
        upper=1,
        infinite=True,
    ),
    share("technology_share", r"\gamma", 0.5, "D4, D5", "Share of technology in production"),
    positive("productivity", "A", 1, "D4", "Productivity of service production"),
    share(
        "information_sharing",
        r"\iota",
        0,
        "M1, D12",
        "Share of the government's information that joint production can use",
    ),
    amount("payment", "p", 0.15, "R14", "Payment for the service"),
    share("advance", "u", 0.5, "R14", "Share of the payment paid in advance"),
    share(
        "internal_supervision", r"m_{\mathrm{int}}", 0.5, "M9", "Strength of internal supervision"
    ),
    share(
        "external_supervision", r"m_{\mathrm{ext}}", 0.5, "M10", "Strength of external supervision"
    ),
    amount("penalty", "F", 0.2, "M10", "Penalty for diverted money, if detected"),
    amount("sanction", "r", 0.5, "R1", "Sanction on resistance"),
    share("permitted_scale", r"\psi", 0.4, "R7", "Scale allowed under restriction"),
    burden("sensitivity", "z", 0, "K4, I10", "Political sensitivity of the field"),
    share(
        "bargaining_equality",
        r"\beta",
        0,
        "M6",
        "Equality in bargaining (0: power decides, 1: equal shares)",
    ),
    rate(
        "incident_risk",
        "h",
        0.05,
        "K5",
        "Probability of an incident per period of cooperation (h_C)",
        open_upper=True,
    ),
    number("organisations", "n", 1, "D8", "Number of interchangeable organisations", lower=1),
    number(
        "candidates",
        "n_c",
        2,
        "D8, D10",
        "Number of organisations that are players of the game organisations",
        lower=1,
        upper=1000,
        integer=True,
    ),
    discount("discount", r"\delta", 0.9, "Peters iii", "Discount factor of both sides"),
    amount("contest_prize", "W", 1, "M12", "Prize of the performance contest"),
    positive(
        "contest_exponent", "e", 1, "M12", "Decisiveness of effort in the contest, at most n/(n-1)"
    ),
    amount("diversity_cost", "k_1", 0.02, "K9", "Cost of managing each further organisation"),
    number(
        "required_quality",
        r"\bar q",
        0,
        "D14",
        "Output below this level counts for nothing (0: off)",
        lower=0,
        unit="service",
    ),
    number(
        "leader",
        r"\mathrm{lead}",
        1,
        "D6, R2, R4",
        "Who commits first (1 the government, 0 nobody, -1 the organisation)",
        lower=-1,
        upper=1,
        integer=True,
    ),
    share(
        "commitment",
        "c",
        1,
        "D6, P14",
        "Probability that the leader's commitment holds (otherwise it plays its best reply)",
    ),
)

_TRUST = (
    belief(
        "government",
        r"\theta_G",
        0.5,
        "I16, K11",
        "Initial belief of the government that the organisation is cooperative",
    ),
    belief(
        "organisation",
        r"\theta_O",
        0.5,
        "I16, K11",
        "Initial belief of the organisation that the government is cooperative",
    ),
    discount(
        "incident_if_hostile",
        "h_D",
        0.25,
        "K5",
        "Probability of an incident with a hostile partner",
    ),
    share(
        "hostile_follows",
        "f_D",
        1,
        "M5, P28",
        "How far the incident risk of a hostile partner falls too where risks are managed "
        "(0: it stays, so that incidents become rare and damning)",
    ),
    log_odds(
        "ignored",
        r"\gamma_{\mathrm{ign}}",
        0.05,
        "K11",
        "Trust lost per period by the side whose cooperation is ignored",
    ),
    log_odds(
        "reporting",
        r"\gamma_{\mathrm{rep}}",
        0,
        "M15",
        "Trust gained from reports per period of cooperation; the organisation gains half",
    ),
    log_odds(
        "reporting_outside",
        r"\gamma_{\mathrm{out}}",
        0,
        "M2",
        "Trust gained per period outside cooperation; the organisation gains half",
    ),
    share(
        "detection",
        r"\sigma",
        0.5,
        "K5",
        "Probability per period that an opportunist shows",
        open_lower=True,
    ),
    rate(
        "forgetting",
        r"\gamma_0",
        0,
        "K11",
        "Share of the way back to the initial log-odds per period",
    ),
    number(
        "noise",
        "s_b",
        0,
        "K6",
        "Logit scale of behaviour in simulations (0: threshold rule)",
        lower=0,
        unit="log-odds",
    ),
    share(
        "foresight",
        "f",
        0,
        "K11, Peters iii",
        "Weight of the future in the decision to trust (0: this period, 1: the repeated game)",
    ),
)

_OFFICIALS = (
    rate("turnover", r"\nu", 0, "K6", "Probability that the official changes"),
    share("supportive", r"\pi", 1, "K6, M16", "Share of supportive officials"),
    share(
        "memory",
        r"\mu_o",
        1,
        "K6, K11",
        "Share of the government's trust, above or below the initial one, that a successor keeps",
    ),
)

_SECTOR = (
    positive("entry_cost", "F_e", 0.02, "D8, M12", "Cost of entering the sector", unit="payoff"),
    number(
        "spread",
        "s_T",
        0.3,
        "D11, M12",
        "Spread of technology between organisations (standard deviation of its logarithm)",
        lower=0,
        upper=3,
    ),
    share(
        "exit_share",
        "x_e",
        0.1,
        "M12",
        "Share of organisations, the lowest, evaluation removes",
        unit="per year",
    ),
    share(
        "evaluation", "v", 0, "M12", "How far survival depends on evaluated performance (0: not)"
    ),
)

_LADDER = (
    rungs("rungs", "K", 5, "K7", "Rungs of the trust ladder", lower=2, upper=11),
    share("floor", r"\phi_0", 0.2, "K7", "Value of the relationship on the lowest rung"),
    share("up", "a_{+}", 1, "K7", "Probability of climbing after cooperation"),
    share("down", "a_{-}", 1, "K5", "Probability of slipping after a defection"),
    rungs("erosion", r"\mathrm{erosion}", 2, "K5", "Rungs lost when slipping", lower=1),
    rungs(
        "crash",
        r"\mathrm{crash}",
        UNSET,
        "K5",
        "Rungs lost in an incident; unset: all of them",
        lower=0,
        optional=True,
    ),
    rate("shock", r"\rho_K", 0, "M14", "Probability of a repairing shock"),
    rungs("shock_rungs", r"\mathrm{shock}", 1, "M14", "Rungs gained by a repairing shock", lower=1),
)

# Which action removes which risk (claim K3); the table is ours and can be changed.
_EXPOSURE = (
    *risks("cooperate", "C", competition=1, shelter=1),
    *risks("capture", "K", competition=0, shelter=1),
    *risks("restrict", "R", competition=1, shelter=0),
    *risks("substitute", "S", competition=0, shelter=0),
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
