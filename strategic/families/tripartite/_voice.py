"""The game of government, organisation and public: cooperate or not, speak up or keep silent.

Between the first two it is the relationship's base game, at parameters that the public moves by
speaking up.  With a silent public it is that game as it stands.
The form of every term is ours; the sources give the signs (claims A5, K5, M6, M7, M10, M16).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import base_terms, payoff_magnitude, produce, settle
from strategic.families.tripartite._parameters import ELSEWHERE
from strategic.games import Game
from strategic.modelling import Points

PLAYERS = ("government", "organisation", "public")
ACTIONS = (("C", "D"), ("C", "D"), ("speak", "silent"))
SPEAK, SILENT = 0, 1


def silent(points: Points) -> Points:
    """Return the relationship of the first two parties, as it is with a silent public."""
    return points.change(ELSEWHERE)


def spoken(points: Points) -> Points:
    """Return the relationship of the first two parties, as it is when the public speaks up.

    Opinion raises the government's weight of public value (M16), the public watches where external
    supervision does not (M10), and complaints become incidents (K5).
    """
    supervision, risk = points["relation.external_supervision"], points["relation.incident_risk"]
    moved = {
        "government.public_weight": points["government.public_weight"]
        * (1 + points["public.opinion"]),
        "relation.external_supervision": supervision
        + points["public.watching"] * (1 - supervision),
        "relation.incident_risk": risk + points["public.complaints"] * (1 - risk),
    }
    return points.once(silent).change(moved)


def payoffs(points: Points) -> tuple[Array, Array, Array]:
    """Compute the payoffs of the three players, ``(*points, 2, 2, 2)`` each.

    Two payoffs that tie as the parameters are written tie here, and no others.
    """
    tables = np.stack([*_formula(points)])
    gaps = [np.abs(table[first] - table[second]) for table, first, second in _compared(tables)]
    nearest = np.min(gaps, axis=(0, 1))
    # Twice the bound of `rounding`: what two payoffs may err.
    doubtful = nearest <= 2.0**-40 * points.once(magnitude)
    if doubtful.any():
        settle(points, doubtful, _formula, *tables, magnitude=magnitude)
    cells_last = np.moveaxis(tables.reshape(3, 2, 2, 2, *points.shape), (1, 2, 3), (-3, -2, -1))
    government, organisation, public = cells_last
    return government, organisation, public


def _compared(tables: Array) -> Iterator[tuple[Array, Array, Array]]:
    """Yield each player's eight payoffs, and the cells between which it chooses."""
    cells = np.arange(8).reshape(2, 2, 2)
    for player, table in enumerate(tables):
        first, second = (np.take(cells, action, axis=player).ravel() for action in (0, 1))
        yield table, first, second


def _formula(points: Points) -> Iterator[Array]:
    """Each player's eight payoffs, ``(8, *points)``, in doubles or in decimals."""
    quiet, loud = (base_terms(points.once(state)) for state in (silent, spoken))
    blame = points["public.blame"]
    for side in (0, 1):
        table = np.zeros((2, 2, 2, *points.shape), dtype=points.dtype)
        own = table if side == 0 else table.swapaxes(0, 1)  # own action first
        for state, terms, lost in ((SILENT, quiet, 0 * blame), (SPEAK, loud, blame)):
            own[0, 0, state] = terms.reward[side]
            own[0, 1, state] = -terms.loss[side]
            own[1, 0, state] = terms.temptation[side] - lost
        yield table.reshape(8, *points.shape)
    yield _of_public(points).reshape(8, *points.shape)


def _of_public(points: Points) -> Array:
    """Payoffs of the public, measured from a silent public that two separate actors serve."""
    output = points.once(silent).once(produce)
    served = points["public.service_weight"] * output.synergy
    risks = [points.once(state)["relation.incident_risk"] for state in (spoken, silent)]
    loss = points["public.incident_loss"]
    table = np.zeros((2, 2, 2, *points.shape), dtype=points.dtype)
    table[:, :, SPEAK] -= points["public.voice_cost"]
    table[0, :, SPEAK] += points["public.participation_benefit"]
    table[0, 0, SPEAK] += served - risks[SPEAK] * loss * (1 - points["public.redress"])
    table[0, 0, SILENT] += served - risks[SILENT] * loss
    return table


def magnitude(points: Points) -> Array:
    """Bound everything that a payoff of any player can add up."""
    weights = points.once(spoken)["government.public_weight"] + points["public.service_weight"]
    partners = points.once(spoken).change({"government.public_weight": weights})
    amounts = ("voice_cost", "participation_benefit", "incident_loss", "blame")
    return np.asarray(payoff_magnitude(partners) + sum(points[f"public.{a}"] for a in amounts))


def game(points: Points) -> Game:
    """Build the 2x2x2 game.

    Examples
    --------
    >>> from strategic.families.tripartite import tripartite
    >>> game(tripartite().points).shape
    (2, 2, 2)
    """
    return Game(points.once(payoffs), PLAYERS, ACTIONS)


def with_silent_public(points: Points) -> Game:
    """Build the game of the first two parties while the public keeps silent."""
    return _between_two(points, SILENT)


def with_active_public(points: Points) -> Game:
    """Build the game of the first two parties while the public speaks up."""
    return _between_two(points, SPEAK)


def _between_two(points: Points, state: int) -> Game:
    tables = points.once(payoffs)[:2]
    return Game(tuple(table[..., state] for table in tables), PLAYERS[:2], ACTIONS[:2])
