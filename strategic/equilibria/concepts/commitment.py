"""Play in which the first player commits and the second observes and replies (Stackelberg)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import block_slices, map_blocks
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._two_players import check_two_players, exact_tables, with_one_axis
from strategic.equilibria.concepts._commitment_programs import best_commitments, exact_commitment
from strategic.equilibria.concepts._two_by_two import two_by_two_commitment
from strategic.equilibria.listing import mixture_text, payoff_line
from strategic.equilibria.method import Method
from strategic.equilibria.programs.written import as_written
from strategic.equilibria.solution import Solution, game_columns
from strategic.errors import GameError
from strategic.games.game import Game
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.status import Status

BLOCK = 4096
PROGRAMS = 32768
"""Programs solved together; there is one per reply."""
LARGEST = 400
"""Profiles up to which games are solved together."""
Ties = Literal["first", "for", "against"]


@in_one_line
@dataclass(frozen=True, eq=False)
class PureCommitment(Cited):
    """The leader's best pure commitment in every game of a batch.

    Parameters
    ----------
    leader, follower : array of int, ``(*batch,)``
        Actions played.
    replies : array of int, ``(*batch, m)``
        The follower's reply to each action of the leader.
    payoffs : array, ``(*batch, 2)``
        What both earn.
    margin : array, ``(*batch)``
        Smallest payoff by which an action of either was chosen over its next best; 0 at a tie.
    """

    made_by = ("pure_commitment",)

    leader: Array
    follower: Array
    replies: Array
    payoffs: Array
    margin: Array


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
    von Stengel, B. and Zamir, S. (2010). Leadership games with convex strategy sets. Games and
    Economic Behavior 69, 446-457.

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
    cells = [np.moveaxis(side, (-2, -1), (0, 1)) for side in (U, V)]
    defined = np.logical_and(*(np.isfinite(side).all(axis=(0, 1)) for side in cells))
    if defined.all():
        return found
    return PureCommitment(
        leader=np.where(defined, found.leader, -1),
        follower=np.where(defined, found.follower, -1),
        replies=np.where(defined[..., None], found.replies, -1),
        payoffs=np.where(defined[..., None], found.payoffs, np.nan),
        margin=np.where(defined, found.margin, np.nan),
    )


def _pure(U: Array, V: Array, ties: Ties) -> PureCommitment:
    """Compare payoffs, doubles or fractions, with the follower's ties for or against the leader."""
    if U.ndim == 2:  # never a bare number below: an integer of Python's may be too long for numpy
        alone = _pure(U[None], V[None], ties)
        return PureCommitment(*(getattr(alone, part.name)[0, ...] for part in fields(alone)))
    # Actions are few and games many: loop over actions, on tables (m, n, *batch).
    U, V = (np.moveaxis(side, (-2, -1), (0, 1)).swapaxes(0, 1) for side in (U, V))
    with np.errstate(invalid="ignore", over="ignore"):
        answered, lead = _best_of(V, U, ties)
        replies = _of_chosen(np.arange(len(V), dtype=np.int16), answered)
        own, theirs = _of_chosen(U, answered), _of_chosen(V, answered)
        led, ahead = _best_of(own, theirs, "first")
        both = np.stack([_of_chosen(side, led) for side in (own, theirs)], axis=-1)
        margin = np.minimum(lead, ahead).min(axis=0)
    return PureCommitment(
        leader=_of_chosen(np.arange(len(led), dtype=np.int16), led).astype(np.intp),
        follower=_of_chosen(replies, led).astype(np.intp),
        replies=np.moveaxis(replies, 0, -1).astype(np.intp),
        payoffs=nearest_doubles(both) if both.dtype == object else both.astype(float),
        margin=margin,
    )


def _best_of(own: Array, other: Array, ties: Ties) -> tuple[Array, Array]:
    """Mark the best of the actions on the first axis, one alone, and find its lead over the next.

    ``own`` is what each is worth to who chooses, ``other`` to the other side, for ties.
    """
    best, second = own[0], None
    for rival in own[1:]:
        beaten = np.minimum(best, rival)
        second = beaten if second is None else np.maximum(second, beaten)
        best = np.maximum(best, rival)
    chosen = np.asarray(own == best)
    if ties != "first":
        gain = other if ties == "for" else -other
        chosen &= gain == np.where(chosen, gain, -np.inf).max(axis=0)
    for earlier in range(len(own) - 1):
        chosen[earlier + 1 :] &= ~chosen[earlier]
    return chosen, np.full(best.shape, np.inf) if second is None else best - second


