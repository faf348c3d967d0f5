"""The logit Markov perfect equilibrium of a trust ladder: quantal response on every rung."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.chains import discounted_values
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.ladder._blocks import (
    BLOCK,
    LadderBlock,
    moves,
    on_grid,
    run_blocks,
    rung_values,
)
from strategic.repeated.ladder.structure import Ladder
from strategic.status import Status
from strategic.whole_numbers import check_whole


@in_one_line
@dataclass(frozen=True)
class LadderLogit(Cited):
    """A logit equilibrium of trust ladders, with how far it is from one and from perfection.

    Attributes
    ----------
    cooperation : ndarray, shape (2, ..., rungs)
        Probability that each side cooperates on each rung.
    value : ndarray, shape (2, ..., rungs)
        Average discounted payoff of each side from each rung.
    residual : ndarray, shape (...)
        Largest distance between a probability and the logit response to the profile.
    regret : ndarray, shape (...)
        Largest gain, from any rung, of a side's best reply to the other over the whole game.
    status : ndarray of int, shape (...)
        ``found``, ``not_converged`` or ``invalid``.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> logit_equilibrium(trust_ladder(2.0, 1.0, 1.0, 0.9, rungs=2, erosion=1), [0.0])
    <LadderLogit: cooperation 0.5 (2x1x2), value 0.38 to 0.46 (2x1x2), ..., status found 1>
    """

    made_by = ("logit_equilibrium",)

    cooperation: Array
    value: Array
    residual: Array
    regret: Array
    status: Array


def logit_equilibrium(
    ladder: Ladder,
    precision: ArrayLike,
    *,
    stages: int = 20,
    max_steps: int = 2000,
    tol: float = 1e-10,
    workers: int | None = None,
    size: int = BLOCK,
) -> LadderLogit:
    """Follow the logit Markov perfect equilibrium of trust ladders from chance to a precision.

    Parameters
    ----------
    ladder : Ladder
        The points.
    precision : array_like, broadcastable to the grid
        Lambda: 0 is a coin toss, infinity a best reply. It multiplies average payoffs in
        units of the largest of ``R_i(K-1)``, ``g_i`` and ``l_i``.
    stages : int, default 20
        Equal steps of lambda from 0, each warm-started from the one before.
    max_steps : int, default 2000
        Damped steps at most in each stage.
    tol : float, default 1e-10
        Residual at which a point is done.
    workers, size : int, optional
        Threads and points per block; neither changes the answer.

    Returns
    -------
    LadderLogit
        The profile with its residual and regret; read the status before you use it.

    Notes
    -----
    P(C) = 1/(1 + exp(-lambda (Q_C - Q_D))) per side and rung, with
    Q_C - Q_D = x_j [delta (M_CC - M_D) V - (1-delta) g] - (1 - x_j) (1-delta) l, x_j the
    probability that the other cooperates. A damped fixed point whose damping shrinks where the
    residual grows; at high precision there may be other equilibria, and it may not converge.

    References
    ----------
    McKelvey, R. D. and Palfrey, T. R. (1995). Quantal response equilibria for normal form games.
    Games and Economic Behavior 10, 6-38.
    Breitmoser, Y., Tan, J. H. W. and Zizzo, D. J. (2010). Understanding perpetual R&D races.
    Economic Theory 44, 445-467.

    Examples
    --------
    >>> from strategic.repeated import trust_ladder
    >>> answer = logit_equilibrium(trust_ladder(2.0, 1.0, 1.0, 0.9, rungs=2, erosion=1), [0.0])
    >>> answer.cooperation.tolist(), answer.status.tolist()
    ([[[0.5, 0.5]], [[0.5, 0.5]]], [4])
    """
    check_whole(stages=stages, max_steps=max_steps, workers=workers, size=size)
    shape = np.broadcast_shapes(ladder.shape, np.shape(precision))
    ladder = ladder if shape == ladder.shape else ladder.spread(shape)
    level = np.broadcast_to(np.asarray(precision, float), shape).reshape(-1)

    def kernel(block: LadderBlock) -> dict[str, Array]:
        return _kernel(block, level[block.points], stages=stages, max_steps=max_steps, tol=tol)

    answer = run_blocks(ladder, kernel, workers=workers, size=size)
    found = np.where(answer["residual"] <= tol, Status.FOUND, Status.NOT_CONVERGED)
    bad = ~ladder.valid | ~(level >= 0.0) | ~np.isfinite(level)
    answer["status"] = np.where(bad, Status.INVALID, found)
    per_side = ("cooperation", "value")
    return LadderLogit(
        **{name: on_grid(ladder, found, sides=name in per_side) for name, found in answer.items()}
    )


@dataclass(frozen=True)
class _Game:
    """The arrays of a block that every step of the iteration uses.

    Profiles, rewards and values have the shape (rungs, 2, points): states first for the chains,
    then sides, points last.
    """

    together: Array
    apart: Array
    gap: Array
    reward: Array
    temptation: Array
    loss: Array
    discount: Array

    def value(self, own: Array, other: Array) -> Array:
        """Average discounted payoffs of each side's own rule against the other's."""
        both = own * other
        pay = (
            both * self.reward
            - own * (1.0 - other) * self.loss
            + (1.0 - own) * other * (self.reward + self.temptation)
        )
        chain = both[:, None] * self.together + (1.0 - both)[:, None] * self.apart
        return discounted_values(chain, pay, self.discount)

    def advantage(self, other: Array, value: Array) -> Array:
        """Q_C - Q_D, what cooperating once is worth against the other's rule, per rung and side."""
        ahead = self.gap[:, 0] * value[0]
        for rung in range(1, len(value)):  # one by one: the order never depends on the points
            ahead = ahead + self.gap[:, rung] * value[rung]
        today = 1.0 - self.discount
        kept = self.discount * ahead - today * self.temptation
        return np.asarray(other * kept - (1.0 - other) * today * self.loss)

    def response(self, profile: Array, slope: Array) -> Array:
        """Logit response to a profile; the exponent is split by sign, so it cannot overflow."""
        other = profile[:, ::-1]
        exponent = slope * self.advantage(other, self.value(profile, other))
        tail = np.exp(-np.abs(exponent))
        return np.asarray(np.where(exponent >= 0.0, 1.0, tail) / (1.0 + tail))


