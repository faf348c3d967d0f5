"""Measures of the 4x4 game: relationship type, replies, equilibria, margins between actions."""

from __future__ import annotations

from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.choices import (
    CELLS,
    GOVERNMENT_ACTIONS,
    ORGANISATION_ACTIONS,
    TYPES,
    cell_number,
    choices_payoffs,
    commit,
    type_of,
)
from strategic.families.relationship.drift import absorption_limit, drift
from strategic.families.relationship.measures.register import NO_YES, Pair, by_name, per_side
from strategic.modelling import Measure, Points
from strategic.modelling.games import game_measures

_NAMES = dict(
    zip(GOVERNMENT_ACTIONS, ("cooperate", "capture", "restrict", "substitute"), strict=True)
)


def _type(points: Points) -> Array:
    return type_of(cell_number(points.once(commit)))


def _type_if_ties_favour(points: Points) -> Array:
    return type_of(cell_number(commit(points, strong=True)))


def _reply(number: int, points: Points) -> Array:
    return np.asarray(points.once(commit).replies[..., number])


def _led_payoffs(points: Points) -> Pair:
    payoffs = points.once(commit).payoffs
    return payoffs[..., 0], payoffs[..., 1]


def _answered(points: Points) -> Array:
    """Compute what each commitment of the government earns it, after the reply."""
    replies = np.maximum(points.once(commit).replies, 0)
    row, _ = points.once(choices_payoffs)
    return np.take_along_axis(row, replies[..., None], axis=-1)[..., 0]


def _commitment_payoff(number: int, points: Points) -> Array:
    return np.asarray(points.once(_answered)[..., number])


def _margin(points: Points) -> Array:
    """Compare the government's best commitment with its second best."""
    ranked = np.sort(points.once(_answered), axis=-1)
    return np.asarray(ranked[..., -1] - ranked[..., -2])


def _cooperation_margin(points: Points) -> Array:
    earned = points.once(_answered)
    return np.asarray(earned[..., 0] - earned[..., 1:].max(axis=-1))


def _cooperation_is_pure(points: Points) -> Array:
    row, column = points.once(choices_payoffs)
    best = row[..., 0, 0] >= row[..., :, 0].max(axis=-1)
    return np.asarray(best & (column[..., 0, 0] >= column[..., 0, :].max(axis=-1)))


def _discount_against_capture(punishment: int, points: Points) -> Array:
    """Find the discount factor that keeps (C, P) when a cell for ever punishes deviation."""
    row, _ = points.once(choices_payoffs)
    held, deviation, punished = (
        row[..., 0, 0],
        row[..., :, 0].max(axis=-1),
        row.reshape(*row.shape[:-2], 16)[..., punishment],
    )
    gain = deviation - held
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = gain / (deviation - punished)
    return np.where(gain <= 0, 0.0, np.where(held <= punished, np.inf, ratio))


def _welfare(points: Points) -> Array:
    """Add both payoffs of the cell that is led to."""
    led = _led_payoffs(points)
    return np.asarray(led[0] + led[1])


def _substitution_period(points: Points) -> Array:
    return drift(points).substitution_period


_COMMITMENT = (
    Measure(
        "relationship_type",
        _type,
        "Relationship the government's commitment leads to.",
        kind="label",
        labels=TYPES,
        claims=("R5", "R10", "D6", "P7"),
    ),
    Measure(
        "relationship_type_strong",
        _type_if_ties_favour,
        "Relationship type when the organisation breaks its ties in the government's favour.",
        kind="label",
        labels=TYPES,
        claims=("R5", "D6"),
    ),
    Measure(
        "relationship_cell",
        lambda points: cell_number(points.once(commit)),
        "Cell the government's commitment leads to: its letter, then the organisation's.",
        kind="label",
        labels=CELLS,
        claims=("R5", "P7", "P21"),
    ),
    *(
        Measure(
            f"reply_to_{_NAMES[action]}",
            partial(_reply, number),
            f"What the organisation answers when the government plays {_NAMES[action]}.",
            kind="label",
            labels=tuple(ORGANISATION_ACTIONS),
            claims=("P8'", "P29"),
        )
        for number, action in enumerate(GOVERNMENT_ACTIONS)
    ),
    *(
        Measure(
            f"payoff_of_{_NAMES[action]}",
            partial(_commitment_payoff, number),
            f"What the government earns by committing to {_NAMES[action]}.",
            unit="payoff",
            claims=("P7",),
        )
        for number, action in enumerate(GOVERNMENT_ACTIONS)
    ),
    *per_side(
        "commitment_payoff",
        _led_payoffs,
        "What the {side} earns under the government's best commitment.",
        unit="payoff",
        claims=("D6",),
    ),
    Measure(
        "welfare",
        _welfare,
        "Sum of both payoffs under the government's best commitment.",
        unit="payoff",
        claims=("M8", "P19"),
    ),
    Measure(
        "commitment_margin",
        _margin,
        "How much better the government's best commitment is than its second best.",
        unit="payoff",
        claims=("P7",),
    ),
    Measure(
        "cooperation_margin",
        _cooperation_margin,
        "How much better committing to cooperate is than the best other commitment.",
        unit="payoff",
        claims=("P7", "P19"),
    ),
)

_SIMULTANEOUS_GAME = game_measures(choices_payoffs, (4, 4))
_SIMULTANEOUS = (
    Measure(
        "equilibrium_count",
        _SIMULTANEOUS_GAME["equilibrium_count"].function,
        "Number of extreme equilibria of the 4x4 game played simultaneously.",
        kind="integer",
        claims=("R13",),
    ),
    Measure(
        "pure_count",
        _SIMULTANEOUS_GAME["pure_count"].function,
        "Number of pure equilibria of the 4x4 game played simultaneously.",
        kind="integer",
        claims=("R13",),
    ),
    Measure(
        "best_welfare",
        _SIMULTANEOUS_GAME["best_welfare"].function,
        "Largest sum of payoffs in an equilibrium of the 4x4 game played simultaneously.",
        unit="payoff",
        claims=("R13",),
    ),
    Measure(
        "degenerate",
        _SIMULTANEOUS_GAME["degenerate"].function,
        "Whether equilibria of the 4x4 game may form connected sets.",
        kind="label",
        labels=("no", "yes"),
        claims=("R13",),
    ),
    Measure(
        "partnership_is_equilibrium",
        _cooperation_is_pure,
        "Whether (cooperate, partner) is a simultaneous equilibrium of the 4x4 game.",
        kind="label",
        labels=NO_YES,
        claims=("P14",),
    ),
    Measure(
        "partnership_discount_exit",
        partial(_discount_against_capture, CELLS.index("SE")),
        "Discount factor from which substitution and exit for ever protect the partnership.",
        unit="per period",
        claims=("P14",),
    ),
    Measure(
        "partnership_discount_capture",
        partial(_discount_against_capture, CELLS.index("KY")),
        "Discount factor from which capture and compliance for ever protect the partnership.",
        unit="per period",
        claims=("P14",),
    ),
)

_DRIFT = (
    Measure(
        "absorption_limit",
        absorption_limit,
        "Absorbed share of technology from which substitution pays more than cooperation.",
        unit="share",
        claims=("R8", "P16"),
    ),
    Measure(
        "substitution_period",
        _substitution_period,
        "First of 40 periods of drift (growth .02) in which the government substitutes.",
        unit="period",
        claims=("R8", "P16"),
    ),
)

CHOICES = by_name(*_COMMITMENT, *_SIMULTANEOUS, *_DRIFT)
