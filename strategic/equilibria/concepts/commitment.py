"""Play in which the first player commits and the second observes and replies (Stackelberg)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import block_slices, map_blocks
from strategic.equilibria._exact_program import (
    ACCURATE,
    UNIT,
    BestMixture,
    GaveUp,
    accurate,
    best_mixture,
    in_whole_numbers,
    nearest_doubles,
    smallest_payoffs,
)
from strategic.equilibria._two_players import check_two_players, exact_tables, with_one_axis
from strategic.equilibria.listing import mixture_text, payoff_line
from strategic.equilibria.method import Method
from strategic.equilibria.solution import Solution, game_columns
from strategic.errors import GameError
from strategic.games.game import Game
from strategic.status import Status

BLOCK = 4096
SHORT = 2.0**20
"""Whole numbers below this have exact products and sums, and their quotients order as they do."""
Ties = Literal["first", "for", "against"]


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
    found = _pure(U, V, "for" if strong else "first")
    defined = np.isfinite(U).all(axis=(-2, -1)) & np.isfinite(V).all(axis=(-2, -1))
    return PureCommitment(
        leader=np.where(defined, found.leader, -1),
        follower=np.where(defined, found.follower, -1),
        replies=np.where(defined[..., None], found.replies, -1),
        payoffs=np.where(defined[..., None], found.payoffs, np.nan),
    )


def _pure(U: Array, V: Array, ties: Ties) -> PureCommitment:
    """Compare payoffs, doubles or fractions, with the follower's ties for or against the leader."""
    best = V.max(axis=-1, keepdims=True) == V  # argmax takes the first of several
    if ties == "for":
        replies = np.where(best, U, -np.inf).argmax(axis=-1)
    else:
        replies = (np.where(best, -U, -np.inf) if ties == "against" else best).argmax(axis=-1)
    earned = [np.take_along_axis(side, replies[..., None], axis=-1)[..., 0] for side in (U, V)]
    action = np.asarray(earned[0].argmax(axis=-1))
    follower, *payoffs = (
        np.take_along_axis(side, action[..., None], axis=-1)[..., 0] for side in (replies, *earned)
    )
    both = np.stack(payoffs, axis=-1)
    shown = nearest_doubles(both) if both.dtype == object else both.astype(float)
    return PureCommitment(action, follower, replies, shown)


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
        ``ok``, or ``not_finished`` where a program is too large for exact arithmetic.
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
    The programs are solved exactly, on the payoffs as written, at ``n`` programs per game; a pure
    commitment is shown where no mixture earns more. 2x2 games are solved in closed form, in bulk,
    wherever error bounds tell the best commitment apart from the others.

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
        flat = with_one_axis(games)
        count = len(flat.row)
        found, doubtful = np.zeros((count, m + 4)), np.ones(count, dtype=bool)
        if (m, n) == (2, 2) and games.exact is None:
            blocks = map_blocks(
                lambda p: _two_by_two(
                    flat.row[p], flat.column[p], flat.rounded[p], self.pessimistic
                ),
                count,
                size=BLOCK,
                workers=workers,
            )
            for part, (rows, sure) in zip(block_slices(count, BLOCK), blocks, strict=True):
                found[part], doubtful[part] = rows, ~sure
        left = np.flatnonzero(doubtful)
        parts = map_blocks(
            lambda part: [
                _by_programs(table[0], table[1], self.pessimistic)
                for table in exact_tables(flat, left[part])
            ],
            len(left),
            size=64,
            workers=workers,
        )
        found[left] = np.array([row for part in parts for row in part]).reshape(-1, m + 4)
        U, V = games.payoffs if games.exact is None else games.fractions()
        return StackelbergEquilibria(
            games=games,
            leader=found[:, :m].reshape(*batch, m),
            reply=found[:, m].astype(np.intp).reshape(batch),
            payoffs=found[:, m + 1 : m + 3].reshape(*batch, 2),
            pure=_pure(U, V, "against" if self.pessimistic else "for"),
            pessimistic=self.pessimistic,
            status=found[:, m + 3].astype(np.int8).reshape(batch),
        )


