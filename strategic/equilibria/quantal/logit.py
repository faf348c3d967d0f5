"""Logit quantal response equilibria on the principal branch: at a rationality, and as a path."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.equilibria.quantal.logit_system import LogitSystem, ManyPlayers, TwoPlayers, added
from strategic.equilibria.quantal.logit_tracker import follow, polished
from strategic.equilibria.regret import payoffs_and_regret
from strategic.errors import ParameterError
from strategic.games.game import Game
from strategic.status import Status

CACHED = 8192
BLOCK_NUMBERS = 1 << 17
RESIDUAL = 1e-9
AT_HAND = 1e-6
MOST = 1e300


@dataclass(frozen=True, eq=False)
class Logit:
    """Logit equilibria of a game or batch, each at one rationality.

    Parameters
    ----------
    games : Game
        What was solved.
    rationality : array ``(*batch,)``
        Where the solution stands; the one asked for unless the status says otherwise.
    strategies : tuple of arrays ``(*batch, n_i)``
        One mixture a player.
    residual : array ``(*batch,)``
        Largest difference between a probability and the logit reply to the others.
    regret : array ``(*batch,)``
        Largest gain from deviating; falls to zero as rationality grows.
    steps : array of int ``(*batch,)``
        Steps taken along the branch.
    status : array of int8 ``(*batch,)``
        ``ok``, or ``not_converged``.
    """

    games: Game
    rationality: Array
    strategies: tuple[Array, ...]
    residual: Array
    regret: Array
    steps: Array
    status: Array


def logit(
    *payoffs: Game | ArrayLike,
    rationality: ArrayLike,
    max_steps: int = 1000,
    workers: int | None = None,
) -> Logit:
    """Find the logit quantal response equilibrium on the principal branch.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` a player
        The payoffs, of any number of players.
    rationality : array_like, broadcastable to ``(*batch,)``
        The logit parameter, at least 0: 0 is uniform play; the larger, the closer to best
        replies. Its unit is one over payoff.
    max_steps : int
        Cap on the steps along the branch.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    Logit

    Raises
    ------
    GameError
        When the payoffs do not make a game.
    ParameterError
        When the rationality is negative, NaN or infinite.

    Notes
    -----
    ``s_i(a) = exp(t u_i(a, s_-i)) / sum_b exp(t u_i(b, s_-i))`` for every player. The principal
    branch is the curve of solutions that starts at uniform play; it is followed in
    pseudo-arclength, all games together, each at its own step. Below ``t^2 R_1 R_2 = 16`` (two
    players; ``R_i`` the largest swing of a payoff difference) the logit reply is a contraction,
    the solution is unique, and one stride leads there.
    Cost: about a microsecond a game at small rationality, tens at large. The status is ``ok``,
    or ``not_converged`` when the cap on steps or the smallest step was reached.

    References
    ----------
    McKelvey, R. and Palfrey, T. (1995). Quantal response equilibria for normal form games. Games
    and Economic Behavior 10.
    Turocy, T. (2005). A dynamic homotopy interpretation of the logistic quantal response
    equilibrium correspondence. Games and Economic Behavior 51.

    Examples
    --------
    >>> found = logit([[9, 0], [0, 1]], [[0, 1], [1, 0]], rationality=1.0)
    >>> found.strategies[0].round(4), found.status.item()
    (array([0.8936, 0.1064]), 6)
    """
    first = payoffs[0] if payoffs else None
    games = first if isinstance(first, Game) else Game.of(*payoffs)  # type: ignore[arg-type]
    target = np.asarray(rationality, dtype=float)
    if not ((target >= 0.0) & np.isfinite(target)).all():
        raise ParameterError(
            "must be at least 0 and finite", where="rationality", value=rationality
        )
    flat = np.broadcast_to(target, games.batch_shape).reshape(-1)
    tables = [table.reshape(-1, *games.shape) for table in games.payoffs]
    found = _in_blocks(tables, flat, 0, size=CACHED, workers=workers)
    far = np.flatnonzero(~found[-1])  # those beyond the first stride go on in larger blocks
    size = min(max(BLOCK_NUMBERS // math.prod(games.shape), 512), 32768)
    beyond = [table[far] for table in tables]
    followed = _in_blocks(beyond, flat[far], max_steps, size=size, workers=workers)
    for whole, part in zip(found, followed, strict=True):
        whole[far] = part
    *strategies, where, residual, steps, reached = found
    _, regret = payoffs_and_regret(games, strategies, np.arange(len(flat)))
    good = reached & (residual <= RESIDUAL)
    batch = games.batch_shape
    return Logit(
        games=games,
        rationality=where.reshape(batch),
        strategies=tuple(s.reshape(*batch, s.shape[1]) for s in strategies),
        residual=residual.reshape(batch),
        regret=regret.reshape(batch),
        steps=steps.reshape(batch),
        status=np.where(good, Status.OK, Status.NOT_CONVERGED).astype(np.int8).reshape(batch),
    )


def _in_blocks(
    tables: list[Array], target: Array, max_steps: int, *, size: int, workers: int | None
) -> list[Array]:
    parts = map_blocks(
        lambda part: _block([table[part] for table in tables], target[part], max_steps),
        len(target),
        size=size,
        workers=workers,
    )
    nothing = _nothing(tables[0].shape[1:])
    return [np.concatenate(side) for side in zip(*parts, nothing, strict=True)]


def _nothing(shape: tuple[int, ...]) -> tuple[Array, ...]:
    mixtures = (np.zeros((0, n)) for n in shape)
    return (*mixtures, np.zeros(0), np.zeros(0), np.zeros(0, dtype=int), np.zeros(0, dtype=bool))


def _block(tables: list[Array], target: Array, max_steps: int) -> tuple[Array, ...]:
    last, scale = scaled_tables(np.ascontiguousarray(np.moveaxis(t, 0, -1)) for t in tables)
    system, swapped = logit_system(last)
    with np.errstate(over="ignore"):
        aim = np.minimum(target * scale, MOST)
    w, where, steps, reached = _solutions(system, aim, unique_below(last), max_steps)
    mixtures = system.strategies(w, where)
    mixtures = mixtures[::-1] if swapped else mixtures
    residual = _residual(last, mixtures, where)
    where = np.where(reached, target, where / scale)
    return (*(mixture.T for mixture in mixtures), where, residual, steps, reached)


def _solutions(
    system: LogitSystem, target: Array, unique: Array, max_steps: int
) -> tuple[Array, Array, Array, Array]:
    """Newton from uniform play where the solution is unique; along the branch, if at all, else."""
    w = np.zeros((system.unknowns(), len(target)))
    if not system.unknowns():
        return w, target, np.ones(len(target), dtype=int), np.ones(len(target), dtype=bool)
    reached = target <= unique
    where, steps = np.where(reached, target, 0.0), np.ones(len(target), dtype=int)
    near = np.flatnonzero(reached)
    w[:, near], reached[near] = polished(system.keep(near), w[:, near], target[near], farthest=50.0)
    far = np.flatnonzero(~reached)
    w[:, far], where[far] = 0.0, 0.0
    if far.size and max_steps:
        left = system.keep(far)
        tracked = follow(left, target[far], first=unique[far], max_steps=max_steps)
        where[far], steps[far], reached[far] = tracked.rationality, tracked.steps, tracked.reached
        at_hand = far[target[far] - tracked.rationality <= AT_HAND * target[far]]
        where[at_hand], reached[at_hand] = target[at_hand], True  # the residual decides
        w[:, far], _ = polished(left, tracked.w, where[far])
    return w, where, steps, reached


def scaled_tables(tables: Iterable[Array]) -> tuple[list[Array], Array]:
    """Bring payoffs ``(n_1, ..., n_p, games)`` to 0..1, each game by one factor for all players.

    Returns
    -------
    tables : list of arrays
    scale : array (games,)
        The factor: a rationality times it is the rationality for the scaled payoffs.
    """
    half = [0.5 * table for table in tables]  # so that no difference overflows
    axes = tuple(range(half[0].ndim - 1))
    low = [table.min(axis=axes) for table in half]
    swings = np.max([t.max(axis=axes) - least for t, least in zip(half, low, strict=True)], axis=0)
    scale = np.where(swings > 0.0, swings, 0.5)
    scaled = [(table - least) / scale for table, least in zip(half, low, strict=True)]
    with np.errstate(over="ignore"):
        return scaled, 2.0 * scale


def logit_system(tables: list[Array]) -> tuple[LogitSystem, bool]:
    """Make the equations of scaled payoffs ``(n_1, ..., n_p, games)``.

    Returns
    -------
    system : LogitSystem
    swapped : bool
        Whether the system has the two players in reverse order (fewer unknowns).
    """
    if len(tables) != 2:
        return ManyPlayers(tables), False
    row, column = tables
    if row.shape[0] <= row.shape[1]:
        return TwoPlayers(row, column), False
    flipped = [np.ascontiguousarray(table.swapaxes(0, 1)) for table in (column, row)]
    return TwoPlayers(*flipped), True


def unique_below(tables: list[Array]) -> Array:
    """Rationality below which scaled payoffs have one logit equilibrium, a number a game."""
    if len(tables) != 2:
        return np.full(tables[0].shape[-1], 1.9 / max(len(tables) - 1, 1))
    row, column = tables
    product = _swing(row) * _swing(column.swapaxes(0, 1))
    return np.asarray(3.8 / np.sqrt(np.maximum(product, 1e-30)))


def _swing(payoffs: Array) -> Array:
    rows = payoffs.shape[0]
    swings = [np.ptp(payoffs[i] - payoffs[k], axis=0) for i in range(rows) for k in range(i)]
    return np.asarray(np.max(swings, axis=0)) if swings else np.zeros(payoffs.shape[2])


def _residual(tables: list[Array], mixtures: tuple[Array, ...], rationality: Array) -> Array:
    """Recomputed from the payoffs, apart from the equations that were solved."""
    worst = np.zeros(len(rationality))
    for player, table in enumerate(tables):
        earned = table
        for other in reversed(range(len(tables))):
            if other != player:
                shape = (len(mixtures[other]), *(1,) * (earned.ndim - other - 2), len(rationality))
                earned = added(np.moveaxis(earned * mixtures[other].reshape(shape), other, 0))
        scores = rationality * (earned - earned.max(axis=0))
        weights = np.exp(np.maximum(scores, -745.0))
        reply = weights / added(weights)
        np.maximum(worst, np.abs(reply - mixtures[player]).max(axis=0), out=worst)
    return worst
