"""Measures of the 4x4 game: relationship type, replies, equilibria, margins between actions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import _choices as game
from strategic.families.relationship._choices import (
    CELLS,
    GOVERNMENT_ACTIONS,
    ORGANISATION_ACTIONS,
    TYPES,
    choices_payoffs,
    commit,
)
from strategic.families.relationship._drift import drift
from strategic.families.relationship._organisations import recontracting_share
from strategic.families.relationship._production import technology_for
from strategic.families.relationship.measures._register import NO_YES, Measures
from strategic.modelling import Points
from strategic.modelling.games import game_measures

CHOICES = Measures()
single, per_side = CHOICES.single, CHOICES.per_side
ACTION_WORDS = {verb: {"action": verb} for verb in game.GOVERNMENT_VERBS.values()}


@single("R5", "R10", "D6", "P7", labels=TYPES)
def relationship_type(points: Points) -> Array:
    """Relationship the government's commitment leads to."""
    return game.relationship_type(points)


@single("R5", "D6", labels=TYPES)
def relationship_type_strong(points: Points) -> Array:
    """Relationship type when the organisation breaks its ties in the government's favour."""
    return game.relationship_type(points, strong=True)


@single("R5", "P7", "P21", labels=CELLS)
def relationship_cell(points: Points) -> Array:
    """Cell the government's commitment leads to: its letter, then the organisation's."""
    return game.cell_number(points.once(commit))


@CHOICES.per_name(ACTION_WORDS, "P8'", "P29", labels=tuple(ORGANISATION_ACTIONS))
def reply_to(points: Points) -> Array:
    """Reply of the organisation when the government plays {action}."""
    return np.moveaxis(points.once(commit).replies, -1, 0)


@CHOICES.per_name(ACTION_WORDS, "P7", unit="payoff")
def payoff_of(points: Points) -> Array:
    """Payoff of the government from committing to {action}."""
    replies = np.maximum(points.once(commit).replies, 0)  # -1, undefined, has NaN payoffs anyway
    row, _ = points.once(choices_payoffs)
    return np.moveaxis(np.take_along_axis(row, replies[..., None], axis=-1)[..., 0], -1, 0)


@per_side("D6", unit="payoff")
def commitment_payoff(points: Points) -> Array:
    """Payoff of the {side} under the government's best commitment."""
    return np.moveaxis(points.once(commit).payoffs, -1, 0)


@single("M8", "P19", unit="payoff")
def welfare(points: Points) -> Array:
    """Sum of both payoffs under the government's best commitment."""
    government, organisation = commitment_payoff(points)
    return np.asarray(government + organisation)


@single("P7", unit="payoff")
def commitment_margin(points: Points) -> Array:
    """Payoff lead of the government's best commitment over its second best."""
    ranked = np.sort(points.once(payoff_of), axis=0)
    return np.asarray(ranked[-1] - ranked[-2])


@single("P7", "P19", unit="payoff")
def cooperation_margin(points: Points) -> Array:
    """Payoff lead of committing to cooperate over the best other commitment."""
    earned = points.once(payoff_of)
    return np.asarray(earned[0] - earned[1:].max(axis=0))


_SIMULTANEOUS = game_measures(choices_payoffs, (len(GOVERNMENT_ACTIONS), len(ORGANISATION_ACTIONS)))
for name, meaning in {
    "equilibrium_count": "Number of extreme equilibria of the 4x4 game played simultaneously.",
    "pure_count": "Number of pure equilibria of the 4x4 game played simultaneously.",
    "best_welfare": (
        "Largest sum of payoffs in an equilibrium of the 4x4 game played simultaneously."
    ),
    "degenerate": "Whether equilibria of the 4x4 game may form connected sets.",
}.items():
    CHOICES[name] = replace(_SIMULTANEOUS[name], meaning=meaning, claims=("R13",))


@single("P14", labels=NO_YES)
def partnership_is_equilibrium(points: Points) -> Array:
    """Whether (cooperate, partner) is a simultaneous equilibrium of the 4x4 game."""
    row, column = points.once(choices_payoffs)
    # The government's temptation is to capture a willing partner (P14).
    best = row[..., 0, 0] >= row[..., :, 0].max(axis=-1)
    return np.asarray(best & (column[..., 0, 0] >= column[..., 0, :].max(axis=-1)))


@single("P14", unit="per period")
def partnership_discount_exit(points: Points) -> Array:
    """Discount factor from which substitution and exit for ever protect the partnership."""
    return _discount_against_capture(points, "SE")


@single("P14", unit="per period")
def partnership_discount_capture(points: Points) -> Array:
    """Discount factor from which capture and compliance for ever protect the partnership."""
    return _discount_against_capture(points, "KY")


def _discount_against_capture(points: Points, punishment: str) -> Array:
    """Least delta that keeps (C, P): (U_dev - U_CP)/(U_dev - U_pun), grim punishment (P14).

    (K, Y) is no equilibrium of the stage game: the threat needs commitment.  Among n organisations
    the others replace the share 1 - 1/n of what the punishment takes away, as in P15.
    """
    row, _ = points.once(choices_payoffs)
    action, reply = divmod(CELLS.index(punishment), len(ORGANISATION_ACTIONS))
    held, deviation, punished = row[..., 0, 0], row[..., :, 0].max(axis=-1), row[..., action, reply]
    with np.errstate(invalid="ignore"):
        punished = punished + recontracting_share(points) * np.maximum(held - punished, 0.0)
    gain = deviation - held
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = gain / (deviation - punished)
    return np.where(gain <= 0, 0.0, np.where(held <= punished, np.inf, ratio))


@single("R8", "P16", unit="share")
def absorption_limit(points: Points) -> Array:
    """Absorbed share of technology from which substitution pays more than cooperation.

    eta* solves ``w_G JS(eta) - k_S = U_G(C, P)``; 0 where substitution pays at once, inf where no
    technology suffices, above 1 where all of the partner's does not (P16).
    """
    cooperating = points.once(choices_payoffs)[0][..., 0, 0]
    cost, weight = points["government.cost_substitute"], points["government.public_weight"]
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = (cooperating + cost) / weight
        technology = technology_for(points, needed, points["government.mobilisation"])
        share = (technology - points["government.technology"]) / points["organisation.technology"]
    unreached = np.where(cooperating <= -cost, 0.0, np.inf)
    return np.where((weight == 0) | np.isnan(share), unreached, np.maximum(share, 0.0))


@single("R8", "P16", unit="period")
def substitution_period(points: Points) -> Array:
    """First of 40 periods of drift (growth .02) in which the government substitutes."""
    return drift(points).substitution_period