def _two_by_two(U: Array, V: Array, rounded: Array, pessimistic: bool) -> tuple[Array, Array]:
    """Try the ends and the follower's indifference point: there are no other candidates.

    What the leader earns is linear in the probability of the first row where the reply is
    constant, and the reply changes only where the follower is indifferent, so the best one is an
    end of an interval. Gives the rows of `_by_programs`, and which of them are sure.
    """
    numbers, conversion = np.arange(len(U)), UNIT * rounded
    with np.errstate(all="ignore"):  # what overflows is not sure
        below, above = V[:, 1, 0] - V[:, 1, 1], V[:, 0, 0] - V[:, 0, 1]  # their signs are exact
        crossing = np.sign(below) * np.sign(above) < 0
        weights = np.abs(np.where(crossing, [below, above], [[0.0], [1.0]]))
        # Both shares are quotients of sums without cancellation; the differences of payoffs that
        # doubles round are as wrong as the payoffs.
        sizes = np.abs(V).sum(axis=2).T
        wrong = conversion * np.where(crossing, sizes[::-1] / weights, 0.0).max(axis=0)
        mixed, errors, fine = (
            np.stack(side)
            for side in zip(
                *(_at_indifference(T, weights, 2.0 * wrong, conversion) for T in (U, V)),
                strict=True,
            )
        )
        # Candidates: either reply at the bottom row, at the top row, and where indifferent.
        values = np.concatenate([U[:, 1].T, U[:, 0].T, mixed[0]])
        bounds = np.concatenate([np.zeros((4, len(U))), errors[0]])
        lead = np.where(crossing, 0.0, below)
        preferred = np.array([below, -below, above, -above, lead, -lead]) >= 0.0
        # Between its end and the indifference point a reply earns the leader more towards the row
        # that pays more with it: a comparison of payoffs, so only the replies are left to compare.
        below_is_end = np.array([below > 0, below < 0])
        inwards = crossing & np.where(below_is_end, U[:, 0].T > U[:, 1].T, U[:, 1].T > U[:, 0].T)
        preferred[:2] &= ~(inwards & below_is_end)
        preferred[2:4] &= ~(inwards & ~below_is_end)
        preferred[4:] &= inwards
        if pessimistic:  # an action never strictly preferred cannot be counted on
            somewhere = np.array([(below > 0) | (above > 0), (below < 0) | (above < 0)])
            preferred &= np.tile(somewhere, (3, 1))
        best = np.where(preferred, values, -np.inf).argmax(axis=0)
        unsure = bounds[best, numbers] + bounds
        ahead = (values[best, numbers] - values > unsure) | (unsure == 0.0)
    ahead[best, numbers] = True
    shares = weights / weights.sum(axis=0)
    reply, inner = best % 2, best >= 4
    sure = (ahead | ~preferred).all(axis=0) & preferred.any(axis=0)
    sure &= ~inner | fine[:, reply, numbers].all(axis=0)
    first = np.where(inner, shares[0], (best >= 2).astype(float))
    second = np.where(inner, shares[1], (best < 2).astype(float))
    row = (best < 2).astype(np.intp)
    earned = [
        np.where(inner, at[reply, numbers], T[numbers, row, reply])
        for at, T in zip(mixed, (U, V), strict=True)
    ]
    status = np.full(len(U), Status.OK)
    return np.stack([first, second, reply, *earned, status], axis=1), sure


def _at_indifference(
    payoffs: Array, weights: Array, share_error: Array, conversion: Array
) -> tuple[Array, Array, Array]:
    """Mix two rows: values ``(2, games)`` for each column, error bounds, and which are accurate.

    The bound is zero where values may be compared as they are: quotients of whole numbers over
    one denominator, each rounded once.
    """
    # Differences to one payoff, so that a common level costs no accuracy.
    first, total = smallest_payoffs(payoffs), weights.sum(axis=0)
    apart = payoffs.transpose(1, 2, 0) - first
    parts = weights[:, None] * apart
    values = first + parts.sum(axis=0) / total
    spread = np.abs(parts).sum(axis=0) / total
    # Digits that doubles do not hold must not matter for the mixture either.
    largest = np.abs(payoffs).max(axis=(1, 2))
    unheld = 4.0 * conversion * largest
    errors = (share_error + 16.0 * UNIT) * spread + unheld
    fine = accurate(values, first, errors) & (share_error <= ACCURATE)
    fine &= unheld <= ACCURATE * np.where(apart != 0.0, np.abs(apart), np.inf).min(axis=(0, 1))
    short = (payoffs == np.rint(payoffs)).all(axis=(1, 2)) & (largest < SHORT)
    short &= (weights == np.rint(weights)).all(axis=0) & (weights < SHORT).all(axis=0)
    bounds = errors + UNIT * np.abs(values) + 1e-300
    # Their sums and products are exact, so the quotient is the exact value rounded once.
    once = (weights[:, None] * payoffs.transpose(1, 2, 0)).sum(axis=0) / total
    return np.where(short, once, values), np.where(short, 0.0, bounds), fine | short


def _by_programs(own: Array, theirs: Array, pessimistic: bool) -> Array:
    """Solve one game in fractions by one program per reply of the follower.

    In one row: the leader's mixture, the reply, what both earn, and the status.
    """
    mine, unit = in_whole_numbers(own)
    other, _ = in_whole_numbers(theirs)
    nothing = np.array([*[np.nan] * len(own), -1, np.nan, np.nan, Status.NOT_FINISHED])
    best: BestMixture | None = None
    chosen = np.zeros(0, dtype=np.intp)
    for action in range(own.shape[1]):
        losses = np.asarray((other - other[:, [action]]).T)
        same = np.arange(len(losses)) == action
        try:
            if pessimistic:
                same = (losses == 0).all(axis=1)
                # A reply that is best only on the edge of a region can never be counted on.
                ahead = best_mixture(-losses[~same]) if not same.all() else None
                if same[:action].any() or (ahead is not None and ahead.value <= 0):
                    continue
            # The reply is a best one, and the leader earns at least the value against each of
            # those that are the same to the follower.
            found = best_mixture(mine[:, same].T, losses[~same])
        except GaveUp:
            return nothing
        if found is not None and (best is None or found.value > best.value):
            best, chosen = found, np.flatnonzero(same)
    if best is None:
        return nothing
    mixture, reply = best.mixture, int(chosen[(best.mixture @ mine[:, chosen]).argmin()])
    pure = _pure(mine, other, "against" if pessimistic else "for")
    if mine[pure.leader, pure.follower] >= best.value:
        mixture = np.array([Fraction(int(row == pure.leader)) for row in range(len(own))])
        reply = int(pure.follower)
    earned = [mixture @ mine[:, reply] / unit, mixture @ theirs[:, reply]]
    shown = nearest_doubles(np.array([*mixture, *earned], dtype=object))
    status = Status.OK if np.isfinite(shown).all() else Status.NOT_FINISHED
    return np.array([*shown[: len(own)], reply, *shown[len(own) :], status])
