"""Letters of the formulas among three parties that are neither parameters nor measures.

Those between government and organisation are the relationship's with a single organisation.
"""

from __future__ import annotations

from strategic.families.relationship import RELATIONSHIP
from strategic.modelling.equations import Equations
from strategic.modelling.letters import Letter

_SHARED = ("i, j", "Q(T, M)", r"\kappa")
_MEASURED = {
    "output_government": "",
    "output_organisation": "",
    "output_joint": "",
    "exposure": "",
    "exposure_competition": "",
    "exposure_shelter": "",
    "exposure_challenge": "",
    "detection": "",
    "public_gain_government": "Public-interest gain of joint over separate action to i.",
    "reward_government": "",
    "reward_organisation": "",
    "temptation_organisation": "",
    "loss_government": "",
    "loss_organisation": "",
    "incentive_government": "What answering cooperation is worth to i while the public is silent.",
}
"""What the relationship measures and formulas here are written in; of measures per side what it
means for either."""


def _of_relationship() -> tuple[Letter, ...]:
    """Take over letters of the relationship, and make letters of its measures."""
    taken = [letter for letter in RELATIONSHIP.letters if letter.symbol in _SHARED]
    for name, meaning in _MEASURED.items():
        measure = RELATIONSHIP.measures[name]
        symbol, _, formula = measure.formula.partition(" = ")
        taken.append(Letter(symbol, meaning or measure.meaning, formula, measure.unit))
    return tuple(taken)


_SPEAKING = (
    Letter("k_n", "Cost of managing the organisations: there is one.", "k_C", "payoff"),
    Letter("f_n", "Effort of a contest: there is none.", "0", "payoff"),
    Letter(
        "w'_G",
        "Weight of public value to the government when the public speaks up.",
        "(1 + o_P) w_G",
        "payoff per unit of service",
    ),
    Letter(
        "m'",
        "Probability of detecting a deviation when the public speaks up.",
        r"\sqrt{m_{\mathrm{int}} (m_{\mathrm{ext}} + m_P (1 - m_{\mathrm{ext}}))}",
    ),
    Letter(
        "h'",
        "Probability of an incident when the public speaks up.",
        "h + h_P (1 - h)",
        "per period",
    ),
    Letter(
        "R'_G",
        "Value of mutual cooperation to the government when the public speaks up.",
        r"R_G + (w'_G - w_G) (\kappa q_J - q_G - \alpha q_O) - e_{Cs} (h' - h) L_G",
        "payoff",
    ),
    Letter(
        "R'_O",
        "Value of mutual cooperation to the organisation when the public speaks up.",
        "R_O - (h' - h) L_O",
        "payoff",
    ),
    Letter(
        "b'_O",
        "What withholding pays the organisation when the public speaks up, but for the blame.",
        "b_O - (m' - m) F",
        "payoff",
    ),
)

LETTERS = (*_of_relationship(), *_SPEAKING)
"""In the order in which they are listed."""

_SILENT = ("R_G", "-c_G", "b_G", "0"), ("R_O", "b_O", "-c_O", "0")
_LOUD = ("R'_G", "-c_G", "b_G - n_P", "0"), ("R'_O", "b'_O - n_P", "-c_O", "0")

_PAYOFFS = {
    "tripartite": (
        *(
            tuple(cell for pair in zip(loud, silent, strict=True) for cell in pair)
            for loud, silent in zip(_LOUD, _SILENT, strict=True)
        ),
        (
            "w_P s + B - v - h' (1 - y) L_P", "w_P s - h L_P", "B - v", "0", "-v", "0", "-v", "0",
        ),
    ),
    "silent_public": _SILENT,
    "active_public": _LOUD,
}  # fmt: skip
"""Payoffs of one cell after the other, actions of the last player first."""

EQUATIONS = Equations(
    _PAYOFFS, sides=("G", "O"), thresholds=("voice_cost_limit", "cooperation_margin")
)