def _kernel(
    block: LadderBlock, precision: Array, *, stages: int, max_steps: int, tol: float
) -> dict[str, Array]:
    together, apart = moves(block)
    letters = [block.dependence, block.temptation, block.loss]
    scale = np.max([np.abs(values) for values in letters], axis=(0, 1))
    game = _Game(
        together=together[:, :, None],
        apart=apart[:, :, None],
        gap=(together - apart)[:, :, None],
        reward=rung_values(block)[:, None] * block.dependence,
        temptation=block.temptation,
        loss=block.loss,
        discount=block.discount,
    )
    # Follow the branch from the coin toss at precision 0: where there are several equilibria this
    # selects the one that the logit path leads to (McKelvey and Palfrey 1995).
    profile, residual = np.full(game.reward.shape, 0.5), np.zeros(len(precision))
    for stage in range(1, stages + 1):
        slope = precision * (stage / stages) / np.where(scale == 0.0, 1.0, scale)
        profile, residual = _settle(game, profile, slope, max_steps=max_steps, tol=tol)
    value = game.value(profile, profile[:, ::-1])
    return {
        "cooperation": np.swapaxes(profile, 0, 1),
        "value": np.swapaxes(value, 0, 1),
        "residual": residual,
        "regret": _regret(game, profile, value),
    }


def _settle(
    game: _Game, profile: Array, slope: Array, *, max_steps: int, tol: float
) -> tuple[Array, Array]:
    """Step towards the logit response, point by point until the residual is small.

    Points share the loop but not the steps: a point that is done stays where it is, so the answer
    does not depend on its neighbours.
    """
    # Full steps may cycle at high precision. Damping shrinks where the residual grew and recovers
    # slowly; below 1e-3 a point would only seem to converge.
    damping = np.full(len(slope), 0.5)
    before = np.full(len(slope), np.inf)
    for _ in range(max_steps):
        move = game.response(profile, slope) - profile
        residual = np.abs(move).max(axis=(0, 1))
        going = ~(residual <= tol)
        if not going.any():
            break
        damping = np.where(residual > before, damping * 0.7, np.minimum(damping * 1.05, 1.0))
        damping = np.maximum(damping, 1e-3)
        profile = np.where(going, profile + damping * move, profile)
        before = residual
    residual = np.abs(game.response(profile, slope) - profile).max(axis=(0, 1))
    return profile, residual


def _regret(game: _Game, profile: Array, value: Array) -> Array:
    """Largest gain of a best reply, found by policy iteration from the profile's greedy reply.

    A best reply over the whole game is a pure rule; policy iteration climbs to it in at most as
    many steps as there are rules, in practice in two or three.
    """
    other, best = profile[:, ::-1], value
    for _ in range(2 * len(profile)):
        greedy = (game.advantage(other, best) >= 0.0).astype(float)
        better = np.maximum(game.value(greedy, other), best)
        if (better <= best).all():
            break
        best = better
    return np.asarray((best - value).max(axis=(0, 1)))
