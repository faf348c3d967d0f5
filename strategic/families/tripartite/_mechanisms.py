"""Mechanisms among three parties: those between the first two, and those that reach the public.

Each is the identity at intensity e = 0 and acts in full at e = 1; they compose in the order given.
Between government and organisation they are the relationship's.  What they do for the public, and
what they cost the government to run, is ours; the sources give the direction (M1, M4 to M7, A5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.docstrings import formula_of
from strategic.families.relationship import RELATIONSHIP, checked_intensity
from strategic.families.tripartite._parameters import PARAMETERS, cost_symbol
from strategic.families.tripartite._voice import silent
from strategic.modelling import Mechanism, Points

Changes = dict[str, Array]

_BETWEEN_TWO = (
    "information_disclosure",
    "performance_evaluation",
    "risk_management",
    "collaborative_forum",
    "control_emphasis",
    "internal_supervision",
    "external_supervision",
    "delegation",
    "capacity_building",
    "mobilisation_building",
    "public_relations",
    "non_distribution",
    "legitimacy",
)
"""Mechanisms of the relationship that move something which matters here."""


def _cheaper_voice(points: Points, e: Array) -> Changes:
    r"""Lower the cost of speaking up.

    .. math:: v \mapsto \left( 1 - \frac{\epsilon}{2} \right) v
    """
    return {"public.voice_cost": np.asarray(points["public.voice_cost"] * (1 - e / 2))}


def _fewer_public_losses(points: Points, e: Array) -> Changes:
    r"""Lower what an incident costs the public.

    .. math:: L_P \mapsto (1 - \epsilon) L_P
    """
    return {"public.incident_loss": np.asarray(points["public.incident_loss"] * (1 - e))}


def _warmer_opinion(points: Points, e: Array) -> Changes:
    r"""Let opinion weigh more.

    .. math:: o_P \mapsto o_P + \frac{\epsilon}{5}
    """
    return {"public.opinion": np.asarray(points["public.opinion"] + 0.2 * e)}


_FOR_THE_PUBLIC: Mapping[str, tuple[Callable[[Points, Array], Changes], str]] = {
    "information_disclosure": (_cheaper_voice, "halves the cost of speaking up"),
    "collaborative_forum": (_cheaper_voice, "halves the cost of speaking up"),
    "risk_management": (_fewer_public_losses, "spares the public the loss of incidents"),
    "public_relations": (_warmer_opinion, "public opinion weighs more"),
}
"""What a mechanism between the first two does for the public, and that in words."""


def _beneficiary_evaluation(points: Points, e: Array) -> Changes:
    r"""Let beneficiaries watch, count their needs twice, pay nothing in advance.

    .. math:: m_P \mapsto m_P + \epsilon (1 - m_P), \quad B \mapsto (1 + \epsilon) B, \quad
        u \mapsto (1 - \epsilon) u
    """
    watching, benefit = points["public.watching"], points["public.participation_benefit"]
    return {
        "public.watching": np.asarray(watching + e * (1 - watching)),
        "public.participation_benefit": np.asarray(benefit * (1 + e)),
        "relation.advance": np.asarray(points["relation.advance"] * (1 - e)),
    }


def _complaint_office(points: Points, e: Array) -> Changes:
    r"""Keep complaints from becoming incidents, and make losses good.

    .. math:: h_P \mapsto (1 - \epsilon) h_P, \quad y \mapsto y + \epsilon (1 - y)
    """
    redress = points["public.redress"]
    return {
        "public.complaints": np.asarray(points["public.complaints"] * (1 - e)),
        "public.redress": np.asarray(redress + e * (1 - redress)),
    }


def _shared(name: str, points: Points, intensity: ArrayLike) -> Changes:
    """Do what the relationship's mechanism does, then what it does for the public."""
    e = checked_intensity(name, intensity)
    changes = RELATIONSHIP.mechanisms[name].operate(points.once(silent), e)
    kept = {key: np.asarray(value) for key, value in changes.items() if key in PARAMETERS}
    further = _FOR_THE_PUBLIC[name][0](points, e) if name in _FOR_THE_PUBLIC else {}
    return _paid(name, points, e, {**kept, **further})


def _own(
    name: str, act: Callable[[Points, Array], Changes], points: Points, intensity: ArrayLike
) -> Changes:
    e = checked_intensity(name, intensity)
    return _paid(name, points, e, act(points, e))


def _paid(name: str, points: Points, e: Array, changes: Changes) -> Changes:
    """Add what running the mechanism costs the government to its cost of cooperating."""
    key = f"costs.{name}"
    if key not in PARAMETERS:
        return changes
    cost = changes.get("government.cost_cooperate", points["government.cost_cooperate"])
    return {**changes, "government.cost_cooperate": np.asarray(cost + e * points[key])}


def _taken_over(name: str) -> Mechanism:
    base = RELATIONSHIP.mechanisms[name]
    gain = _FOR_THE_PUBLIC.get(name)
    meaning = f"{base.meaning}; {gain[1]}" if gain else base.meaning
    known = {parameter.symbol for parameter in PARAMETERS.values()}
    parts = base.formula.split(_AND)
    kept = [part for part in parts if part.partition(r" \mapsto")[0] in known]
    formula = _formula(name, *kept, *([formula_of(gain[0])] if gain else []))
    return replace(base, operate=partial(_shared, name), meaning=meaning, formula=formula)


_AND = r", \quad "


def _formula(name: str, *parts: str) -> str:
    """Add what running the mechanism costs to what it does."""
    paid = [rf"k_C \mapsto k_C + \epsilon {cost_symbol(name)}"] * (f"costs.{name}" in PARAMETERS)
    return _AND.join([*parts, *paid])


MECHANISMS = {
    **{name: _taken_over(name) for name in _BETWEEN_TWO},
    "beneficiary_evaluation": Mechanism(
        "beneficiary_evaluation",
        partial(_own, "beneficiary_evaluation", _beneficiary_evaluation),
        "Let beneficiaries evaluate what is purchased: they watch, their needs count twice, and "
        "nothing is paid in advance",
        claims=("M4", "M7", "A5"),
        formula=_formula("beneficiary_evaluation", formula_of(_beneficiary_evaluation)),
    ),
    "complaint_office": Mechanism(
        "complaint_office",
        partial(_own, "complaint_office", _complaint_office),
        "Settle complaints out of the press: none becomes an incident, and losses are made good "
        "(a mechanism of ours)",
        claims=("A5",),
        formula=_formula("complaint_office", formula_of(_complaint_office)),
    ),
}
"""Every mechanism by name, in the order in which they are listed."""
