"""The base 2x2 game: cooperate (C) or act alone (D), its terms, trust thresholds and dominance.

Payoffs are normalised so that (D, D) is (0, 0).  The rows of the government and the columns of the
organisation are ``U_G = [[R_G, -c_G], [b_G, 0]]`` and ``U_O = [[R_O, b_O], [-c_O, 0]]``.
The form of every term is ours; the sources give the signs (claims I1 to I7, K1, K2, K4, K8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship._as_written import rounding, settle, square_root
from strategic.families.relationship._organisations import managing_cost, partner_effort
from strategic.families.relationship._production import produce
from strategic.families.relationship._sides import SIDES, both, of_both
from strategic.games import Game
from strategic.modelling import Points

BASE_ACTIONS = (("C", "D"), ("C", "D"))
SITUATIONS = ("prisoner's dilemma", "deadlock", "stag hunt", "coerced")
RISK_DOMINANT = ("CC", "DD", "tie")


@dataclass(frozen=True)
class BaseTerms:
    """The terms of the base game, both sides on the first axis: ``(2, *points)``.

    Parameters
    ----------
    gain : ndarray
        Gamma_i, the public-interest gain of joint over separate action.
    reward : ndarray
        R_i, the value of mutual cooperation over acting alone.
    temptation : ndarray
        b_i, what withholding earns while the other cooperates.
    loss : ndarray
        c_i, what cooperating costs while the other withholds.

    Examples
    --------
    >>> terms = BaseTerms(*map(np.asarray, (0.4, 0.3, 0.1, 0.2)))
    >>> round(float(terms.incentive), 3)
    0.2
    """

    gain: Array
    reward: Array
    temptation: Array
    loss: Array

    @property
    def incentive(self) -> Array:
        """x_i = R_i - b_i: how much better it is to answer cooperation with cooperation."""
        return np.asarray(self.reward - self.temptation)

    def led_by(self, other: BaseTerms) -> BaseTerms:
        """Take the government's terms from others, the organisation's from these."""
        names = ("gain", "reward", "temptation", "loss")
        pairs = ((getattr(other, name), getattr(self, name)) for name in names)
        return BaseTerms(
            *(
                np.stack(np.broadcast_arrays(of_other[0, ...], of_self[1, ...]))
                for of_other, of_self in pairs
            )
        )

    def sides(self) -> tuple[BaseTerms, BaseTerms]:
        """Return the terms of each side alone, government first, for formulas that name a side."""
        terms = (self.gain, self.reward, self.temptation, self.loss)
        return BaseTerms(*(term[0, ...] for term in terms)), BaseTerms(
            *(term[1, ...] for term in terms)
        )


def detection(points: Points) -> Array:
    """Probability m = sqrt(m_i m_e) of detecting a deviation.

    The geometric mean is 0 unless both are at work: internal supervision helps only together with
    external supervision (claims M9 and M10, proposition P17).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> detection(relationship({"relation.internal_supervision": [0.0, 0.5]}).points).tolist()
    [0.0, 0.5]
    """
    internal = points["relation.internal_supervision"]
    return square_root(internal * points["relation.external_supervision"])


def competition(points: Points) -> Array:
    """Credit phi (q_O + s/2) that the government loses to its partner (claim K1).

    ``q_O + s/2`` is the organisation's Shapley share of joint output.
    """
    output = points.once(produce)
    credit = output.organisation + output.synergy / 2  # linear in s: P1' taxes synergy by phi/2
    return np.asarray(points["government.performance_competition"] * credit)


def shelter(points: Points) -> Array:
    """Burden lam M_G/(M_G+M_O) + h L_G of answering for a weaker partner (claim K2).

    0/0 reads 0: where neither can mobilise anything, nobody shelters anybody.
    """
    M_G, M_O = points["government.mobilisation"], points["organisation.mobilisation"]
    # Who mobilises more of the partnership is held to answer for it.
    patronage = points["government.shelter_responsibility"] * ratio(M_G, M_G + M_O)
    return np.asarray(
        patronage + points["relation.incident_risk"] * points["government.incident_loss"]
    )


def challenge(points: Points) -> Array:
    """Threat Z = z chi of an independent partner in a sensitive field (claims K4, I7)."""
    return np.asarray(points["relation.sensitivity"] * points["organisation.challenge_capacity"])


def exposure(points: Points) -> Array:
    """All political risks E_G of the government in partnership (claims K1, K2, K4, M8).

    ``E_G = phi (q_O + s/2) + lam M_G/(M_G+M_O) + h L_G + Z + om/2``, the first term weighted with
    ``exposure.cooperate_competition``, the next two with ``exposure.cooperate_shelter``.
    """
    return np.asarray(
        points["exposure.cooperate_competition"] * competition(points)
        + points["exposure.cooperate_shelter"] * shelter(points)
        + challenge(points)
        + points["government.control_preference"] / 2
    )


def ratio(part: Array, whole: Array) -> Array:
    """Divide, reading 0/0 as 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole == 0, 0, part / whole)


