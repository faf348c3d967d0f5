"""Logit equilibria off the principal branch: those that lead to the game's other equilibria."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._solve import solve
from strategic.equilibria.quantal._system import (
    LogitSystem,
    logit_system,
    scaled_tables,
    solve_together,
)
from strategic.games.game import Game

_NEWTON, _STILL = 30, 1e-12
_SMOOTH = 1e-12
_FIRST = 300.0
"""Rationality, of payoffs scaled to 0..1, from which each equilibrium is followed downwards."""
_RATIO = 0.9
_JUMP = 0.35


def logit_equilibria_from(game: Game, rationality: ArrayLike) -> tuple[Array, ...]:
    """Follow logit equilibria from every Nash equilibrium of a game down to small rationality.

    Parameters
    ----------
    game : Game
        One game all of whose equilibria can be listed.
    rationality : array_like (points,)
        Where equilibria are wanted.

    Returns
    -------
    tuple of arrays (equilibria, points, n_i)
        One per player; NaN where a branch has ended before that rationality.

    Notes
    -----
    Near a regular Nash equilibrium and for large rationality there is exactly one logit equilibrium
    (McKelvey and Palfrey 1995); it is followed by Newton's method on the log-odds until the branch
    turns back. The principal branch is among the results.

    Examples
    --------
    >>> game = Game.from_payoffs([[2, 0], [0, 1]], [[2, 0], [0, 1]])
    >>> row, _ = logit_equilibria_from(game, [10.0, 0.1])
    >>> row[:, :, 0].round(3)
    array([[1.   , 0.514],
           [0.   ,   nan],
           [0.306,   nan]])
    """
    wanted = np.atleast_1d(np.asarray(rationality, dtype=float))
    nash = solve(game)
    count = len(nash)
    tables = [np.repeat(table[..., None], max(count, 1), axis=-1) for table in game.payoffs]
    scaled, units = scaled_tables(tables)
    system, swapped = logit_system(scaled)
    targets = np.atleast_1d(units.scaled(wanted[:, None])[:, 0])
    found = tuple(np.full((count, len(wanted), size), np.nan) for size in game.shape)
    if not count:
        return found
    leaders = nash.strategies[::-1] if swapped else nash.strategies
    kept = leaders[:1] if len(game.shape) == 2 else leaders
    w = np.concatenate([_log_odds(side) for side in kept])
    alive = np.ones(count, dtype=bool)
    falling = np.argsort(-targets)
    at = max(_FIRST, float(targets.max()) * 1.01)
    w, alive = _newton(system, w, at, alive)
    for place in falling:
        target = float(targets[place])
        while at > target and alive.any():
            at = max(at * _RATIO, target)
            w, alive = _newton(system, w, at, alive)
        sides = system.strategies(w, np.full(count, at))
        for player, side in enumerate(sides[::-1] if swapped else sides):
            found[player][:, place] = np.where(alive[:, None], side.T, np.nan)
    return found


def _log_odds(strategies: Array) -> Array:
    smooth = np.maximum(strategies, _SMOOTH)
    return np.asarray(np.log(smooth[:, 1:] / smooth[:, :1]).T)


def _newton(system: LogitSystem, w: Array, rationality: float, alive: Array) -> tuple[Array, Array]:
    """Correct the log-odds at one rationality; a branch that does not converge has ended."""
    at, start = np.full(w.shape[1], rationality), w
    with np.errstate(all="ignore"):
        for _ in range(_NEWTON):
            values, derivatives = system.equations(w, at)
            step, _ = solve_together(derivatives[:, : len(w)], values[:, None])
            w = w - step[:, 0]
            if np.nanmax(np.abs(step), initial=0.0) < _STILL * max(1.0, rationality):
                break
        values, _ = system.equations(w, at)
        near = np.abs(values).max(axis=0) < 1e-9 * np.maximum(1.0, np.abs(w).max(axis=0))
        # A jump to another equilibrium is no continuation.
        moved = np.abs(1.0 / (1.0 + np.exp(-w)) - 1.0 / (1.0 + np.exp(-start))).max(axis=0)
    held = alive & near & np.isfinite(w).all(axis=0) & (moved < _JUMP)
    return np.where(held, w, start), held