def _of_chosen(values: Array, chosen: Array) -> Array:
    """Pick the entry of the chosen action: sums of products are faster than picking entries."""
    picked = values[0] * chosen[0]
    for value, mark in zip(values[1:], chosen[1:], strict=True):
        picked = picked + value * mark
    return np.asarray(picked)


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

    def rows(self) -> dict[str, Array]:
        """One row per game that was solved."""
        columns = self.columns()
        del columns["status"]
        solved = self.status.reshape(-1) == Status.OK
        return {name: column[solved] for name, column in columns.items()}

    def named_columns(self) -> dict[str, Any]:
        """Name players and actions; there is no reply in a game without an answer."""
        games = self.games.told_apart()
        (leader, follower), (leading, replying) = games.players, games.actions
        titles = {f"leader_{k}": f"{leader}: {action}" for k, action in enumerate(leading)}
        titles |= {"reply": f"{follower} replies", "pure_leader": f"{leader}, pure"}
        titles |= {"pure_reply": f"{follower} replies to it"}
        for kind, what in (("", "payoff"), ("pure_", "pure payoff")):
            titles |= {f"{kind}payoff_leader": f"{what} {leader}"}
            titles |= {f"{kind}payoff_follower": f"{what} {follower}"}
        columns = super().named_columns()
        for name, actions in (
            ("reply", replying),
            ("pure_leader", leading),
            ("pure_reply", replying),
        ):
            columns[name] = [actions[k] if k >= 0 else "" for k in columns[name]]
        return {titles.get(name, name): column for name, column in columns.items()}

    def details(self) -> dict[str, Any]:
        """Describe both commitments in a single game."""
        self._check_single()
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
        self._check_single()
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
    The programs are solved exactly, on the payoffs as written; a pure commitment is shown where no
    mixture earns more, so replies that are dominated, or against which no action earns more than
    the best pure commitment, need no program. 2x2 games are solved in closed form, in bulk,
    wherever error bounds tell the best commitment apart from the others; other games by the
    programs of all games at once, in whole numbers or in doubles with a proof, as `Correlated`.

    References
    ----------
    Conitzer, V. and Sandholm, T. (2006). Computing the optimal strategy to commit to. In
    Proceedings of the 7th ACM Conference on Electronic Commerce, 82-90. ACM.
    von Stengel, B. and Zamir, S. (2010). Leadership games with convex strategy sets. Games and
    Economic Behavior 69, 446-457.

    Examples
    --------
    >>> found = Commitment().solve(Game.from_payoffs([[2, 4], [1, 3]], [[1, 0], [0, 1]]))
    >>> found.leader, int(found.reply), found.payoffs
    (array([0.5, 0.5]), 1, array([3.5, 0.5]))
    """

    pessimistic: bool = False
    rows_are: ClassVar[str] = "commitments"

    def solve(self, games: Game, *, workers: int | None = None) -> StackelbergEquilibria:
        """Solve one game or a batch; see the class."""
        check_two_players(games, "commitment")
        batch, (m, n) = games.batch_shape, games.shape
        flat = with_one_axis(games)
        count = len(flat.row)
        U, V = flat.payoffs if flat.exact is None else flat.fractions()
        pure = _pure(U, V, "against" if self.pessimistic else "for")
        found, doubtful = (
            np.full((count, m + 4), Status.OK, dtype=float),
            np.ones(count, dtype=bool),
        )

        def in_bulk(solve: Callable[[slice], tuple[Array, Array]], size: int) -> None:
            blocks = map_blocks(solve, count, size=size, workers=workers)
            for part, (rows, sure) in zip(block_slices(count, size), blocks, strict=True):
                new = np.arange(count)[part][doubtful[part] & sure]
                found[new, : rows.shape[1]] = rows[new - part.start]
                doubtful[new] = False

        if (m, n) == (2, 2) and games.exact is None:
            in_bulk(
                lambda p: two_by_two_commitment(
                    flat.row[p], flat.column[p], flat.rounded[p], self.pessimistic
                ),
                BLOCK,
            )
        if doubtful.any() and m * n <= LARGEST:
            in_bulk(
                lambda p: best_commitments(
                    as_written(flat, p),
                    (pure.leader[p], pure.follower[p]),
                    pessimistic=self.pessimistic,
                ),
                PROGRAMS // n,
            )
        left, actions = np.flatnonzero(doubtful), np.stack([pure.leader, pure.follower], axis=1)
        parts = map_blocks(
            lambda part: [
                exact_commitment(tables[0], tables[1], action, pessimistic=self.pessimistic)
                for tables, action in zip(
                    exact_tables(flat, left[part]), actions[left[part]].tolist(), strict=True
                )
            ],
            len(left),
            size=64,
            workers=workers,
        )
        found[left] = np.array([row for part in parts for row in part]).reshape(-1, m + 4)
        return StackelbergEquilibria(
            games=games,
            leader=found[:, :m].reshape(*batch, m),
            reply=found[:, m].astype(np.intp).reshape(batch),
            payoffs=found[:, m + 1 : m + 3].reshape(*batch, 2),
            pure=PureCommitment(
                *(part.reshape((*batch, *part.shape[1:])) for part in vars(pure).values())
            ),
            pessimistic=self.pessimistic,
            status=found[:, m + 3].astype(np.int8).reshape(batch),
        )