def base_terms(points: Points) -> BaseTerms:
    """Compute the terms of the base game.

    Notes
    -----
    With kappa = (1 + alpha)/2, ``Gamma_i = w_i (kappa q_J - q_i - alpha q_j)``: joint output is
    steered half towards each target and counts kappa for both, while the other's separate output
    counts alpha (Lemma 2).

    ===========  ==============================  =========================================
    ..           government                      organisation
    ===========  ==============================  =========================================
    reward       ``Gamma_G - p - k_C(n) - E_G``  ``Gamma_O + p + ell - k_O - h L_O - f(n)``
    temptation   ``b_G``                         ``d u p - m F``
    loss         ``k_C(n) + zeta_G + u p``       ``k_O + zeta_O``
    ===========  ==============================  =========================================

    Among n organisations managing costs the government ``k_C(n) = k_C + k_1 (n-1)``, and being the
    partner costs the effort ``f(n) = e (n-1) W/n^2`` (`managing_cost`, `partner_effort`).  A
    government that withholds holds no contest, and an organisation that withholds enters none.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> base_terms(relationship().points).reward.round(6).tolist()
    [-0.007208, 0.439458]
    """
    terms = _terms(points)
    if points.dtype == object:
        return terms
    smallest = np.minimum(np.abs(terms.incentive), np.abs(terms.reward)).min(axis=0)
    # The signs of R_i and of R_i - b_i are all that rounding could get wrong.
    doubtful = smallest <= 2 * rounding(points)
    if doubtful.any():
        signed = np.stack([terms.reward, terms.temptation, np.zeros_like(terms.reward)])
        settle(points, doubtful, _signed_terms, signed[:, 0], signed[:, 1])
        terms = replace(terms, reward=signed[0], temptation=signed[1])
    return terms


def _signed_terms(points: Points) -> Iterator[Array]:
    """R_i, b_i and 0, one table per side: what is compared."""
    for side in _terms(points).sides():
        yield np.stack([side.reward, side.temptation, 0 * side.reward])


