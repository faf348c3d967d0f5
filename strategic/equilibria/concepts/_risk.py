"""Risk dominance between strict equilibria, by the linear tracing procedure where it is simple."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import as_integers, occurring, whole_games
from strategic.equilibria.concepts._pairs_of_games import pairs_of_games
from strategic.equilibria.concepts.pure import pure_profiles
from strategic.games.game import Game

_NEITHER, _FIRST, _SECOND = 0, 1, -1
_HELD = 2**53


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
    first, second = pairs_of_games(game)
    won = _compared(games, game, actions, first, second)
    wins = np.bincount(first[won == _FIRST], minlength=len(game))
    wins += np.bincount(second[won == _SECOND], minlength=len(game))
    rivals = np.bincount(game, minlength=len(games.payoffs[0]))[game] - 1
    return game, actions, wins == rivals


def _compared(games: Game, game: Array, actions: Array, first: Array, second: Array) -> Array:
    """Tell which of two strict equilibria dominates: in fractions where doubles leave doubt."""
    number = game[first]
    ends = actions[first], actions[second]
    differ = (ends[0] != ends[1]).T
    payoffs, exact_games = _exact_doubles(games)
    with np.errstate(all="ignore"):  # what overflows is not sure
        won, sure = _traced(_restricted(payoffs, games.shape, number, ends), differ)
    doubt = np.flatnonzero(~sure | ~exact_games[number])
    if len(doubt) and len(games.shape) == 2:
        won[doubt] = _of_two_players(games, number[doubt], [end[doubt] for end in ends])
    elif len(doubt):
        some, place = np.unique(number[doubt], return_inverse=True)
        written = games.of_batch(some).fractions()  # type: ignore[arg-type]
        exact = _restricted(written, games.shape, place, (ends[0][doubt], ends[1][doubt]))
        won[doubt] = _traced(exact, differ[:, doubt])[0]
    return won


def _exact_doubles(games: Game) -> tuple[Sequence[Array], Array]:
    """Give payoffs by one factor per game, and the games in which they are those that are written.

    Decimals are taken as the whole numbers that they are times a power of ten.
    """
    exact = ~games.rounded
    if exact.all() or len(games.shape) == 2:  # whose products are compared in whole numbers
        return games.payoffs, exact
    payoffs = [table.copy() for table in games.payoffs]
    axes = tuple(range(1, 1 + len(games.shape)))
    small = np.max([np.abs(table).max(axis=axes) for table in payoffs], axis=0) < _HELD
    for part in whole_games(games, np.flatnonzero(games.rounded & small)):
        if part.short:
            largest = np.abs(part.tables).swapaxes(0, 1).reshape(len(part.games), -1).max(axis=1)
            held = largest < _HELD
            exact[part.games[held]] = True
            for table, whole in zip(payoffs, part.tables, strict=True):
                table[part.games[held]] = whole[held]
    return payoffs, exact


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
    flat = (table.reshape(len(table), prod(shape)) for table in payoffs)
    return np.stack([table[number[:, None], profile] for table in flat])


def _traced(tables: Array, moves: Array) -> tuple[Array, Array]:
    """Follow the linear tracing procedure of many pairs; see `risk_dominant_rows`.

    Parameters
    ----------
    tables : array ``(players, pairs, 2**players)``
        Doubles or fractions.
    moves : array of bool ``(players, pairs)``
        Who does not do the same in both equilibria.

    Returns
    -------
    won : array ``(pairs,)`` of int
    sure : array ``(pairs,)`` of bool
        Where bounds on rounding prove the winner; everywhere in fractions.
    """
    count, pairs = moves.shape
    exact = tables.dtype == object
    unit = 0 if exact else 16.0 * count * np.finfo(float).eps
    cells = tables.reshape(count, pairs, *(2,) * count)
    gains = [table.take(0, 1 + i) - table.take(1, 1 + i) for i, table in enumerate(cells)]
    before, off = _leanings(gains, moves)
    off = off * unit + (0 if exact else 1e-290)
    won = np.full(pairs, _NEITHER)
    clear = np.asarray((np.abs(before) > off) | ~moves, dtype=bool).all(axis=0)
    sure, first, lanes = clear | exact, np.asarray(before > 0, dtype=bool), np.flatnonzero(clear)
    while lanes.size:
        now, start, moving = first[:, lanes], before[:, lanes], moves[:, lanes]
        after = _at_corners(gains, lanes, now)  # the signs of differences are exact
        turning = np.asarray(np.where(now, after < 0, after > 0), dtype=bool) & moving
        ends = ~turning.any(axis=0)
        won[lanes[ends]] = np.select(
            [(now | ~moving)[:, ends].all(axis=0), ~(now & moving)[:, ends].any(axis=0)],
            [_FIRST, _SECOND],
            _NEITHER,
        )
        lanes, now, start = lanes[~ends], now[:, ~ends], start[:, ~ends]
        after, moving, turning = after[:, ~ends], moving[:, ~ends], turning[:, ~ends]
        # Whoever becomes indifferent first switches; who does at the same time ends the path.
        span = np.where(turning, np.abs(start) + np.abs(after), 1)
        times = np.where(turning, np.abs(start) / span, 2)
        slack = (off[:, lanes] + unit * np.abs(after)) / span + unit
        switching, every = times.argmin(axis=0), np.arange(lanes.size)
        time, late = times[switching, every], slack[switching, every]
        others = np.arange(count)[:, None] != switching
        tie = np.asarray((times - time <= slack + late) & turning & others, dtype=bool).any(axis=0)
        now[switching, every] ^= True
        then = _at_corners(gains, lanes, now)
        leaning = np.where(now, 1, -1) * ((1 - time) * start + time * then)
        error = off[:, lanes] + (late + unit) * (np.abs(start) + np.abs(then))
        leaves = [
            np.asarray((leaning <= bound) & moving & others, dtype=bool).any(axis=0)
            for bound in (error, -error)
        ]
        sure[lanes[tie | (leaves[0] & ~leaves[1])]] = exact
        on = ~(tie | leaves[0])
        lanes = lanes[on]
        first[:, lanes] = now[:, on]
    return won, sure


def _leanings(gains: Sequence[Array], moves: Array) -> tuple[Array, Array]:
    """How much each player prefers the first action against the priors of the others.

    Arrays ``(players, pairs)``; the second one is the sum of absolute terms.
    """
    count, pairs = moves.shape
    shares = np.zeros((count, 2, pairs), dtype=gains[0].dtype)
    for player, gain in enumerate(gains):
        lines = gain.reshape(pairs, 2 ** (count - 1))
        losses = np.array((lines[:, 0], -lines[:, -1]))
        total = np.where(moves[player], losses.sum(axis=0), 1)
        shares[player] = np.where(moves[player], losses / total, [[1], [0]])
    leaning = np.empty((2, count, pairs), dtype=shares.dtype)
    for player, gain in enumerate(gains):
        for place, mean in enumerate((gain, np.abs(gain))):
            for other in range(count):
                if other != player:
                    share = shares[other].reshape(2, pairs, *(1,) * (mean.ndim - 2))
                    mean = mean[:, 0] * share[0] + mean[:, 1] * share[1]  # noqa: PLW2901
            leaning[place, player] = mean
    return leaning[0], leaning[1]


def _at_corners(gains: Sequence[Array], lanes: Array, first: Array) -> Array:
    """Gains ``(players, lanes)`` where the others play the first action, or the second."""
    count, corners = len(gains), np.empty(first.shape, dtype=gains[0].dtype)
    for player, gain in enumerate(gains):
        others = tuple((~first[other]).astype(int) for other in range(count) if other != player)
        corners[player] = gain[(lanes, *others)]
    return corners
