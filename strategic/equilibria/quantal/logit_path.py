"""The principal branch of logit equilibria of one game, point by point, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria.exact import exact_mixtures, whole_payoffs
from strategic.equilibria.quantal.logit import logit_system, scaled_tables, unique_below
from strategic.equilibria.quantal.logit_tracker import follow
from strategic.equilibria.regret import payoffs_and_regret
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

NEARLY_NASH = 1e-7
PLAYED = 1e-3
FARTHEST = 1e6
STRIDE = 0.5


@dataclass(frozen=True, eq=False)
class LogitPath:
    """Points of the principal branch from uniform play towards an equilibrium.

    Parameters
    ----------
    game : Game
        The game.
    rationality : array (points,)
        Not always rising: the branch may turn back.
    strategies : tuple of arrays (points, n_i)
        One mixture a player.
    regret : array (points,)
        Largest gain from deviating at each point.
    limit : tuple of arrays (n_i,)
        The Nash equilibrium at the end; empty if none was verified.
    status : Status
        ``found``: the limit was verified exactly to be an equilibrium; ``not_converged``: the
        path ended first, or what it approaches could not be verified.
    """

    game: Game
    rationality: Array
    strategies: tuple[Array, ...]
    regret: Array
    limit: tuple[Array, ...]
    status: Status


def logit_path(
    *payoffs: Game | ArrayLike, until: float | None = None, max_steps: int = 2000
) -> LogitPath:
    """Trace the principal branch of one game.

    Parameters
    ----------
    *payoffs : Game, or one array ``(n_1, ..., n_p)`` a player
        One game of any number of players.
    until : float, optional
        Rationality at which to stop; by default the path goes on until its regret is a
        ten-millionth of the payoff range.
    max_steps : int
        Cap on steps.

    Returns
    -------
    LogitPath

    Raises
    ------
    GameError
        When the payoffs do not make a game.
    MethodError
        When a batch is given.

    Notes
    -----
    See `strategic.equilibria.quantal.logit.logit` for the equations.
    The limit of the branch is a Nash equilibrium, the *logit selection* (McKelvey and
    Palfrey 1995, theorem 3). What the end of the path approaches is rounded
    to its support and called Nash only after an exact check:
    the indifference equations of two players, comparisons for pure limits of more. Mixed limits
    of three and more players are left unverified; `Game.to_gambit` hands them over.

    References
    ----------
    Turocy, T. (2005). A dynamic homotopy interpretation of the logistic quantal response
    equilibrium correspondence. Games and Economic Behavior 51.

    Examples
    --------
    >>> path = logit_path([[9, 0], [0, 1]], [[9, 0], [0, 1]])
    >>> [side.tolist() for side in path.limit], path.status.label
    ([[1.0, 0.0], [1.0, 0.0]], 'found')
    """
    first = payoffs[0] if payoffs else None
    game = first if isinstance(first, Game) else Game.of(*payoffs)  # type: ignore[arg-type]
    if game.batch_shape:
        raise MethodError(
            "logit_path takes one game",
            value=f"a batch of shape {game.batch_shape}",
            remedy="use logit at a rationality for batches, or .of_batch(i)",
        )
    points, scale = _points(game, until, max_steps)
    with np.errstate(over="ignore"):
        rationality = np.array([t for t, _ in points]) / scale
    strategies = tuple(np.array(side) for side in zip(*(s for _, s in points), strict=True))
    _, regret = payoffs_and_regret(game, strategies, np.zeros(len(points), dtype=np.intp))
    limit = () if until is not None else _verified_limit(game, [s[-1] for s in strategies])
    done = bool(limit) or (until is not None and rationality[-1] >= until * (1.0 - 1e-12))
    status = Status.FOUND if limit else Status.OK if done else Status.NOT_CONVERGED
    return LogitPath(game, rationality, strategies, regret, limit, status)


def _points(
    game: Game, until: float | None, max_steps: int
) -> tuple[list[tuple[float, list[Array]]], float]:
    last, scales = scaled_tables(table[..., None] for table in game.payoffs)
    system, swapped = logit_system(last)
    scale = float(scales[0])
    uniform = [np.full(n, 1.0 / n) for n in game.shape]
    points = [(0.0, uniform)]

    def watch(w: Array, rationality: Array) -> bool:
        mixtures = [mixture[:, 0] for mixture in system.strategies(w, rationality)]
        points.append((float(rationality[0]), mixtures[::-1] if swapped else mixtures))
        shown = [mixture[None] for mixture in points[-1][1]]
        _, regret = payoffs_and_regret(game, shown, np.zeros(1, dtype=np.intp))
        return until is None and bool(regret[0] <= NEARLY_NASH * scale)

    target = np.array([FARTHEST if until is None else until * scale])
    start = np.minimum(unique_below(last), STRIDE)
    follow(system, target, first=start, max_steps=max_steps, watch=watch, largest=FARTHEST)
    return points, scale


def _verified_limit(game: Game, end: list[Array]) -> tuple[Array, ...]:
    supports = [np.flatnonzero(mixture > PLAYED) for mixture in end]
    if all(len(support) == 1 for support in supports):
        cell = tuple(int(support[0]) for support in supports)
        if all(_best(table, cell, player) for player, table in enumerate(game.fractions())):
            return tuple(np.eye(n)[a] for n, a in zip(game.shape, cell, strict=True))
        return ()
    if len(supports) != 2 or len(supports[0]) != len(supports[1]):
        return ()
    row, column = (whole_payoffs(table) for table in game.fractions())
    pair = exact_mixtures(row, column, supports[0].tolist(), supports[1].tolist())
    return () if pair is None else tuple(np.array(side, dtype=float) for side in pair)


def _best(table: Array, cell: tuple[int, ...], player: int) -> bool:
    line: Any = (*cell[:player], slice(None), *cell[player + 1 :])
    return bool(table[cell] == max(table[line]))