def _terms(points: Points) -> BaseTerms:
    """Compute the terms as they stand, in doubles or in decimals."""
    output, alpha = points.once(produce), points["relation.alignment"]
    w_G, w_O = points["government.public_weight"], points["organisation.public_weight"]
    q_G, q_O, joint = output.government, output.organisation, (1 + alpha) / 2 * output.joint
    gain_G, gain_O = w_G * (joint - q_G - alpha * q_O), w_O * (joint - q_O - alpha * q_G)
    p, advance = points["relation.payment"], points["relation.advance"]
    cost_C, cost_O = points.once(managing_cost), points["organisation.cost_partner"]
    # What the organisation diverts comes out of the advance; detection m costs it the penalty F.
    diverted = points["organisation.diversion"] * advance * p
    fined = detection(points) * points["relation.penalty"]
    incidents_O = points["relation.incident_risk"] * points["organisation.incident_loss"]
    earned_O = gain_O + p + points["organisation.legitimacy_gain"]
    reward_G = gain_G - p - cost_C - points.once(exposure)
    reward_O = earned_O - cost_O - incidents_O - points.once(partner_effort)
    loss_G = cost_C + points["government.rebuff_loss"] + advance * p
    return BaseTerms(
        gain=both(points, gain_G, gain_O),
        reward=both(points, reward_G, reward_O),
        temptation=both(points, points["government.temptation"], diverted - fined),
        loss=both(points, loss_G, cost_O + points["organisation.rebuff_loss"]),
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
    return Game(payoffs, players=SIDES, actions=BASE_ACTIONS)


def base_payoffs(points: Points, *, normalised: bool = True) -> tuple[Array, Array]:
    """Compute the payoff matrices of the 2x2 game; NaN or infinite where numbers overflow."""
    terms, alone = points.once(base_terms), np.zeros(2)
    if not normalised:  # add what separate action is worth: w_i (q_i + alpha q_j)
        output = points.once(produce)
        apart = both(points, output.government, output.organisation)
        targeted = apart + points["relation.alignment"] * apart[::-1]
        alone = of_both(points, "public_weight") * targeted
    government, organisation = terms.sides()
    zero = np.zeros(())
    row = [[government.reward, -government.loss], [government.temptation, zero]]
    column = [[organisation.reward, organisation.temptation], [-organisation.loss, zero]]
    return matrices(points, row, add=alone[0]), matrices(points, column, add=alone[1])


def matrices(
    points: Points, entries: Sequence[Sequence[ArrayLike]], *, add: ArrayLike = 0
) -> Array:
    """Put one payoff per cell, each broadcastable to all points, into one array of games.

    Every cell is contiguous in memory (the batch axis is last inside), because payoffs are
    computed and games solved cell by cell; the view that is returned has the batch axes first.
    """
    cells = np.empty((len(entries), len(entries[0]), *points.shape), dtype=points.dtype)
    for i, row in enumerate(entries):
        for j, entry in enumerate(row):
            cells[i, j] = np.asarray(entry) + add
    return np.moveaxis(cells, (0, 1), (-2, -1))


def threshold_log_odds(terms: BaseTerms, /) -> Array:
    """Log-odds of the belief from which each side cooperates.

    Parameters
    ----------
    terms : BaseTerms
        Terms x_i (incentive) and c_i (loss), of both sides or of one.

    Returns
    -------
    ndarray
        ``log(c_i/x_i)``; ``-inf`` where c_i = 0 and x_i >= 0; ``+inf`` where no belief suffices.

    Notes
    -----
    A side cooperates iff ``belief x_i >= (1 - belief) c_i``; on ties it does (claim K11).

    Examples
    --------
    >>> even = BaseTerms(*map(np.asarray, (0.0, 1.0, 0.5, 0.5)))
    >>> float(threshold_log_odds(even))
    0.0
    """
    x, c = terms.incentive, terms.loss
    with np.errstate(divide="ignore", invalid="ignore"):
        finite = np.log(c) - np.log(x)  # the quotient c/x could overflow
    # With nothing to lose and no gain from withholding, cooperation is weakly dominant.
    otherwise = np.where((c == 0) & (x >= 0), -np.inf, np.inf)
    return np.where((x > 0) & (c > 0), finite, otherwise)


def threshold_belief(terms: BaseTerms, /) -> Array:
    """Belief from which each side cooperates: ``c/(x+c)``, and 0 or 1 ("never") at the limits.

    Examples
    --------
    >>> hopeless = BaseTerms(*map(np.asarray, (0.0, 0.0, 0.5, 0.5)))
    >>> float(threshold_belief(hopeless))
    1.0
    """
    x, c = terms.incentive, terms.loss
    with np.errstate(divide="ignore", invalid="ignore"):
        interior = c / (x + c)
    otherwise = np.where((c == 0) & (x >= 0), 0.0, 1.0)
    return np.where((x > 0) & (c > 0), interior, otherwise)


def situation(terms: BaseTerms, /) -> Array:
    """Which game each side plays: position in `SITUATIONS`, -1 where a number is undefined.

    Notes
    -----
    ``R < b``: a prisoner's dilemma if R > 0, else deadlock.
    ``R >= b``: a stag hunt if R > 0, else coerced (cooperation is self-enforcing, yet no better
    than acting alone).
    """
    # Comparisons with NaN are false, which would read as a game: undefined points go last.
    worthwhile = terms.reward > 0
    kind = np.where(
        terms.reward < terms.temptation, np.where(worthwhile, 0, 1), np.where(worthwhile, 2, 3)
    )
    return np.where(np.isnan(terms.incentive), -1, kind)


def risk_dominant(points: Points) -> Array:
    """Which of two strict equilibria is risk-dominant: position in `RISK_DOMINANT`, else -1.

    Notes
    -----
    Harsanyi and Selten (1988): CC iff ``x_G, x_O > 0`` and ``x_G x_O > c_G c_O``.
    Undefined where CC is not a strict equilibrium.
    """
    terms = points.once(base_terms)
    # Products of the deviation losses: the equilibrium with the larger one is the safer (P8).  Two
    # that overflow compare as a tie.
    with np.errstate(over="ignore", invalid="ignore"):
        products = np.stack(_products(terms))
        size = np.abs(terms.incentive).sum(axis=0) + np.abs(terms.loss).sum(axis=0)
        doubtful = np.abs(products[0] - products[1]) <= 2 * rounding(points) * size
    if doubtful.any():
        settle(points, doubtful, lambda some: [np.stack(_products(_terms(some)))], products)
    gain, loss = products
    strict = (terms.incentive > 0).all(axis=0)
    return np.where(strict, np.where(gain > loss, 0, np.where(gain < loss, 1, 2)), -1)


def _products(terms: BaseTerms) -> tuple[Array, Array]:
    """x_G x_O and c_G c_O."""
    x, c = terms.incentive, terms.loss
    return np.asarray(x[0] * x[1]), np.asarray(c[0] * c[1])


def cooperation_is_equilibrium(points: Points) -> Array:
    """Whether (C, C) is an equilibrium of the base game (weakly): x_G, x_O >= 0 (P1, P2)."""
    return np.asarray((points.once(base_terms).incentive >= 0).all(axis=0))
