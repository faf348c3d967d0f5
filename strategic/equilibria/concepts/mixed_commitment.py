"""Commitment to a mixed strategy that the second player sees before she answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.equilibria.pivoting.zero_sum import zero_sum
from strategic.errors import GameError
from strategic.games.game import Game
from strategic.status import Status

FULL = 1e-9


@dataclass(frozen=True, eq=False)
class MixedCommitment:
    """The leader's best mixed commitment in every game of a batch.

    Parameters
    ----------
    leader : array ``(*batch, m)``
        The mixture committed to; in the pessimistic case the limit of mixtures that earn ever
        closer to ``payoffs``.
    reply : array of int ``(*batch,)``
        The follower's action.
    payoffs : array ``(*batch, 2)``
        What the leader earns (at least, in the limit, if pessimistic) and the follower.
    status : array of int8 ``(*batch,)``
        ``ok``, or ``not_finished`` where a linear program gave up.
    """

    leader: Array
    reply: Array
    payoffs: Array
    status: Array


def mixed_commitment(
    leader: ArrayLike,
    follower: ArrayLike,
    /,
    *,
    pessimistic: bool = False,
    workers: int | None = None,
) -> MixedCommitment:
    """Solve play in which the row player commits to a mixture and the column player answers.

    Parameters
    ----------
    leader, follower : array_like ``(*batch, m, n)``
        Payoffs of the row player (who leads) and of the column player.
    pessimistic : bool, default False
        Whether the follower breaks ties against the leader (weak Stackelberg) instead of in the
        leader's favour (strong Stackelberg).
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    MixedCommitment

    Raises
    ------
    GameError
        When the arrays are not payoffs of one shape.

    Notes
    -----
    Optimistic: for each action ``j`` of the follower, maximise what the leader earns over the
    mixtures to which ``j`` is a best reply, one linear program each; the best of these.
    Pessimistic: the leader can only count on replies whose region of mixtures has an interior;
    against ``j`` and the replies that pay the follower exactly the same everywhere, she is sure
    of the least, so the program maximises that least (von Stengel and Zamir 2010). The
    value is a supremum that mixtures approach, and equals the optimistic value in generic games.
    2x2 games are solved in closed form, in bulk; others at ``n`` programs a game.

    References
    ----------
    Conitzer, V. and Sandholm, T. (2006). Computing the optimal strategy to commit to. EC.
    von Stengel, B. and Zamir, S. (2010). Leadership games with convex strategy sets. Games and
    Economic Behavior 69.

    Examples
    --------
    >>> found = mixed_commitment([[2, 4], [1, 3]], [[1, 0], [0, 1]])
    >>> found.leader, int(found.reply), found.payoffs
    (array([0.5, 0.5]), 1, array([3.5, 0.5]))
    """
    games = Game.of(leader, follower)
    if len(np.shape(leader)) < 2:
        raise GameError("must have at least two axes", where="leader", value=np.shape(leader))
    *batch, m, n = games.row.shape
    U, V = games.row.reshape(-1, m, n), games.column.reshape(-1, m, n)
    if (m, n) == (2, 2):
        x, reply, status = _two_by_two(U, V, pessimistic)
    else:
        parts = map_blocks(
            lambda p: _by_programs(U[p], V[p], pessimistic), len(U), size=64, workers=workers
        )
        nothing = (np.zeros((0, m)), np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int8))
        x, reply, status = (np.concatenate(s) for s in zip(*parts, nothing, strict=True))
    payoffs = _earned(U, V, x, reply)
    fields = (x, reply, payoffs, status)
    return MixedCommitment(*(np.reshape(f, (*batch, *f.shape[1:])) for f in fields))


def _two_by_two(U: Array, V: Array, pessimistic: bool) -> tuple[Array, Array, Array]:
    """Try the ends and the follower's indifference point: there are no other candidates."""
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
        x[indifferent] = zero_sum(U[indifferent], workers=1).row[:, 0]
        mixed = x[:, None] * U[:, 0] + (1.0 - x[:, None]) * U[:, 1]
        reply[indifferent] = mixed[indifferent].argmin(axis=1)
    return np.stack([x, 1.0 - x], axis=1), reply, np.full(len(U), Status.OK, dtype=np.int8)


def _by_programs(U: Array, V: Array, pessimistic: bool) -> tuple[Array, Array, Array]:
    solved = [_best_program(*game, pessimistic) for game in zip(U, V, strict=True)]
    x, reply, status = zip(*solved, strict=True)
    return np.array(x), np.array(reply), np.array(status, dtype=np.int8)


def _best_program(U: Array, V: Array, pessimistic: bool) -> tuple[Array, int, Status]:
    best: tuple[float, Array, int] = (-np.inf, np.full(len(U), np.nan), -1)
    for action in range(U.shape[1]):
        alike = [action]
        if pessimistic:
            alike = np.flatnonzero((V[:, [action]] == V).all(axis=0)).tolist()
            if not _has_interior(V, action, alike):
                continue
        x, value = _program(U, V, action, alike)
        if value > best[0] + FULL * max(float(np.ptp(U)), 1e-300):
            reply = min(alike, key=lambda other: float(x @ U[:, other]))
            best = (value, x, reply)
    status = Status.OK if best[2] >= 0 else Status.NOT_FINISHED
    return best[1], best[2], status


def _program(U: Array, V: Array, action: int, alike: list[int]) -> tuple[Array, float]:
    """Most the leader earns where ``action`` is a best reply, counting the worst of ``alike``."""
    from scipy.optimize import linprog

    m = len(U)
    scale = max(float(np.ptp(U)), 1e-300)
    low = float(U.min())
    losses = (V - V[:, [action]]) / max(float(np.ptp(V)), 1e-300)
    sure = (U[:, alike] - low) / scale
    solved = linprog(
        np.append(np.zeros(m), -1.0),
        A_ub=np.vstack(
            [
                np.hstack([losses.T, np.zeros((losses.shape[1], 1))]),
                np.hstack([-sure.T, np.ones((len(alike), 1))]),
            ]
        ),
        b_ub=np.zeros(losses.shape[1] + len(alike)),
        A_eq=np.append(np.ones(m), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * (m + 1),
        method="highs",
    )
    if not solved.success:
        return np.full(m, np.nan), -np.inf
    x = np.maximum(solved.x[:m], 0.0)
    return x / x.sum(), float(solved.x[m]) * scale + low


def _has_interior(V: Array, action: int, alike: list[int]) -> bool:
    """Whether some mixture makes ``action`` strictly better than every reply that differs."""
    from scipy.optimize import linprog

    others = [j for j in range(V.shape[1]) if j not in alike]
    if not others:
        return True
    losses = (V[:, others] - V[:, [action]]) / max(float(np.ptp(V)), 1e-300)
    solved = linprog(
        np.append(np.zeros(len(V)), -1.0),
        A_ub=np.hstack([losses.T, np.ones((len(others), 1))]),
        b_ub=np.zeros(len(others)),
        A_eq=np.append(np.ones(len(V)), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * len(V) + [(None, 1)],
        method="highs",
    )
    return bool(solved.success and solved.x[-1] > FULL)


def _earned(U: Array, V: Array, x: Array, reply: Array) -> Array:
    numbers = np.arange(len(U))
    sides = [(x * table[numbers, :, reply]).sum(axis=1) for table in (U, V)]
    return np.stack(sides, axis=1)
