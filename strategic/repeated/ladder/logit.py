"""The logit Markov perfect equilibrium of a trust ladder: both err, big mistakes less often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.chains import discounted_values
from strategic.repeated.ladder.blocks import (
    BLOCK,
    LadderBlock,
    moves,
    on_grid,
    run_blocks,
    rung_values,
)
from strategic.repeated.ladder.structure import Ladder
from strategic.status import Status

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class LadderLogit:
    """A logit equilibrium of trust ladders, with how far it is from one and from perfection.

    Attributes
    ----------
    cooperation : ndarray, shape (..., 2, rungs)
        Probability that each side cooperates on each rung.
    value : ndarray, shape (..., 2, rungs)
        Average discounted payoff of each side from each rung.
    residual : ndarray, shape (...)
        Largest distance between a probability and the logit response to the profile.
    regret : ndarray, shape (...)
        Largest gain, from any rung, of a side's best reply to the other over the whole game.
    status : ndarray of int, shape (...)
        ``found``, ``not_converged`` or ``invalid``.
    """

    cooperation: FloatArray
    value: FloatArray
    residual: FloatArray
    regret: FloatArray
    status: NDArray[np.intp]


@dataclass(frozen=True)
class _Rung:
    """The arrays of a block that every step of the iteration uses; sides before points."""

    together: FloatArray
    apart: FloatArray
    reward: FloatArray
    temptation: FloatArray
    loss: FloatArray
    discount: FloatArray
    scale: FloatArray


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
        Threads and points a block; neither changes the answer.

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
    McKelvey and Palfrey (1995), Games and Economic Behavior 10, 6-38.
    Breitmoser, Tan and Zizzo (2010), Economic Theory 44, 221-247.

    Examples
    --------
    >>> from strategic.repeated.ladder.structure import trust_ladder
    >>> answer = logit_equilibrium(trust_ladder(2.0, 1.0, 1.0, 0.9, rungs=2, erosion=1), [0.0])
    >>> answer.cooperation.tolist(), answer.status.tolist()
    ([[[0.5, 0.5], [0.5, 0.5]]], [4])
    """
    shape = np.broadcast_shapes(ladder.shape, np.shape(precision))
    if shape != ladder.shape:
        ladder = _spread(ladder, shape)
    level = np.broadcast_to(np.asarray(precision, float), shape).reshape(-1)

    def kernel(block: LadderBlock) -> dict[str, NDArray[Any]]:
        return _kernel(block, level[block.points], stages=stages, max_steps=max_steps, tol=tol)

    answer = run_blocks(ladder, kernel, workers=workers, size=size)
    rungs = ladder.most_rungs
    found = np.where(answer.get("residual", np.inf) <= tol, Status.FOUND, Status.NOT_CONVERGED)
    bad = ~ladder.valid | ~(level >= 0.0) | ~np.isfinite(level)
    answer["status"] = np.where(bad, Status.INVALID, found)
    return LadderLogit(
        cooperation=np.swapaxes(on_grid(ladder, answer, "cooperation", rungs, 2), -1, -2),
        value=np.swapaxes(on_grid(ladder, answer, "value", rungs, 2), -1, -2),
        residual=on_grid(ladder, answer, "residual"),
        regret=on_grid(ladder, answer, "regret"),
        status=on_grid(ladder, answer, "status"),
    )


def _spread(ladder: Ladder, shape: tuple[int, ...]) -> Ladder:
    """Broadcast the points of a ladder to a larger grid."""

    def widened(values: NDArray[Any]) -> NDArray[Any]:
        lead = values.shape[:-1]
        missing = (1,) * (len(shape) - len(ladder.shape))
        grid = values.reshape((*lead, *missing, *ladder.shape))
        return np.ascontiguousarray(np.broadcast_to(grid, (*lead, *shape)).reshape((*lead, -1)))

    arrays = {name: widened(value) for name, value in vars(ladder).items() if name != "shape"}
    return Ladder(**arrays, shape=shape)


