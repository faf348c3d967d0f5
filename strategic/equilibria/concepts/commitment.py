"""Play in which the first player commits and the second observes and replies (Stackelberg)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.equilibria._mixture_program import mixture_program
from strategic.equilibria._two_players import check_two_players
from strategic.equilibria.listing import mixture_text, payoff_line
from strategic.equilibria.method import Method
from strategic.equilibria.pivoting.zero_sum import ZeroSum
from strategic.equilibria.solution import Solution, game_columns
from strategic.errors import GameError
from strategic.games.game import Game
from strategic.status import Status

INTERIOR = 1e-9
"""Smallest lead over other replies, as a share of the payoff range, that gives room to move."""


@dataclass(frozen=True, eq=False)
class PureCommitment:
    """The leader's best pure commitment in every game of a batch.

    Parameters
    ----------
    leader, follower : array of int, ``(*batch,)``
        Actions played.
    replies : array of int, ``(*batch, m)``
        The follower's reply to each action of the leader.
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
    """Solve play in which the row player commits to a pure action and the column player replies.

    Parameters
    ----------
    leader, follower : array_like, ``(*batch, m, n)``
        Payoffs of the row player (who leads) and the column player.
    strong : bool
        Whether the follower breaks ties in the leader's favour (strong Stackelberg).
        Otherwise, and where the leader is indifferent too, ties go to the first action.

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
    best = V.max(axis=-1, keepdims=True) == V  # argmax takes the first of several ties
    replies = np.where(best, U, -np.inf).argmax(axis=-1) if strong else best.argmax(axis=-1)
    earned = [np.take_along_axis(side, replies[..., None], axis=-1)[..., 0] for side in (U, V)]
    action = earned[0].argmax(axis=-1)
    follower_action, *payoffs = (
        np.take_along_axis(side, action[..., None], axis=-1)[..., 0] for side in (replies, *earned)
    )
    defined = np.isfinite(U).all(axis=(-2, -1)) & np.isfinite(V).all(axis=(-2, -1))
    return PureCommitment(
        leader=np.where(defined, action, -1),
        follower=np.where(defined, follower_action, -1),
        replies=np.where(defined[..., None], replies, -1),
        payoffs=np.where(defined[..., None], np.stack(payoffs, axis=-1), np.nan),
    )


@dataclass(frozen=True, eq=False, repr=False)
class StackelbergEquilibria(Solution):
    """The leader's best mixed and best pure commitment in every game of a batch.

    Parameters
    ----------
    games : Game
        What was solved; the first player leads.
    leader : array ``(*batch, m)``
        The mixture committed to; in the pessimistic case the limit of mixtures that earn ever
        closer to ``payoffs``.
    reply : array of int ``(*batch,)``
        The follower's action.
    payoffs : array ``(*batch, 2)``
        What the leader earns (at least, in the limit, if pessimistic) and the follower.
    pure : PureCommitment
        The same for commitment to a pure action.
    pessimistic : bool
        Whether the follower breaks ties against the leader.
    status : array of int8 ``(*batch,)``
        ``ok``, or ``not_finished`` where a linear program gave up.
    """

    games: Game
    leader: Array
    reply: Array
    payoffs: Array
    pure: PureCommitment
    pessimistic: bool
    status: Array
    method: str = "commitment"

    def columns(self) -> dict[str, Any]:
        """One row per game."""
        leader = self.leader.reshape(-1, self.leader.shape[-1])
        columns = game_columns(self.status) | {f"leader_{a}": x for a, x in enumerate(leader.T)}
        columns |= {"reply": self.reply.reshape(-1)}
        columns |= {"pure_leader": self.pure.leader.reshape(-1)}
        columns |= {"pure_reply": self.pure.follower.reshape(-1)}
        for kind, payoffs in (("", self.payoffs), ("pure_", self.pure.payoffs)):
            columns[f"{kind}payoff_leader"] = payoffs[..., 0].reshape(-1)
            columns[f"{kind}payoff_follower"] = payoffs[..., 1].reshape(-1)
        return columns

    def details(self) -> dict[str, Any]:
        """Describe both commitments in a single game."""
        leading, replying = self.games.actions
        return {
            "ties": "against" if self.pessimistic else "for",
            "mixed": {
                "leader": self.leader.tolist(),
                "reply": replying[int(self.reply)],
                "payoffs": self.payoffs.tolist(),
            },
            "pure": {
                "leader": leading[int(self.pure.leader)],
                "reply": replying[int(self.pure.follower)],
                "payoffs": self.pure.payoffs.tolist(),
            },
        }

    def lines(self) -> list[str]:
        """Say who commits to what in a single game."""
        found, (leader, follower) = self.details(), self.games.players
        mixed, pure = found["mixed"], found["pure"]
        return [
            f"{leader} commits to {mixture_text(mixed['leader'], self.games.actions[0])}; "
            f"{follower} replies {mixed['reply']}: payoffs {payoff_line(self.games, self.payoffs)}",
            f"to a pure action: {pure['leader']}; {follower} replies {pure['reply']}: "
            f"payoffs {payoff_line(self.games, self.pure.payoffs)}",
            f"Where {follower} is indifferent, it decides {found['ties']} {leader}.",
        ]


@dataclass(frozen=True)
class Commitment(Method):
    """Play in which the row player commits to a mixed strategy and the column player replies.

    Parameters
    ----------
    pessimistic : bool, default False
        Whether the follower breaks ties against the leader (weak Stackelberg) instead of in the
        leader's favour (strong Stackelberg).

    Notes
    -----
    Optimistic: for each action ``j`` of the follower, maximise what the leader earns over the
    mixtures to which ``j`` is a best reply, one linear program each; the best of these.
    Pessimistic: the leader can only count on replies whose region of mixtures has an interior;
    against ``j`` and the replies that pay the follower exactly the same everywhere, she is sure
    of the least, so the program maximises that least (von Stengel and Zamir 2010). The
    value is a supremum that mixtures approach, and equals the optimistic value in generic games.
    2x2 games are solved in closed form, in bulk; others at ``n`` programs per game.

    References
    ----------
    Conitzer, V. and Sandholm, T. (2006). Computing the optimal strategy to commit to. EC.
    von Stengel, B. and Zamir, S. (2010). Leadership games with convex strategy sets. Games and
    Economic Behavior 69.

    Examples
    --------
    >>> found = Commitment().solve(Game.of([[2, 4], [1, 3]], [[1, 0], [0, 1]]))
    >>> found.leader, int(found.reply), found.payoffs
    (array([0.5, 0.5]), 1, array([3.5, 0.5]))
    """

    pessimistic: bool = False

    def solve(self, games: Game, *, workers: int | None = None) -> StackelbergEquilibria:
        """Solve one game or a batch; see the class."""
        check_two_players(games, "commitment")
        batch, (m, n) = games.batch_shape, games.shape
        U, V = games.row.reshape(-1, m, n), games.column.reshape(-1, m, n)
        if (m, n) == (2, 2):
            x, reply, status = _two_by_two(U, V, self.pessimistic)
        else:
            parts = map_blocks(
                lambda p: _by_programs(U[p], V[p], self.pessimistic),
                len(U),
                size=64,
                workers=workers,
            )
            nothing = (np.zeros((0, m)), np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int8))
            x, reply, status = (np.concatenate(s) for s in zip(*parts, nothing, strict=True))
        numbers = np.arange(len(U))
        payoffs = np.stack([(x * t[numbers, :, reply]).sum(axis=1) for t in (U, V)], axis=1)
        return StackelbergEquilibria(
            games=games,
            leader=x.reshape(*batch, m),
            reply=reply.reshape(batch),
            payoffs=payoffs.reshape(*batch, 2),
            pure=pure_commitment(*games.payoffs, strong=not self.pessimistic),
            pessimistic=self.pessimistic,
            status=status.reshape(batch),
        )


def _two_by_two(U: Array, V: Array, pessimistic: bool) -> tuple[Array, Array, Array]:
    """Try the ends and the follower's indifference point: there are no other candidates."""
    # What the leader earns is linear in p where the reply is constant, and the reply changes
    # only at the follower's indifference point: the best p is an end of one of these intervals.
    at_bottom, at_top = V[:, 1, 0] - V[:, 1, 1], V[:, 0, 0] - V[:, 0, 1]
    crossing = np.sign(at_bottom) * np.sign(at_top) < 0
    tie = np.where(crossing, at_bottom / np.where(crossing, at_bottom - at_top, 1.0), 0.0)
    lead = np.where(crossing, 0.0, at_bottom)
    candidates = ((np.zeros_like(tie), at_bottom), (np.ones_like(tie), at_top), (tie, lead))
    best, x = np.full(len(U), -np.inf), np.zeros(len(U))
    reply = np.zeros(len(U), dtype=np.intp)
    for p, preference in candidates:
        for action, sign in ((0, 1.0), (1, -1.0)):
            earned = p * U[:, 0, action] + (1.0 - p) * U[:, 1, action]
            allowed = sign * preference >= 0.0
            if pessimistic:  # an action never strictly preferred cannot be counted on
                allowed &= (sign * at_bottom > 0.0) | (sign * at_top > 0.0)
            better = allowed & (earned > best)
            best, x = np.where(better, earned, best), np.where(better, p, x)
            reply = np.where(better, action, reply)
    indifferent = np.flatnonzero((at_bottom == 0.0) & (at_top == 0.0))
    if pessimistic and indifferent.size:
        # A follower who never cares and always hurts plays the leader's zero-sum game.
        hurt = Game(payoffs=(U[indifferent], -U[indifferent]))
        x[indifferent] = ZeroSum().solve(hurt, workers=1).row[:, 0]
        mixed = x[:, None] * U[:, 0] + (1.0 - x[:, None]) * U[:, 1]
        reply[indifferent] = mixed[indifferent].argmin(axis=1)
    return np.stack([x, 1.0 - x], axis=1), reply, np.full(len(U), Status.OK, dtype=np.int8)


