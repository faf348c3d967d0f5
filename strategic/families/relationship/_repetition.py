"""The relationship played again and again: from the base game to the repeated-game engine.

Cooperation pays R_i, breaking it b_i, being betrayed -c_i, and acting alone 0, so that
the gain from breaking it is g_i = b_i - R_i, the dependence D_i = R_i and the loss l_i = c_i.
Among n interchangeable organisations the government has an outside option: the others replace the
share 1 - 1/n of what cooperation is worth to it, so that it depends on this one with R_G/n (P15).
Incidents come with ``relation.incident_risk``, deviations are detected with m, and each side has
its own discount factor where one is set (claims K5, K8, D7 to D10, Peters iii).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._base_game import (
    BASE_ACTIONS,
    base_terms,
    detection,
    matrices,
)
from strategic.families.relationship._organisations import recontracting_share
from strategic.families.relationship._sides import SIDES, both
from strategic.games import Game
from strategic.modelling import Points
from strategic.repeated.closed_forms.dependence import Dependence, unequal_dependence
from strategic.repeated.closed_forms.enforcement import Enforcement, enforce
from strategic.repeated.closed_forms.game import RepeatedGame, repeated_game
from strategic.repeated.closed_forms.incidents import (
    cooperation_share,
    mean_survival,
    punishment_weight,
    value_of_cooperation,
)
from strategic.repeated.ladder.chain import LadderChain
from strategic.repeated.ladder.equilibria import LadderEquilibria, solve_ladder
from strategic.repeated.ladder.structure import Ladder, trust_ladder
from strategic.status import Status

ROUNDING = 1e-12
"""Share of an incentive that counts as rounding when a punishment is checked."""


@dataclass(frozen=True)
class Repetition:
    """What repetition sustains, per side and for the pair.

    Parameters
    ----------
    sides : Enforcement
        Each side on its own, arrays of shape ``(2, *points)``, government first.
    punishment_length : ndarray
        Shortest punishment with which both sides keep cooperating; NaN where there is none.
    values : ndarray, ``(2, *points)``
        Average payoff of each side under that punishment; NaN where there is none.
    share, mean_survival : ndarray
        Long-run share of time in cooperation, and expected periods to the first incident; 0 where
        cooperation is not enforceable.
    status : ndarray of int
        `Status` of the pair: the worse of the two sides'.
    """

    sides: Enforcement
    punishment_length: Array
    values: Array
    share: Array
    mean_survival: Array
    status: Array

    @property
    def critical_discount(self) -> Array:
        """The pair's binding value: the larger of the two."""
        return np.asarray(self.sides.critical_discount.max(axis=0))

    @property
    def incident_limit(self) -> Array:
        """The pair's binding value: the smaller of the two, R_i fixed at the model's value."""
        return np.asarray(self.sides.incident_limit.min(axis=0))


def discounts(points: Points) -> Array:
    """Return both sides' discount factors: their own where set, else ``relation.discount``."""
    common = points["relation.discount"]
    own = (points[f"{side}.discount"] for side in SIDES)
    # Only what is unset differs from itself, a decimal as well as a double.
    return both(points, *(np.where(value == value, value, common) for value in own))  # noqa: PLR0124


def game_of(points: Points) -> RepeatedGame:
    """Read the repeated game off the base game, sides first.

    Notes
    -----
    P of the government is ``(1-1/n) max(R_G, 0)``: whoever breaks off re-contracts, and where
    cooperation is worth nothing acts alone.  S is ``P - c``, because the loss of cooperating alone
    does not grow with the alternatives.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> game_of(relationship().points).gain.round(6).tolist()
    [0.047208, -0.524458]
    """
    terms = points.once(base_terms)
    outside = points.once(outside_options)
    return repeated_game(
        terms.reward,
        outside - terms.loss,
        terms.temptation,
        outside,
        discount=discounts(points),
        incident_risk=points["relation.incident_risk"],
        detection=detection(points),
    )


def outside_options(points: Points) -> Array:
    """Find what each side has per period once this relationship has ended, ``(2, *points)``.

    Acting alone is 0.  The government re-contracts at ``(1-1/n) R_G`` where R_G is above 0.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.organisations": [1, 4], "relation.diversity_cost": 0.0,
    ...                       "relation.alignment": 0.9})
    >>> outside_options(model.points)[0].round(4).tolist()
    [0.0, 0.029]
    """
    worth = np.maximum(points.once(base_terms).reward[0], 0)
    return both(points, recontracting_share(points) * worth, 0)


def stage_game(points: Points) -> Game:
    """Build the 2x2 game that is repeated: the base game with what ending it is worth (n > 1).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> stage_game(relationship().points).row.round(3).tolist()
    [[-0.007, -0.195], [0.04, 0.0]]
    """
    game = points.once(game_of)
    R, S, T, P = game.reward, game.sucker, game.temptation, game.punishment
    row = matrices(points, [[R[0], S[0]], [T[0], P[0]]])
    column = matrices(points, [[R[1], T[1]], [S[1], P[1]]])
    return Game((row, column), players=SIDES, actions=BASE_ACTIONS)


