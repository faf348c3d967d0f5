"""Repeated games in which players may also pay each other: what liquidity sustains.

A profile's liquidity need is the sum of both players' gains from deviating. Payments settle the
split, so joint payoff and the two punishment payoffs are all that matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.games.game import Game
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.payoff_sets._stage_game import stage_game
from strategic.status import Status

ROUNDING = 1e-13
"""Slack in an incentive, as a share of the two payoff ranges."""


@in_one_line
@dataclass(frozen=True, eq=False)
class TransferSets(Cited):
    """Equilibrium payoffs with transfers, one row per discount factor.

    Parameters
    ----------
    discount : array, (k,)
        Common discount factors.
    joint_payoff : array, (k,)
        Largest sum of payoffs an equilibrium reaches.
    threat : array, (k, 2)
        Worst equilibrium payoff of each player.
    status : int array of Status, (k,)
        OK, NO_EQUILIBRIUM (no pure one) or INVALID.

    Notes
    -----
    The set is the triangle of all payoffs of at least the threat whose sum is at most
    ``joint_payoff``: payments move along its outer side, money burnt reaches its inside.

    Examples
    --------
    >>> transfer_sets([[3, 0], [5, 1]], [[3, 5], [0, 1]], discount=[0.2, 0.6])
    <TransferSets: discount [0.2 0.6], joint_payoff [2 6], threat 1 (2x2), status ok 2>
    """

    made_by = ("transfer_sets",)

    discount: Array
    joint_payoff: Array
    threat: Array
    status: Array

    @property
    def vertices(self) -> Array:
        """Corners of the triangles, (k, 3, 2); all alike where the set is a point."""
        spare = (self.joint_payoff - self.threat.sum(axis=-1))[:, None]
        corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        return np.asarray(self.threat[:, None, :] + spare[..., None] * corners)


def transfer_thresholds(row: ArrayLike, column: ArrayLike) -> Array:
    """Find the discount factor from which each action profile can be played for ever.

    Parameters
    ----------
    row, column : array_like, ``(*batch, m, n)``
        Stage-game payoffs of the two players.

    Returns
    -------
    array, ``(*batch, m, n)``
        ``L/(L + G(a) - c_1(a1) - c_2(a2))``, smallest over pure punishment profiles a1 and a2: G
        the joint payoff, ``c_i`` the best-reply payoff, L the largest of the three profiles' sums
        of gains ``c_1 - u_1 + c_2 - u_2``; inf where no discount factor below 1 is enough.

    Notes
    -----
    For cooperation in a prisoner's dilemma it is ``G/(G + J)``, the sum of gains over itself plus
    joint dependence.

    References
    ----------
    Goldlücke, S. and Kranz, S. (2012). Infinitely repeated games with public monitoring and
    monetary transfers. Journal of Economic Theory 147, 1191-1221.

    Examples
    --------
    >>> transfer_thresholds([[3, 0], [5, 1]], [[3, 5], [0, 1]])[0, 0].round(6)
    np.float64(0.5)
    """
    game = Game.from_payoffs(row, column)
    levels = _levels(game)
    need, joint = levels.need[..., :, None], levels.joint[..., :, None]
    liquidity, spare = levels.need[..., None, :], joint - levels.punished[..., None, :]
    rounding = levels.rounding[..., None, None]
    # The profile itself (second last axis) is paid for by the liquidity of another (last axis),
    # whose punishments are the lowest that it can pay for: delta >= L/(L + G - c_1 - c_2).
    with np.errstate(all="ignore"):
        threshold = liquidity / (liquidity + spare)
    threshold = np.where(liquidity <= rounding, 0.0, np.where(spare > 0, threshold, np.inf))
    threshold = np.where(liquidity >= need - rounding, threshold, np.inf).min(axis=-1)
    return np.asarray(threshold.reshape(game.batch_shape + game.shape))


def transfer_sets(
    row: ArrayLike | Game, column: ArrayLike | None = None, *, discount: ArrayLike
) -> TransferSets:
    """Find the equilibrium payoffs with transfers at several discount factors.

    Parameters
    ----------
    row, column : array_like, (m, n)
        Stage-game payoffs of the two players; or one Game.
    discount : array_like, (k,)
        Common discount factors in [0, 1).

    Returns
    -------
    TransferSets

    Notes
    -----
    Pure action profiles. A liquidity L is sustainable iff ``(1 - delta) L`` is at most delta times
    the joint payoff less both punishments that L pays for; the largest one is the best.

    References
    ----------
    Goldlücke, S. and Kranz, S. (2012). Infinitely repeated games with public monitoring and
    monetary transfers. Journal of Economic Theory 147, 1191-1221.

    Examples
    --------
    >>> sets = transfer_sets([[3, 0], [5, 1]], [[3, 5], [0, 1]], discount=[0.2, 0.6])
    >>> sets.joint_payoff.tolist(), sets.vertices[1].tolist()
    ([2.0, 6.0], [[1.0, 1.0], [5.0, 1.0], [1.0, 5.0]])
    """
    levels = _levels(stage_game(row, column))
    delta = np.atleast_1d(np.asarray(discount, dtype=np.float64))[:, None]
    inside = (delta >= 0) & (delta < 1)
    # Only the needs of profiles matter as levels of liquidity: between two of them nothing more
    # becomes playable. More liquidity buys a better joint payoff and harsher punishments.
    promised = delta * (levels.best - levels.punished)
    sustainable = inside & ((1 - delta) * levels.need <= promised + levels.rounding)
    liquidity = np.where(sustainable, levels.need, -np.inf)
    chosen = liquidity.argmax(axis=-1)
    found = sustainable.any(axis=-1)
    threat = np.stack([levels.first_punished[chosen], levels.second_punished[chosen]], axis=-1)
    status = np.where(found, Status.OK, Status.NO_EQUILIBRIUM)
    return TransferSets(
        discount=delta[:, 0],
        joint_payoff=np.where(found, levels.best[chosen], np.nan),
        threat=np.where(found[:, None], threat, np.nan),
        status=np.where(inside[:, 0], status, Status.INVALID),
    )


@dataclass(frozen=True)
class _Levels:
    """Per profile: its joint payoff and need, and what a liquidity of that need pays for.

    Liquidity is what the future is worth as collateral: a profile needs the sum of both gains from
    deviating, c_1 - u_1 + c_2 - u_2, because payments can move the whole of it to whoever is
    tempted (Goldluecke and Kranz 2012). The last axis numbers the profiles.
    """

    joint: Array
    need: Array
    best: Array
    first_punished: Array
    second_punished: Array
    rounding: Array

    @property
    def punished(self) -> Array:
        return self.first_punished + self.second_punished


def _levels(game: Game) -> _Levels:
    row, column, best_row, best_column = (
        np.broadcast_to(values, game.row.shape).reshape((*game.batch_shape, -1))
        for values in (
            *game.payoffs,
            game.row.max(axis=-2, keepdims=True),
            game.column.max(axis=-1, keepdims=True),
        )
    )
    need = best_row - row + best_column - column
    rounding = ROUNDING * (np.ptp(row, axis=-1) + np.ptp(column, axis=-1))
    paid = need[..., None, :] <= need[..., :, None] + rounding[..., None, None]
    return _Levels(
        joint=row + column,
        need=need,
        best=np.where(paid, (row + column)[..., None, :], -np.inf).max(axis=-1),
        first_punished=np.where(paid, best_row[..., None, :], np.inf).min(axis=-1),
        second_punished=np.where(paid, best_column[..., None, :], np.inf).min(axis=-1),
        rounding=rounding,
    )
