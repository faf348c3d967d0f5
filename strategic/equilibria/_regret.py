"""Payoffs and regrets of mixed profiles, computed from the payoffs alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games.game import Game

LEVEL = 2.0**-10
"""Share of a payoff below which all differences of a game make that payoff a mere level."""
_SMALLER = 2.0**-8
_LARGEST = float(np.finfo(np.float64).max)


def expected_payoffs(
    games: Game, strategies: Sequence[ArrayLike], *, game: ArrayLike | None = None
) -> Array:
    """Compute what every player expects at mixed profiles.

    Parameters
    ----------
    games : Game
        One game or a batch.
    strategies : sequence of arrays, each ``(E, n_i)`` or ``(n_i,)``
        One mixed strategy per player and profile; of a single profile without the first axis.
    game : array ``(E,)`` of int, optional
        Flat number of the game each profile belongs to; game 0 by default.

    Returns
    -------
    array ``(E, players)``
        ``(players,)`` for a single profile.

    Examples
    --------
    >>> pennies = Game.from_payoffs([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> expected_payoffs(pennies, [[1.0, 0.0], [0.5, 0.5]])
    array([0., 0.])
    >>> expected_payoffs(pennies, [[[1.0, 0.0], [0.0, 1.0]], [[0.5, 0.5], [0.0, 1.0]]])
    array([[ 0.,  0.],
           [ 1., -1.]])
    """
    mixtures, numbers, shape = _checked(games, strategies, game)
    return payoffs_and_regret(games, mixtures, numbers)[0].reshape(*shape, -1)


def regret(games: Game, strategies: Sequence[ArrayLike], *, game: ArrayLike | None = None) -> Array:
    """Compute the largest gain any player can make by deviating from mixed profiles.

    Parameters
    ----------
    games : Game
        One game or a batch, of any number of players.
    strategies : sequence of arrays, each ``(E, n_i)`` or ``(n_i,)``
        One mixed strategy per player and profile; of a single profile without the first axis.
    game : array ``(E,)`` of int, optional
        Flat number of the game each profile belongs to; game 0 by default.

    Returns
    -------
    array ``(E,)``
        Zero exactly at an equilibrium, up to rounding; never negative. A number for a single
        profile.

    Raises
    ------
    GameError
        When there is not one strategy per player, or a shape does not fit.

    Notes
    -----
    ``max_i max_a u_i(a, s_-i) - u_i(s)``: a profile is an equilibrium if and only if it is zero.

    References
    ----------
    Nash, J. F. (1951). Non-cooperative games. Annals of Mathematics 54, 286-295.

    Examples
    --------
    >>> dilemma = Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> regret(dilemma, [[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
    array([2., 0.])
    """
    mixtures, numbers, shape = _checked(games, strategies, game)
    return payoffs_and_regret(games, mixtures, numbers)[1].reshape(shape)[()]


def payoffs_and_regret(
    games: Game, strategies: Sequence[Array], game: Array
) -> tuple[Array, Array]:
    """Compute payoffs ``(E, players)`` and regrets ``(E,)`` of checked profiles at once."""
    tables = [table.reshape(-1, *games.shape)[game] for table in games.payoffs]
    with np.errstate(over="ignore", invalid="ignore"):
        payoffs, gains = _of_many(tables, strategies)
        beyond = np.flatnonzero(~np.isfinite(payoffs).all(axis=1) | ~np.isfinite(gains))
        if beyond.size:  # sums of payoffs near the largest double
            found = _of_many(
                [t[beyond] * _SMALLER for t in tables], [s[beyond] for s in strategies]
            )
            payoffs[beyond], gains[beyond] = (_enlarged(numbers) for numbers in found)
    return payoffs, gains


def _of_many(tables: Sequence[Array], strategies: Sequence[Array]) -> tuple[Array, Array]:
    payoffs = np.empty((len(tables[0]), len(tables)))
    gains = np.zeros(len(tables[0]))
    for player, table in enumerate(tables):
        # A large level common to all payoffs of a game is taken off first.
        own, level = without_level(np.moveaxis(table, 0, -1))
        replies = replies_to(np.moveaxis(own, -1, 0), strategies, player)
        earned = _mixed(replies, strategies[player])
        payoffs[:, player] = earned + level
        np.maximum(gains, replies.max(axis=1) - earned, out=gains)
    return payoffs, gains


def _enlarged(numbers: Array) -> Array:
    """Undo the scaling; what is beyond the largest double counts as the largest double."""
    return np.clip(numbers / _SMALLER, -_LARGEST, _LARGEST)


def without_level(tables: Array) -> tuple[Array, Array | float]:
    """Take the level off payoffs that differ by far less than their size.

    Rounding of expected payoffs is a share of their size, so at a common level of 1e15 it would
    hide what a deviation gains. Other games, where nothing is lost, are left to the last bit.

    Parameters
    ----------
    tables : array ``(..., games)``
        Payoffs of one player, the batch last.

    Returns
    -------
    tables : array, same shape
        The same where no game has such a level.
    level : array ``(games,)``, or 0
        What was taken off each game.

    Examples
    --------
    >>> without_level(np.array([[1e15, 4.0], [1e15 + 2.0, 3.0]]))
    (array([[0., 4.],
           [2., 3.]]), array([1.e+15, 0.e+00]))
    """
    lines = tables.reshape(math.prod(tables.shape[:-1]), tables.shape[-1])
    size = np.abs(lines[0])
    size *= LEVEL
    with np.errstate(over="ignore"):
        games = np.flatnonzero(np.abs(lines[0] - lines[-1]) < size)  # few: corners already differ
        if games.size:
            some = lines.take(games, axis=1)
            games = games[some.max(axis=0) - some.min(axis=0) < size[games]]
    if not games.size:
        return tables, 0.0
    level = np.zeros(lines.shape[1])
    level[games] = lines[0, games]
    return tables - level, level


def payoffs_and_regret_of_two(row: Array, column: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Compute the same for two players with the profiles along the last axis.

    Parameters
    ----------
    row : array ``(m, n, E)``
        Payoffs of the row player in the game of each profile.
    column : array ``(n, m, E)``
        Payoffs of the column player, transposed.
    x, y : arrays ``(m, E)``, ``(n, E)``
        Mixtures.

    Returns
    -------
    payoffs : array ``(2, E)``
    regret : array ``(E,)``
    """
    with np.errstate(over="ignore", invalid="ignore"):
        payoffs, gains = _of_two((row, column), x, y)
        if not np.isfinite(payoffs.sum()):  # sums of payoffs near the largest double
            beyond = np.flatnonzero(~np.isfinite(payoffs).all(axis=0) | ~np.isfinite(gains))
            tables = [t.take(beyond, axis=2) * _SMALLER for t in (row, column)]
            found = _of_two(tables, x.take(beyond, axis=1), y.take(beyond, axis=1))
            payoffs[:, beyond], gains[beyond] = (_enlarged(numbers) for numbers in found)
    lanes = np.flatnonzero(gains)
    for corner in ((-1, -1), (0, -1)):  # only if corners are near each other can there be a level
        if lanes.size:
            near = [_near(t[0, 0].take(lanes), t[corner].take(lanes)) for t in (row, column)]
            lanes = lanes[near[0] | near[1]]
    if not lanes.size:
        return payoffs, gains
    levels = [without_level(table.take(lanes, axis=2)) for table in (row, column)]
    if any(np.any(level) for _, level in levels):
        sides = x.take(lanes, axis=1), y.take(lanes, axis=1)
        payoffs[:, lanes], gains[lanes] = _of_two([table for table, _ in levels], *sides)
        for player, (_, level) in enumerate(levels):
            payoffs[player, lanes] += level
    return payoffs, gains


def _near(first: Array, other: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.abs(first - other) < LEVEL * np.abs(first))


def _of_two(tables: Sequence[Array], x: Array, y: Array) -> tuple[Array, Array]:
    payoffs = np.empty((2, x.shape[1]))
    gains = np.zeros(x.shape[1])
    for player, (table, own, other) in enumerate(zip(tables, (x, y), (y, x), strict=True)):
        earned = payoffs[player]
        replies = table[:, 0] * other[0]
        for action in range(1, len(other)):
            replies += table[:, action] * other[action]
        best = replies.max(axis=0)
        replies *= own
        np.add(replies[0], 0.0, out=earned)  # no negative zeros
        for reply in replies[1:]:
            earned += reply
        best -= earned
        np.maximum(gains, best, out=gains)
    return payoffs, gains


def payoffs_and_regret_of_many(payoffs: Array, strategies: Sequence[Array]) -> tuple[Array, Array]:
    """Compute the same for any number of players with the profiles along the last axis.

    Parameters
    ----------
    payoffs : array ``(players, n_1, .., n_p, E)``
        Payoffs in the game of each profile.
    strategies : sequence of arrays ``(n_i, E)``

    Returns
    -------
    payoffs : array ``(players, E)``
    regret : array ``(E,)``
    """
    with np.errstate(over="ignore", invalid="ignore"):
        earned, gains = _by_lines(payoffs, strategies)
        if not np.isfinite(earned.sum() + gains.sum()):  # sums of payoffs near the largest double
            beyond = np.flatnonzero(~np.isfinite(earned).all(axis=0) | ~np.isfinite(gains))
            small = payoffs.take(beyond, axis=-1) * _SMALLER
            found = _by_lines(small, [side.take(beyond, axis=1) for side in strategies])
            earned[:, beyond], gains[beyond] = (_enlarged(numbers) for numbers in found)
    return earned, gains


def _by_lines(payoffs: Array, strategies: Sequence[Array]) -> tuple[Array, Array]:
    earned, gains = np.empty((len(payoffs), payoffs.shape[-1])), np.zeros(payoffs.shape[-1])
    for player, table in enumerate(payoffs):
        own, level = without_level(table)
        replies = np.moveaxis(own, player, 0)
        for other, strategy in enumerate(strategies):
            if other != player:  # the first axis left after the player's own
                total = replies[:, 0] * strategy[0]
                for action in range(1, len(strategy)):
                    total += replies[:, action] * strategy[action]
                replies = total
        mean, best = replies[0] * strategies[player][0], replies[0].copy()
        for reply, share in zip(replies[1:], strategies[player][1:], strict=True):
            mean += reply * share
            np.maximum(best, reply, out=best)
        np.maximum(gains, best - mean, out=gains)
        earned[player] = mean + level
    return earned + 0.0, gains  # no negative zeros


def payoffs_and_regret_of_pure(
    row: Array, column: Array, i: Array, j: Array, game: Array
) -> tuple[Array, Array]:
    """Compute the same for pure profiles ``(i, j)`` of a batch of games.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``, contiguous
        Payoffs of both players.
    i, j, game : arrays ``(E,)`` of int
        The actions, and the game each profile belongs to.

    Returns
    -------
    payoffs : array ``(2, E)``
    regret : array ``(E,)``
    """
    _, m, n = row.shape
    payoffs = np.empty((2, len(game)))
    gains = np.zeros(len(game))
    start = game * (m * n)
    chosen = i * n
    for player, (table, first, step, actions) in enumerate(
        ((row, start + j, n, m), (column, start + chosen, 1, n))
    ):
        flat = table.reshape(-1)
        earned = flat.take(first + (j if player else chosen))
        with np.errstate(over="ignore"):  # a loss may be beyond the doubles
            for action in range(actions):
                reply = flat[action * step :].take(first)
                reply -= earned
                np.maximum(gains, reply, out=gains)
        payoffs[player] = earned
    return payoffs, gains


def replies_to(table: Array, strategies: Sequence[Array], player: int) -> Array:
    """Compute what each action of ``player`` earns against the others: ``(E, n_player)``."""
    for other in reversed(range(len(strategies))):
        if other != player:
            axis = other + 1 if other < player else table.ndim - 1
            table = _mixed(np.moveaxis(table, axis, 1), strategies[other])
    return table


def _mixed(table: Array, strategy: Array) -> Array:
    """Sum over axis 1 in a fixed order, so that the bits do not depend on the batch."""
    weights = strategy.reshape(*strategy.shape, *(1,) * (table.ndim - 2))
    total: Array = table[:, 0] * weights[:, 0]
    for action in np.flatnonzero(strategy[:, 1:].any(axis=0)) + 1:  # few in large games
        total += table[:, action] * weights[:, action]
    return total + 0.0  # no negative zeros, which would depend on the batch


def _checked(
    games: Game, strategies: Sequence[ArrayLike], game: ArrayLike | None
) -> tuple[list[Array], Array, tuple[int, ...]]:
    """Check profiles; give their strategies, the game of each, and the shape of the answer."""
    if len(strategies) != len(games.shape):
        raise GameError(
            f"must hold one strategy for each of {len(games.shape)} players",
            where="strategies",
            value=len(strategies),
        )
    mixtures = [np.asarray(s, dtype=float) for s in strategies]
    many = tuple(mixtures[0].shape[:1]) if mixtures[0].ndim > 1 else ()
    for player, (mixture, actions) in enumerate(zip(mixtures, games.shape, strict=True)):
        if mixture.shape != (*many, actions):
            raise GameError(
                f"must have shape {(*many, actions)}",
                where=f"strategies[{player}]",
                value=mixture.shape,
            )
    mixtures = [mixture.reshape(-1, mixture.shape[-1]) for mixture in mixtures]
    numbers = np.zeros(len(mixtures[0]), dtype=np.intp)
    if game is not None:
        numbers = np.broadcast_to(np.asarray(game, dtype=np.intp), numbers.shape)
    return mixtures, numbers, many
