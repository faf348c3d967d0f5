"""Logit equilibria off the principal branch: those that lead to the game's other equilibria."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._solve import solve
from strategic.equilibria.quantal._downwards import SEEN, TOLD, downwards, settled_near
from strategic.equilibria.quantal._system import (
    LogitSystem,
    logit_system,
    scaled_tables,
    unique_below,
)
from strategic.errors import MethodError
from strategic.games.game import Game

_NEWTON = 30
"""Newton steps from a Nash equilibrium."""
_SAME = 0.02
"""Two equilibria at the largest rationality that are nearer than this are one."""
_EQUAL = 1e-6
"""Probabilities that differ by less are those of one equilibrium, come to from two."""
_SMOOTH = 1e-12
_FIRST = 300.0
"""Rationality, of payoffs scaled to 0..1, from which each equilibrium is followed downwards."""
_LEAST = 1e-3


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
    turns back. The principal branch is among the results. Of Nash equilibria that are not regular
    several may lead to one logit equilibrium, which is then told once, or to none; the others have
    NaN everywhere.

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
    scaled, units = scaled_tables(table[..., None] for table in game.payoffs)
    aims = np.asarray(units.scaled(wanted[:, None]))
    _, w, system, swapped = _followed(scaled, aims, least=1)
    count = w.shape[2]
    found = []
    for point, column in enumerate(np.moveaxis(w, 1, 0)):
        sides = system.strategies(column, np.full(count, aims[point, 0]))
        found.append([side.T for side in (sides[::-1] if swapped else sides)])
    return tuple(np.stack(side, axis=1) for side in zip(*found, strict=True))


def other_arms(tables: Sequence[Array], aims: Array, known: Array) -> tuple[Array, Array] | None:
    """Follow the equilibria of all games that have several, but not those that are known.

    Parameters
    ----------
    tables : sequence of arrays (n_1, ..., n_p, games)
        Payoffs scaled to 0..1.
    aims : array (points, games)
        Rationality of the scaled payoffs, rising.
    known : array (arms, unknowns, games)
        Log-odds at the last rationality that are not to be followed, NaN for none.

    Returns
    -------
    games : array of int (some,)
        Which games have other equilibria; None instead of both where none has, or where they
        cannot be listed.
    w : array (arms, unknowns, points, some)
        Log-odds as in `logit_system`; NaN where there is no such equilibrium.
    """
    try:
        games, w, *_ = _followed(tables, aims, least=2, known=known)
    except MethodError:  # all equilibria cannot be listed
        return None
    there = np.isfinite(w).all(axis=0).any(axis=0)
    games, w = games[there], w[..., there]
    if not len(games):
        return None
    arm = np.arange(len(games)) - np.searchsorted(games, games)
    some, place = np.unique(games, return_inverse=True)
    found = np.full((int(arm.max()) + 1, len(w), len(aims), len(some)), np.nan)
    found[arm, :, :, place] = np.moveaxis(w, -1, 0)
    return some, found


def _followed(
    tables: Sequence[Array], aims: Array, *, least: int, known: Array | None = None
) -> tuple[Array, Array, LogitSystem, bool]:
    """Follow the equilibria of games with at least so many: games (columns,), w (u, points, c)."""
    nash = solve(Game(tuple(np.ascontiguousarray(np.moveaxis(t, -1, 0)) for t in tables)))
    owner = np.asarray(nash.game)
    number = np.bincount(owner, minlength=aims.shape[1])[owner]
    chosen = np.flatnonzero(number >= least)
    games = owner[chosen]
    system, swapped = logit_system([np.ascontiguousarray(t[..., games]) for t in tables])
    leaders = [side[chosen] for side in (nash.strategies[::-1] if swapped else nash.strategies)]
    kept = leaders[:1] if len(tables) == 2 else leaders
    w = np.concatenate([_log_odds(side) for side in kept])
    aims, floor = aims[:, games], np.full(len(games), _LEAST)
    if known is not None:  # the principal equilibrium is: lower down there is no other
        floor = np.maximum(floor, unique_below(list(tables))[games])
    order = np.argsort(-aims.max(axis=1, initial=0.0))
    falling = np.where(aims >= floor, aims, np.nan)[order]
    at = np.maximum(_FIRST, aims.max(axis=0, initial=0.0) * 1.01)
    # Log-odds of two actions that are not played are arbitrary at Nash, so they may turn over; and
    # where equilibria are not regular, several may lead to one.
    w, alive = settled_near(system, w, at, _NEWTON, jump=np.inf)
    left, first = np.flatnonzero(alive), 0
    left = left[_told_apart(games[left], _mixtures(system.keep(left), w[:, left], at[left]))]
    found = np.full((len(w), len(aims), len(games)), np.nan)
    rest = TOLD if known is None else SEEN
    if known is not None:  # at the last rationality
        here = downwards(system.keep(left), w[:, left], at[left], falling[:1, left], rest=rest)
        here = here[:, 0]
        left_over = np.isfinite(here).all(axis=0)
        some, end = system.keep(left), falling[0, left]
        mixtures = _mixtures(some, here, end)
        for own in known[..., games[left]]:
            with np.errstate(invalid="ignore"):
                gap = np.abs(_mixtures(some, own, end) - mixtures).max(axis=0)
                left_over &= ~(gap < _SAME)
        left, here, first = left[left_over], here[:, left_over], 1
        w[:, left], at[left] = here, falling[0, left]
        found[:, order[0], left] = here
    some = system.keep(left)
    there = downwards(some, w[:, left], at[left], falling[first:, left], rest=rest)
    found[:, order[first:, None], left] = there
    return games, found, system, swapped


def _mixtures(system: LogitSystem, w: Array, rationality: Array) -> Array:
    """Mixtures of all players: (actions, columns)."""
    return np.concatenate(system.strategies(w, rationality))


def _told_apart(games: Array, mixtures: Array) -> Array:
    """Say which columns are not the same equilibrium of a game as an earlier one: (columns,)."""
    # Equal ones are neighbours in the order of nearly any weighted sum.
    place = np.round(np.sqrt(np.arange(2.0, len(mixtures) + 2.0)) @ mixtures / _EQUAL)
    order = np.lexsort((place, games))
    one, other = order[:-1], order[1:]
    equal = np.abs(mixtures[:, one] - mixtures[:, other]).max(axis=0, initial=0.0) < _EQUAL
    new = np.ones(len(games), dtype=bool)
    new[other] = ~(equal & (games[one] == games[other]))
    return new


def _log_odds(strategies: Array) -> Array:
    smooth = np.maximum(strategies, _SMOOTH)
    return np.asarray(np.log(smooth[:, 1:] / smooth[:, :1]).T)
