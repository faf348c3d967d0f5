"""Measures of the three parties: those of any game, and what the public changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import RELATIONSHIP
from strategic.families.tripartite import _verdict as found
from strategic.families.tripartite._voice import payoffs
from strategic.modelling import Measure, Points
from strategic.modelling.games import game_measures


def _incentive(state: str, side: int, points: Points) -> Array:
    both: Array = getattr(points.once(found.incentives), state)
    return np.asarray(both[side])


_INCENTIVES = {
    "incentive_government_silent": r"x_G",
    "incentive_government_speaking": r"x'_G = x_G + (w'_G - w_G) (\kappa q_J - q_G - \alpha q_O) "
    r"- e_{Cs} (h' - h) L_G + n_P",
    "incentive_organisation_silent": r"x_O",
    "incentive_organisation_speaking": r"x'_O = x_O - (h' - h) L_O + (m' - m) F + n_P",
}


def _incentives() -> list[Measure]:
    made = []
    for side, name in enumerate(("government", "organisation")):
        for state, when in (("silent", "keeps silent"), ("speaking", "speaks up")):
            meaning = f"What answering cooperation is worth to the {name} while the public {when}."
            full = f"incentive_{name}_{state}"
            made.append(
                Measure(
                    full,
                    partial(_incentive, state, side),
                    meaning,
                    unit="payoff",
                    claims=("P1", "P2"),
                    formula=_INCENTIVES[full],
                )
            )
    return made


def _label(
    name: str, function: Callable[[Points], Any], meaning: str, *labels: str, claims: str
) -> Measure:
    return Measure(
        name,
        function,
        meaning,
        kind="label",
        labels=labels,
        claims=tuple(claims.split()),
        formula=_LABELS[name],
    )


_BOTH, _LOUD = r"\min_i x_i \ge 0", r"\min_i x'_i \ge 0"
_LABELS = {
    "public_role": r"\begin{cases} "
    rf"\text{{witnessing}} & \text{{if }} {_BOTH}, {_LOUD} \\ "
    rf"\text{{enabling}} & \text{{if }} {_LOUD}, v \le v^* \\ "
    rf"\text{{missing}} & \text{{if }} {_LOUD} \\ "
    rf"\text{{preventing}} & \text{{if }} {_BOTH}, v \le v^* \\ "
    rf"\text{{sparing}} & \text{{if }} {_BOTH} \\ "
    r"\text{powerless} & \text{otherwise} \end{cases}",
    "public_speaks": r"\begin{cases} \text{yes} & \text{if } v < v^* \\ "
    r"\text{tie} & \text{if } v = v^* \\ \text{no} & \text{otherwise} \end{cases}",
    "cooperation_is_equilibrium": r"\text{yes} \iff \mu \ge 0",
}

OWN = (
    _label(
        "public_role",
        found.role,
        "What the public does to cooperation: enables or prevents it by speaking up; is missing, "
        "or spares it, as it keeps silent; witnesses it; or is powerless.",
        *found.ROLES,
        claims="A5 M6 M7",
    ),
    _label(
        "public_speaks",
        found.speaks,
        "Whether the public speaks up where government and organisation cooperate.",
        *found.SPEAKS,
        claims="A5 M6",
    ),
    _label(
        "cooperation_is_equilibrium",
        found.cooperation_is_equilibrium,
        "Whether government and organisation cooperate in an equilibrium of all three.",
        *found.NO_YES,
        claims="P1 P2",
    ),
    Measure(
        "cooperation_margin",
        found.cooperation_margin,
        "Smaller of both incentives to cooperate, while the public does what it prefers.",
        unit="payoff",
        formula=r"\mu = \begin{cases} \min_i x'_i & \text{if } v < v^* \\ "
        r"\max(\min_i x_i, \min_i x'_i) & \text{if } v = v^* \\ "
        r"\min_i x_i & \text{otherwise} \end{cases}",
        claims=("P1", "P2"),
    ),
    Measure(
        "voice_gain",
        found.voice_gain,
        "What speaking up is worth to the public where the others cooperate.",
        unit="payoff",
        formula=r"v^* - v",
        claims=("A5", "M6"),
    ),
    Measure(
        "voice_cost_limit",
        found.voice_cost_limit,
        "Cost of speaking up below which the public does, where the others cooperate.",
        unit="payoff",
        formula=r"v^* = B + (h - (1 - y) h') L_P",
        claims=("A5", "M6"),
    ),
    Measure(
        "synergy",
        found.synergy,
        "What joint output exceeds separate outputs by: the public's stake in cooperation.",
        unit="service",
        formula=RELATIONSHIP.measures["synergy"].formula,
        claims=("D2", "I3"),
    ),
    *_incentives(),
)

MEASURES = {
    **game_measures(lambda points: points.once(payoffs), (2, 2, 2)),
    **{measure.name: measure for measure in OWN},
}
"""Every measure by name, in the order in which they are listed."""
