"""Measures of the three parties: those of any game, and what the public changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.families.tripartite import _verdict as found
from strategic.families.tripartite._voice import payoffs
from strategic.modelling import Measure, Points
from strategic.modelling.games import game_measures


def _incentive(state: str, side: int, points: Points) -> Array:
    both: Array = getattr(points.once(found.incentives), state)
    return np.asarray(both[side])


def _incentives() -> list[Measure]:
    made = []
    for side, name in enumerate(("government", "organisation")):
        for state, when in (("silent", "keeps silent"), ("speaking", "speaks up")):
            meaning = f"What answering cooperation is worth to the {name} while the public {when}."
            function = partial(_incentive, state, side)
            made.append(
                Measure(
                    f"incentive_{name}_{state}",
                    function,
                    meaning,
                    unit="payoff",
                    claims=("P1", "P2"),
                )
            )
    return made


def _label(
    name: str, function: Callable[[Points], Any], meaning: str, *labels: str, claims: str
) -> Measure:
    return Measure(
        name, function, meaning, kind="label", labels=labels, claims=tuple(claims.split())
    )


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
        claims=("P1", "P2"),
    ),
    Measure(
        "voice_gain",
        found.voice_gain,
        "What speaking up is worth to the public where the others cooperate.",
        unit="payoff",
        claims=("A5", "M6"),
    ),
    Measure(
        "voice_cost_limit",
        found.voice_cost_limit,
        "Cost of speaking up below which the public does, where the others cooperate.",
        unit="payoff",
        claims=("A5", "M6"),
    ),
    Measure(
        "synergy",
        found.synergy,
        "What joint output exceeds separate outputs by: the public's stake in cooperation.",
        unit="service",
        claims=("D2", "I3"),
    ),
    *_incentives(),
)

MEASURES = {
    **game_measures(lambda points: points.once(payoffs), (2, 2, 2)),
    **{measure.name: measure for measure in OWN},
}
"""Every measure by name, in the order in which they are listed."""
