"""Parameters of the three parties: those of the relationship that matter here, and the public's.

A parameter that means the same as in the relationship has the same name, range and default there.
Every number and every functional form is ours; the sources give signs only.
"""

from __future__ import annotations

from functools import partial

from strategic.families.relationship import RELATIONSHIP
from strategic.modelling import Parameter

_SHARED = {
    "government": "public_weight technology mobilisation information cost_cooperate rebuff_loss "
    "temptation performance_competition shelter_responsibility control_preference incident_loss",
    "organisation": "public_weight technology mobilisation rebuff_loss incident_loss cost_partner "
    "legitimacy_gain diversion legitimacy_need challenge_capacity",
    "relation": "alignment substitution technology_share productivity information_sharing payment "
    "advance internal_supervision external_supervision penalty sensitivity incident_risk "
    "required_quality",
    "exposure": "cooperate_competition cooperate_shelter",
}
"""What the payoffs of cooperating or acting alone depend on, with one organisation."""

_amount = partial(Parameter, lower=0.0, unit="payoff")
_share = partial(Parameter, lower=0.0, upper=1.0)

_PUBLIC = (
    Parameter(
        "public.service_weight",
        1.0,
        "Worth of the service to the public, per unit",
        lower=0.0,
        unit="payoff per unit of service",
        symbol="w_P",
        claims=("A5", "I2"),
    ),
    _amount("public.voice_cost", 0.1, "Cost of speaking up", symbol="v", claims=("A5",)),
    _amount(
        "public.participation_benefit",
        0.15,
        "Gain from taking part where the government cooperates: services fit needs",
        symbol="B",
        claims=("A5", "M6", "M7"),
    ),
    _amount(
        "public.incident_loss",
        0.1,
        "Loss of the public per incident",
        symbol="L_P",
        claims=("K8", "K12"),
    ),
    _share(
        "public.redress",
        0.5,
        "Share of an incident's loss that a public which speaks up does not bear",
        symbol="y",
        claims=("A5", "M6"),
    ),
    Parameter(
        "public.opinion",
        0.2,
        "How far a public that speaks up raises the government's weight of public value",
        lower=0.0,
        symbol="o_P",
        claims=("A5", "M16"),
    ),
    _share(
        "public.watching",
        0.3,
        "Share of what external supervision lacks that a public which speaks up adds",
        symbol="m_P",
        claims=("A5", "M10"),
    ),
    _share(
        "public.complaints",
        0.02,
        "Probability per period of cooperation that a complaint becomes an incident",
        symbol="h_P",
        unit="per period",
        claims=("A5", "K5"),
    ),
    _amount(
        "public.blame",
        0.02,
        "Loss of face of a side that withholds, seen by a public which speaks up",
        symbol="n_P",
        claims=("A5", "M16"),
    ),
)

_COSTS = (
    ("beneficiary_evaluation", 0.01),
    ("collaborative_forum", 0.01),
    ("complaint_office", 0.01),
    ("information_disclosure", 0.01),
    ("performance_evaluation", 0.01),
    ("risk_management", 0.02),
)
"""Mechanisms that cost the government something to run, and how much by default."""


def _priced(name: str, default: float) -> Parameter:
    spoken = name.replace("_", " ")
    meaning = f"What {spoken} in full costs the government per period of cooperation"
    return _amount(f"costs.{name}", default, meaning, symbol=cost_symbol(name), claims=("K9",))


def cost_symbol(name: str) -> str:
    r"""Write the letter of what a mechanism costs: ``K_{\mathrm{risk}}``."""
    return rf"K_{{\mathrm{{{name.partition('_')[0]}}}}}"


PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        *(
            RELATIONSHIP.parameters[f"{section}.{name}"]
            for section, names in _SHARED.items()
            for name in names.split()
        ),
        *_PUBLIC,
        *(_priced(name, default) for name, default in _COSTS),
    )
}
"""Every parameter by its dotted name, in the order in which they are listed."""

ELSEWHERE = {
    name: parameter.default
    for name, parameter in RELATIONSHIP.parameters.items()
    if name not in PARAMETERS
}
"""What a relationship has besides, at its defaults: one organisation, no official, no ladder."""
