"""The base 2x2 game: cooperate or act alone, its incentives, trust thresholds and basins.

C is to cooperate, D to withhold or act alone; payoffs are normalised so that (D, D) is (0, 0).
The form of every term is ours; the sources give the signs (claims I1 to I7, K1, K2, K4, K8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship.production import produce
from strategic.games import Game
from strategic.modelling import Points

PLAYERS = ("government", "organisation")
BASE_ACTIONS = (("C", "D"), ("C", "D"))
SIDE_KINDS = ("prisoner's dilemma", "deadlock", "stag hunt", "coerced")
RISK_DOMINANT = ("CC", "DD", "tie")


@dataclass(frozen=True)
class Interests:
    """Incentive terms of one side.

    Parameters
    ----------
    gain : ndarray
        Gamma_i, the public-interest gain of joint over separate action.
    reward : ndarray
        R_i, what mutual cooperation is worth over acting alone.
    temptation : ndarray
        b_i, what withholding earns while the other cooperates.
    loss : ndarray
        c_i, what cooperating costs while the other withholds.
    """

    gain: Array
    reward: Array
    temptation: Array
    loss: Array

    @property
    def incentive(self) -> Array:
        """x_i = R_i - b_i: how much better it is to answer cooperation with cooperation."""
        return self.reward - self.temptation


@dataclass(frozen=True)
class Terms:
    """Everything the base game is made of: both sides, and the government's exposure E_G."""

    government: Interests
    organisation: Interests
    exposure: Array

    def sides(self) -> tuple[Interests, Interests]:
        """Return the government's terms, then the organisation's."""
        return self.government, self.organisation


def detection(points: Points) -> Array:
    """Probability m = sqrt(m_i m_e) of detecting a deviation: each supervision needs the other."""
    internal, external = (
        points["relation.internal_supervision"],
        points["relation.external_supervision"],
    )
    return np.asarray(np.sqrt(internal * external))


def competition(points: Points) -> Array:
    """Credit phi (q_O + s/2) the government loses to its partner (the Shapley share; claim K1)."""
    output = points.once(produce)
    credit = output.organisation + output.synergy / 2
    return np.asarray(points["government.performance_competition"] * credit)


def shelter(points: Points) -> Array:
    """Burden lam M_G/(M_G+M_O) + h L_G of answering for a weaker partner (claim K2).

    0/0 reads 0.
    """
    M_G, M_O = points["government.mobilisation"], points["organisation.mobilisation"]
    patronage = points["government.shelter_responsibility"] * ratio(M_G, M_G + M_O)
    return np.asarray(
        patronage + points["relation.incident_risk"] * points["government.incident_loss"]
    )


def challenge(points: Points) -> Array:
    """Threat Z = z chi of an independent partner in a sensitive field (claims K4, I7)."""
    return np.asarray(points["relation.sensitivity"] * points["organisation.challenge_capacity"])