def _by_programs(U: Array, V: Array, pessimistic: bool) -> tuple[Array, Array, Array]:
    """Solve a few games, each by one linear program per reply of the follower."""
    found = []
    for own, theirs in zip(U, V, strict=True):
        low, scale = float(own.min()), max(float(np.ptp(own)), 1e-300)
        best: tuple[float, Array, int] = (-np.inf, np.full(len(own), np.nan), -1)
        for action in range(own.shape[1]):
            losses = ((theirs - theirs[:, [action]]) / max(float(np.ptp(theirs)), 1e-300)).T
            alike = np.array([action])
            if pessimistic:
                same = (theirs[:, [action]] == theirs).all(axis=0)
                alike, others = np.flatnonzero(same), losses[~same]
                # A reply that is best only on the edge of a region can never be counted on.
                lead = np.hstack([others, np.ones((len(others), 1))])
                if len(others) and not _largest(lead, (None, 1))[1] > INTERIOR:
                    continue
            # The reply is a best one, and the leader earns at least the value against each of
            # those that are the same to the follower.
            obeyed = np.hstack([losses, np.zeros((len(losses), 1))])
            sure = np.hstack([-((own[:, alike] - low) / scale).T, np.ones((len(alike), 1))])
            x, share = _largest(np.vstack([obeyed, sure]), (0, None))
            if share * scale + low > best[0] + INTERIOR * scale:
                worst = int(np.argmin([x @ own[:, reply] for reply in alike]))
                best = share * scale + low, x, int(alike[worst])
        found.append((*best[1:], Status.OK if best[2] >= 0 else Status.NOT_FINISHED))
    mixtures, replies, status = zip(*found, strict=True)
    return np.array(mixtures), np.array(replies), np.array(status, dtype=np.int8)


def _largest(rows: Array, bounds: tuple[int | None, int | None]) -> tuple[Array, float]:
    """Mixture ``x`` and largest number ``v`` with ``rows @ (x, v) <= 0``."""
    m = rows.shape[1] - 1
    solved = mixture_program(np.append(np.zeros(m), -1.0), rows, last=bounds, method="highs")
    if not solved.success:
        return np.full(m, np.nan), -np.inf
    x = np.maximum(solved.x[:m], 0.0)
    return x / x.sum(), float(solved.x[m])
