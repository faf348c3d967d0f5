"""Play in which the first player commits and the second answers (Stackelberg)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError


@dataclass(frozen=True, eq=False)
class PureCommitment:
    """The leader's best pure commitment in every game of a batch.

    Parameters
    ----------
    leader, follower : array of int, ``(*batch,)``
        Actions played.
    replies : array of int, ``(*batch, m)``
        What the follower answers to each action of the leader.
    payoffs : array, ``(*batch, 2)``
        What both earn.
    """

    leader: Array
    follower: Array
    replies: Array
    payoffs: Array


def pure_commitment(
    leader: ArrayLike, follower: ArrayLike, /, *, strong: bool = False
) -> PureCommitment:
    """Solve play in which the row player commits to a pure action and the column player answers.

    Parameters
    ----------
    leader, follower : array_like, ``(*batch, m, n)``
        Payoffs of the row player (who leads) and the column player.
    strong : bool
        Whether the follower breaks its ties in the leader's favour (strong Stackelberg).
        Otherwise, and where the leader does not care either, ties go to the first action.

    Returns
    -------
    PureCommitment
        Actions, replies and payoffs; the leader's ties go to its first action.
        Actions are -1 and payoffs NaN where a payoff is not finite.

    Raises
    ------
    GameError
        When the arrays are not payoffs of one shape.

    Notes
    -----
    This is the subgame-perfect equilibrium of the game in which the follower sees the leader's
    pure action; in generic games the leader earns at least its best pure simultaneous payoff.

    References
    ----------
    von Stengel and Zamir (2010), Leadership games with convex strategy sets.

    Examples
    --------
    >>> found = pure_commitment([[2, 4], [1, 3]], [[1, 0], [0, 1]])
    >>> int(found.leader), int(found.follower), found.replies.tolist(), found.payoffs.tolist()
    (1, 1, [0, 1], [3.0, 1.0])
    """
    U, V = np.asarray(leader, dtype=float), np.asarray(follower, dtype=float)
    if U.ndim < 2 or U.shape != V.shape:
        raise GameError(
            f"must have the leader's shape {U.shape}, at least two axes",
            where="follower",
            value=V.shape,
        )
    best = V.max(axis=-1, keepdims=True) == V
    replies = np.where(best, U, -np.inf).argmax(axis=-1) if strong else best.argmax(axis=-1)
    answered = np.take_along_axis(U, replies[..., None], axis=-1)[..., 0]
    action = answered.argmax(axis=-1)
    follower_action = np.take_along_axis(replies, action[..., None], axis=-1)[..., 0]
    earned = np.take_along_axis(V, replies[..., None], axis=-1)[..., 0]
    payoffs = np.stack(
        [
            np.take_along_axis(side, action[..., None], axis=-1)[..., 0]
            for side in (answered, earned)
        ],
        axis=-1,
    )
    defined = np.isfinite(U).all(axis=(-2, -1)) & np.isfinite(V).all(axis=(-2, -1))
    if not defined.all():
        action, follower_action = (
            np.where(defined, action, -1),
            np.where(defined, follower_action, -1),
        )
        replies = np.where(defined[..., None], replies, -1)
        payoffs = np.where(defined[..., None], payoffs, np.nan)
    return PureCommitment(action, follower_action, replies, payoffs)