def ratio(part: Array, whole: Array) -> Array:
    """Divide, reading 0/0 as 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole == 0, 0.0, part / whole)


def interests(points: Points) -> Terms:
    """Compute the terms of the base game.

    Notes
    -----
    With kappa = (1 + alpha)/2 and synergy s,
    ``Gamma_i = w_i (kappa q_J - q_i - alpha q_j)``,
    ``E_G = phi (q_O + s/2) + lam M_G/(M_G+M_O) + Z + om/2 + h L_G`` (the first term weighted with
    ``exposure.cooperate_competition``, the second and last with ``exposure.cooperate_shelter``),
    ``R_G = Gamma_G - p - k_C - E_G``, ``b_G`` the temptation, ``c_G = k_C + zeta_G + u p``,
    ``R_O = Gamma_O + p + ell - k_O - h L_O``, ``b_O = d u p - m F``, ``c_O = k_O + zeta_O``.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> round(float(interests(relationship().points).government.reward), 6)
    -0.007208
    """
    p, advance, risk = (
        points["relation.payment"],
        points["relation.advance"],
        points["relation.incident_risk"],
    )
    gain_G, gain_O = _gains(points)
    exposure = (
        points["exposure.cooperate_competition"] * competition(points)
        + points["exposure.cooperate_shelter"] * shelter(points)
        + challenge(points)
        + points["government.control_preference"] / 2
    )
    cost_C, cost_O = points["government.cost_cooperate"], points["organisation.cost_partner"]
    penalty = detection(points) * points["relation.penalty"]
    government = Interests(
        gain=gain_G,
        reward=gain_G - p - cost_C - exposure,
        temptation=points["government.temptation"],
        loss=cost_C + points["government.rebuff_loss"] + advance * p,
    )
    organisation = Interests(
        gain=gain_O,
        reward=gain_O
        + p
        + points["organisation.legitimacy_gain"]
        - cost_O
        - risk * points["organisation.incident_loss"],
        temptation=points["organisation.diversion"] * advance * p - penalty,
        loss=cost_O + points["organisation.rebuff_loss"],
    )
    return Terms(government, organisation, exposure)


def _gains(points: Points) -> tuple[Array, Array]:
    output, alpha = points.once(produce), points["relation.alignment"]
    q_G, q_O, joint = output.government, output.organisation, (1 + alpha) / 2 * output.joint
    return (
        np.asarray(points["government.public_weight"] * (joint - q_G - alpha * q_O)),
        np.asarray(points["organisation.public_weight"] * (joint - q_O - alpha * q_G)),
    )


def base_game(points: Points, *, normalised: bool = True) -> Game:
    """Build the 2x2 game of cooperating or acting alone.

    Parameters
    ----------
    points : Points
        Parameter values; their shape is the batch.
    normalised : bool
        With (D, D) at (0, 0); otherwise every payoff of player i includes what separate action is
        worth to it, ``w_i (q_i + alpha q_j)``, which changes no equilibrium.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> base_game(relationship().points).row.round(3).tolist()
    [[-0.007, -0.195], [0.04, 0.0]]
    """
    payoffs = base_payoffs(points, normalised=normalised)
    return Game(payoffs, players=PLAYERS, actions=BASE_ACTIONS)


def base_payoffs(points: Points, *, normalised: bool = True) -> tuple[Array, Array]:
    """Compute the payoff matrices of the 2x2 game; NaN or infinite where numbers overflow."""
    government, organisation = points.once(interests).sides()
    alone_G, alone_O = (0.0, 0.0) if normalised else _separate_values(points)
    zero = np.zeros(())
    row = [[government.reward, -government.loss], [government.temptation, zero]]
    column = [[organisation.reward, organisation.temptation], [-organisation.loss, zero]]
    return fill_matrix(points, row, constant=alone_G), fill_matrix(points, column, constant=alone_O)


def _separate_values(points: Points) -> tuple[Array, Array]:
    output, alpha = points.once(produce), points["relation.alignment"]
    q_G, q_O = output.government, output.organisation
    return (
        np.asarray(points["government.public_weight"] * (q_G + alpha * q_O)),
        np.asarray(points["organisation.public_weight"] * (q_O + alpha * q_G)),
    )


def fill_matrix(
    points: Points, entries: Sequence[Sequence[ArrayLike]], *, constant: ArrayLike = 0.0
) -> Array:
    """Put one payoff a cell, each broadcastable to the point's shape, into one array of games.

    Every cell lies contiguous in memory, which is how it is computed and how it is solved.
    """
    cells = np.empty((len(entries), len(entries[0]), *points.shape))
    for i, row in enumerate(entries):
        for j, entry in enumerate(row):
            cells[i, j] = np.asarray(entry) + constant
    return np.moveaxis(cells, (0, 1), (-2, -1))


def threshold_log_odds(side: Interests, /) -> Array:
    """Log-odds of the belief from which a side cooperates.

    Parameters
    ----------
    side : Interests
        Terms x_i (incentive) and c_i (loss).

    Returns
    -------
    ndarray
        ``log(c_i/x_i)``; ``-inf`` where c_i = 0 and x_i >= 0; ``+inf`` where no belief suffices.

    Notes
    -----
    A side cooperates iff ``belief x_i >= (1 - belief) c_i``, on ties it does.

    Examples
    --------
    >>> side = Interests(*map(np.asarray, (0.0, 1.0, 0.5, 0.5)))
    >>> float(threshold_log_odds(side))
    0.0
    """
    x, c = np.broadcast_arrays(side.incentive, side.loss)
    with np.errstate(divide="ignore", invalid="ignore"):
        finite = np.log(c) - np.log(x)
    never = np.where((c == 0) & (x >= 0), -np.inf, np.inf)
    return np.where((x > 0) & (c > 0), finite, never)


def threshold_belief(side: Interests, /) -> Array:
    """Belief from which a side cooperates: ``c/(x+c)``, and 0 or 1 ("never") at the limits.

    Examples
    --------
    >>> side = Interests(*map(np.asarray, (0.0, 0.0, 0.5, 0.5)))
    >>> float(threshold_belief(side))
    1.0
    """
    x, c = np.broadcast_arrays(side.incentive, side.loss)
    with np.errstate(divide="ignore", invalid="ignore"):
        interior = c / (x + c)
    never = np.where((c == 0) & (x >= 0), 0.0, 1.0)
    return np.where((x > 0) & (c > 0), interior, never)


def side_kind(side: Interests, /) -> Array:
    """Which game each side plays: position in `SIDE_KINDS`, -1 where a number is undefined.

    Notes
    -----
    ``R < b``: a prisoner's dilemma if R > 0, else deadlock.
    ``R >= b``: a stag hunt if R > 0, else coerced (cooperation is self-enforcing, yet no better
    than acting alone).
    """
    worthwhile = side.reward > 0
    kind = np.where(
        side.reward < side.temptation, np.where(worthwhile, 0, 1), np.where(worthwhile, 2, 3)
    )
    return np.where(np.isnan(side.incentive), -1, kind)


def risk_dominant(points: Points) -> Array:
    """Which of two strict equilibria is risk-dominant: position in `RISK_DOMINANT`, else -1.

    Notes
    -----
    Harsanyi and Selten (1988): CC iff ``x_G, x_O > 0`` and ``x_G x_O > c_G c_O``.
    Undefined where CC is not a strict equilibrium.
    """
    government, organisation = points.once(interests).sides()
    with np.errstate(over="ignore"):
        gain = government.incentive * organisation.incentive
        loss = government.loss * organisation.loss
    both = (government.incentive > 0) & (organisation.incentive > 0)
    return np.where(both, np.where(gain > loss, 0, np.where(gain < loss, 1, 2)), -1)


def cooperation_is_equilibrium(points: Points) -> Array:
    """Whether (C, C) is an equilibrium of the base game (weakly)."""
    government, organisation = points.once(interests).sides()
    return np.asarray((government.incentive >= 0) & (organisation.incentive >= 0))