def repetition(points: Points) -> Repetition:
    """Find what public punishments sustain when the base game is repeated.

    Parameters
    ----------
    points : Points
        Parameter values; arrays are answered at once.

    Returns
    -------
    Repetition
        Per side and for the pair.

    Notes
    -----
    A side with ``R_i >= b_i`` needs no punishment (critical discount 0, incident limit 1); one with
    ``R_i <= 0`` and ``R_i < b_i`` has nothing to lose (inf and 0, status ``no_value``).
    Both sides see the same signal, so the pair uses the longer of the two shortest punishments, and
    the incentive ``(1-delta)(b-R) <= delta (1-h) m (1-delta^N) (V-P)`` of both is checked with it.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "government.temptation": 0.3,
    ...                       "relation.payment": 0.1})
    >>> found = repetition(model.points)
    >>> round(float(found.critical_discount), 4), float(found.punishment_length)
    (0.8702, 13.0)
    """
    game = points.once(game_of)
    h, delta = game.incident_risk, game.discount
    sides = enforce(game)
    length = np.broadcast_to(sides.punishment_length.max(axis=0), delta.shape)
    with np.errstate(invalid="ignore"):
        weight = punishment_weight(delta, length)
        worth = value_of_cooperation(game, length) - game.punishment
        threat = weight * (1 - h) * game.detection * worth
        slack = threat - (1 - delta) * game.gain
        tolerated = ROUNDING * (np.abs(threat) + np.abs(game.gain))
    holds = ((slack >= -tolerated) & ~np.isnan(length)).all(axis=0)
    length = np.where(holds, length[0], np.nan)
    share = cooperation_share(h[0], np.where(holds, length, 0.0))
    return Repetition(
        sides=sides,
        punishment_length=length,
        values=value_of_cooperation(game, length),
        share=np.where(holds, share, 0.0),
        mean_survival=np.where(holds, mean_survival(h[0]), 0.0),
        status=_pair_status(sides.status, holds),
    )


def _pair_status(sides: Array, holds: Array) -> Array:
    self_enforcing = (sides == Status.SELF_ENFORCING).all(axis=0)
    status = np.where(self_enforcing, Status.SELF_ENFORCING, Status.OK)
    status = np.where(holds, status, Status.UNENFORCEABLE)
    for worse in (Status.NO_VALUE, Status.INVALID):
        status = np.where((sides == worse).any(axis=0), worse, status)
    return status


def dependence_of(points: Points) -> Dependence:
    """Find who depends on whom in the repeated game, and what payments would change."""
    return unequal_dependence(points.once(game_of))


def ladder_of(points: Points) -> Ladder:
    """Lay out the trust ladder of every point."""
    game, rungs, crash = points.once(game_of), points["ladder.rungs"], points["ladder.crash"]
    names = ("up", "down", "floor", "shock", "erosion", "shock_rungs")
    return trust_ladder(
        game.dependence,
        game.gain,
        game.loss,
        game.discount,
        incident_risk=points["relation.incident_risk"],
        rungs=rungs,
        crash=np.where(np.isnan(crash), rungs - 1, crash),
        **{name: points[f"ladder.{name}"] for name in names},
    )


def ladder_equilibria(points: Points) -> LadderEquilibria:
    """Find every threshold equilibrium of the trust ladder.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "government.temptation": 0.3,
    ...                       "relation.payment": 0.1})
    >>> ladder_equilibria(model.points).equilibria.tolist()
    [False, False, False, True, True, True]
    """
    return solve_ladder(points.once(ladder_of), workers=1)


def best_chain(points: Points) -> LadderChain:
    """Follow trust in the best ladder equilibrium; nobody cooperates where none is the best."""
    found = points.once(ladder_equilibria)
    cutoff = np.where(found.best < 0, found.rungs, found.best)
    return LadderChain(points.once(ladder_of), cutoff, workers=1)


def unless_never(points: Points, values: Array, never: float) -> Array:
    """Put a value where nobody ever cooperates, NaN where no equilibrium is the best one."""
    found = points.once(ladder_equilibria)
    return np.where(found.best < 0, np.nan, np.where(found.best < found.rungs, values, never))


def ladder_curve(points: Points, periods: int) -> Array:
    """Find the chance that cooperation from full trust has lasted, ``(periods, *points)``.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "government.temptation": 0.3,
    ...                       "relation.payment": 0.1, "relation.incident_risk": 0.05})
    >>> ladder_curve(model.points, 3).round(4).tolist()
    [1.0, 0.95, 0.9025]
    """
    curve = best_chain(points).survival_curve(periods)
    return unless_never(points, np.moveaxis(curve, -1, 0), 0.0)