def _kernel(
    block: LadderBlock, precision: FloatArray, *, stages: int, max_steps: int, tol: float
) -> dict[str, NDArray[Any]]:
    game = _rungs_of(block)
    profile = np.full(game.reward.shape, 0.5)
    residual = np.zeros(len(precision))
    for stage in range(1, stages + 1):
        slope = precision * (stage / stages) / game.scale
        profile, residual = _settle(game, profile, slope, max_steps=max_steps, tol=tol)
    value = _value(game, profile)
    return {
        "cooperation": profile,
        "value": value,
        "residual": residual,
        "regret": _regret(game, profile, value),
    }


def _rungs_of(block: LadderBlock) -> _Rung:
    together, apart = moves(block)
    best = [block.dependence, block.temptation, block.loss]
    scale = np.max([np.abs(values) for values in best], axis=(0, 1))
    return _Rung(
        together=together[:, :, None],
        apart=apart[:, :, None],
        reward=rung_values(block)[:, None] * block.dependence,
        temptation=block.temptation,
        loss=block.loss,
        discount=block.discount,
        scale=np.where(scale == 0.0, 1.0, scale),
    )


def _settle(
    game: _Rung, profile: FloatArray, slope: FloatArray, *, max_steps: int, tol: float
) -> tuple[FloatArray, FloatArray]:
    """Step towards the logit response, point by point until the residual is small."""
    damping = np.full(len(slope), 0.5)
    before = np.full(len(slope), np.inf)
    for _ in range(max_steps):
        move = _response(game, profile, slope) - profile
        residual = np.abs(move).max(axis=(0, 1))
        going = ~(residual <= tol)
        if not going.any():
            break
        damping = np.where(residual > before, damping * 0.7, np.minimum(damping * 1.05, 1.0))
        damping = np.maximum(damping, 1e-3)
        profile = np.where(going, profile + damping * move, profile)
        before = residual
    residual = np.abs(_response(game, profile, slope) - profile).max(axis=(0, 1))
    return profile, residual


def _response(game: _Rung, profile: FloatArray, slope: FloatArray) -> FloatArray:
    exponent = slope * _advantage(game, profile, _value(game, profile))
    tail = np.exp(-np.abs(exponent))
    return np.where(exponent >= 0.0, 1.0, tail) / (1.0 + tail)


def _advantage(game: _Rung, profile: FloatArray, value: FloatArray) -> FloatArray:
    """Weigh cooperating once against not doing so, per rung and side."""
    other = profile[:, ::-1]
    kept = game.discount * _ahead(game.together - game.apart, value)
    today = 1.0 - game.discount
    advantage: FloatArray = (
        other * (kept - today * game.temptation) - (1.0 - other) * today * game.loss
    )
    return advantage


def _ahead(matrix: FloatArray, value: FloatArray) -> FloatArray:
    total: FloatArray = matrix[:, 0] * value[0]
    for rung in range(1, len(value)):
        total = total + matrix[:, rung] * value[rung]
    return total


def _value(game: _Rung, profile: FloatArray) -> FloatArray:
    """Average discounted payoffs of a mixed profile."""
    return _value_against(game, profile, profile[:, ::-1])


def _value_against(game: _Rung, own: FloatArray, other: FloatArray) -> FloatArray:
    """Average discounted payoffs of each side's own rule against the other's."""
    both = own * other
    pay = (
        both * game.reward
        - own * (1.0 - other) * game.loss
        + (1.0 - own) * other * (game.reward + game.temptation)
    )
    chain = both[:, None] * game.together + (1.0 - both)[:, None] * game.apart
    return discounted_values(chain, pay, game.discount)


def _regret(game: _Rung, profile: FloatArray, value: FloatArray) -> FloatArray:
    """Largest gain of a best reply, found by policy iteration from the profile's greedy reply."""
    other, best = profile[:, ::-1], value
    for _ in range(2 * len(profile)):
        greedy = (_advantage(game, profile, best) >= 0.0).astype(float)
        better = np.maximum(_value_against(game, greedy, other), best)
        if (better <= best).all():
            break
        best = better
    regret: FloatArray = (best - value).max(axis=(0, 1))
    return regret
