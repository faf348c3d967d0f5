"""Risk dominance between strict equilibria, by the linear tracing procedure where it is simple."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import as_integers, occurring, whole_games
from strategic.equilibria.concepts.pure import pure_profiles
from strategic.games.game import Game

_NEITHER, _FIRST, _SECOND = 0, 1, -1


def risk_dominant_rows(games: Game) -> tuple[Array, Array, Array]:
    """Find the strict equilibrium that risk-dominates every other strict one of its game.

    Parameters
    ----------
    games : Game
        A batch with one axis.

    Returns
    -------
    game : array ``(E,)`` of int
        The game of each strict equilibrium.
    actions : array ``(E, players)`` of int
    dominant : array ``(E,)`` of bool
        At most one of each game.

    Notes
    -----
    Two equilibria are compared in the game in which everyone has the two actions in question only
    (those who do the same in both are held to it). A player's bicentric prior is the probability
    of the first action if it is a best reply to all others playing the first equilibrium with a
    probability that is uniform on [0, 1], and else the second: ``a / (a + b)`` with the losses
    ``a`` and ``b`` from leaving either equilibrium alone. The linear tracing procedure follows
    equilibria of the games in which everyone meets that prior with weight ``1 - t`` and the
    others' play with weight ``t``, from ``t = 0`` to 1; the equilibrium it leads to dominates the
    other (Harsanyi and Selten 1988, sections 4.14 and 5.3). With two players that is the product
    of losses.

    The path is followed as long as one player at a time changes action and nobody else becomes
    indifferent meanwhile. Where best replies to the prior are tied, where the path runs through
    mixtures of several players, or ends elsewhere, neither dominates.

    References
    ----------
    Harsanyi, J. C. and Selten, R. (1988). A General Theory of Equilibrium Selection in Games. MIT
    Press.
    Kandori, M. and Rob, R. (1998). Bandwagon effects and long run technology choice. Games and
    Economic Behavior 22, 30-60.
    """
    game, actions = pure_profiles(games, strict=True)
    first, second = _pairs(game)
    won = _compared(games, game, actions, first, second)
    wins = np.bincount(first[won == _FIRST], minlength=len(game))
    wins += np.bincount(second[won == _SECOND], minlength=len(game))
    rivals = np.bincount(game, minlength=len(games.payoffs[0]))[game] - 1
    return game, actions, wins == rivals


def _pairs(game: Array) -> tuple[Array, Array]:
    """Every pair of places with the same number in an ascending array, the lower place first."""
    places = np.arange(len(game))
    later = np.searchsorted(game, game, side="right") - places - 1
    first = np.repeat(places, later)
    step = np.arange(len(first)) - np.repeat(np.cumsum(later) - later, later)
    return first, first + 1 + step


def _compared(games: Game, game: Array, actions: Array, first: Array, second: Array) -> Array:
    """Tell which of two strict equilibria dominates: in fractions where doubles leave doubt."""
    count, number = len(games.shape), game[first]
    ends = actions[first], actions[second]
    differ = ends[0] != ends[1]
    tables = _restricted(games.payoffs, games.shape, number, ends)
    with np.errstate(all="ignore"):  # what overflows is not sure
        leaning, error = _leanings(tables, differ)
        sure = ~games.rounded[number]
        for_first = sure & ((leaning > error) | ~differ.T).all(axis=0)
        for_second = sure & ((leaning < -error) | ~differ.T).all(axis=0)
    won = np.where(for_first, _FIRST, np.where(for_second, _SECOND, _NEITHER))
    doubt = np.flatnonzero(~(for_first | for_second))
    if len(doubt) and count == 2:
        won[doubt] = _of_two_players(games, number[doubt], [end[doubt] for end in ends])
    elif len(doubt):
        some, place = np.unique(number[doubt], return_inverse=True)
        written = games.of_batch(some).fractions()  # type: ignore[arg-type]
        exact = _restricted(written, games.shape, place, (ends[0][doubt], ends[1][doubt]))
        for pair, row in enumerate(doubt.tolist()):
            moving = np.flatnonzero(differ[row])
            held = tuple(slice(None) if i in moving else 0 for i in range(count))
            won[row] = _traced([exact[i][pair].reshape((2,) * count)[held] for i in moving])
    return won


def _of_two_players(games: Game, number: Array, ends: Sequence[Array]) -> Array:
    """Compare products of losses in whole numbers, which is what the tracing comes to.

    Both players change action: two strict equilibria in one line would be best replies to the same.
    """
    won = np.full(len(number), _NEITHER)
    for part in whole_games(games, occurring(number, len(games.payoffs[0]))):
        lanes, place = part.lanes_of(number)
        (i, j), (k, m) = ends[0][lanes].T, ends[1][lanes].T
        row, column = part.tables
        losses = [
            row[place, i, j] - row[place, k, j],
            column[place, i, j] - column[place, i, m],
            row[place, k, m] - row[place, i, m],
            column[place, k, m] - column[place, k, j],
        ]
        if not (part.short and part.ranges.max() < 2.0**30):
            losses = [as_integers(loss) for loss in losses]
        first, second = losses[0] * losses[1], losses[2] * losses[3]
        decided = np.where(first > second, _FIRST, np.where(first < second, _SECOND, _NEITHER))
        won[lanes] = decided.astype(won.dtype)
    return won


def _restricted(
    payoffs: Sequence[Array], shape: tuple[int, ...], number: Array, ends: tuple[Array, Array]
) -> Array:
    """Give the payoffs ``(players, pairs, 2**players)`` where everyone plays one of two actions."""
    strides = [prod(shape[i + 1 :]) for i in range(len(shape))]
    corners = np.array(list(product((0, 1), repeat=len(shape))))
    chosen = np.where(corners.T[..., None], ends[1].T[:, None], ends[0].T[:, None])
    profile = np.einsum("i,icp->pc", strides, chosen)
    return np.stack([table.reshape(len(table), -1)[number[:, None], profile] for table in payoffs])


def _leanings(tables: Array, differ: Array) -> tuple[Array, Array]:
    """How much each player prefers the first action against the priors of the others.

    Arrays ``(players, pairs)``; the second one bounds the rounding of the first.
    """
    count, pairs = len(tables), tables.shape[1]
    corners = tables.reshape(count, pairs, *(2,) * count)
    weights = np.zeros((count, 2, pairs))
    gains = []
    for player, own in enumerate(corners):
        gain = np.take(own, 0, axis=1 + player) - np.take(own, 1, axis=1 + player)
        lines = gain.reshape(pairs, 2 ** (count - 1))
        gains.append(gain)
        losses = lines[:, 0], -lines[:, -1]  # from leaving the first, the second
        weights[player] = np.array(losses) / (losses[0] + losses[1])
        weights[player][:, ~differ[:, player]] = [[1.0], [0.0]]
    leaning, size = np.empty((2, count, pairs))
    for player, gain in enumerate(gains):
        mean, whole = gain, np.abs(gain)
        for other in range(count):
            if other != player:
                share = weights[other].reshape(2, pairs, *(1,) * (mean.ndim - 2))
                mean = mean[:, 0] * share[0] + mean[:, 1] * share[1]
                whole = whole[:, 0] * share[0] + whole[:, 1] * share[1]
        leaning[player], size[player] = mean, whole
    return leaning, 16.0 * count * np.finfo(float).eps * size + 1e-290


def _traced(tables: Sequence[Array]) -> int:
    """Follow the linear tracing procedure of one pair in fractions; see `risk_dominant_rows`."""
    gains = [np.take(t, 0, axis=i) - np.take(t, 1, axis=i) for i, t in enumerate(tables)]
    losses = [(gain.reshape(-1)[0], -gain.reshape(-1)[-1]) for gain in gains]
    prior = [(stay / (stay + leave), leave / (stay + leave)) for stay, leave in losses]
    before = _mean_gains(gains, prior)
    if not all(before):
        return _NEITHER
    first = [gain > 0 for gain in before]
    time = Fraction(0)
    while True:
        pure = [(Fraction(int(f)), Fraction(int(not f))) for f in first]
        after = _mean_gains(gains, pure)
        events = sorted(
            (early / (early - late), player)
            for player, (early, late) in enumerate(zip(before, after, strict=True))
            if (late < 0 if first[player] else late > 0)
        )
        if not events:
            return _FIRST if all(first) else _NEITHER if any(first) else _SECOND
        if len(events) > 1 and events[0][0] == events[1][0]:
            return _NEITHER
        time, switching = events[0]
        first[switching] = not first[switching]
        moved = [(Fraction(int(f)), Fraction(int(not f))) for f in first]
        then = _mean_gains(gains, moved)
        for player, (early, late) in enumerate(zip(before, then, strict=True)):
            leaning = (1 - time) * early + time * late
            if player != switching and (leaning <= 0 if first[player] else leaning >= 0):
                return _NEITHER


def _mean_gains(gains: Sequence[Array], shares: Sequence[tuple[Any, Any]]) -> list[Any]:
    found = []
    for player, gain in enumerate(gains):
        mean: Any = gain
        for other, share in enumerate(shares):
            if other != player:
                mean = mean[0] * share[0] + mean[1] * share[1]
        found.append(mean)
    return found
